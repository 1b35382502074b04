"""Medication → what one unit of the product holds: strengths of its ingredients, its form, its release."""

from __future__ import annotations

from orderlint.dosing.model import Amount, Rate, Strength
from orderlint.dosing.units import factor
from orderlint.exact import Fraction
from orderlint.fhir.read.codes import Concept, concept_of
from orderlint.fhir.read.quantity import quantity_of, ratio_of
from orderlint.fhir.read.shape import Faults, Json
from orderlint.terminology import forms, products, routes

FROM_INGREDIENT = "Medication.ingredient"
_ONE = Fraction(1)


def form_of(medication: Json, faults: Faults) -> Concept | None:
    """``Medication.form``, or R5's ``doseForm``."""
    found = (concept_of(medication, key, "", faults, False) for key in ("form", "doseForm"))
    return next((form for form in found if form is not None), None)


def form_unit_of(form: Concept | None) -> str | None:
    """The unit that a dose form is counted in ("{tablet}", "mL" ...); None where it isn't known."""
    for system, code, words in _said(form):
        found = forms.form_unit(system, code, words)
        if found is not None:
            return found
    return None


def form_route_of(form: Concept | None) -> str | None:
    """The route class that a dose form implies, None where it implies none that is known."""
    for system, code, words in _said(form):
        found = routes.form_route(system, code, words)
        if found is not None:
            return found
    return None


def _said(form: Concept | None) -> list[tuple[str | None, str | None, str | None]]:
    if form is None:
        return []
    said: list[tuple[str | None, str | None, str | None]] = [
        (c.system, c.code, c.display or form.text) for c in form.codings
    ]
    if form.text is not None:
        said.append((None, None, form.text))
    return said


def ingredient_strength(
    ingredient: Json, pointer: str, name: str, faults: Faults, *, form: str | None, pack: Rate | None
) -> tuple[Strength, ...]:
    """The strength that an ``ingredient`` states: R4's and STU3's ratio, R5's ratio, quantity or words.

    ``form`` is the unit of the product's form and counts where the ratio says only "per 1". Where the
    package's volume is known (``pack``) and the strength is per package, it is given per volume too.
    """
    found: list[Strength] = []
    for key in ("strength", "strengthRatio", "amount"):
        rate = ratio_of(ingredient, key, pointer, faults)
        if rate is not None:
            per = rate.denominator
            if per.unit in (None, "1") and per.problem is None:
                per = per._replace(unit=form)
            found.append(Strength(name, rate.numerator, per, FROM_INGREDIENT))
            found += _per_volume(found[-1], rate, pack)
            break
    quantity = quantity_of(ingredient, "strengthQuantity", pointer, faults)
    if quantity is not None and not found:
        wrong = None if form else "the strength doesn't say of how much"
        per = Amount(_ONE, _ONE, form, quantity.pointer, wrong)
        found.append(Strength(name, quantity, per, FROM_INGREDIENT))
    words = concept_of(ingredient, "strengthCodeableConcept", pointer, faults)
    if words is not None and not found:
        found += named_strengths(words, name, f"{pointer}/strengthCodeableConcept")
    return tuple(found)


def named_strengths(words: Concept, name: str, pointer: str) -> list[Strength]:
    """The strength of ``name`` that the words of R5's strengthCodeableConcept give ("10 mg")."""
    for said in words.names:
        read = products.strengths_in_name(said)
        if read is not None and len(read.parts) == 1:
            return [strength_of(read.parts[0], FROM_INGREDIENT, pointer)._replace(ingredient=name)]
    return []


def strength_of(part: products.Part, origin: str, pointer: str) -> Strength:
    """A strength of terminology as one of the dose engine; ``pointer`` is where its code or name stands."""
    amount = Amount(part.value, part.value, part.unit, pointer)
    return Strength(
        part.ingredient, amount, Amount(part.per_value, part.per_value, part.per_unit, pointer), origin
    )


def _per_volume(strength: Strength, rate: Rate, pack: Rate | None) -> list[Strength]:
    """500 mg a vial, and 10 mL a vial, are 500 mg in 10 mL."""
    if pack is None or pack.numerator.problem or pack.denominator.problem or not pack.numerator.high:
        return []
    if rate.denominator.problem or rate.denominator.unit != pack.denominator.unit:
        return []
    if rate.denominator.high != pack.denominator.high or factor(pack.numerator.unit or "", "mL") is None:
        return []
    return [strength._replace(per=pack.numerator)]


def pack_of(medication: Json, faults: Faults) -> Rate | None:
    """R4's ``amount`` (a ratio) or R5's ``totalVolume`` (a quantity, of one package)."""
    if isinstance(medication.get("amount"), dict) and "value" in medication["amount"]:
        total = quantity_of(medication, "amount", "", faults)
    else:
        rate = ratio_of(medication, "amount", "", faults)
        if rate is not None:
            return rate
        total = quantity_of(medication, "totalVolume", "", faults)
    if total is None:
        return None
    return Rate(total, Amount(_ONE, _ONE, None, total.pointer), total.pointer)
