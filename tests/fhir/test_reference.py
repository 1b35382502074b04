"""References resolve to the nearest match, whatever the order that resources came in."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource, resources
from orderlint.fhir.source.documents import Document, read_documents
from orderlint.fhir.source.files import Input


def opened(file: str, value: object) -> list[Resource]:
    text = value if isinstance(value, str) else json.dumps(value, indent=1)
    return [
        each
        for document in read_documents(Input(file, None, text.encode()))
        if isinstance(document, Document)
        for each in resources(document)
        if isinstance(each, Resource)
    ]


def index(*found: Iterable[Resource]) -> Index:
    """An index of all, added in some order: none makes a difference."""
    every = [resource for some in found for resource in some]
    random.shuffle(every)
    made = Index()
    for resource in every:
        made.add(resource)
    return made


def med(name: str, **more: object) -> dict[str, object]:
    return {"resourceType": "Medication", "id": "1", "status": name, **more}


def order(**more: object) -> dict[str, object]:
    return {"resourceType": "MedicationRequest", "id": "o", **more}


def bundle(*entries: object) -> dict[str, object]:
    return {"resourceType": "Bundle", "entry": list(entries)}


def name(found: Resource | None) -> object:
    return found and found.value["status"]


def test_contained() -> None:
    found = opened(
        "a", order(contained=[med("in", id="m"), {"resourceType": "Medication", "id": "#n", "status": "n"}])
    )
    made = index(found, opened("b", med("out", id="m")))
    root, inner, _ = found
    assert name(made.resolve("#m", root)) == "in"
    assert name(made.resolve("#m", inner)) == "in"
    assert name(made.resolve("#n", root)) == "n"
    assert made.resolve("#", inner) == root
    assert made.resolve("#", root) == root
    assert made.resolve("#dangling", root) is None
    assert made.resolve("Medication/m", root) == opened("b", med("out", id="m"))[0]


def test_contained_is_no_one_elses() -> None:
    here, there = opened("a", order()), opened("b", order(contained=[med("in", id="m")]))
    made = index(here, there)
    assert made.resolve("#m", here[0]) is None
    assert made.resolve("Medication/m", here[0]) is None
    assert name(made.resolve("MedicationRequest/o#m", opened("c", order(id="x"))[0])) in ("in", None)


@pytest.mark.parametrize(
    ("full_url", "reference"),
    [
        ("urn:uuid:0C3151BD-1CBF-4D64-B04D-CD9187A4C6E0", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"),
        ("urn:oid:1.2.3", "urn:oid:1.2.3"),
        ("http://a/fhir/Medication/1", "http://a/fhir/Medication/1"),
        ("http://a/fhir/Medication/1/_history/3", "http://a/fhir/Medication/1"),
        ("http://a/fhir/Medication/1", "Medication/1"),
        ("http://a/fhir/Medication/1", "Medication/1/_history/2"),
        ("http://a/fhir/Medication/1", "https://elsewhere/r4/Medication/1"),
        ("http://a/any/thing", "http://a/any/thing"),
        ("urn:uuid:x", " Medication/1 "),
    ],
)
def test_by_full_url_and_by_id(full_url: str, reference: str) -> None:
    found = opened("a", bundle({"fullUrl": full_url, "resource": med("m")}, {"resource": order()}))
    assert name(index(found).resolve(reference, found[1])) == "m"


def test_full_url_stands_in_for_a_missing_id() -> None:
    medication = {"resourceType": "Medication", "status": "m"}
    found = opened(
        "a", bundle({"fullUrl": "http://a/Medication/9", "resource": medication}, {"resource": order()})
    )
    assert name(index(found).resolve("Medication/9", found[1])) == "m"


def test_nearest_first() -> None:
    nested = opened(
        "a",
        bundle(
            {"resource": med("outer")},
            {"resource": bundle({"resource": med("inner")}, {"resource": order()})},
        ),
    )
    beside, elsewhere = opened("b", order()), opened("c", med("far"))
    made = index(nested, beside, elsewhere)
    assert name(made.resolve("Medication/1", nested[2])) == "inner"
    flat = opened("d", bundle({"resource": med("near")}, {"resource": bundle({"resource": order()})}))
    assert name(index(flat, elsewhere).resolve("Medication/1", flat[1])) == "near"
    assert name(index(beside, elsewhere).resolve("Medication/1", beside[0])) == "far"


def test_lines_of_one_file_are_nearer_than_other_files() -> None:
    lines = opened("a.ndjson", "\n".join(map(json.dumps, [order(), med("line")])))
    assert name(index(lines, opened("b", med("file"))).resolve("Medication/1", lines[0])) == "line"


def test_relative_references_stay_on_their_server() -> None:
    found = opened(
        "a",
        bundle(
            {"fullUrl": "http://a/fhir/Medication/1", "resource": med("a")},
            {"fullUrl": "http://b/fhir/Medication/1", "resource": med("b")},
            {
                "fullUrl": "http://b/fhir/MedicationRequest/o",
                "resource": order(contained=[med("in", id="c")]),
            },
        ),
    )
    made = index(found)
    assert name(made.resolve("Medication/1", found[2])) == "b"
    assert name(made.resolve("Medication/1", found[3])) == "b"
    assert name(made.resolve("http://a/fhir/Medication/1", found[2])) == "a"


def test_equal_ones_are_one_and_different_ones_are_ambiguous() -> None:
    source = opened("z", order())
    same = index(source, opened("a", med("x")), opened("b", med("x")))
    found = same.resolve("Medication/1", source[0])
    assert found is not None
    assert found.place.file == "a"
    assert same.ambiguous("Medication/1", source[0]) == ()
    differ = index(source, opened("b", med("y")), opened("a", med("x")), opened("c", med("x")))
    assert differ.resolve("Medication/1", source[0]) is None
    assert [each.place.file for each in differ.ambiguous("Medication/1", source[0])] == ["a", "b"]
    assert differ.ambiguous("Medication/2", source[0]) == ()


def test_a_version_picks_among_several() -> None:
    source = opened("z", order())
    old, new = med("old", meta={"versionId": "1"}), med("new", meta={"versionId": "2"})
    made = index(source, opened("a", old), opened("b", new))
    assert name(made.resolve("Medication/1/_history/2", source[0])) == "new"
    assert made.resolve("Medication/1", source[0]) is None


def definition(version: str | None, title: str, **more: object) -> dict[str, object]:
    versioned = {} if version is None else {"version": version}
    return {
        "resourceType": "ActivityDefinition",
        "id": title,
        "url": "http://x/a",
        "status": title,
        **versioned,
        **more,
    }


def test_canonical() -> None:
    source = opened("z", {"resourceType": "PlanDefinition", "id": "p"})
    versions = ["1.0.0-draft", "1.0.0", "1.9", "1.10", None]
    made = index(source, *(opened(f"f{i}", definition(each, f"v{each}")) for i, each in enumerate(versions)))
    assert name(made.resolve_canonical("http://x/a|1.9", source[0])) == "v1.9"
    assert name(made.resolve_canonical("http://x/a", source[0])) == "v1.10"
    assert made.resolve_canonical("http://x/a|7", source[0]) is None
    assert made.resolve_canonical("http://x/b", source[0]) is None
    assert name(made.resolve_canonical("ActivityDefinition/v1.9", source[0])) == "v1.9"
    assert name(made.resolve_canonical("http://y/ActivityDefinition/v1.9", source[0])) == "v1.9"
    assert made.resolve_canonical("http://y/ActivityDefinition/v1.9|2", source[0]) is None


def test_canonical_nearest_first() -> None:
    near = opened(
        "a", bundle({"resource": {"resourceType": "PlanDefinition"}}, {"resource": definition("1", "near")})
    )
    plan = {"resourceType": "PlanDefinition", "contained": [definition("0", "inside")]}
    holder = opened("b", bundle({"resource": plan}, {"resource": definition("1", "beside")}))
    made = index(near, holder, opened("c", definition("2", "far")))
    assert name(made.resolve_canonical("http://x/a", near[0])) == "near"
    assert name(made.resolve_canonical("http://x/a|2", near[0])) == "far"
    assert name(made.resolve_canonical("http://x/a", holder[0])) == "inside"
    assert name(made.resolve_canonical("#inside", holder[0])) == "inside"


def test_canonical_ambiguous() -> None:
    source = opened("z", {"resourceType": "PlanDefinition"})
    made = index(source, opened("a", definition("1", "x")), opened("b", definition("1", "y")))
    assert made.resolve_canonical("http://x/a", source[0]) is None
    assert [name(each) for each in made.ambiguous_canonical("http://x/a", source[0])] == ["x", "y"]


ODD = [
    None, 3, True, [], {}, "", " ", "#", "##", "/", "//", "|", "a|b|c", "Medication/", "/Medication/1/",
    "\x00", "é/É", "http://", "Patient?identifier=x", "Medication/1/_history/", "urn:uuid:",
]  # fmt: skip


@pytest.mark.parametrize("reference", ODD)
def test_odd_references_resolve_to_nothing(reference: object) -> None:
    found = opened("a", bundle({"resource": med("m")}, {"resource": order(url=5, meta=7)}))
    made = index(found)
    if reference != "#":
        assert made.resolve(reference, found[1]) is None
        assert made.resolve_canonical(reference, found[1]) is None
    assert made.ambiguous(reference, found[1]) == made.ambiguous_canonical(reference, found[1]) == ()


@given(st.text(alphabet="MedicationRequest/#|:_history1. urn:uid", max_size=30), st.text(max_size=12))
def test_nothing_raises(reference: str, version: str) -> None:
    found = opened(
        "a",
        bundle(
            {"fullUrl": reference, "resource": definition(version, "x")},
            {"resource": definition("9" * 5000, "y")},
        ),
    )
    made = index(found)
    for text in (reference, f"http://x/a|{version}", "http://x/a"):
        made.resolve(text, found[0])
        made.resolve_canonical(text, found[0])


def test_many_of_one_id_are_not_compared_for_every_reference() -> None:
    lines = [json.dumps(med(f"m{number}")) for number in range(4000)] + [json.dumps(order())]
    found = opened("a.ndjson", "\n".join(lines))
    made = index(found)
    began = time.perf_counter()
    assert all(made.resolve("Medication/1", found[-1]) is None for _ in range(4000))
    assert time.perf_counter() - began < 2
