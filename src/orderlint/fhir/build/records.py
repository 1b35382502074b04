"""Resources of one run → records: one a patient, one a definition, one a template order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from orderlint.dosing.model import DateSpan
from orderlint.fhir.build.facts import FACT_TYPES, facts_of
from orderlint.fhir.build.faults import input_fault, shape_faults
from orderlint.fhir.build.found import COVERED, NOT_COVERED, SKIPPED, UNKNOWN, Built, key_of, name_of
from orderlint.fhir.build.orders import Draft, finish, is_skipped
from orderlint.fhir.build.reading import PLAIN, Reading
from orderlint.fhir.build.services import REQUEST, service_of
from orderlint.fhir.build.stages import stages
from orderlint.fhir.build.who import Who, nobody_known, who
from orderlint.fhir.read.medication import Identification
from orderlint.fhir.read.order import OrderParts, Subject, subject_of
from orderlint.fhir.read.shape import Fault, Faults
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource
from orderlint.record import Facts, InputFault, Order, Record, Service

if TYPE_CHECKING:
    from orderlint.fhir.build.definitions import Definitions, Selected

Covers = Callable[[str], bool]

_NO_SUBJECT = Fault("", "subject: is required of a patient's order; whose it is can't be known", True)

DEFINING = frozenset(("PlanDefinition", "ActivityDefinition", "RequestGroup", "RequestOrchestration"))


class Builder:
    """Builds the records of one run. ``covers`` says whether a selected protocol names an ingredient."""

    def __init__(
        self,
        resources: Sequence[Resource],
        index: Index,
        covers: Covers,
        as_of: date,
        reading: Reading = PLAIN,
        of_patients: bool = False,
    ) -> None:
        """``reading`` reads orders: the plain way, or with what it remembers. ``of_patients``: as in an audit
        every order outside a definition is somebody's; one without a subject is of nobody known."""
        self.reading = reading
        self.of_patients = of_patients
        self.resources = resources
        self.index = index
        self.covers = covers
        self.as_of = as_of
        self.faults: list[InputFault] = []
        self.states: dict[str, str] = {}
        self.patient_drafts: dict[str, tuple[Who, list[Draft]]] = {}
        self.people: dict[tuple[str, tuple[str, ...]], Who | None] = {}
        self.templates: dict[str, Draft] = {}
        self.services: dict[str, list[Service]] = {}

    def build(self) -> Built:
        """Read every order, then the facts of the patients who have one that a protocol names."""
        definitions = self._definitions() if any(r.type in DEFINING for r in self.resources) else None
        for resource in self.resources:
            if resource.type == "MedicationRequest":
                self._order(resource, self.reading.order(resource.value), definitions)
            elif resource.type == "ActivityDefinition":
                self._activity(resource, definitions)
        patients = list(self._patients())
        facts = self._fact_resources({key for key, _ in patients})
        selected = definitions.selections if definitions is not None else {}
        records = [
            self._patient_record(found, drafts, facts.get(key, ()), selected, definitions)
            for key, (found, drafts) in patients
        ]
        if self.templates:
            records += self._template_records(definitions or self._definitions())
        return Built(tuple(records), self.states, tuple(self.faults))

    def _definitions(self) -> Definitions:
        # Late: what reads definitions, with their expressions and guards, takes as long to import as the
        # whole of a patient's order does, and most runs have none.
        from orderlint.fhir.build.definitions import read_definitions  # noqa: PLC0415

        definitions = read_definitions(self.resources, self.index)
        self.faults += definitions.faults
        return definitions

    def _activity(self, resource: Resource, definitions: Definitions | None) -> None:
        from orderlint.fhir.read.activity import orders_medication, read_activity  # noqa: PLC0415

        if orders_medication(resource.value):
            self._order(resource, read_activity(resource.value).order, definitions)

    def _order(self, resource: Resource, parts: OrderParts, definitions: Definitions | None) -> None:
        key = key_of(resource)
        if is_skipped(parts):
            self.states[key] = SKIPPED
            return
        drug = self.reading.drug(resource.value, lambda ref: self.index.resolve(ref, resource))
        self._unresolved_drug(resource, drug)
        covered = any(self.covers(d.ingredient) for d in drug.drugs)
        if drug.unidentified or drug.dangling:
            self.states[key] = UNKNOWN
        elif covered:
            self.states[key] = COVERED
        else:
            self.states[key] = NOT_COVERED
        if not drug.drugs:
            return
        subject = parts.subject
        found = self._who(subject, resource)
        if found is None and definitions is not None:
            found = definitions.subject_of(key, self.index)
        if found is None and self.of_patients and not _is_defined(resource):
            found = nobody_known(resource)
            parts = parts._replace(faults=(*parts.faults, _NO_SUBJECT))
        if covered:
            self._faults_of(resource, parts, drug, found)
        draft = Draft(resource, parts, drug)
        if found is None:
            self.templates[key] = draft
        else:
            self.patient_drafts.setdefault(found.key, (found, []))[1].append(draft)

    def _about(self, resource: Resource) -> Who | None:
        """Whom a resource is about that is no order; most say it by a reference that was followed before."""
        subject = resource.value.get("subject")
        plain = resource.full_url is None and resource.parent is None
        if plain and type(subject) is dict and len(subject) == 1:
            asked = subject.get("reference")
            if type(asked) is str and (asked, resource.scope) in self.people:
                return self.people[asked, resource.scope]
        return self._who(subject_of(resource.value, Faults()), resource)

    def _who(self, subject: Subject, source: Resource) -> Who | None:
        """As :func:`who`; a reference that stands in many lines of a file is followed once."""
        reference = subject.reference
        if not reference or reference[0] == "#" or source.parent is not None or source.full_url is not None:
            return who(subject, source, self.index)
        asked = (reference, source.scope)
        if asked not in self.people:
            self.people[asked] = who(subject, source, self.index)
        return self.people[asked]

    def _unresolved_drug(self, resource: Resource, drug: Identification) -> None:
        if drug.dangling:
            words = "the reference to its medication leads nowhere in this run"
            self.faults.append(input_fault("unresolved-reference", words, resource, drug.pointer))
        if drug.unidentified:
            words = "nothing says which drug is ordered: no code of a known system and no name"
            self.faults.append(input_fault("medication-unidentified", words, resource, drug.pointer))

    def _faults_of(
        self, resource: Resource, parts: OrderParts, drug: Identification, found: Who | None
    ) -> None:
        shown = found.shown if found is not None else None
        self.faults += shape_faults(resource, (*parts.faults, *drug.faults), shown)
        for other, fault in drug.elsewhere:
            self.faults += shape_faults(other, (fault,))
        if found is not None and found.dangling is not None:
            names = ", ".join(sorted({d.ingredient for d in drug.drugs if self.covers(d.ingredient)}))
            words = "its patient is not in this run: age, kidney function and other facts are unknown"
            dangling = input_fault("unresolved-reference", words, resource, parts.subject.pointer, shown)
            self.faults.append(dangling._replace(drug=names or None))

    def _patients(self) -> Iterable[tuple[str, tuple[Who, list[Draft]]]]:
        """Patients with at least one order that a protocol names."""
        for key, (found, drafts) in self.patient_drafts.items():
            if any(self.covers(d.ingredient) for draft in drafts for d in draft.drug.drugs):
                yield key, (found, drafts)

    def _fact_resources(self, wanted: Collection[str]) -> dict[str, list[Resource]]:
        facts: dict[str, list[Resource]] = {}
        if not wanted:
            return facts
        for resource in self.resources:
            if resource.type == REQUEST:
                found = self._about(resource)
                service = service_of(resource) if found is not None and found.key in wanted else None
                if found is not None and service is not None:
                    self.services.setdefault(found.key, []).append(service)
            if resource.type in FACT_TYPES and resource.parent is None:
                found = self._about(resource)
                if found is not None and found.key in wanted:
                    facts.setdefault(found.key, []).append(resource)
        return facts

    def _patient_record(
        self,
        found: Who,
        drafts: list[Draft],
        resources: Sequence[Resource],
        selected: Mapping[str, Selected],
        definitions: Definitions | None,
    ) -> Record:
        facts, faults = facts_of(found.patient, resources, self.index, found.shown, self.reading)
        self.faults += faults
        linked = stages(drafts, self.index)
        by_key = {key_of(d.resource): d for d in drafts}

        def order(key: str, start: DateSpan | None = None) -> Order:
            return finish(
                by_key[key],
                self.index,
                facts,
                reading=self.reading,
                guards=selected[key].guards if key in selected else (),
                alternatives=selected[key].alternatives if key in selected else (),
                stage_of=linked[key].every,
                earlier_stages=linked[key].earlier,
                continues_unknown=linked[key].unknown,
                start=start,
            )

        orders = [order(key) for key in by_key]
        if definitions is not None:
            orders = definitions.in_turn(orders, by_key, self.as_of, order)
        services = tuple(self.services.get(found.key, ()))
        return Record("patient", found.shown, tuple(orders), facts, self.as_of, services=services)

    def _template_records(self, definitions: Definitions) -> list[Record]:
        records = []
        used: set[str] = set()
        for group in definitions.groups:
            orders = []
            for use in group.uses:
                draft = self.templates.get(use.key)
                if draft is None:
                    continue
                used.add(use.key)
                orders.append(
                    finish(
                        draft,
                        self.index,
                        Facts(),
                        guards=(*use.guards, *definitions.guards_of(draft)),
                        alternatives=use.alternatives,
                        extra_reasons=(*use.reasons, *definitions.reasons_of(draft)),
                        action=use.action,
                    )._replace(use=use.use, choices=use.choices, repeated=use.repeated)
                )
            if orders:
                orders = group.in_turn(orders, self.templates)
                records.append(self._template(orders, name_of(group.resource), group.services))
        for key, draft in self.templates.items():
            if key not in used:
                order = finish(
                    draft,
                    self.index,
                    Facts(),
                    guards=definitions.guards_of(draft),
                    extra_reasons=definitions.reasons_of(draft),
                )
                records.append(self._template([order]))
        return [r for r in records if any(self.covers(d.ingredient) for o in r.orders for d in o.drugs)]

    def _template(
        self, orders: list[Order], definition: str | None = None, services: tuple[Service, ...] | None = None
    ) -> Record:
        return Record("template", None, tuple(orders), Facts(), self.as_of, definition, services)


def _is_defined(order: Resource) -> bool:
    """Whether it is an order of a definition, and so of no patient."""
    return order.outermost.type in ("PlanDefinition", "ActivityDefinition")


def build(
    resources: Sequence[Resource], index: Index, covers: Covers, as_of: date, of_patients: bool = False
) -> Built:
    """The records of all ``resources``, what became of every order, and what was wrong with the input."""
    return Builder(resources, index, covers, as_of, of_patients=of_patients).build()
