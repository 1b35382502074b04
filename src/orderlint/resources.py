"""Files that ship with the package but stand outside it in the source tree."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def schema_path(name: str) -> Path:
    """The path of ``schemas/<name>``: inside the installed package, or at the top of a source tree."""
    inside = _PACKAGE / "schemas" / name
    return inside if inside.exists() else _PACKAGE.parent.parent / "schemas" / name
