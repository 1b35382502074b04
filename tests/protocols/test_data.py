"""The built-in protocols as data: figures, severities, sources, words, and that their examples hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from orderlint.protocols.examples.run import failures, run
from orderlint.protocols.examples.suite import suites
from orderlint.protocols.linter.run import lint
from orderlint.protocols.loader import load
from orderlint.protocols.mutation.run import mutate
from orderlint.protocols.store import built_in_files, load_rules
from orderlint.protocols.yaml_file import read_yaml

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"

# By hand, after the specification: the severities of each rule as its clauses state them.
SEVERITIES = {
    "albumin-cramp-dose": "info warning",
    "amitriptyline-ketamine-topical": "warning",
    "baclofen-abrupt-stop": "error",  # the check itself lowers it to a warning
    "baclofen-child": "info warning",
    "baclofen-divided-doses": "warning",
    "baclofen-elderly-dose": "warning",
    "baclofen-hepatic-adjustment": "error warning",
    "baclofen-indication": "info warning",
    "baclofen-max-daily-dose": "error",
    "baclofen-opioid": "warning",
    "baclofen-pregnancy": "warning",
    "baclofen-renal-adjustment": "error",
    "baclofen-start-dose": "warning",
    "baclofen-titration": "warning",  # the check itself lowers it to an info
    "cns-active-load": "error warning",
    "cramp-alternatives": "info",
    "cyclobenzaprine-contraindication": "error",
    "cyclobenzaprine-elderly": "error",
    "elderly-dementia-relaxant": "warning",
    "elderly-fall-history": "warning",
    "electrolytes-first": "warning",
    "gabapentin-er-max-dose": "error",
    "gabapentin-max-daily-dose": "error info",
    "gabapentin-renal-adjustment": "error",
    "gabapentin-start-dose": "warning",
    "gabapentinoid-abrupt-stop": "warning",
    "gabapentinoid-duplicate": "warning",
    "gabapentinoid-opioid": "error warning",
    "lidocaine-heat": "warning",
    "lidocaine-patch-wear": "error",
    "lidocaine-systemic-risk": "warning",
    "monitoring-missing": "info",
    "muscle-relaxant-duplicate": "warning",
    "muscle-relaxant-duration": "info warning",
    "muscle-relaxant-elderly": "error",
    "muscle-relaxant-hepatic": "error warning",
    "muscle-relaxant-max-dose": "error",
    "orphenadrine-contraindication": "error",
    "pregabalin-max-daily-dose": "error info",
    "pregabalin-renal-adjustment": "error",
    "quinidine-cramp": "error warning",
    "tizanidine-abrupt-stop": "warning",
    "tizanidine-cyp1a2": "warning",
    "tizanidine-hypotension": "info warning",
    "tizanidine-interaction": "error",
    "tizanidine-second-line": "info",
    "tizanidine-single-dose": "warning",
    "tizanidine-start-dose": "warning",
}

# By hand: clause, rule, severity → the figures of the check.
FIGURES = {
    "AKA-002 baclofen-start-dose warning": ["washout_days 90, max_single 5 mg, max_daily 15 mg/d"],
    "CRA-002 baclofen-start-dose warning": ["washout_days 90, max_daily 10 mg/d"],
    "AKA-003 baclofen-titration warning": [
        "max_gap_days 3, max_raise 15 mg/d, min_days 3, info_days 7, look_back_days 90"
    ],
    "CRA-003 baclofen-titration warning": [
        "max_gap_days 3, max_raise 10 mg/d, min_days 7, look_back_days 90"
    ],
    "AKA-004 baclofen-max-daily-dose error": ["limit 80 mg/d"],
    "CRA-004 baclofen-max-daily-dose error": ["limit 30 mg/d"],
    "AKA-005 baclofen-divided-doses warning": ["limit 20 mg"],
    "AKA-009 pregabalin-max-daily-dose error": ["limit 600 mg/d"],
    "AKA-009 pregabalin-max-daily-dose info": ["limit 300 mg/d"],
    "AKA-010 gabapentin-start-dose warning": [
        "washout_days 90, max_daily 300 mg/d",
        "max_gap_days 3, max_raise 300 mg/d, look_back_days 90",
    ],
    "AKA-011 gabapentin-max-daily-dose error": ["limit 3600 mg/d"],
    "AKA-011 gabapentin-max-daily-dose info": ["limit 1800 mg/d"],
    "AKA-015 tizanidine-start-dose warning": ["washout_days 90, max_single 2 mg, max_times 3"],
    "AKA-019 lidocaine-patch-wear error": ["max_at_once 3, max_hours 12, within_hours 24, max_per_day 1"],
    "AKA-023 amitriptyline-ketamine-topical warning": ["limit 3"],
    "AKA-024 amitriptyline-ketamine-topical warning": ["from 1, to 2"],
    "AKA-025 amitriptyline-ketamine-topical warning": ["from 0.5, to 5"],
    "AKA-036 muscle-relaxant-duration warning": ["max_days 21, max_gap_days 3"],
    "AKA-036 muscle-relaxant-duration info": ["max_days 21, max_gap_days 3"],
    "AKA-038 baclofen-abrupt-stop error": [
        "max_gap_days 3, dose_window_days 28, free_dose 10 mg/d, min_exposure_days 14, error_below_days 7, "
        "warning_below_days 14, max_cut 0.5, max_last_step 10 mg/d"
    ],
    "AKA-043 baclofen-hepatic-adjustment warning": ["limit 30 mg/d", "washout_days 90, max_daily 10 mg/d"],
    "AKA-044 baclofen-elderly-dose warning": ["washout_days 90, max_daily 10 mg/d", "limit 40 mg/d"],
    "AKA-046 cns-active-load error": ["at_least 3"],
    "AKA-046 cns-active-load warning": ["at_least 3"],
    "CRA-012 electrolytes-first warning": ["washout_days 90, within_days 30"],
    "CRA-028 albumin-cramp-dose warning": ["from 20 g/wk, to 40 g/wk"],
    "CRA-031 quinidine-cramp error": ["limit 400 mg/d"],
    "PI-BAC-19 baclofen-child warning": ["limit 40 mg/d", "limit 60 mg/d"],
    "PI-MAX-1 muscle-relaxant-max-dose error": ["limit 1400 mg/d"],
    "PI-MAX-2 muscle-relaxant-max-dose error": ["limit 3000 mg/d"],
    "PI-MAX-3 muscle-relaxant-max-dose error": ["limit 30 mg/d"],
    "PI-MAX-4 muscle-relaxant-max-dose error": ["limit 400 mg/d"],
    "PI-MAX-5 muscle-relaxant-max-dose error": ["limit 3200 mg/d"],
    "PI-MAX-6 muscle-relaxant-max-dose error": ["limit 2560 mg/d, product_strength 640 mg"],
    "PI-MAX-7 muscle-relaxant-max-dose error": ["limit 8000 mg/d", "limit 4500 mg/d, after_days 3"],
    "PI-MAX-8 muscle-relaxant-max-dose error": ["limit 200 mg/d"],
    "PI-MAX-9 muscle-relaxant-max-dose error": ["limit 36 mg/d"],
    "PI-TIZ-3 tizanidine-single-dose warning": ["limit 16 mg"],
    "PI-CYC-2 cyclobenzaprine-contraindication error": ["days_after 14"],
    "PI-TIZ-4 tizanidine-abrupt-stop warning": [
        "max_gap_days 3, dose_window_days 28, free_dose 18 mg/d, min_exposure_days 63, max_fall 4 mg/d"
    ],
    "PI-GAB-3 gabapentinoid-abrupt-stop warning": [
        "max_gap_days 3, dose_window_days 28, free_dose 0 mg/d, min_exposure_days 14, warning_below_days 7"
    ],
    "PI-GAB-6 gabapentin-er-max-dose error": ["limit 1800 mg/d", "limit 1200 mg/d"],
}

# Bands by kidney function, exactly as the specification has them.
BANDS = {
    "baclofen-renal-adjustment": [
        ({"dialysis": True}, {"avoid": True}),
        ({"kidney": {"below": 30}}, {"avoid": True}),
        ({"kidney": {"from": 30, "below": 60}, "age": {"from": 65}}, {"avoid": True}),
        ({"kidney": {"from": 30, "below": 60}, "age": {"below": 65}}, {"max_single": "5 mg", "max_times": 2}),
        ({"kidney": {"from": 60}}, {}),
    ],
    "gabapentin-renal-adjustment": [
        ({"dialysis": True}, {"max_daily": "300 mg/d"}),
        ({"kidney": {"below": 15}}, {"max_daily_per_k": "20 mg/d"}),
        ({"kidney": {"from": 15, "to": 15}}, {"max_daily": "300 mg/d"}),
        ({"kidney": {"above": 15, "to": 30}}, {"max_daily": "700 mg/d"}),
        ({"kidney": {"above": 30, "below": 60}}, {"max_daily": "1400 mg/d"}),
        ({"kidney": {"from": 60}}, {}),
    ],
    "pregabalin-renal-adjustment": [
        ({"dialysis": True}, {"max_daily": "75 mg/d"}),
        ({"kidney": {"to": 15}}, {"max_daily": "75 mg/d"}),
        ({"kidney": {"above": 15, "to": 30}}, {"max_daily": "150 mg/d"}),
        ({"kidney": {"above": 30, "below": 60}}, {"max_daily": "300 mg/d"}),
        ({"kidney": {"from": 60}}, {}),
    ],
}

# Findings on the input itself; the program makes them, no clause does.
OF_THE_INPUT = {
    "age-unknown",
    "check-failed",
    "dose-contradiction",
    "dose-unverifiable",
    "expired-suppression",
    "hepatic-function-unknown",
    "invalid-json",
    "invalid-resource",
    "medication-uncoded",
    "medication-unidentified",
    "protocol-review-expired",
    "renal-function-unknown",
    "unresolved-reference",
    "unused-suppression",
}


@cache
def documents() -> dict[str, Any]:
    read = (read_yaml(path.read_bytes(), str(path))[0] for path in built_in_files())
    return {data["protocol"]: data for data in read}


def clauses() -> dict[str, Any]:
    return {c["id"]: c for data in documents().values() for c in data["clauses"]}


def rules() -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Every rule that a clause states itself, with the clause."""
    for clause in clauses().values():
        for rule in clause.get("rules", ()):
            if "same_as" not in rule:
                yield clause, rule


def numbers(check: Mapping[str, Any]) -> dict[str, Any]:
    """The plain figures of a check."""
    return {
        key: value
        for key, value in check.items()
        if not isinstance(value, bool)
        and (isinstance(value, int | float) or (isinstance(value, str) and re.match(r"\d", value)))
    }


def test_severities() -> None:
    found: dict[str, set[str]] = {}
    for instance in load().instances:
        found.setdefault(instance.rule, set()).add(instance.severity)
    assert {rule: " ".join(sorted(said)) for rule, said in found.items()} == SEVERITIES


def test_figures() -> None:
    found: dict[str, list[str]] = {}
    for clause, rule in rules():
        if plain := numbers(rule["check"]):
            said = ", ".join(f"{key} {value}" for key, value in plain.items())
            found.setdefault(f"{clause['id']} {rule['rule']} {rule['severity']}", []).append(said)
    assert found == FIGURES


@pytest.mark.parametrize("name", BANDS)
def test_bands(name: str) -> None:
    bands = next(rule["check"]["bands"] for _, rule in rules() if rule["rule"] == name)
    words = ("when", "says", "figures")
    assert [(b["when"], {k: v for k, v in b.items() if k not in words}) for b in bands] == BANDS[name]


def test_electrolytes_in_full() -> None:
    check = clauses()["CRA-012"]["rules"][0]["check"]
    assert {one["kind"]: one["low"] for one in check["labs"]} == {
        "potassium": "3.5 mmol/L",
        "magnesium": "0.699 mmol/L",
    }
    assert check["sooner"] == {"with": ["group:diuretic"], "within_days": 14}


def test_who_is_elderly() -> None:
    children = ({"below": 12}, {"below": 8})
    ages = [age for _, rule in rules() for age in _ages(rule) if age not in children]
    assert len(ages) > 5
    assert all(age in ({"from": 65}, {"below": 65}) for age in ages)


def _ages(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "age":
                yield item
            elif key != "examples":
                yield from _ages(item)
    elif isinstance(value, list):
        for item in value:
            yield from _ages(item)


def test_no_number_of_a_source_protocol_without_a_figure() -> None:
    """Beside the clause stands the figure's own clause, and that one has a source."""
    known = clauses()
    for clause, rule in rules():
        check = rule["check"]
        cited = [name for node in (check, *check.get("bands", ())) for name in node.get("figures", ())]
        own = clause["id"].startswith("PI-")
        assert own or cited or not (numbers(check) or "bands" in check), clause["id"]
        assert all(known[name]["encode"] in ("figure", "rule") for name in cited), clause["id"]
        for band in check.get("bands", ()):
            assert "figures" in band or set(band) == {"when"}, clause["id"]


def test_every_figure_is_used_and_has_a_source() -> None:
    used = {figure.id for instance in load().instances for figure in instance.figures}
    used |= set(re.findall(r"source: (PI-[A-Z]+-[0-9]+)", _text("prescribing-information")))
    for clause in documents()["prescribing-information"]["clauses"]:
        assert len(clause["source"].split()) > 1, clause["id"]
        if clause["encode"] == "figure":
            assert clause["id"] in used, clause["id"]


# What no authority says, and what was not read in its source, must say so.
ENGINEERING = ("PI-BAC-4", "PI-BAC-9", "PI-LAB-3", "PI-KID-2", "PI-TIZ-10")
RECALLED = ("PI-LAB-1", "PI-LAB-2", "PI-BAC-10", "PI-AMK-1", "PI-CRA-1")
QUOTED = ("PI-BAC-12", "PI-BAC-14", "PI-ALB-1", "PI-QUI-1", "PI-MAX-7")


def test_sources_own_up() -> None:
    known = clauses()
    assert all(known[name]["source"].startswith("Engineering default") for name in ENGINEERING)
    assert all(re.search(r"\brecalled\b", known[name]["source"], re.IGNORECASE) for name in RECALLED)
    assert all("quotation" in known[name]["source"] for name in QUOTED)


def test_citations_that_the_articles_do_not_list_are_said_so() -> None:
    listed = {"aka-spasm": {"1", "2"}, "muscle-cramp": {"1", "5", "6"}}
    for protocol, numbers_listed in listed.items():
        for clause in documents()[protocol]["clauses"]:
            match = re.search(r"Citations? ([0-9])(?: (?:and|to) ([0-9]))?", clause["source"])
            cited = {n for n in match.groups() if n} if match else set()
            if cited - numbers_listed:
                said = re.search(r"not listed|doesn't list|neither of which it lists", clause["source"])
                assert said, clause["id"]


def test_nobody_is_named_before_somebody_signs() -> None:
    for data in documents().values():
        assert data["status"] in ("submitted", "under-review")
        unsigned = dict.fromkeys(("author", "checker", "reviewed", "next_review"))
        assert data["review"] == {**unsigned, "note": "pending human review"}
        assert data["references"] and data["disclaimer"] and data["version"]


def test_every_rule_has_words_for_both_readers() -> None:
    told = load_rules()
    assert set(told) == set(SEVERITIES) | OF_THE_INPUT
    for name, words in told.items():
        assert set(words) >= {"title", "why", "advice", "advice_engineer"}, name
        assert "suppress" in words or name in OF_THE_INPUT, name
        assert all(text.strip() for text in words.values()), name


ELDERLY = [name for name in SEVERITIES if "elderly" in name] + ["cns-active-load", "tizanidine-second-line"]


@pytest.mark.parametrize("name", ELDERLY)
def test_nothing_recommends_baclofen_or_tizanidine_to_the_elderly(name: str) -> None:
    """Where advice names the two, it is to warn of them."""
    warning = re.compile("no safer|neither|don't|isn't|why tizanidine was chosen|not tolerated")
    for sentence in _sentences(name):
        if re.search("baclofen|tizanidine", sentence) and name != "baclofen-elderly-dose":
            assert warning.search(sentence), sentence


def test_a_long_course_is_never_told_to_stop() -> None:
    said = " ".join(_sentences("muscle-relaxant-duration")).casefold()
    assert not re.search(r"\b(?:stop|discontinue|cease)\b", said)
    assert "review" in said
    assert "taper" in said


def _sentences(name: str) -> list[str]:
    texts = [text for key, text in load_rules()[name].items() if key != "title"]
    for _, rule in rules():
        if rule["rule"] == name:
            texts += [rule.get("advice", ""), rule["check"].get("says", "")]
    return [s.lower() for text in texts for s in re.split(r"(?<=[.;!?])\s", text)]


def test_the_linter_of_protocols_has_nothing_to_say() -> None:
    assert [str(issue) for issue in lint([], date(2026, 11, 21))] == []


@pytest.fixture(scope="module")
def built_in() -> Any:
    return suites([])


def test_every_example_holds(built_in: Any) -> None:
    results = run(built_in)
    assert len(results) > 500
    assert [str(issue) for issue in failures(results)] == []


def test_the_examples_notice_every_small_change(built_in: Any) -> None:
    found = mutate(built_in)
    assert found.made > 700
    assert [survivor.issue.message for survivor in found.survivors] == []


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the source articles are not beside the repository")
def test_no_sentence_of_the_articles() -> None:
    """No six words in a row of theirs, titles of protocols and of references apart."""
    theirs = {run for path in SEEDS.glob("*.txt") for run in _runs(path.read_text(encoding="utf-8"))}
    assert len(theirs) > 500
    ours = list(load_rules().values())
    ours += [{k: v for k, v in c.items() if k not in ("id", "section", "encode")} for c in clauses().values()]
    ours += [data["disclaimer"] for data in documents().values()]
    copied = {" ".join(words) for text in _strings(ours) for words in _runs(text) if words in theirs}
    assert copied == set()


def _runs(text: str, length: int = 6) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return zip(*(words[n:] for n in range(length)), strict=False)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _text(protocol: str) -> str:
    return next(p for p in built_in_files() if p.stem == protocol).read_text(encoding="utf-8")
