"""Lines as msgspec decodes them: exact JSON, checked to the last byte, and only what it takes to tell.

Elements are kept as the bytes that they are. What the decoder lets pass and strict JSON doesn't (keys
that occur twice, other encodings, halves of surrogate pairs), :mod:`orderlint.audit.sift.odd` looks for.
Needs msgspec; imported late.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from orderlint.audit.job import GOING

Element = Raw | UnsetType
Absent = UnsetType  # whatever stands there, null too, is a problem: then the line is parsed
Problems = (msgspec.MsgspecError, ValueError, RecursionError)


class Head(Struct, gc=False):
    """Any resource."""

    resourceType: str
    contained: Element = UNSET


class OrderLine(Struct, gc=False):
    """A MedicationRequest."""

    resourceType: str
    id: str | None = None
    status: str | None = None
    medicationCodeableConcept: Element = UNSET
    medicationReference: Element = UNSET
    subject: Element = UNSET
    medication: Element = UNSET
    doNotPerform: bool | UnsetType = UNSET
    contained: Absent = UNSET
    productCodeableConcept: Absent = UNSET
    productReference: Absent = UNSET
    patient: Absent = UNSET


NOTHING = Raw()


class PlainOrder(Struct, gc=False):
    """A MedicationRequest to be judged that names its drug in one way; anything else is a problem.

    The decoder compares types and statuses by itself. Each field costs time in each line.
    """

    resourceType: Literal["MedicationRequest"]
    status: Literal[tuple(sorted(GOING))]  # type: ignore[valid-type]
    medicationCodeableConcept: Raw = NOTHING
    medicationReference: Raw = NOTHING
    subject: Raw = NOTHING
    medication: Absent = UNSET
    doNotPerform: Absent = UNSET
    contained: Absent = UNSET
    productCodeableConcept: Absent = UNSET
    productReference: Absent = UNSET
    patient: Absent = UNSET


class Named(Struct, gc=False):
    """Whatever has an id."""

    id: str | None = None


class FactLine(Struct, gc=False):
    """Anything that says something of a patient, or is named by its id."""

    resourceType: str
    id: str | None = None
    contained: Absent = UNSET
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
    ingredient: Absent = UNSET
    contained: Absent = UNSET


head = msgspec.json.Decoder(Head).decode
order_line = msgspec.json.Decoder(OrderLine).decode
plain_order = msgspec.json.Decoder(PlainOrder, strict=True).decode
named_line = msgspec.json.Decoder(Named).decode
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


@cache
def plain_head(kind: str, *, named: bool, about: bool) -> Any:
    """Decodes lines of one type: their ``id`` where ``named``, and their ``subject`` where ``about``.

    Anything unusual is a problem: another type, no such element, something contained, a ``patient``.
    """
    fields: list[Any] = [("resourceType", Literal[kind])]
    fields += [("id", str)] if named else []
    fields += [("subject", Raw), ("patient", Absent, UNSET)] if about else []
    fields.append(("contained", Absent, UNSET))
    return msgspec.json.Decoder(msgspec.defstruct("PlainHead", fields, gc=False)).decode
