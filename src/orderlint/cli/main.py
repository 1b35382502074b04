"""The command ``orderlint``. Each subcommand is imported only when it is called."""

from __future__ import annotations

import sys
from typing import Any

import click

from orderlint import __version__
from orderlint.cli.exit_status import INTERRUPTED, UNUSABLE
from orderlint.cli.streams import complain

COMMANDS = {
    "check": ("orderlint.cli.check", "Lint order sets and orders."),
    "audit": ("orderlint.cli.audit", "Audit a bulk export, patient by patient."),
    "dose": ("orderlint.cli.dose", "Show the dose arithmetic of every order, whatever its drug."),
    "rules": ("orderlint.cli.rules", "List the rules, or explain one."),
    "protocols": ("orderlint.cli.protocols", "List, show, validate, test and compare protocol files."),
    "sweep": ("orderlint.cli.sweep", "Judge a definition for every age and kidney function."),
}


class LazyGroup(click.Group):
    """A group that imports a subcommand's module when it is called, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which help shows them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, imported now."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module  # noqa: PLC0415

        command: Any = import_module(COMMANDS[cmd_name][0]).command
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        """The subcommand. Ctrl-C ends it with our words and status; click would have its own."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            complain("interrupted")
            sys.exit(INTERRUPTED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Help without importing every subcommand."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="orderlint")
def cli() -> None:
    """Hold FHIR order sets and orders against medication-safety protocols.

    Exit status: 0, everything was read and nothing is at or above --fail-on; 1, something is; 2, something
    could not be read, nothing matched, or the usage, the configuration or a protocol file is wrong.
    """


def main() -> None:
    """Entry point: no traceback ever reaches a user."""
    try:
        cli.main(standalone_mode=True)
    except KeyboardInterrupt:
        complain("interrupted")
        sys.exit(INTERRUPTED)
    except OSError as error:  # files are dealt with where they are read: this is what we write to
        complain(f"cannot write the report: {error.strerror or error}")
        sys.exit(UNUSABLE)
    except Exception as error:  # the last line of defence
        import os  # noqa: PLC0415

        if os.environ.get("ORDERLINT_DEBUG"):
            raise
        complain(
            f"internal error ({type(error).__name__}); nothing printed so far counts as checked. "
            "Set ORDERLINT_DEBUG=1 to see where, and please report it."
        )
        sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
