# ruff: noqa: PTH116, PTH118, PTH120, PTH123
# (the import of pathlib takes longer than all of this does)
"""A protocol file of one's own must be sound before orders are judged by it.

A hole between two bands, a drug or group that nobody knows, a figure in the wrong unit would make orders
look clear that nobody judged. The linter's verdict is kept in the user's cache, under the bytes of the files.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from orderlint import __version__
from orderlint.digest import digest
from orderlint.protocols.errors import ProtocolError
from orderlint.protocols.store import keep, kept, schema_stamp

_SOUND = "sound"
_NAMED_IN = ("drugs", "drug_groups", "condition_groups", "labs", "routes")


def vet(files: Sequence[str]) -> None:
    """Raises ProtocolError, with its place, for the first fault of any of ``files``.

    A review that has expired and missing examples are none here.
    """
    contents = []
    for path in files:
        try:
            with open(path, "rb") as file:
                contents.append(file.read())
        except OSError as error:
            raise ProtocolError(path, f"can't be read: {error.strerror or error}") from None
    key = digest(_SOUND.encode(), __version__.encode(), schema_stamp(), _tables(), *contents)
    if kept(key) == _SOUND:
        return
    from datetime import date  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from orderlint.protocols.linter.run import lint  # noqa: PLC0415 - YAML and jsonschema, late

    for issue in lint(map(Path, files), date.today(), examples=False):
        if issue.severity == "error":
            raise ProtocolError(issue.file, issue.message, issue.line, issue.column)
    keep(key, _SOUND)


def _tables() -> bytes:
    """The names that files may use change with the terminology, also between two releases."""
    from orderlint.terminology import table  # noqa: PLC0415

    folder = os.path.join(os.path.dirname(table.__file__), "data")
    stats = [os.stat(os.path.join(folder, f"{name}.csv")) for name in _NAMED_IN]
    return " ".join(f"{s.st_size}:{s.st_mtime_ns}" for s in stats).encode()
