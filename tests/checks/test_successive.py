"""Steps written as actions that follow one another are judged as the steps of one order are."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderlint.config import Config
from orderlint.engine import Options, check
from orderlint.protocols.loader import load

RULES = (
    "baclofen-max-daily-dose",
    "baclofen-abrupt-stop",
    "baclofen-titration",
    "baclofen-start-dose",
    "muscle-relaxant-duration",
)
EVERY = load()
PROTOCOLS = EVERY._replace(instances=tuple(i for i in EVERY.instances if i.rule in RULES))
DAY = date(2026, 6, 1)
Steps = list[tuple[int, int]]  # milligrams three times a day, for so many days
SEVERITIES = ("error", "warning", "info")

steps = st.lists(
    st.tuples(st.sampled_from((5, 10, 15, 20, 30)), st.sampled_from((2, 3, 7, 14, 28))),
    min_size=2,
    max_size=5,
)


def instruction(mg: int, days: int, **more: Any) -> dict[str, Any]:
    unit = {"system": "http://unitsofmeasure.org"}
    bounds = {"value": days, "code": "d", **unit}
    return {
        **more,
        "timing": {"repeat": {"boundsDuration": bounds, "frequency": 3, "period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": {"value": mg, "code": "mg", **unit}}],
    }


def activity(name: str, dosage: list[dict[str, Any]]) -> dict[str, Any]:
    drug = {"productCodeableConcept": {"text": "baclofen 5 mg oral tablet"}}
    kind = {"resourceType": "ActivityDefinition", "status": "active", "kind": "MedicationRequest"}
    return {**kind, "id": name, **drug, "dosage": dosage}


def definition(contained: list[dict[str, Any]], action: list[dict[str, Any]]) -> dict[str, Any]:
    kind = {"resourceType": "PlanDefinition", "id": "p", "status": "active"}
    return {**kind, "contained": contained, "action": action}


def in_one_order(written: Steps) -> dict[str, Any]:
    dosage = [instruction(mg, days, sequence=n + 1) for n, (mg, days) in enumerate(written)]
    return definition([activity("a", dosage)], [{"definitionCanonical": "#a"}])


def in_actions(written: Steps) -> dict[str, Any]:
    """Each step an action; those with the same dose and days use one activity."""
    contained = {f"a{mg}-{days}": activity(f"a{mg}-{days}", [instruction(mg, days)]) for mg, days in written}
    actions: list[dict[str, Any]] = [
        {"id": f"n{n}", "definitionCanonical": f"#a{mg}-{days}"} for n, (mg, days) in enumerate(written)
    ]
    for n, action in enumerate(actions[1:]):
        action["relatedAction"] = [{"actionId": f"n{n}", "relationship": "after-end"}]
    return definition(list(contained.values()), actions)


def verdicts(tmp: Any, value: dict[str, Any]) -> dict[str, str]:
    """Of each rule the worst that is said."""
    path = tmp / "plan.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    result = check([str(path)], PROTOCOLS, Config(), Options(DAY, DAY, False)).result
    found: dict[str, str] = {}
    for one in result.findings:
        if one.rule not in ("medication-uncoded",):
            found[one.rule] = min(found.get(one.rule, "info"), one.severity, key=SEVERITIES.index)
    return found


@settings(max_examples=60, deadline=None)
@given(steps)
def test_actions_in_a_row_are_judged_as_steps_of_one_order(tmp_path_factory: Any, written: Steps) -> None:
    tmp = tmp_path_factory.mktemp("plan")
    assert verdicts(tmp, in_actions(written)) == verdicts(tmp, in_one_order(written))


def of_drugs(*written: tuple[str, int, int | None, dict[str, Any]]) -> dict[str, Any]:
    """Actions with their drug, milligrams, days and more."""
    contained, actions = [], []
    for n, (drug, mg, days, more) in enumerate(written):
        made = activity(f"a{n}", [instruction(mg, days or 1)])
        made["productCodeableConcept"] = {"text": f"{drug} {mg} mg oral tablet"}
        if days is None:
            made["dosage"][0]["timing"]["repeat"].pop("boundsDuration")
        contained.append(made)
        actions.append({"id": f"n{n}", "definitionCanonical": f"#a{n}", **more})
    return definition(contained, actions)


def after(other: str) -> dict[str, Any]:
    return {"relatedAction": [{"actionId": other, "relationship": "after-end"}]}


def judged(tmp: Any, value: dict[str, Any], rule: str) -> str:
    (tmp / "plan.json").write_text(json.dumps(value), encoding="utf-8")
    protocols = EVERY._replace(instances=tuple(i for i in EVERY.instances if i.rule == rule))
    found = check([str(tmp / "plan.json")], protocols, Config(), Options(DAY, DAY, False)).result.findings
    if any(f.rule == rule for f in found):
        return "fires"
    return "undecided" if any(f.message.startswith(f"{rule} could not") for f in found) else "clear"


@pytest.mark.parametrize(
    ("antibiotic", "to", "said"),
    [
        (7, after("n0"), "clear"),
        (None, after("n0"), "clear"),
        (7, after("nowhere"), "fires"),
        (7, {}, "fires"),
    ],
)
def test_drugs_one_after_the_other_do_not_interact(
    tmp_path: Any, antibiotic: int | None, to: dict[str, Any], said: str
) -> None:
    plan = of_drugs(("tizanidine", 2, 7, {}), ("ciprofloxacin", 500, antibiotic, to))
    assert judged(tmp_path, plan, "tizanidine-interaction") == said


@pytest.mark.parametrize(
    ("baclofen", "tizanidine", "said"),
    [
        ({}, after("n0"), "clear"),
        (after("n1"), {}, "fires"),
        (after("nowhere"), {}, "undecided"),
        ({}, after("nowhere"), "undecided"),
        ({"requiredBehavior": "could"}, after("n0"), "fires"),
    ],
)
def test_second_line_is_told_by_what_comes_before(
    tmp_path: Any, baclofen: dict[str, Any], tizanidine: dict[str, Any], said: str
) -> None:
    plan = of_drugs(("baclofen", 5, 14, baclofen), ("tizanidine", 2, 7, tizanidine))
    assert judged(tmp_path, plan, "tizanidine-second-line") == said


@pytest.mark.parametrize(
    ("to", "said"), [(after("n0"), "fires"), (after("nowhere"), "undecided"), ({}, "clear")]
)
def test_a_lower_limit_after_some_days_minds_who_came_before(
    tmp_path: Any, to: dict[str, Any], said: str
) -> None:
    plan = of_drugs(("methocarbamol", 500, 3, {}), ("methocarbamol", 2000, 3, to))
    assert judged(tmp_path, plan, "muscle-relaxant-max-dose") == said


def test_nothing_about_the_order_is_said_where_nobody_knows_it(tmp_path: Any) -> None:
    plan = in_actions([(20, 28), (10, 7), (5, 14)])
    plan["action"][1]["relatedAction"][0]["actionId"] = "nowhere"
    assert verdicts(tmp_path, plan) == {"baclofen-max-daily-dose": "error", "dose-unverifiable": "warning"}
    plan["action"][1].pop("relatedAction")
    assert "baclofen-abrupt-stop" in verdicts(tmp_path, plan)
