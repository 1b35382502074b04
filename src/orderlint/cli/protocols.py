"""``orderlint protocols``: list, show, validate, test and compare protocol files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

import click

from orderlint.cli.exit_status import FINDINGS, OK, UNUSABLE
from orderlint.cli.options import as_of_option

_HELP = {"help_option_names": ["-h", "--help"]}
_FILE = click.Path(path_type=Path)


def _said(function: Callable[..., None]) -> Callable[..., None]:
    """A protocol or configuration that can't be used is said in one line, with exit status 2."""

    @wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> None:
        from orderlint.cli.streams import complain  # noqa: PLC0415
        from orderlint.config import ConfigError  # noqa: PLC0415
        from orderlint.protocols.errors import ProtocolError  # noqa: PLC0415

        try:
            function(*args, **kwargs)
        except (ProtocolError, ConfigError) as error:
            complain(str(error))
            sys.exit(UNUSABLE)

    return guarded


def _configured() -> tuple[Path, ...]:
    from orderlint.config import load_config  # noqa: PLC0415

    return tuple(map(Path, load_config(None).protocols))


@click.group(name="protocols", context_settings=_HELP)
def command() -> None:
    """List, show, validate, test and compare protocol files.

    Without PATHS the built-in protocols are meant.
    """


@command.command(name="list", context_settings=_HELP)
@_said
def list_command() -> None:
    """The protocols of a run from here: the built-in ones and those of the configuration."""
    from orderlint.protocols.loader import load  # noqa: PLC0415
    from orderlint.protocols.overview import listing  # noqa: PLC0415

    _print(listing(load(_configured())))


@command.command(name="show", context_settings=_HELP)
@click.argument("name", metavar="ID")
@_said
def show_command(name: str) -> None:
    """One protocol with all its clauses; or one clause, by its id."""
    from orderlint.protocols.loader import load  # noqa: PLC0415
    from orderlint.protocols.overview import show  # noqa: PLC0415

    text = show(load(_configured()), name)
    if text is None:
        raise click.UsageError(
            f"there is no protocol and no clause {name}; `orderlint protocols list` lists them"
        )
    _print(text)


@command.command(name="validate", context_settings=_HELP)
@click.argument("paths", nargs=-1, type=_FILE)
@click.option(
    "--fixtures", type=_FILE, default=None, help="Fixtures that count beside examples: RULE/VERDICT/CASE."
)
@_said
def validate_command(paths: tuple[Path, ...], fixtures: Path | None) -> None:
    """Lint protocol files: everything that is wrong with them, with line and column.

    Exit status 2 where there is an error, 1 where there are only warnings (a review that has expired).
    """
    from orderlint.protocols.linter.run import lint  # noqa: PLC0415
    from orderlint.report.summary import count  # noqa: PLC0415

    issues = lint(paths, date.today(), fixtures)
    for issue in issues:
        _print(f"{issue}\n")
    errors = sum(issue.severity == "error" for issue in issues)
    if not issues:
        _print("no faults\n")
    else:
        _print(f"{count(errors, 'error')}, {count(len(issues) - errors, 'warning')}\n")
    sys.exit(UNUSABLE if errors else FINDINGS if issues else OK)


@command.command(name="test", context_settings=_HELP)
@click.argument("paths", nargs=-1, type=_FILE)
@click.option(
    "--mutate", is_flag=True, help="Change each figure, bound, condition and drug a little: who notices?"
)
@click.option(
    "--fixtures", type=_FILE, default=None, help="With --mutate, fixtures that may notice: RULE/VERDICT/CASE."
)
@_said
def test_command(paths: tuple[Path, ...], mutate: bool, fixtures: Path | None) -> None:
    """Run the examples that stand beside the clauses.

    Exit status 1 where an example fails, 2 where a file can't be used. With --mutate also the share of small
    changes to the rules that an example notices, and those that none does; that changes no exit status.
    """
    from orderlint.protocols.examples import kidneys  # noqa: PLC0415
    from orderlint.protocols.examples.run import failures, run  # noqa: PLC0415
    from orderlint.protocols.examples.suite import suites  # noqa: PLC0415

    found = suites(paths)
    for issue in found.issues:
        _print(f"{issue}\n")
    if found.issues:
        sys.exit(UNUSABLE)
    results = run(found)
    failed = failures(results)
    reckoned = 0
    for source in found.sources:
        reckoned += sum(1 for _ in kidneys.examples(source))
        failed += kidneys.failures(source, found.protocols.settings)
    for issue in failed:
        _print(f"{issue}\n")
    _print(f"{len(results) + reckoned} examples, {len(failed)} failed\n")
    if mutate:
        from orderlint.protocols.mutation.run import mutate as run_mutants  # noqa: PLC0415

        mutation = run_mutants(found, fixtures)
        for survivor in mutation.survivors:
            _print(f"{survivor.issue}\n")
        _print(f"{mutation.made} mutants, {mutation.caught} caught ({mutation.share:.1%})\n")
    sys.exit(FINDINGS if failed else OK)


@command.command(name="diff", context_settings=_HELP)
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@as_of_option
@_said
def diff_command(old: Path, new: Path, paths: tuple[str, ...], as_of: date | None) -> None:
    """What changed in meaning from OLD to NEW (files or folders); with PATHS, which orders change verdict.

    Exit status 0 where nothing changed, 1 where something did, 2 where a file can't be used.
    """
    from orderlint.protocols.difference.documents import beside_built_in, data_of, documents  # noqa: PLC0415
    from orderlint.protocols.difference.meaning import differences  # noqa: PLC0415

    before, after = documents(old), documents(new)
    lines = differences(list(data_of(before)), list(data_of(after)))
    orders: list[str] = []
    changed, unusable = bool(lines), False
    if paths:
        from orderlint.protocols.difference.orders import changes  # noqa: PLC0415

        sets = beside_built_in(before, after), beside_built_in(after, before)
        found = changes(paths, *sets, as_of or date.today())
        orders = ["", found.counted, *found.lines, *found.reworded]
        unusable = found.unusable
        changed = changed or bool(found.lines or found.reworded)
    _print("\n".join([*(lines or ["nothing changed in meaning"]), *orders]) + "\n")
    if unusable:
        from orderlint.cli.streams import complain  # noqa: PLC0415

        complain("an input could not be read, or nothing matched; its orders were not compared")
    sys.exit(UNUSABLE if unusable else FINDINGS if changed else OK)


def _print(text: str) -> None:
    from orderlint.cli.streams import print_report  # noqa: PLC0415
    from orderlint.report.sanitize import visible  # noqa: PLC0415

    print_report("\n".join(visible(line) for line in text.split("\n")), False)
