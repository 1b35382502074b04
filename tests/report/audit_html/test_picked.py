"""Which findings a page holds."""

from __future__ import annotations

from orderlint.report.audit_html.picked import OF_EACH_RULE, pick

from .samples import finding


def test_the_worst_come_first_and_then_the_order_of_the_export() -> None:
    mixed = [finding(n, severity=("info", "warning", "error")[n % 3]) for n in range(9)]
    assert [f["line"] - 1 for f in pick(mixed, 100).shown] == [2, 5, 8, 1, 4, 7, 0, 3, 6]


def test_errors_do_not_crowd_out_the_other_rules() -> None:
    errors = [finding(n) for n in range(500)]
    infos = [finding(n, rule="rare", severity="info") for n in range(500, 600)]
    picked = pick([*errors, *infos], 60)
    shown = [f["rule"] for f in picked.shown]
    assert len(shown) == 60
    assert shown.count("rare") == OF_EACH_RULE
    assert picked.total == 600


def test_a_finding_that_a_chart_is_of_is_there() -> None:
    many = [finding(n) for n in range(300)]
    wanted = many[250]["fingerprint"]
    assert wanted in {f["fingerprint"] for f in pick(many, 30, {wanted}).shown}


def test_never_more_than_the_limit() -> None:
    many = [finding(n, rule=f"rule-{n % 90}") for n in range(900)]
    assert len(pick(many, 25).shown) == 25
    assert pick(many, 25).of_each is False  # and the page does not say so
    assert pick(many, 900).of_each is True
