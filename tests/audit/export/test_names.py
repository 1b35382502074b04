"""No name of a URL lets anyone in."""

from __future__ import annotations

import pytest

from orderlint.audit.export.names import name_of, url_name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://h.example/a/b.ndjson", "https://h.example/a/b.ndjson"),
        ("http://h:8080/a@b.ndjson", "http://h:8080/a@b.ndjson"),
        ("https://user:pw@h/x.ndjson?sig=abc&x=::y#z", "https://h/x.ndjson"),
        ("https://us@er:p@w@h/x", "https://h/x"),
        ("https://user:p/w@h/x", "https://h/x"),
        ("s3://key:SECRET@b/x.ndjson", "s3://b/x.ndjson"),
        ("zip://a.ndjson::https://u:pw@h/x.zip?sig=1", "https://h/x.zip::zip://a.ndjson"),
        ("zip://a.ndjson?x::s3://u:pw@b/x.zip", "s3://b/x.zip::zip://a.ndjson"),
        ("simplecache::s3://u:pw@b/x", "s3://b/x"),
        ("http://[::1", "http://[::1"),
        ("https://user:p?w@h/x?y", "https://h/x"),
        ("http://u:pw@h", "http://h"),
    ],
)
def test_names_of_urls(url: str, name: str) -> None:
    assert url_name(url) == name_of(url) == name


def test_a_path_keeps_its_name() -> None:
    assert name_of("./a//b@c?.ndjson") == "a/b@c?.ndjson"
    assert url_name("https://h/\udcff\x1b") == "https://h/\\xff\x1b"
