"""The top of the page: key figures, the protocols with their review, and the rules with their findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orderlint.report.audit_html.words import count, share, table, words

STATUS = {"approved": "approved", "under-review": "under review", "submitted": "submitted, not reviewed"}
_HEAD = ("Findings", "Orders", "Share")
_MOST = 100  # rows of rules and drugs


def key_figures(
    ledger: Mapping[str, int], summary: Mapping[str, int], changes: Mapping[str, Any] | None = None
) -> str:
    """Findings by severity, what became of every order, and how many ``changes`` there are to a baseline."""
    orders, covered = ledger["orders"], ledger["assessed"] + ledger["unverifiable"]
    found = [
        ("error", "Errors", summary["error"], "findings"),
        ("warning", "Warnings", summary["warning"], "findings"),
        ("info", "Infos", summary["info"], "findings"),
        ("", "Orders", orders, f"in {ledger['inputs']:,} inputs"),
        ("", "Assessed", ledger["assessed"], f"of {covered:,} of covered drugs"),
        ("", "Not verifiable", ledger["unverifiable"], f"of these {covered:,}; never a pass"),
        ("", "Not covered", ledger["not_covered"], "of drugs without a rule"),
        ("", "Skipped", ledger["skipped"], "cancelled or in error"),
    ]
    if summary["suppressed"]:
        found.append(("", "Suppressed", summary["suppressed"], "findings, with reasons"))
    if ledger["unreadable"]:
        found.append(("error", "Unreadable", ledger["unreadable"], "inputs: see findings"))
    if ledger["invalid"]:
        found.append(("", "Invalid", ledger["invalid"], "resources"))
    if changes is not None:
        found.append(("", "Changed", changes["orders"], "orders, against the baseline"))
    cards = "".join(
        f'<div class="{kind}"><dt>{name}</dt><dd>{count(value)}<small>{words(more)}</small></dd></div>'
        for kind, name, value, more in found
    )
    return f'<dl class="figures">{cards}</dl>\n'


def protocols_section(protocols: Sequence[Mapping[str, Any]]) -> str:
    """Each protocol: version, review, disclaimer."""
    said = "".join(_protocol(p) for p in protocols)
    return (
        '<section id="protocols"><h2>Protocols</h2>\n'
        f'<div class="protocols">{said or "<p>None.</p>"}</div></section>\n'
    )


def _protocol(said: Mapping[str, Any]) -> str:
    status = said["status"]
    review = f"; {words(said['review'])}" if said.get("review") else ""
    disclaimer = f'<p class="soft">{words(said["disclaimer"])}</p>' if said.get("disclaimer") else ""
    return (
        f'<div class="protocol {words(status)}"><h3>{words(said.get("title") or said["id"])}</h3>'
        f"<p>{words(said['id'])}, version {words(said['version'])}: "
        f"<b>{words(STATUS.get(status, status))}</b>{review}</p>{disclaimer}</div>\n"
    )


def rules_section(
    rates: Sequence[Mapping[str, Any]], undecided: Mapping[str, int], titles: Mapping[str, str]
) -> str:
    """How many findings each rule has, for how many orders, over all and for each drug.

    Rules of ``undecided``, which only say that another rule could not be decided, come last. ``titles`` say
    in words what a rule is about.
    """
    every = sorted((r for r in rates if r["by"] == "all"), key=_rank(undecided))
    body = [[_name(r["rule"], undecided, titles), *_rate(r)] for r in every]
    said = table("Findings of each rule", ("Rule", *_HEAD), body, frozenset((1, 2, 3))) if body else ""
    more = ""
    drugs = [r for r in rates if r["by"] == "drug"]
    if drugs:
        caption = "Findings of each rule and drug, of the orders of that drug"
        if len(drugs) > _MOST:
            caption += f": the {_MOST} of {len(drugs):,} with the most findings; report.json (--out) has all"
            drugs = sorted(drugs, key=lambda r: (-r["findings"], r["rule"], r["of"]))[:_MOST]
        rows = [[words(r["rule"]), words(r["of"]), *_rate(r)] for r in drugs]
        more = table(caption, ("Rule", "Drug", *_HEAD), rows, frozenset((2, 3, 4)), tall=True)
    return (
        '<section id="rules"><h2>Rules</h2>\n'
        "<p>Orders are those of the drugs that a rule is about. An order may have findings of several rules, "
        "so there may be more findings than orders.</p>\n"
        f'<div class="split"><div>{said or "<p>No rule has a finding.</p>"}</div><div>{more}</div></div>'
        "</section>\n"
    )


def _rank(undecided: Mapping[str, int]) -> Callable[[Mapping[str, Any]], tuple[bool, int, str]]:
    return lambda rate: (rate["rule"] in undecided, -rate["findings"], rate["rule"])


def _name(rule: str, undecided: Mapping[str, int], titles: Mapping[str, str]) -> str:
    title = f"<br><small>{words(titles[rule], 200)}</small>" if rule in titles else ""
    return f"{words(rule)}{' <b>(not decided)</b>' if rule in undecided else ''}{title}"


def _rate(rate: Mapping[str, Any]) -> list[str]:
    return [count(rate["findings"]), count(rate["orders"]), share(rate["findings"], rate["orders"])]
