"""Gzip: everything whole comes out, and the fault behind it."""

from __future__ import annotations

import gzip
import io
import os

import pytest

from orderlint.fhir.source.documents import Document, read_documents
from orderlint.fhir.source.files import Input
from orderlint.fhir.source.limits import LIMITS
from orderlint.fhir.source.stream import Unreadable
from orderlint.fhir.source.unpack import Unpacked
from orderlint.record import InputFault

# hardly to be packed, so that a piece of what is packed is a piece of what is not
PLAIN = b"".join(os.urandom(60).hex().encode() + b"\n" for _ in range(4000))
PACKED = gzip.compress(PLAIN)


def unpacked(data: bytes) -> tuple[bytes, str]:
    """What came out, and what was said at the end."""
    found, buffer = b"", bytearray(1000)
    with Unpacked(io.BytesIO(data), LIMITS) as reader:
        try:
            while got := reader.readinto(buffer):
                found += buffer[:got]
        except Unreadable as error:
            return found, str(error)
        assert reader.taken == len(data)
    return found, ""


@pytest.mark.parametrize(
    "data",
    [
        PACKED,
        PACKED + bytes(1),
        PACKED + bytes(4096),
        PACKED + gzip.compress(b"") + bytes(3),
        gzip.compress(PLAIN, 0),
    ],
)
def test_whole_padded_and_in_members(data: bytes) -> None:
    assert unpacked(data) == (PLAIN, "")
    assert unpacked(data + data) == (PLAIN + PLAIN, "")


def test_cut_off_anywhere() -> None:
    for size in (2, 9, 12, 5000, len(PACKED) // 2, len(PACKED) - 8, len(PACKED) - 1):
        found, said = unpacked(PACKED[:size])
        assert said == "the gzip data end too early: the file was cut off"
        assert PLAIN.startswith(found)
        assert len(found) >= (size - 200) * len(PLAIN) // len(PACKED) - 40_000  # zlib holds back one block
    assert unpacked(PACKED[:-8])[0] == PLAIN


@pytest.mark.parametrize(
    ("data", "least"),
    [
        (PACKED + b"garbage", len(PLAIN)),
        (PACKED + bytes(5) + b"x" * 20, len(PLAIN)),
        (PACKED[:-6] + b"\xff\xff" + PACKED[-4:], len(PLAIN)),  # the checksum
        (PACKED[:-2] + b"\xff\xff", len(PLAIN)),  # the length
        (PACKED[:200_000] + b"\xff" * 4000 + PACKED[204_000:], 200_000),
    ],
)
def test_damage_costs_nothing_before_it(data: bytes, least: int) -> None:
    found, said = unpacked(data)
    assert said == "the gzip data are damaged"
    assert found[:least] == PLAIN[:least]
    assert len(found) >= least


def test_a_fault_of_the_file_itself_comes_behind_what_was_read() -> None:
    class Torn(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().read(size)

    with Unpacked(Torn(PACKED), LIMITS) as reader:
        whole = io.BufferedReader(reader)
        assert len([whole.readline() for _ in range(500)][-1]) == 121
        with pytest.raises(Unreadable, match="Input/output error"):
            whole.read()


@pytest.mark.parametrize("name", ["x.ndjson.gz", "x.json.gz"])
@pytest.mark.parametrize("more", [b"garbage", bytes(64), b""])
def test_one_line_and_what_stands_behind_it(name: str, more: bytes) -> None:
    line = b'{"resourceType":"Patient","id":"1"}\n'
    document, *faults = read_documents(Input(name, None, gzip.compress(line) + more))
    assert isinstance(document, Document)
    assert len(faults) == (more == b"garbage")
    for fault in faults:
        assert isinstance(fault, InputFault)
        assert (fault.line, fault.column, fault.place.byte) == (2, 1, len(line))


def test_lines_before_a_fault_and_its_place() -> None:
    lines = [b'{"resourceType":"Patient","id":"%d"}\n' % n for n in range(50)]
    packed = gzip.compress(b"".join(lines) + b'{"resourceType":"Pat')
    *documents, fault = read_documents(Input("x.ndjson", None, packed[:-3]))
    assert [type(one) for one in documents] == [Document] * 50
    assert isinstance(fault, InputFault)
    assert (fault.line, fault.column, fault.place.line) == (51, 1, 51)
    assert fault.place.byte == sum(map(len, lines))
