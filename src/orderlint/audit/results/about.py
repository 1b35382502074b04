"""What an audit was about and how it was done, in words, for a reader who doesn't know the command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orderlint.audit.export.names import is_url, url_name
from orderlint.audit.job import Settings
from orderlint.audit.results.versions import SAME
from orderlint.namedtuple import NamedTuple
from orderlint.report.summary import count

_SHOWN = 20  # exports, and rules, by name


class About(NamedTuple):
    """One thing that is said: ``Since``, ``orders written on 2026-01-01 or later (--since)``.

    ``narrows``: because of it some orders were not judged.
    """

    name: str
    words: str
    narrows: bool = False


def about(
    settings: Settings,
    exports: Iterable[str],
    ledger: Mapping[str, int],
    *,
    engine: str,
    dated: bool,
    baseline: Mapping[str, Any] | None = None,
) -> list[About]:
    """All of it; what was not asked for is said too. ``dated``: the day was given by ``--as-of``;
    ``baseline``: what the run was compared with, as in report.json.

    The key of ``--pseudonymize`` and the list of ``--select-patients`` are not repeated, nor where they are.
    """
    rules, since, sample = sorted(settings.rules), settings.since, settings.sample
    day, today = settings.as_of.isoformat(), settings.today.isoformat()
    listed = settings.patients
    return [
        About("Export", _several([_without_secrets(e) for e in exports])),
        About(
            "As of",
            f"{day}, given by --as-of; the run was on {today}, the day that reviews of protocols and "
            "suppressions are held against"
            if dated
            else f"{day}, the day of the run: no --as-of was given",
        ),
        About("Rules", f"only {_several(rules)} (--rule)" if rules else "all: no --rule was given"),
        About(
            "Orders",
            f"written on {since.isoformat()} or later (--since)"
            if since
            else "of any date: no --since was given",
            since is not None,
        ),
        About(
            "Patients",
            f"of a list of {len(listed):,} (--select-patients)"
            if listed is not None
            else "all: no --select-patients was given",
            listed is not None,
        ),
        About(
            "Sample",
            f"{100 * sample:g} % of the patients (--sample), by a hash: the same ones in every run"
            if sample is not None
            else "none: no --sample was given",
            sample is not None and sample < 1,
        ),
        About(
            "Ids of resources",
            "replaced by hashes under a key (--pseudonymize)"
            if settings.secret is not None
            else "those of the export: no --pseudonymize was given",
        ),
        About(
            "Conformance",
            "covered orders and their facts were held against the FHIR models"
            if settings.conformance
            else "not held against the FHIR models (--no-conformance)",
        ),
        About("Baseline", _baseline(baseline)),
        About("Engine", _engine(settings, engine)),
        About("Read", _read(settings, ledger)),
    ]


def _engine(settings: Settings, engine: str) -> str:
    memory = f"{settings.memory / 2**20:,.0f} MiB"
    if engine != "local":
        return f"{engine.capitalize()}; patients in parts for {memory} (--memory)"
    workers = f"{settings.jobs} worker process{'es' if settings.jobs != 1 else ''}"
    return f"local, {workers}, about {memory} for all of them (--memory)"


def _baseline(said: Mapping[str, Any] | None) -> str:
    if said is None:
        return "none: no --compare was given"
    other = [one["id"] for one in said["protocols"] if one["differs"] != SAME]
    if not other:
        return "the same protocols as those of the run (--compare)"
    return f"given by --compare, with another version of {_several(other)}: see Changes"


def _read(settings: Settings, ledger: Mapping[str, int]) -> str:
    how = (
        "every line was to be parsed (--parse-all)" if settings.parse_all else "the others were only scanned"
    )
    number = ledger.get("read_whole", 0)
    whole = f"; {count(number, 'input')} read whole, being no NDJSON" if number else ""
    return (
        f"{ledger['lines_scanned']:,} lines, {ledger['bytes_scanned'] / 1e6:,.1f} MB, of "
        f"{ledger['inputs']:,} inputs; {ledger['lines_parsed']:,} lines parsed, {how}{whole}"
    )


def _several(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _without_secrets(export: str) -> str:
    """A URL without who asks and with which signature: the page is passed on."""
    return url_name(export) if is_url(export) else export
