"""Orders of drugs that no rule watches are left out only where no rule for the patient speaks of them."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderlint.audit.job import Job
from orderlint.audit.join.companions import Companions
from orderlint.audit.sift.scanner import decoding
from tests.audit.plain import egfr, order, patient, write
from tests.audit.running import ORDERS, about_orders, audited, checked

pytestmark = pytest.mark.skipif(not decoding(), reason="msgspec is not installed")

WATCHED = (
    "baclofen 10 mg tablet",
    "tizanidine 4 mg tablet",
    "gabapentin 300 mg capsule",
    "carisoprodol 350 mg",
)
OTHERS = ("lisinopril 10 mg", "oxycodone 5 mg", "furosemide 40 mg", "potassium chloride 600 mg",
          "amoxicillin", "ciprofloxacin 500 mg", "moclobemide 150 mg", "diazepam 5 mg")  # fmt: skip


def drug(words: str, dice: random.Random, made: list[dict[str, Any]]) -> dict[str, Any]:
    """In words, or by a Medication, with or without words beside the reference."""
    if dice.random() < 0.6:
        return {"medicationCodeableConcept": {"text": words}}
    ident = f"x{len(made)}"
    if dice.random() < 0.9:
        made.append({"resourceType": "Medication", "id": ident, "code": {"text": words}})
    said: dict[str, Any] = {"reference": f"Medication/{ident}"}
    if dice.random() < 0.3:
        said["display"] = dice.choice((*WATCHED, *OTHERS))
    return {"medicationReference": said}


def export(folder: Path, seed: int) -> Path:
    """Some patients, each with a few orders of the same days."""
    dice = random.Random(seed)
    made: list[dict[str, Any]] = [{"resourceType": "Medication", "id": "first", "code": {"text": "x"}}]
    orders: list[dict[str, Any]] = []
    for who in "abcdef"[: dice.randint(1, 6)]:
        made += [patient(who, dice.choice(("1940-01-01", "1980-01-01"))), egfr(f"e{who}", who)]
        for n in range(dice.randint(1, 4)):
            words = dice.choice(WATCHED if dice.random() < 0.4 else OTHERS)
            one = order(f"{who}{n}", who)
            del one["medicationCodeableConcept"]
            one |= drug(words, dice, made)
            if dice.random() < 0.1:
                one["status"] = dice.choice(("completed", "cancelled", "stopped", "draft", "odd"))
            if dice.random() < 0.1:
                link = {"reference": f"MedicationRequest/{who}{dice.randint(0, 3)}"}
                one |= dice.choice(({"basedOn": [link]}, {"priorPrescription": link}))
            if dice.random() < 0.05:
                one["contained"] = [{"resourceType": "Medication", "id": "c", "code": {"text": "baclofen"}}]
            if dice.random() < 0.05:
                one["subject"] = dice.choice(
                    ({"display": "X"}, {"reference": f"http://a.org/fhir/Patient/{who}"})
                )
            orders.append(one)
    if dice.random() < 0.1:
        entry = [{"resource": order("in", "a", "cyclobenzaprine")}]
        made.append({"resourceType": "Bundle", "type": "collection", "entry": entry})
    dice.shuffle(orders)
    return write(folder, *made, *orders)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
def test_leaving_them_out_changes_no_verdict(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = export(tmp_path_factory.mktemp("export"), seed)
    scanned, quick = audited(folder)
    parsed, whole = audited(folder, parse_all=True)
    wanted, expected = checked(folder)
    assert about_orders(quick) == about_orders(whole) == about_orders(expected)
    assert {k: scanned[k] for k in ORDERS} == {k: parsed[k] for k in ORDERS} == {k: wanted[k] for k in ORDERS}


def needed(monkeypatch: pytest.MonkeyPatch, folder: Path, **chosen: Any) -> set[str]:
    """The ids of the orders that were parsed to be judged."""
    seen: set[str] = set()
    real = Companions.needed

    def watch(self: Companions, lines: Any, job: Job, medication: Any, *, plain: bool) -> list[bool]:
        answers = real(self, lines, job, medication, plain=plain)
        seen.update(json.loads(raw)["id"] for raw, answer in zip(lines, answers, strict=True) if answer)
        return answers

    monkeypatch.setattr(Companions, "needed", watch)
    audited(folder, **chosen)
    return seen


def said(ident: str, who: str, words: str, **more: Any) -> dict[str, Any]:
    return order(ident, who) | {"medicationCodeableConcept": {"text": words}} | more


@pytest.mark.parametrize(
    ("watched", "other", "counts"),
    [
        ("tizanidine 4 mg tablet", "lisinopril 10 mg", True),
        ("tizanidine 4 mg tablet", "ciprofloxacin 500 mg", True),
        ("gabapentin 300 mg capsule", "lisinopril 10 mg", False),
        ("gabapentin 300 mg capsule", "oxycodone 5 mg", True),
        ("gabapentin 300 mg capsule", "ciprofloxacin 500 mg", False),
        ("baclofen 10 mg tablet", "potassium chloride 600 mg", True),
        ("cyclobenzaprine 5 mg tablet", "moclobemide 150 mg", True),
        ("baclofen 10 mg tablet", "moclobemide 150 mg", False),
    ],
)
def test_the_words_of_a_rule_say_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, watched: str, other: str, counts: bool
) -> None:
    folder = write(tmp_path, patient("a"), said("w", "a", watched), said("o", "a", other))
    assert needed(monkeypatch, folder) == ({"w", "o"} if counts else {"w"})
    assert needed(monkeypatch, folder, parse_all=True) == {"w", "o"}


@pytest.mark.parametrize(
    "change",
    [
        {"priorPrescription": {"reference": "MedicationRequest/w"}},
        {"contained": [{"resourceType": "Medication", "id": "c"}]},
        {"note": [{"text": "\x01"}]},
    ],
)
def test_what_is_not_plain_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    other = said("o", "a", "lisinopril 10 mg", **change)
    folder = write(tmp_path, patient("a"), said("w", "a", "gabapentin 300 mg capsule"), other)
    assert needed(monkeypatch, folder) == {"w", "o"}


def test_where_a_drug_is_not_known_anything_may_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [patient("a"), said("w", "a", "gabapentin 300 mg capsule"), said("o", "a", "lisinopril 10 mg")]
    nothing = order("n", "a")
    del nothing["medicationCodeableConcept"]
    folder = write(tmp_path, *made, nothing)
    assert needed(monkeypatch, folder) == {"w", "o", "n"}


def test_a_medication_that_is_there_twice_is_no_plain_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pills = {"resourceType": "Medication", "id": "m", "code": {"text": "lisinopril 10 mg"}}
    by_reference = said("o", "a", "x")
    del by_reference["medicationCodeableConcept"]
    by_reference["medicationReference"] = {"reference": "Medication/m"}
    made = [patient("a"), said("w", "a", "gabapentin 300 mg capsule"), by_reference]
    once, twice = write(tmp_path / "1", pills, *made), write(tmp_path / "2", pills, pills, *made)
    assert needed(monkeypatch, once) == {"w"}
    assert needed(monkeypatch, twice) == {"w", "o"}


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("orderlint.audit.join.companions._MOST", 2)
    folder = write(tmp_path, patient("a"), *(said(f"w{n}", "a", f"gabapentin {n} mg") for n in range(9)))
    kept: list[int] = []
    real = Companions.needed

    def watch(self: Companions, *arguments: Any, **more: Any) -> list[bool]:
        found = real(self, *arguments, **more)
        kept.append(len(self._drugs))
        return found

    monkeypatch.setattr(Companions, "needed", watch)
    audited(folder)
    assert max(kept) <= 2
