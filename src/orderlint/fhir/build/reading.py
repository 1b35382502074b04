"""How a builder reads an order: anew each time, or with what it remembers of orders that say the same.

``Reading`` is the plain way. ``Remembered`` gives the same values: it keeps what a part of an order was
read as, by the content of that part. Exports repeat a few thousand ways to order a drug in millions of
orders that differ in whom they are for and when; a check of some files would gain nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from orderlint.dosing.course import plan
from orderlint.dosing.model import Body, DateSpan, Instruction, Plan, Product, Supply
from orderlint.fhir.json.members import Members
from orderlint.fhir.read.dates import day
from orderlint.fhir.read.medication import Identification, Resolve, identify
from orderlint.fhir.read.observation import Result, dated, labs, measured_on, results
from orderlint.fhir.read.order import OrderParts, read_order, subject_of
from orderlint.fhir.read.shape import Faults, Json
from orderlint.record import Lab

Key = TypeVar("Key")
Value = TypeVar("Value")

_MOST = 20_000  # answers of each kind that are kept
# Of an order: who, when and by which number. read_order reads two of them, each by itself.
_OWN = frozenset(
    ("id", "meta", "text", "implicitRules", "language", "identifier", "subject", "encounter", "authoredOn",
     "requester", "recorder", "performer", "insurance", "supportingInformation", "eventHistory")
)  # fmt: skip
# Of an Observation, what says nothing of the values: results() reads none of them.
_MEASURED = frozenset(
    ("id", "meta", "text", "implicitRules", "language", "identifier", "subject", "encounter", "performer",
     "basedOn", "effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued", "specimen")
)  # fmt: skip
_OFTEN = 8  # questions after which it pays to find out whether the day matters
_DAYS = re.compile(
    r"\d{4}|\d/\d|\d\.\d{1,2}\.|\b(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
NAMING = ("medication", "product")  # elements that name a drug begin so


class Reading:
    """Reads what it is given, and keeps nothing."""

    def order(self, order: Json) -> OrderParts:
        """See :func:`orderlint.fhir.read.order.read_order`."""
        return read_order(order)

    def drug(self, order: Json, resolve: Resolve) -> Identification:
        """See :func:`orderlint.fhir.read.medication.identify`."""
        return identify(order, resolve)

    def labs(self, observation: Json, source: str, faults: Faults) -> tuple[Lab, ...]:
        """See :func:`orderlint.fhir.read.observation.labs`."""
        return labs(observation, source, faults)

    def plan(
        self,
        instructions: Sequence[Instruction],
        product: Product,
        supply: Supply | None,
        start: DateSpan | None,
        body: Body,
        ingredients: Sequence[str],
    ) -> Plan:
        """See :func:`orderlint.dosing.course.plan`."""
        return plan(instructions, product, supply, start, body, ingredients)


PLAIN = Reading()


class _Planned:
    """The plan of one way to order, begun on one day; and whether other days change anything but that day."""

    def __init__(self, held: tuple[object, ...], start: DateSpan | None, made: Plan) -> None:
        self.held = held  # what the key names by identity, so that the identity stays theirs
        self.start = start
        self.made = made
        self.asked = 0  # how often, for other days
        self.any_day: bool | None = None


class Remembered(Reading):
    """Gives what was read before of parts with the same content."""

    def __init__(self) -> None:
        self._written = _writer()
        self._orders: dict[object, OrderParts] = {}
        self._firsts: dict[object, Any] = {}
        self._drugs: dict[object, Identification] = {}
        self._plans: dict[object, _Planned] = {}
        self._results: dict[object, tuple[list[Result], bool]] = {}

    def order(self, order: Json) -> OrderParts:
        """The parts that are no one's own are remembered; whom the order is for and when is read."""
        if "_authoredOn" in order or "_subject" in order or "patient" in order:
            return read_order(order)
        key = self._common(order)
        if key is None:
            return read_order(order)
        parts = self._orders.get(key)
        if parts is None:
            common = {key: value for key, value in order.items() if key not in _OWN}
            parts = _keep(self._orders, key, self._of_one_kind(order, read_order(common)))
        faults = Faults()
        subject = subject_of(order, faults)
        written = day(order, "authoredOn", "", faults)
        return parts._replace(subject=subject, written=written, faults=(*parts.faults, *faults))

    def _of_one_kind(self, order: Json, parts: OrderParts) -> OrderParts:
        """The parts, whose instructions and supply are those of the first order with the same elements:
        a plan is remembered by them."""
        if not isinstance(order, Members):
            return parts
        modified = bool(order.get("modifierExtension"))  # then no dose can be used
        return parts._replace(
            instructions=self._first(order, "dosageInstruction", modified, parts.instructions),
            supply=self._first(order, "dispenseRequest", False, parts.supply),
        )

    def _first(self, order: Members, key: str, modified: bool, read: Value) -> Value:
        element = order.shared.get(key)
        if element is None:
            return read
        known: tuple[Value] | None = self._firsts.get((element.number, modified))
        return known[0] if known is not None else _keep(self._firsts, (element.number, modified), (read,))[0]

    def _common(self, order: Json) -> object:
        """Equal only for orders that say the same, each apart from what is its own."""
        if isinstance(order, Members):
            known = order.without(_OWN)
            if known is not None:
                return known
        return self._written({key: value for key, value in order.items() if key not in _OWN})

    def drug(self, order: Json, resolve: Resolve) -> Identification:
        """Remembered for a concept by its content, for a reference by the resource that it leads to."""
        named = [key for key in order if key.startswith(NAMING)]
        if len(named) != 1 or "contained" in order:
            return identify(order, resolve)
        element = order[named[0]]
        shared = order.shared.get(named[0]) if isinstance(order, Members) else None
        content = self._written(element) if shared is None else shared.number
        if content is None:
            return identify(order, resolve)
        target: object = None
        if named[0] == "medicationReference":
            found = resolve(element["reference"]) if _points(element) else None
            if found is None or found.parent is not None:
                return identify(order, resolve)
            target = found.place
        elif named[0] != "medicationCodeableConcept":
            return identify(order, resolve)
        key = (named[0], content, target)
        known = self._drugs.get(key)
        return _keep(self._drugs, key, identify(order, resolve)) if known is None else known

    def labs(self, observation: Json, source: str, faults: Faults) -> tuple[Lab, ...]:
        """What was measured is remembered, where nothing was wrong with it; whose it is and when is read."""
        key = observation.without(_MEASURED) if isinstance(observation, Members) else None
        if key is None:
            return labs(observation, source, faults)
        found = self._results.get(key)
        if found is None:
            quiet = Faults()
            found = _keep(self._results, key, (results(observation, quiet), not quiet))
        if not found[1]:
            return labs(observation, source, faults)
        return dated(found[0], measured_on(observation, faults), source, faults) if found[0] else ()

    def plan(
        self,
        instructions: Sequence[Instruction],
        product: Product,
        supply: Supply | None,
        start: DateSpan | None,
        body: Body,
        ingredients: Sequence[str],
    ) -> Plan:
        """A plan that no day of the calendar changes is made once, and then begins on any day."""
        held = (instructions, product, supply)
        key = (*map(id, held), body, tuple(ingredients), start is None)
        known = self._plans.get(key)
        if known is None:
            made = plan(instructions, product, supply, start, body, ingredients)
            return _keep(self._plans, key, _Planned(held, start, made)).made
        if known.start == start:
            return known.made
        if start is None or known.start is None:
            return plan(instructions, product, supply, start, body, ingredients)
        known.asked += 1
        if known.any_day is None:
            dateless = _dateless(instructions)
            if dateless or known.asked >= _OFTEN:
                known.any_day = all(
                    plan(instructions, product, supply, other, body, ingredients) == _begun(known.made, other)
                    for other in _other_days(start)[: 1 if dateless else None]
                )
        if known.any_day:
            return _begun(known.made, start)
        return plan(instructions, product, supply, start, body, ingredients)


def _begun(made: Plan, start: DateSpan) -> Plan:
    """The same plan, begun on another day."""
    return made._replace(courses=tuple(c._replace(start=start) for c in made.courses))


def _dateless(instructions: Sequence[Instruction]) -> bool:
    """Whether an order plainly names no day: one instruction, with a timing that knows none, and no words
    that may. Then it takes one look at another day to believe it; else one at each day of the week."""
    if len(instructions) != 1 or instructions[0].timing is None:
        return False
    timing, repeat = instructions[0].timing, instructions[0].timing.repeat
    words = (instructions[0].text, instructions[0].patient_instruction, timing.text)
    return (
        repeat is not None
        and not timing.events
        and not repeat.day_of_week
        and repeat.bounds_start is None
        and repeat.bounds_end is None
        and not any(said and _DAYS.search(said) for said in words)
    )


def _other_days(start: DateSpan) -> list[DateSpan]:
    """One far off in another kind of year, and every day of the week."""
    return [_shifted(start, days) for days in (401, 0, 1, 2, 3, 4, 5, 6)]


def _shifted(span: DateSpan, days: int) -> DateSpan:
    try:
        return span._replace(first=span.first + timedelta(days=days), last=span.last + timedelta(days=days))
    except OverflowError:
        return span


def _points(element: object) -> bool:
    return isinstance(element, dict) and isinstance(element.get("reference"), str)


def _keep(memory: dict[Any, Value], key: object, value: Value) -> Value:
    if len(memory) >= _MOST:
        memory.clear()
    memory[key] = value
    return value


def _writer() -> Callable[[object], bytes | None]:
    """A function that gives bytes that are equal only for equal content; None where there are none."""
    try:
        import msgspec  # noqa: PLC0415 -- an extra; the plain way is several times slower
    except ImportError:
        return lambda value: repr(value).encode("utf-8", "surrogatepass")
    encode = msgspec.json.Encoder(
        decimal_format="number"
    ).encode  # 1 and 1.0 stay two things, as they were written

    def written(value: object) -> bytes | None:
        try:
            return encode(value)
        except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError):
            return None

    return written
