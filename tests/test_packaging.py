"""What is installed: the data, the schemas, the licences, and nothing that nobody imports."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]
IMPORTED_AS = {"PyYAML": "yaml", "fhir.resources": "fhir.resources"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in the wheel that is built of this tree, without a network."""
    pytest.importorskip("build", reason="the package build is not installed (extra: dev)")
    pytest.importorskip("hatchling", reason="hatchling is not installed: a build would need the network")
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(REPO)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = folder.glob("*.whl")
    with zipfile.ZipFile(file) as archive:
        return archive.namelist()


def test_the_wheel_holds_every_file_of_the_package(wheel: list[str]) -> None:
    """A line of .gitignore can keep a folder of sources out of the wheel: it did so once."""
    source = REPO / "src"
    wanted = {
        path.relative_to(source).as_posix()
        for path in (source / "orderlint").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert wanted - set(wheel) == set()


def test_the_wheel_holds_schemas_and_licences(wheel: list[str]) -> None:
    for schema in (REPO / "schemas").glob("*.json"):
        assert f"orderlint/schemas/{schema.name}" in wheel
    assert {Path(name).name for name in wheel if ".dist-info/licenses/" in name} == {"LICENSE", "NOTICE"}


def test_nothing_of_the_sources_is_ignored_by_git() -> None:
    files = [p.as_posix() for p in (REPO / "src").rglob("*") if p.is_file() and p.suffix != ".pyc"]
    done = subprocess.run(
        ["git", "check-ignore", "--stdin"],
        cwd=REPO,
        input="\n".join(files),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 128:
        pytest.skip("this is no git repository")
    assert done.stdout == ""


def test_every_dependency_is_imported_somewhere() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in (REPO / "src").rglob("*.py"))
    for requirement in PROJECT["dependencies"]:
        name = re.split(r"[<>=!~\[; ]", requirement)[0]
        module = re.escape(IMPORTED_AS.get(name, name.replace("-", "_")))
        # as a statement, or by name: import_module("fhir.resources...")
        found = re.search(rf"^\s*(?:import|from) {module}\b|\"{module}[.\"]", text, re.MULTILINE)
        assert found, f"{name} is a dependency, and nothing imports it"


def test_the_versions_agree() -> None:
    from orderlint import __version__

    assert PROJECT["version"] == __version__
