"""Doses per kilogram or per square metre: what the patient's measures make of them."""

from __future__ import annotations

from math import isqrt

from orderlint.dosing.model import Body
from orderlint.exact import Fraction

_STEPS = 10_000  # the square root is taken to a ten-thousandth of a square metre, upwards
_MOSTELLER = 3600  # body surface in m² is the root of cm × kg / 3600 (Mosteller 1987)


def multiplier(per: str, body: Body) -> tuple[Fraction | None, str | None]:
    """What a dose per ``kg`` or per ``m2`` is multiplied by, or why it can't be known."""
    weight, height = body.weight_kg, body.height_cm
    if per == "kg":
        if weight is None or weight <= 0:
            return None, "a dose per kg needs the patient's weight"
        return weight, None
    if weight is None or weight <= 0 or height is None or height <= 0:
        missing = [
            name for name, value in (("weight", weight), ("height", height)) if value is None or value <= 0
        ]
        return None, f"a dose per m² needs the patient's {' and '.join(missing)}"
    return surface(weight, height), None


def surface(weight_kg: Fraction, height_cm: Fraction) -> Fraction:
    """Body surface in m² by Mosteller, rounded up to four decimals so that no dose comes out low."""
    square = weight_kg * height_cm * _STEPS * _STEPS / _MOSTELLER
    whole = -(-square.numerator // square.denominator)
    root = isqrt(whole)
    return Fraction(root if root * root == whole else root + 1, _STEPS)
