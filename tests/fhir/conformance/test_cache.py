"""The cache: hits, misses, and whatever may be wrong with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orderlint.fhir.conformance import Cache, Checked, check_all, stamp
from orderlint.fhir.conformance import cache as room
from orderlint.fhir.conformance import lines as judged

from .samples import LAB, ORDER, Json, drop, items, put, spoiled

RAW = b"the bytes of the input"
BAD = spoiled(ORDER, drop("status"))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(str(tmp_path), "versions")


@pytest.fixture
def judging(monkeypatch: pytest.MonkeyPatch) -> list[Json]:
    """The resources that were really judged."""
    seen: list[Json] = []
    real = judged.examine

    def examine(resource: Json, release: str | None = None) -> object:
        seen.append(resource)
        return real(resource, release)

    monkeypatch.setattr(judged, "examine", examine)
    return seen


def _only_file(folder: Path) -> Path:
    (file,) = folder.rglob("*.json")
    return file


def test_second_time_is_from_the_cache(cache: Cache, judging: list[Json]) -> None:
    first = check_all(items(ORDER, BAD, LAB), RAW, cache)
    assert len(judging) == 3
    assert check_all(items(ORDER, BAD, LAB), RAW, cache) == first
    assert len(judging) == 3
    assert first.invalid == 1
    assert [f.message for f in first.faults] == ["MedicationRequest.status: is required"]
    assert first.faults[0].place.pointer == "/entry/1/resource/status"
    assert first == check_all(items(ORDER, BAD, LAB), RAW, None)


def test_content_and_releases_are_the_key(cache: Cache, judging: list[Json]) -> None:
    check_all(items(ORDER), RAW, cache)
    check_all(items(ORDER), RAW + b" ", cache)
    check_all([items(ORDER)[0]._replace(release="R5")], RAW, cache)
    assert len(judging) == 3


def test_lines_are_one_input(cache: Cache, tmp_path: Path, judging: list[Json]) -> None:
    lines = [b"one", b"two"]
    check_all(items(ORDER, BAD), lines, cache)
    assert _only_file(tmp_path)
    check_all(items(ORDER, BAD), lines, cache)
    assert len(judging) == 2
    check_all(items(ORDER, BAD), [b"onet", b"wo"], cache)
    assert len(judging) == 4


def test_the_same_content_elsewhere_is_a_hit_with_its_own_place(cache: Cache, judging: list[Json]) -> None:
    check_all(items(BAD), RAW, cache)
    (fault,) = check_all(items(BAD, file="other.json"), RAW, cache).faults
    assert fault.place.file == "other.json"
    assert len(judging) == 1


def test_another_version_is_a_miss(tmp_path: Path, judging: list[Json]) -> None:
    check_all(items(ORDER), RAW, Cache(str(tmp_path), "one"))
    check_all(items(ORDER), RAW, Cache(str(tmp_path), "two"))
    assert len(judging) == 2


CORRUPT = [
    b"",
    b"\x00\xff",
    b"[" * 100_000,
    b"null",
    b"[]",
    b"{}",
    b'{"resources":1,"invalid":0}',
    b'{"resources":2,"invalid":0,"lines":[]}',
    b'{"resources":1,"invalid":2,"lines":[]}',
    b'{"resources":1,"invalid":true,"lines":[]}',
    b'{"resources":1,"invalid":1,"lines":{}}',
    b'{"resources":1,"invalid":1,"lines":[5]}',
    b'{"resources":1,"invalid":1,"lines":[[0,"","error"]]}',
    b'{"resources":1,"invalid":1,"lines":[[9,"","error","x"]]}',
    b'{"resources":1,"invalid":1,"lines":[[-1,"","error","x"]]}',
    b'{"resources":1,"invalid":1,"lines":[[false,"","error","x"]]}',
    b'{"resources":1,"invalid":1,"lines":[[0,"status","error","x"]]}',
    b'{"resources":1,"invalid":1,"lines":[[0,"","fatal","x"]]}',
    b'{"resources":1,"invalid":1,"lines":[[0,"","error","\\u001b[31m"]]}',
    b'{"resources":1,"invalid":1,"lines":[[0,"/\\u001b","error","x"]]}',
    b'{"resources":1,"invalid":1,"lines":[[0,"","error",{"a":1}]]}',
    b'{"resources":1,"invalid":1,"lines":[[0,"","error","' + b"x" * 5000 + b'"]]}',
    b"cos\nsystem\n(S'false'\ntR.",
]


@pytest.mark.parametrize("content", CORRUPT, ids=[c[:60].decode("latin-1") for c in CORRUPT])
def test_corrupt_content_is_as_none(cache: Cache, tmp_path: Path, content: bytes) -> None:
    true = check_all(items(BAD), RAW, cache)
    _only_file(tmp_path).write_bytes(content)
    assert check_all(items(BAD), RAW, cache) == true
    assert check_all(items(BAD), RAW, cache) == true


def test_a_huge_file_is_not_read(cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    true = check_all(items(BAD), RAW, cache)
    monkeypatch.setattr(room, "_LARGEST", 5)
    assert check_all(items(BAD), RAW, cache) == true


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / ("n" * 300)):
        assert check_all(items(BAD), RAW, Cache(str(folder), "v")).invalid == 1
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert check_all(items(BAD), RAW, Cache(str(tmp_path), "v")).invalid == 1
    finally:
        tmp_path.chmod(0o700)


def test_a_failing_disk_leaves_nothing(cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(room.os, "replace", full)
    assert check_all(items(BAD), RAW, cache).invalid == 1
    assert [f for f in tmp_path.rglob("*") if f.is_file()] == []


def test_a_read_only_cache_is_one(cache: Cache, tmp_path: Path, judging: list[Json], monkeypatch) -> None:  # type: ignore[no-untyped-def]
    check_all(items(BAD), RAW, cache)
    old = time.time() - 5 * 86400
    os.utime(_only_file(tmp_path), (old, old))

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(room.os, "utime", refuse)
    check_all(items(BAD), RAW, cache)
    assert len(judging) == 1


def test_files_are_the_user_s_own(cache: Cache, tmp_path: Path) -> None:
    check_all(items(BAD), RAW, cache)
    assert _only_file(tmp_path).stat().st_mode & 0o077 == 0


def test_a_changed_resource_of_many_is_judged_alone(cache: Cache, judging: list[Json]) -> None:
    many = [spoiled(LAB, put("language", f"x-{n}")) for n in range(60)]
    check_all(items(*many), RAW, cache)
    assert len(judging) == 60
    many[7] = BAD
    changed = check_all(items(*many), RAW + b"2", cache)
    assert judging[60:] == [BAD]
    assert changed.invalid == 1
    assert changed == check_all(items(*many), RAW, None)


def test_a_corrupt_pack_is_as_none(cache: Cache, tmp_path: Path) -> None:
    many = [spoiled(BAD, put("id", str(n))) for n in range(60)]
    true = check_all(items(*many), RAW, cache)
    for content in ("[]", '{"a": 5}', "x"):
        for file in tmp_path.rglob("*.json"):
            file.write_text(content)
        assert check_all(items(*many), RAW, cache) == true
    for file in tmp_path.rglob("*.json"):
        kept = json.loads(file.read_text())
        if "lines" not in kept:
            file.write_text(json.dumps({key: [["", "error", 5]] for key in kept}))
        else:
            file.unlink()
    assert check_all(items(*many), RAW, cache) == true


def test_repeated_warnings_about_facts_are_said_once() -> None:
    labs = [spoiled(LAB, put("id", str(n)), put("foo", 1)) for n in range(5)]
    orders = [spoiled(ORDER, put("id", str(n)), put("foo", 1)) for n in range(3)]
    checked = check_all(items(*labs, *orders), RAW, None)
    assert [f.message for f in checked.faults] == [
        "Observation.foo: is no element of FHIR R4 here (the same of 4 more resources of this input)",
        *["MedicationRequest.foo: is no element of FHIR R4 here"] * 3,
    ]
    assert checked.invalid == 8


def test_nothing_to_check(cache: Cache, tmp_path: Path) -> None:
    assert check_all([], RAW, cache) == Checked((), 0)
    assert list(tmp_path.iterdir()) == []


def test_pruning(cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = tmp_path / "conformance" / "notes.json"
    for n in range(4):
        check_all(items(BAD), RAW + bytes([n]), cache)
    stranger.write_text("mine")
    files = sorted(f for f in tmp_path.rglob("*.json") if f != stranger)
    old = time.time() - 40 * 86400
    os.utime(files[0], (old, old))
    os.utime(files[1], (old / 2 + time.time() / 2, old / 2 + time.time() / 2))
    (tmp_path / "conformance" / "pruned").unlink()
    check_all(items(BAD), RAW + b"last", cache)
    assert not files[0].exists()
    assert files[1].exists()
    monkeypatch.setattr(room, "_MOST_BYTES", 0)
    (tmp_path / "conformance" / "pruned").unlink()
    check_all(items(BAD), RAW + b"really", cache)
    assert [f for f in tmp_path.rglob("*.json") if f != stranger] == []
    assert stranger.read_text() == "mine"


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({}, None),
        ({"HOME": ""}, None),
        ({"HOME": "relative"}, None),
        ({"HOME": "/h"}, "/h/.cache/orderlint"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x"}, "/x/orderlint"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "not/absolute"}, "/h/.cache/orderlint"),
        ({"LOCALAPPDATA": "/local"}, "/local/orderlint"),
        ({"ORDERLINT_CACHE_DIR": "own", "HOME": "/h"}, "own"),
        ({"ORDERLINT_CACHE_DIR": "", "HOME": "/h"}, None),
        ({"USERPROFILE": "/u"}, "/u/.cache/orderlint"),
    ],
)
def test_where_it_is(environ: dict[str, str], folder: str | None) -> None:
    assert room.folder(environ) == folder
    opened = Cache.open(environ)
    assert (opened.folder if opened else None) == folder


def test_no_models_installed_is_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["/nowhere"])
    assert stamp.stamp() is None
    assert Cache.open({"HOME": "/h"}) is None


def test_the_stamp_follows_the_versions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    now = stamp.stamp()
    assert now is not None
    assert "fhir_resources-" in now
    assert stamp.stamp() == now
    (tmp_path / "fhir_resources-99.0.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert stamp.stamp() != now


_SCRIPT = """
import json, sys
from orderlint.fhir.conformance import Cache, Item, check_all
from orderlint.record import Place
resource = json.loads(sys.argv[1])
checked = check_all([Item(resource, Place("f", ""), "x")], sys.argv[1].encode(), Cache.open())
late = ("pydantic", "fhir.resources", "fhir_core", "hashlib", "pathlib", "importlib.metadata", "difflib")
print(json.dumps({"invalid": checked.invalid, "loaded": [name for name in late if name in sys.modules]}))
"""


@pytest.mark.parametrize(("resource", "invalid"), [(ORDER, 0), (BAD, 1)])
def test_a_warm_hit_imports_no_models(tmp_path: Path, resource: Json, invalid: int) -> None:
    text = json.dumps(resource, default=float)
    environ = {**os.environ, "ORDERLINT_CACHE_DIR": str(tmp_path)}
    runs = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", _SCRIPT, text], env=environ, check=True, capture_output=True, text=True
        )
        runs.append(json.loads(done.stdout))
    cold, warm = runs
    assert "pydantic" in cold["loaded"]
    assert warm == {"invalid": invalid, "loaded": []}


def test_processes_side_by_side(tmp_path: Path) -> None:
    environ = {**os.environ, "ORDERLINT_CACHE_DIR": str(tmp_path)}
    text = json.dumps(BAD, default=float)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _SCRIPT, text], env=environ, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for process in running:
        out, _ = process.communicate(timeout=60)
        assert json.loads(out)["invalid"] == 1
    assert json.loads(_only_file(tmp_path).read_text())["invalid"] == 1
    assert list(tmp_path.rglob("*.tmp")) == []
