"""SARIF against the published schema, and against what its readers refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import jsonschema
import pytest

from orderlint.findings import Result
from orderlint.record import Place
from orderlint.report.context import Context
from orderlint.report.sarif import MOST_RESULTS, artifact, render

from .samples import CLEAN, CONTEXT, EMPTY, FULL, HOSTILE, MAXIMUM, NO_LINE, UNDECIDED

SCHEMA = Path(__file__).parent.parent / "data" / "sarif-schema-2.1.0.json"


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)


def run_of(result: Result, context: Context = CONTEXT) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(render(result, context))["runs"][0]
    return run


@pytest.mark.parametrize("result", [FULL, CLEAN, UNDECIDED, EMPTY, FULL._replace(suppressed=())])
def test_valid_by_the_published_schema(validator: Any, result: Result) -> None:
    validator.validate(json.loads(render(result, CONTEXT)))


def test_every_result_has_a_rule_a_level_and_a_region() -> None:
    run = run_of(FULL)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(run["results"]) == len(FULL.findings) + len(FULL.suppressed)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        (location,) = result["locations"]
        assert location["physicalLocation"]["region"]["startLine"] >= 1
        assert result["partialFingerprints"]["primaryLocationLineHash"]
    assert run_of(CLEAN)["results"] == []


def test_a_finding_without_a_line_stands_on_the_first() -> None:
    (result,) = run_of(FULL._replace(findings=(NO_LINE,), suppressed=()))["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["region"] == {"startLine": 1}
    assert physical["artifactLocation"]["uri"] == "stdin"


def test_an_end_before_the_start_is_dropped() -> None:
    finding = MAXIMUM._replace(end_line=3, end_column=1)
    (result,) = run_of(FULL._replace(findings=(finding,), suppressed=()))["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 11, "startColumn": 5}


def test_rules_are_told_by_the_mapping_or_by_their_name() -> None:
    rules = {rule["id"]: rule for rule in run_of(FULL)["tool"]["driver"]["rules"]}
    known, unknown = rules["drug-a-max-daily-dose"], rules["invalid-json"]
    assert known["shortDescription"]["text"] == "Maximum daily dose of drug A"
    assert known["help"]["text"] == "More than this is harmful. Lower it."
    assert unknown["fullDescription"]["text"] == "invalid-json"


def test_suppressed_results_are_kept_with_their_reason_and_the_others_marked() -> None:
    results = run_of(FULL)["results"]
    justified = [r["suppressions"][0]["justification"] for r in results if r["suppressions"]]
    assert justified == ["agreed with the ward\\x1b[1m, ticket 12"]
    assert sum(r["suppressions"] == [] for r in results) == len(FULL.findings)
    assert all("suppressions" not in r for r in run_of(FULL._replace(suppressed=()))["results"])


def test_what_was_not_checked_is_a_notification() -> None:
    (invocation,) = run_of(FULL)["invocations"]
    assert invocation["executionSuccessful"] is False
    words = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
    assert "not JSON: a comma is missing" in words
    assert any(w.startswith("NOT READ: 1 of 6 inputs") for w in words)
    assert any(w.startswith("NOT VERIFIED: 2 of 40 orders") for w in words)
    assert run_of(CLEAN)["invocations"][0] == {"executionSuccessful": True, "toolExecutionNotifications": []}


def test_the_worst_are_kept_when_there_are_too_many() -> None:
    infos = tuple(HOSTILE._replace(line=n, fingerprint=str(n)) for n in range(1, MOST_RESULTS + 11))
    last = MAXIMUM._replace(place=Place("z.json", ""))
    run = run_of(FULL._replace(findings=(*infos, last)))
    assert len(run["results"]) == MOST_RESULTS
    assert run["results"][0]["ruleId"] == MAXIMUM.rule
    words = [n["message"]["text"] for n in run["invocations"][0]["toolExecutionNotifications"]]
    assert any(w.startswith(f"12 results of {MOST_RESULTS + 12} left out") for w in words)


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("orders/a.json", "orders/a.json"),
        ("./orders/a.json", "orders/a.json"),
        ("orders/bröken #1?.json", "orders/br%C3%B6ken%20%231%3F.json"),
        ("a:b.json", "a%3Ab.json"),
        ("100%.json", "100%25.json"),
        ("bad\udcff.json", "bad%FF.json"),
        ("odd\ud800.json", "odd%3F.json"),
    ],
)
def test_uris_are_relative_and_encoded(file: str, uri: str) -> None:
    found = artifact(file)
    assert found == {"uri": uri, "uriBaseId": "%SRCROOT%"}
    parts = urlsplit(uri)
    assert not (parts.scheme or parts.netloc or parts.query or parts.fragment)
    if "\ud800" not in file:
        assert unquote_to_bytes(uri).decode("utf-8", "surrogateescape") == file.removeprefix("./")


def test_an_absolute_path_is_a_file_uri() -> None:
    assert artifact("/srv/a b.json") == {"uri": "file:///srv/a%20b.json"}


def test_words_of_strangers_make_no_links_and_move_no_terminal() -> None:
    (result,) = run_of(FULL._replace(findings=(HOSTILE,), suppressed=()))["results"]
    text = result["message"]["text"]
    assert "\\[click](http://evil)" in text
    assert "\\x1b]0;pwned\\x07" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
