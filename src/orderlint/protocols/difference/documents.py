"""Two versions of protocol files, each as a whole that can judge orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from orderlint.protocols.loader import to_set
from orderlint.protocols.model import ProtocolSet
from orderlint.protocols.store import built_in_files, expand, load_file

Named = list[tuple[str, Mapping[str, Any]]]


def documents(path: Path) -> Named:
    """The files of one path, each with its name. Raises ProtocolError."""
    return [(str(p), load_file(p)) for p in expand([path])]


def beside_built_in(own: Named, other: Named, select: Iterable[str] = ()) -> ProtocolSet:
    """``own`` with the built-in protocols, except those of which ``own`` or ``other`` is another version.

    ``select`` keeps only the ids named. Raises ProtocolError.
    """
    replaced = {data["protocol"] for _, data in (*own, *other)}
    kept = [(str(p), load_file(p)) for p in built_in_files()]
    return to_set([*((f, d) for f, d in kept if d["protocol"] not in replaced), *own], select)


def data_of(named: Named) -> Iterable[Mapping[str, Any]]:
    """The documents without the names of their files."""
    return [data for _, data in named]
