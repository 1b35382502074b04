"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class IsoDate(click.ParamType):  # type: ignore[type-arg]  # generic only from click 8.5 on
    """A calendar date, ``2026-03-31``."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date, or a usage error."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"'{value}' is not a date like 2026-03-31", param, ctx)


def format_option(function: F) -> F:
    """``--format NAME[:FILE]``, several times."""
    return click.option(
        "--format",
        "formats",
        multiple=True,
        metavar="NAME[:FILE]",
        help="Report as text, json or sarif, to standard output or a FILE; can be given several times.  "
        "[default: text]",
    )(function)


def as_of_option(function: F) -> F:
    """``--as-of DATE``: the day that counts where an order has no date."""
    return click.option(
        "--as-of",
        type=IsoDate(),
        default=None,
        metavar="DATE",
        help="The day that counts as today, for orders without a date.  [default: today]",
    )(function)


def audience_option(function: F) -> F:
    """``--audience``: whose words messages and advice are in."""
    return click.option(
        "--audience",
        type=click.Choice(["pharmacist", "engineer"]),
        default=None,
        help="Whose words to use: of who writes orders, or who builds order sets.  [default: pharmacist]",
    )(function)


def protocol_options(function: F) -> F:
    """``--protocol ID`` and ``--protocols PATH``."""
    function = click.option(
        "--protocols",
        "protocol_files",
        multiple=True,
        metavar="PATH",
        help="A protocol file of your own, or a folder of them, beside the built-in ones.",
    )(function)
    return click.option(
        "--protocol",
        "protocols",
        multiple=True,
        metavar="ID",
        help="Only this protocol (several times: these).",
    )(function)
