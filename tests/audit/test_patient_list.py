"""Ids are understood in every form in which an order may refer to a patient; what is no list is refused."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from orderlint.audit.keys import key64
from orderlint.audit.patient_list import NoPatients, PatientList, packed, read


def listed(tmp_path: Path, data: bytes | str) -> PatientList:
    file = tmp_path / "list"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read(file)


@pytest.mark.parametrize(
    "words",
    [
        "1", "Patient/1", " Patient/1 \r\n", "\ufeff1\n", "\n\n# of today\n1\n", '"1"', "patient_id\n1\n",
        "https://h/fhir/Patient/1", "https://h/fhir/Patient/1/_history/2", "Patient/1#x", "Patient/1?a=b",
        "Patient/1\nPatient/1\n1\n",
        'name;patient\n"Doe; J";1\n', "id\tname\n1\tDoe\n", "Patient.id,x\n1,2\n",
        '{"resourceType":"Patient","id":"1","name":[{"family":"Doe"}]}', '"Patient ID"\n"1"',
        '\n{"id": "1", "resourceType": "Patient"}\n\n',
    ],
)  # fmt: skip
def test_one_patient(tmp_path: Path, words: str) -> None:
    found = listed(tmp_path, words)
    assert len(found) == 1
    assert key64("Patient/1") in found
    assert key64("Patient/2") not in found


def test_other_references(tmp_path: Path) -> None:
    found = listed(tmp_path, "urn:uuid:0A6B3C9E-1111-4222-8333-123456789ABC\nGroup/7\nodd id\n")
    for tail in ("urn:uuid:0a6b3c9e-1111-4222-8333-123456789abc", "Group/7", "Patient/odd id"):
        assert key64(tail) in found


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "holds no id"),
        (b"\n# nobody\n", "holds no id"),
        (b"patient_id\n", "holds no id"),
        ("1\n2\n".encode("utf-16"), "line 1 is no UTF-8 text"),
        ("1\n2\n".encode("utf-16-le"), "line 1 holds a NUL"),
        (b"1\nM\xfcller\n", "line 2 is no UTF-8 text"),
        (b"1,Doe\n", "several columns"),
        (b"id,patient\n1,2\n", "several of its columns"),
        (b"name,id\nDoe\n", "line 2 has too few columns"),
        (b'1\n"2"3\n', "line 2 is no line of a CSV"),
        (b"1\n/\n", "line 2 holds no id"),
        (b'{"resourceType":"Patient","id":"1"}\n{"resourceType":"Patient"}', "in line 2 has no id"),
        (b'{"resourceType":"Group","id":"1"}', "line 1 is no Patient"),
        (b'{"resourceType":"Patient","id":"1"}\n2\n', "line 2 is no Patient"),
        (b'{"resourceType":"Patient",', "line 1 is no JSON"),
        (b"1\n" + b"x" * 100_000, "line 2 is too long"),
    ],
)
def test_what_is_no_list(tmp_path: Path, data: bytes, why: str) -> None:
    with pytest.raises(NoPatients, match=why) as raised:
        listed(tmp_path, data)
    assert not any(word in str(raised.value) for word in ("Doe", "ller"))


def test_how_many_were_met() -> None:
    found = PatientList([5, 3, 9, 3])
    assert len(found) == 3
    assert found.among([packed([3, 4]), packed([]), packed([3, 9, 2**64 - 1])]) == 2


def test_a_patient_costs_a_few_bytes(tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_text("".join(f"https://h/fhir/Patient/{n}\n" for n in range(150_000)))
    tracemalloc.start()
    try:
        found = read(file)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(found) == 150_000
    assert most < 150_000 * 80
