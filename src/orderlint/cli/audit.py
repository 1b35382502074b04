"""``orderlint audit``: a bulk export, patient by patient."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orderlint.cli.exit_status import FINDINGS, OK, UNUSABLE
from orderlint.cli.options import as_of_option, protocol_options
from orderlint.cli.streams import complain
from orderlint.findings import SEVERITIES

if TYPE_CHECKING:
    from orderlint.audit.executor import MakeExecutor
    from orderlint.audit.patient_list import PatientList
    from orderlint.audit.results.outcome import Outcome
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


def _share(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    if value is not None and not 0 < value <= 1:  # nor is "nan"
        raise click.BadParameter("write a share above 0, and 1 at most")
    return value


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
    help="Judge only the patients of this file: ids, references, a CSV with a header, or NDJSON.",
)
@click.option(
    "--sample",
    type=float,
    callback=_share,
    metavar="SHARE",
    help="Judge this share of the patients: above 0, and 1 at most.",
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
    from orderlint.audit.progress import Progress  # noqa: PLC0415
    from orderlint.audit.results.output import FINDINGS, write, write_page  # noqa: PLC0415
    from orderlint.audit.run import Audit  # noqa: PLC0415
    from orderlint.audit.sift.scanner import missing as slow_without  # noqa: PLC0415
    from orderlint.cli.explained import explained, reason  # noqa: PLC0415
    from orderlint.cli.output_places import check_file, make_folder  # noqa: PLC0415
    from orderlint.cli.stopping import heard  # noqa: PLC0415
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
        files: tuple[str | Path, ...] = (*known.protocols, *protocol_files)
        baseline = _baseline(compare, files, protocols) if compare is not None else None
    except (ConfigError, ProtocolError) as error:
        complain(str(error))
        sys.exit(UNUSABLE)
    for rule in rules:
        if rule not in loaded.rules:
            raise click.UsageError(f"there is no rule {rule!r}")
    if not parse_all and slow_without():
        complain(f"slower without {' and '.join(slow_without())}: pip install 'orderlint[audit]'")
    chosen = _patients(select_patients) if select_patients is not None else None
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
    progress, dated, page_failed = Progress(sys.stderr), as_of is not None, ""
    with ExitStack() as stack:
        begun = stack.enter_context(explained(progress))
        stack.enter_context(heard())
        executor = stack.enter_context(_executor(engine, master, spark_conf))
        if out is None:
            import tempfile  # noqa: PLC0415

            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="orderlint-")))
        else:
            make_folder(out, exports)
            folder = out
        if html is not None:
            check_file("--html", html)
        half_done = folder / ".orderlint-audit"
        audit = Audit(list(exports), loaded, known, settings, half_done, executor, baseline, dated=dated)
        stack.callback(audit.unfinished.close)
        audit.begin(resume)
        if engine == "spark":
            stack.callback(audit.done)  # there is no going on with it, whatever happens
        begun.resumable = out is not None and engine == "local"
        outcome = audit.run(progress)
        progress.end()
        words = write(folder, outcome, loaded, columns=out is not None)
        if html is not None:
            done, rows = audit.settings, folder / FINDINGS
            try:
                write_page(html, rows, outcome, loaded, exports, done, engine=engine, dated=dated)
            except OSError as error:
                page_failed = f"the page {html} could not be written: {reason(error)}"
        audit.done()
    click.echo(words, nl=False)
    if page_failed:
        complain(page_failed)
        sys.exit(UNUSABLE)
    if not _all_met(outcome):
        sys.exit(UNUSABLE)
    sys.exit(
        _status(
            outcome.ledger,
            outcome.severities,
            fail_on or known.fail_on or "error",
            outcome.empty and not allow_empty,
        )
    )


def _patients(path: Path) -> PatientList:
    """The patients of ``--select-patients``."""
    from orderlint.audit.patient_list import NoPatients, read  # noqa: PLC0415
    from orderlint.cli.explained import reason  # noqa: PLC0415

    try:
        return read(path)
    except NoPatients as error:
        raise click.UsageError(f"--select-patients: {path}: {error}") from None
    except OSError as error:
        raise click.UsageError(f"--select-patients can't be read: {reason(error)}") from None


def _all_met(outcome: Outcome) -> bool:
    """False where nobody of those selected was found; whoever is missing is said to be."""
    from orderlint.audit.results.summary import selected  # noqa: PLC0415

    if outcome.met is not None and outcome.met < outcome.listed:
        complain(f"{'warning' if outcome.met else 'error'}: {selected(outcome.met, outcome.listed)}")
    return outcome.met != 0


def _baseline(path: Path, files: Iterable[str | Path], select: tuple[str, ...]) -> ProtocolSet:
    """The protocols of ``path`` beside those of the run of which they are no version.

    ``files`` are the run's own, ``select`` the ids that it was told to keep: both hold on both sides.
    """
    from orderlint.protocols.difference.documents import beside_built_in, documents  # noqa: PLC0415

    other = documents(path)
    if not other:
        raise click.UsageError(f"--compare: {path} holds no protocol file")
    replaced = {data["protocol"] for _, data in other}
    own = [one for file in files for one in documents(Path(file)) if one[1]["protocol"] not in replaced]
    return beside_built_in([*own, *other], [], select)


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


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _status(ledger: dict[str, int], severities: dict[str, int], fail_on: str, empty: bool) -> int:
    if ledger["unreadable"] or empty:
        return UNUSABLE
    if fail_on == "never":
        return OK
    worst = SEVERITIES.index(fail_on)
    return FINDINGS if any(severities[name] for name in SEVERITIES[: worst + 1]) else OK
