"""Code systems: which one a URI or OID stands for."""

from __future__ import annotations

from functools import cache

from orderlint.terminology.table import rows

_ALL_DRUGS = "all-drugs"  # our tables hold every code of it that stands for a covered drug
_DRUG_DOMAINS = ("drug", _ALL_DRUGS, "any")


@cache
def _systems() -> dict[str, tuple[str, str]]:
    return {uri: (key, domain) for key, uri, domain in rows("code_systems")}


def system_key(system: str | None) -> str | None:
    """The short name ("rxnorm", "snomed", "icd10" ...) of a system as written; None if it isn't known.

    SNOMED CT's URIs of an edition or version count as SNOMED CT, and a bare OID as ``urn:oid:``.
    """
    return _found(system)[0]


def names_drugs(system: str | None) -> bool:
    """Whether the codes of ``system`` can stand for drugs."""
    return _found(system)[1] in _DRUG_DOMAINS


def tells_drugs_apart(system: str | None) -> bool:
    """Whether a code of ``system`` that is in none of our tables is surely another drug than a covered one.

    An NDC, a dm+d or another SNOMED CT code may be a product of a covered drug that nobody listed.
    """
    return _found(system)[1] == _ALL_DRUGS


def _found(system: str | None) -> tuple[str | None, str | None]:
    if not system:
        return None, None
    uri = system.strip().rstrip("/").casefold().partition("|")[0]
    known = _systems()
    if uri.startswith("http://snomed.info/sct/"):
        uri = "http://snomed.info/sct"
    other = uri.replace("https://", "http://", 1) if uri.startswith("https://") else "https" + uri[4:]
    return known.get(uri) or known.get(other) or known.get(f"urn:oid:{uri}") or (None, None)
