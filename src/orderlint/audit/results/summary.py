"""The summary of an audit: rates with their denominators, what could not be decided and why, what changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orderlint.audit.join.tally import BY
from orderlint.audit.results.outcome import Outcome
from orderlint.report.sanitize import visible

_SHOWN = 15  # reasons, and orders of a change, in the summary for people; the report has all


def rates(outcome: Outcome) -> Iterator[dict[str, Any]]:
    """Findings of each rule, over all and for each drug, month, prescriber and department.

    ``orders`` is the denominator: over all, the orders of a drug that the rule watches; else the covered
    orders of that drug, month ... It is None for rules about the input, whose findings are about no order.
    """
    shares, hits = outcome.summary["shares"], outcome.summary["hits"]
    whole = outcome.ledger["assessed"] + outcome.ledger["unverifiable"]
    with_drug = {key.partition("\t")[0] for key in hits.get("rule by drug", {})}
    for rule, count in sorted(hits.get("rule", {}).items()):
        orders = shares.get("rule", {}).get(rule, whole) if rule in with_drug else None
        yield {"rule": rule, "by": "all", "of": "all", "findings": count, "orders": orders}
    for by in BY:
        for key, count in sorted(hits.get(f"rule by {by}", {}).items()):
            rule, _, value = key.partition("\t")
            if rule in with_drug:
                orders = shares[by].get(value, 0)
                yield {"rule": rule, "by": by, "of": value, "findings": count, "orders": orders}


def reasons(outcome: Outcome) -> list[dict[str, Any]]:
    """Why rules could not be decided, and of how many orders; the most frequent first."""
    found = sorted(outcome.summary["reasons"].items(), key=lambda one: (-one[1], one[0]))
    return [
        {"rule": key.partition("\t")[0], "why": key.partition("\t")[2], "orders": count}
        for key, count in found
    ]


def lines(outcome: Outcome) -> list[str]:
    """The summary for people."""
    ledger = outcome.ledger
    said = [
        f"{ledger['orders']} orders: {ledger['assessed']} assessed, {ledger['not_covered']} not covered, "
        f"{ledger['skipped']} skipped, {ledger['unverifiable']} could not be verified.",
        f"{ledger['lines_scanned']} lines scanned, {ledger['lines_parsed']} parsed, of "
        f"{ledger['inputs']} inputs ({ledger['unreadable']} with lines that could not be read).",
    ]
    if ledger["outside"]:
        said.append(f"{ledger['outside']} orders outside the selection were not judged.")
    said.append("")
    by_drug: dict[str, list[str]] = {}
    for rate in rates(outcome):
        if rate["by"] == "drug":
            by_drug.setdefault(rate["rule"], []).append(f"    {rate['of']}: {_share(rate)}")
    for rate in rates(outcome):
        if rate["by"] == "all":
            said.append(f"{rate['rule']}: {_share(rate)}")
            several = by_drug.get(rate["rule"], [])
            said += several if len(several) > 1 else []
    said += _undecided(outcome)
    said += _changed(outcome)
    said += list(outcome.notes)
    return [visible(line) for line in said]


def _share(rate: dict[str, Any]) -> str:
    if rate["orders"] is None:
        return f"{rate['findings']} finding{'s' if rate['findings'] != 1 else ''}"
    share = f" ({100 * rate['findings'] / rate['orders']:.1f} %)" if rate["orders"] else ""
    return f"{rate['findings']} of {rate['orders']} orders{share}"


def _undecided(outcome: Outcome) -> list[str]:
    found = reasons(outcome)
    if not found and not outcome.ledger["unverifiable"]:
        return []
    said = ["", f"Not decided, and therefore no pass: {outcome.ledger['unverifiable']} orders"]
    said += [
        f"    {one['orders']} × {one['rule']}: {one['why']}".replace(" : ", ": ") for one in found[:_SHOWN]
    ]
    if len(found) > _SHOWN:
        said.append(f"    … and {len(found) - _SHOWN} more reasons (report.json has all)")
    return said


def _changed(outcome: Outcome) -> list[str]:
    found = outcome.summary["changes"]
    if found is None:
        return []
    said = ["", f"Against the baseline, {found['orders']} orders change verdict:"]
    for one in found["changes"]:
        shown = ", ".join(one["shown"][:_SHOWN]) + (" …" if one["orders"] > _SHOWN else "")
        said.append(f"    {one['rule']}: {one['before']} → {one['after']}: {one['orders']} ({shown})")
    return said
