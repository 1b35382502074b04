"""Rates by month, prescriber and department: their denominators, who is left out, and which text is an id."""

from __future__ import annotations

import re
from typing import Any

import pytest

from orderlint.report.audit_html.rates import MOST, rates_section

from .samples import AUDIT, page

HASH = "0123456789abcdef" * 2


def rate(by: str, of: str, findings: int, orders: int, rule: str = "rule-a") -> dict[str, Any]:
    return {"rule": rule, "by": by, "of": of, "findings": findings, "orders": orders}


def rows(text: str, by: str) -> list[list[str]]:
    """The cells of a table, without elements."""
    body = text.split(f"<caption>Findings by {by}</caption>")[1].split("<tbody>")[1]
    body = body.partition("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"(?s)<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in body.split("</tr>")[:-1]
    ]


def test_who_has_the_most_findings_comes_first_with_the_orders_they_are_of() -> None:
    assert rows(page(), "prescriber") == [
        ["Practitioner/9", "7", "40", "17.5", "0", "drug-a-max-daily-dose&nbsp;7"],
        [
            "Practitioner/8",
            "5",
            "20",
            "25.0",
            "1",
            "drug-a-max-daily-dose&nbsp;4, dose-unverifiable&nbsp;1",
        ],
    ]
    assert rows(page(), "department") == [
        ["Organization/ward-1", "2", "60", "3.3", "0", "drug-b-note&nbsp;2"]
    ]


def test_those_without_findings_and_orders_that_refer_to_nobody_are_said() -> None:
    text = page()
    assert "2 of 3 prescribers with orders have findings. 7 of 92 orders refer to no prescriber" in text
    assert "1 of 1 departments with orders have findings. 32 of 92 orders refer to no department" in text


def test_months_stand_in_the_order_of_time() -> None:
    mixed = [rate("month", m, n, 10) for n, m in enumerate(("no date", "2026-02", "2025-11"), 1)]
    text = rates_section(mixed, {"month": dict.fromkeys(("no date", "2026-02", "2025-11"), 10)}, {})
    assert [row[0] for row in rows(text, "month")] == ["2025-11", "2026-02", "no date"]


def test_nobody_is_no_empty_table() -> None:
    text = page(covered={"month": {"2026-02": 40}}, rates=[])
    assert "No order of a covered drug refers to a prescriber (requester): there are no rates" in text
    assert "No order of a covered drug refers to a department" in text


@pytest.mark.parametrize("by", ["prescriber", "department"])
def test_a_long_table_says_how_many_more_there_are_and_adds_them_up(by: str) -> None:
    every = {f"Practitioner/{n}": 10 for n in range(MOST + 30)}
    found = [rate(by, name, 1 + (n < 5), 10) for n, name in enumerate(every)]
    text = rates_section(found, {"month": {"2026-01": 2000}, by: every}, {})
    shown = rows(text, by)
    assert len(shown) == MOST + 1
    assert shown[-1] == ["30 more", "30", "300", "10.0", "0", "rule-a&nbsp;30"]
    assert f"Here are the {MOST} {by}s with the most findings; 30 more are added up" in text


def test_the_latest_months_are_those_that_are_shown() -> None:
    every = {f"{2000 + n // 12}-{n % 12 + 1:02}": 3 for n in range(MOST + 10)}
    text = rates_section([rate("month", m, 1, 3) for m in every], {"month": every}, {})
    assert [row[0] for row in rows(text, "month")] == [*list(every)[10:], "10 more"]
    assert f"Here are the {MOST} latest; 10 more" in text


def test_text_that_is_no_id_is_not_shown_and_is_counted_all_the_same() -> None:
    names = {"Dr. Erika Mustermann": 4, "Mustermann/Erika": 3, "Practitioner/dr_1": 2, f"urn:uuid:{HASH}": 1}
    found = [rate("prescriber", name, n, n) for name, n in names.items()]
    text = rates_section(found, {"month": {"2026-01": 10}, "prescriber": names}, {})
    assert "Mustermann" not in text
    assert [row[:3] for row in rows(text, "prescriber")] == [
        ["other references, that are no plain ids", "7", "7"],
        ["Practitioner/dr_1", "2", "2"],
        [f"urn:uuid:{HASH}", "1", "1"],
    ]


def test_behind_a_key_only_hashes_are_shown() -> None:
    names = {
        f"Practitioner/{HASH}": 4,
        f"Practitioner/{HASH}_1": 3,
        f"urn:uuid:{HASH}": 2,
        "Practitioner/7": 1,
    }
    found = [rate("prescriber", name, n, n) for name, n in names.items()]
    text = rates_section(found, {"month": {"2026-01": 10}, "prescriber": names}, {}, hidden=True)
    assert [row[:2] for row in rows(text, "prescriber")] == [
        ["other references, that are no plain ids", "6"],
        [f"Practitioner/{HASH}", "4"],
    ]
    assert not re.search(r"urn:|_1|Practitioner/7", text)


def test_a_table_can_be_scrolled_by_keyboard() -> None:
    boxes = re.findall(r'<div class="scroll rates"[^>]*>', page(**{**AUDIT, "findings": ()}))
    assert len(boxes) == 4  # rules by drug, months, prescribers, departments
    assert all('tabindex="0" role="group" aria-label="Findings ' in box for box in boxes)
