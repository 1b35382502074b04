"""The pre-commit hooks, as ``pre-commit try-repo`` runs them from a clone of this working tree."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

REPO = Path(__file__).resolve().parents[1]
HOOKS = yaml.safe_load((REPO / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
SYSTEM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def run(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """git that knows nobody's settings, and a pre-commit that keeps its environments to itself."""
    home = tmp_path_factory.mktemp("home")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PRE_COMMIT"))}
    return kept | {
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "ORDERLINT_CACHE_DIR": str(home / "orderlint"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        "NO_COLOR": "1",
    }


def commit(folder: Path, environment: dict[str, str]) -> None:
    for command in (["git", "init", "-q"], ["git", "add", "-A"], ["git", "commit", "-q", "-m", "all"]):
        done = run(command, folder, environment)
        assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Path:
    """A clone with what is not committed yet: the files that git knows or would add."""
    listed = run(["git", "ls-files", "-co", "--exclude-standard", "-z"], REPO, environment)
    if listed.returncode != 0:
        pytest.skip("this is no git repository: pre-commit has nothing to clone")
    clone = tmp_path_factory.mktemp("hooks")
    for name in filter(None, listed.stdout.split("\0")):
        source, target = REPO / name, clone / name
        if source.is_file() and not name.startswith(("tests/", "fixtures/", "docs/")):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    commit(clone, environment)
    return clone


def order(milligrams: int) -> str:
    """An order template of baclofen three times a day, for a patient whom nobody knows."""
    return json.dumps(
        {
            "resourceType": "MedicationRequest",
            "id": "one",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {"coding": [{"system": SYSTEM, "code": "197391"}]},
            "dosageInstruction": [
                {
                    "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}},
                    "doseAndRate": [
                        {
                            "doseQuantity": {
                                "value": milligrams,
                                "unit": "mg",
                                "system": "http://unitsofmeasure.org",
                                "code": "mg",
                            }
                        }
                    ],
                }
            ],
            "note": [{"text": "Reduce in renal impairment: see the renal dosing table."}],
        }
    )


class Project:
    """A repository whose commits the hooks watch."""

    def __init__(self, folder: Path, hooks: Path, environment: dict[str, str]) -> None:
        self.folder, self.hooks, self.environment = folder, hooks, environment
        assert run(["git", "init", "-q"], folder, environment).returncode == 0

    def holds(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def tried(self) -> tuple[int, str]:
        """Status and output of both hooks, held against everything that is staged."""
        assert run(["git", "add", "-A"], self.folder, self.environment).returncode == 0
        command = [sys.executable, "-m", "pre_commit", "try-repo", str(self.hooks), "--verbose"]
        done = run(command, self.folder, self.environment)
        if "An unexpected error has occurred" in done.stdout and "pip" in done.stdout:
            pytest.skip("pre-commit could not install the hook: no package index can be reached")
        return done.returncode, done.stdout


@pytest.fixture
def project(tmp_path: Path, hooks: Path, environment: dict[str, str]) -> Project:
    pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    return Project(tmp_path, hooks, environment)


def test_there_is_a_hook_for_json_and_one_for_ndjson() -> None:
    ids = {hook["id"]: hook for hook in HOOKS}
    assert ids.keys() == {"orderlint", "orderlint-ndjson"}
    assert ids["orderlint"]["types"] == ["json"]
    assert "files" in ids["orderlint-ndjson"]  # pre-commit has no type for NDJSON
    assert all(hook["require_serial"] and "--allow-empty" in hook["entry"] for hook in HOOKS)


# Each try-repo installs the package anew, so there are two of them and not more.


def test_bad_orders_stop_the_commit(project: Project) -> None:
    project.holds("order.json", order(milligrams=40))
    project.holds("orders.ndjson", order(milligrams=40) + "\n")
    status, said = project.tried()
    assert status == 1, said
    json_hook, _, ndjson_hook = said.partition("orderlint (orders in NDJSON)")
    for output, file in ((json_hook, "order.json"), (ndjson_hook, "orders.ndjson")):
        assert "baclofen-max-daily-dose" in output, said
        assert file in output, said


def test_good_orders_and_json_without_fhir_pass(project: Project) -> None:
    project.holds("order.json", order(milligrams=5))
    project.holds("package.json", '{"name": "no-fhir", "version": "1.0.0"}')
    project.holds("orders.ndjson", order(milligrams=5) + "\n")
    status, said = project.tried()
    assert status == 0, said
    assert said.count("1 assessed") == 2, said
    assert "2 inputs" in said, said  # package.json was looked at, and let pass
