"""What a manifest lists is read, wherever in its folder it lies; what it doesn't get is said."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from orderlint.audit.export.expand import Export, expand
from orderlint.audit.export.inputs import find_sources
from tests.audit.plain import order, patient
from tests.audit.test_options import Ran, run

ORDER = json.dumps(order("o1", "a", mg=30)) + "\n"
PATIENT = json.dumps(patient("a")) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "export"


def put(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        place = folder / name.replace("__", "/").replace("_", ".")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def manifest(folder: Path, *urls: object, name: str = "manifest.json", **more: Any) -> Path:
    output = [{"type": "X", "url": url} if isinstance(url, str) else url for url in urls]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(
        json.dumps({"transactionTime": "2026-01-01T00:00:00Z", "output": output, **more})
    )
    return folder / name


def names(export: Export, folder: Path) -> list[str]:
    """The sources that come of it, relative to the folder."""
    sources, faults = find_sources(export.paths)
    assert not faults
    return [os.path.relpath(s.path, folder) for s in sources]


def faults(export: Export, folder: Path) -> list[tuple[str, str]]:
    return [(os.path.relpath(f.place.file, folder), f.message) for f in export.faults]


def orders(ran: Ran) -> int:
    return int(ran.report["ledger"]["orders"])


def test_a_file_without_a_suffix_is_read_because_the_manifest_lists_it(folder: Path, tmp_path: Path) -> None:
    put(folder, a1b2=ORDER, Patient_ndjson=PATIENT)
    listing = manifest(folder, "https://h/fhir/Binary/a1b2", "https://h/Patient.ndjson")
    assert names(expand([str(folder)]), folder) == ["Patient.ndjson", "a1b2", "manifest.json"]
    assert names(expand([str(listing)]), folder) == ["Patient.ndjson", "a1b2"]
    assert names(expand([str(folder), str(listing)]), folder) == ["Patient.ndjson", "a1b2", "manifest.json"]
    for number, place in enumerate((folder, listing, listing.as_uri(), folder.as_uri())):
        ran = run(tmp_path / str(number), place)
        assert (ran.status, orders(ran)) == (1, 1), place


@pytest.mark.parametrize("name", ["export.json", "Manifest.JSON", "deep/m.json"])
def test_a_manifest_is_known_by_its_content(folder: Path, name: str) -> None:
    put(folder, deep__a1b2=ORDER, a1b2=ORDER)
    manifest((folder / name).parent, "https://h/a1b2", "https://h/gone.ndjson", name=Path(name).name)
    found = expand([str(folder)])
    assert str((folder / name).parent / "a1b2") in found.paths
    ((file, words),) = faults(found, folder)
    assert file.endswith("gone.ndjson")
    assert "lists this file, and it is not there" in words


def test_what_is_no_manifest_is_left_alone(folder: Path) -> None:
    put(folder, a_json='{"name": "x"}', b_json='{"transactionTime": 1', c_json='{"resourceType": "Bundle"}')
    put(folder, manifest_json='{"resourceType":"Basic","transactionTime":"x","output":[{"url":"y"}]}')
    found = expand([str(folder)])
    assert found.paths == [str(folder)]
    assert found[1:] == ([], [], [], {})


@pytest.mark.parametrize(
    "urls",
    [
        ("https://h/x/Orders/part-0.ndjson", "https://h/x/Patient/part-0.ndjson"),
        ("Orders/part-0.ndjson", "./Patient/part-0.ndjson"),
        ("s3://bucket/job/Orders/part-0.ndjson", "file:///data/Patient/part%2D0.ndjson"),
    ],
)
def test_files_of_one_name_are_told_apart_by_their_folders(folder: Path, urls: tuple[str, str]) -> None:
    (folder / "Orders").mkdir(parents=True)
    (folder / "Patient").mkdir()
    (folder / "Orders" / "part-0.ndjson").write_text(ORDER)
    (folder / "Patient" / "part-0.ndjson").write_text(PATIENT)
    found = expand([str(manifest(folder, *urls))])
    assert names(found, folder) == ["Orders/part-0.ndjson", "Patient/part-0.ndjson"]
    assert faults(found, folder) == []


def test_nothing_is_guessed(folder: Path, tmp_path: Path) -> None:
    put(folder, data_ndjson=ORDER, both=ORDER, both_gz=PATIENT)
    listing = manifest(
        folder, "https://h/1/data.ndjson", "https://h/2/data.ndjson", "https://h/both", "deep/both"
    )
    found = expand([str(listing)])
    assert names(found, folder) == ["data.ndjson"]
    assert [(file, words.partition("json ")[2]) for file, words in faults(found, folder)] == [
        ("data.ndjson", "lists several files that come to this one: the others are missing"),
        ("both", "lists this file, and two files fit: one of them packed, one not"),
        ("deep/both", "lists this file, and it is not there"),
    ]
    ran = run(tmp_path / "out", listing)
    assert (ran.status, orders(ran)) == (2, 1)
    assert (ran.report["ledger"]["inputs"], ran.report["ledger"]["unreadable"]) == (3, 3)


def test_the_same_entry_twice_is_one_file(folder: Path) -> None:
    put(folder, data_ndjson=ORDER)
    found = expand([str(manifest(folder, "https://h/data.ndjson", "https://h/data.ndjson"))])
    assert (names(found, folder), found.faults) == (["data.ndjson"], [])


@pytest.mark.parametrize(
    "url",
    [
        "../secret.ndjson",
        "a/../../secret.ndjson",
        "%2e%2e/secret.ndjson",
        "https://h/../secret.ndjson",
        "{absolute}",
        "file://{absolute}",
        "local://{absolute}",
        "simplecache::file://{absolute}",
        "zip://x::file://{absolute}",
    ],
)
def test_no_file_outside_of_the_folder_is_read(folder: Path, tmp_path: Path, url: str) -> None:
    put(tmp_path, secret_ndjson=ORDER)
    put(folder, Patient_ndjson=PATIENT)
    listing = manifest(folder, "Patient.ndjson", url.replace("{absolute}", str(tmp_path / "secret.ndjson")))
    found = expand([str(listing)])
    assert names(found, folder) == ["Patient.ndjson"]
    assert len(found.faults) == 1
    if "::" not in url:
        assert "it is not read" in found.faults[0].message


def test_entries_that_say_nothing_are_faults_and_hide_none(folder: Path) -> None:
    put(folder, Patient_ndjson=PATIENT)
    listing = manifest(
        folder, 5, {"url": 5}, {"type": "X"}, "http://[::1", "https://h/", "x\0y", "Patient.ndjson"
    )
    found = expand([str(listing)])
    assert names(found, folder) == ["Patient.ndjson"]
    assert len(found.faults) == 6
    assert all("://" not in f.message for f in found.faults)
    listing.write_text('{"transactionTime": "x", "output": {"url": "Patient.ndjson"}}')
    assert expand([str(listing)]).faults[0].message == "the manifest's output is no list of files"


def test_a_bucket_that_a_manifest_names_is_read_there(folder: Path) -> None:
    found = expand([str(manifest(folder, "s3://bucket/Patient.ndjson"))])
    assert found.paths == ["s3://bucket/Patient.ndjson"]


def test_what_the_server_could_not_export_is_a_warning(folder: Path, tmp_path: Path) -> None:
    deletion = {"request": {"method": "DELETE", "url": "MedicationRequest/o1"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [deletion, deletion, {"request": 5}]}
    put(folder, o_ndjson=ORDER, Patient_ndjson=PATIENT, d_ndjson=json.dumps(bundle) + "\n")
    more = {
        "error": [{"type": "OperationOutcome", "url": "https://h/e1"}, {"url": "https://h/e2"}],
        "deleted": [{"type": "Bundle", "url": "https://h/d.ndjson"}, {"url": "https://h/gone"}],
        "link": [{"relation": "next", "url": "https://h/next"}],
    }
    counted = {"url": "https://h/o.ndjson", "count": 7}
    manifest(folder, counted, {"url": "https://h/Patient.ndjson", "count": 1}, **more)
    ran = run(tmp_path / "out", folder, "--fail-on", "never")
    said = {f["message"]: f for f in ran.findings if f["rule"] == "invalid-resource"}
    assert {f["severity"] for f in said.values()} == {"warning"}
    for words in (
        "the manifest lists 2 files of errors",
        "lists 2 deletions, and 1 file of deletions that is not there: none was applied",
        "the manifest goes on in another one",
        "by the manifest 7 resources should be in this file, which has 1 line",
    ):
        assert sum(words in message for message in said) == 1, (words, list(said))
        assert "7 resources" in words or any(words in note for note in ran.report["notes"])
    assert len(said) == 4
    assert (ran.status, orders(ran)) == (0, 1)
    assert ran.report["ledger"]["inputs"] == 4  # warnings are none


def test_files_passed_over_are_said(folder: Path, tmp_path: Path) -> None:
    put(folder, a_ndjson=ORDER, Patient_ndjson=PATIENT, b_zst="x", c_zst="x", deep__d_parquet="x", plain="x")
    ran = run(tmp_path / "out", folder)
    (note,) = ran.report["notes"]
    assert note.endswith("2 .zst, 1 .parquet, 1 without a suffix")
    assert note.startswith("4 files not read")
    assert note in ran.words


@pytest.mark.parametrize(
    "texts", [{"package_json": '{"name":"x"}'}, {"x_ndjson": '{"a":1}\n{"a":2}\n'}, {"x_zst": "x"}]
)
def test_nothing_that_is_fhir_is_no_success(folder: Path, tmp_path: Path, texts: dict[str, str]) -> None:
    put(folder, **texts)
    assert run(tmp_path / "a", folder).status == 2
    assert run(tmp_path / "b", folder, "--allow-empty").status == 0
    put(folder, Patient_ndjson=PATIENT)
    assert run(tmp_path / "c", folder).status == 0


def test_an_empty_manifest_is_no_success(folder: Path, tmp_path: Path) -> None:
    listing = manifest(folder)
    for number, place in enumerate((folder, listing)):
        assert run(tmp_path / str(number), place).status == 2


def test_resources_of_json_alone_are_something(folder: Path, tmp_path: Path) -> None:
    put(folder, a_json=json.dumps(order("o1", "a"), indent=1))
    ran = run(tmp_path / "out", folder, "--fail-on", "never")
    assert (ran.status, orders(ran)) == (0, 1)
