"""Every example, written as FHIR and read as a user's file would be, gets the verdict of its sketch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest

from orderlint.engine import Read, read_all
from orderlint.fhir.build.records import build
from orderlint.fhir.reference import Index
from orderlint.fhir.source.files import find_inputs
from orderlint.protocols.examples.as_fhir import as_fhir, written
from orderlint.protocols.examples.fhir_codes import NoForm
from orderlint.protocols.examples.record import AS_OF, FILE, record_of
from orderlint.protocols.examples.suite import Example, Suite, Suites, suites
from orderlint.protocols.examples.verdict import Said, said_of, said_of_record
from orderlint.record import Record

# What sketches say and FHIR can't, as "clause, number": why. A case that gets a form must leave the list.
NO_FORM: dict[str, str] = {}
# Where sketch and FHIR mean two things, each with its reason.
DIFFERENT: dict[str, str] = {}


@cache
def every() -> Suites:
    return suites([])


def cases() -> Iterator[tuple[Suite, Example]]:
    for suite in every().suites:
        for example in suite.examples:
            yield suite, example


def name(example: Example) -> str:
    return f"{example.clause}, {example.nth}" + (
        f", rule {example.rule + 1}" if example.rule is not None else ""
    )


def read_text(text: str) -> Read:
    return read_all(find_inputs(["-"], text.encode()))


def record_from(text: str, as_of: date) -> Record:
    """The record that holds the order an example speaks of, that order first."""
    read = read_text(text)
    assert not read.faults, read.faults
    built = build(read.resources, Index.of(read.resources), lambda _: True, as_of)
    for record in built.records:
        for order in record.orders:
            if order.resource == "MedicationRequest/1" or order.place.pointer.endswith("/contained/0"):
                others = tuple(o for o in record.orders if o is not order)
                return record._replace(orders=(order, *others))
    raise AssertionError(text)


def by_fhir(suite: Suite, example: Example) -> Said:
    as_of = date.fromisoformat(example.said["as_of"]) if "as_of" in example.said else AS_OF
    chosen = [suite.instances[n] for n in suite.speaks_of(example)]
    text = written(as_fhir(example.said))
    json.loads(text)
    return said_of_record(record_from(text, as_of), chosen, every().protocols)


def test_all_examples() -> None:
    wrong: list[str] = []
    formless: dict[str, str] = {}
    seen = 0
    for suite, example in cases():
        here = name(example)
        try:
            found = by_fhir(suite, example)
        except NoForm as why:
            formless[here] = str(why)
            continue
        seen += 1
        wanted = said_of(example, [suite.instances[n] for n in suite.speaks_of(example)], every().protocols)
        same = (found.state, found.severity) == (wanted.state, wanted.severity)
        if same == (here in DIFFERENT):
            wrong.append(f"{here}: sketch {wanted}; FHIR {found}")
    assert not wrong, "\n".join(wrong)
    assert formless == NO_FORM
    assert seen > 500


def sketch(**order: Any) -> dict[str, Any]:
    return {"verdict": "clear", "order": {"drug": "baclofen", **order}}


@pytest.mark.parametrize(
    ("example", "why"),
    [
        (sketch(dose="5 mg", times=0.5), "whole number"),
        ({**sketch(status="stopped"), "template": True}, "`status`"),
        ({**sketch(), "template": True, "with": [{"statement": "morphine"}]}, "statements"),
        ({**sketch(), "template": {"guards": {"hepatic": {"below": 3}}}}, "hepatic"),
    ],
)
def test_what_fhir_has_no_place_for_is_said(example: dict[str, Any], why: str) -> None:
    with pytest.raises(NoForm, match=why):
        as_fhir(example)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("tablet", ("{tablet}", None, "oral")),
        ("extended release oral capsule", ("{capsule}", "ER", "oral")),
        ("oral solution", ("mL", None, "oral")),
        ("transdermal patch", ("{patch}", None, "transdermal")),
        ("cream", ("g", None, "topical")),
    ],
)
def test_a_form_says_the_same_in_the_sketch_and_in_fhir(
    form: str, expected: tuple[str, str | None, str]
) -> None:
    example = sketch(form=form, route="none")
    by_sketch = record_of(example).orders[0]
    by_reader = record_from(written(as_fhir(example)), AS_OF).orders[0]
    for order in (by_sketch, by_reader):
        assert (order.dose_form, order.drugs[0].release, order.form_route) == expected


def test_the_product_of_a_sketch_has_its_form() -> None:
    order = record_of(sketch(product="baclofen 10 MG Oral Tablet", dose="1 {tablet}", times=3)).orders[0]
    assert (order.dose_form, order.form_route) == ("{tablet}", "oral")
    assert order.place.file == FILE


def test_a_form_that_nobody_knows_is_no_example() -> None:
    with pytest.raises(ValueError, match="no dose form is called 'wafer of doom'"):
        record_of(sketch(form="wafer of doom"))


def test_packing_changes_no_value() -> None:
    value = {"a": [1, {"b": "x" * 50, "c": [], "d": {}}, None], "e": {"f": {"g": ["y" * 40]}}, "h": 0.1}
    for width in (10, 40, 80, 300):
        text = written(value, width)
        assert json.loads(text) == value
    assert written(value, 300).count("\n") == 0
    assert all(len(line) <= 80 for line in written(value, 80).split("\n"))
