"""What the words of an order for a service say, and what they say no to."""

import pytest

from orderlint.terminology.service_words import named_in
from orderlint.terminology.table import rows

HEAT = ("heat", "heating pad", "warm compress")
WATCH = ("sedation", "weakness", "liver")

ORDERED = [
    "Heat therapy",
    "Apply a heating pad for 20 minutes",
    "Heat therapy, not to exceed 20 minutes",
    "Heat therapy, ice not required",
    "Heat therapy if ice is not used",
    "Heat, avoid cold",
    "Avoid ice; apply heat",
    "No ice but heat",
    "No ice, heat twice a day",
    "Do not exceed 20 minutes of heat",
    "Never leave a heating pad unattended",
    "Do not stop heat therapy",
    "Not only heat",
    "Heating pad no longer than 20 minutes",
    "Remove the patch before heat",
    "Heat therapy. Do not apply heat over broken skin",
    "Stop ice and use heat",
]
REFUSED = [
    "Avoid heat on the patch",
    "Avoid: heat",
    "AVOID HEAT",
    "No heat",
    "Do not apply heat",
    "Don't use a heating pad",
    "Don’t use a heating pad",
    "Never use a heating pad or electric blanket over the patch",
    "Massage without heat",
    "Stop heat therapy",
    "Discontinue the warm compress",
    "Avoid direct application of any external heat",
    "Heat: avoid",
    "Heat therapy is to be avoided",
    "Heat therapy (contraindicated)",
    "Heat, not required",
    "Ice instead of heat",
    "Ice, not heat",
    "Keep away from heat",
    "No heat while the patch is on",
]


@pytest.mark.parametrize("text", ORDERED)
def test_ordered(text: str) -> None:
    assert named_in(text, HEAT).plainly


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    named = named_in(text, HEAT)
    assert not named.plainly
    assert named.negated


@pytest.mark.parametrize(
    ("text", "watched"),
    [
        ("Assess sedation", True),
        ("Stop and call if sedation occurs", True),
        ("Ensure no sedation", True),
        ("No driving; assess sedation", True),
        ("Liver tests, non-fasting", True),
        ("No routine sedation monitoring", False),
        ("Sedation monitoring not required", False),
        ("Sedation monitoring: not required", False),
        ("Sedation monitoring (not routinely needed)", False),
        ("Monitoring of sedation is not necessary", False),
        ("Omit liver tests", False),
        ("Do not omit liver tests", True),
        ("Patient declined liver tests", False),
    ],
)
def test_monitoring(text: str, watched: bool) -> None:
    assert bool(named_in(text, WATCH).plainly) is watched


def test_whole_words_only() -> None:
    assert named_in("Wheat allergy, preheated room", HEAT) == (frozenset(), frozenset())
    assert named_in("", HEAT) == (frozenset(), frozenset())
    assert named_in("heat", ("",)) == (frozenset(), frozenset())


def test_the_table_knows_its_effects() -> None:
    assert {effect for _, effect in rows("service_negations")} == {"before", "after", "alone", "none", "end"}
    phrases = [tuple(row) for row in rows("service_negations")]
    assert len(phrases) == len(set(phrases))


def test_hostile_texts_take_no_time() -> None:
    assert named_in("no " * 100_000 + "heat", HEAT).plainly == frozenset()
    assert named_in("heat " * 100_000, HEAT).plainly == {"heat"}
