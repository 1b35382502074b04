"""The page in a headless browser: it runs without complaint, asks nobody, and sorts and filters."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from orderlint.report.audit_html.draw import available, vega
from orderlint.report.audit_html.page import write

from .samples import AUDIT, UNDECIDED, finding, undrawn

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium on the PATH")
FINDINGS = [finding(n, drug="drug a" if n % 2 else "drug b") for n in range(5)] + [finding(5, **UNDECIDED)]
# Beside what the tests look at, everything that makes a browser call home is off.
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--enable-logging=stderr",
    "--virtual-time-budget=2000",
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "audit.html"
    write(path, **{**AUDIT, "findings": FINDINGS, "drawer": undrawn if available() else vega})
    return path


def browse(file: Path, tmp_path: Path, state: str = "", *options: str) -> tuple[str, str]:
    """The document once the script has run, and what the browser logged."""
    assert BROWSER is not None
    done = subprocess.run(
        [BROWSER, *OPTIONS, f"--user-data-dir={tmp_path / 'profile'}", *options, f"{file.as_uri()}{state}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=90,
    )
    return done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def rows(document: str) -> list[str]:
    """The ids of the findings that the table shows, in its order."""
    body = document.split('<table id="table">')[1].split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    shown = [row for row in re.findall(r"(?s)<tr.*?</tr>", body) if 'hidden=""' not in row.split(">")[0]]
    return [re.findall(r'href="#f-0*([0-9a-f])"', row)[0] for row in shown]


def test_it_opens_without_complaint_and_asks_nobody(file: Path, tmp_path: Path) -> None:
    log = tmp_path / "net.json"
    document, said = browse(file, tmp_path, "", f"--log-net-log={log}", "--dump-dom")
    assert "CONSOLE" not in said
    assert rows(document) == ["0", "1", "2", "3", "4", "5"]
    assert document.count('aria-sort="none"') == 7
    assert ">6 of 6 findings<" in document
    addresses = re.findall(r'"url":"(https?:[^"]*|wss?:[^"]*)"', log.read_text("utf-8", "replace"))
    assert [a for a in addresses if "google" not in a] == []  # a browser's own, if any


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("#sort=measured&dir=down", "432105"),
        ("#sort=drug", "135024"),
        ("#filter=strength", "5"),
        ("#drug=drug+b&sort=measured", "024"),
        ("#severity=warning", "5"),
        ("#rule=drug-a-max-daily-dose&drug=drug%20a", "13"),
        ("#filter=%3Cimg%20src=x%20onerror=alert(1)%3E", ""),
        ("#sort=nothing&dir=sideways&rule=unknown", ""),
    ],
)
def test_a_view_can_be_sent_as_an_address(file: Path, tmp_path: Path, state: str, shown: str) -> None:
    document, said = browse(file, tmp_path, state, "--dump-dom")
    assert "CONSOLE" not in said
    assert "".join(rows(document)) == shown
    assert f">{len(shown)} of 6 findings<" in document
    if state.startswith("#sort=measured&dir=down"):
        assert re.search(r'<th[^>]*data-name="measured"[^>]*aria-sort="descending"', document)
    hidden = re.findall(r'<article id="f-0*([0-9a-f])"[^>]*hidden=""', document)
    assert set(hidden) == set("012345") - set(shown)  # paper shows the same


def test_headers_are_buttons_and_fields_have_names(file: Path, tmp_path: Path) -> None:
    document, _ = browse(file, tmp_path, "", "--dump-dom")
    head = document.split('<table id="table">')[1].split("</thead>")[0]
    assert head.count('<button type="button">') == 7
    form = document.split('<form id="filter"')[1].split("</form>")[0]
    assert len(re.findall(r"<label>[^<]+<(?:input|select) ", form)) == 4
    assert '<output id="count" role="status">' in form


def test_a_finding_can_be_opened_by_its_address(file: Path, tmp_path: Path) -> None:
    document, said = browse(file, tmp_path, f"#f-{3:032x}", "--dump-dom")
    assert "CONSOLE" not in said
    assert f'<article id="f-{3:032x}" tabindex="-1">' in document


def test_it_can_be_seen_and_printed(file: Path, tmp_path: Path) -> None:
    picture, paper = tmp_path / "page.png", tmp_path / "page.pdf"
    browse(file, tmp_path, "", "--window-size=1280,2000", f"--screenshot={picture}")
    browse(file, tmp_path, "", f"--print-to-pdf={paper}")
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture.stat().st_size > 50_000  # something is on it
    assert paper.read_bytes()[:5] == b"%PDF-"
