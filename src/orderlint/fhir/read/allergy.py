"""AllergyIntolerance → the drugs that a patient may not take."""

from __future__ import annotations

from orderlint.fhir.read.codes import Concept, concept_of
from orderlint.fhir.read.condition import status_code
from orderlint.fhir.read.dates import choice, day
from orderlint.fhir.read.medication import drugs_of
from orderlint.fhir.read.shape import Faults, Json, children
from orderlint.record import Drug, Statement

_CLINICAL = frozenset(("active", "inactive", "resolved"))
_VERIFICATION = frozenset(
    ("unconfirmed", "presumed", "confirmed", "provisional", "refuted", "entered-in-error")
)
_REFUTED = frozenset(("refuted", "entered-in-error"))
_DENIALS = ("no ", "not ", "denies ", "negative ")  # "No known allergy to ..."


def allergy(value: Json, source: str, faults: Faults) -> Statement | None:
    """Read an AllergyIntolerance; None where it is refuted or names no drug that terminology knows."""
    if status_code(value, "verificationStatus", _VERIFICATION, faults) in _REFUTED:
        return None
    clinical = status_code(value, "clinicalStatus", _CLINICAL, faults)
    said: list[Concept | None] = [concept_of(value, "code", "", faults)]
    for reaction, where in children(value, "reaction", "", faults, False):
        said.append(concept_of(reaction, "substance", where, faults, False))
    drugs: dict[str, Drug] = {}
    for one in said:
        if one is not None and not _denied(one):
            for drug in drugs_of(one):
                drugs.setdefault(drug.ingredient, drug)
    if not drugs:
        return None
    since = choice(value, "onset", "", faults) or day(value, "recordedDate", "", faults)
    since = since or day(value, "assertedDate", "", faults)
    over = clinical in ("inactive", "resolved")
    return Statement("allergy", tuple(drugs.values()), not over, since, None, source)


def _denied(said: Concept) -> bool:
    """Words such as "No known allergy to ..." name a drug to say that it is tolerated."""
    return any(name.casefold().startswith(_DENIALS) for name in said.names)
