"""Configuration: where it is found, what it may say, and how a mistake in it is told."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from orderlint import config
from orderlint.config import Config, ConfigError
from orderlint.findings import Finding
from orderlint.record import Place
from orderlint.resources import schema_path

FULL = """\
fail-on = "warning"
protocols = ["our/*.yaml"]
select = ["a-rule", "b-rule"]
disable = ["c-rule"]
exclude = ["legacy/**"]

[[suppress]]
rule = "a-rule"
paths = ["orders/old.json"]
reason = "agreed with the ward, ticket 12"
expires = 2026-12-31

[[suppress]]
rule = "b-rule"
resource = "MedicationRequest/1"
fingerprint = "0123"
reason = "x"
expires = "soon"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(text: str, name: str = "orderlint.toml") -> Config:
    Path(name).write_text(text, encoding="utf-8")
    return config.load(Path(name))


def refused(text: str, name: str = "orderlint.toml") -> str:
    with pytest.raises(ConfigError) as error:
        load(text, name)
    return str(error.value)


def test_all_of_it(folder: Path) -> None:
    (folder / "ours").mkdir()
    found = load(FULL.replace("our/*.yaml", "ours"))
    assert found.fail_on == "warning"
    assert found.protocols == ("ours",)
    assert (found.select, found.disable, found.exclude) == (("a-rule", "b-rule"), ("c-rule",), ("legacy/**",))
    first, second = found.suppressions
    assert (first.rule, first.paths, first.expires, first.line) == (
        "a-rule",
        ("orders/old.json",),
        date(2026, 12, 31),
        7,
    )
    assert first.reason == "agreed with the ward, ticket 12"
    assert (second.resource, second.fingerprint, second.bad_date, second.line) == (
        "MedicationRequest/1",
        "0123",
        "soon",
        13,
    )
    assert not second.in_force(date(2000, 1, 1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('fail_on = "error"', "orderlint.toml:1: unknown key 'fail_on' (did you mean 'fail-on'?)"),
        ("colour = 1", "orderlint.toml:1: unknown key 'colour'"),
        (
            '\nfail-on = "fatal"',
            "orderlint.toml:2: 'fail-on' must be one of error, warning, info, never, not 'fatal'",
        ),
        ("fail-on = []", "must be one of"),
        ('exclude = "legacy"', "orderlint.toml:1: 'exclude' must be a list of texts"),
        ("exclude = [1]", "'exclude' must be a list of texts"),
        ('exclude = [""]', "'exclude' must be a list of texts"),
        ('protocols = ["none.yaml"]', "'none.yaml', which does not exist"),
        ('disable = ["Not A Rule"]', "is not the name of a rule"),
        ('disable = ["invalid-json"]', "invalid-json can't be switched off"),
        ("suppress = 1", "must be an array of tables"),
        ("suppress = [1]", "must be an array of tables"),
        ('[[suppress]]\nreason = "x"\npaths = ["a"]', "orderlint.toml:1: a suppression needs a rule"),
        ('[[suppress]]\nrule = "a"\npaths = ["a"]', "orderlint.toml:1: a suppression needs a reason"),
        (
            '[[suppress]]\nrule = "a"\nreason = " "\npaths = ["a"]',
            "orderlint.toml:3: 'reason' must be a text",
        ),
        ('[[suppress]]\nrule = "a"\nreason = "x"', "needs paths, a resource or a fingerprint"),
        ('[[suppress]]\nrule = "a"\nreason = "x"\npaths = []', "needs paths, a resource or a fingerprint"),
        (
            '[[suppress]]\nrule = "a"\nreason = "x"\npath = ["a"]',
            "orderlint.toml:4: unknown key 'path' (did you mean",
        ),
        (
            '[[suppress]]\nrule = "a"\nreason = "x"\npaths = ["a"]\nexpires = 5',
            "orderlint.toml:5: 'expires' must be",
        ),
        ('[[suppress]]\nrule = "unused-suppression"\nreason = "x"\npaths = ["a"]', "can't be switched off"),
        ("a = \n", "orderlint.toml:1: is not TOML"),
        ("a = 1\na = 2\n", "is not TOML"),
        ("expires = 2026-13-45", "is not TOML"),
        ("a = " + "[" * 100_000, "is not TOML: is nested too deeply"),
    ],
)
def test_mistakes_are_told_with_their_line(text: str, words: str) -> None:
    assert words in refused(text)


def test_a_file_that_cannot_be_read(folder: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        config.load(Path("none.toml"))
    Path("bad.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="is not UTF-8 at byte 0"):
        config.load(Path("bad.toml"))
    with pytest.raises(ConfigError, match="can't be read"):
        config.load(folder)


def test_pyproject(folder: Path) -> None:
    text = (
        '[tool.orderlint]\nfail-on = "info"\n\n[[tool.orderlint.suppress]]\nrule="a"\nreason="x"\npaths=["a"]'
    )
    found = load(text, "pyproject.toml")
    assert found.fail_on == "info"
    assert found.suppressions[0].line == 4
    assert "there is no [tool.orderlint] table" in refused("[tool.other]\n", "pyproject.toml")
    assert "must be a table" in refused("[tool]\norderlint = 1\n", "pyproject.toml")


def test_the_nearest_upwards(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = folder / "a" / "b"
    deep.mkdir(parents=True)
    (folder / "orderlint.toml").write_text('fail-on = "info"\nexclude = ["x"]')
    (folder / "a" / "pyproject.toml").write_text('[project]\ndependencies = ["orderlint"]')  # says nothing
    monkeypatch.chdir(deep)
    found = config.load_config(None)
    assert (found.fail_on, found.path, found.root) == ("info", "../../orderlint.toml", "../..")
    (folder / "a" / "pyproject.toml").write_text('[tool.orderlint]\nfail-on = "never"')
    assert config.load_config(None).fail_on == "never"
    (folder / "a" / "orderlint.toml").write_text("")
    assert config.load_config(None) == Config(path="../orderlint.toml", root="..")


def test_a_broken_pyproject_that_may_mean_us_is_an_error(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.orderlint\n")
    with pytest.raises(ConfigError, match=r"pyproject\.toml:1: is not TOML"):
        config.find(folder)


def test_globs_count_from_the_folder_of_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "orderlint.toml").write_text('[[suppress]]\nrule="a"\nreason="x"\npaths=["sub/o.json"]')
    (folder / "sub").mkdir()
    monkeypatch.chdir(folder / "sub")
    (suppression,) = config.load_config(None).suppressions
    finding = Finding("a", "error", "m", None, Place("o.json", ""), None)
    assert suppression.covers(finding)
    assert not suppression.covers(finding._replace(place=Place("sub/o.json", "")))


def test_none_at_all() -> None:
    assert config.no_configuration() == Config()


def test_unknown_rules_are_refused_once_the_rules_are_known() -> None:
    found = load('[[suppress]]\nrule = "drug-a-maximum"\nreason = "x"\npaths = ["a"]')
    config.check_rules(found, ["drug-a-maximum"])
    with pytest.raises(
        ConfigError, match=r"orderlint.toml:1: there is no rule 'drug-a-maximum' \(did you mean 'drug-a-max'"
    ):
        config.check_rules(found, ["drug-a-max", "b"])
    with pytest.raises(ConfigError, match="'disable': there is no rule 'zzz'"):
        config.check_rules(Config(disable=("zzz",)), ["a"])


def test_the_schema_knows_the_same_keys() -> None:
    schema = json.loads(schema_path("config.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    assert set(schema["properties"]) == set(config.KEYS)
    assert set(schema["properties"]["suppress"]["items"]["properties"]) == set(config.SUPPRESS_KEYS)
    assert schema["properties"]["fail-on"]["enum"] == list(config.FAIL_ON)
    document = json.loads(json.dumps(tomllib.loads(FULL), default=str))
    validator.validate(document)
    del document["suppress"][0]["paths"]
    assert not validator.is_valid(document)
