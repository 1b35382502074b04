"""``orderlint audit``: a bulk export, patient by patient."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import click

from orderlint.cli.exit_status import FINDINGS, INTERRUPTED, OK, UNUSABLE
from orderlint.cli.options import as_of_option, protocol_options
from orderlint.cli.streams import complain
from orderlint.findings import SEVERITIES

FAIL_ON = ("error", "warning", "info", "never")


def _day(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("write a day as YYYY-MM-DD") from None


@click.command(name="audit", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("exports", nargs=-1, required=True, type=click.Path(path_type=str))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for findings and report."
)
@click.option("--resume", is_flag=True, help="Go on with the run that was interrupted in --out.")
@click.option(
    "--jobs", type=click.IntRange(1, 512), default=None, help="Worker processes.  [default: all cores]"
)
@click.option(
    "--parse-all/--scan",
    default=True,
    show_default=True,
    help="Parse every line; or search the bytes first and parse what may matter (experimental).",
)
@click.option("--fail-on", type=click.Choice(FAIL_ON), default=None, help="As in check.  [default: error]")
@click.option("--allow-empty", is_flag=True, help="Exit 0 even where no FHIR resource was found.")
@as_of_option
@protocol_options
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="Only this rule (several times: these).")
@click.option("--since", callback=_day, metavar="DAY", help="Judge only orders written on this day or later.")
@click.option(
    "--select-patients",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Judge only the patients of this file, one id a line.",
)
@click.option(
    "--sample", type=click.FloatRange(0, 1, min_open=True), help="Judge this share of the patients."
)
@click.option(
    "--pseudonymize",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="KEYFILE",
    help="Replace resource ids by hashes under the key in this file.",
)
@click.option("--config", type=click.Path(path_type=Path), default=None, help="Configuration file.")
@click.option("--no-config", is_flag=True, help="Read no configuration file.")
@click.option(
    "--conformance/--no-conformance",
    default=True,
    show_default=True,
    help="Hold covered orders and their facts against the FHIR models.",
)
def command(
    exports: tuple[str, ...],
    out: Path | None,
    resume: bool,
    jobs: int | None,
    parse_all: bool,
    fail_on: str | None,
    allow_empty: bool,
    as_of: date | None,
    protocols: tuple[str, ...],
    protocol_files: tuple[Path, ...],
    rules: tuple[str, ...],
    since: date | None,
    select_patients: Path | None,
    sample: float | None,
    pseudonymize: Path | None,
    config: Path | None,
    no_config: bool,
    conformance: bool,
) -> None:
    """Audit a FHIR bulk export: a folder, or NDJSON files (plain or gzip), local or by URL.

    Without --out only the summary is shown. With it the folder gets findings.ndjson, findings.parquet
    (where pyarrow is installed), report.json and summary.txt.
    """
    from orderlint.audit.job import Settings  # noqa: PLC0415
    from orderlint.audit.keys import key64  # noqa: PLC0415
    from orderlint.audit.output import lines, write  # noqa: PLC0415
    from orderlint.audit.progress import Progress  # noqa: PLC0415
    from orderlint.audit.run import Audit, Changed  # noqa: PLC0415
    from orderlint.audit.scanner import available  # noqa: PLC0415
    from orderlint.audit.workers import WorkerDied  # noqa: PLC0415
    from orderlint.config import ConfigError, check_rules, load_config, no_configuration  # noqa: PLC0415
    from orderlint.protocols.errors import ProtocolError  # noqa: PLC0415
    from orderlint.protocols.loader import load  # noqa: PLC0415

    if resume and out is None:
        raise click.UsageError("--resume needs the --out folder of the run that was interrupted")
    try:
        known = no_configuration() if no_config else load_config(config)
        loaded = load((*known.protocols, *protocol_files), protocols)
        check_rules(known, loaded.rules)
    except (ConfigError, ProtocolError) as error:
        complain(str(error))
        sys.exit(UNUSABLE)
    for rule in rules:
        if rule not in loaded.rules:
            raise click.UsageError(f"there is no rule {rule!r}")
    if not parse_all and not available():
        complain("hyperscan is not installed: every line is parsed (pip install 'orderlint[audit]')")
        parse_all = True
    chosen = None
    if select_patients is not None:
        names = [n.strip() for n in select_patients.read_text("utf-8-sig").splitlines() if n.strip()]
        chosen = frozenset(key64(n if "/" in n else f"Patient/{n}") for n in names)
    secret = pseudonymize.read_bytes().strip() if pseudonymize is not None else None
    if secret is not None and len(secret) < 16:
        raise click.UsageError("the key of --pseudonymize has less than 16 bytes")
    settings = Settings(
        as_of=as_of or date.today(),
        today=date.today(),
        rules=frozenset(rules),
        conformance=conformance,
        parse_all=parse_all,
        jobs=jobs or _cores(),
        since=since,
        patients=chosen,
        sample=sample,
        secret=secret,
    )
    progress = Progress(sys.stderr)
    with ExitStack() as stack:
        if out is None:
            import tempfile  # noqa: PLC0415

            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="orderlint-")))
        else:
            out.mkdir(parents=True, exist_ok=True)
            folder = out
        audit = Audit(list(exports), loaded, known, settings, folder / ".orderlint-audit")
        try:
            audit.begin(resume)
            outcome = audit.run(progress)
            progress.end()
            words = write(out, outcome, loaded) if out is not None else "\n".join(lines(outcome)) + "\n"
        except Changed as error:
            complain(f"{error}; run again without --resume")
            sys.exit(UNUSABLE)
        except KeyboardInterrupt:
            progress.end()
            more = " Go on with --resume." if out is not None else ""
            complain(f"interrupted; {progress.words}. Nothing half done was written.{more}")
            sys.exit(INTERRUPTED)
        except (OSError, WorkerDied) as error:
            progress.end()
            complain(f"the audit could not be done: {getattr(error, 'strerror', None) or error}")
            sys.exit(UNUSABLE)
        audit.done()
    click.echo(words, nl=False)
    sys.exit(
        _status(
            outcome.ledger,
            outcome.severities,
            fail_on or known.fail_on or "error",
            outcome.empty and not allow_empty,
        )
    )


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _status(ledger: dict[str, int], severities: dict[str, int], fail_on: str, empty: bool) -> int:
    if ledger["unreadable"] or empty:
        return UNUSABLE
    if fail_on == "never":
        return OK
    worst = SEVERITIES.index(fail_on)
    return FINDINGS if any(severities[name] for name in SEVERITIES[: worst + 1]) else OK
