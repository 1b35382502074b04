"""What another version of the protocols would say: what was compared, changed verdicts, examples of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orderlint.report.audit_html.change_chart import change_chart
from orderlint.report.audit_html.change_kinds import KINDS, STATES, by_rule
from orderlint.report.audit_html.draw import Drawer
from orderlint.report.audit_html.overview import STATUS
from orderlint.report.audit_html.words import MINUS, anchor, count, share, table, words

MOST = 100  # rows of a table
FIRST = 3  # examples that are seen at once
_ID = re.compile(r"[A-Z][A-Za-z]{3,63}/[A-Za-z0-9._\-]{1,64}|urn:(?:uuid|oid):[0-9a-f.\-]{1,64}")
_NO_ID = "an order without a plain id"

Sheets = Mapping[tuple[str, str, str], str]
"""Order, drug and rule → the fingerprint of the finding that the page has in full."""


def wanted(changes: Mapping[str, Any] | None) -> frozenset[tuple[str, str, str]]:
    """Order, drug and rule of the examples that are seen at once: their findings are to be on the page."""
    rows = changes["changes"][:MOST] if changes else ()
    return frozenset((*_parts(name), one["rule"]) for one in rows for name in one["shown"][:FIRST])


def changes_section(
    changes: Mapping[str, Any], baseline: Mapping[str, Any], sheets: Sheets, drawer: Drawer
) -> Iterator[str]:
    """``changes`` and ``baseline`` are those of report.json."""
    found = by_rule(changes["changes"])
    yield (
        '<section id="changes"><h2>Changes against the baseline</h2>\n<p>Every order was judged twice: by '
        "the protocols of this run, of which the rest of this page tells, and by the baseline given with "
        "--compare. “Newly” is what this run says and the baseline does not. Where the baseline is the "
        "version to come, read it the other way round.</p>\n"
    )
    yield f"{_versions(baseline)}{_lead(changes, baseline, found)}"
    if found:
        yield change_chart(found, drawer)
        yield f"{_rules(found, baseline)}{_orders(changes['changes'], sheets)}"
    yield (
        '<p class="soft">A verdict is what one rule says of one drug of an order, before suppressions: an '
        "order with two drugs of a rule has two. Of several clauses of a rule the worst counts. A finding of "
        "the same severity, but on another figure or for another reason, is no change here; "
        "<code>orderlint protocols diff</code> says which limits differ.</p></section>\n"
    )


def _versions(baseline: Mapping[str, Any]) -> str:
    rows = [
        [
            f"{words(one['title'])}<br><small>{words(one['id'], 100)}</small>",
            _version(one["baseline"]),
            _version(one["now"]),
            words(one["differs"]),
        ]
        for one in baseline["protocols"][:MOST]
    ]
    said = table("What was compared", ("Protocol", "Baseline", "This run", "Difference"), rows, wide=True)
    lonely = [one["id"] for one in baseline["protocols"] if one["baseline"] is None or one["now"] is None]
    if lonely:
        said += (
            f'<p class="note"><b>On one side only: {words(", ".join(lonely))}.</b> Everything that such a '
            "protocol says counts as changed.</p>\n"
        )
    if not baseline["same_settings"]:
        said += (
            "<p>The settings that rules share (such as how old a result may be) differ as well; this may "
            "change verdicts of protocols that are the same on both sides.</p>\n"
        )
    return said


def _version(side: Mapping[str, Any] | None) -> str:
    if side is None:
        return MINUS
    review = f"; {words(side['review'])}" if side["review"] else ""
    status = words(STATUS.get(side["status"], side["status"]))
    return f"version {words(side['version'], 100)}: <b>{status}</b>{review}"


def _lead(changes: Mapping[str, Any], baseline: Mapping[str, Any], found: Mapping[str, Counter[str]]) -> str:
    orders, held = changes["orders"], baseline["orders"]
    if not held:
        return "<p>No order has a drug that a rule of either side is about: nothing could be compared.</p>\n"
    if not found:
        return f"<p><b>No verdict changes</b>, of any of {held:,} orders that a rule was held against.</p>\n"
    total: Counter[str] = sum(found.values(), Counter())
    parts = (f"{total[k.name]:,} {k.title.lower()}" for k in KINDS if total[k.name])
    alike = len(baseline["judged"].keys() - found.keys())
    rest = f" No verdict of {alike:,} other rule{'s' if alike != 1 else ''} changes." if alike else ""
    return (
        f'<p class="note"><b>{orders:,} of {held:,} orders ({share(orders, held)}) change verdict.</b> '
        f"Of their verdicts, by rule and drug, {_and(list(parts))}.{rest}</p>\n"
    )


def _and(parts: Sequence[str]) -> str:
    return " and ".join(x for x in (", ".join(parts[:-1]), parts[-1]) if x)


def _rules(found: Mapping[str, Counter[str]], baseline: Mapping[str, Any]) -> str:
    rows = []
    for rule, kinds in list(found.items())[:MOST]:
        judged = baseline["judged"].get(rule, 0)
        numbers = (count(kinds[k.name]) if kinds[k.name] else MINUS for k in KINDS)
        rows.append(
            [words(rule, 100), count(judged), *numbers, count(kinds.total()), share(kinds.total(), judged)]
        )
    head = ("Rule", "Judged", *(k.title for k in KINDS), "Changed", "Share")
    caption = f"Verdicts of each rule that change{_left(len(found), 'rules')}"
    return table(caption, head, rows, frozenset(range(1, len(head))), wide=True)


def _orders(changes: Sequence[Mapping[str, Any]], sheets: Sheets) -> str:
    rows = [
        [
            words(one["rule"], 100),
            words(STATES.get(one["before"], one["before"])),
            words(STATES.get(one["after"], one["after"])),
            count(one["orders"]),
            _examples(one, sheets),
        ]
        for one in changes[:MOST]
    ]
    caption = f"Every change, with orders as examples{_left(len(changes), 'changes')}"
    return table(
        caption, ("Rule", "Baseline", "This run", "Verdicts", "Orders"), rows, frozenset((3,)), wide=True
    )


def _left(there: int, what: str) -> str:
    return f": the first {MOST} of {there:,} {what}; report.json (--out) has all" if there > MOST else ""


def _examples(one: Mapping[str, Any], sheets: Sheets) -> str:
    names = [_example(name, one["rule"], sheets) for name in one["shown"]]
    first = f'<ul class="orders">{"".join(names[:FIRST])}</ul>'
    if len(names) <= FIRST:
        return first
    of_all = f" of {one['orders'] - FIRST:,}" if one["orders"] > len(names) else ""
    return (
        f"{first}<details><summary>{len(names) - FIRST}{of_all} more</summary>"
        f'<ul class="orders">{"".join(names[FIRST:])}</ul></details>'
    )


def _example(name: str, rule: str, sheets: Sheets) -> str:
    order, drug = _parts(name)
    shown = f'<span class="id">{words(order)}</span>' if _ID.fullmatch(order) else _NO_ID
    sheet = sheets.get((order, drug, rule))
    link = f'<a href="#{anchor("f", sheet)}">{shown}</a>' if sheet is not None else shown
    return f"<li>{link} ({words(drug, 100)})</li>"


def _parts(name: str) -> tuple[str, str]:
    """Order and drug of ``MedicationRequest/1 (baclofen)``."""
    order, _, drug = name.rpartition(" (")
    return order, drug.removesuffix(")")
