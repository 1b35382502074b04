"""Going on with a run: only with results of the same export and options, and never two runs at once."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from orderlint.audit.job import Settings
from orderlint.audit.run import Audit
from orderlint.audit.unfinished import Begun, Busy, Unfinished
from orderlint.audit.units import Store
from orderlint.cli.audit import command
from orderlint.config import Config
from orderlint.protocols.loader import load
from tests.audit.plain import egfr, order, patient, write

DAY = date(2026, 6, 1)
FILES = ("findings.ndjson", "report.json", "summary.txt")
BEGUN = Begun({"--since": "x"}, frozenset((3,)), DAY, DAY, False)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write(
        tmp_path / "export",
        patient("a"),
        egfr("e", "a"),
        order("a1", "a", mg=30),
        order("a2", "a", authoredOn=None),
    )


def run(export: Path, out: Path, *more: str) -> tuple[int, str]:
    said = [str(export), "--out", str(out), "--no-config", "--jobs", "1", *more]
    done = CliRunner().invoke(command, said)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.fixture
def interrupt(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Run, and be interrupted when all is judged."""

    def interrupted(export: Path, out: Path, *more: str) -> Path:
        def stop(_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr("orderlint.audit.run.outcome", stop)
            assert run(export, out, *more)[0] == 130
        return out / ".orderlint-audit"

    return interrupted


def texts(out: Path) -> list[bytes]:
    return [(out / name).read_bytes() for name in FILES]


def change(export: Path) -> None:
    """Another dose, in a file of the same size and date."""
    file = export / "MedicationRequest.ndjson"
    stamp = file.stat()
    file.write_bytes(file.read_bytes().replace(b'"value": 30', b'"value": 10'))
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))


@pytest.mark.parametrize("said", [None, "", "{", "[]", "null", '{"stamp": "x", "mixed": []}', "\0" * 80])
@pytest.mark.parametrize("more", [(), ("--resume",)])
def test_results_of_nobody_knows_what_are_not_used(
    export: Path, tmp_path: Path, interrupt: Callable[..., Path], said: str | None, more: tuple[str, ...]
) -> None:
    kept = interrupt(export, tmp_path / "out") / "audit.json"
    if said is None:
        kept.unlink()
    else:
        kept.write_text(said)
    change(export)
    assert run(export, tmp_path / "fresh") == run(export, tmp_path / "out", *more)
    assert texts(tmp_path / "out") == texts(tmp_path / "fresh")


def test_without_resume_nothing_is_used(export: Path, tmp_path: Path, interrupt: Callable[..., Path]) -> None:
    interrupt(export, tmp_path / "out")
    change(export)
    run(export, tmp_path / "fresh")
    run(export, tmp_path / "out")
    assert texts(tmp_path / "out") == texts(tmp_path / "fresh")


@pytest.mark.parametrize("dated", [(), ("--as-of", "2026-06-01")])
def test_the_next_day(
    export: Path,
    tmp_path: Path,
    interrupt: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    dated: tuple[str, ...],
) -> None:
    """It goes on with the day on which it was begun."""
    whole = run(export, tmp_path / "whole", *dated)
    interrupt(export, tmp_path / "out", *dated)

    class Tomorrow(date):
        @classmethod
        def today(cls) -> date:
            return date(2099, 1, 1)

    monkeypatch.setattr("orderlint.cli.audit.date", Tomorrow)
    assert run(export, tmp_path / "out", *dated, "--resume") == whole
    assert texts(tmp_path / "out") == texts(tmp_path / "whole")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--since", "2026-01-01"), "--since changed"),
        (("--sample", "0.5", "--rule", "baclofen-start-dose"), "--rule and --sample changed"),
        (("--as-of", "2026-01-01"), "--as-of changed"),
        (("--protocol", "muscle-cramp"), "the protocols changed"),
        (("--memory", "1GB", "--no-conformance"), "--conformance and --memory changed"),
    ],
)
def test_another_option_is_named(
    export: Path, tmp_path: Path, interrupt: Callable[..., Path], more: tuple[str, ...], words: str
) -> None:
    interrupt(export, tmp_path / "out")
    status, said = run(export, tmp_path / "out", "--resume", *more)
    assert status == 2
    assert words in said
    assert "run again without --resume" in said
    assert run(export, tmp_path / "out", "--resume")[0] == 1, "what was begun is still there"


def test_another_export_is_named(export: Path, tmp_path: Path, interrupt: Callable[..., Path]) -> None:
    interrupt(export, tmp_path / "out")
    write(export, patient("b"))
    status, said = run(export, tmp_path / "out", "--resume")
    assert (status, "the export changed since" in said) == (2, True)


def test_how_it_is_told_may_change(export: Path, tmp_path: Path, interrupt: Callable[..., Path]) -> None:
    whole = run(export, tmp_path / "whole", "--fail-on", "never")
    interrupt(export, tmp_path / "out", "--jobs", "2")
    assert run(export, tmp_path / "out", "--resume", "--fail-on", "never") == whole


@pytest.mark.parametrize(("before", "now"), [(True, False), (False, True)])
def test_a_page_may_be_asked_for_later_or_no_more(
    export: Path, tmp_path: Path, before: bool, now: bool
) -> None:
    def audit(state: str, figures: bool, resume: bool) -> Any:
        settings = Settings(DAY, DAY, figures=figures)
        one = Audit([str(export)], load((), ()), Config(), settings, tmp_path / state)
        one.begin(resume)
        outcome = one.run(lambda *_: None)
        one.unfinished.close()
        return outcome.summary["figures"], [text for text, _ in outcome.rows]

    first = audit("state", before, False)
    later = audit("state", now, True)
    assert later[1] == first[1]
    assert not now or later[0] == audit("other", now, False)[0]
    assert not now or later[0]


def test_a_result_that_was_cut_off_is_made_again(
    export: Path, tmp_path: Path, interrupt: Callable[..., Path]
) -> None:
    """As after a power failure."""
    whole = run(export, tmp_path / "whole")
    state = interrupt(export, tmp_path / "out")
    results = [p for p in state.iterdir() if "-" in p.name]
    assert len(results) > 3
    for n, path in enumerate(results):
        data = path.read_bytes()
        path.write_bytes((data[:-1], b"", b"\0" * len(data), data[:10])[n % 4])
    assert run(export, tmp_path / "out", "--resume") == whole
    assert texts(tmp_path / "out") == texts(tmp_path / "whole")


def test_one_run_at_a_time(export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orderlint.audit.unfinished._PATIENCE", 0.0)
    other = Unfinished(tmp_path / "out" / ".orderlint-audit")
    other.open()
    other.note(BEGUN)
    for more in ((), ("--resume",)):
        status, said = run(export, tmp_path / "out", *more)
        assert status == 2
        assert "another audit is at work in the folder of --out" in said
    assert other.begun() == BEGUN, "nothing was taken away"
    with pytest.raises(Busy):
        Unfinished(tmp_path / "out" / ".orderlint-audit").open()
    other.remove()
    assert run(export, tmp_path / "out")[0] == 1


def test_it_is_for_its_owner_only(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o755)
    kept = Unfinished(state)
    kept.open()
    kept.note(BEGUN)
    Store(state).write("orders-1", {}, {})
    assert state.stat().st_mode & 0o777 == 0o700
    assert {p.name: p.stat().st_mode & 0o077 for p in state.iterdir()} == {
        "audit.json": 0,
        "lock": 0,
        "orders-1": 0,
    }
    kept.remove()
    assert not state.exists()


def test_what_the_results_were_made_of_goes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that whatever a kill leaves is known, or cleared away."""
    kept = Unfinished(tmp_path / "state")
    kept.open()
    kept.note(BEGUN)
    for n in range(3):
        Store(tmp_path / "state").write(f"orders-{n}", {}, {})
    (tmp_path / "state" / "folder").mkdir()
    gone: list[str] = []
    unlink = Path.unlink
    monkeypatch.setattr(
        Path, "unlink", lambda path, **more: (gone.append(path.name), unlink(path, **more))[1]
    )
    kept.clear()
    assert gone[-1] == "audit.json"
    assert len(gone) == 4
    assert [p.name for p in (tmp_path / "state").iterdir()] == ["lock"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("")
    (tmp_path / "state").symlink_to(tmp_path / "precious")
    with pytest.raises(OSError, match="it is a link"):
        Unfinished(tmp_path / "state").open()
    assert (tmp_path / "precious" / "file").exists()


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    kept = Unfinished(tmp_path / "state")
    kept.open()
    assert kept.begun() is None
    kept.note(BEGUN)
    assert kept.begun() == BEGUN
    assert "x" in json.loads((tmp_path / "state" / "audit.json").read_text())["parts"].values()
    shutil.rmtree(tmp_path / "state")
