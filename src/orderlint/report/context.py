"""What a report is given beside the result: texts of rules, source lines, and the room it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from orderlint.namedtuple import NamedTuple

Lines = Callable[[str, int, int], list[str]]
"""``lines(file, first, last)``: the lines of a file, both ends included, counted from 1, without their
ends. Fewer come back where the file has fewer, none where the text can't be had."""


class RuleText(NamedTuple):
    """What is said of a rule whatever the finding."""

    title: str
    text: str = ""
    advice: str = ""


class Context(NamedTuple):
    """``width`` is in terminal cells. Colour is off unless somebody has looked at the terminal."""

    rules: Mapping[str, RuleText] = MappingProxyType({})
    lines: Lines | None = None
    color: bool = False
    width: int = 100
    show_suppressed: bool = False
