"""Acute conditions on a list of problems: until when they count."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from orderlint.dosing.model import DateSpan
from orderlint.facts.diagnosis import has_condition
from orderlint.protocols.loader import load
from orderlint.record import ConditionFact, Facts, Lab, Reason
from orderlint.terminology.conditions import acute, all_groups
from orderlint.terminology.table import rows
from tests.checks.made import order, step

DAY = date(2026, 3, 1)
INJURY = frozenset({"aki"})
ORDER = order("baclofen", step(0, None, 15))


def ago(days: int) -> DateSpan:
    day = DAY - timedelta(days)
    return DateSpan(day, day)


def injury(onset: int | None, *groups: str, **more: Any) -> ConditionFact:
    begun = ago(onset) if onset is not None else None
    return ConditionFact(frozenset(groups or {"aki"}), True, begun, None, "Condition/1", **more)


def result(days: int, kind: str = "egfr") -> Lab:
    return Lab(kind, Fraction(80), "", ago(days), "Observation/1")


def found(condition: ConditionFact, *labs: Lab, groups: frozenset[str] = INJURY) -> bool:
    facts = Facts(conditions=(condition,), labs=labs)
    return has_condition(facts, ORDER, groups, ago(0)) is not None


def test_it_counts_until_a_later_result() -> None:
    assert found(injury(10))
    assert found(injury(10), result(11))
    assert found(injury(10), result(10)), "of the same day nobody knows which came first"
    assert not found(injury(10), result(9))
    assert not found(injury(10), result(9, "creatinine"))
    assert not found(injury(10), result(9, "crcl"))
    assert found(injury(10), result(9, "potassium")), "says nothing of the kidneys"
    assert found(injury(10), result(-1)), "nobody knew it on the day of the order"


def test_its_recording_counts_as_its_onset_does() -> None:
    assert found(injury(30, recorded=ago(10)), result(20))
    assert not found(injury(30, recorded=ago(10)), result(9))
    assert not found(injury(30, recorded=ago(-3)), result(20)), "recorded after the order"


def test_without_a_date_any_result_may_be_earlier() -> None:
    assert found(injury(None), result(0))


def test_a_date_known_in_part_is_as_late_as_it_may_be() -> None:
    february = injury(None)._replace(onset=DateSpan(date(2026, 2, 1), date(2026, 2, 28)))
    assert found(february, result(10))
    assert not found(february, result(0))


def test_it_counts_no_longer_than_a_result_does() -> None:
    assert found(injury(365))
    assert not found(injury(366))
    lookback = load().settings["kidney"]["lookback_days"]
    assert {int(days) for _, _, days, _ in rows("acute_conditions")} == {int(lookback)}


def test_other_groups_of_the_condition_stay() -> None:
    both = injury(10, "aki", "hepatorenal-syndrome", "hepatic-failure")
    assert not found(both, result(9))
    assert found(both, result(9), groups=frozenset({"hepatic-failure"}))
    assert found(both, result(9), groups=INJURY | {"hepatic-failure"})
    assert found(injury(900, "cirrhosis"), result(0), groups=frozenset({"cirrhosis"}))


def test_what_the_order_itself_says_counts() -> None:
    reason = Reason(frozenset({"aki"}), "acute kidney injury", "MedicationRequest/1")
    ordered = ORDER._replace(reasons=(reason,))
    assert has_condition(Facts(labs=(result(0),)), ordered, INJURY, ago(0)) == "MedicationRequest/1"


def test_the_table_names_groups_and_kinds_of_results() -> None:
    kinds = {kind for _, kind, *_ in rows("labs")}
    for group, settled_by, _, source in rows("acute_conditions"):
        assert group in all_groups()
        assert source
        known = acute(group)
        assert known is not None
        assert known.settled_by == set(settled_by.split()) <= kinds
    assert acute("cirrhosis") is None
