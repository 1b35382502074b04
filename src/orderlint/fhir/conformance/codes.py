"""Closed lists of codes (FHIR's required bindings) that the models cut short or leave out."""

from __future__ import annotations

# https://hl7.org/fhir/valueset-observation-status.html; the models have "registered ... +".
_OBSERVATION = (
    "registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown",
)  # fmt: skip
# https://hl7.org/fhir/valueset-event-timing.html
_EVENT_TIMING = (
    "MORN", "MORN.early", "MORN.late", "NOON", "AFT", "AFT.early", "AFT.late", "EVE", "EVE.early",
    "EVE.late", "NIGHT", "PHS", "IMD", "HS", "WAKE", "C", "CM", "CD", "CV", "AC", "ACM", "ACD", "ACV",
    "PC", "PCM", "PCD", "PCV",
)  # fmt: skip
_COMPARATOR = ("<", "<=", ">=", ">", "ad", "sufficient")  # "ad" since R5, read alike in all releases
_FULL = {
    ("Observation", "status"): _OBSERVATION,
    ("TimingRepeat", "when"): _EVENT_TIMING,
    ("Quantity", "comparator"): _COMPARATOR,
}


def closed_list(owner: str, name: str, listed: tuple[str, ...]) -> tuple[str, ...]:
    """The codes that ``owner.name`` may hold, or () where that is not known or not closed.

    ``listed`` is what the model says; a "+" or an "etc." in it means that the list goes on.
    """
    full = _FULL.get((owner, name))
    if full is not None:
        return full
    return () if "+" in listed or "etc." in listed else listed
