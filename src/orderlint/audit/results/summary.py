"""The summary of an audit: rates with their denominators, what could not be decided and why, what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orderlint.audit.join.tally import BY
from orderlint.audit.results.outcome import Outcome
from orderlint.audit.results.versions import OTHER, SAME
from orderlint.report.audit_html.overview import STATUS
from orderlint.report.sanitize import clipped, visible
from orderlint.report.summary import count

_LONGEST = 500  # characters of why an input could not be read
_SHOWN = 15  # reasons in the summary for people; the report has all
_INPUTS = 10  # that could not be read, likewise
_NAMED = 3  # orders of a change, likewise; the report has more


def rates(outcome: Outcome) -> Iterator[dict[str, Any]]:
    """Findings of each rule, over all and for each drug, month, prescriber and department.

    ``orders`` is the denominator: over all, the orders of a drug that the rule watches; else the covered
    orders of that drug, month ... It is None for rules about the input, whose findings are about no order.
    """
    shares, hits = outcome.summary["shares"], outcome.summary["hits"]
    whole = outcome.ledger["assessed"] + outcome.ledger["unverifiable"]
    with_drug = {key.partition("\t")[0] for key in hits.get("rule by drug", {})}
    for rule, number in sorted(hits.get("rule", {}).items()):
        orders = shares.get("rule", {}).get(rule, whole) if rule in with_drug else None
        yield {"rule": rule, "by": "all", "of": "all", "findings": number, "orders": orders}
    for by in BY:
        for key, number in sorted(hits.get(f"rule by {by}", {}).items()):
            rule, _, value = key.partition("\t")
            if rule in with_drug:
                orders = shares[by].get(value, 0)
                yield {"rule": rule, "by": by, "of": value, "findings": number, "orders": orders}


def reasons(outcome: Outcome) -> list[dict[str, Any]]:
    """Why rules could not be decided, and of how many orders; the most frequent first."""
    found = sorted(outcome.summary["reasons"].items(), key=lambda one: (-one[1], one[0]))
    said = [(*key.split("\t", 1), number) for key, number in found]
    return [{"rule": rule, "why": why, "orders": n} for rule, why, n in said]


def unread(outcome: Outcome) -> list[dict[str, Any]]:
    """Which inputs could not be read, or not all of them, and why."""
    return [one._asdict() for one in outcome.unread]


def lines(outcome: Outcome, protocols: Sequence[Mapping[str, Any]]) -> list[str]:
    """The summary for people. ``protocols`` are those of the report."""
    ledger = outcome.ledger
    said = [
        f"{count(ledger['orders'], 'order')}: {ledger['assessed']} assessed, "
        f"{ledger['not_covered']} not covered, {ledger['skipped']} skipped, "
        f"{ledger['unverifiable']} could not be verified.",
        f"{ledger['lines_scanned']} lines scanned, {ledger['lines_parsed']} of them parsed, of "
        f"{ledger['inputs']} inputs ({ledger['unreadable']} with lines that could not be read)"
        f"{_whole(ledger)}.",
        *_unread(outcome),
    ]
    if ledger["outside"]:
        were = "was" if ledger["outside"] == 1 else "were"
        nothing = "" if ledger["orders"] else " Nothing was judged."
        said.append(f"{count(ledger['outside'], 'order')} outside the selection {were} not judged.{nothing}")
    if outcome.met is not None:
        said.append(selected(outcome.met, outcome.listed))
    found = outcome.severities
    hidden = f"; {ledger['suppressed']} suppressed" if ledger["suppressed"] else ""
    said += [
        f"Findings: {count(found['error'], 'error')}, {count(found['warning'], 'warning')}, "
        f"{found['info']} info{hidden}.",
        f"Protocols: {', '.join(map(_version, protocols)) or 'none'}.",
        "",
    ]
    if outcome.summary["hits"].get("rule"):
        said.append("Findings of each rule, of the orders whose drug it is about:")
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


def _whole(ledger: Mapping[str, int]) -> str:
    """Inputs whose lines are not counted, as they are no lines."""
    number = ledger.get("read_whole", 0)
    are = "is" if number == 1 else "are"
    return f"; {count(number, 'input')} {are} no NDJSON, and read whole" if number else ""


def selected(met: int, listed: int) -> str:
    """How many ids of the list of patients were of use."""
    return f"--select-patients: found {met} of {count(listed, 'id')} among the patients with orders."


def _unread(outcome: Outcome) -> list[str]:
    said = []
    for one in outcome.unread[:_INPUTS]:
        more = f" (and {count(one.places - 1, 'more place')})" if one.places > 1 else ""
        said.append(f"    not read: {clipped(f'{one.file}: {one.why}', _LONGEST)}{more}")
    if len(outcome.unread) > _INPUTS:
        rest = count(len(outcome.unread) - _INPUTS, "more input")
        said.append(f"    … and {rest} (report.json has all)")
    return said


def _version(said: Mapping[str, Any]) -> str:
    """``demo 2026-01-01 (under review)``."""
    return f"{said['id']} {said['version']} ({STATUS.get(said['status'], said['status'])})"


def _share(rate: dict[str, Any]) -> str:
    if rate["orders"] is None:
        return f"{rate['findings']} finding{'s' if rate['findings'] != 1 else ''}"
    share = f" ({100 * rate['findings'] / rate['orders']:.1f} %)" if rate["orders"] else ""
    return f"{rate['findings']} of {count(rate['orders'], 'order')}{share}"


def _undecided(outcome: Outcome) -> list[str]:
    found = reasons(outcome)
    if not found and not outcome.ledger["unverifiable"]:
        return []
    said = ["", f"Not decided, and therefore no pass: {count(outcome.ledger['unverifiable'], 'order')}"]
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
    compared = outcome.summary["baseline"]
    verb = "changes" if found["orders"] == 1 else "change"
    said = ["", "Compared with the baseline (--compare):"]
    for one in compared["protocols"]:
        sides = [_version({"id": "", **s}).strip() if s else "absent" for s in (one["baseline"], one["now"])]
        differs = {OTHER: "", SAME: "on both sides"}.get(one["differs"], one["differs"])
        words = sides[0] if one["differs"] == SAME else " → ".join(sides)
        said.append(f"    {one['id']}: {words}{f', {differs}' if differs else ''}")
    if any(one["baseline"] is None or one["now"] is None for one in compared["protocols"]):
        said.append("    All that a protocol of one side only says counts as changed.")
    if not compared["same_settings"]:
        said.append("    The settings that rules share differ too.")
    said.append(
        f"{found['orders']} of {count(compared['orders'], 'order')} {verb} verdict"
        f"{' (baseline → this run):' if found['changes'] else '.'}"
    )
    for one in found["changes"]:
        shown = ", ".join(one["shown"][:_NAMED]) + (", …" if one["orders"] > _NAMED else "")
        said.append(f"    {one['rule']}: {one['before']} → {one['after']}: {one['orders']}")
        said.append(f"        {shown}")
    return said
