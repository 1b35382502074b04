"""``orderlint check`` from outside: the table of exit statuses, and words instead of tracebacks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
UCUM = "http://unitsofmeasure.org"


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def environment(cache_folder: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("ORDERLINT_DEBUG", "FORCE_COLOR")}
    return kept | {"ORDERLINT_CACHE_DIR": str(cache_folder), "COLUMNS": "100"}


class Orderlint:
    """The command in a folder of its own, as a process: what a shell or a CI step sees."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment

    def __call__(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "orderlint", *arguments],
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
        assert "internal error" not in done.stderr, done.stderr
        return done

    def shell(self, script: str) -> subprocess.CompletedProcess[str]:
        """A line of bash in which ``orderlint`` is the command."""
        return subprocess.run(
            ["bash", "-c", f'orderlint() {{ "{sys.executable}" -m orderlint "$@"; }}\n{script}'],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def holds(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def order(milligrams: int) -> str:
    """A template of baclofen three times a day for ten days, with a word on the kidneys."""
    return json.dumps(
        {
            "resourceType": "MedicationRequest",
            "id": "one",
            "status": "active",
            "intent": "order",
            "authoredOn": "2026-03-01",
            "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": "197391"}]},
            "dosageInstruction": [
                {
                    "timing": {
                        "repeat": {
                            "boundsPeriod": {"start": "2026-03-01", "end": "2026-03-10"},
                            "frequency": 3,
                            "period": 1,
                            "periodUnit": "d",
                        }
                    },
                    "doseAndRate": [
                        {"doseQuantity": {"value": milligrams, "unit": "mg", "system": UCUM, "code": "mg"}}
                    ],
                }
            ],
            "note": [{"text": "Renal impairment: see the table."}],
        },
        indent=2,
    )


GOOD, BAD = order(5), order(40)
RULE = "baclofen-max-daily-dose"


@pytest.fixture
def orderlint(tmp_path: Path, environment: dict[str, str]) -> Orderlint:
    command = Orderlint(tmp_path, environment)
    command.holds("good.json", GOOD)
    command.holds("bad.json", BAD)
    command.holds("broken.json", '{"resourceType": "Patient",')
    return command


def only(*arguments: str) -> tuple[str, ...]:
    """Of all rules the one that these tests are about: they are not about rules."""
    return ("check", "--rule", RULE, *arguments)


# ---------------------------------------------------------------- the table


def test_0_where_nothing_is_wrong(orderlint: Orderlint) -> None:
    done = orderlint(*only("good.json"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 assessed" in done.stdout


def test_1_where_there_is_an_error(orderlint: Orderlint) -> None:
    done = orderlint(*only("good.json", "bad.json"))
    assert done.returncode == 1
    assert f"error[{RULE}]" in done.stdout
    assert "bad.json:" in done.stdout


def test_2_where_an_input_is_no_json_and_the_others_are_still_reported(orderlint: Orderlint) -> None:
    done = orderlint(*only("bad.json", "broken.json"))
    assert done.returncode == 2, "2 wins over 1"
    assert f"error[{RULE}]" in done.stdout
    assert "invalid-json" in done.stdout


@pytest.mark.parametrize("flag", ["--allow-empty", "--fail-on=never"])
def test_2_for_what_could_not_be_read_whatever_the_options(orderlint: Orderlint, flag: str) -> None:
    assert orderlint(*only("broken.json", flag)).returncode == 2


def test_2_for_a_path_that_is_not_there(orderlint: Orderlint) -> None:
    done = orderlint(*only("good.json", "nowhere.json"))
    assert done.returncode == 2
    assert "no such file" in done.stdout
    assert "1 assessed" in done.stdout


@pytest.mark.parametrize("made_of", ["nothing", "no FHIR"])
def test_2_where_nothing_matched_unless_that_is_allowed(orderlint: Orderlint, made_of: str) -> None:
    (orderlint.folder / "empty").mkdir()
    if made_of == "no FHIR":
        orderlint.holds("empty/package.json", '{"name": "x"}')
    done = orderlint(*only("empty"))
    assert done.returncode == 2
    assert "no FHIR resource was found" in done.stderr
    assert orderlint(*only("empty", "--allow-empty")).returncode == 0


@pytest.mark.parametrize(
    ("fail_on", "status"), [("error", 1), ("warning", 1), ("info", 1), ("never", 0)], ids=str
)
def test_fail_on(orderlint: Orderlint, fail_on: str, status: int) -> None:
    assert orderlint(*only("bad.json", "--fail-on", fail_on)).returncode == status


def test_fail_on_counts_what_is_at_or_above_it(orderlint: Orderlint) -> None:
    orderlint.holds(
        "late.toml", f'[[suppress]]\nrule = "{RULE}"\nresource = "X/1"\nreason = "r"\nexpires = 2020-01-01\n'
    )
    given = only("good.json", "--config", "late.toml")
    assert orderlint(*given).returncode == 0, "a warning is below an error"
    assert orderlint(*given, "--fail-on", "warning").returncode == 1
    assert orderlint(*given, "--fail-on", "info").returncode == 1


@pytest.mark.parametrize("name", ["text", "json", "sarif"])
def test_no_format_changes_a_status(orderlint: Orderlint, name: str) -> None:
    for file, status in (("good.json", 0), ("bad.json", 1), ("broken.json", 2)):
        assert orderlint(*only(file, "--format", name)).returncode == status


# ---------------------------------------------------------------- reports


def test_several_formats_in_one_run(orderlint: Orderlint) -> None:
    done = orderlint(
        *only("bad.json", "--format", "sarif:out.sarif", "--format", "json", "--format", "text:out.txt")
    )
    assert done.returncode == 1
    assert [f["rule"] for f in json.loads(done.stdout)["findings"]] == [RULE]
    sarif = json.loads((orderlint.folder / "out.sarif").read_text(encoding="utf-8"))
    assert sarif["runs"][0]["results"][0]["ruleId"] == RULE
    assert RULE in (orderlint.folder / "out.txt").read_text(encoding="utf-8")


def test_2_where_a_report_can_not_be_written_and_the_others_are(orderlint: Orderlint) -> None:
    done = orderlint(*only("good.json", "--format", "json:nowhere/out.json", "--format", "text"))
    assert done.returncode == 2
    assert "cannot write the json report" in done.stderr
    assert "1 assessed" in done.stdout


@pytest.mark.parametrize(
    ("formats", "words"),
    [
        (["jsn"], "did you mean 'json'"),
        (["json:"], "names no file"),
        (["json", "text"], "both go to standard output"),
        (["json:a", "sarif:a"], "both go to a"),
    ],
)
def test_2_for_formats_that_can_not_be_meant(orderlint: Orderlint, formats: list[str], words: str) -> None:
    done = orderlint(*only("good.json", *(f"--format={f}" for f in formats)))
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error(orderlint: Orderlint) -> None:
    orderlint.holds(
        "many.ndjson", "".join(json.dumps({**json.loads(BAD), "id": f"o{n}"}) + "\n" for n in range(300))
    )
    done = orderlint.shell(f"orderlint check --rule {RULE} many.ndjson | head -1; echo ${{PIPESTATUS[0]}}")
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"error[{RULE}]")
    assert lines[-1] == "1", "the status is that of the run"
    assert done.stderr == ""


def test_standard_output_that_is_closed_or_full(orderlint: Orderlint) -> None:
    done = orderlint.shell(f"orderlint check --rule {RULE} good.json >&-")
    assert done.returncode == 2
    assert "standard output is closed" in done.stderr
    if Path("/dev/full").exists():
        done = orderlint.shell(f"orderlint check --rule {RULE} good.json > /dev/full")
        assert (done.returncode, "cannot write the text report" in done.stderr) == (2, True), done.stderr
        assert len(done.stderr.splitlines()) == 1, done.stderr


def test_standard_output_that_knows_no_unicode(orderlint: Orderlint) -> None:
    orderlint.environment["PYTHONIOENCODING"] = "ascii"
    done = orderlint(*only("bad.json"))
    assert (done.returncode, RULE in done.stdout) == (1, True)


# ---------------------------------------------------------------- standard input


def test_standard_input(orderlint: Orderlint) -> None:
    assert orderlint(*only("-"), stdin=GOOD).returncode == 0
    done = orderlint(*only("-"), stdin=BAD)
    assert done.returncode == 1
    assert "<stdin>:" in done.stdout
    assert orderlint(*only("-"), stdin="").returncode == 2


def test_standard_input_that_can_not_be_read(orderlint: Orderlint) -> None:
    done = orderlint.shell(f"orderlint check --rule {RULE} bad.json - <&-")
    assert done.returncode == 2, done.stderr
    assert "standard input can't be read" in done.stderr
    assert "Traceback" not in done.stderr
    assert RULE in done.stdout, "the others are still reported"


# ---------------------------------------------------------------- usage, configuration, protocols


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check"], "name at least one file"),
        (
            ["check", "good.json", "--rule", "baclofen-max-daily-doze"],
            "did you mean 'baclofen-max-daily-dose'",
        ),
        (["check", "good.json", "--protocol", "none"], "no protocol has this id"),
        (["check", "good.json", "--protocols", "nowhere"], "no such protocol file"),
        (["check", "good.json", "--config", "nowhere.toml"], "can't be read"),
        (["check", "good.json", "--as-of", "yesterday"], "is not a date like 2026-03-31"),
        (["check", "good.json", "--fail-on", "often"], "often"),
        (["check", "good.json", "--no-such-option"], "o such option"),
        (["chek"], "o such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_2_for_wrong_usage(orderlint: Orderlint, arguments: list[str], words: str) -> None:
    done = orderlint(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fail-on = ", "orderlint.toml: is not TOML"),
        ('failon = "error"', "unknown key 'failon' (did you mean 'fail-on'?)"),
        ('disable = ["no-such-rule"]', "there is no rule 'no-such-rule'"),
        ('disable = ["invalid-json"]', "can't be switched off"),
        ('protocols = ["ours.yaml"]', "does not exist"),
        (f'[[suppress]]\nrule = "{RULE}"\nresource = "X/1"', "needs a reason"),
    ],
)
def test_2_for_a_broken_configuration(orderlint: Orderlint, text: str, words: str) -> None:
    orderlint.holds("orderlint.toml", text)
    done = orderlint("check", "good.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert orderlint(*only("good.json", "--no-config")).returncode == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("protocol: a\nprotocol: b\n", "ours.yaml:2:1: the key 'protocol' stands here twice"),
        ("protocol: a\nsurprise: 1\n", "surprise"),
        ("a: &x [1]\nb: *x\n", "ours.yaml:1:4: aliases are not allowed"),
        ("a: !!python/object:os.system x\n", "is not allowed"),
        ("a: [1\n", "not YAML"),
        ("", "ours.yaml"),
        ("- 1\n", "ours.yaml"),
        ("a: \x1b[31m\n", "not YAML"),
    ],
    ids=range(8),
)
def test_2_for_a_broken_protocol_file(orderlint: Orderlint, text: str, words: str) -> None:
    orderlint.holds("ours.yaml", text)
    done = orderlint(*only("good.json", "--protocols", "ours.yaml"))
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "\x1b" not in done.stderr


# ---------------------------------------------------------------- help, and the last line of defence


def test_help_and_version(orderlint: Orderlint) -> None:
    done = orderlint("--help")
    assert done.returncode == 0
    assert "check" in done.stdout
    assert "Exit status" in done.stdout
    done = orderlint("check", "-h")
    assert done.returncode == 0
    for option in ("--format", "--fail-on", "--allow-empty", "--as-of", "--protocols", "--rule", "--config"):
        assert option in done.stdout
    assert orderlint("--version").stdout.startswith("orderlint, version ")


def test_a_bug_of_ours_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from orderlint.cli import main

    def bug(**_: object) -> None:
        raise RuntimeError("a patient's name")

    monkeypatch.delenv("ORDERLINT_DEBUG", raising=False)
    monkeypatch.setattr(main.cli, "main", bug)
    with pytest.raises(SystemExit) as end:
        main.main()
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert "internal error (RuntimeError)" in said
    assert "patient" not in said
    monkeypatch.setenv("ORDERLINT_DEBUG", "1")
    with pytest.raises(RuntimeError):
        main.main()
