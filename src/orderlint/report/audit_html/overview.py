"""The top of the page: key figures, the protocols with their review, and the rules with their findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderlint.report.audit_html.words import count, share, table, words

_STATUS = {"approved": "approved", "under-review": "under review", "submitted": "submitted, not reviewed"}
_HEAD = ("Findings", "Orders", "Share")
_MOST = 100  # rows of rules and drugs


def key_figures(ledger: Mapping[str, int], summary: Mapping[str, int]) -> str:
    """Findings by severity, and what became of every order."""
    orders = ledger["orders"]
    found = [
        ("error", "Errors", summary["error"], "findings"),
        ("warning", "Warnings", summary["warning"], "findings"),
        ("info", "Infos", summary["info"], "findings"),
        ("", "Orders", orders, f"in {ledger['inputs']:,} inputs"),
        ("", "Assessed", ledger["assessed"], f"{share(ledger['assessed'], orders)} of orders"),
        ("", "Not verifiable", ledger["unverifiable"], "never a pass"),
        ("", "Not covered", ledger["not_covered"], "of other drugs"),
        ("", "Skipped", ledger["skipped"], "cancelled or in error"),
    ]
    if summary["suppressed"]:
        found.append(("", "Suppressed", summary["suppressed"], "findings, with reasons"))
    if ledger["unreadable"]:
        found.append(("error", "Unreadable", ledger["unreadable"], "inputs: see findings"))
    if ledger["invalid"]:
        found.append(("", "Invalid", ledger["invalid"], "resources"))
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
        f"<b>{words(_STATUS.get(status, status))}</b>{review}</p>{disclaimer}</div>\n"
    )


def rules_section(rates: Sequence[Mapping[str, Any]]) -> str:
    """How many findings each rule has, for how many orders, over all and for each drug."""
    every = sorted((r for r in rates if r["by"] == "all"), key=lambda r: (-r["findings"], r["rule"]))
    body = [[words(r["rule"]), *_rate(r)] for r in every]
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
        '<section id="rules"><h2>Rules</h2>\n<div class="split">'
        f"<div>{said or '<p>No rule has a finding.</p>'}</div><div>{more}</div></div></section>\n"
    )


def _rate(rate: Mapping[str, Any]) -> list[str]:
    return [count(rate["findings"]), count(rate["orders"]), share(rate["findings"], rate["orders"])]
