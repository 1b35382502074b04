"""Changes that say the same thing in other words must not change a verdict.

Each change is made to the rule fixtures that are one file; the verdict is what the four rules and the
"can't be decided" findings say, with the ledger. Where a change means something only for some fixtures
(tablets to milligrams), it leaves the others as they are, and they don't count.
"""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from orderlint.config import Config
from orderlint.engine import Options, check
from orderlint.protocols.loader import load
from orderlint.protocols.model import ProtocolSet

RULES = Path(__file__).parent.parent / "fixtures" / "rules"
AS_OF = date(2026, 6, 1)
UNDECIDED = {"dose-unverifiable", "age-unknown", "renal-function-unknown", "medication-unidentified"}
BASE = "https://ehr.example/fhir/"
STRENGTHS = {"430902": 5, "197391": 10, "197392": 20}  # baclofen tablets by RxNorm code
LISTS_WITHOUT_ORDER = [
    "entry",
    "contained",
    "coding",
    "dosageInstruction",
    "dosage",
    "doseAndRate",
    "when",
    "timeOfDay",
    "dayOfWeek",
    "event",
    "action",
    "condition",
    "useContext",
    "dynamicValue",
    "reasonCode",
    "reasonReference",
    "reason",
    "ingredient",
    "component",
    "note",
    "additionalInstruction",
]

Json = Any
Change = Callable[[Json], Json]


FOUR = {
    "baclofen-max-daily-dose",
    "baclofen-abrupt-stop",
    "cyclobenzaprine-elderly",
    "baclofen-renal-adjustment",
}


@cache
def protocols() -> ProtocolSet:
    every = load()
    return every._replace(instances=tuple(i for i in every.instances if i.rule in FOUR))


def verdict(path: Path, as_of: date = AS_OF) -> tuple[Any, ...]:
    run = check([str(path)], protocols(), Config(), Options(as_of, as_of, conformance=False))
    assert not run.unusable
    said: list[tuple[Any, ...]] = []
    for f in run.result.findings:
        if f.rule in FOUR:
            said.append((f.rule, f.severity, f.resource, f.basis, f.measured, f.limit))
        elif f.rule in UNDECIDED:
            said.append((f.rule, f.severity, f.resource, f.basis, f.message.split(" could not be")[0], None))
    ledger = run.result.ledger
    counts = (ledger.orders, ledger.assessed, ledger.not_covered, ledger.skipped, ledger.unverifiable)
    return tuple(sorted(said, key=str)), counts


def documents(every: int = 1) -> Iterator[tuple[Path, Json]]:
    """The fixtures that are one JSON file, or each so many of them."""
    paths = [p for p in sorted(RULES.glob("*/*/*.json")) if not p.name.endswith(".expected.json")]
    for path in paths[::every]:
        yield path, json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def dump(value: Json, **layout: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=float, **layout)


def walk(value: Json) -> Iterator[dict[str, Json]]:
    """Every object in ``value``, outer ones first."""
    if isinstance(value, dict):
        yield value
        for child in list(value.values()):
            yield from walk(child)
    elif isinstance(value, list):
        for child in value:
            yield from walk(child)


def resources(document: Json) -> list[Json] | None:
    """The resources of a plain bundle or array; None for anything else."""
    if isinstance(document, list):
        return document
    if document.get("resourceType") == "Bundle":
        return [entry["resource"] for entry in document["entry"]]
    return [document] if document.get("resourceType") else None


# ---------------------------------------------------------------- changes of the document


def keys_backwards(document: Json) -> Json:
    if isinstance(document, dict):
        return {key: keys_backwards(document[key]) for key in reversed(document)}
    return [keys_backwards(item) for item in document] if isinstance(document, list) else document


def lists_backwards(document: Json) -> Json:
    for item in walk(document):
        for key in LISTS_WITHOUT_ORDER:
            if isinstance(item.get(key), list):
                item[key].reverse()
    return document[::-1] if isinstance(document, list) else document


def doses_times(factor: Decimal, unit: str) -> Change:
    def change(document: Json) -> Json:
        for item in walk(document):
            for key in ("doseQuantity", "doseRange", "maxDosePerAdministration", "numerator"):
                for quantity in walk(item.get(key)):
                    if quantity.get("code") == "mg" and isinstance(quantity["value"], (int, Decimal)):
                        quantity.update(value=quantity["value"] * factor, unit=unit, code=unit)
        return document

    return change


def mcg_without_a_code(document: Json) -> Json:
    doses_times(Decimal(1000), "mcg")(document)
    for item in walk(document):
        if item.get("code") == "mcg":
            del item["system"], item["code"]
    return document


def tablets_to_mg(document: Json) -> Json:
    for order in walk(document):
        medication = order.get("medicationCodeableConcept") or order.get("productCodeableConcept") or {}
        strength = STRENGTHS.get(medication.get("coding", [{}])[0].get("code", ""))
        for quantity in walk(order.get("dosageInstruction", order.get("dosage"))) if strength else ():
            if quantity.get("code") == "{tablet}":
                quantity.update(value=quantity["value"] * strength, unit="mg", code="mg")
    return document


def absolute_references(document: Json) -> Json:
    for item in walk(document):
        reference = item.get("reference")
        if isinstance(reference, str) and reference.split("/")[0].isalpha() and reference.count("/") == 1:
            item["reference"] = BASE + reference
    return document


def urn_references(document: Json) -> Json:
    if not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        return document
    urns = {}
    for number, entry in enumerate(document["entry"]):
        if "fullUrl" in entry or "id" not in entry["resource"]:
            return document
        entry["fullUrl"] = f"urn:uuid:00000000-0000-4000-8000-{number:012d}"
        urns[f"{entry['resource']['resourceType']}/{entry['resource']['id']}"] = entry["fullUrl"]
    for item in walk(document):
        if isinstance(item.get("reference"), str):
            item["reference"] = urns.get(item["reference"], item["reference"])
    return document


def in_r5(document: Json) -> Json:
    for item in walk(document):
        if item.get("resourceType") == "MedicationRequest":
            _order_in_r5(item)
        elif item.get("resourceType") == "RequestGroup":
            item["resourceType"] = "RequestOrchestration"
        elif item.get("resourceType") == "Medication":
            for part in item.get("ingredient", ()):
                part["item"] = {"concept": part.pop("itemCodeableConcept")}
                if "strength" in part:
                    part["strengthRatio"] = part.pop("strength")
        for dosage in (*item.get("dosageInstruction", ()), *item.get("dosage", ())):
            if "asNeededBoolean" in dosage:
                dosage["asNeeded"] = dosage.pop("asNeededBoolean")
            if "asNeededCodeableConcept" in dosage:
                dosage["asNeededFor"] = [dosage.pop("asNeededCodeableConcept")]
            if isinstance(dosage.get("maxDosePerPeriod"), dict):
                dosage["maxDosePerPeriod"] = [dosage["maxDosePerPeriod"]]
    return document


def _order_in_r5(order: Json) -> None:
    if "medicationCodeableConcept" in order:
        order["medication"] = {"concept": order.pop("medicationCodeableConcept")}
    if "medicationReference" in order:
        order["medication"] = {"reference": order.pop("medicationReference")}
    reasons = [{"concept": r} for r in order.pop("reasonCode", ())]
    reasons += [{"reference": r} for r in order.pop("reasonReference", ())]
    if reasons:
        order["reason"] = reasons


CHANGES: dict[str, Change] = {
    "keys backwards": keys_backwards,
    "lists backwards": lists_backwards,
    "grams": doses_times(Decimal("0.001"), "g"),
    "micrograms": doses_times(Decimal(1000), "ug"),
    "mcg without a code": mcg_without_a_code,
    "tablets to mg": tablets_to_mg,
    "absolute references": absolute_references,
    "urn references": urn_references,
    "R5": in_r5,
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_of_the_document(change: str, tmp_path: Path) -> None:
    compare(CHANGES[change], lambda value, path: write(path, dump(value).encode()), tmp_path)


# ---------------------------------------------------------------- changes of the files


def write(path: Path, data: bytes, suffix: str = ".json") -> Path:
    target = path.with_suffix(suffix)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return target


def packed(value: Json, path: Path) -> Path:
    return write(path, gzip.compress(dump(value).encode()), ".json.gz")


def with_mark_and_returns(value: Json, path: Path) -> Path:
    return write(
        path, b"\xef\xbb\xbf\r\n\t" + dump(value, indent="\t").replace("\n", "\r\n").encode() + b"\r\n "
    )


def one_line_each(value: Json, path: Path) -> Path | None:
    found = resources(value)
    if found is None or "fullUrl" in dump(value):
        return None
    lines = [dump(r) for r in found]
    return write(path, "\n".join(lines).encode(), ".ndjson")


def packed_lines(value: Json, path: Path) -> Path | None:
    plain = one_line_each(value, path)
    return plain and write(path, gzip.compress(plain.read_bytes()), ".ndjson.gz")


def a_file_each(value: Json, path: Path) -> Path | None:
    found = resources(value)
    if found is None or "fullUrl" in dump(value):
        return None
    for number, resource in enumerate(found):
        write(path / f"{number % 3}" / f"{len(found) - number}", dump(resource).encode())
    return path


def as_a_bundle_of_one_type(value: Json, path: Path) -> Path | None:
    found = resources(value)
    if found is None or "fullUrl" in dump(value):
        return None
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": r} for r in found]}
    return write(path, dump(bundle).encode())


def as_an_array(value: Json, path: Path) -> Path | None:
    found = resources(value)
    return None if found is None or "fullUrl" in dump(value) else write(path, dump(found).encode())


Layout = Callable[[Json, Path], "Path | None"]
LAYOUTS: dict[str, Layout] = {
    "gzip": packed,
    "byte order mark, CRLF, tabs": with_mark_and_returns,
    "NDJSON": one_line_each,
    "NDJSON, gzip": packed_lines,
    "a file each": a_file_each,
    "searchset": as_a_bundle_of_one_type,
    "array": as_an_array,
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_change_of_the_files(layout: str, tmp_path: Path) -> None:
    compare(lambda value: value, LAYOUTS[layout], tmp_path, every=4)


@pytest.mark.parametrize("years", [4, 28, -4])
def test_all_dates_moved(years: int, tmp_path: Path) -> None:
    """Four years are 1461 days whatever the day, so that ages and windows stay what they are."""

    def moved(value: Json) -> Json:
        for item in walk(value):
            for key, held in item.items():
                if isinstance(held, str):
                    item[key] = later(held)
                elif isinstance(held, list):
                    item[key] = [later(x) if isinstance(x, str) else x for x in held]
        return value

    def later(text: str) -> str:
        dated = text[:2] in ("19", "20") and text[:4].isdigit() and (len(text) == 4 or text[4] == "-")
        return f"{int(text[:4]) + years}{text[4:]}" if dated else text

    as_of = AS_OF.replace(year=AS_OF.year + years)
    compare(moved, lambda value, path: write(path, dump(value).encode()), tmp_path, as_of=as_of, every=3)


def compare(change: Change, layout: Layout, tmp_path: Path, as_of: date = AS_OF, every: int = 1) -> None:
    changed, different = 0, []
    for path, document in documents(every):
        value = change(copy.deepcopy(document))
        if every == 1 and dump(value) == dump(document):
            continue
        written = layout(value, tmp_path / path.relative_to(RULES).with_suffix(""))
        if written is None:
            continue
        changed += 1
        before, after = known(path), verdict(written, as_of)
        if after != before:
            different.append((path.relative_to(RULES).as_posix(), before, after))
    assert changed >= 5, "a change that changes nothing proves nothing"
    assert not different, "\n".join(f"{name}\n  {a}\n  {b}" for name, a, b in different)


@cache
def known(path: Path) -> tuple[Any, ...]:
    return verdict(path)


# ---------------------------------------------------------------- an order in two halves


@pytest.mark.parametrize("rule", ["baclofen-max-daily-dose", "baclofen-abrupt-stop"])
def test_an_order_in_two_halves(rule: str, tmp_path: Path) -> None:
    """Two orders of half the dose at the same times are one order to the patient."""
    halved, different = 0, []
    for path, document in documents():
        if path.parent.parent.name != rule or path.parent.name == "undecided":
            continue
        halves = in_halves(copy.deepcopy(document))
        if halves is None:
            continue
        halved += 1
        written = write(tmp_path / path.name, dump(halves).encode())
        fired = [{f[0:2] for f in verdict(p)[0] if f[0] == rule} for p in (path, written)]
        if fired[0] != fired[1]:
            different.append((path.name, *fired))
    assert halved >= 20
    assert not different


def in_halves(document: Json) -> Json | None:
    found = resources(document)
    orders = [r for r in found or () if r["resourceType"] == "MedicationRequest" and r.get("subject")]
    # What is linked, capped, chosen from or given once for all is more than its dose.
    text = dump(document)
    more = (
        "intrathecal Intrathecal fullUrl RequestGroup maxDose basedOn priorPrescription option asNeededBool"
    )
    if not found or not orders or any(word in text for word in more.split(" ")):
        return None
    second = copy.deepcopy(orders)
    for order in (*orders, *second):
        for dosage in order.get("dosageInstruction", ()):
            doses = dosage.get("doseAndRate", [])
            if not doses or any("doseQuantity" not in d for d in doses):
                return None
            for dose in doses:
                dose["doseQuantity"]["value"] = dose["doseQuantity"]["value"] / Decimal(2)
    for order in second:
        order["id"] += "-half"
    everything = [*found, *second]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in everything]}
