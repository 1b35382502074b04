"""Path globs of the configuration."""

from __future__ import annotations

import os

import pytest

from orderlint.globs import matches, relative


@pytest.mark.parametrize(
    ("glob", "yes", "no"),
    [
        ("legacy/**", ["legacy/a.json", "legacy/x/b.json"], ["new/legacy.json", "legacyx/a.json"]),
        ("legacy", ["legacy/a.json", "x/legacy/a.json", "legacy"], ["legacy.json"]),
        ("./legacy/", ["legacy/a.json"], ["a.json"]),
        ("a/legacy", ["a/legacy/b.json"], ["x/a/legacy/b.json"]),
        ("*.draft.json", ["a.draft.json", "x/b.draft.json"], ["a.json"]),
        ("orders/*.json", ["orders/a.json"], ["orders/x/a.json"]),
        ("**/a.json", ["a.json", "x/y/a.json"], ["x/ba.json"]),
        ("a/**/z", ["a/z", "a/b/c/z"], ["a/bz"]),
        ("a?.json", ["ab.json"], ["a.json", "a/.json"]),
        ("[!a]b/c", ["xb/c"], ["ab/c", "/b/c/d"]),
        ("[ab].json", ["a.json", "b.json"], ["c.json"]),
        ("a+(b).json", ["a+(b).json"], ["aab.json"]),
        ("[z-a]", ["[z-a]"], ["z"]),
        ("[", ["["], ["a"]),
        ("", [], ["a"]),
    ],
)
def test_globs(glob: str, yes: list[str], no: list[str]) -> None:
    assert [path for path in yes if not matches(path, [glob])] == []
    assert [path for path in no if matches(path, [glob])] == []


def test_relative() -> None:
    assert relative("a/b.json", "a") == "b.json"
    assert relative("b.json", "..") == f"{os.path.basename(os.getcwd())}/b.json"  # noqa: PTH109, PTH119
    assert relative("-", "a") == "-"
    assert relative("a/b.json", "") == "a/b.json"
