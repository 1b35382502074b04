"""What an audit leaves: findings as NDJSON and Parquet, a report, a summary. All of it, or nothing new.

``report.json`` goes first and comes last: where it stands, the others beside it are whole and belong to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from orderlint import __version__
from orderlint.audit.job import Settings
from orderlint.audit.results.outcome import Outcome
from orderlint.audit.results.parquet import Parquet
from orderlint.audit.results.summary import lines, rates, reasons, unread
from orderlint.protocols.info import info_of
from orderlint.protocols.model import ProtocolSet
from orderlint.report.sanitize import json_safe

FINDINGS, PARQUET, SUMMARY, REPORT = "findings.ndjson", "findings.parquet", "summary.txt", "report.json"
_BEGIN = '{\n  "tool": {\n    "name": "orderlint"'  # of every report


def write(folder: Path, outcome: Outcome, protocols: ProtocolSet, columns: bool = True) -> str:
    """Write everything into ``folder``, Parquet with ``columns``; gives the summary. Raises OSError."""
    drafts = {name: folder / f".{name}.draft" for name in (FINDINGS, PARQUET, SUMMARY, REPORT)}
    parquet = Parquet(drafts[PARQUET] if columns else None)
    try:
        with drafts[FINDINGS].open("w", encoding="utf-8", newline="\n") as file:
            for text, _ in outcome.rows:
                file.write(text + "\n")
                parquet.add(text)
        parquet.close()
        said = report(outcome, protocols)
        text = json_safe(json.dumps(said, ensure_ascii=False, indent=2))
        drafts[REPORT].write_text(text + "\n", "utf-8")
        words = "\n".join(lines(outcome, said["protocols"])) + "\n"
        drafts[SUMMARY].write_text(words, "utf-8")
        (folder / REPORT).unlink(missing_ok=True)
        (folder / PARQUET).unlink(missing_ok=True)
        for name in (FINDINGS, PARQUET, SUMMARY, REPORT):
            if drafts[name].exists():
                drafts[name].replace(folder / name)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    return words


def is_output(path: str) -> bool:
    """Whether a file was left by an audit: its findings or its report, with the other beside it."""
    file = Path(path)
    if file.name not in (FINDINGS, REPORT) or not file.with_name(FINDINGS).is_file():
        return False
    try:
        with file.with_name(REPORT).open(encoding="utf-8", errors="replace") as other:
            return other.read(len(_BEGIN)) == _BEGIN
    except OSError:
        return False


def report(outcome: Outcome, protocols: ProtocolSet) -> dict[str, Any]:
    """The report without the findings, which are too many for one document."""
    ledger = dict(outcome.ledger)
    suppressed = ledger.pop("suppressed")
    return {
        "tool": {"name": "orderlint", "version": __version__},
        "protocols": [info_of(p)._asdict() for p in protocols.protocols],
        "ledger": ledger,
        "summary": {name: outcome.severities[name] for name in ("error", "warning", "info")}
        | {"suppressed": suppressed},
        "rates": list(rates(outcome)),
        "undecided": dict(sorted(outcome.summary["undecided"].items())),
        "reasons": reasons(outcome),
        "unread": unread(outcome),
        **(
            {"selected": {"listed": outcome.listed, "with_orders": outcome.met}}
            if outcome.met is not None
            else {}
        ),
        **{
            name: outcome.summary[name]
            for name in ("baseline", "changes")
            if outcome.summary[name] is not None
        },
        "notes": list(outcome.notes),
    }


def write_page(
    file: Path,
    findings: Path,
    outcome: Outcome,
    protocols: ProtocolSet,
    exports: Iterable[str],
    settings: Settings,
    *,
    engine: str,
    dated: bool,
) -> None:
    """Write the page of the audit; ``findings`` is the file that :func:`write` left. Raises OSError.

    ``engine`` and ``dated``, whether ``--as-of`` was given, are said on the page beside ``settings``.
    """
    from orderlint.audit.results.about import about  # noqa: PLC0415
    from orderlint.report.audit_html.page import write as draw  # noqa: PLC0415 -- loads the charts

    said = report(outcome, protocols)
    with findings.open(encoding="utf-8") as rows:
        draw(
            file,
            tool=said["tool"],
            protocols=said["protocols"],
            ledger=said["ledger"],
            summary=said["summary"],
            rates=said["rates"],
            undecided=said["undecided"],
            reasons=said["reasons"],
            changes=said.get("changes"),
            baseline=said.get("baseline"),
            titles={name: rule.title for name, rule in protocols.rules.items()},
            covered=outcome.summary["shares"],
            figures=outcome.summary["figures"] or {},
            findings=(json.loads(row) for row in rows),
            about=about(
                settings, exports, outcome.ledger, engine=engine, dated=dated, baseline=said.get("baseline")
            ),
            notes=said["notes"],
            hidden=settings.secret is not None,
        )
