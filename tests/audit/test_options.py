"""What the options of ``orderlint audit`` do, each on a small plain export."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from orderlint.cli.audit import command
from tests.audit.plain import egfr, order, patient, write

DATA = Path(__file__).parents[2] / "src" / "orderlint" / "protocols" / "data"

OWN = """
protocol: ours
title: Ceilings of our own
version: "1"
status: approved
review: {author: A. Pharmacist, checker: B. Physician, reviewed: 2026-02-15, next_review: 2027-02-15}
clauses:
  - id: OUR-001
    section: Ceilings
    statement: Oral baclofen goes no higher than 60 mg a day.
    encode: rule
    source: Pharmacy and Therapeutics Committee.
    rules:
      - rule: baclofen-max-daily-dose
        severity: error
        drugs: [baclofen]
        routes: [oral, enteral]
        check: {kind: max-daily-dose, limit: 60 mg/d}
    examples:
      - verdict: fires
        order: {drug: baclofen, dose: 25 mg, times: 3}
      - verdict: clear
        order: {drug: baclofen, dose: 20 mg, times: 3}
      - verdict: undecided
        order: {drug: baclofen, times: 3}
"""


class Ran(NamedTuple):
    """``report`` is report.json, ``findings`` are those of findings.ndjson."""

    status: int
    words: str
    report: dict[str, Any]
    findings: list[dict[str, Any]]

    def about(self, rule: str) -> list[str]:
        """The resources of which a rule says something."""
        return [f["resource"] for f in self.findings if f["rule"] == rule]


def run(out: Path, *arguments: object) -> Ran:
    said = [str(a) for a in arguments]
    done = CliRunner().invoke(
        command, [*said, "--out", str(out), "--as-of", "2026-06-01", "--no-config", "--jobs", "1"]
    )
    assert not isinstance(done.exception, Exception) or isinstance(done.exception, SystemExit), done.exception
    if not (out / "report.json").exists():
        return Ran(done.exit_code, done.output, {}, [])
    findings = [json.loads(x) for x in (out / "findings.ndjson").read_text("utf-8").splitlines()]
    return Ran(done.exit_code, done.output, json.loads((out / "report.json").read_text("utf-8")), findings)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A: too much in January. B: too much, a year before. C: fine. D: another drug."""
    early = {"authoredOn": "2025-01-10"}
    return write(
        tmp_path / "export",
        *(patient(p) for p in "abcd"),
        *(egfr(f"e{p}", p) for p in "abcd"),
        egfr("eb2", "b", effectiveDateTime="2025-01-02"),
        order("a1", "a", mg=30, requester={"reference": "Practitioner/x"}),
        order("b1", "b", mg=30, **early),
        order("c1", "c", requester={"reference": "Practitioner/x"}),
        order("d1", "d", "lisinopril"),
    )


def test_all(export: Path, tmp_path: Path) -> None:
    ran = run(tmp_path / "out", export)
    assert ran.status == 1
    assert ran.about("baclofen-max-daily-dose") == ["MedicationRequest/a1", "MedicationRequest/b1"]
    ledger = ran.report["ledger"]
    assert (ledger["orders"], ledger["assessed"], ledger["not_covered"]) == (4, 3, 1)


def test_since_leaves_out_earlier_orders(export: Path, tmp_path: Path) -> None:
    ran = run(tmp_path / "out", export, "--since", "2026-01-01")
    assert ran.about("baclofen-max-daily-dose") == ["MedicationRequest/a1"]
    assert ran.report["ledger"]["outside"] == 1
    assert "1 order outside the selection was not judged." in ran.words


def test_an_earlier_order_still_counts_for_a_later_one(tmp_path: Path) -> None:
    """What is not judged is still known: the first dose is no first dose."""
    before = order("b1", "b", mg=5, authoredOn="2025-12-20")
    export = write(tmp_path / "e", patient("b"), egfr("e", "b"), before, order("b2", "b", mg=10))
    whole, late = run(tmp_path / "o", export), run(tmp_path / "p", export, "--since", "2026-01-01")
    of_second = [f for f in whole.findings if f["resource"] == "MedicationRequest/b2"]
    assert [f for f in late.findings if f["resource"] == "MedicationRequest/b2"] == of_second


def test_select_patients(export: Path, tmp_path: Path) -> None:
    chosen = tmp_path / "chosen.txt"
    chosen.write_text("Patient/b\nc\n\n")
    ran = run(tmp_path / "out", export, "--select-patients", chosen)
    assert ran.about("baclofen-max-daily-dose") == ["MedicationRequest/b1"]
    assert ran.report["ledger"]["assessed"] == 2


def test_sample_is_a_share_of_patients_and_the_same_each_time(tmp_path: Path) -> None:
    people = [f"p{n}" for n in range(60)]
    export = write(tmp_path / "e", *(patient(p) for p in people), *(order(f"o{p}", p, mg=30) for p in people))
    one, two = run(tmp_path / "o", export, "--sample", "0.5"), run(tmp_path / "p", export, "--sample", "0.5")
    assert one.findings == two.findings
    assert 15 < len(one.about("baclofen-max-daily-dose")) < 45
    assert len(run(tmp_path / "q", export, "--sample", "1").about("baclofen-max-daily-dose")) == 60


@pytest.mark.parametrize(
    "words",
    [
        "https://h/fhir/Patient/b",
        "Patient/b/_history/2",
        "note,patient_id\nx,b",
        '{"resourceType":"Patient","id":"b"}',
    ],
)
def test_a_list_may_have_any_form(export: Path, tmp_path: Path, words: str) -> None:
    chosen = tmp_path / "chosen"
    chosen.write_text(words)
    ran = run(tmp_path / "out", export, "--select-patients", chosen)
    assert ran.about("baclofen-max-daily-dose") == ["MedicationRequest/b1"]
    assert ran.report["selected"] == {"listed": 1, "with_orders": 1}


def test_of_a_list_it_is_said_how_many_were_found(export: Path, tmp_path: Path) -> None:
    chosen = tmp_path / "chosen"
    chosen.write_text("b\nd\nsecret-1\nsecret-2\n")
    ran = run(tmp_path / "out", export, "--select-patients", chosen)
    assert "--select-patients: found 2 of 4 ids among the patients with orders." in ran.words
    assert "warning: --select-patients: found 2 of 4 ids" in ran.words
    assert "secret" not in ran.words + (tmp_path / "out" / "report.json").read_text()
    assert ran.report["selected"] == {"listed": 4, "with_orders": 2}, "d has an order of another drug"


def test_a_list_of_which_nobody_is_found_is_no_pass(export: Path, tmp_path: Path) -> None:
    chosen = tmp_path / "chosen"
    chosen.write_text("nobody\n")
    ran = run(tmp_path / "out", export, "--select-patients", chosen, "--fail-on", "never")
    assert ran.status == 2
    assert "found 0 of 1 id among the patients with orders" in ran.words
    assert "Nothing was judged." in ran.words


@pytest.mark.parametrize("data", [b"", b"patient_id\n", "b\n".encode("utf-16"), b"M\xfcller\n"])
def test_a_file_that_is_no_list_is_a_usage_error(export: Path, tmp_path: Path, data: bytes) -> None:
    chosen = tmp_path / "chosen"
    chosen.write_bytes(data)
    ran = run(tmp_path / "out", export, "--select-patients", chosen)
    assert ran.status == 2
    assert "--select-patients" in ran.words
    assert "internal error" not in ran.words


@pytest.mark.parametrize("share", ["nan", "0", "-1", "1.1", "inf", "half"])
def test_a_share_that_is_none_is_a_usage_error(export: Path, tmp_path: Path, share: str) -> None:
    ran = run(tmp_path / "out", export, "--sample", share)
    assert ran.status == 2
    assert "--sample" in ran.words


def test_a_baseline_without_protocols_is_a_usage_error(export: Path, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    ran = run(tmp_path / "out", export, "--compare", tmp_path / "nothing")
    assert ran.status == 2
    assert "holds no protocol file" in ran.words


def test_what_can_not_be_read_is_said_by_name(export: Path, tmp_path: Path) -> None:
    with (export / "Observation.ndjson").open("a") as file:
        file.write('{"resourceType": "Observation", "id"\n' * 2)
    for n in range(11):
        (export / f"z{n:02}\x1b.ndjson").write_bytes("{}".encode("utf-16"))
    ran = run(tmp_path / "out", export, "--parse-all")
    assert ran.status == 2
    said = [line for line in ran.words.splitlines() if line.startswith("    not read: ")]
    assert len(said) == 10
    assert f"not read: {export}/Observation.ndjson: " in said[0]
    assert said[0].endswith("(and 1 more place)")
    assert "z00\\x1b.ndjson: the file is UTF-16, not UTF-8" in said[1]
    assert "    … and 2 more inputs (report.json has all)" in ran.words
    assert len(ran.report["unread"]) == ran.report["ledger"]["unreadable"] == 12
    assert ran.report["unread"][0]["places"] == 2
    assert ran.words.partition("Found")[0].strip() in (tmp_path / "out" / "summary.txt").read_text()


def test_results_are_never_input(export: Path, tmp_path: Path) -> None:
    for out in (export, export / "out"):
        ran = run(out, export)
        assert ran.status == 2
        assert "--out lies in the export" in ran.words
    assert not (export / "out").exists()
    run(tmp_path / "out", export)
    shutil.copytree(tmp_path / "out", export / "before")
    ran = run(tmp_path / "again", export)
    assert ran.status == 2
    assert "before/findings.ndjson is the result of an audit" in ran.words
    ran = run(tmp_path / "out", *(tmp_path / "out").glob("*.ndjson"), *export.glob("*.ndjson"))
    assert "is the result of an audit" in ran.words


def test_where_nothing_can_be_written_is_said_before_the_audit(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("vl_convert", reason="vl-convert-python is not installed")
    monkeypatch.setattr("orderlint.audit.run.Audit.run", lambda *_: pytest.fail("it was begun"))
    ran = run(tmp_path / "out", export, "--html", tmp_path / "no" / "page.html")
    assert ran.status == 2
    assert f"{tmp_path}/no/page.html can't be written: No such file or directory" in " ".join(
        ran.words.split()
    )
    (tmp_path / "file").write_text("")
    ran = run(tmp_path / "file" / "out", export)
    assert ran.status == 2
    assert "file/out: Not a directory" in ran.words


def test_a_page_that_can_not_be_written_costs_no_result(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("vl_convert", reason="vl-convert-python is not installed")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("orderlint.audit.results.output.write_page", full)
    ran = run(tmp_path / "out", export, "--html", tmp_path / "page.html")
    assert ran.status == 2
    assert ran.findings
    assert "4 orders: 3 assessed" in ran.words
    assert "page.html could not be written: No space left on device" in ran.words
    assert not (tmp_path / "out" / ".orderlint-audit").exists()


def test_rule_and_protocol(export: Path, tmp_path: Path) -> None:
    ran = run(tmp_path / "out", export, "--rule", "baclofen-start-dose")
    assert {f["rule"] for f in ran.findings} == {"baclofen-start-dose"}
    assert "baclofen-start-dose" in " ".join(ran.report["notes"])
    only = run(tmp_path / "cramp", export, "--protocol", "muscle-cramp")
    assert {p["id"] for p in only.report["protocols"]} == {"muscle-cramp"}
    assert not only.about("baclofen-max-daily-dose"), "80 mg is of the other protocol, and nobody has cramps"


def test_a_rule_that_is_none_is_a_usage_error(export: Path, tmp_path: Path) -> None:
    ran = run(tmp_path / "out", export, "--rule", "baclofen-maximum")
    assert ran.status == 2
    assert "there is no rule 'baclofen-maximum'" in ran.words


def test_compare_counts_changed_verdicts(export: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.yaml"
    before.write_text(
        (DATA / "aka-spasm.yaml").read_text("utf-8").replace("limit: 80 mg/d", "limit: 100 mg/d")
    )
    ran = run(tmp_path / "out", export, "--compare", before)
    changes = ran.report["changes"]
    assert changes["orders"] == 2
    (one,) = [c for c in changes["changes"] if c["rule"] == "baclofen-max-daily-dose"]
    assert (one["before"], one["after"], one["orders"]) == ("clear", "error", 2)
    assert sorted(one["shown"]) == ["MedicationRequest/a1 (baclofen)", "MedicationRequest/b1 (baclofen)"]
    assert "baclofen-max-daily-dose: clear → error: 2" in ran.words
    assert "changes" not in run(tmp_path / "plain", export).report
    same = run(tmp_path / "same", export, "--compare", DATA / "aka-spasm.yaml")
    assert same.report["changes"] == {"orders": 0, "changes": []}
    assert same.findings == ran.findings


def test_what_the_run_leaves_out_the_baseline_leaves_out_too(export: Path, tmp_path: Path) -> None:
    """``--protocol`` and ``--protocols`` hold on both sides: nothing changes but what was changed."""
    same = run(tmp_path / "a", export, "--protocol", "aka-spasm", "--compare", DATA / "aka-spasm.yaml")
    assert same.report["changes"] == {"orders": 0, "changes": []}
    own = tmp_path / "own.yaml"
    own.write_text(OWN)
    ran = run(tmp_path / "b", export, "--protocols", own, "--compare", DATA / "muscle-cramp.yaml")
    assert ran.about("baclofen-max-daily-dose") == ["MedicationRequest/a1", "MedicationRequest/b1"]
    assert ran.report["changes"]["orders"] == 0, "the hospital's own file is in the baseline, too"


def test_a_baseline_that_cant_be_read_is_said(export: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("protocol: [")
    ran = run(tmp_path / "out", export, "--compare", broken)
    assert ran.status == 2
    assert "broken.yaml" in ran.words


def test_rates_have_their_denominators(export: Path, tmp_path: Path) -> None:
    ran = run(tmp_path / "out", export)
    rates = {(r["rule"], r["by"], r["of"]): (r["findings"], r["orders"]) for r in ran.report["rates"]}
    rule = "baclofen-max-daily-dose"
    assert rates[rule, "all", "all"] == (2, 3)
    assert rates[rule, "drug", "baclofen"] == (2, 3)
    assert rates[rule, "month", "2026-01"] == (1, 2)
    assert rates[rule, "month", "2025-01"] == (1, 1)
    assert rates[rule, "prescriber", "Practitioner/x"] == (1, 2)


def test_why_something_could_not_be_decided(tmp_path: Path) -> None:
    export = write(tmp_path / "e", patient("a"), patient("b"), order("a1", "a"), order("b1", "b"))
    ran = run(tmp_path / "out", export)
    (why,) = [r for r in ran.report["reasons"] if r["rule"] == "renal-function-unknown"]
    assert why["orders"] == 2
    assert "no eGFR" in why["why"]
    assert "2 × renal-function-unknown: no eGFR" in ran.words


def test_parquet_holds_the_same_findings(export: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    ran = run(tmp_path / "out", export)
    rows = parquet.read_table(tmp_path / "out" / "findings.parquet").to_pylist()
    assert [(r["rule"], r["resource"], r["fingerprint"]) for r in rows] == [
        (f["rule"], f["resource"], f["fingerprint"]) for f in ran.findings
    ]
    most = next(r for r in rows if r["rule"] == "baclofen-max-daily-dose")
    assert (most["measured_value"], most["measured_unit"], most["limit_value"]) == (90.0, "mg/d", 80.0)


def test_a_url_is_read_like_a_folder(export: Path, tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
    memory = fsspec.filesystem("memory")
    for file in export.iterdir():
        memory.pipe(f"/orderlint-test/{file.name}", file.read_bytes())
    try:
        ran, local = run(tmp_path / "out", "memory://orderlint-test"), run(tmp_path / "local", export)
    finally:
        memory.rm("/orderlint-test", recursive=True)
    assert [(f["rule"], f["resource"], f["line"]) for f in ran.findings] == [
        (f["rule"], f["resource"], f["line"]) for f in local.findings
    ]
    assert ran.report["rates"] == local.report["rates"]


def test_a_manifest_names_the_files_and_misses_those_that_are_not_there(export: Path, tmp_path: Path) -> None:
    kinds = ("Patient", "MedicationRequest", "Observation")
    listed = [{"type": k, "url": f"https://bulk.example/job/7/{k}.ndjson"} for k in kinds]
    manifest = export / "manifest.json"
    manifest.write_text(json.dumps({"transactionTime": "2026-06-01T00:00:00Z", "output": listed}))
    by_manifest, by_folder = run(tmp_path / "m", manifest), run(tmp_path / "f", export)
    assert by_manifest.findings == by_folder.findings
    assert by_manifest.status == by_folder.status == 1
    (export / "Observation.ndjson").unlink()
    for path in (manifest, export):
        ran = run(tmp_path / f"missing-{path.name}", path)
        assert ran.status == 2
        assert any("the manifest manifest.json lists this file" in f["message"] for f in ran.findings)


def test_what_repeats_in_facts_is_said_once_as_in_check(tmp_path: Path) -> None:
    """Partitions must not show: of the same warning about many facts there is one, with the count of all."""
    from orderlint.config import Config
    from orderlint.engine import Options, check
    from orderlint.protocols.loader import load
    from orderlint.report.json_report import findings_json
    from tests.audit.running import DAY

    people = [f"p{n}" for n in range(40)]
    export = write(
        tmp_path / "e",
        *(patient(p) for p in people),
        *(egfr(f"e{p}", p, notAnElement=1) for p in people),
        *(order(f"o{p}", p, alsoNone=2) for p in people),
    )
    ran = run(tmp_path / "out", export)
    whole = check([str(export)], load((), ()), Config(), Options(DAY, DAY, True)).result
    assert ran.findings == json.loads(json.dumps(findings_json(whole.findings)))
    (fact,) = [f for f in ran.findings if f["file"].endswith("Observation.ndjson")]
    assert "the same of 39 more resources" in fact["message"]
    assert ran.report["summary"]["warning"] == len([f for f in ran.findings if f["severity"] == "warning"])


def test_the_page_is_written_and_holds_no_name(export: Path, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert", reason="vl-convert-python is not installed")
    page = tmp_path / "audit.html"
    run(tmp_path / "out", export, "--html", page)
    said = page.read_text("utf-8")
    assert "MedicationRequest/a1" in said
    assert "baclofen-max-daily-dose" in said
    for secret in ("Mustermann", "1970-01-01"):
        assert secret not in said
        for file in (tmp_path / "out").iterdir():
            assert secret.encode() not in file.read_bytes(), file.name


def test_nothing_found_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "out", tmp_path / "empty").status == 2
    assert run(tmp_path / "allowed", tmp_path / "empty", "--allow-empty").status == 0


def test_nothing_is_left_beside_the_results(export: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, export)
    names = {p.name for p in out.iterdir()}
    assert names <= {"findings.ndjson", "findings.parquet", "report.json", "summary.txt"}
    shutil.rmtree(out)
