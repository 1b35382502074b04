"""The summary for a terminal."""

from __future__ import annotations

from collections import Counter
from typing import Any

from orderlint.audit.results.outcome import Outcome
from orderlint.audit.results.summary import lines, reasons

LEDGER = {
    "orders": 10, "assessed": 7, "not_covered": 1, "skipped": 1, "unverifiable": 1, "outside": 0,
    "lines_scanned": 20, "lines_parsed": 18, "inputs": 4, "unreadable": 0, "suppressed": 2,
}  # fmt: skip
PROTOCOL = {"id": "demo", "version": "2026-01-01", "status": "under-review"}
SIDE = {"version": "2026-01-01", "status": "under-review", "review": ""}


def said(changes: Any = None, **baseline: Any) -> list[str]:
    summary: dict[str, Any] = {
        "shares": {"rule": {"rule-a": 8}, "drug": {"drug a": 8}},
        "hits": {"rule": {"rule-a": 2}, "rule by drug": {"rule-a\tdrug a": 2}},
        "undecided": {},
        "reasons": {"dose-unverifiable\tit does not say how much is given": 1},
        "changes": changes,
        "baseline": {"protocols": [], "same_settings": True, "orders": 8, "judged": {}, **baseline},
    }
    severities = Counter({"error": 1, "warning": 2})
    return lines(Outcome(LEDGER, summary, severities, (), iter(()), False), [PROTOCOL])


def test_findings_and_who_vouches_for_the_rules_come_first() -> None:
    text = said()
    assert text[0].startswith("10 orders: 7 assessed, 1 not covered, 1 skipped, 1 could not be verified")
    assert "Findings: 1 error, 2 warnings, 0 info; 2 suppressed." in text
    assert "Protocols: demo 2026-01-01 (under review)." in text
    assert "rule-a: 2 of 8 orders (25.0 %)" in text
    assert "Not decided, and therefore no pass: 1 order" in text
    assert "    1 × dose-unverifiable: it does not say how much is given" in text
    assert not any("baseline" in line for line in text)


def test_reasons_are_the_most_frequent_first() -> None:
    outcome = Outcome({}, {"reasons": {"a\twhy": 1, "b\twhy": 3}}, Counter(), (), iter(()), False)
    assert [(one["rule"], one["orders"]) for one in reasons(outcome)] == [("b", 3), ("a", 1)]


def test_what_was_compared_and_what_changed() -> None:
    shown = [f"MedicationRequest/{n} (drug a)" for n in range(9)]
    one = {"rule": "rule-a", "before": "clear", "after": "error", "orders": 9, "shown": shown}
    old = {"version": "2025-01-01", "status": "approved", "review": ""}
    protocols = [
        {"id": "demo", "baseline": old, "now": SIDE, "differs": "other version"},
        {"id": "same", "baseline": SIDE, "now": SIDE, "differs": "none"},
        {"id": "own", "baseline": None, "now": SIDE, "differs": "not in the baseline"},
    ]
    text = said({"orders": 1, "changes": [one]}, protocols=protocols, same_settings=False)
    assert "    demo: 2025-01-01 (approved) → 2026-01-01 (under review)" in text
    assert "    same: 2026-01-01 (under review), on both sides" in text
    assert "    own: absent → 2026-01-01 (under review), not in the baseline" in text
    assert "    All that a protocol of one side only says counts as changed." in text
    assert "    The settings that rules share differ too." in text
    assert "1 of 8 orders changes verdict (baseline → this run):" in text
    at = text.index("    rule-a: clear → error: 9")
    assert text[at + 1] == f"        {', '.join(shown[:3])}, …"


def test_nothing_changed() -> None:
    assert said({"orders": 0, "changes": []})[-1] == "0 of 8 orders change verdict."
