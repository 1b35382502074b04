"""Instances made ready for orders of a drug by a route."""

from __future__ import annotations

import pickle
from typing import Any

from orderlint.checks.ready import ready_for
from orderlint.checks.when import question_of
from orderlint.kernel import CRASH, judge
from orderlint.protocols.loader import load
from orderlint.protocols.model import ProtocolSet, When
from orderlint.record import Facts, Record
from tests.checks.made import AS_OF, order, step

BACLOFEN = Record("patient", "Patient/1", (order("baclofen", step(0, None, 15)),), Facts(), AS_OF)


def fresh() -> ProtocolSet:
    return load()._replace()


def test_each_instance_is_made_ready_once_and_knows_its_route() -> None:
    protocols = fresh()
    oral = ready_for(protocols, "baclofen", "oral")
    assert ready_for(protocols, "baclofen", "oral") is oral
    by_needle = ready_for(protocols, "baclofen", "intrathecal")
    assert [r.instance for r in by_needle] == [r.instance for r in oral]
    assert all(r.by_route for r in oral)
    assert [r.by_route for r in by_needle] == [not r.instance.routes for r in by_needle]


def test_of_a_drug_that_nobody_watches_nothing_is_kept() -> None:
    protocols = fresh()
    assert ready_for(protocols, "water", "oral") == ()
    assert protocols.ready == {}


def test_an_instance_whose_condition_nobody_can_read_fails_alone() -> None:
    first, *others = fresh().by_drug["baclofen"]
    broken = first._replace(when=When(nobody="knows"))
    protocols = fresh()._replace(instances=(broken, *others))
    verdicts = judge(BACLOFEN, protocols)
    assert [n.kind for n in verdicts[0].outcome.needs] == [CRASH]
    assert not any(n.kind == CRASH for v in verdicts[1:] for n in v.outcome.needs)


def test_what_is_worked_out_from_protocols_is_not_sent_along() -> None:
    protocols = fresh()
    before = judge(BACLOFEN, protocols)
    sent: ProtocolSet = pickle.loads(pickle.dumps(protocols))  # noqa: S301 -- what we wrote ourselves
    assert sent == protocols
    assert vars(sent) == {}
    assert [v.outcome for v in judge(BACLOFEN, sent)] == [v.outcome for v in before]


def test_equal_conditions_are_one_question() -> None:
    said: dict[str, Any] = {"known": {"age": {"from": 65}}, "history": ["fall", "fracture"]}
    one = question_of(When(said))
    assert question_of(When(said)) is one
    assert question_of(said) is one
    assert question_of(When(said | {"history": ["fall"]})) is not one
