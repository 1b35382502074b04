"""An audit finds what a check finds, however the export is written, and whether or not lines are skipped."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderlint.audit.sift.scanner import available
from tests.audit.exports import write
from tests.audit.running import ORDERS, about_orders, audited, checked, unnumbered

needs_scanner = pytest.mark.skipif(not available(), reason="hyperscan is not installed")


@needs_scanner
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
def test_scanning_loses_nothing_that_parsing_finds(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("export")
    write(folder, seed)
    scanned, quick = audited(folder)
    parsed, whole = audited(folder, parse_all=True)
    assert quick == whole
    assert {k: scanned[k] for k in (*ORDERS, "lines_scanned")} == {
        k: parsed[k] for k in (*ORDERS, "lines_scanned")
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
def test_audit_is_check(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("export")
    write(folder, seed)
    ledger, findings = audited(folder, parse_all=not available())
    wanted, expected = checked(folder)
    assert about_orders(findings) == about_orders(expected)
    # equal fingerprints are numbered by how many there are, and check has more about resources nobody uses
    assert set(map(unnumbered, findings)) <= set(map(unnumbered, expected))
    assert {k: ledger[k] for k in ORDERS} == {k: wanted[k] for k in ORDERS}


def test_two_workers_find_the_same(tmp_path: Path) -> None:
    write(tmp_path, 7)
    assert audited(tmp_path, jobs=2, parse_all=not available()) == audited(
        tmp_path, parse_all=not available()
    )
