"""Exact fractions as a report prints them: exact decimals, else six significant digits."""

from __future__ import annotations

from decimal import Context, Decimal
from functools import lru_cache

from orderlint.exact import Fraction
from orderlint.findings import Measure

_EXACT_DIGITS = 15  # what every JSON reader's double keeps
_HUGE = 10**300
_ROUGH = Context(prec=6)
_FULL = Context(prec=_EXACT_DIGITS)


@lru_cache(4096)
def decimal(value: Fraction) -> Decimal | None:
    """The value as a decimal; None where it is too large or too small for any reader to hold."""
    if value == 0:
        return Decimal(0)
    if abs(value) > _HUGE or abs(value) * _HUGE < 1:
        return None
    top, bottom = Decimal(value.numerator), Decimal(value.denominator)
    exact = _FULL.divide(top, bottom)
    return exact if Fraction(exact) == value else _ROUGH.divide(top, bottom)


def as_json(value: Fraction) -> int | float | None:
    """The value as a JSON number: ``120``, ``80.4``, ``0.333333``."""
    number = decimal(value)
    if number is None:
        return None
    whole = number == number.to_integral_value() and abs(number) < 10**_EXACT_DIGITS
    return int(number) if whole else float(number)


def as_text(value: Fraction) -> str:
    """The same number for people: no exponent for the sizes that doses have."""
    number = decimal(value)
    if number is None:
        return "a number too large or too small to print"
    if -6 <= number.adjusted() < _EXACT_DIGITS:
        plain = format(number, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return str(number.normalize()).replace("E+", "e").replace("E", "e")


def measure_text(measure: Measure) -> str:
    """``120 mg/d``."""
    return f"{as_text(measure.value)} {measure.unit}".rstrip()
