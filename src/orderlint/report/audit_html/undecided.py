"""What could not be decided and why, and what was not looked at: none of it is a pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orderlint.report.audit_html.words import MINUS, count, share, table, words

MOST = 50  # reasons


def undecided_section(
    ledger: Mapping[str, int], undecided: Mapping[str, int], reasons: Sequence[Mapping[str, Any]]
) -> str:
    """``undecided`` counts findings of each rule; ``reasons`` are ``rule``, ``why`` and ``orders``."""
    open_ones = ledger["unverifiable"]
    judged = ledger["assessed"] + open_ones
    return (
        '<section id="undecided"><h2>What could not be decided</h2>\n'
        f"{_lead(open_ones, judged, bool(undecided or reasons))}"
        f'<div class="split">{_by_rule(undecided)}{_why(open_ones, undecided, reasons)}</div>\n'
        f"<h3>What was not judged at all</h3><ul>{''.join(_not_judged(ledger))}</ul>{_read(ledger)}"
        "</section>\n"
    )


def _lead(orders: int, judged: int, any_at_all: bool) -> str:
    if orders:
        return (
            f'<p class="note"><b>{orders:,} of {judged:,} orders ({share(orders, judged)}) could not be '
            "verified.</b> That is no pass: of each, the drug or whether some rule is met could not be told, "
            "and that nothing else was found does not say that it is safe. Orders of drugs that no rule is "
            "about are not counted here.</p>\n"
        )
    if any_at_all:
        return '<p class="note">Some things could not be decided. That is no pass.</p>\n'
    if not judged:
        return "<p>No order was judged, so nothing was found safe either.</p>\n"
    return f"<p>Every rule that was run could be decided for all {judged:,} orders.</p>\n"


def _by_rule(undecided: Mapping[str, int]) -> str:
    if not undecided:
        return ""
    ranked = sorted(undecided.items(), key=lambda x: (-x[1], x[0]))
    body = ([words(rule), count(number)] for rule, number in ranked)
    said = table("Not decided, and therefore no pass: by rule", ("Rule", "Findings"), body, frozenset((1,)))
    return f"<div>{said}</div>"


def _why(orders: int, undecided: Mapping[str, int], reasons: Sequence[Mapping[str, Any]]) -> str:
    ranked = sorted(reasons, key=lambda r: (-r["orders"], r["rule"], r["why"]))
    body = [[words(r["rule"] or "several rules"), words(r["why"]), count(r["orders"])] for r in ranked[:MOST]]
    known = {r["rule"] for r in reasons}
    other = {rule: number for rule, number in undecided.items() if rule not in known}
    body += [[words(rule), "each of its findings says why", MINUS] for rule in sorted(other)]
    unsaid = orders - sum(r["orders"] for r in reasons) - sum(other.values())
    if unsaid > 0:  # each order has a reason or more, so this is the least that there can be
        body.append([MINUS, "not listed: the finding was left out or suppressed", f"at least {unsaid:,}"])
    if not body:
        return ""
    caption = "Why, and for how many orders; an order may have several reasons"
    if len(ranked) > MOST:
        caption += (
            f". The {MOST} most frequent of {len(ranked):,} reasons: "
            f"{len(ranked) - MOST:,} more are in report.json (--out)"
        )
    return f"<div>{table(caption, ('Rule', 'Why', 'Orders'), body, frozenset((2,)))}</div>"


def _not_judged(ledger: Mapping[str, int]) -> Iterator[str]:
    yield f"<li>{ledger['not_covered']:,} orders of drugs that no rule is about</li>"
    yield f"<li>{ledger['skipped']:,} orders that are cancelled or in error</li>"
    if ledger.get("outside"):
        yield f"<li>{ledger['outside']:,} orders outside the selection</li>"


def _read(ledger: Mapping[str, int]) -> str:
    if ledger["unreadable"]:
        return (
            f'<p class="note"><b>{ledger["unreadable"]:,} of {ledger["inputs"]:,} inputs have lines that '
            "could not be read, or could not be read at all.</b> What stands there was not judged.</p>"
        )
    return f"<p>No line that had to be parsed was broken, in any of {ledger['inputs']:,} inputs.</p>"
