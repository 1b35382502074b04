"""What the charts are made of: bins, samples, and that they add up to the same in any partition."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from orderlint.assemble import assemble
from orderlint.audit.join.dose_limits import scales, step_below
from orderlint.audit.join.dose_series import MOST_STEPS
from orderlint.audit.join.figures import PER_RULE, Figures, merge
from orderlint.findings import Finding
from orderlint.fingerprint import fingerprint
from orderlint.kernel import judge
from orderlint.protocols.loader import load
from orderlint.record import Facts, Order, Record
from tests.checks.made import AS_OF, DAY, lab, order, step

PROTOCOLS = load()
ORAL_BACLOFEN = "baclofen\tenteral oral"


def judged(orders: Sequence[Order], mode: str = "patient", **facts: Any) -> tuple[Record, list[Finding]]:
    """A patient, and the findings about them with their fingerprints."""
    record = Record(mode, "Patient/1", tuple(orders), Facts(**facts), AS_OF)
    found = assemble(record, judge(record, PROTOCOLS), PROTOCOLS).findings
    return record, [f._replace(fingerprint=fingerprint(f)) for f in found]


def head(*patients: tuple[Record, list[Finding]], **more: Any) -> dict[str, Any]:
    """The head of one partition."""
    figures = Figures(PROTOCOLS, **more)
    for record, findings in patients:
        figures.add(record, findings)
    return figures.head()


def baclofen(daily: float, key: str = "1", **more: Any) -> Order:
    """An order of so many mg a day for a month."""
    return order("baclofen", step(0, 30, daily, 4), key=key, **more)


def series_of(rule: str, *patients: tuple[Record, list[Finding]]) -> dict[str, Any]:
    """The one series of a rule."""
    (one,) = head(*patients)["series"][rule]
    assert isinstance(one, dict)
    return one


@pytest.mark.parametrize(
    ("limit", "step_", "steps"), [(80, 5, 16), (3600, 200, 18), (600, 50, 12), (30, 2, 15), (60, 5, 12)]
)
def test_bins_are_round_and_the_limit_stands_between_two(limit: int, step_: int, steps: int) -> None:
    assert step_below(Fraction(limit)) == (step_, steps)


def test_every_scale_ends_a_bin_at_its_highest_limit() -> None:
    for scale in scales(PROTOCOLS):
        highest = max([x.value for x in scale.lines] or [b.limit for b in scale.bands if b.limit])
        assert scale.step * scale.steps == highest
        assert scale.dose_bin(highest) == scale.steps - 1
        assert scale.dose_bin(highest + Fraction(1, 100)) == scale.steps
        assert scale.dose_bin(highest * 1000) == 2 * scale.steps
        assert scale.dose_bin(Fraction(0)) == 0


def test_a_dose_at_the_limit_stands_below_it_and_one_above_has_its_severity() -> None:
    at, above = judged([baclofen(80)]), judged([baclofen(81)])
    assert "baclofen-max-daily-dose" in {f.rule for f in above[1]} - {f.rule for f in at[1]}
    assert set(head(at)["doses"][ORAL_BACLOFEN]) == {"15 1"}  # 75 to 80; a warning about the first dose
    assert set(head(above)["doses"][ORAL_BACLOFEN]) == {"16 0"}  # an error


def test_doses_of_orders_side_by_side_add_up() -> None:
    both = judged([baclofen(30), baclofen(20, key="2")])
    assert {int(k.split()[0]) for k in head(both)["doses"][ORAL_BACLOFEN]} == {9}


def test_a_dose_that_nobody_knows_is_counted_apart() -> None:
    unknown = judged([order("baclofen", step(0, 30, None))])
    assert head(unknown)["unknown"] == {ORAL_BACLOFEN: 1}
    assert head(unknown)["doses"] == {}
    assert ORAL_BACLOFEN in head(unknown)["scales"]


def test_other_routes_and_other_drugs_have_no_place_on_the_axis() -> None:
    said = head(
        judged([order("baclofen", step(0, 3, 1), route="intrathecal"), order("lisinopril", step(0, 3, 9))])
    )
    assert said["doses"] == said["unknown"] == {}
    assert said["months"]["2026-03"][0] == 1  # lisinopril is no covered drug


@pytest.mark.parametrize(
    ("labs", "cell"),
    [
        ((lab("egfr", "29.9", -3),), "5 "),
        ((lab("egfr", "30", -3),), "6 "),
        ((lab("egfr", "60", -3, comparator=">"),), "12 "),
        ((lab("egfr", "500", -3),), "24 "),
        ((), "unknown "),
    ],
)
def test_kidney_function_stands_in_the_bin_of_its_day(labs: tuple[Any, ...], cell: str) -> None:
    (name,) = head(judged([baclofen(10)], labs=labs))["kidney"][ORAL_BACLOFEN]
    assert name.startswith(cell)
    if cell != "6 ":  # of 30 the age decides, which nobody knows here
        assert name.endswith(" 1") is (cell == "5 ")


def test_what_is_not_to_be_judged_and_definitions_are_not_counted() -> None:
    figures = Figures(PROTOCOLS)
    record, findings = judged([baclofen(90)])
    figures.add(record, findings, outside={"MedicationRequest/1"})
    figures.add(*judged([baclofen(90)], mode="template"))
    assert figures.head() == Figures(PROTOCOLS).head()


def test_months_count_orders_and_findings_by_severity() -> None:
    record, findings = judged([baclofen(90)])
    severities = [f.severity for f in findings]
    expected = [1, *(severities.count(s) for s in ("error", "warning", "info"))]
    assert head((record, findings))["months"] == {"2026-03": expected}


def patients(count: int) -> list[tuple[Record, list[Finding]]]:
    dice = random.Random(7)
    made = []
    for n in range(count):
        orders = [
            order(
                dice.choice(("baclofen", "baclofen", "gabapentin", "tizanidine")),
                step(0, dice.choice((3, 30)), dice.choice((5, 30, 90, 4000)), dice.choice((1, 3))),
                key=f"{n}-{m}",
                start=dice.randint(0, 90),
            )
            for m in range(dice.randint(1, 3))
        ]
        made.append(judged(orders, labs=(lab("egfr", str(dice.randint(5, 130)), -1),)))
    return made


def test_partitions_and_their_order_change_nothing() -> None:
    everyone, dice = patients(60), random.Random(1)
    whole = merge([head(*everyone)])
    assert max(map(len, whole["series"].values())) == PER_RULE
    assert len(whole["doses"]) == 3
    for parts in (1, 2, 7, 60):
        dice.shuffle(everyone)
        heads = [head(*everyone[n::parts]) for n in range(parts)]
        assert merge(heads) == whole
        assert merge([merge(heads[: parts // 2]), merge(heads[parts // 2 :])]) == whole
        assert json.loads(json.dumps(merge(heads))) == whole


def test_a_head_stays_small_whatever_the_number_of_orders() -> None:
    some, more = (len(json.dumps(head(*patients(n)))) for n in (60, 180))
    assert more < 1.5 * some
    assert more < 200_000


def test_a_head_names_no_resource() -> None:
    said = json.dumps(head(*patients(20)))
    assert "Patient" not in said
    assert "MedicationRequest" not in said
    assert "Observation" not in said


def test_under_a_key_fingerprints_are_told_by_it() -> None:
    record, findings = judged([baclofen(90)])
    said = json.dumps(head((record, findings), secret=b"sixteen bytes...."))
    assert not any(f.fingerprint in said for f in findings)
    assert '"fingerprint"' in said


def test_a_series_follows_the_steps_and_points_at_the_day() -> None:
    rising = order("baclofen", step(0, 6, 30), step(7, 13, 60), step(14, 20, 90))
    one = series_of("baclofen-max-daily-dose", judged([rising]))
    days = [(DAY + timedelta(days=n)).isoformat() for n in (0, 7, 14, 21)]
    assert one["steps"] == [[days[0], 30], [days[1], 60], [days[2], 90], [days[3], 0]]
    assert one["fault"] == days[2]
    assert one["begins"] == days[0]
    assert one["end"] == "known"
    assert one["limits"] == [[80, "AKA-004", True]]


def test_an_open_end_and_one_that_nobody_knows_are_told_apart() -> None:
    going, over = (order("baclofen", step(0, None, 90), status=s) for s in ("active", "completed"))
    assert series_of("baclofen-max-daily-dose", judged([going]))["end"] == "open"
    assert series_of("baclofen-max-daily-dose", judged([over]))["end"] == "unknown"


def test_a_limit_that_counts_after_some_days_is_not_at_fault_before() -> None:
    one = series_of("muscle-relaxant-max-dose", judged([order("methocarbamol", step(0, 20, 6000, 4))]))
    assert one["limits"][0] == [4500, "PI-MAX-7", True]
    assert one["fault"] == (DAY + timedelta(days=3)).isoformat()


def test_a_stop_is_at_fault_on_the_last_day_and_draws_no_limit_of_its_own() -> None:
    one = series_of("baclofen-abrupt-stop", judged([baclofen(60)]))
    assert one["fault"] == (DAY + timedelta(days=30)).isoformat()
    assert [own for *_, own in one["limits"]] == [False]


def test_a_rule_that_names_no_day_gives_the_first_of_the_order() -> None:
    one = series_of("baclofen-start-dose", judged([baclofen(60)]))
    assert one["fault"] is None
    assert one["begins"] == DAY.isoformat()


def test_a_dose_that_nobody_knows_is_a_gap_in_the_series() -> None:
    hole = judged([order("baclofen", step(0, 6, 90), step(7, 13, None), step(14, 20, 30))])
    assert None in [dose for _, dose in series_of("baclofen-max-daily-dose", hole)["steps"]]


def test_a_long_course_is_cut_around_the_day_at_fault() -> None:
    steps = [step(n, n, 90 if n == 150 else 10 + n % 2) for n in range(200)]
    one = series_of("baclofen-max-daily-dose", judged([order("baclofen", *steps)]))
    assert len(one["steps"]) == MOST_STEPS
    assert one["cut"] is True
    assert one["fault"] in [day for day, _ in one["steps"]]


def test_an_order_without_a_date_has_no_series() -> None:
    assert "baclofen-max-daily-dose" not in head(judged([baclofen(90, start=None)]))["series"]
