"""Nothing of an id is left under a key."""

from __future__ import annotations

from orderlint.audit.results.pseudonyms import Pseudonyms

KEY = Pseudonyms(b"0123456789abcdef")


def test_a_name_is_replaced_to_its_last_character() -> None:
    for odd in ("MedicationRequest/Hans Meier", "Patient/a/b", "Patient/x#y", "Patient/Hans\nMeier (1)"):
        shown = KEY.name(odd)
        kind, _, rest = shown.partition("/")
        assert kind == odd.partition("/")[0]
        assert len(rest) == 32
        assert set(rest) <= set("0123456789abcdef")


def test_a_plain_name_has_one_pseudonym_everywhere() -> None:
    assert KEY.name("Patient/1") == KEY.text("Patient/1")
    assert KEY.name("Patient/1") in KEY.text("the orders of Patient/1, together")


def test_a_finding_of_an_odd_id_says_it_nowhere() -> None:
    name = "MedicationRequest/Hans Meier"
    finding = {
        "resource": name,
        "patient": "Patient/1",
        "message": f"{name} and MedicationRequest/2 are too much",
        "facts": [f"120 mg/d with {name}", "Patient/1 is 80"],
        "fingerprint": "f",
    }
    done = KEY.over(finding)
    assert "Meier" not in str(done)
    assert done["resource"] == KEY.name(name)
    assert done["message"] == f"{KEY.name(name)} and {KEY.name('MedicationRequest/2')} are too much"
    assert done["facts"] == [f"120 mg/d with {KEY.name(name)}", f"{KEY.name('Patient/1')} is 80"]


def test_without_a_key_nothing_is_replaced() -> None:
    assert Pseudonyms(None).name("Patient/Hans Meier") == "Patient/Hans Meier"
