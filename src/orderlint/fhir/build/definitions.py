"""Definitions and request groups: which orders belong together, behind which guards, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from orderlint.fhir.build.faults import input_fault, shape_faults
from orderlint.fhir.build.found import key_of, name_of
from orderlint.fhir.build.orders import Draft
from orderlint.fhir.build.reasons import by_words, text_reason
from orderlint.fhir.build.services import leaves, of_action, service_of
from orderlint.fhir.build.succession import Task, linked
from orderlint.fhir.build.turns import Again, in_definition, in_request_group
from orderlint.fhir.build.who import Who, who
from orderlint.fhir.read.activity import orders_medication, read_activity
from orderlint.fhir.read.codes import Concept
from orderlint.fhir.read.definition import (
    Action,
    Inherited,
    Reasons,
    actions,
    activity_guards,
    branches_of,
    definition_reasons,
    use_context,
)
from orderlint.fhir.read.guard import instructions
from orderlint.fhir.read.order import subject_of
from orderlint.fhir.read.reason import groups_of
from orderlint.fhir.read.shape import Faults
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource
from orderlint.namedtuple import NamedTuple
from orderlint.record import Choice, Guard, InputFault, Order, Reason, Service

PLANS = frozenset(("PlanDefinition",))
REQUEST_GROUPS = frozenset(("RequestGroup", "RequestOrchestration"))
MOST_ACTIONS = 20_000  # of one definition with all it names; more is a cycle or a bomb


class Use(NamedTuple):
    """One order as one action of a definition uses it."""

    key: str
    guards: tuple[Guard, ...]
    choices: tuple[Choice, ...]
    reasons: tuple[Reason, ...]
    action: str  # the action's title, else its id, else the pointers that lead to it
    use: str  # "" where it names an order that exists: two actions that do so name one order
    repeated: bool

    @property
    def alternatives(self) -> tuple[tuple[str, str], ...]:
        """(selection group, branch) pairs."""
        return branches_of(self.choices)


class Selected(NamedTuple):
    """What request groups say of an order that they name: its branches, and the conditions on it."""

    alternatives: tuple[tuple[str, str], ...] = ()
    guards: tuple[Guard, ...] = ()


class Group(NamedTuple):
    """A definition or request group and the orders that it makes or names.

    ``tasks``: all its actions, nested ones followed, where links say when some of them are to be done.
    """

    resource: Resource
    uses: tuple[Use, ...]
    services: tuple[Service, ...] = ()
    tasks: tuple[Task, ...] = ()

    def in_turn(self, orders: list[Order], drafts: Mapping[str, Draft]) -> list[Order]:
        """Its orders, which no patient has yet, each with its turn among the others."""
        return in_definition(self.tasks, orders, drafts) if self.tasks else orders


class Definitions(NamedTuple):
    """All definitions of a run. ``subjects`` are the patients of request groups, by the orders they name."""

    groups: tuple[Group, ...]
    subjects: dict[str, Resource]
    faults: tuple[InputFault, ...]

    def subject_of(self, key: str, index: Index) -> Who | None:
        """The patient of the request group that names an order which has no subject of its own."""
        group = self.subjects.get(key)
        return who(subject_of(group.value, Faults()), group, index) if group is not None else None

    @property
    def selections(self) -> dict[str, Selected]:
        """By an order's key, the selections of request groups that it is a branch of.

        An order that several actions name is out of reach of another one only where all of them are. A
        group that can be gone through more than once keeps nothing apart: each order is one order.
        """
        uses: dict[str, list[Use]] = {}
        for group in self.groups:
            for use in group.uses if group.resource.type in REQUEST_GROUPS else ():
                uses.setdefault(use.key, []).append(use)
        return {key: _selected(found) for key, found in uses.items()}

    def in_turn(
        self, orders: list[Order], drafts: Mapping[str, Draft], as_of: date, again: Again
    ) -> list[Order]:
        """A patient's orders, each with its turn in the request group that names it; ``again`` works out an
        order that begins on another day than it did."""
        for group in self.groups:
            if group.tasks and group.resource.type in REQUEST_GROUPS:
                orders = in_request_group(key_of(group.resource), group.tasks, orders, drafts, as_of, again)
        return orders

    def guards_of(self, draft: Draft) -> tuple[Guard, ...]:
        """The guards that stand on the order or activity itself."""
        own = instructions(draft.resource.value, draft.resource.place)
        if draft.resource.type == "ActivityDefinition":
            own += activity_guards(draft.resource.value, draft.resource.place)
        return own

    def reasons_of(self, draft: Draft) -> tuple[Reason, ...]:
        """The reasons that an activity gives itself, in codes and in its title and purpose."""
        if draft.resource.type != "ActivityDefinition":
            return ()
        texts = read_activity(draft.resource.value).texts
        found = _reasons(definition_reasons(draft.resource.value), draft.resource)
        said = tuple(r for text in texts if (r := text_reason(text, draft.resource)) is not None)
        return tuple(dict.fromkeys((*found, *said)))


def _selected(uses: Sequence[Use]) -> Selected:
    branches = [branches_of(c for c in use.choices if not c.again) for use in uses]
    in_all = frozenset.intersection(*(frozenset(group for group, _ in found) for found in branches))
    said = dict.fromkeys(pair for found in branches for pair in found if pair[0] in in_all)
    return Selected(tuple(said), uses[0].guards if len(uses) == 1 else ())


def read_definitions(resources: Iterable[Resource], index: Index) -> Definitions:
    """Every PlanDefinition and request group of the run, nested definitions followed."""
    groups = []
    subjects: dict[str, Resource] = {}
    faults: list[InputFault] = []
    for resource in resources:
        if resource.type not in PLANS and resource.type not in REQUEST_GROUPS:
            continue
        reader = _Reader(resource, index)
        uses = reader.uses()
        groups.append(Group(resource, uses, tuple(reader.services), linked(reader.tasks)))
        faults += reader.found
        if resource.type in REQUEST_GROUPS:
            for use in groups[-1].uses:
                subjects.setdefault(use.key, resource)
    return Definitions(tuple(groups), subjects, tuple(faults))


class _Reader:
    """Follows the actions of one definition into the definitions and orders that they name."""

    def __init__(self, root: Resource, index: Index) -> None:
        self.root = root
        self.index = index
        self.found: list[InputFault] = []
        self.services: list[Service] = []
        self.tasks: list[Task] = []
        self.missing: dict[str, list[Action]] = {}  # words → actions that they hold of
        self.left = MOST_ACTIONS

    def uses(self) -> tuple[Use, ...]:
        found = tuple(self._inside(self.root, Inherited(), (key_of(self.root),)))
        if self.left < 0:
            words = f"more than {MOST_ACTIONS} actions, nested definitions included: the rest was not checked"
            self.found.append(input_fault("unresolved-reference", words, self.root, "/action"))
        for words, holders in self.missing.items():
            self.found.append(self._warning(words, holders))
        return found

    def _inside(self, definition: Resource, above: Inherited, path: tuple[str, ...]) -> list[Use]:
        faults = Faults()
        meant_for = use_context(definition.value, definition.place, faults)
        conditions = above.conditions | ({f"{above.use} useContext"} if meant_for else set())
        here = above._replace(guards=above.guards + meant_for, conditions=conditions)
        reasons = _reasons(definition_reasons(definition.value, faults), definition)
        found: list[Use] = []
        every = actions(definition.value, definition.place, faults, here)
        without_more = leaves(every)
        for action in every:
            self.left -= 1
            if self.left < 0:
                break
            found += self._action(action, definition, reasons, path, action.pointer in without_more)
        self.found += shape_faults(definition, (f._replace(vital=False) for f in faults))
        return found

    def _action(
        self,
        action: Action,
        definition: Resource,
        reasons: Sequence[Reason],
        path: tuple[str, ...],
        leaf: bool,
    ) -> list[Use]:
        target = self._target(action, definition)
        medicine = target is not None and target.type != "PlanDefinition" and _orders_medicine(target)
        exists = action.resource is not None  # an order, not a definition of one
        self.tasks.append(Task(action, key_of(target) if target is not None and medicine else None, exists))
        if target is None:
            if leaf:
                service = of_action(action, name_of(definition))
                self.services.append(service._replace(choices=action.choices))
            return []
        said = (*reasons, *_reasons(Reasons(action.reasons, action.texts), definition))
        if target.type == "PlanDefinition":
            if key_of(target) in path:
                self._warn(definition, action, "names a definition that leads back to itself")
                return []
            inherited = Inherited(
                action.guards,
                action.choices,
                action.reasons,
                action.texts,
                action.use,
                action.repeated,
                action.conditions,
            )
            inner = self._inside(target, inherited, (*path, key_of(target)))
            return [use._replace(reasons=(*said, *use.reasons)) for use in inner]
        if not medicine:
            ordered = service_of(target, action)
            self.services += [ordered._replace(choices=action.choices)] if ordered is not None else []
            return []
        return [
            Use(
                key_of(target),
                action.guards,
                action.choices,
                tuple(dict.fromkeys(said)),
                action.title or action.label or action.use,
                "" if exists else action.use,
                action.repeated and not exists,
            )
        ]

    def _target(self, action: Action, definition: Resource) -> Resource | None:
        if action.resource is not None:
            found = self.index.resolve(action.resource, definition)
            if found is None:
                self._warn(definition, action, "names an order that is not in this run")
            return found
        if action.definition is None:
            return None
        found = self.index.resolve_canonical(action.definition, definition)
        if found is None and _may_order(action.definition):
            self._warn(
                definition,
                action,
                "names a definition that is not in this run: what it orders was not checked",
            )
        return found

    def _warn(self, definition: Resource, action: Action, words: str) -> None:
        if definition is self.root:  # nested definitions speak for themselves
            self.missing.setdefault(words, []).append(action)

    def _warning(self, words: str, holders: Sequence[Action]) -> InputFault:
        """One finding a definition, however many of its actions lead nowhere."""
        first = holders[0]
        who = f"action '{first.title}'" if first.title else "an action"
        more = f" (and {len(holders) - 1} more)" if len(holders) > 1 else ""
        return input_fault("unresolved-reference", f"{who}{more} {words}", self.root, first.pointer)


def _orders_medicine(target: Resource) -> bool:
    return target.type == "MedicationRequest" or (
        target.type == "ActivityDefinition" and orders_medication(target.value)
    )


def _may_order(canonical: str) -> bool:
    """Whether a definition that isn't there could order a medicine: anything but the types that never do."""
    return not any(
        f"{kind}/" in canonical
        for kind in (
            "Questionnaire",
            "OperationDefinition",
            "Measure",
            "MessageDefinition",
            "SpecimenDefinition",
            "ObservationDefinition",
        )
    )


def _reasons(said: Reasons, source: Resource) -> tuple[Reason, ...]:
    found: list[Reason] = [_of_concept(c, source) for c in said.concepts]
    found += [r for words in said.texts if (r := text_reason(words.text, source)) is not None]
    return tuple(dict.fromkeys(found))


def _of_concept(said: Concept, source: Resource) -> Reason:
    words = said.words or ""
    return Reason(by_words(groups_of(said), words), words, name_of(source))
