# ruff: noqa: PTH113, PTH118, PTH120
# (the import of pathlib takes longer than reading a protocol does)
"""Files that ship with the package but stand outside it in the source tree."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PACKAGE = os.path.dirname(__file__)


def schema_file(name: str) -> str:
    """Where ``schemas/<name>`` is: inside the installed package, or at the top of a source tree."""
    inside = os.path.join(_PACKAGE, "schemas", name)
    if os.path.isfile(inside):
        return inside
    return os.path.join(os.path.dirname(os.path.dirname(_PACKAGE)), "schemas", name)


def schema_path(name: str) -> Path:
    """The same, for who reads it anyway."""
    from pathlib import Path  # noqa: PLC0415

    return Path(schema_file(name))
