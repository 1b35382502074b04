"""Which files a run reads, in which order, and what it says of the rest."""

from __future__ import annotations

import os
from itertools import permutations
from pathlib import Path

import pytest

from orderlint.fhir.source.files import Input, find_inputs, shown
from orderlint.record import InputFault


def names(found: list[Input | InputFault]) -> list[str]:
    return [item.name for item in found if isinstance(item, Input)]


def faults(found: list[Input | InputFault]) -> list[tuple[str, str]]:
    return [(item.place.file, item.message) for item in found if isinstance(item, InputFault)]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in (
        "orders/b.json", "orders/a.ndjson", "orders/Z.JSON", "orders/deep/c.jsonl.gz", "orders/readme.md",
        "orders/.git/x.json", "orders/.hidden.json", "orders/node_modules/y.json", "orders/.venv/z.json",
        "plain",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    return tmp_path


def test_folders_are_walked_and_what_is_hidden_passed_over(tree: Path) -> None:
    expected = ["orders/Z.JSON", "orders/a.ndjson", "orders/b.json", "orders/deep/c.jsonl.gz"]
    assert names(find_inputs(["orders"])) == expected
    assert names(find_inputs(["./orders/"])) == expected
    assert names(find_inputs(["."])) == expected
    assert names(find_inputs([str(tree / "orders")])) == [str(tree / name) for name in expected]


def test_a_hidden_folder_or_odd_name_given_outright_is_read(tree: Path) -> None:
    assert names(find_inputs(["orders/.git", "plain", "orders/readme.md"])) == [
        "orders/.git/x.json", "orders/readme.md", "plain",
    ]  # fmt: skip


def test_every_file_once_in_the_same_order_whatever_the_arguments(tree: Path) -> None:
    given = ["orders", "orders/b.json", str(tree / "orders" / "b.json"), "plain", "orders/deep"]
    results = {tuple(find_inputs(order)) for order in permutations(given)}
    assert len(results) == 1
    (only,) = results
    assert (
        len({os.path.realpath(item.path or "") for item in only if isinstance(item, Input)}) == len(only) == 5
    )


def test_stdin(tree: Path) -> None:
    assert find_inputs(["-", "-"], b"[]") == [Input("-", None, b"[]")]


def test_what_is_missing_is_a_fault_beside_the_others(tree: Path) -> None:
    found = find_inputs(["nowhere.json", "plain", "plain/", "", "a\0b"])
    assert names(found) == ["plain"]
    assert faults(found) == [
        ("", "no such file or folder"),
        ("a\0b", "cannot be read: no file can have this name"),
        ("nowhere.json", "no such file or folder"),
        ("plain", "cannot be read: Not a directory"),
    ]
    assert {item.rule for item in found if isinstance(item, InputFault)} == {"invalid-json"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_and_devices_never_hang(tree: Path) -> None:
    os.mkfifo("orders/pipe.json")
    assert ("orders/pipe.json", "not a regular file; use - for standard input") in faults(
        find_inputs(["orders"])
    )
    assert faults(find_inputs(["orders/pipe.json", "/dev/null"])) == [
        ("/dev/null", "not a regular file; use - for standard input"),
        ("orders/pipe.json", "not a regular file; use - for standard input"),
    ]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_folder_without_permission(tree: Path) -> None:
    Path("orders/deep").chmod(0)
    try:
        assert ("orders/deep", "no permission to read it") in faults(find_inputs(["orders"]))
    finally:
        Path("orders/deep").chmod(0o755)


def test_links_are_followed_once_and_loops_end(tree: Path) -> None:
    Path("outside").mkdir()
    Path("outside/o.json").write_text("{}")
    Path("outside/back").symlink_to(tree / "orders", target_is_directory=True)
    Path("orders/loop").symlink_to(tree / "orders", target_is_directory=True)
    Path("orders/up").symlink_to(tree, target_is_directory=True)
    Path("orders/deep/out").symlink_to(tree / "outside", target_is_directory=True)
    Path("orders/again").symlink_to(tree / "outside", target_is_directory=True)
    Path("orders/a.json").symlink_to(tree / "orders" / "b.json")
    Path("orders/gone.json").symlink_to("nothing")
    Path("orders/self.json").symlink_to("self.json")
    found = find_inputs(["orders"])
    assert names(found) == [
        "orders/Z.JSON", "orders/a.ndjson", "orders/again/o.json", "orders/b.json", "orders/deep/c.jsonl.gz",
    ]  # fmt: skip
    (gone, loop) = faults(found)
    assert gone == ("orders/gone.json", "no such file or folder")
    assert loop[0] == "orders/self.json"


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_names_can_always_be_written_as_utf8(tree: Path) -> None:
    Path(os.fsdecode(b"orders/\xff.json")).write_text("{}")
    found = [name for name in names(find_inputs(["orders"])) if "xff" in name]
    assert found == ["orders/\\xff.json"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("./a//b.json", "a/b.json"),
        ("../a.json", "../a.json"),
        ("/a/./b/", "/a/b"),
        (".", "."),
        ("", ""),
        ("/", "/"),
    ],
)
def test_names_are_paths_as_given(path: str, name: str) -> None:
    assert shown(path) == name
