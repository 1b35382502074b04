"""Suppressions: what they hide, for how long, and what is said of those that hide nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.findings import Finding
from orderlint.record import Place
from orderlint.suppress import TAG_SYSTEM, Suppression, apply, tag_suppressions

TODAY = date(2026, 3, 1)
WRITTEN = Place("orderlint.toml", "/suppress/0")


def finding(
    rule: str = "a-rule", file: str = "orders/a.json", pointer: str = "/entry/0/resource/x", **other: Any
) -> Finding:
    other.setdefault("resource", "MedicationRequest/1")
    return Finding(rule, "error", "m", "patient", Place(file, pointer), fingerprint="f1", **other)


def written(**keys: Any) -> Suppression:
    return Suppression(**{"rule": "a-rule", "reason": "agreed", "place": WRITTEN, "line": 3, **keys})


def outcome(
    suppression: Suppression, *findings: Finding, files: tuple[str, ...] = ("orders/a.json",), **k: Any
) -> Any:
    """(rules kept, reasons of the hidden, rules of the extra findings)."""
    kept, hidden, extra = apply(findings, [suppression], TODAY, files, **k)
    return [f.rule for f in kept], [f.suppressed for f in hidden], [f.rule for f in extra]


@pytest.mark.parametrize(
    "scope",
    [
        {"paths": ("orders/*.json",)},
        {"resource": "MedicationRequest/1"},
        {"fingerprint": "f1"},
        {"paths": ("orders",), "resource": "MedicationRequest/1", "fingerprint": "f1"},
        {"paths": ("a.json",), "base": "orders"},
        {"paths": ("orders",), "expires": TODAY},
    ],
)
def test_hides(scope: dict[str, Any]) -> None:
    assert outcome(written(**scope), finding()) == ([], ["agreed"], [])


@pytest.mark.parametrize(
    "scope",
    [
        {"paths": ("other/*.json",)},
        {"paths": ("orders",), "resource": "MedicationRequest/2"},
        {"paths": ("orders",), "fingerprint": "f2"},
        {"paths": ("orders",), "rule": "b-rule"},
    ],
)
def test_does_not_hide(scope: dict[str, Any]) -> None:
    assert outcome(written(**scope), finding())[:2] == (["a-rule"], [])


@pytest.mark.parametrize("rule", ["invalid-json", "unused-suppression", "expired-suppression"])
def test_what_can_never_be_hidden(rule: str) -> None:
    kept, hidden, _ = outcome(written(rule=rule, paths=("**",)), finding(rule))
    assert (kept, hidden) == ([rule], [])


@pytest.mark.parametrize("end", [{"expires": date(2026, 2, 28)}, {"bad_date": "soon"}])
def test_an_expired_one_hides_nothing_and_says_so(end: dict[str, Any]) -> None:
    assert outcome(written(paths=("orders",), **end), finding()) == (["a-rule"], [], ["expired-suppression"])
    assert outcome(written(paths=("elsewhere",), **end))[2] == ["expired-suppression"]


def test_an_expired_one_does_not_stand_before_one_in_force() -> None:
    both = [written(paths=("orders",), expires=date(2020, 1, 1)), written(paths=("orders",), reason="second")]
    kept, hidden, extra = apply([finding()], both, TODAY, ["orders/a.json"])
    assert (kept, [f.suppressed for f in hidden]) == ((), ["second"])
    assert [f.rule for f in extra] == ["expired-suppression"]


def test_two_that_cover_one_finding_are_both_in_use() -> None:
    both = [written(paths=("orders",)), written(fingerprint="f1", reason="second")]
    _, hidden, extra = apply([finding()], both, TODAY, ["orders/a.json"], complete=True)
    assert [f.suppressed for f in hidden] == ["agreed"]
    assert extra == ()


def test_unused_only_where_the_run_looked() -> None:
    unused = ["unused-suppression"]
    assert outcome(written(paths=("orders",)))[2] == unused
    assert outcome(written(paths=("orders",)), files=("b.json",))[2] == []
    by_resource = written(resource="MedicationRequest/9")
    assert outcome(by_resource)[2] == []
    assert outcome(by_resource, resources_in_run={"MedicationRequest/9"})[2] == unused
    assert outcome(by_resource, resources_in_run={"MedicationRequest/1"})[2] == []
    assert outcome(written(fingerprint="f9"))[2] == []
    assert outcome(written(fingerprint="f9"), complete=True)[2] == unused


def test_what_is_said_of_them_stands_where_they_are_written() -> None:
    (extra,) = apply([], [written(paths=("orders",))], TODAY, ["orders/a.json"]).extra
    assert (extra.place.file, extra.line, extra.column, extra.severity) == ("orderlint.toml", 3, 1, "warning")
    assert "a-rule" in extra.message


def test_their_fingerprints_stay_when_others_are_written_above() -> None:
    one, two = written(paths=("orders",)), written(paths=("orders",), reason="other")
    moved = one._replace(place=Place("orderlint.toml", "/suppress/5"), line=40)
    (first,), (again,) = (apply([], [s], TODAY, ["orders/a.json"]).extra for s in (one, moved))
    assert first.fingerprint == again.fingerprint != ""
    three = apply([], [one, two, moved], TODAY, ["orders/a.json"]).extra
    assert len({f.fingerprint for f in three}) == 3


def tagged(
    *tags: Any, kind: str = "MedicationRequest", pointer: str = "/entry/0/resource", **place: Any
) -> Any:
    resource = {"resourceType": kind, "id": "1", "meta": {"tag": list(tags)}}
    return tag_suppressions(resource, Place("orders/a.json", pointer, **place))


GOOD = {"system": TAG_SYSTEM, "code": "a-rule", "display": "agreed"}


def test_a_tag_hides_in_its_own_resource_only() -> None:
    (suppression,) = tagged({"system": "urn:other", "code": "x"}, GOOD)
    assert suppression.place.pointer == "/entry/0/resource/meta/tag/1"
    assert outcome(suppression, finding()) == ([], ["agreed"], [])
    assert outcome(suppression, finding(pointer="/entry/0/resource"))[0] == []
    assert outcome(suppression, finding(pointer="/entry/10/resource/x", resource="MedicationRequest/2"))[
        0
    ] == ["a-rule"]
    assert outcome(suppression, finding(file="b.json"))[0] == ["a-rule"]
    assert outcome(suppression, finding("b-rule"))[0] == ["b-rule"]
    assert outcome(suppression)[2] == ["unused-suppression"]


def test_a_tag_of_one_ndjson_line_does_not_reach_the_next() -> None:
    (suppression,) = tagged(GOOD, pointer="", line=1, byte=0)
    here, there = (finding(pointer="/dosageInstruction/0"), finding(pointer="/dosageInstruction/0"))
    there = there._replace(place=there.place._replace(line=2, byte=80))
    assert outcome(suppression, here, there)[:2] == (["a-rule"], ["agreed"])


def test_a_tag_on_a_definition_reaches_what_it_contains() -> None:
    (suppression,) = tagged(GOOD, kind="PlanDefinition", pointer="")
    inner = finding(pointer="/contained/0/dosage/0", resource="ActivityDefinition/x")
    assert outcome(suppression, inner)[0] == []


@pytest.mark.parametrize(
    ("tag", "kind", "words"),
    [
        ({**GOOD, "display": "  "}, "MedicationRequest", "no reason"),
        ({"system": TAG_SYSTEM, "code": "a-rule"}, "MedicationRequest", "no reason"),
        ({**GOOD, "display": ["x"]}, "MedicationRequest", "no reason"),
        ({**GOOD, "code": 5}, "MedicationRequest", "not the name of a rule"),
        ({**GOOD, "code": "\x1b[31m"}, "MedicationRequest", "not the name of a rule"),
        ({**GOOD, "code": "invalid-json"}, "MedicationRequest", "can't be suppressed"),
        (GOOD, "Patient", "only an order or a definition"),
    ],
)
def test_a_wrong_tag_hides_nothing_and_is_told(tag: dict[str, Any], kind: str, words: str) -> None:
    kept, hidden, extra = apply([finding()], tagged(tag, kind=kind), TODAY, ["orders/a.json"])
    assert (len(kept), len(hidden)) == (1, 0)
    assert [f.rule for f in extra] == ["unused-suppression"]
    assert words in extra[0].message
    assert "\x1b" not in extra[0].message


@pytest.mark.parametrize(
    "version", ["2026-13-01", "tomorrow", "2026-03", "2026-W09-7", "", 20260301, None, "2026-02-28"]
)
def test_a_tag_expires_also_by_a_date_that_cannot_be_read(version: Any) -> None:
    (suppression,) = tagged({**GOOD, "version": version})
    assert outcome(suppression, finding()) == (["a-rule"], [], ["expired-suppression"])


def test_a_tag_holds_through_its_last_day() -> None:
    (suppression,) = tagged({**GOOD, "version": "2026-03-01"})
    assert outcome(suppression, finding())[1] == ["agreed"]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.just(TAG_SYSTEM),
    lambda c: (
        st.lists(c, max_size=3) | st.dictionaries(st.sampled_from(["meta", "tag", "system", "code", "id"]), c)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["meta", "resourceType", "id"]), _json), _json)
def test_no_shape_of_json_makes_it_fail(resource: dict[str, Any], tag: Any) -> None:
    place = Place("a.json", "")
    found = tag_suppressions(resource, place) + tag_suppressions({**resource, "meta": {"tag": tag}}, place)
    apply([finding()], found, TODAY, ["a.json"])
