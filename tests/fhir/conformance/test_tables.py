"""The tables against the models: a name that no model has would silently do nothing."""

from __future__ import annotations

import pytest

from orderlint.fhir.conformance.allowances import ALLOWANCES, DRAFT_TYPES, NOT_IN_R4B
from orderlint.fhir.conformance.codes import closed_list
from orderlint.fhir.conformance.elements import elements
from orderlint.fhir.conformance.judge import knows
from orderlint.fhir.conformance.models import RELEASES, model
from orderlint.fhir.conformance.primitives import readable_date
from orderlint.fhir.conformance.stakes import _SPARE, _STAKES, looks_vital, rests
from orderlint.fhir.conformance.words import code, element_name, one_of


@pytest.mark.parametrize(("owner", "stake"), [(o, s) for o, all_ in _STAKES.items() for s in all_])
def test_every_stake_is_an_element(owner: str, stake: str) -> None:
    having = [r for r in RELEASES if model(owner, r) is not None]
    assert having
    if stake.endswith("*"):
        top = stake[:-1].split(".")
        names = [name for r in having for name in elements(_parent(owner, r, top[:-1]))]
        assert any(name.startswith(top[-1]) for name in names)
    else:
        assert any(knows(r, owner, tuple(stake.split("."))) for r in having)


def _parent(owner: str, release: str, names: list[str]) -> object:
    shape = model(owner, release)
    for name in names:
        shape = elements(shape)[name].model
    return shape


def test_rests() -> None:
    assert rests("MedicationRequest", ("dosageInstruction", "timing", "repeat", "periodUnit"))
    assert rests("MedicationRequest", ("medication[x]",))
    assert rests("MedicationRequest", ("dispenseRequest",))
    assert not rests("MedicationRequest", ("dispenseRequest", "performer"))
    assert not rests("MedicationRequest", ("dosageInstruction", "extension", "url"))
    assert not rests("MedicationRequest", ("category",))
    assert rests("PlanDefinition", ("action", "action", "action", "condition", "expression"))
    assert not rests("PlanDefinition", ("action", "title"))
    assert not rests("Claim", ("status",))
    assert "extension" in _SPARE


def test_looks_vital() -> None:
    assert looks_vital("MedicationRequest", ("dosageInstructions",))
    assert looks_vital("MedicationRequest", ("Status",))
    assert looks_vital("MedicationRequest", ("dosageInstruction", "maxDose"))
    assert not looks_vital("MedicationRequest", ("dispenseRequest", "foo"))
    assert not looks_vital("MedicationRequest", ("foo",))


def test_dropped_types_have_no_model_or_another_shape() -> None:
    dropped = [name for name in NOT_IN_R4B if model(name, "R4") is None]
    assert not any(model(name, release) for name in DRAFT_TYPES for release in RELEASES)
    assert set(NOT_IN_R4B) - set(dropped) == {"DeviceDefinition", "Evidence", "EvidenceVariable"}


def test_allowances_say_why() -> None:
    assert all(
        len(known.why) > 20 and known.outcome in ("silent", "warning", "error") for known in ALLOWANCES
    )


def test_lists_that_go_on_are_not_closed() -> None:
    assert closed_list("Task", "status", ("draft", "+")) == ()
    assert closed_list("X", "y", ("a", "b")) == ("a", "b")
    assert "entered-in-error" in closed_list("Observation", "status", ("final", "+"))


def test_element_types() -> None:
    repeat = elements(_parent("MedicationRequest", "R4", ["dosageInstruction", "timing", "repeat"]))
    assert repeat["periodUnit"].codes == ("s", "min", "h", "d", "wk", "mo", "a")
    assert (repeat["dayOfWeek"].many, repeat["dayOfWeek"].type) == (True, "code")
    assert repeat["boundsPeriod"].choice == "bounds"
    assert repeat["when"].codes[0] == "MORN"
    order = elements(model("MedicationRequest", "R4"))
    assert (order["authoredOn"].type, order["status"].required) == ("dateTime", True)
    assert order["subject"].required
    assert order["_authoredOn"].entry is not None


@pytest.mark.parametrize(
    "text", ["2026", "2026-01", "2026-01-31", "2026-01-31T10:00:00", "2026-01-31 10:00Z"]
)
def test_readable_dates(text: str) -> None:
    assert readable_date(text)


@pytest.mark.parametrize(
    "text", ["", "26", "2026-1-1", "2026-02-30", "2026-13", "1/2/2026", "2026-01-01T25:00", "٢٠٢٦"]
)
def test_unreadable_dates(text: str) -> None:
    assert not readable_date(text)


def test_what_may_be_printed() -> None:
    assert code("day", "MedicationRequest") == "'day'"
    assert code("day", "Patient") is None
    for secret in ("John Smith", "1950-01-01", "9434765919", "x" * 30, "\x1b[0m", ""):
        assert code(secret, "MedicationRequest") is None
    assert element_name("dosage") == "dosage"
    assert element_name("John Smith") is None
    assert "of the 27 codes" in one_of(tuple(str(n) for n in range(27)))
