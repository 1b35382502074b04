"""What is rendered is read back; junk never raises; the time is bounded."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderlint.dosing.model import Amount, DoseAndRate, Instruction, Rate, Repeat, Timing
from orderlint.dosing.text import read, unread

ONE = Fraction(1)
WORDS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight"}
TIMES = {1: "once", 2: "twice", 3: "three times", 4: "four times"}
LATIN = {
    1: ("qd", "daily"),
    2: ("BID", "b.i.d.", "bd"),
    3: ("TID", "t.i.d.", "tds"),
    4: ("QID", "q.i.d.", "qds"),
}
FORMS = {"{tablet}": ("tablet", "tab", "tablet(s)"), "{capsule}": ("capsule", "cap", "capsule(s)")}
MEASURES = {"mg": ("mg", " mg", " milligrams"), "mL": ("mL", " ml"), "ug": (" mcg", "µg", " micrograms")}
PRN = ("prn", "as needed", "as required", "PRN for pain")


class Written(NamedTuple):
    """A text and the instruction that it says."""

    text: str
    means: Instruction


class Part(NamedTuple):
    text: str
    value: Repeat


@st.composite
def amounts(draw: st.DrawFn) -> tuple[str, Amount]:
    ranged = draw(st.booleans())
    if draw(st.booleans()):
        unit = draw(st.sampled_from(sorted(FORMS)))
        low = draw(st.integers(1, 7))
        high = low + 1 if ranged else low
        name = draw(st.sampled_from(FORMS[unit]))
        name = name + "s" if high > 1 and "(" not in name else name
        spell = draw(st.sampled_from((str, WORDS.__getitem__)))
        link = draw(st.sampled_from((" to ", " or ", "-")))
        number = spell(low) if low == high else f"{spell(low)}{link}{spell(high)}"
        if low == high and spell is not str and draw(st.booleans()):
            number = f"{number} ({low})"
        return f"{number} {name}", Amount(Fraction(low), Fraction(high), unit, "")
    unit = draw(st.sampled_from(sorted(MEASURES)))
    tenths = draw(st.integers(1, 9000))
    low_value = Fraction(tenths, 10)
    high_value = low_value + draw(st.integers(1, 50)) if ranged else low_value
    link = draw(st.sampled_from(("-", " to ", " - ")))

    def figure(value: Fraction) -> str:
        return str(value) if value.denominator == 1 else f"{int(value)}.{int(value * 10) % 10}"

    number = figure(low_value) if not ranged else f"{figure(low_value)}{link}{figure(high_value)}"
    return number + draw(st.sampled_from(MEASURES[unit])), Amount(low_value, high_value, unit, "")


@st.composite
def rhythms(draw: st.DrawFn) -> Part:
    kind = draw(st.sampled_from(("day", "hours", "week", "days")))
    if kind == "day":
        count = draw(st.integers(1, 4))
        spoken = [f"{TIMES[count]} a day", f"{TIMES[count]} daily", f"{count} times per day", f"{count}x/day"]
        text = draw(st.sampled_from([*LATIN[count], *spoken]))
        return Part(text, Repeat(Fraction(count), None, ONE, None, "d"))
    if kind == "hours":
        low = draw(st.sampled_from((2, 3, 4, 6, 8, 12)))
        high = low + 2 if draw(st.booleans()) else None
        number = str(low) if high is None else draw(st.sampled_from((f"{low}-{high}", f"{low} to {high}")))
        styles = [f"every {number} hours", f"q{number}h", f"q {number} hrs"]
        text = draw(st.sampled_from(styles))
        return Part(text, Repeat(ONE, None, Fraction(low), None if high is None else Fraction(high), "h"))
    if kind == "week":
        count = draw(st.integers(1, 4))
        text = draw(st.sampled_from((f"{TIMES[count]} a week", f"{TIMES[count]} weekly")))
        return Part(text, Repeat(Fraction(count), None, ONE, None, "wk"))
    gap = draw(st.integers(2, 6))
    text = f"every {gap} days" if gap > 2 else draw(st.sampled_from(("every other day", "qod")))
    return Part(text, Repeat(ONE, None, Fraction(gap), None, "d"))


@st.composite
def regimens(draw: st.DrawFn, bounded: bool | None = None) -> Written:
    said, amount = draw(amounts())
    rhythm = draw(rhythms())
    repeat, tail = rhythm.value, []
    if bounded or (bounded is None and draw(st.booleans())):
        weeks = draw(st.integers(2, 9))
        tail.append(draw(st.sampled_from((f"for {weeks} weeks", f"x {weeks * 7} days", f"x {weeks}/52"))))
        repeat = repeat._replace(bounds_days=(Fraction(weeks * 7), Fraction(weeks * 7)))
    verb = draw(st.sampled_from(("", "Take ", "take ", "Give ")))
    route = draw(st.sampled_from(("", " by mouth", " po", " orally")))
    words = [f"{verb}{said}{route}", rhythm.text, *tail]
    means = Instruction(
        pointer="",
        timing=Timing(repeat=repeat),
        doses=(DoseAndRate(None, amount, None, ""),),
        route="oral" if route else None,
    )
    return Written(" ".join(words), means)


@given(regimens(), st.booleans(), st.sampled_from(PRN), st.integers(0, 3))
@settings(deadline=None, max_examples=300)
def test_a_regimen_is_read_back(written: Written, prn: bool, word: str, cap: int) -> None:
    text, means = written
    if prn:
        text, means = f"{text} {word}", means._replace(as_needed=True)
    high = means.doses[0].dose.high if means.doses[0].dose else None
    unit = means.doses[0].dose.unit if means.doses[0].dose else None
    if cap and high is not None and unit in FORMS:
        most = high * cap + 1
        limit = Amount(most, most, unit, "")
        text += f", max {most} {FORMS[unit][0]}s per day"
        means = means._replace(max_per_period=(Rate(limit, Amount(ONE, ONE, "d", ""), ""),))
    sig = read(text)
    assert sig is not None, (text, unread(text))
    assert sig.instructions == (means,)
    assert sig.sure
    assert sig.stops == (
        means.timing is not None and means.timing.repeat is not None and bool(means.timing.repeat.bounds_days)
    )


@given(
    st.lists(regimens(bounded=True), min_size=1, max_size=4),
    regimens(bounded=False),
    st.booleans(),
    st.sampled_from((" then ", ", then ", "; then ", ". Then ", ", followed by ")),
)
@settings(deadline=None, max_examples=150)
def test_steps_are_read_back(steps: list[Written], last: Written, ends: bool, link: str) -> None:
    every = steps if ends else [*steps, last]
    text = link.join(step.text for step in every) + (link + "stop" if ends else "")
    sig = read(text)
    assert sig is not None, text
    several = len(every) > 1
    expected = [s.means._replace(sequence=n if several else None) for n, s in enumerate(every, start=1)]
    assert list(sig.instructions) == expected
    assert sig.stops == ends


@given(st.lists(st.tuples(st.sampled_from(("0", "1", "2", "½")), st.just("")), min_size=3, max_size=4))
@settings(deadline=None)
def test_a_schedule_of_the_day(slots: list[tuple[str, str]]) -> None:
    values = [Fraction(1, 2) if count == "½" else Fraction(count) for count, _ in slots]
    sig = read("-".join(count for count, _ in slots))
    if not any(values) or (all(values) and len(set(values)) > 1):
        assert sig is None
        return
    assert sig is not None
    given_ = {
        when: i.doses[0].dose.high
        for i in sig.instructions
        if i.timing and i.timing.repeat and i.doses[0].dose
        for when in i.timing.repeat.when
    }
    assert given_ == {s: v for s, v in zip(("MORN", "NOON", "EVE", "NIGHT"), values, strict=False) if v}


_WORDS = """
10 1 2 1/2 ½ 0.5 mg tab tablets mL ml/h TID bid q4h q4-6h every daily then stop max up to for x 7 days / - ( )
, ; . and or a the at 8am in morning HS prn as needed for pain increase by weekly to until not taper once
twice times divided doses 1-0-1 Mon Wed over 30 minutes patch take give % = ° week 1: kg
"""
_PIECES = st.sampled_from([*_WORDS.split(), "\x1b", "\u202e", "\n"])


@given(st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=25).map(" ".join)))
@settings(deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow])
def test_junk_never_raises_and_numbers_are_sane(text: str) -> None:
    sig = read(text)
    unread(text)
    if sig is None:
        return
    assert sig.instructions
    for instruction in sig.instructions:
        assert instruction.doses or instruction.timing or instruction.max_per_period or instruction.as_needed
        for each in instruction.doses:
            assert (each.dose is None) != (each.rate is None)
            if each.dose is not None:
                assert each.dose.high is not None and 0 < each.dose.high < 10**12
                assert each.dose.low is None or 0 < each.dose.low <= each.dose.high


_HOSTILE = ["1", "1 ", "(", "((1", "1-", "1/", "a", "a.", "take ", "for pain or ", "then ", "1 tab TID then "]
_HOSTILE += ["- ", "8:00 ", "½", "½ ", "10 mg tid, ", "and ", "a b c ", "max ", "q", "1 to ", "\x00", "(s)"]
_HOSTILE += ["mon/", "every other ", "1 tab QAM and ", "Day 1: ", "in 2 ", "up to "]


@pytest.mark.parametrize("piece", _HOSTILE)
def test_hostile_texts_take_no_time(piece: str) -> None:
    start = time.perf_counter()
    read(piece * (1_000_000 // len(piece)))
    read((piece * 2000)[:2000])
    read("take " + (piece * 2000)[:1990])
    unread((piece * 2000)[:2000])
    assert time.perf_counter() - start < 1
