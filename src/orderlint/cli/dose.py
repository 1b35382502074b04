"""``orderlint dose``: show the dose arithmetic of every order, whatever its drug."""

from __future__ import annotations

import sys

import click

from orderlint.cli.exit_status import OK, UNUSABLE


@click.command(name="dose", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--daily", is_flag=True, help="A row for each day, not for each run of equal days.")
@click.option("--allow-empty", is_flag=True, help="Exit 0 even where no FHIR resource was found.")
def command(paths: tuple[str, ...], form: str, daily: bool, allow_empty: bool) -> None:
    """Show the dose arithmetic of every order, whatever its drug; no protocol needed.

    What a patient following the order takes: step by step, the most at a time and on a day, and the
    elements behind every figure. Exit status 2 where an input could not be read or nothing matched.
    """
    from orderlint.cli.streams import complain, print_report, standard_input  # noqa: PLC0415
    from orderlint.dose import dose  # noqa: PLC0415

    if not paths:
        raise click.UsageError("name at least one file or folder, or - for standard input")
    run = dose(paths, standard_input(paths))
    if form == "json":
        from orderlint.report import dose_json  # noqa: PLC0415

        text = dose_json.render(run)
    else:
        from orderlint.report import dose_text  # noqa: PLC0415

        text = dose_text.render(run, daily)
    print_report(text, False)
    for fault in run.faults:
        if form == "json" and fault.rule == "invalid-json":
            complain(f"{fault.place.file}: {fault.message}")
    empty = not run.resources and not run.unreadable
    if empty:
        complain("no FHIR resource was found in what was named")
    sys.exit(UNUSABLE if run.unreadable or (empty and not allow_empty) else OK)
