"""``orderlint check``: lint order sets and orders."""

from __future__ import annotations

import sys
from datetime import date

import click

from orderlint.cli.exit_status import FINDINGS, OK, UNUSABLE
from orderlint.cli.options import as_of_option, audience_option, format_option, protocol_options
from orderlint.findings import SEVERITIES, Result

FAIL_ON = ("error", "warning", "info", "never")


@click.command(name="check", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@format_option
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default=None,
    help="The least severity that makes the exit status 1.  [default: error]",
)
@click.option("--allow-empty", is_flag=True, help="Exit 0 even where no FHIR resource was found.")
@as_of_option
@protocol_options
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="Only this rule (several times: these).")
@click.option(
    "--require-approved",
    is_flag=True,
    help="Exit 2 where a protocol of the run is not approved, or its review is overdue, and say which.",
)
@audience_option
@click.option("--config", metavar="FILE", default=None, help="Configuration file.")
@click.option("--no-config", is_flag=True, help="Read no configuration file.")
@click.option("--show-suppressed", is_flag=True, help="Show hidden findings, with the reason given.")
@click.option(
    "--conformance/--no-conformance",
    default=True,
    help="Hold each resource against the FHIR models of its release.",
    show_default=True,
)
@click.option("--color/--no-color", default=None, help="Colour, whatever the terminal says.")
def command(
    paths: tuple[str, ...],
    formats: tuple[str, ...],
    fail_on: str | None,
    allow_empty: bool,
    as_of: date | None,
    protocols: tuple[str, ...],
    protocol_files: tuple[str, ...],
    rules: tuple[str, ...],
    require_approved: bool,
    audience: str | None,
    config: str | None,
    no_config: bool,
    show_suppressed: bool,
    conformance: bool,
    color: bool | None,
) -> None:
    """Lint order sets and orders: files, folders, or - for standard input.

    Reads FHIR JSON (Bundles, single resources, arrays, CDS Hooks requests, NDJSON; plain or gzip). What
    could not be read or decided is a finding, never a pass.
    """
    from orderlint.cli.reports import Reports  # noqa: PLC0415
    from orderlint.cli.streams import complain, standard_input  # noqa: PLC0415
    from orderlint.config import (  # noqa: PLC0415
        ConfigError,
        check_rules,
        load_config,
        nearest,
        no_configuration,
    )
    from orderlint.engine import Options, check  # noqa: PLC0415
    from orderlint.protocols.errors import ProtocolError  # noqa: PLC0415
    from orderlint.protocols.loader import load  # noqa: PLC0415

    if not paths:
        raise click.UsageError("name at least one file or folder, or - for standard input")
    reports = Reports(formats, color, show_suppressed)
    try:
        settings = no_configuration() if no_config else load_config(config)
        loaded = load((*settings.protocols, *protocol_files), protocols)
        check_rules(settings, loaded.rules)
    except (ConfigError, ProtocolError) as error:
        complain(str(error))
        sys.exit(UNUSABLE)
    for rule in rules:
        if rule not in loaded.rules:
            raise click.UsageError(f"there is no rule {rule!r}{nearest(rule, loaded.rules)}")
    if audience == "engineer":
        from orderlint.protocols.audience import for_engineers  # noqa: PLC0415

        loaded = for_engineers(loaded)
    options = Options(
        as_of=as_of or date.today(),
        today=date.today(),
        conformance=conformance,
        rules=frozenset(rules),
        stdin=standard_input(paths),
    )
    run = check(paths, loaded, settings, options)
    if audience == "engineer":
        from orderlint.protocols.audience import naming_elements  # noqa: PLC0415

        run.result = naming_elements(run.result)
    written = reports.write(run, loaded)
    unusable = run.unusable or not written
    if require_approved:
        from orderlint.protocols.approval import unapproved  # noqa: PLC0415

        pending = unapproved(loaded, date.today())
        if pending:
            complain(f"--require-approved: not approved: {', '.join(pending)}")
        unusable = unusable or bool(pending)
    sys.exit(status(run.result, fail_on or settings.fail_on or "error", allow_empty, unusable, run.empty))


def status(result: Result, fail_on: str, allow_empty: bool, unusable: bool, empty: bool) -> int:
    """The exit status of a run; 2 wins over 1."""
    if unusable or (empty and not allow_empty):
        return UNUSABLE
    if fail_on == "never":
        return OK
    worst = SEVERITIES.index(fail_on)
    return FINDINGS if any(SEVERITIES.index(f.severity) <= worst for f in result.findings) else OK
