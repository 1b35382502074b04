"""``orderlint audit``: a bulk export, patient by patient."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orderlint.cli.exit_status import FINDINGS, INTERRUPTED, OK, UNUSABLE
from orderlint.cli.options import as_of_option, protocol_options
from orderlint.cli.streams import complain
from orderlint.findings import SEVERITIES

if TYPE_CHECKING:
    from orderlint.audit.executor import MakeExecutor
    from orderlint.audit.progress import Progress
    from orderlint.protocols.model import ProtocolSet

FAIL_ON = ("error", "warning", "info", "never")


def _day(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("write a day as YYYY-MM-DD") from None


def _size(_: click.Context, __: click.Parameter, value: str) -> int:
    from orderlint.audit.budget import read_size  # noqa: PLC0415

    try:
        return read_size(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _pairs(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if any(not key.strip() or not equals for key, equals, _ in pairs):
        raise click.BadParameter("write a setting as KEY=VALUE")
    return {key.strip(): value for key, _, value in pairs}


@click.command(name="audit", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("exports", nargs=-1, required=True, type=click.Path(path_type=str))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for findings and report."
)
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write one self-contained page: figures, charts, findings.",
)
@click.option("--resume", is_flag=True, help="Go on with the run that was interrupted in --out.")
@click.option(
    "--jobs", type=click.IntRange(1, 512), default=None, help="Worker processes.  [default: all cores]"
)
@click.option(
    "--engine",
    type=click.Choice(("local", "spark")),
    default="local",
    show_default=True,
    help="Where the work is done: processes of this machine, or Spark.",
)
@click.option(
    "--master", metavar="URL", default=None, help="Spark's master.  [default: Spark's own, else local[*]]"
)
@click.option(
    "--spark-conf",
    "spark_conf",
    multiple=True,
    callback=_pairs,
    metavar="KEY=VALUE",
    help="A setting of Spark (several times).",
)
@click.option(
    "--parse-all/--scan",
    default=False,
    help="Parse every line; also finds broken lines that nobody needs.  [default: scan]",
)
@click.option(
    "--memory",
    default="512MiB",
    show_default=True,
    callback=_size,
    metavar="SIZE",
    help="What all workers may use, about; such as 1GB.",
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
@click.option(
    "--compare",
    type=click.Path(path_type=Path, exists=True),
    metavar="BASELINE_PROTOCOLS",
    help="Protocol file or folder: also count the verdicts that differ from those of this version.",
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
    html: Path | None,
    resume: bool,
    jobs: int | None,
    engine: str,
    master: str | None,
    spark_conf: dict[str, str],
    parse_all: bool,
    memory: int,
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
    compare: Path | None,
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
    from orderlint.audit.local.workers import WorkerDied  # noqa: PLC0415
    from orderlint.audit.progress import Progress  # noqa: PLC0415
    from orderlint.audit.results.output import FINDINGS, write, write_page  # noqa: PLC0415
    from orderlint.audit.run import Audit, Changed  # noqa: PLC0415
    from orderlint.audit.sift.scanner import missing as slow_without  # noqa: PLC0415
    from orderlint.config import ConfigError, check_rules, load_config, no_configuration  # noqa: PLC0415
    from orderlint.protocols.errors import ProtocolError  # noqa: PLC0415
    from orderlint.protocols.loader import load  # noqa: PLC0415

    if resume and out is None:
        raise click.UsageError("--resume needs the --out folder of the run that was interrupted")
    if html is not None:
        from orderlint.report.audit_html.draw import available as can_draw  # noqa: PLC0415

        missing = can_draw()
        if missing is not None:
            raise click.UsageError(missing)
    if engine == "spark":
        _only_local(resume, jobs)
    elif master is not None or spark_conf:
        raise click.UsageError("--master and --spark-conf are for --engine spark")
    try:
        known = no_configuration() if no_config else load_config(config)
        loaded = load((*known.protocols, *protocol_files), protocols)
        check_rules(known, loaded.rules)
        baseline = _baseline(compare) if compare is not None else None
    except (ConfigError, ProtocolError) as error:
        complain(str(error))
        sys.exit(UNUSABLE)
    for rule in rules:
        if rule not in loaded.rules:
            raise click.UsageError(f"there is no rule {rule!r}")
    if not parse_all and slow_without():
        complain(f"slower without {' and '.join(slow_without())}: pip install 'orderlint[audit]'")
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
        memory=memory,
        jobs=jobs or _cores(),
        since=since,
        patients=chosen,
        sample=sample,
        secret=secret,
        figures=html is not None,
    )
    progress = Progress(sys.stderr)
    with ExitStack() as stack:
        stack.enter_context(_explained(progress))
        executor = stack.enter_context(_executor(engine, master, spark_conf))
        if out is None:
            import tempfile  # noqa: PLC0415

            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="orderlint-")))
        else:
            out.mkdir(parents=True, exist_ok=True)
            folder = out
        audit = Audit(list(exports), loaded, known, settings, folder / ".orderlint-audit", executor, baseline)
        if engine == "spark":
            stack.callback(audit.done)  # there is no going on with it, whatever happens
        try:
            audit.begin(resume)
            outcome = audit.run(progress)
            progress.end()
            words = write(folder, outcome, loaded, columns=out is not None)
            if html is not None:
                dated = as_of is not None
                rows = folder / FINDINGS
                write_page(html, rows, outcome, loaded, exports, settings, engine=engine, dated=dated)
        except Changed as error:
            complain(f"{error}; run again without --resume")
            sys.exit(UNUSABLE)
        except KeyboardInterrupt:
            progress.end()
            more = " Go on with --resume." if out is not None and engine == "local" else ""
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


def _baseline(path: Path) -> ProtocolSet:
    """The protocols of ``path`` beside the built-in ones of which they are no version."""
    from orderlint.protocols.difference.documents import beside_built_in, documents  # noqa: PLC0415

    return beside_built_in(documents(path), [])


def _only_local(resume: bool, jobs: int | None) -> None:
    """Usage errors for what is no option of Spark."""
    if resume:
        raise click.UsageError("--resume is not supported by --engine spark: run the audit again")
    if jobs is not None:
        raise click.UsageError("--jobs is for --engine local; with Spark write --master local[N]")


@contextmanager
def _executor(engine: str, master: str | None, settings: dict[str, str]) -> Iterator[MakeExecutor | None]:
    """Who does the work, for as long as there is any; None stands for this machine."""
    if engine == "local":
        yield None
        return
    from functools import partial  # noqa: PLC0415

    from orderlint.audit.spark.executor import SparkExecutor  # noqa: PLC0415
    from orderlint.audit.spark.session import opened  # noqa: PLC0415

    with opened(master, settings) as session:
        yield partial(SparkExecutor, session)


@contextmanager
def _explained(progress: Progress) -> Iterator[None]:
    """One line where the work could not be done, or not even begun."""
    from orderlint.audit.executor import ExecutorFailed  # noqa: PLC0415

    try:
        yield
    except ExecutorFailed as error:
        progress.end()
        complain(f"the audit could not be done: {error}")
        sys.exit(UNUSABLE)
    except KeyboardInterrupt:  # while the work was prepared
        progress.end()
        complain(f"interrupted; {progress.words}. Nothing half done was written.")
        sys.exit(INTERRUPTED)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _status(ledger: dict[str, int], severities: dict[str, int], fail_on: str, empty: bool) -> int:
    if ledger["unreadable"] or empty:
        return UNUSABLE
    if fail_on == "never":
        return OK
    worst = SEVERITIES.index(fail_on)
    return FINDINGS if any(severities[name] for name in SEVERITIES[: worst + 1]) else OK
