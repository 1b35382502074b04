"""The vocabulary: units and codes the engine knows, no phrase twice, no drug."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import orderlint.dosing.text as room
from orderlint.dosing import units
from orderlint.dosing.text.lexicon import lexemes
from orderlint.dosing.text.tokens import tokens

_DATA = Path(room.__file__).with_name("data") / "words.csv"
ROWS = list(csv.DictReader(_DATA.open(encoding="utf-8", newline="")))
_WHEN = {*"MORN NOON AFT EVE NIGHT HS WAKE CM CD CV ACM ACD ACV PCM PCD PCV C AC PC".split()}  # noqa: SIM905


def test_no_phrase_twice() -> None:
    phrases = [row["phrase"].replace("-", " ") for row in ROWS]
    assert len(phrases) == len(set(phrases))


def test_units_are_known_to_the_engine() -> None:
    for row in ROWS:
        if row["role"] in ("mass", "volume", "form", "activity", "body", "span"):
            assert units.dimension(row["meaning"]), row
            assert units.canonical(row["phrase"]) in (None, row["meaning"]), row


def test_meanings_have_the_shape_of_their_role() -> None:
    for row in ROWS:
        if row["role"] in ("number", "count"):
            assert Fraction(row["meaning"]) > 0
        elif row["role"] == "freq":
            count, period, unit = row["meaning"].split()
            assert int(count) > 0 and int(period) > 0 and unit in ("d", "wk")
        elif row["role"] in ("when", "general"):
            assert row["meaning"] in _WHEN


def test_routes_are_classes_of_terminology() -> None:
    table = Path(room.__file__).parents[2] / "terminology" / "data" / "route_words.csv"
    classes = {row["route"] for row in csv.DictReader(table.open(encoding="utf-8", newline=""))}
    assert {row["meaning"] for row in ROWS if row["role"] == "route"} <= classes


def test_every_phrase_is_one_lexeme() -> None:
    for row in ROWS:
        found = lexemes(tokens(row["phrase"]))
        assert [lexeme.role for lexeme in found] == [row["role"]], row
        assert found[0].meaning == row["meaning"]


def test_no_drug_names() -> None:
    table = Path(room.__file__).parents[2] / "terminology" / "data"
    names: set[str] = set()
    for path in sorted(table.glob("drug*.csv")):
        for row in csv.DictReader(path.open(encoding="utf-8", newline="")):
            names |= {
                str(value).lower()
                for key, value in row.items()
                if key in ("name", "ingredient", "brand", "phrase")
            }
    assert not names & {row["phrase"] for row in ROWS}
