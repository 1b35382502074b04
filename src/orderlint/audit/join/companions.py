"""Orders that no rule watches: parsed only where a rule for another drug of the patient speaks of theirs.

A tablet for the blood pressure counts beside tizanidine and beside nothing else: the words of a drug's rules
say which others can matter to it. Whatever is not as plain as can be is parsed, and with it everything of
the patient, or of the whole group of partitions where it isn't plain whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from orderlint.audit import keys
from orderlint.audit.job import GOING, Job
from orderlint.audit.sift.scanner import decoding
from orderlint.fhir.json.strict import JsonProblem, parse
from orderlint.fhir.read.medication import identify
from orderlint.fhir.source.container import Resource

if TYPE_CHECKING:
    from orderlint.audit.sift.decoders import OrderLine

Medication = Callable[[str], Resource | None]  # the only one of this tail

_MOST = 20_000  # elements remembered
ORDER = b'"MedicationRequest"'  # a line without it, and without escapes in its resourceType, is no order
# Links to orders that may be the same at another stage.
_BASED_ON, _PRIOR, _REPLACES = b"basedOn", b"priorPrescription", b"replaces"


class _Order(NamedTuple):
    """A plain order. ``drugs``: ingredients that terminology knows, None where that has to be found out."""

    patient: str
    drugs: frozenset[str] | None
    linked: bool


class Companions:
    """Tells which lines of a group of partitions have to be parsed, remembering elements that name drugs."""

    def __init__(self) -> None:
        self._drugs: dict[tuple[str, bytes], frozenset[str] | None] = {}
        self._words: dict[str, frozenset[str]] = {}  # of the rules that watch a drug

    def needed(self, lines: Sequence[bytes], job: Job, medication: Medication, *, plain: bool) -> list[bool]:
        """For each line with an order whether it has to be parsed; the others hold one that is not covered.

        ``plain``: all other lines of the group hold no order.
        """
        if job.settings.parse_all or not decoding():
            return [True] * len(lines)
        orders: list[_Order] = []
        for raw in lines if plain else ():
            order = self._order(raw, medication)
            if order is None:
                break
            orders.append(order)
        if len(orders) < len(lines):
            return [not is_alone(raw, job) for raw in lines]
        watched, anything = self._watched(orders, job)
        return [
            not order.drugs
            or order.patient in anything
            or any(job.covers(name) for name in order.drugs)
            or self._is_spoken_of(order, watched.get(order.patient, ()), job)
            for order in orders
        ]

    def _is_spoken_of(self, order: _Order, near: Collection[str], job: Job) -> bool:
        """Whether a rule that watches one of ``near`` may mean a drug of this order."""
        if order.linked:
            return bool(near)
        return any(not self._said_of(name, job).isdisjoint(order.drugs or ()) for name in near)

    def _watched(self, orders: Iterable[_Order], job: Job) -> tuple[Mapping[str, set[str]], set[str]]:
        """By patient, the ingredients that a rule watches; and the patients with whom anything counts."""
        watched: dict[str, set[str]] = {}
        anything: set[str] = set()
        for patient, drugs, linked in orders:
            covered = [name for name in drugs or () if job.covers(name)]
            if covered:
                watched.setdefault(patient, set()).update(covered)
            if drugs is None or (covered and linked):
                anything.add(patient)
        return watched, anything

    def _said_of(self, drug: str, job: Job) -> frozenset[str]:
        """All words in the conditions, figures and settings of the rules that watch a drug."""
        known = self._words.get(drug)
        if known is None:
            found: set[str] = set()
            for protocols in (job.protocols, job.baseline):
                if protocols is not None:
                    _gather(protocols.all_settings, found)
                    for instance in protocols.by_drug.get(drug, ()):
                        _gather(instance.when, found)
                        _gather(instance.params, found)
            known = self._words[drug] = frozenset(found)
        return known

    def _order(self, raw: bytes, medication: Medication) -> _Order | None:
        """None for what is no plain order."""
        plain = _plain(raw)
        if plain is None:
            return None
        order, patient = plain
        going = order.status in GOING and not order.doNotPerform
        linked = _BASED_ON in raw or _PRIOR in raw or _REPLACES in raw
        return _Order(patient, self._named(order, medication) if going else None, linked)

    def _named(self, order: OrderLine, medication: Medication) -> frozenset[str] | None:
        from msgspec import UNSET  # noqa: PLC0415

        said = [
            (key, bytes(element))
            for key in ("medicationCodeableConcept", "medicationReference", "medication")
            if (element := getattr(order, key)) is not UNSET
        ]
        if len(said) != 1:
            return None
        if said[0] not in self._drugs:
            if len(self._drugs) >= _MOST:
                self._drugs.clear()
            self._drugs[said[0]] = _identified(*said[0], medication)
        return self._drugs[said[0]]


def _identified(key: str, element: bytes, medication: Medication) -> frozenset[str] | None:
    """The ingredients that an element names; None where they can't all be told."""
    try:
        value = parse(element)
    except JsonProblem:
        return None

    def resolve(reference: str) -> Resource | None:
        tail = keys.simple_tail(reference)
        return medication(tail) if tail is not None else None

    found = identify({"resourceType": "MedicationRequest", key: value}, resolve)
    if found.unidentified or found.dangling:
        return None
    return frozenset(drug.ingredient for drug in found.drugs)


def _gather(value: object, found: set[str]) -> None:
    """Every string in a value."""
    if isinstance(value, str):
        found.add(value)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            _gather(key, found)
            _gather(one, found)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            _gather(one, found)


def is_alone(raw: bytes, job: Job) -> bool:
    """Whether a line is an order of a patient who has none that may be covered: then it is not covered.

    Tells without parsing it; False where only parsing tells. ``job`` is that of the join.
    """
    plain = _plain(raw) if decoding() and ORDER in raw else None
    return plain is not None and keys.key32(plain[1]) not in job.relevant


def _plain(raw: bytes) -> tuple[OrderLine, str] | None:
    """A decoded order and its patient, where both are plainly told, and once."""
    from msgspec import UNSET  # noqa: PLC0415

    from orderlint.audit.sift.decoders import Problems, keys_are_told_once, order_line  # noqa: PLC0415

    try:
        order = order_line(raw)
    except Problems:
        return None
    if order.resourceType != "MedicationRequest" or order.subject is UNSET:
        return None
    once = b"\\u" not in raw and raw.count(b'"subject"') == 1 == raw.count(b'"medication')
    if not once and not keys_are_told_once(raw):
        return None
    patient = keys.subject_tail(bytes(order.subject))
    return None if patient is None else (order, patient)
