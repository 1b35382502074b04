"""Exact numbers from untrusted input, and back to something a report can print.

Bounds come first: ``Fraction(Decimal("1e999999999"))`` would fill the memory before anyone could
look at it, so digits and exponent are checked before a :class:`Fraction` is built.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache

from orderlint.exact import Fraction

MOST_DIGITS = 30  # significant digits of a number that is still believed
MOST_EXPONENT = 18  # powers of ten either way: a nanogram in kilograms is 12
_MOST_BITS = 64  # of a whole number; about 1.8e19
_SHOWN_DIGITS = 6  # of a number that has no short decimal form


def number(value: object) -> Fraction | None:
    """``value`` (a JSON number or its text) as an exact number; None if it is none, or absurdly long."""
    kind = type(value)
    if kind is int:
        whole: int = value  # type: ignore[assignment]
        return Fraction(whole) if whole.bit_length() <= _MOST_BITS else None
    if kind is Decimal:
        return _from_decimal(value)  # type: ignore[arg-type]
    if kind is Fraction:
        return value  # type: ignore[return-value]
    if kind is float:
        return _from_text(repr(value))
    if kind is str:
        return _from_text(value)  # type: ignore[arg-type]
    return None


def _from_text(text: str) -> Fraction | None:
    text = text.strip()
    # Decimal() also reads "1_0", full-width digits and "Infinity": none is a number of FHIR's.
    if not text or len(text) > 2 * MOST_DIGITS or not set(text) <= set("0123456789.+-eE"):
        return None
    try:
        return _from_decimal(Decimal(text))
    except InvalidOperation:
        return None


def _from_decimal(value: Decimal) -> Fraction | None:
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):  # NaN, Infinity
        return None
    if len(digits) > MOST_DIGITS or not -MOST_EXPONENT <= exponent <= MOST_EXPONENT:
        return None
    return Fraction(value)


@lru_cache(1024, typed=True)
def figure(value: float | str) -> Fraction:
    """A number of the protocol data, exactly as it is written there."""
    return Fraction(str(value))


def show(value: Fraction) -> int | float:
    """``value`` for JSON: ``80``, ``80.4``; a number without a short decimal form to six digits."""
    if value.denominator == 1:
        return value.numerator
    return float(spell(value))


def spell(value: Fraction) -> str:
    """``value`` for a message: ``80``, ``80.4``, ``0.333333``."""
    if value.denominator == 1:
        return str(value.numerator)
    exact = _decimals(value.denominator)
    # A dose just over its limit must not print as the limit: short decimals are printed in full.
    if exact is not None and exact <= 9:
        scaled = value.numerator * 10**exact // value.denominator
        sign, scaled = ("-", -scaled) if scaled < 0 else ("", scaled)
        text = str(scaled).rjust(exact + 1, "0")
        return f"{sign}{text[:-exact]}.{text[-exact:]}"
    rounded = f"{value.numerator / value.denominator:.{_SHOWN_DIGITS}g}"
    if "e" in rounded:
        rounded = format(Decimal(rounded), "f")
    return rounded


def _decimals(denominator: int) -> int | None:
    """How many decimals a fraction with this (reduced) denominator has; None if they never end."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator //= 2
        twos += 1
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    return max(twos, fives) if denominator == 1 else None
