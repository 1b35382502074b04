"""What parts of an expression stand for: numbers, facts, moments, conditions; and how they combine."""

from __future__ import annotations

import math
from collections.abc import Callable

from orderlint.exact import Fraction
from orderlint.fhir.read.expression_tokens import Unreadable
from orderlint.fhir.read.guard_words import unit_factor
from orderlint.interval_sets import ANYTHING, NOTHING, Set, complement, interval, meet, union
from orderlint.namedtuple import NamedTuple

AGE, RENAL = "age", "renal"
FACTS = (AGE, RENAL)  # the facts whose comparisons are evaluated

Box = tuple[Set, ...]  # one set of values for each of FACTS, all of which must hold
Boxes = tuple[Box, ...]  # any of them may hold

_MOST_BOXES = 16
_MOST_PIECES = 32  # of one set


class Who(NamedTuple):
    """Those for whom a condition has one outcome: nobody outside ``may``.

    ``surely``: for each of FACTS, those for whom it plainly has that outcome when only what speaks of
    that fact is doubted. ``unread``: none of it was evaluated.
    """

    may: Boxes
    surely: tuple[Boxes, ...]
    unread: bool = False

    def reach(self, fact: str) -> tuple[Set, Set]:
        """The values of ``fact`` in ``may``, and in its ``surely``."""
        at = FACTS.index(fact)
        return _side(self.may, at), _side(self.surely[at], at)


class Truth(NamedTuple):
    """A condition: for whom it is true, and for whom it is not."""

    yes: Who
    no: Who


class Number(NamedTuple):
    value: Fraction
    unit: str | None


class Fact(NamedTuple):
    """The number of a fact. ``unit``: the one its name says, "" for the fact's own."""

    fact: str
    unit: str
    whole: bool  # counted in completed units, as ages are


class Moment(NamedTuple):
    """A point in time: the birth or now, and ``years`` later."""

    birth: bool
    years: Fraction


class Words(NamedTuple):
    """Anything else."""


Value = Truth | Number | Fact | Moment | Words

_ALL: Boxes = ((ANYTHING,) * len(FACTS),)
_NONE: Boxes = ()
EVERYONE = Who(_ALL, (_ALL,) * len(FACTS))
NOBODY = Who(_NONE, (_NONE,) * len(FACTS))
TRUE, FALSE = Truth(EVERYONE, NOBODY), Truth(NOBODY, EVERYONE)
ON_RECORD = Truth(EVERYONE, EVERYONE)  # whether a fact is known: its value may be any, either way


def unknown(spoken: frozenset[str]) -> Truth:
    """A condition that was not evaluated, and the facts that it speaks of."""
    who = Who(_ALL, tuple(_NONE if fact in spoken else _ALL for fact in FACTS), True)
    return Truth(who, who)


def both(one: Who, other: Who) -> Who:
    """Those in both."""
    return Who(_meet(one.may, other.may), _each(_meet, one.surely, other.surely), one.unread and other.unread)


def either(one: Who, other: Who) -> Who:
    """Those in either. Nobody knows whom an unread side lets in: perhaps anyone, but for certain no one."""
    sure = _each(
        _union,
        NOBODY.surely if one.unread else one.surely,
        NOBODY.surely if other.unread else other.surely,
    )
    if (one.unread or other.unread) and sure == NOBODY.surely:
        return Who(_ALL, _each(_meet, one.surely, other.surely), True)
    return Who(_union(one.may, other.may), sure)


def _each(
    combine: Callable[[Boxes, Boxes], Boxes], one: tuple[Boxes, ...], other: tuple[Boxes, ...]
) -> tuple[Boxes, ...]:
    return tuple(combine(a, b) for a, b in zip(one, other, strict=True))


def _meet(one: Boxes, other: Boxes) -> Boxes:
    found: Boxes = _NONE
    for a in one:
        for b in other:
            sides = tuple(meet(x, y) for x, y in zip(a, b, strict=True))
            if all(sides):
                found = _with(found, sides)
    return found


def _union(one: Boxes, other: Boxes) -> Boxes:
    found = one
    for box in other:
        found = _with(found, box)
    return found


def _with(boxes: Boxes, box: Box) -> Boxes:
    """``boxes`` and one more, joined to the first that differs from it in at most one fact."""
    if any(len(side) > _MOST_PIECES for side in box):
        raise Unreadable
    for at, old in enumerate(boxes):
        if sum(a != b for a, b in zip(old, box, strict=True)) <= 1:
            joined = tuple(union(a, b) for a, b in zip(old, box, strict=True))
            return (*boxes[:at], joined, *boxes[at + 1 :])
    if len(boxes) >= _MOST_BOXES:
        raise Unreadable
    return (*boxes, box)


def _side(boxes: Boxes, at: int) -> Set:
    found: Set = NOTHING
    for box in boxes:
        found = union(found, box[at])
    return found


def conjoin(one: Truth, other: Truth) -> Truth:
    """``and``."""
    return Truth(both(one.yes, other.yes), either(one.no, other.no))


def disjoin(one: Truth, other: Truth) -> Truth:
    """``or``."""
    return Truth(either(one.yes, other.yes), both(one.no, other.no))


def negate(one: Truth) -> Truth:
    """``not``."""
    return Truth(one.no, one.yes)


def _of(fact: str, values: Set) -> Truth:
    """The condition that ``fact`` lies in ``values``."""

    def who(chosen: Set) -> Who:
        boxes: Boxes = (tuple(chosen if f == fact else ANYTHING for f in FACTS),) if chosen else _NONE
        return Who(boxes, (boxes,) * len(FACTS))

    return Truth(who(values), who(complement(values)))


# ---------------------------------------------------------------- comparisons

COMPARE = {
    "<": "<", "<=": "<=", ">": ">", ">=": ">=", "≤": "<=", "≥": ">=",
    "=": "=", "==": "=", "~": "=", "!=": "!=", "<>": "!=", "!~": "!=", "≠": "!=",
}  # fmt: skip
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def compare(left: Value, op: str, right: Value) -> Truth | None:
    """``left op right``; None where that can't be evaluated."""
    if isinstance(left, Truth) and op in ("=", "!=") and right in (TRUE, FALSE):
        return left if (op == "=") == (right == TRUE) else negate(left)
    if isinstance(right, Fact) and not isinstance(left, Fact):
        left, op, right = right, _MIRROR[op], left
    if isinstance(left, Fact) and isinstance(right, Number):
        values = where(left, op, right)
        return None if values is None else _of(left.fact, values)
    if isinstance(left, Number) and isinstance(right, Number) and left.unit == right.unit:
        return TRUE if _meets(left.value, op, right.value) else FALSE
    if isinstance(left, Moment) and isinstance(right, Moment) and left.birth != right.birth:
        if right.birth:
            left, op, right = right, _MIRROR[op], left
        # birth + a op now + b  <=>  a - b op age
        return _of(AGE, _beyond(_MIRROR[op], left.years - right.years))
    return None


def where(fact: Fact, op: str, number: Number) -> Set | None:
    """The values of ``fact``, in its own unit, for which the comparison holds."""
    own = unit_factor(fact.fact, fact.unit) if fact.unit else None
    written = unit_factor(fact.fact, number.unit) if number.unit else None
    if number.unit and written is None:
        return None
    scale = own or written or Fraction(1)  # the unit that is counted in
    value = number.value * (written or scale) / scale
    if not fact.whole:
        return _beyond(op, value * scale)
    # n completed units are [n, n + 1): "<= 64" is below 65, "> 64" is 65 or more
    below, up_to = math.ceil(value) * scale, (math.floor(value) + 1) * scale
    lower = {"<": _beyond("<", below), "<=": _beyond("<", up_to)}
    if op in lower:
        return lower[op]
    upper = {">": complement(lower["<="]), ">=": complement(lower["<"])}
    if op in upper:
        return upper[op]
    equal = meet(lower["<="], upper[">="])
    return equal if op == "=" else complement(equal)


def _beyond(op: str, value: Fraction) -> Set:
    """The numbers x with ``x op value``."""
    if op in ("<", "<="):
        return interval(None, False, value, op == "<=")
    if op in (">", ">="):
        return interval(value, op == ">=", None, False)
    equal = interval(value, True, value, True)
    return equal if op == "=" else complement(equal)


def _meets(left: Fraction, op: str, right: Fraction) -> bool:
    if op == "=":
        return left == right
    if op == "!=":
        return left != right
    if op in ("<", "<="):
        return left < right or (op == "<=" and left == right)
    return left > right or (op == ">=" and left == right)


def add(left: Value, right: Value) -> Value:
    if isinstance(left, Number) and isinstance(right, Number) and left.unit == right.unit:
        return Number(left.value + right.value, left.unit)
    years = _years(right)
    if isinstance(left, Moment) and years is not None:
        return Moment(left.birth, left.years + years)
    return Words()


def subtract(left: Value, right: Value) -> Value:
    if isinstance(right, Number):
        return add(left, Number(-right.value, right.unit))
    if isinstance(left, Moment) and isinstance(right, Moment) and (left.birth, right.birth) == (False, True):
        return Fact(AGE, "", False) if left.years == right.years else Words()
    return Words()


def _years(value: Value) -> Fraction | None:
    """A span of time in years."""
    if not isinstance(value, Number) or value.unit is None:
        return None
    factor = unit_factor(AGE, value.unit)
    return None if factor is None else value.value * factor
