"""One complaint about one resource, before it becomes a finding."""

from __future__ import annotations

from orderlint.namedtuple import NamedTuple

ERROR, WARNING = "error", "warning"

# Kinds of complaint.
MISSING = "missing"  # a required element is not there
UNKNOWN = "unknown"  # the release has no such element
LIST = "list"  # one value where a list belongs, or a list where one value belongs
KIND = "kind"  # an object where a string belongs, and the like
CODE = "code"  # not one of the codes of a closed list
CHOICE = "choice"  # more than one type of an element[x]
QUOTED = "quoted"  # true, false or a number inside quotes
UNQUOTED = "unquoted"  # a number where a string belongs
VALUE = "value"  # the right JSON type, and not a value of the FHIR type
WHOLE = "whole"  # the models refuse an object or a list as a whole
LOOSE_DATE = "loose-date"  # a date that can be read, and is not quite FHIR's: no zone, no seconds
LINK = "link"  # a uri, url, canonical, oid or uuid that the models refuse
BINARY = "binary"  # base64 that the models refuse
COMPANION = "companion"  # "_element", which carries extensions of a primitive
RELEASE = "release"  # written for another release
TYPE = "type"  # a resource type that no release has
CRASH = "crash"  # the models themselves failed
MORE = "more"  # how many complaints are not listed


class Complaint(NamedTuple):
    """``pointer`` is relative to the resource that was checked; it may lead to an element that is missing.

    ``path`` names the element in FHIR's way ("dosageInstruction[0].timing", "medication[x]"), without the
    type of the resource. ``owner`` is the type of the (contained)
    resource that the complaint is about, ``within`` the names of the elements from there, without indices.
    """

    kind: str
    pointer: str
    path: str
    message: str
    owner: str
    within: tuple[str, ...]
    severity: str = WARNING
