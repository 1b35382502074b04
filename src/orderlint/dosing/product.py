"""From the unit of an order to an amount of one ingredient, by the strength of the product.

All conversions are linear, so a unit comes to one factor: a dose of ``n`` in the order's unit is
``n * factor`` in ``unit`` of the ingredient. Masses come out in ``mg``, volumes and forms without a
known strength in themselves.
"""

from __future__ import annotations

from functools import lru_cache

from orderlint.dosing import body as bodies
from orderlint.dosing import units
from orderlint.dosing.model import Amount, Body, Product, Strength
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

ONE = Fraction(1)
NOBODY = Body()
_OF_INGREDIENT = frozenset(("mass", "substance", "equivalent", "activity", "usp activity"))
_NO_AMOUNT = frozenset(("time", "length", "area", "percent"))
_PERCENT_IN_MG = {"mL": Fraction(10), "mg": Fraction(1, 100)}  # 1 % is 1 g in 100 mL, or 1 g in 100 g


class Measure(NamedTuple):
    """What one of the order's units is of the ingredient.

    ``rate``: the amount is per day of running, not per administration. ``by_body``: it came from the
    patient's weight or surface. ``unmet``: why the unit is not the one that limits are written in
    (``{tablet}`` without a strength, ``mg/kg`` without a weight). ``clash``: what disagrees.
    """

    factor: Fraction
    unit: str
    rate: bool = False
    by_body: bool = False
    unmet: str | None = None
    clash: str | None = None


_MG = Measure(ONE, "mg")


class Target(NamedTuple):
    """What a dose is reckoned for: one ingredient of a product that holds ``several``, for one patient."""

    ingredient: str
    product: Product
    body: Body = NOBODY
    several: int = 1


def measure(unit: str | None, target: Target) -> Measure | str:
    """The :class:`Measure` of ``unit`` for ``target``, or why it has none, in words."""
    ingredient, product, body, several = target
    if unit == "mg" and several < 2 and product.dose_form is None:
        return _MG
    top, per_body, per_time, rest = units.split(unit or "1")
    kind = units.dimension(top)
    if rest or kind is None or kind in _NO_AMOUNT:
        return f"a dose in {unit} is no amount of a drug"
    scale, suffix, unmet = ONE, "", None
    if per_body:
        found, unmet = bodies.multiplier(per_body, body)
        if found is None:
            suffix = "/" + per_body
        else:
            scale = found
    if per_time:
        scale /= units.days(ONE, per_time) or ONE
    if kind in _OF_INGREDIENT and not _weighed_whole(kind, product):
        if several > 1:
            return f"a dose in {top} does not say which of the product's {several} ingredients it measures"
        to = units.standard(top)
        scale *= units.factor(top, to) or ONE
        return Measure(scale, to + suffix, bool(per_time), bool(per_body), unmet)
    content = _content(top, ingredient, product)
    if isinstance(content, str):
        if top == "1":
            return "a number without a unit is no dose here: " + content
        to = units.standard(top)
        scale *= units.factor(top, to) or ONE
        return Measure(scale, to + suffix, bool(per_time), bool(per_body), content)
    if content.rate and per_time:
        return f"a dose in {unit} can't be a rate of a product whose strength is a rate itself"
    return Measure(
        scale * content.factor,
        content.unit + suffix,
        content.rate or bool(per_time),
        bool(per_body),
        unmet,
        content.clash,
    )


def _weighed_whole(kind: str, product: Product) -> bool:
    """Whether a mass is one of the product (2 g of a gel), not of what is in it."""
    return kind == "mass" and product.dose_form is not None and units.dimension(product.dose_form) == "mass"


@lru_cache(512)  # an export has few products and many orders of each
def _content(top: str, ingredient: str, product: Product) -> Measure | str:
    """What one ``top`` (a form, a volume, a mass of the product) holds of ``ingredient``."""
    known = [strength for strength in product.strengths if strength.ingredient == ingredient]
    if not known:
        return product.problem or "no strength of the product is known"
    # The first origin counts: the order's own Medication before a code, a code before a name.
    known = [strength for strength in known if strength.origin == known[0].origin]
    found = {held for held in (_held(top, strength) for strength in known) if held is not None}
    if len(found) > 1:
        return f"the product holds {ingredient} in several strengths"
    if not found:
        fault = next((s.amount.problem or s.per.problem for s in known), None)
        return fault or f"the product's strength does not say what one {_word(top)} holds"
    return found.pop()


def _held(top: str, strength: Strength) -> Measure | None:
    amount, per = _value(strength.amount), _value(strength.per)
    if amount is None or not per:
        return None
    unit, basis = strength.amount.unit or "1", strength.per.unit or "1"
    if unit == "%":
        base = units.standard(top)
        share = _PERCENT_IN_MG.get(base)
        scale = units.factor(top, base)
        return Measure(amount * share * scale, "mg") if share and scale else None
    name, per_body, per_time, rest = units.split(unit)
    if rest and basis == "1":  # "10 mg/mL" written as one quantity
        basis = rest
    elif rest:
        return None
    if per_body or units.dimension(name) not in _OF_INGREDIENT:
        return None
    times = units.factor(top, basis)
    clash = None
    if times is None:
        if not units.counts_as(top, basis):
            return None
        times = ONE
        if "1" not in (top, basis) and not {"{pill}", "{each}"} & {top, basis} and _solid(top):
            clash = f"the dose is in {_word(top)}s, the product's strength per {_word(basis)}"
    to = units.standard(name)
    factor = amount / per * times * (units.factor(name, to) or ONE)
    if per_time:
        factor /= units.days(ONE, per_time) or ONE
    return Measure(factor, to, bool(per_time), clash=clash)


def _value(amount: Amount) -> Fraction | None:
    value = amount.high if amount.high is not None else amount.low
    return None if amount.problem or value is None or value < 0 else value


def _solid(unit: str) -> bool:
    return units.family(unit) == "solid"


def _word(unit: str) -> str:
    return unit.strip("{}") if unit != "1" else "piece"
