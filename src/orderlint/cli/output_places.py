"""Where an audit is to write, looked at before it begins: it may take hours."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from orderlint.cli.explained import reason


def make_folder(out: Path, exports: Iterable[str]) -> None:
    """Make the folder of ``--out``, outside of the export: results must never be read as input.

    Raises UsageError, OSError.
    """
    real = os.path.realpath(out)
    for export in exports:
        path = _here(export)
        if os.path.isdir(path) and _holds(os.path.realpath(path), real):  # noqa: PTH112
            raise click.UsageError(
                "--out lies in the export, so results would be read as orders the next time: choose a folder "
                "outside of it"
            )
    out.mkdir(parents=True, exist_ok=True)


def _here(export: str) -> str:
    """A path, also where it is written as a URL of this machine; the URL itself where it is of another."""
    from orderlint.audit.export.remote import local_path  # noqa: PLC0415
    from orderlint.fhir.source.stream import Unreadable  # noqa: PLC0415

    try:
        return local_path(export) or export
    except Unreadable:  # said when it is to be read
        return export


def check_file(option: str, file: Path) -> None:
    """Raise UsageError where a file can't be written. Nothing is left of the attempt."""
    target = Path(os.path.realpath(file))
    try:
        if target.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        if target.is_file():
            with target.open("ab"):
                pass
        if target.is_file() or not target.exists():  # a draft is written beside it
            with tempfile.TemporaryFile(dir=target.parent):
                pass
    except OSError as error:
        error.filename = None
        raise click.UsageError(f"{option}: {file} can't be written: {reason(error)}") from None


def _holds(folder: str, path: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
