"""CodeableConcept, Coding and Reference: codes with their systems, words, and what they point to."""

from __future__ import annotations

from orderlint.fhir.read.shape import Faults, Json, child, items, kind, mapping, name, text
from orderlint.namedtuple import NamedTuple

_LONGEST_NUMBER = 10**18  # a code written as a number is read as text only below this


class Coding(NamedTuple):
    """One code. ``system`` and ``code`` are as written; None where missing."""

    system: str | None
    code: str | None
    display: str | None
    pointer: str


class Concept(NamedTuple):
    """A CodeableConcept: its codings, its text, and where it stands."""

    codings: tuple[Coding, ...]
    text: str | None
    pointer: str

    @property
    def words(self) -> str | None:
        """The text, else the first display."""
        return self.text or next((c.display for c in self.codings if c.display), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The text and every display, each once, in that order."""
        said = [self.text, *(c.display for c in self.codings)]
        return tuple(dict.fromkeys(s for s in said if s))

    def has(self, *codes: str) -> bool:
        """One of the codings is one of ``codes``, in whatever system."""
        return any(c.code in codes for c in self.codings)


class Ref(NamedTuple):
    """A Reference. ``token`` stands for an identifier without showing it; never print it nor ``display``."""

    reference: str | None
    token: str | None
    display: str | None
    pointer: str


def concept(value: object, pointer: str, faults: Faults, vital: bool = True) -> Concept | None:
    """A CodeableConcept. A bare string is read as its text and a bare Coding as its coding, with a fault."""
    if isinstance(value, str):
        faults.add(pointer, f"{name(pointer)} is a string where a CodeableConcept belongs", vital)
        return Concept((), value.strip(), pointer) if value.strip() else None
    whole = mapping(value, pointer, faults, vital)
    if whole is None:
        return None
    codings = []
    for item, where in items(whole.get("coding"), f"{pointer}/coding", faults, vital):
        read = mapping(item, where, faults, vital)
        if read is not None:
            codings.append(_coding(read, where, faults, vital))
    if "coding" not in whole and isinstance(whole.get("code"), str):
        faults.add(pointer, f"{name(pointer)} is a Coding where a CodeableConcept belongs", vital)
        codings.append(_coding(whole, pointer, faults, vital))
    return Concept(tuple(codings), text(whole, "text", pointer, faults, vital), pointer)


def _coding(value: Json, pointer: str, faults: Faults, vital: bool) -> Coding:
    code = value.get("code")
    if isinstance(code, int) and not isinstance(code, bool) and 0 <= code < _LONGEST_NUMBER:
        faults.add(f"{pointer}/code", "code is a number where a string belongs", vital)
        code = str(code)
    elif code is not None and not isinstance(code, str):
        faults.add(f"{pointer}/code", f"code is {kind(code)} where a string belongs", vital)
        code = None
    return Coding(
        text(value, "system", pointer, faults, vital),
        (code or "").strip() or None,
        text(value, "display", pointer, faults),
        pointer,
    )


def concept_of(parent: Json, key: str, pointer: str, faults: Faults, vital: bool = True) -> Concept | None:
    """``parent[key]`` as a CodeableConcept."""
    return concept(parent.get(key), f"{pointer}/{key}", faults, vital)


def concepts_of(
    parent: Json, key: str, pointer: str, faults: Faults, vital: bool = True
) -> tuple[Concept, ...]:
    """``parent[key]`` as a list of CodeableConcepts; broken ones are left out."""
    found = []
    for item, where in items(parent.get(key), f"{pointer}/{key}", faults, vital):
        read = concept(item, where, faults, vital)
        if read is not None:
            found.append(read)
    return tuple(found)


def reference(value: object, pointer: str, faults: Faults, vital: bool = True) -> Ref | None:
    """A Reference. A bare string is read as its ``reference``, with a fault."""
    if isinstance(value, str):
        faults.add(pointer, f"{name(pointer)} is a string where a Reference belongs", vital)
        return Ref(value.strip(), None, None, pointer) if value.strip() else None
    whole = mapping(value, pointer, faults, vital)
    if whole is None:
        return None
    identifier = child(whole, "identifier", pointer, faults, False)
    return Ref(
        text(whole, "reference", pointer, faults, vital),
        token(identifier) if identifier else None,
        text(whole, "display", pointer, faults),
        pointer,
    )


def reference_of(parent: Json, key: str, pointer: str, faults: Faults, vital: bool = True) -> Ref | None:
    """``parent[key]`` as a Reference."""
    return reference(parent.get(key), f"{pointer}/{key}", faults, vital)


def references_of(
    parent: Json, key: str, pointer: str, faults: Faults, vital: bool = True
) -> tuple[Ref, ...]:
    """``parent[key]`` as a list of References; broken ones are left out."""
    found = []
    for item, where in items(parent.get(key), f"{pointer}/{key}", faults, vital):
        read = reference(item, where, faults, vital)
        if read is not None:
            found.append(read)
    return tuple(found)


def token(identifier: Json) -> str | None:
    """A digest that is equal for equal Identifiers (system and value) and tells nothing of them."""
    value, system = identifier.get("value"), identifier.get("system")
    if not isinstance(value, str) or not value.strip():
        return None
    from hashlib import sha256  # noqa: PLC0415 - few files need it, and it is slow to import

    said = f"{system if isinstance(system, str) else ''}\n{value.strip()}"
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]
