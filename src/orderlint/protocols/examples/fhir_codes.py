"""How an example's words are written in FHIR: drugs, conditions, routes, results, quantities.

Codes are those of the terminology, and only such as say exactly what the sketch says.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any

from orderlint.namedtuple import NamedTuple

UCUM = "http://unitsofmeasure.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
_SYSTEMS = {"icd10": "http://hl7.org/fhir/sid/icd-10-cm", "snomed": "http://snomed.info/sct"}
_ICD = re.compile(r"([A-Z][0-9][0-9A-Z])([0-9A-Z]+)")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


class NoForm(Exception):
    """A sketch says something that FHIR has no place for, or that the terminology has no code for."""


class Coded(NamedTuple):
    """One code with its words."""

    system: str
    code: str
    display: str

    def concept(self) -> dict[str, Any]:
        """As a CodeableConcept."""
        return {"coding": [{"system": self.system, "code": self.code, "display": self.display}]}


def number(text: str) -> int | float:
    """ "10" as 10, "10.05" as 10.05."""
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else float(value)


def quantity(value: str, unit: str | None) -> dict[str, Any]:
    """A Quantity in the unit as sketches write it: "mg", "{patch}", "tablets"; None: no unit at all."""
    found: dict[str, Any] = {"value": number(value)}
    if unit:
        from orderlint.dosing.units import canonical  # noqa: PLC0415

        code = canonical(unit)
        found["unit"] = unit.strip("{}[]")
        if code is not None:
            found |= {"system": UCUM, "code": code}
    return found


def drug(name: str, words: str | None = None) -> dict[str, Any]:
    """A drug by its RxNorm ingredient where there is one; by ``words`` (a product, a release) where given."""
    code = _rxnorm().get(name)
    if words is not None or code is None:
        return {"text": words or name}
    return Coded(RXNORM, code, name).concept()


def result(kind: str) -> Coded:
    """The LOINC code that results of ``kind`` are written with."""
    known = _written().get(("lab", kind))
    if known is not None:
        return known
    from orderlint.terminology.table import rows  # noqa: PLC0415

    for loinc, of, _, _, usable, note in rows("labs"):
        if of == kind and usable == "yes" and not note:
            return Coded("http://loinc.org", loinc, kind)
    raise NoForm(f"no LOINC code of {kind} is known")


def route(name: str) -> dict[str, Any]:
    """A route class: coded where one code means it, else in words."""
    known = _written().get(("route", name))
    return known.concept() if known is not None else {"text": name}


def condition(groups: str) -> dict[str, Any]:
    """A condition that falls in exactly these groups: "cramp", or "cramp+cirrhosis" for one that is both."""
    wanted = groups.split("+")
    if len(wanted) == 1:
        found = _code_of(wanted[0])
        if found is not None:
            return found.concept()
    phrases = [_phrase(group) for group in wanted]
    if None in phrases:
        raise NoForm(f"no code and no words say exactly {groups}")
    return {"text": ", ".join(p for p in phrases if p is not None)}


@cache
def _written() -> dict[tuple[str, str], Coded]:
    from orderlint.terminology.table import rows  # noqa: PLC0415

    return {
        (what, key): Coded(system, code, display)
        for what, key, system, code, display in rows("example_codes")
    }


@cache
def _rxnorm() -> dict[str, str]:
    from orderlint.terminology.table import rows  # noqa: PLC0415

    return {
        name: code for system, code, name, what, _ in rows("drug_codes") if system == "rxnorm" and not what
    }


@cache
def _code_of(group: str) -> Coded | None:
    """The first ICD-10-CM code, else SNOMED CT code, whose groups, and whose title's, are just this one's."""
    from orderlint.protocols.examples.patient import widened  # noqa: PLC0415
    from orderlint.terminology.conditions import groups_of_code, groups_of_text  # noqa: PLC0415
    from orderlint.terminology.table import rows  # noqa: PLC0415

    exactly = widened([group])
    title = next(title for name, title, *_ in rows("condition_groups") if name == group)
    display = title if groups_of_text(title) <= exactly else group
    for key, table in (("icd10", "conditions_icd"), ("snomed", "conditions_snomed")):
        for code, groups, *_ in rows(table):
            if groups == group and groups_of_code(_SYSTEMS[key], code) == exactly:
                split = _ICD.fullmatch(code) if key == "icd10" else None
                return Coded(_SYSTEMS[key], ".".join(split.groups()) if split else code, display)
    return None


@cache
def _phrase(group: str) -> str | None:
    """Words that name just this group."""
    from orderlint.protocols.examples.patient import widened  # noqa: PLC0415
    from orderlint.terminology.conditions import groups_of_text  # noqa: PLC0415
    from orderlint.terminology.table import rows  # noqa: PLC0415

    exactly = widened([group])
    phrases = [
        group.replace("-", " "),
        *(phrase for phrase, groups, _ in rows("condition_words") if groups == group),
    ]
    return next((phrase for phrase in phrases if groups_of_text(phrase) == exactly), None)
