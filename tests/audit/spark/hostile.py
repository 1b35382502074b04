"""An export that is as hard to cut into splits, and to name, as files can be."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from tests.audit.exports import BACLOFEN, NO_TYPES, Mischief, write

PERSON = "urn:uuid:0b9c0a44-0000-4000-8000-000000000001"


def order(ident: str, **more: Any) -> dict[str, Any]:
    """A MedicationRequest of too much baclofen."""
    dose = {"doseQuantity": {"value": 60, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}}
    timing = {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}}
    return {
        "resourceType": "MedicationRequest",
        "id": ident,
        "status": "active",
        "intent": "order",
        "authoredOn": "2026-02-01",
        "subject": {"reference": "Patient/a"},
        "medicationCodeableConcept": {"coding": [BACLOFEN]},
        "dosageInstruction": [{"timing": timing, "doseAndRate": [dose]}],
    } | more


def lines(*values: Any, end: bytes = b"\n") -> bytes:
    """NDJSON."""
    return b"".join((v if isinstance(v, bytes) else dumped(v)) + end for v in values)


def dumped(value: Any, indent: int | None = None) -> bytes:
    """JSON, pretty or not."""
    return json.dumps(value, indent=indent).encode()


def packed(*values: Any) -> bytes:
    """NDJSON, gzipped."""
    return gzip.compress(lines(*values), mtime=0)


def bundle(*held: dict[str, Any]) -> dict[str, Any]:
    """A Bundle of these."""
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in held]}


def nested() -> list[dict[str, Any]]:
    """A Medication whose ingredient is another, which is of a drug, and one that nobody names."""
    item = {"itemReference": {"reference": "Medication/in2"}}
    return [
        {"resourceType": "Medication", "id": "in1", "code": {"text": "mixture"}, "ingredient": [item]},
        {"resourceType": "Medication", "id": "in2", "code": {"coding": [BACLOFEN]}},
        {"resourceType": "Medication", "id": "in3", "code": {"text": "nobody's"}},
    ]


def hostile(folder: Path) -> None:
    """The export: files of a mischievous server, and names and bytes that no server should make."""
    for seed in (3, 7):
        write(folder / f"s{seed}", seed)
    mischief = Mischief(5)
    by_name = {"subject": {"display": "who has no id"}}
    labs = [mischief.lab(n) for n in range(20)]
    names = ("na0", "na3", "m1", "missing")
    groups = [
        {
            "resourceType": "RequestGroup",
            "id": f"g{who}",
            "subject": {"reference": f"Patient/{who}"},
            "action": [{"resource": {"reference": f"MedicationRequest/{name}"}} for name in names],
        }
        for who in "ab"
    ]
    named = {
        "medicationCodeableConcept": {"text": "see"},
        "medicationReference": {"reference": "Medication/in1"},
    }
    pointing = order("points", medicationReference={"reference": "Medication/in1"})
    del pointing["medicationCodeableConcept"]
    files: dict[str, bytes] = {
        "mark.ndjson": b"\xef\xbb\xbf" + lines(order("m1"), b"\xef\xbb\xbf{}", order("m2")),
        "cr.ndjson": lines(order("c1"), b"", order("c2"), b"\r", order("c3"), end=b"\r\n"),
        "lone-cr.ndjson": lines(order("l1"), dumped(order("l2")).replace(b", ", b",\r"), order("l3")),
        "broken.ndjson": lines(
            order("b1"),
            b'{"resourceType": "MedicationRequest", "id": "\xff\xfe\xc3(',
            order("b2"),
            dumped(order("b3")).replace(b"active", b"act\xe9ve"),
            b"\x00",
            b'"x"',
        ),
        "cut.ndjson": lines(order("e1"), order("e2"))[:-40],
        "no-end.ndjson": lines(order("n1"), order("n2"))[:-1],
        "empty.ndjson": b"",
        "blank.ndjson": b"\n\n",
        "two.ndjson.gz": packed(order("g1")) + packed(order("g2")),
        "cut.ndjson.gz": packed(*(order(f"t{n}", note=[{"text": str(n**9)}]) for n in range(40)))[:-200],
        "damaged.ndjson.gz": packed(order("d1")) + b"\x1f\x8b no gzip",
        "swollen.ndjson.gz": packed(order("s1"), b" " * (17 << 20), order("s2")),
        "packed.ndjson": packed(order("p1"), *labs),
        "plain.ndjson.gz": lines(order("p2"), order("p3")),
        "_under.ndjson": lines(order("u1"), order("u2")),
        "a:b.ndjson": lines(order("k1")),
        "x[1] {y}#%41?*.ndjson": lines(order("x1"), order("x2"), labs[0]),
        "back\\slash.ndjson": lines(order("y1"), order("y2")),
        "\u00fcml\u00e4ut.ndjson": lines(order("z1"), order("z2")),
        "nobody.ndjson": lines(*(order(f"w{n}", **by_name) for n in range(30))),
        "urn.ndjson": lines(
            {"resourceType": "Patient", "id": "q", "birthDate": "1931-01-01"},
            *(order(f"v{n}", subject={"reference": PERSON}) for n in range(2)),
        ),
        "pretty.json": dumped(bundle(order("h1"), order("h2", subject={"reference": "Patient/b"})), 1),
        "array.json": dumped([order("i1"), *nested()], 1),
        "wrong.json": b'{"resourceType": "Bundle", ',
        "Bundle.ndjson": lines(
            bundle(order("j1"), order("j2", subject={"reference": "Patient/c"})), bundle(*labs[:3])
        ),
        "Medication.nested.ndjson": lines(*nested()),
        "Medication.packed.ndjson.gz": packed(*nested()),
        "pointing.ndjson": lines(pointing, order("both", **named)),
        "odd-first.ndjson": b"\n" + lines(order("f1"), labs[0], {"resourceType": 5}, labs[1], order("f2")),
        "no-type.ndjson": lines(order("q1"), *(order("q2", resourceType=kind) for kind in NO_TYPES)),
        "Medication.no-type.ndjson": lines(
            nested()[1], *(nested()[2] | {"resourceType": k} for k in NO_TYPES)
        ),
        "RequestGroup.ndjson": lines(*groups),
        "named.ndjson": lines(
            *(order(f"na{n}", medicationCodeableConcept={"text": "Examplinum"}) for n in range(3)),
            order(
                "na3", subject={"reference": "Patient/d"}, medicationCodeableConcept={"text": "Examplinum"}
            ),
        ),
        "long.ndjson": lines(order("o1", note=[{"text": "x" * 9_000}]), order("o2")),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
