"""``relatedAction`` of an action: before, beside or after which other one it is to be done, and how long.

R4 names the other by ``actionId``, R5 by ``targetId``; both are read.
"""

from __future__ import annotations

from orderlint.exact import Fraction
from orderlint.fhir.read.quantity import quantity_of
from orderlint.fhir.read.shape import Faults, Json, children, show, text
from orderlint.namedtuple import NamedTuple

AFTER_END, BEFORE_START = "after-end", "before-start"
AFTER_START, WITH_START, WITH = "after-start", "concurrent-with-start", "concurrent"
_TARGETS = ("actionId", "targetId")
_AFTER_ITS_END = ("after", "after-end")  # of the end of an action that begins there: it says nothing more
_OFFSETS = ("offsetDuration", "offsetRange")
_TIME = frozenset(("ms", "s", "min", "h", "d", "wk", "mo", "a"))


class Link(NamedTuple):
    """One ``relatedAction``. ``offset``: a length of time and its unit. ``problem``: why nobody can say from
    it on which day the action begins, in words that follow "its relatedAction"."""

    target: str = ""  # id or linkId of the other action
    relationship: str = ""
    offset: tuple[Fraction, str] | None = None
    problem: str | None = None


def links_of(element: Json, pointer: str, faults: Faults) -> tuple[Link, ...]:
    """What ``element``, an action at ``pointer``, says of other actions. What can't be read is a problem."""
    written = element.get("relatedAction")
    if written is None and element.get("_relatedAction") is None:
        return ()
    found = [_link(one, where, faults) for one, where in children(element, "relatedAction", pointer, faults)]
    said = len(written) if isinstance(written, list) else 1
    if len(found) < said:
        found.append(Link(problem="can't be read"))
    return tuple(found)


def _link(element: Json, pointer: str, faults: Faults) -> Link:
    named = {n for key in _TARGETS if (n := text(element, key, pointer, faults)) is not None}
    relationship = text(element, "relationship", pointer, faults) or ""
    if len(named) != 1:
        return Link(problem="names no action" if not named else "names two actions")
    target = named.pop()
    problem = _unusual(element, relationship, pointer, faults)
    offset, doubt = _offset(element, pointer, faults)
    return Link(target, relationship, offset, problem or doubt)


def _unusual(element: Json, relationship: str, pointer: str, faults: Faults) -> str | None:
    if not relationship:
        return "has no relationship"
    end = element.get("endRelationship")
    if end is None:
        return None
    said = text(element, "endRelationship", pointer, faults)
    return None if relationship == AFTER_END and said in _AFTER_ITS_END else "speaks of its end, too"


def _offset(element: Json, pointer: str, faults: Faults) -> tuple[tuple[Fraction, str] | None, str | None]:
    said = [key for key in element if key.lstrip("_").startswith("offset") and element[key] is not None]
    if not said:
        return None, None
    if said != ["offsetDuration"]:
        known = next((key for key in _OFFSETS if key in said), "offset")
        return None, f"has an {known}" if known == "offsetRange" else "has an offset that can't be used"
    amount = quantity_of(element, "offsetDuration", pointer, faults)
    if amount is None or amount.problem or amount.high is None or amount.low != amount.high:
        return None, "has an offsetDuration that is no plain length of time"
    if amount.unit not in _TIME:
        return None, f"has an offsetDuration in {show(amount.unit or 'no unit')}, which is no unit of time"
    return (amount.high, amount.unit), None
