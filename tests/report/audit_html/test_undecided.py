"""What could not be decided is said with its reasons, and never looks like what is safe."""

from __future__ import annotations

import re

from orderlint.report.audit_html.undecided import MOST

from .samples import AUDIT, page

LEDGER = AUDIT["ledger"]


def section(text: str) -> str:
    """The words of the section."""
    inside = text.partition('<section id="undecided">')[2].partition("</section>")[0]
    return re.sub(r"<[^>]+>", " ", inside)


def flat(text: str) -> str:
    return " ".join(section(text).split())


def test_how_many_orders_and_findings_of_which_rule() -> None:
    said = flat(page())
    assert "5 of 85 orders (5.9 %) could not be verified. That is no pass" in said
    assert "by rule Rule Findings dose-unverifiable 3 medication-unidentified 1" in said


def test_the_reasons_with_the_most_orders_come_first() -> None:
    said = flat(page())
    assert (
        "Rule Why Orders dose-unverifiable one tablet, and its strength is not known 2 "
        "dose-unverifiable it does not say how much is given 1 "
        "medication-unidentified each of its findings says why –"
    ) in said


def test_orders_without_a_reason_that_is_listed_are_said() -> None:
    assert "not listed: the finding was left out or suppressed at least 1" in flat(page())
    assert "at least" not in flat(page(ledger={**LEDGER, "unverifiable": 4}))
    bare = flat(page(undecided={}, reasons=[]))
    assert "5 of 85 orders" in bare
    assert "at least 5" in bare


def test_a_long_list_of_reasons_says_how_many_more_there_are() -> None:
    many = [{"rule": "dose-unverifiable", "why": f"reason {n}", "orders": 1000 - n} for n in range(MOST + 20)]
    said = flat(page(reasons=many))
    assert f"The {MOST} most frequent of {MOST + 20} reasons: 20 more are in report.json (--out)" in said
    assert f"reason {MOST - 1} " in said
    assert f"reason {MOST} " not in said


def test_other_reasons_are_of_no_rule() -> None:
    assert "several rules other reasons 9" in flat(
        page(reasons=[{"rule": "", "why": "other reasons", "orders": 9}])
    )


def test_that_all_could_be_decided_is_said_only_where_it_is_so() -> None:
    sure = page(ledger={**LEDGER, "unverifiable": 0}, undecided={}, reasons=[])
    assert "Every rule that was run could be decided for all 80 orders." in flat(sure)
    assert "Every rule" not in flat(page())
    some = page(ledger={**LEDGER, "unverifiable": 0})
    assert "Some things could not be decided. That is no pass." in flat(some)


def test_what_was_not_judged_is_said() -> None:
    said = flat(page())
    assert "10 orders of drugs that no rule is about" in said
    assert "5 orders that are cancelled or in error" in said
    assert "7 orders outside the selection" in said
    assert "1 of 3 inputs have lines that could not be read" in said
    assert "No line that had to be parsed was broken" in flat(page(ledger={**LEDGER, "unreadable": 0}))
