"""Standard input, output and error as they really are: closed, full, or a pipe whose reader has gone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import IO

import click

from orderlint.cli.exit_status import UNUSABLE
from orderlint.report.sanitize import visible


def complain(words: str) -> None:
    """One line on standard error; nothing in it can reach the terminal as a command."""
    click.echo(f"orderlint: {visible(words)}", err=True)


def standard_input(paths: Sequence[str]) -> IO[bytes] | None:
    """Standard input where ``-`` is among ``paths``; one that can't be read is empty, and said to be."""
    if "-" not in paths:
        return None
    import io  # noqa: PLC0415

    try:
        if sys.stdin is None:
            raise OSError("it is closed")
        return io.BytesIO(sys.stdin.buffer.read())
    except OSError as error:
        complain(f"standard input can't be read: {error.strerror or error}")
        return io.BytesIO()


def print_report(text: str, color: bool) -> None:
    """Write a report to standard output. One that can't be written ends the run with status 2.

    A reader that has seen enough (``| head``) is no error.
    """
    from orderlint.report.formats import echo  # noqa: PLC0415

    try:
        echo(text, color)
    except OSError as error:
        complain(f"cannot write the report: {error.strerror or error}")
        sys.exit(UNUSABLE)
