"""The reports of a run: which were asked for, and writing them with the terminal in view."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from orderlint.cli.streams import complain
from orderlint.report.context import Context, RuleText
from orderlint.report.formats import FormatError, echo, parse_outputs, write
from orderlint.report.terminal import use_color, width

if TYPE_CHECKING:
    from orderlint.engine import Run
    from orderlint.protocols.model import ProtocolSet


class Reports:
    """Parses ``--format`` before anything is read, so that a typing mistake costs no run."""

    def __init__(self, formats: tuple[str, ...], color: bool | None, show_suppressed: bool) -> None:
        try:
            self.outputs = parse_outputs(formats)
        except FormatError as error:
            raise click.UsageError(str(error)) from None
        self.color = use_color(sys.stdout, os.environ) if color is None else color
        self.show_suppressed = show_suppressed

    def write(self, run: Run, protocols: ProtocolSet) -> bool:
        """Write all reports; False (with words on standard error) where one could not be written."""
        rules = {name: RuleText(r.title, r.why, r.advice) for name, r in protocols.rules.items()}
        context = Context(
            rules=rules,
            lines=run.lines,
            color=self.color,
            width=width(sys.stdout, os.environ),
            show_suppressed=self.show_suppressed,
        )
        failed = write(self.outputs, run.result, context, lambda text: echo(text, self.color))
        for words in failed:
            complain(words)
        if run.empty:
            complain("no FHIR resource was found in what was named; nothing was checked")
        return not failed
