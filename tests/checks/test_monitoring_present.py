"""A definition that gives a drug also orders what watches over it."""

from .made import check, order, service, step

PARAMS = {"any_of": ("blood pressure", "alt")}
MINE = order("tizanidine", step(0, None, 6), start=None)


def test_a_definition_without_monitoring_fires() -> None:
    assert check("monitoring-present", PARAMS, MINE, "template", services=()).state == "fires"
    other = (service("Physical therapy"),)
    assert check("monitoring-present", PARAMS, MINE, "template", services=other).state == "fires"


def test_words_or_a_laboratory_value_are_enough() -> None:
    for found in (service("Check Blood-Pressure daily"), service("CMP", labs=("alt", "ast"))):
        assert check("monitoring-present", PARAMS, MINE, "template", services=(found,)).state == "clear"
    within = (service("Salt restriction"),)
    assert check("monitoring-present", PARAMS, MINE, "template", services=within).state == "fires"


def test_clear_where_nothing_can_be_known_and_for_patients() -> None:
    assert check("monitoring-present", PARAMS, MINE, "template").state == "clear"
    assert check("monitoring-present", PARAMS, MINE, "patient", services=()).state == "clear"


def test_words_that_refuse_it_are_none() -> None:
    for words in ("No routine blood pressure", "Blood pressure not required"):
        assert (
            check("monitoring-present", PARAMS, MINE, "template", services=(service(words),)).state == "fires"
        )
    coded = service("ALT not needed fasting", labs=("alt",))
    assert check("monitoring-present", PARAMS, MINE, "template", services=(coded,)).state == "clear"
