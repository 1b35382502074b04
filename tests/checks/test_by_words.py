"""A limit kept by the structure and exceeded by the text is undecided; what rests on words is said."""

from __future__ import annotations

from fractions import Fraction

import pytest

from orderlint.checks.from_text import too_near
from orderlint.dosing.model import Dose, Step, Upper
from orderlint.findings import Measure
from orderlint.kernel import Verdict, judge
from orderlint.protocols.loader import load

from . import made


def _said_more(daily: int, text: int, times: int = 3) -> Step:
    most = Dose(Fraction(text), "mg/d")
    upper = Upper(most, most, Dose(Fraction(text, times), "mg"), Fraction(times), ())
    return made.step(0, None, daily, times)._replace(upper=upper)


def _verdict(*steps: Step, beside: Step | None = None) -> Verdict:
    orders = [made.order("baclofen", *steps, key="1")]
    orders += [made.order("baclofen", beside, key="2")] if beside is not None else []
    orders = [
        o._replace(plan=o.plan._replace(says_more=any(s.upper for c in o.plan.courses for s in c.steps)))
        for o in orders
    ]
    verdicts = judge(made.view(orders).record, load())
    of_rule = [v for v in verdicts if v.instance.rule == "baclofen-max-daily-dose" and v.order.key == "1"]
    return max(of_rule, key=lambda v: ("clear", "undecided", "fires").index(v.outcome.state))


@pytest.mark.parametrize(
    ("daily", "text", "state"),
    [(20, 100, "undecided"), (20, 80, "clear"), (60, 90, "undecided"), (90, 120, "fires")],
)
def test_the_text_says_more(daily: int, text: int, state: str) -> None:
    assert _verdict(_said_more(daily, text)).outcome.state == state


def test_why_says_both_and_the_limit() -> None:
    (need,) = _verdict(_said_more(20, 100)).outcome.needs
    assert need.why == "its text says up to 100 mg/d, its structure 20 mg/d; the limit is 80 mg/d"


def test_a_later_step_and_an_order_beside_count() -> None:
    first = made.step(0, 6, 60)
    later = _said_more(20, 100)._replace(first_day=7)
    assert _verdict(first, later).outcome.state == "undecided"
    other = _verdict(made.step(0, None, 30), beside=_said_more(20, 60))
    assert other.outcome.state == "undecided"
    assert "2" in other.outcome.needs[0].why.split(":")[0]


_DAY, _ONCE = Measure(Fraction(80), "mg/d"), Measure(Fraction(20), "mg")


def _worded(*words: str, uncapped: int | None = None, single: int | None = None) -> Step:
    return made.step(0, None, 70, 4)._replace(
        words=frozenset(words),
        uncapped=Dose(Fraction(uncapped), "mg/d") if uncapped else None,
        uncapped_single=Dose(Fraction(single), "mg") if single else None,
    )


@pytest.mark.parametrize(
    ("step", "limit", "value", "near"),
    [
        (_worded("dose", "times"), _DAY, 70, True),
        (_worded("dose", "times"), _DAY, 64, False),
        (_worded("times"), _DAY, 70, True),
        (_worded("times"), _ONCE, 20, False),  # the dose itself is structured
        (_worded("dose"), _ONCE, 20, True),
        (_worded("length"), _DAY, 70, False),
        (_worded("cap", uncapped=120), _DAY, 70, True),
        (_worded("cap", uncapped=80), _DAY, 70, False),
        (_worded("cap", uncapped=120, single=20), _ONCE, "17.5", False),
        (made.step(0, None, 70), _DAY, 70, False),
    ],
)
def test_only_what_was_read_from_words_rests_on_them(
    step: Step, limit: Measure, value: int | str, near: bool
) -> None:
    view = made.view(made.order("baclofen", step))
    assert (too_near(view, (step,), Fraction(value), limit) is not None) == near
