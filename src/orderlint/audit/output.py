"""What an audit leaves: findings as NDJSON and Parquet, a report, a summary. All of it, or nothing new.

``report.json`` goes first and comes last: where it stands, the others beside it are whole and belong to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orderlint import __version__
from orderlint.audit.run import Outcome
from orderlint.engine import _info
from orderlint.protocols.model import ProtocolSet

FINDINGS, PARQUET, SUMMARY, REPORT = "findings.ndjson", "findings.parquet", "summary.txt", "report.json"
_COLUMNS = (
    "rule",
    "severity",
    "message",
    "basis",
    "file",
    "line",
    "column",
    "pointer",
    "resource",
    "patient",
    "drug",
    "protocol",
    "clause",
    "fingerprint",
)
_BATCH = 10_000


def write(folder: Path, outcome: Outcome, protocols: ProtocolSet) -> str:
    """Write everything into ``folder``; gives the summary. Raises OSError."""
    drafts = {name: folder / f".{name}.draft" for name in (FINDINGS, PARQUET, SUMMARY, REPORT)}
    parquet = _Parquet(drafts[PARQUET])
    try:
        with drafts[FINDINGS].open("w", encoding="utf-8", newline="\n") as file:
            for text, _ in outcome.rows:
                file.write(text + "\n")
                parquet.add(text)
        parquet.close()
        said = report(outcome, protocols)
        drafts[REPORT].write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", "utf-8")
        words = "\n".join(lines(outcome)) + "\n"
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


def report(outcome: Outcome, protocols: ProtocolSet) -> dict[str, Any]:
    """The report without the findings, which are too many for one document."""
    ledger = dict(outcome.ledger)
    suppressed = ledger.pop("suppressed")
    return {
        "tool": {"name": "orderlint", "version": __version__},
        "protocols": [_info(p)._asdict() for p in protocols.protocols],
        "ledger": ledger,
        "summary": {name: outcome.severities[name] for name in ("error", "warning", "info")}
        | {"suppressed": suppressed},
        "rates": list(rates(outcome)),
        "undecided": dict(sorted(outcome.summary["undecided"].items())),
        "notes": list(outcome.notes),
    }


def rates(outcome: Outcome) -> Iterator[dict[str, Any]]:
    """Findings of each rule for each drug, month, prescriber and department, with the orders there are."""
    shares, hits = outcome.summary["shares"], outcome.summary["hits"]
    whole = outcome.ledger["assessed"] + outcome.ledger["unverifiable"]
    for rule, count in sorted(hits.get("rule", {}).items()):
        yield {"rule": rule, "by": "all", "of": "all", "findings": count, "orders": whole}
    for by in ("drug", "month", "prescriber", "department"):
        for key, count in sorted(hits.get(f"rule by {by}", {}).items()):
            rule, _, value = key.partition("\t")
            yield {"rule": rule, "by": by, "of": value, "findings": count, "orders": shares[by].get(value, 0)}


def lines(outcome: Outcome) -> list[str]:
    """The summary for people."""
    ledger = outcome.ledger
    said = [
        f"{ledger['orders']} orders: {ledger['assessed']} assessed, {ledger['not_covered']} not covered, "
        f"{ledger['skipped']} skipped, {ledger['unverifiable']} could not be verified.",
        f"{ledger['lines_scanned']} lines scanned, {ledger['lines_parsed']} parsed, of "
        f"{ledger['inputs']} inputs ({ledger['unreadable']} with lines that could not be read).",
    ]
    if ledger["outside"]:
        said.append(f"{ledger['outside']} orders outside the selection were not judged.")
    said.append("")
    for rate in rates(outcome):
        if rate["by"] in ("all", "drug"):
            share = f" ({100 * rate['findings'] / rate['orders']:.1f} %)" if rate["orders"] else ""
            indent = "" if rate["by"] == "all" else f"    {rate['of']}: "
            name = rate["rule"] if rate["by"] == "all" else f"{rate['rule']}, "
            said.append(
                f"{indent}{name}{'' if indent else ': '}{rate['findings']} of {rate['orders']} orders{share}"
            )
    undecided = outcome.summary["undecided"]
    if undecided:
        said += ["", "Not decided, and therefore no pass:"]
        said += [f"    {rule}: {count} orders" for rule, count in sorted(undecided.items())]
    said += list(outcome.notes)
    return said


class _Parquet:
    """Findings as Parquet, a batch at a time; does nothing where pyarrow is not installed."""

    def __init__(self, path: Path) -> None:
        self._rows: list[dict[str, Any]] = []
        self._writer: Any = None
        try:
            import pyarrow  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415
            import pyarrow.parquet  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415
        except ImportError:
            return
        self._arrow = pyarrow
        whole = ("line", "column")
        fields = [(n, pyarrow.int64() if n in whole else pyarrow.string()) for n in _COLUMNS]
        for name in ("measured", "limit"):
            fields += [(f"{name}_value", pyarrow.float64()), (f"{name}_unit", pyarrow.string())]
        self._schema = pyarrow.schema(fields)
        self._writer = pyarrow.parquet.ParquetWriter(str(path), self._schema)

    def add(self, text: str) -> None:
        if self._writer is None:
            return
        said = json.loads(text)
        row = {name: said[name] for name in _COLUMNS}
        for name in ("measured", "limit"):
            measure = said[name] or {}
            value = measure.get("value")
            row[f"{name}_value"] = float(value) if value is not None else None
            row[f"{name}_unit"] = measure.get("unit")
        self._rows.append(row)
        if len(self._rows) >= _BATCH:
            self._flush()

    def close(self) -> None:
        if self._writer is not None:
            self._flush()
            self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._arrow.Table.from_pylist(self._rows, schema=self._schema))
            self._rows.clear()
