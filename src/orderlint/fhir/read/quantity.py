"""Quantity, Range, Ratio and Duration → amounts in canonical units, or the reason why not.

A value that can't be used never disappears: it becomes an :class:`Amount` whose ``problem`` says why,
so that whatever rests on it is unverifiable instead of smaller.
"""

from __future__ import annotations

from orderlint.dosing.model import Amount, Rate
from orderlint.dosing.number import number
from orderlint.dosing.units import canonical, counts_as, factor
from orderlint.exact import Fraction
from orderlint.fhir.read.shape import Faults, Json, absent, absent_reason, kind, mapping, name, show, text
from orderlint.terminology.forms import form_unit

UCUM = "http://unitsofmeasure.org"
_UPPER = ("<", "<=")
_LOWER = (">", ">=")
_ANY = ("1", "{each}")  # one of whatever it is: words that name it say more


def quantity(value: object, pointer: str, faults: Faults) -> Amount | None:
    """A Quantity as an amount; None only where there is none at all.

    With ``<`` or ``<=`` the value is the upper bound and the low side is open. With ``>``, ``>=`` or
    any other comparator no upper bound is known, which is a problem.
    """
    if value is None:
        return None
    whole = mapping(value, pointer, faults)
    if whole is None:
        return Amount(None, None, None, pointer, f"{name(pointer)} is {kind(value)}, not a quantity")
    size, problem = _size(whole, pointer, faults)
    unit, doubt = unit_of(whole, pointer, faults)
    comparator = text(whole, "comparator", pointer, faults, True)
    if comparator in _UPPER:
        return Amount(None, size, unit, pointer, problem or doubt)
    if comparator in _LOWER:
        problem = problem or f"{name(pointer)} has the comparator {comparator}: no upper bound is known"
        return Amount(size, None, unit, pointer, problem)
    if comparator is not None or whole.get("comparator") not in (None, comparator):
        problem = problem or f"{name(pointer)} has a comparator that can't be used"
        if comparator is not None and comparator != "ad":
            faults.add(f"{pointer}/comparator", f"comparator {show(comparator)} is not one of FHIR's")
    return Amount(size, size, unit, pointer, problem or doubt)


def quantity_of(parent: Json, key: str, pointer: str, faults: Faults) -> Amount | None:
    """``parent[key]`` as an amount; one that only an extension speaks of is an amount with a problem."""
    where = f"{pointer}/{key}"
    reason = absent(parent, key)
    if reason is not None:
        return Amount(None, None, None, where, f"{key} is not given ({reason})")
    return quantity(parent.get(key), where, faults)


def _size(whole: Json, pointer: str, faults: Faults) -> tuple[Fraction | None, str | None]:
    """The value, and why there is none."""
    written = whole.get("value")
    if written is None:
        reason = absent(whole, "value") or absent_reason(whole)
        return None, f"{name(pointer)} has no value" + (f" ({reason})" if reason else "")
    size = number(written) if not isinstance(written, (bool, str)) else None
    if size is None:
        what = "a number that can't be used" if kind(written) == "a number" else kind(written)
        faults.add(f"{pointer}/value", f"value is {what} where a decimal number belongs")
        return None, f"the value of {name(pointer)} is {what}, not a number"
    if size < 0:
        faults.add(f"{pointer}/value", f"the value of {name(pointer)} is negative")
        return None, f"the value of {name(pointer)} is negative"
    return size, None


def unit_of(whole: Json, pointer: str, faults: Faults) -> tuple[str | None, str | None]:
    """The canonical unit of a Quantity, and why there is none. (None, None): no unit was written.

    The code counts where it is understood, else the unit in words. A code and words that mean
    different units contradict each other, and then neither can be trusted.
    """
    code = text(whole, "code", pointer, faults, True)
    words = text(whole, "unit", pointer, faults, True)
    system = text(whole, "system", pointer, faults, True)
    for key in ("code", "unit"):
        if whole.get(key) is not None and not isinstance(whole[key], str):
            return None, f"the {key} of {name(pointer)} is {kind(whole[key])}, not a string"
    if code is None and words is None:
        return None, None
    by_code = _known(code, system, words) if code is not None else None
    by_words = _known(words, None, None) if words is not None else None
    if by_code is None and by_words is None:
        return None, f"unit {show(code or words or '')} is not known"
    if by_code is None:
        return by_words, None
    if by_words is not None and not _same(by_code, by_words):
        return None, f"unit code {show(code or '')} and unit {show(words or '')} disagree"
    return (by_words if by_code in _ANY and by_words is not None else by_code), None


def _known(written: str | None, system: str | None, words: str | None) -> str | None:
    if written is None:
        return None
    return canonical(written, system) or form_unit(system, written, words)


def _same(one: str, other: str) -> bool:
    return one == other or factor(one, other) == 1 or counts_as(one, other)


def range_of(parent: Json, key: str, pointer: str, faults: Faults) -> Amount | None:
    """``parent[key]``, a Range, as one amount in the unit of its high side. An open side is None."""
    where = f"{pointer}/{key}"
    reason = absent(parent, key)
    if reason is not None:
        return Amount(None, None, None, where, f"{key} is not given ({reason})")
    if parent.get(key) is None:
        return None
    whole = mapping(parent[key], where, faults)
    if whole is None:
        return Amount(None, None, None, where, f"{key} is {kind(parent[key])}, not a range")
    low = quantity_of(whole, "low", where, faults)
    high = quantity_of(whole, "high", where, faults)
    if high is None:
        if low is None:
            return Amount(None, None, None, where, f"{key} has neither low nor high")
        return Amount(low.low, None, low.unit, where, low.problem)
    if high.problem or low is None:
        return Amount(None, high.high, high.unit, where, high.problem)
    if low.problem or low.low is None:
        return Amount(None, high.high, high.unit, where)  # the most that is allowed is still known
    if low.unit is None or high.unit is None:
        if low.unit is not None:
            return Amount(None, None, None, where, f"the high of {key} has no unit, its low has")
        return Amount(low.low if high.unit is None else None, high.high, high.unit, where)
    times = factor(low.unit, high.unit)
    if times is None:
        return Amount(None, None, None, where, f"low and high of {key} are in units that can't be compared")
    least = low.low * times
    if high.high is not None and least > high.high:
        faults.add(where, f"the low of {key} is above its high")
        return Amount(None, None, None, where, f"the low of {key} is above its high")
    return Amount(least, high.high, high.unit, where)


def ratio(value: object, pointer: str, faults: Faults) -> Rate | None:
    """A Ratio. A missing or zero denominator is the denominator's problem."""
    if value is None:
        return None
    whole = mapping(value, pointer, faults)
    if whole is None:
        broken = Amount(None, None, None, pointer, f"{name(pointer)} is {kind(value)}, not a ratio")
        return Rate(broken, broken, pointer)
    sides = []
    for key in ("numerator", "denominator"):
        side = quantity_of(whole, key, pointer, faults)
        if side is None:
            side = Amount(None, None, None, f"{pointer}/{key}", f"{name(pointer)} has no {key}")
        sides.append(side)
    numerator, denominator = sides
    if denominator.problem is None and not denominator.high:
        denominator = denominator._replace(problem=f"the denominator of {name(pointer)} is zero")
    return Rate(numerator, denominator, pointer)


def ratio_of(parent: Json, key: str, pointer: str, faults: Faults) -> Rate | None:
    """``parent[key]`` as a Ratio."""
    return ratio(parent.get(key), f"{pointer}/{key}", faults)


def days_of(
    parent: Json, key: str, pointer: str, faults: Faults
) -> tuple[tuple[Fraction | None, Fraction | None] | None, str | None]:
    """``parent[key]``, a Duration, as the least and the most days that it can mean; and what is wrong."""
    return in_days(quantity_of(parent, key, pointer, faults), key)


def in_days(
    amount: Amount | None, what: str
) -> tuple[tuple[Fraction | None, Fraction | None] | None, str | None]:
    """A length of time as (least, most) days; None, with the reason, where its unit is no unit of time."""
    if amount is None:
        return None, None
    lower_only = amount.problem is not None and amount.low is not None and amount.high is None
    if amount.problem is not None and not lower_only:
        return None, amount.problem
    if amount.unit is None:
        return None, f"{what} has no unit"
    times = factor(amount.unit, "d")
    if times is None:
        return None, f"the unit of {what} is no unit of time"
    low = amount.low * times if amount.low is not None else None
    high = amount.high * times if amount.high is not None else None
    return (low, high), None
