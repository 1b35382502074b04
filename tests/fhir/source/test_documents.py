"""From bytes to documents: NDJSON and single files, gzip, byte order marks, broken lines, bombs."""

from __future__ import annotations

import gzip
import json
import os
import tracemalloc
import zlib
from pathlib import Path

import pytest

from orderlint.fhir.source.documents import Document, read_again, read_documents
from orderlint.fhir.source.files import Input
from orderlint.fhir.source.limits import LIMITS, Limits
from orderlint.record import InputFault, Place

ONE = '{"resourceType": "Patient", "id": "1"}'
TWO = '{"resourceType": "Patient", "id": "2"}'
PRETTY = json.dumps(json.loads(ONE) | {"name": [{"family": "x"}], "contact": [{}]}, indent=2)


def read(data: str | bytes, name: str = "x.json", limits: Limits = LIMITS) -> list[Document | InputFault]:
    return list(read_documents(Input(name, None, data.encode() if isinstance(data, str) else data), limits))


def summary(found: list[Document | InputFault]) -> list[object]:
    """Documents as (line, byte, id), faults as (line, column)."""
    return [
        (each.line, each.byte, each.value["id"]) if isinstance(each, Document) else (each.line, each.column)  # type: ignore[index]
        for each in found
    ]


def only_fault(found: list[Document | InputFault]) -> InputFault:
    (fault,) = found
    assert isinstance(fault, InputFault)
    assert (fault.rule, fault.severity) == ("invalid-json", "error")
    return fault


@pytest.mark.parametrize("name", ["x.json", "x.ndjson", "-", "x.jsonl.gz"])
@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n \n"])
def test_pretty_printed_is_one_document_whatever_its_name(
    name: str, pack: bool, mark: bytes, end: str
) -> None:
    data = mark + (PRETTY + end).encode()
    (found,) = read(gzip.compress(data) if pack else data, name)
    assert found == Document(name, 1, 0, json.loads(PRETTY), data, ndjson=False)


@pytest.mark.parametrize("name", ["x.json", "x.ndjson", "-"])
@pytest.mark.parametrize("pack", [False, True])
def test_one_object_a_line_is_ndjson_whatever_its_name(name: str, pack: bool) -> None:
    data = f"\n{ONE}\r\n\r\n  \n{TWO}".encode()
    found = read(gzip.compress(data) if pack else data, name)
    assert summary(found) == [(2, 1, "1"), (5, 1 + len(ONE) + 7, "2")]
    for each in found:
        assert isinstance(each, Document)
        assert each.ndjson
        assert data[each.byte :].startswith(each.raw)
        assert json.loads(each.raw) == each.value


def test_a_single_line() -> None:
    (whole,) = read(f"\n {ONE}\n")
    assert isinstance(whole, Document)
    assert (whole.line, whole.byte, whole.ndjson) == (1, 0, False)
    (line,) = read(f"\n {ONE}\n", "x.ndjson")
    assert isinstance(line, Document)
    assert (line.line, line.byte, line.ndjson) == (2, 1, True)


@pytest.mark.parametrize("name", ["x.json", "x.ndjson"])
@pytest.mark.parametrize("broken", ['{"id": 1,}', '{"id": "cut', '{"id": 1, "id": 2}', ONE + ONE])
def test_a_broken_line_costs_itself(name: str, broken: str) -> None:
    middle = read(f"{ONE}\n{broken}\n{TWO}\n", name)
    assert [isinstance(each, Document) for each in middle] == [True, False, True]
    assert middle[1].line == 2  # type: ignore[union-attr]
    first = read(f"{broken}\n{ONE}\n{TWO}\n", name)
    assert [isinstance(each, Document) for each in first] == [False, True, True]
    last = read(f"{ONE}\n{TWO}\n{broken}", name)
    assert [isinstance(each, Document) for each in last] == [True, True, False]


def test_fault_of_a_line_counts_in_the_file() -> None:
    fault = read(f'{ONE}\n{ONE}\n{{"a": 1, "a": 2}}\n', "x.ndjson")[2]
    assert isinstance(fault, InputFault)
    assert (fault.line, fault.column) == (3, 10)
    assert fault.place == Place("x.ndjson", "", 3, 2 * len(ONE) + 2)


@pytest.mark.parametrize("line", ["[1]", '"x"', "1", "null", "[{}]"])
def test_a_line_that_is_no_object_is_a_fault(line: str) -> None:
    found = read(f"{ONE}\n{line}\n{TWO}\n", "x.ndjson")
    assert summary(found) == [(1, 0, "1"), (2, 1), (3, len(ONE) + len(line) + 2, "2")]
    assert found[1].message == "a line of NDJSON has to be an object"  # type: ignore[union-attr]


def test_a_line_without_type_among_resources_is_a_fault_and_in_a_log_is_not() -> None:
    found = read(f'{ONE}\n{{"id": "x"}}\n', "x.ndjson")
    assert isinstance(found[1], InputFault)
    assert (found[1].rule, found[1].severity, found[1].place.line) == ("invalid-resource", "error", 2)
    assert all(isinstance(each, Document) for each in read('{"id": "x"}\n{"id": "y"}\n', "log.jsonl"))


def test_a_broken_document_is_one_fault() -> None:
    broken = PRETTY.replace('"id": "1",', '"id": "1"')
    for name in ("x.json", "x.ndjson"):
        assert only_fault(read(broken, name)).line == 4
    assert only_fault(read('{"resourceType": "Patient",\n"a": 1,\n"a": 2}', "x.ndjson")).line == 3
    assert (
        only_fault(read(f"{PRETTY}\n{PRETTY}")).message == "unexpected content after the end of the document"
    )
    assert only_fault(read(f"[\n{ONE}\n{TWO}\n]")).line == 3
    assert only_fault(read("[1]\n[2]")).line == 2


def test_unindented_document_is_one_document() -> None:
    text = '{"resourceType": "Bundle",\n"entry": [\n{"resource": {}},\n{"resource": {}}\n]\n}\n'
    for name in ("x.json", "x.ndjson"):
        (found,) = read(text, name)
        assert isinstance(found, Document)
        assert not found.ndjson


@pytest.mark.parametrize(
    "text", ["{}", "[]", '["a", "b"]', "null", "3", '{"name": "left-pad", "version": "1"}']
)
def test_json_that_is_no_fhir_is_a_document(text: str) -> None:
    (found,) = read(text)
    assert isinstance(found, Document)


@pytest.mark.parametrize("name", ["x.json", "x.ndjson"])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty but for white space"),
        (f"{ONE}\n{TWO}".encode("utf-16"), "the file is UTF-16, not UTF-8"),
        (f"{ONE}\n{TWO}".encode("utf-16-le"), "the file is UTF-16, not UTF-8"),
        (f"{ONE}\n{TWO}".encode("utf-32"), "the file is UTF-32, not UTF-8"),
    ],
)
def test_empty_and_wide_files(name: str, data: bytes, message: str) -> None:
    assert only_fault(read(data, name)).message == message


def test_gzip_cut_off_or_damaged_gives_what_came_before() -> None:
    lines = "".join(
        json.dumps({"resourceType": "Patient", "id": os.urandom(40).hex()}) + "\n" for _ in range(3000)
    )
    packed = gzip.compress(lines.encode())
    *before, fault = read(packed[: len(packed) // 2], "x.ndjson")
    assert len(before) > 100
    assert all(isinstance(each, Document) for each in before)
    assert only_fault([fault]).message == "the gzip data end too early: the file was cut off"
    damaged = bytearray(packed)
    damaged[-6] ^= 0xFF  # of the checksum
    assert only_fault(read(bytes(damaged), "x.ndjson")[-1:]).message == "the gzip data are damaged"
    assert only_fault(read(gzip.compress(PRETTY.encode())[:-20])).message.startswith(
        "the gzip data end too early"
    )
    assert only_fault(read(b"\x1f\x8bnonsense")).message == "the gzip data are damaged"


def test_gzip_of_several_members() -> None:
    assert len(read(gzip.compress(f"{ONE}\n".encode()) + gzip.compress(f"{TWO}\n".encode()))) == 2


@pytest.mark.parametrize("filling", [b" ", b"\n", b"[", b'{"id":"1"}\n'])
def test_decompression_bomb_is_stopped_early(filling: bytes) -> None:
    packer = zlib.compressobj(9, wbits=31)
    piece = filling * (1_000_000 // len(filling))
    bomb = b"".join(packer.compress(piece) for _ in range(40)) + packer.flush()
    limits = LIMITS._replace(gzip_free=200_000, gzip_ratio=20, document_bytes=1_000_000)
    tracemalloc.start()
    fault = None
    for each in read_documents(Input("x.json", None, bomb), limits):
        fault = each if isinstance(each, InputFault) else None
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert fault is not None
    assert "limit" in fault.message
    assert peak < 20_000_000


def test_document_beyond_the_limit() -> None:
    limits = LIMITS._replace(document_bytes=100)
    long = json.dumps({"resourceType": "Patient", "id": "x" * 100})
    message = "longer than 100 bytes, the limit of one document"
    assert only_fault(read(json.dumps(json.loads(long), indent=2), limits=limits)).message == message
    assert only_fault(read(long, limits=limits)).message == message
    found = read(f"{ONE}\n{long}\n{TWO}\n", "x.ndjson", limits)
    assert summary(found) == [(1, 0, "1"), (2, 1), (3, len(ONE) + len(long) + 2, "2")]
    assert found[1].message == message  # type: ignore[union-attr]


def test_blank_lines_without_end_do_not_fill_the_memory() -> None:
    fault = only_fault(read(b"\n" * 500, limits=LIMITS._replace(blank_lines=100)))
    assert fault.message == "more than 100 blank lines in a row, the limit"


def test_ndjson_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "x.ndjson"
    line = json.dumps({"resourceType": "Patient", "id": "x" * 10_000}) + "\n"
    path.write_text(line * 3000)  # 30 MB
    tracemalloc.start()
    count = sum(1 for _ in read_documents(Input("x.ndjson", str(path))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 3000
    assert peak < 5_000_000


def test_file_that_became_something_else(tmp_path: Path) -> None:
    assert (
        only_fault(list(read_documents(Input("x", str(tmp_path / "gone"))))).message
        == "no such file or folder"
    )
    assert only_fault(list(read_documents(Input("x", str(tmp_path))))).message == "not a regular file"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert (
            only_fault(list(read_documents(Input("x", str(tmp_path / "pipe"))))).message
            == "not a regular file"
        )


@pytest.mark.parametrize("text", [PRETTY, f"{ONE}\n\n{TWO}\n", f"{ONE}\r\n{TWO}"])
@pytest.mark.parametrize("pack", [False, True])
def test_read_again(text: str, pack: bool, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(gzip.compress(text.encode()) if pack else text.encode())
    source = Input("x.json", str(path))
    for each in read_documents(source):
        assert isinstance(each, Document)
        place = Place(each.file, "/id", each.line, each.byte)
        assert read_again(source, place, ndjson=each.ndjson) == each.raw
    path.unlink()
    assert read_again(source, Place("x.json", ""), ndjson=False) == b""
