"""What was audited and how: said on the page, also what was not asked for."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from orderlint.audit.job import Settings
from orderlint.audit.results.about import about
from orderlint.cli.audit import command
from orderlint.report.audit_html.draw import available
from tests.audit.plain import order, patient, write

from .samples import AUDIT, page

LEDGER = {"lines_scanned": 1200, "lines_parsed": 40, "bytes_scanned": 2_500_000, "inputs": 3}
TODAY = date(2026, 7, 2)


def said(settings: Settings, *exports: str, engine: str = "local", dated: bool = False) -> dict[str, str]:
    return {one.name: one.words for one in about(settings, exports, LEDGER, engine=engine, dated=dated)}


def test_nothing_asked_for_is_said_too() -> None:
    words = said(Settings(TODAY, TODAY), "export")
    assert words["Export"] == "export"
    assert words["As of"] == "2026-07-02, the day of the run: no --as-of was given"
    for name, option in (
        ("Rules", "--rule"),
        ("Orders", "--since"),
        ("Patients", "--select-patients"),
        ("Sample", "--sample"),
        ("Ids of resources", "--pseudonymize"),
        ("Baseline", "--compare"),
    ):
        assert f"no {option} was given" in words[name]
    assert words["Engine"] == "local, 1 worker process, about 512 MiB for all of them (--memory)"
    assert words["Read"] == "1,200 lines, 2.5 MB, of 3 inputs; 40 lines parsed, the others were only scanned"
    assert not any(
        one.narrows for one in about(Settings(TODAY, TODAY), (), LEDGER, engine="local", dated=False)
    )


def test_everything_asked_for_is_said_without_the_key_and_the_list() -> None:
    settings = Settings(
        date(2026, 6, 1),
        TODAY,
        rules=frozenset(("rule-b", "rule-a")),
        conformance=False,
        parse_all=True,
        jobs=4,
        since=date(2026, 1, 1),
        patients=frozenset((11, 12, 13)),
        sample=0.1,
        secret=b"the key that nobody knows",
        memory=2 << 30,
    )
    words = said(settings, "a", "b", engine="spark", dated=True)
    assert words["Export"] == "a, b"
    assert words["As of"].startswith("2026-06-01, given by --as-of; the run was on 2026-07-02")
    assert words["Rules"] == "only rule-a, rule-b (--rule)"
    assert words["Orders"] == "written on 2026-01-01 or later (--since)"
    assert words["Patients"] == "of a list of 3 (--select-patients)"
    assert words["Sample"].startswith("10 % of the patients (--sample)")
    assert "hashes under a key (--pseudonymize)" in words["Ids of resources"]
    assert "--no-conformance" in words["Conformance"]
    assert words["Engine"] == "Spark; patients in parts for 2,048 MiB (--memory)"
    assert "--parse-all" in words["Read"]
    assert "nobody knows" not in str(words)
    narrows = {one.name for one in about(settings, (), LEDGER, engine="spark", dated=True) if one.narrows}
    assert narrows == {"Orders", "Patients", "Sample"}


def test_who_asks_for_an_export_and_with_which_signature_is_not_said() -> None:
    words = said(Settings(TODAY, TODAY), "https://me:secret@example.org/x.ndjson?sig=abc#d", "s3://bucket/x")
    assert words["Export"] == "https://example.org/x.ndjson, s3://bucket/x"
    assert said(Settings(TODAY, TODAY), *map(str, range(25)))["Export"].endswith("18, 19 and 5 more")


def test_it_stands_on_the_page_and_a_part_is_said_to_be_one() -> None:
    text = page()
    assert "<dt>As of</dt><dd>2026-06-01, given by --as-of</dd>" in text
    note = text.split("</dl>")[1].split("</p>")[0]
    assert "<b>Only a part was judged.</b> Orders: written on 2026-01-01 or later (--since)." in note
    assert "7 orders outside the selection were not judged." in note
    whole = page(about=[], ledger={**AUDIT["ledger"], "outside": 0})
    assert "Only a part" not in whole


@pytest.mark.skipif(available() is not None, reason="vl-convert-python is not installed (extra: html)")
def test_of_a_run(tmp_path: Path) -> None:
    who: dict[str, Any] = {
        "requester": {"reference": "Practitioner/doctor-house"},
        "performer": {"reference": "Organization/ward-9"},
    }
    export = write(
        tmp_path / "export",
        patient("a"),
        patient("b"),
        order("a1", "a", mg=30, **who),
        order("b1", "b", **who),
    )
    (tmp_path / "key").write_bytes(b"0123456789abcdef-a-key")
    options = ["--no-config", "--jobs", "1", "--as-of", "2026-06-01", "--fail-on", "never"]
    text = {}
    for name, more in (("plain", []), ("hidden", ["--pseudonymize", str(tmp_path / "key")])):
        file = tmp_path / f"{name}.html"
        ran = CliRunner().invoke(command, [str(export), "--html", str(file), *options, *more])
        assert ran.exit_code == 0, ran.output
        text[name] = file.read_text("utf-8")
    for page_of in text.values():
        assert "2026-06-01, given by --as-of" in page_of
        assert "no eGFR, creatinine, CKD stage or dialysis on record" in page_of
        assert "2 of 2 orders (100.0 %) could not be verified" in page_of
        assert "1 of 1 departments with orders have findings." in page_of
    assert '<span class="id">Practitioner/doctor-house</span></th><td class="n">' in text["plain"]
    assert "Organization/ward-9" in text["plain"]
    assert "doctor-house" not in text["hidden"]
    assert "ward-9" not in text["hidden"]
    assert (
        len(re.findall(r'<span class="id">(?:Practitioner|Organization)/[0-9a-f]{32}<', text["hidden"])) == 2
    )
