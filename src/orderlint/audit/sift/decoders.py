"""Lines as msgspec decodes them: exact JSON, checked to the last byte, and only what it takes to tell.

Elements are kept as the bytes that they are. What the decoder lets pass and strict JSON doesn't (keys
that occur twice, other encodings, halves of surrogate pairs), :mod:`orderlint.audit.sift.odd` looks for.
Needs msgspec; imported late.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

Element = Raw | UnsetType
Problems = (msgspec.MsgspecError, ValueError, RecursionError)


class Head(Struct, gc=False):
    """Any resource."""

    resourceType: str
    contained: Element = UNSET


class OrderLine(Struct, gc=False):
    """A MedicationRequest. What is typed None is a problem where there is any: then the line is parsed."""

    resourceType: str
    status: str | None = None
    medicationCodeableConcept: Element = UNSET
    medicationReference: Element = UNSET
    subject: Element = UNSET
    medication: Element = UNSET
    doNotPerform: bool | None = None
    contained: None = None
    productCodeableConcept: None = None
    productReference: None = None
    patient: None = None


class NamedLine(Struct, gc=False):
    """A resource that only its id asks for, as a Patient. Each field costs time in each line."""

    resourceType: str
    id: str | None = None
    contained: None = None


class FactLine(NamedLine, gc=False):
    """Anything that says something of a patient."""

    code: Element = UNSET
    subject: Element = UNSET
    patient: Element = UNSET


class StatementLine(FactLine, gc=False):
    """What may name a drug beside its code."""

    medicationCodeableConcept: Element = UNSET
    medicationReference: Element = UNSET
    medication: Element = UNSET


class MedicationLine(Struct, gc=False):
    """A Medication."""

    resourceType: str
    id: str | None = None
    code: Element = UNSET
    status: str | None = None
    ingredient: None = None
    contained: None = None


head = msgspec.json.Decoder(Head).decode
order_line = msgspec.json.Decoder(OrderLine).decode
named_line = msgspec.json.Decoder(NamedLine).decode
fact_line = msgspec.json.Decoder(FactLine).decode
statement_line = msgspec.json.Decoder(StatementLine).decode
medication_line = msgspec.json.Decoder(MedicationLine).decode
_members = msgspec.json.Decoder(dict[str, Raw]).decode


def keys_are_told_once(line: bytes) -> bool:
    """Whether every key of an object occurs once, for sure. False too where there are blanks around them.

    The shortest way to write the members that were found leaves no room for one more.
    """
    members = _members(line)
    keys, values = "".join(members), b"".join(members.values())
    return len(line) == 1 + len(keys) + len(values) + 4 * len(members)
