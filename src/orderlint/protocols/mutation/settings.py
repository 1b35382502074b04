"""The settings of a protocol file, changed in one place at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from orderlint.namedtuple import NamedTuple
from orderlint.protocols.mutation.mutants import Path, at, named, steps_of

_LEFT = frozenset({"examples", "source", "name"})


class Changed(NamedTuple):
    """Changed settings, where they were changed (a path below ``settings``), and how, in words."""

    path: Path
    words: str
    settings: dict[str, Any]


def settings_mutants(settings: Mapping[str, Any]) -> Iterator[Changed]:
    """Every number moved a step of its last place, every entry of a list of groups left out."""
    yield from _below(settings, ())


def _below(settings: Mapping[str, Any], path: Path) -> Iterator[Changed]:
    for key, value in at(settings, path).items():
        here = (*path, key)
        if key in _LEFT:
            continue
        if isinstance(value, Mapping):
            yield from _below(settings, here)
        elif isinstance(value, list):
            for n, item in enumerate(value):
                changed = deepcopy(dict(settings))
                del at(changed, here)[n]
                yield Changed((*here, n), f"{named(here)} without {item}", changed)
        else:
            for new in steps_of(value):
                changed = deepcopy(dict(settings))
                at(changed, path)[key] = new
                yield Changed(here, f"{named(here)} {value} → {new}", changed)
