"""The page of an audit: what was audited, key figures, charts, a table, and every finding in full.

Written piece by piece. It holds ``limit`` findings at most, and says how many there are in all.
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from orderlint.report.audit_html.audited import Said, audited_section, narrowed
from orderlint.report.audit_html.changes import changes_section, wanted
from orderlint.report.audit_html.draw import Drawer, vega
from orderlint.report.audit_html.gallery import Series, charts_section
from orderlint.report.audit_html.overview import STATUS, key_figures, protocols_section, rules_section
from orderlint.report.audit_html.picked import LIMIT, OF_EACH_RULE, Picked, key_of, pick
from orderlint.report.audit_html.rates import rates_section
from orderlint.report.audit_html.sheet import sheet
from orderlint.report.audit_html.table import controls, rows
from orderlint.report.audit_html.undecided import undecided_section
from orderlint.report.audit_html.words import words

_TITLE = "Medication-safety audit"
_SECTIONS = (
    ("audited", "What was audited"),
    ("protocols", "Protocols"),
    ("rules", "Rules"),
    ("undecided", "Not decided"),
    ("changes", "Changes"),
    ("rates", "Rates"),
    ("charts", "Charts"),
    ("findings", "Findings"),
    ("sheets", "Findings in full"),
)


def write(
    path_or_file: str | os.PathLike[str] | IO[str],
    *,
    tool: Mapping[str, Any],
    protocols: Sequence[Mapping[str, Any]],
    ledger: Mapping[str, int],
    summary: Mapping[str, int],
    rates: Sequence[Mapping[str, Any]],
    undecided: Mapping[str, int],
    reasons: Sequence[Mapping[str, Any]],
    covered: Mapping[str, Mapping[str, int]],
    figures: Mapping[str, Any],
    findings: Iterable[Mapping[str, Any]],
    about: Sequence[Said] = (),
    notes: Sequence[str] = (),
    changes: Mapping[str, Any] | None = None,
    baseline: Mapping[str, Any] | None = None,
    titles: Mapping[str, str] = MappingProxyType({}),
    hidden: bool = False,
    limit: int = LIMIT,
    drawer: Drawer = vega,
) -> None:
    """Write the page; where a path is given, whole or not at all. Raises OSError.

    ``findings`` are those of the JSON report, read once; ``figures`` is what
    :func:`orderlint.audit.join.figures.merge` gives; ``reasons`` say why something is undecided, and of how
    many orders; ``covered`` are the orders of covered drugs by month, prescriber and department; ``about``
    says what was audited and how; ``changes`` are verdicts that differ from those of ``baseline``, where the
    run was compared; ``titles`` say in words what a rule is about; ``hidden``: ids are replaced by hashes.
    """
    series = Series(figures)
    picked = pick(findings, limit, series.fingerprints, wanted(changes))
    series.keep(frozenset(f["fingerprint"] for f in picked.shown))

    def pieces() -> Iterator[str]:
        yield from _head(tool, compared=changes is not None)
        yield key_figures(ledger, summary, changes)
        yield narrowed(about, ledger.get("outside", 0))
        yield from (f'<p class="note">{words(note)}</p>\n' for note in notes)
        yield audited_section(about)
        yield protocols_section(protocols)
        yield rules_section(rates, undecided, titles)
        yield undecided_section(ledger, undecided, reasons)
        if changes is not None and baseline is not None:
            sheets = {key_of(f): str(f["fingerprint"]) for f in reversed(picked.shown)}
            yield from changes_section(changes, baseline, sheets, drawer)
        yield rates_section(rates, covered, undecided, hidden=hidden)
        yield from charts_section(figures, rates, series, drawer)
        versions = {p["id"]: f"{p['version']} ({STATUS.get(p['status'], p['status'])})" for p in protocols}
        yield from _findings(picked, versions, titles, series, drawer)
        yield from _foot(tool)

    if not isinstance(path_or_file, str | os.PathLike):
        for piece in pieces():
            path_or_file.write(piece)
        return
    target = Path(os.path.realpath(path_or_file))
    if target.exists() and not target.is_file():  # a device or a pipe
        with target.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces())
        return
    draft = target.with_name(f".{target.name[:100]}.{os.getpid()}.tmp")
    try:
        with draft.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _head(tool: Mapping[str, Any], *, compared: bool) -> Iterator[str]:
    style = _part("style.css")
    policy = (
        f"default-src 'none'; script-src {_hash(_part('script.js'))}; style-src {_hash(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    yield (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{_TITLE}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">'
        f"<style>{style}</style></head>\n<body>"
        '<a class="skip" href="#findings">Skip to the findings</a>\n'
    )
    shown = (s for s in _SECTIONS if compared or s[0] != "changes")
    links = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title in shown)
    yield (
        f"<header><h1>{_TITLE}</h1><p>{words(tool['name'])} {words(tool['version'])}</p>"
        f'<nav aria-label="Sections"><ul>{links}</ul></nav></header>\n<main>\n'
    )


def _findings(
    picked: Picked,
    versions: Mapping[str, str],
    titles: Mapping[str, str],
    series: Series,
    drawer: Drawer,
) -> Iterator[str]:
    yield f'<section id="findings" tabindex="-1"><h2>Findings</h2><p>{_how_many(picked)}</p>'
    if picked.shown:
        yield controls(picked)
        yield from rows(picked)
    yield '</section>\n<section id="sheets"><h2>Findings in full</h2>\n'
    for finding in picked.shown:
        chart = series.of(finding["fingerprint"], drawer)
        yield sheet(finding, versions, chart, titles.get(finding["rule"]))
    yield "</section></main>\n"


def _how_many(picked: Picked) -> str:
    shown = len(picked.shown)
    if not picked.total:
        return "There are none."
    if shown == picked.total:
        return f"All {shown:,} findings are shown here."
    return (
        f"<b>{shown:,} of {picked.total:,} findings are shown here; all are in findings.ndjson.</b> "
        f"{f'The first {OF_EACH_RULE} of every rule are here, then e' if picked.of_each else 'E'}rrors come "
        "before warnings before infos, in the order of the export."
    )


def _foot(tool: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f'<footer class="foot"><p>{words(tool["name"])} says what protocols say of orders. It is no medical '
        "device, and no finding replaces the judgement of those who treat the patient.</p>"
        "<p>No names, birth dates or identifiers of patients are on this page. Ids of resources, those of "
        "prescribers among them, ages, results and dates of orders are: handle it as you handle the "
        "export.</p></footer>\n"
    )
    yield f"<script>{_part('script.js')}</script></body></html>\n"


def _part(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
