"""Every fixture of a rule gives the verdict that its folder names.

``fixtures/rules/<rule>/<verdict>/<case>``: a file, or a folder that is one run. ``fires``: the rule is among
the findings. ``clear``: it is not, and no order is left undecided for its sake. ``undecided``: it is not, an
order is unverifiable, and a finding names the rule and says why. ``<case>.expected.json`` beside a case
gives the findings (in any order) and the ledger: of a run of the four rules of ``FOUR`` where the rule is one
of them, else of a run of the rule alone.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from orderlint.config import Config
from orderlint.engine import Options, Run, check
from orderlint.protocols.loader import load
from orderlint.protocols.model import ProtocolSet

RULES = Path(__file__).parent.parent / "fixtures" / "rules"
VERDICTS = ("fires", "clear", "undecided")
AS_OF = date(2026, 6, 1)
EXPECTED = ".expected.json"

# Where the program and its specification disagree, as "rule/verdict/case": what is wrong. Strict: a case
# that begins to pass must leave its list.
known_disagreements: dict[str, str] = {
    case: reason
    for path in sorted((Path(__file__).parent / "known_disagreements").glob("*.yaml"))
    for case, reason in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}

# The rules that the linter exists for; expectations hold for a run of these.
FOUR = (
    "baclofen-max-daily-dose",
    "baclofen-abrupt-stop",
    "cyclobenzaprine-elderly",
    "baclofen-renal-adjustment",
)
LEAST = {"fires": 12, "clear": 12, "undecided": 6}

# Rules with nothing in them that could be unknown, and why.
NEVER_UNDECIDED = {
    "baclofen-indication": "a reason that is not given is none, and any order fires, whatever its dose",
    "cramp-alternatives": "any order for cramps fires, whatever its dose; a reason that is not given is none",
    "monitoring-missing": "a definition shows all that it orders, and the dose does not matter",
    "quinidine-cramp": "any order for cramps fires, whatever its dose; a reason that is not given is none",
}

# Cases whose point is a shape that R4 and R5 don't allow.
NOT_VALID = ("stu3-", "broken-")


def name(path: Path) -> str:
    return path.relative_to(RULES).as_posix().removesuffix(".json").removesuffix(".ndjson")


def found() -> list[Path]:
    return sorted(p for p in RULES.glob("*/*/*") if not p.name.endswith(EXPECTED))


def cases(paths: list[Path]) -> list[Any]:
    marks = {
        case: pytest.mark.xfail(strict=True, reason=reason) for case, reason in known_disagreements.items()
    }
    return [
        pytest.param(p, id=name(p), marks=[marks[name(p)]] if name(p) in known_disagreements else [])
        for p in paths
    ]


@cache
def protocols(rule: str | None) -> ProtocolSet:
    every = load()
    chosen = FOUR if rule is None else (rule,)
    return every._replace(instances=tuple(i for i in every.instances if i.rule in chosen))


def run(path: Path, rule: str | None = None, conformance: bool = False) -> Run:
    return check([str(path)], protocols(rule), Config(), Options(AS_OF, AS_OF, conformance))


@pytest.mark.parametrize("path", cases(found()))
def test_verdict(path: Path) -> None:
    rule, verdict = path.parent.parent.name, path.parent.name
    ran = run(path, rule)
    result = ran.result
    ledger = result.ledger
    fired = [f for f in result.findings if f.rule == rule]
    names_it = [f for f in result.findings if f.rule != rule and f.message.startswith(f"{rule} could not be")]
    said = [f"{f.severity} {f.rule}: {f.message}" for f in result.findings]
    assert not ran.unusable
    assert ledger.orders == ledger.assessed + ledger.not_covered + ledger.skipped + ledger.unverifiable
    assert ledger.orders > 0, "a case without an order proves nothing"
    if verdict == "fires":
        assert fired, said
    elif verdict == "clear":
        assert not fired, said
        assert not names_it, said
        assert ledger.unverifiable == 0, said
    else:
        assert verdict == "undecided"
        assert not fired, said
        assert names_it, said
        assert ledger.unverifiable > 0, said
        assert all(": " in f.message for f in names_it), "a reason in words"


def with_expectation() -> list[Path]:
    return [p for p in found() if expectation(p).exists()]


def expectation(path: Path) -> Path:
    return path.parent / (path.name.split(".")[0] + EXPECTED)


@pytest.mark.parametrize("path", cases(with_expectation()))
def test_exact_findings(path: Path) -> None:
    rule = path.parent.parent.name
    result = run(path, None if rule in FOUR else rule).result
    expected = json.loads(expectation(path).read_text(encoding="utf-8"))
    got = [
        {
            "rule": f.rule,
            "severity": f.severity,
            "basis": f.basis,
            "resource": f.resource,
            "measured": f.measured and {"value": float(f.measured.value), "unit": f.measured.unit},
            "limit": f.limit and {"value": float(f.limit.value), "unit": f.limit.unit},
        }
        for f in result.findings
    ]
    for finding in expected["findings"]:
        if finding["rule"] in RULES_WITHOUT_BASIS:
            finding["basis"] = None
    assert sorted(got, key=str) == sorted(expected["findings"], key=str)
    ledger = result.ledger._asdict()
    assert {key: ledger[key] for key in expected["ledger"]} == expected["ledger"]


RULES_WITHOUT_BASIS = ("unresolved-reference", "invalid-resource", "medication-unidentified")


@pytest.mark.parametrize("path", [p for p in found() if not p.name.startswith(NOT_VALID)], ids=name)
def test_fixture_is_valid_fhir(path: Path) -> None:
    """A case must show its one trap, and not another by accident."""
    invalid = [f.message for f in run(path, conformance=True).result.findings if f.rule == "invalid-resource"]
    assert not invalid


@pytest.mark.parametrize("rule", sorted(p.name for p in RULES.iterdir()))
def test_rule_has_enough_of_each_verdict(rule: str) -> None:
    assert rule in {i.rule for i in load().instances}
    for verdict in VERDICTS:
        count = sum(p.parent.name == verdict and p.parent.parent.name == rule for p in found())
        if verdict == "undecided" and rule in NEVER_UNDECIDED:
            assert count == 0, NEVER_UNDECIDED[rule]
        else:
            assert count >= (LEAST[verdict] if rule in FOUR else 1), verdict


def test_rules_never_undecided_have_fixtures() -> None:
    assert set(NEVER_UNDECIDED) <= {p.name for p in RULES.iterdir()}


def test_the_four_rules_have_fixtures() -> None:
    assert set(FOUR) <= {p.name for p in RULES.iterdir()}


def test_no_expectation_without_a_case() -> None:
    of_cases = {expectation(p) for p in found()}
    assert set(RULES.glob(f"*/*/*{EXPECTED}")) <= of_cases


def test_known_disagreements_exist() -> None:
    assert set(known_disagreements) <= {name(p) for p in found()}
