"""Files that are searched: what is found in them, and counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orderlint.audit.export.inputs import find_sources
from orderlint.audit.job import Job, Settings
from orderlint.audit.medications import Medications
from orderlint.audit.sift.sift import Sift
from orderlint.config import Config
from tests.audit.running import DAY
from tests.audit.sift.lines import PROTOCOLS, lab, needs_both, order, sent, sift, text

pytestmark = needs_both


@pytest.mark.parametrize(
    "code", ["98979-8", " 98979-8", "98979-8 ", "\u00a098979-8", "98979-8\u2003", "\t98979-8", "98979-8\n"]
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_lab_codes_are_found_whatever_blanks_are_around_them(
    tmp_path: Path, code: str, ascii_only: bool
) -> None:
    line = json.dumps(lab(code), ensure_ascii=ascii_only).encode()
    work = sift(tmp_path, text(lab("8867-4"), line, lab("8867-4")), "facts")
    assert sent(work) == [2]
    assert work.lines == 3


def test_lines_are_counted_and_broken_ends_told(tmp_path: Path) -> None:
    whole = text(lab("8867-4")).strip()
    for end in (b"\n", b"\r\n"):
        lines = [whole, whole[:-2], b"", whole + b" ", b"[1]", whole, whole[:-9]]
        work = sift(tmp_path, end.join(lines), "facts")
        assert [line for _, line, *_ in work.faults] == [2, 5, 7]
        assert work.lines == 7
        places = [byte for _, _, _, byte, *_ in work.faults]
        assert places == [sum(len(x) + len(end) for x in lines[:n]) for n in (1, 4, 6)]


@pytest.mark.parametrize(
    "stray",
    [order(), lab("8867-4", contained=[order(id="in")]), {"note": [{"resourceType": "x"}], **order()}],
)
def test_an_order_in_a_file_of_observations_is_noticed(tmp_path: Path, stray: dict[str, Any]) -> None:
    (tmp_path / "x.ndjson").write_bytes(text(lab("8867-4"), stray))
    sources, _ = find_sources([str(tmp_path)])
    source = sources[0]._replace(type="Observation")
    job = Job((source,), PROTOCOLS, Config(), Settings(DAY, DAY), 16, Medications(()))
    work = Sift(job, source, "facts")
    assert list(work.run())
    assert work.mixed
