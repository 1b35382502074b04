"""Files by URL: like those here, and whatever goes wrong with one is said of that one."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orderlint.audit.export import remote
from orderlint.audit.export.inputs import find_sources
from orderlint.fhir.source.stream import Unreadable
from tests.audit.plain import egfr, order, patient, write
from tests.audit.test_options import Ran, run

fsspec: Any = pytest.importorskip("fsspec", reason="fsspec is not installed")


class _Answer(Exception):
    """As of a client for HTTP. What it says holds a secret."""

    def __init__(self, status: int) -> None:
        super().__init__("https://user:SECRET@h/?sig=SECRET")
        self.status = status


class _Forwards(io.BytesIO):
    """No places, short answers, and no more than ``whole`` bytes."""

    whole = 1 << 40

    def seek(self, *_: Any) -> int:
        raise ValueError("no ranges")

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= self.whole:
            raise ConnectionResetError("SECRET")
        return super().read(min(size if size and size > 0 else 1000, 1000))


class _Odd(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """``odd://`` with a path that says what is odd."""

    protocol = "odd"
    cachable = False
    data = b""
    cut = 1 << 40

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        name = path.partition("?")[0].rpartition("/")[2]
        if name.isdigit():
            raise FileNotFoundError("SECRET") from _Answer(int(name))
        if name == "pipe.ndjson":
            return {"name": path, "type": "other", "size": 0}
        if name == "late":
            raise TimeoutError("SECRET")
        if name == "strange":
            raise RuntimeError("SECRET")
        return {"name": path, "type": "file", "size": None}

    def _open(self, path: str, *_: Any, **__: Any) -> Any:
        if path.endswith("pipe.ndjson"):
            pytest.fail("it would block")
        found = _Forwards(self.data)
        found.whole = self.cut
        return found

    def open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        return self._open(path)


@pytest.fixture(autouse=True)
def odd() -> Iterator[None]:
    fsspec.register_implementation("odd", _Odd, clobber=True)
    yield
    _Odd.data, _Odd.cut = b"", 1 << 40


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write(
        tmp_path / "e",
        *(patient(p) for p in "ab"),
        order("a1", "a", mg=30),
        order("b1", "b"),
        egfr("e", "a", 20),
    )


def said(ran: Ran) -> dict[str, str]:
    return {f["file"]: f["message"] for f in ran.findings if f["rule"] == "invalid-json"}


def told(ran: Ran) -> set[tuple[str, str]]:
    return {(f["rule"], f["resource"]) for f in ran.findings}


BAD = {
    "odd://404": "no such file or folder",
    "odd://u:SECRET@h/401": "the server answered with status 401",
    "odd://h/500?sig=SECRET": "the server answered with status 500",
    "odd://late": "the server did not answer in time",
    "odd://strange": "cannot be read: RuntimeError",
    "odd://pipe.ndjson": "not a regular file",
    "foo://x": "no address of a known kind",
    "memory://nothing-is-here": "no such file or folder",
    "zip://::file:///nowhere.zip": "no such file or folder",
    "file:///nowhere/at/all": "no such file or folder",
    "file://host/a": "a file of another machine: a file URL has three slashes",
}


def test_a_url_that_can_not_be_read_is_a_fault_and_hides_nothing(export: Path, tmp_path: Path) -> None:
    alone = run(tmp_path / "alone", export)
    ran = run(tmp_path / "out", *BAD, export)
    assert ran.status == 2
    assert sorted(said(ran).values()) == sorted(BAD.values())
    assert ran.report["ledger"]["unreadable"] == len(BAD)
    assert ran.report["ledger"]["inputs"] == alone.report["ledger"]["inputs"] + len(BAD)
    assert told(ran) == told(alone) | {("invalid-json", None)}
    left = ran.words + "".join(p.read_text() for p in (tmp_path / "out").iterdir() if p.suffix != ".parquet")
    assert "SECRET" not in left
    assert set(said(ran)) >= {"odd://h/401", "odd://h/500", "/nowhere/at/all"}


def test_a_package_that_is_missing_is_named(tmp_path: Path) -> None:
    try:
        import s3fs  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: F401
    except ImportError:
        ran = run(tmp_path / "out", "s3://bucket/x")
        assert (ran.status, *said(ran).values()) == (
            2, "a package is missing for such addresses: Install s3fs to access S3",
        )  # fmt: skip


def test_a_file_url_is_the_path(export: Path, tmp_path: Path) -> None:
    here = run(tmp_path / "a", export)
    for number, paths in enumerate(
        ((export.as_uri(),), (export, export.as_uri(), export / "Patient.ndjson"))
    ):
        there = run(tmp_path / str(number), *paths)
        assert there.findings == here.findings
        assert there.report["ledger"] == here.report["ledger"]
    spaced = tmp_path / "a b%20c.ndjson"
    spaced.write_text(json.dumps(patient("x")))
    for url in (
        spaced.as_uri(),
        f"file://{spaced}",
        f"file://localhost{spaced}".replace(" ", "%20").replace("%20c", "%2520c"),
    ):
        assert remote.local_path(url) == str(spaced)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_no_pipe_is_ever_opened(export: Path, tmp_path: Path) -> None:
    os.mkfifo(export / "pipe.ndjson")
    for number, url in enumerate(
        (
            export.as_uri(),
            f"simplecache::{export.as_uri()}",
            f"zip://::{export.as_uri()}/pipe.ndjson",
            f"local://{export}",
        )
    ):
        ran = run(tmp_path / str(number), url)
        assert ran.status == 2
        assert [words[:18] for words in said(ran).values()] == ["not a regular file"]


def test_whatever_is_here_is_read_there(export: Path, tmp_path: Path) -> None:
    """Not only NDJSON: documents, packed, cut off, empty, and a manifest."""
    (export / "pretty.json").write_text(json.dumps(order("p1", "a", mg=40), indent=1))
    (export / "one.json").write_text(json.dumps(order("p2", "a", mg=40)))
    (export / "Patient.ndjson.gz").write_bytes(gzip.compress((export / "Patient.ndjson").read_bytes()))
    (export / "Patient.ndjson").unlink()
    (export / "cut.ndjson.gz").write_bytes(
        gzip.compress(json.dumps(order("c1", "b", mg=30)).encode() + b"\n")[:-4]
    )
    (export / "empty.ndjson").write_bytes(b"")
    memory = fsspec.filesystem("memory")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        for file in export.iterdir():
            memory.pipe(f"/orderlint-there/e/{file.name}", file.read_bytes())
            packed.write(file, f"deep/{file.name}")
    listed = [{"url": f"https://h/{file.name}"} for file in export.iterdir()]
    text = json.dumps({"transactionTime": "x", "output": [*listed, {"url": "https://h/gone.ndjson"}]})
    memory.pipe("/orderlint-there/e/listing.json", text.encode())
    try:
        here = run(tmp_path / "here", export)
        archive = f"file://{tmp_path}/x.zip"
        urls = ["memory://orderlint-there/e", "memory://orderlint-there/e/listing.json", f"zip://::{archive}",
                f"zip://deep/*::{archive}", f"simplecache::zip://deep::{archive}"]  # fmt: skip
        for number, url in enumerate(urls):
            there = run(tmp_path / str(number), url)
            gone = {("invalid-json", None)} if "memory" in url else set()
            assert told(there) == told(here) | gone, url
            listing = url == urls[0]
            assert there.report["ledger"]["inputs"] == here.report["ledger"]["inputs"] + listing + bool(
                gone
            ), url
            assert there.report["ledger"]["unreadable"] == 2 + bool(gone), url
            assert there.report["ledger"]["orders"] == 5
    finally:
        memory.rm("/orderlint-there", recursive=True)


def test_what_can_only_be_read_forwards(export: Path, tmp_path: Path) -> None:
    """As from a server without ranges; Medications, which are looked up again, from there as well."""
    medication = {"resourceType": "Medication", "id": "m", "code": {"text": "baclofen"}}
    pointing = {"medicationReference": {"reference": "Medication/m"}}
    del (one := order("r1", "a", mg=30, **pointing))["medicationCodeableConcept"]
    for kind, rows in (
        ("Medication", [medication, {**medication, "id": "m2"}]),
        ("MedicationRequest", [one] * 2),
    ):
        _Odd.data = "".join(json.dumps(row) + "\n" for row in rows).encode()
        (export / f"{kind}.x.ndjson").write_bytes(_Odd.data)
        here = run(tmp_path / f"here-{kind}", export)
        (export / f"{kind}.x.ndjson").unlink()
        there = run(tmp_path / kind, export, "odd://h/it.ndjson")
        assert told(there) == told(here)
        (export / f"{kind}.x.ndjson").write_bytes(_Odd.data)
    assert ("baclofen-max-daily-dose", "MedicationRequest/r1") in told(here)


@pytest.mark.parametrize("pack", [False, True])
def test_a_server_that_breaks_off_costs_what_it_did_not_send(pack: bool, tmp_path: Path) -> None:
    lines = [
        json.dumps(order(f"o{n}", "a", mg=30, note=[{"text": os.urandom(400).hex()}])) + "\n"
        for n in range(400)
    ]
    whole = "".join(lines).encode()
    _Odd.data = gzip.compress(whole) if pack else whole
    _Odd.cut = len(_Odd.data) // 2
    ran = run(tmp_path / "out", "odd://h/x.ndjson", "--rule", "baclofen-max-daily-dose")
    assert ran.status == 2
    assert 100 < ran.report["ledger"]["orders"] < 250
    ((file, words),) = said(ran).items()
    line = ran.report["ledger"]["orders"] + 1
    assert (file, words) == (
        "odd://h/x.ndjson", f"the server could not be reached, or broke off (line {line}, column 1)"
    )  # fmt: skip


def test_urls_that_differ_in_what_is_not_shown_stay_two(tmp_path: Path) -> None:
    _Odd.data = json.dumps(order("o1", "a", mg=30)).encode() + b"\n"
    sources, faults = find_sources(
        ["odd://h/x.ndjson?id=1", "odd://h/x.ndjson?id=2", "odd://h/x.ndjson?id=1"]
    )
    assert [s.name for s in sources] == ["odd://h/x.ndjson", "odd://h/x.ndjson (2)"]
    assert not faults


def test_where_files_lie_beside_others() -> None:
    assert remote.beside("s3://b/a/manifest.json?x", "c/d.ndjson") == "s3://b/a/c/d.ndjson"
    assert remote.beside("https://h/manifest.json", "a b") == "https://h/a%20b"
    assert remote.beside("zip://manifest.json::file:///x.zip", "a") == "zip://a::file:///x.zip"
    assert remote.beside("simplecache::s3://b/m.json", "a") == "simplecache::s3://b/a"


def test_no_file_of_a_kind_that_is_read() -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe("/orderlint-kinds/x.parquet", b"x")
    try:
        found, folder = remote.listed("memory://orderlint-kinds")
        assert (found, folder) == ([remote.Member("memory://orderlint-kinds/x.parquet", True)], True)
        from orderlint.audit.export.expand import expand

        (fault,) = expand(["memory://orderlint-kinds"]).faults
        assert "no file in it is of a kind that is read" in fault.message
    finally:
        memory.rm("/orderlint-kinds", recursive=True)
    with pytest.raises(remote.Missing):
        remote.listed("memory://orderlint-kinds")
    with pytest.raises(Unreadable):
        remote.opened("memory://orderlint-kinds/x")
