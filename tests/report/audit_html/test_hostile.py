"""Whatever text an export or a protocol file holds, the page stays a page."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from orderlint.report.audit_html.draw import available, vega

from .samples import AUDIT, SCALE, SERIES, page, undrawn

NASTY = (
    "</script></style><script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)>"
    "&lt;b&gt;\x1b[31m\x00\u202eevil\u2028\u2066]]>-->javascript:alert(4) url(http://example.org/x) \ud800"
)
KEPT = {"severity", "fingerprint", "basis", "by", "status", "steps", "begins", "fault", "end", "hash"}
ELEMENTS = """
    a article b blockquote body br button caption cite code dd desc details div dl dt figcaption figure footer
    form g h1 h2 h3 head header html i input label li line link main meta nav option output p path rect script
    section select small span style summary svg table tbody td text th thead title tr ul
"""


def spoilt(value: Any, key: str = "") -> Any:
    """The same with every text replaced."""
    if isinstance(value, dict):
        return {k: v if k in KEPT else spoilt(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [spoilt(v, key) for v in value]
    return NASTY if isinstance(value, str) else value


def nasty_audit() -> dict[str, Any]:
    audit = spoilt({k: v for k, v in AUDIT.items() if k != "figures"})
    for rate, good in zip(audit["rates"], AUDIT["rates"], strict=True):
        rate["of"] = good["of"] if good["by"] == "month" else NASTY
    figures = {
        **AUDIT["figures"],
        "months": {**AUDIT["figures"]["months"], NASTY: [1, 0, 0, 0]},
        "scales": {k: spoilt(SCALE) for k in AUDIT["figures"]["scales"]},
        "series": {NASTY: [{**spoilt(SERIES), "limits": [[80, NASTY, True]]}]},
    }
    covered = {by: {NASTY: 5, f"{NASTY}2": 1} for by in ("month", "prescriber", "department")}
    return {**audit, "figures": figures, "undecided": {NASTY: 1}, "covered": covered}


class Seen(HTMLParser):
    """Every element with its attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


@pytest.mark.parametrize("real", [False, True])
def test_no_text_becomes_an_element_an_attribute_or_an_address(real: bool) -> None:
    if real and available() is not None:
        pytest.skip("vl-convert-python is not installed (extra: html)")
    text = page(**nasty_audit(), drawer=vega if real else undrawn)
    assert "alert(1)" in text  # it is shown, not dropped
    seen = Seen()
    seen.feed(text)
    assert {tag for tag, _ in seen.elements} <= set(ELEMENTS.split())
    assert [tag for tag, _ in seen.elements].count("script") == 1
    assert [tag for tag, _ in seen.elements].count("style") == 1
    for tag, attributes in seen.elements:
        assert not any(name.startswith("on") or name in ("style", "src", "srcset") for name in attributes)
        assert (attributes.get("href") or "#").startswith(("#", "data:,")), (tag, attributes)
        for name, value in attributes.items():
            assert "http" not in (value or "") or name in ("xmlns", "xmlns:xlink", "aria-label", "value"), (
                name
            )


def test_nothing_moves_the_cursor_or_turns_the_text_around() -> None:
    text = page(**nasty_audit())
    unsafe = re.findall(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", text
    )
    assert unsafe == []
    assert "\\u202e" in text
    assert "\\x1b" in text


def test_a_megabyte_of_text_does_not_make_a_megabyte_of_page() -> None:
    long = [{**AUDIT["findings"][0], "message": "x" * 10**6, "drug": "y" * 10**6, "facts": ["z" * 10**6]}]
    assert len(page(findings=long)) < 60_000


def test_the_policy_allows_only_what_is_written_there() -> None:
    text = page()
    policy = text.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    for name in ("script-src", "style-src"):
        assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", rules[name])


def test_the_page_names_no_address_of_the_network() -> None:
    rest = page().replace("http://www.w3.org/", "")
    assert not re.findall(r"(?:src|href|action)=\"(?!#|data:,)|@import|url\((?!#)", rest)
