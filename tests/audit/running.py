"""Audits and checks for tests."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from orderlint.audit.job import Settings
from orderlint.audit.run import Audit
from orderlint.config import Config
from orderlint.engine import Options, check
from orderlint.protocols.loader import load
from orderlint.protocols.model import ProtocolSet
from orderlint.report.json_report import findings_json
from orderlint.report.sanitize import json_safe

DAY = date(2026, 6, 1)
ORDERS = (
    "orders",
    "assessed",
    "not_covered",
    "skipped",
    "unverifiable",
    "inputs",
    "unreadable",
    "resources",
)


@cache
def protocols() -> ProtocolSet:
    """Those that come with orderlint."""
    return load((), ())


def audited(folder: Path, **settings: Any) -> tuple[dict[str, int], list[str]]:
    """The ledger and the findings of an audit, as texts."""
    settings = {"conformance": False, "memory": 32 << 20, **settings}
    with tempfile.TemporaryDirectory() as work:
        audit = Audit(
            [str(folder)], protocols(), Config(), Settings(DAY, DAY, **settings), Path(work) / "state"
        )
        audit.begin(resume=False)
        outcome = audit.run(lambda *_: None)
        return outcome.ledger, [text for text, _ in outcome.rows]


def checked(folder: Path) -> tuple[dict[str, int], list[str]]:
    """The same of a check."""
    options = Options(as_of=DAY, today=DAY, conformance=False, of_patients=True)
    result = check([str(folder)], protocols(), Config(), options).result
    said = [json_safe(json.dumps(f, ensure_ascii=False)) for f in findings_json(result.findings)]
    return result.ledger._asdict(), said


def about_orders(findings: list[str]) -> list[str]:
    """Without ``invalid-resource``, which an audit judges only where a verdict rests on it."""
    return [f for f in findings if '"rule": "invalid-resource"' not in f]


def unnumbered(finding: str) -> str:
    """A finding without its fingerprint."""
    return json.dumps({k: v for k, v in json.loads(finding).items() if k != "fingerprint"})
