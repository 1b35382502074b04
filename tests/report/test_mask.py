"""What of a source line is never printed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.report.mask import hidden_spans

HIDDEN = "Zyx-Secret"


def masked(text: str) -> str:
    for start, end in reversed(hidden_spans(text)):
        text = text[:start] + "…" + text[end:]
    return text


@pytest.mark.parametrize(
    "text",
    [
        '"family": "Zyx-Secret",',
        '"given": ["A", "Zyx-Secret"]',
        '"name": [{"use": "official", "text": "Zyx-Secret"}]',
        '"name": "Zyx-Secret"',
        '"birthDate": "Zyx-Secret"',
        '"_birthDate": {"extension": [{"valueDateTime": "Zyx-Secret"}]}',
        '"subject": {"reference": "Patient/1", "display": "Zyx-Secret"}',
        '"subject": {"reference": "Patient?identifier=Zyx-Secret"}',
        '"subject": "Zyx-Secret"',
        '"identifier": [{"system": "urn:x", "value": "Zyx-Secret"}]',
        '"value": "Zyx-Secret"',
        '"telecom": [{"system": "phone", "value": "Zyx-Secret"}]',
        '"address": [{"text": "Zyx-Secret", "line": ["x"]}]',
        '"line": ["Zyx-Secret"]',
        '"div": "<div>Zyx-Secret</div>"',
        '"note": [{"text": "Zyx-Secret"}]',
        '"extension": [{"url": "urn:x", "valueString": "Zyx-Secret"}]',
        '"photo": [{"url": "Zyx-Secret"}]',
        '"fam\\u0069ly": "Zyx-Secret"',
        '"FAMILY": "Zyx-Secret"',
        '  "Zyx-Secret"\n  ],',  # an array's element, its key above
        '"display": "Zyx-Secret"',  # its object unseen
        '{"a": "x, "family": "Zyx-Secret"}',  # broken: a quote is missing
        '{"family": Zyx-Secret}',
        '{"family" "Zyx-Secret"}',
        '{"family" = "Zyx-Secret"}',
        '{"family": "Zyx-Secret',
        "<Patient><family value='Zyx-Secret'/></Patient>",
        "PID|1||Zyx-Secret",
    ],
)
def test_hidden(text: str) -> None:
    assert HIDDEN not in masked(text)
    assert "…" in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        '"doseQuantity": {"value": 40, "unit": "mg", "system": "http://unitsofmeasure.org"}',
        '"coding": [{"system": "urn:x", "code": "1", "display": "drug A 10 mg"}]',
        '"medicationReference": {"reference": "#m", "display": "drug A"}',
        '"dosageInstruction": [{"text": "40 mg three times a day", "asNeededBoolean": false}]',
        '"subject": {"reference": "Patient/1"}',
        '"when": ["AC", "PC"]',
        '"extension": [{"url": "http://example.org/x"}]',
        '"frequency": 1, "frequency": NaN',
    ],
)
def test_shown(text: str) -> None:
    assert masked(text) == text


def test_a_birth_date_of_the_wrong_type_is_hidden_too() -> None:
    assert masked('{"birthDate": 19400203}') == '{"birthDate": …}'


_scalars = st.text(max_size=8) | st.integers() | st.booleans() | st.none()
_json = st.recursive(
    _scalars, lambda c: st.lists(c, max_size=3) | st.dictionaries(st.text(max_size=5), c, max_size=3)
)


@given(_json, st.sampled_from(["name", "telecom", "identifier", "note"]), _json)
def test_hidden_wherever_it_stands_in_a_document(before: object, key: str, inside: object) -> None:
    document = json.dumps(
        {"b": before, key: [{"text": HIDDEN, "x": inside, "y": [HIDDEN]}], "z": before}, indent=1
    )
    assert HIDDEN not in masked(document)


@given(st.text(alphabet='{}[]",:\\ \na1é', max_size=60))
def test_spans_are_in_order_and_never_fail(text: str) -> None:
    end = 0
    for start, stop in hidden_spans(text):
        assert end <= start < stop <= len(text)
        assert "\n" not in text[start:stop]
        end = stop
