"""The end of the text report: what was found, what became of every order, and who vouches for the rules.

What could not be checked is said loudly here: a run without findings is not a run without risk.
"""

from __future__ import annotations

from collections.abc import Callable

from orderlint.findings import Finding, Ledger, ProtocolInfo, Result
from orderlint.report.sanitize import clipped, visible

Paint = Callable[[str, str], str]
"""``paint(text, role)`` with role "error", "warning", "strong", "dim" or "plain"."""


def count(number: int, singular: str, plural: str | None = None) -> str:
    """``1 order``, ``2 orders``."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def tally(findings: tuple[Finding, ...]) -> dict[str, int]:
    """How many findings there are of each severity."""
    counts = {"error": 0, "warning": 0, "info": 0}
    for finding in findings:
        counts[finding.severity] = counts.get(finding.severity, 0) + 1
    return counts


def found_words(result: Result) -> str:
    """What was found; where that is nothing, in what."""
    ledger, counts = result.ledger, tally(result.findings)
    hidden = f" ({len(result.suppressed)} suppressed)" if result.suppressed else ""
    if result.findings:
        parts = count(counts["error"], "error"), count(counts["warning"], "warning"), f"{counts['info']} info"
        return f"Found {', '.join(parts)}{hidden}."
    if ledger.orders == 0:
        return f"No orders found: nothing was assessed{hidden}."
    if ledger.assessed == 0:
        orders = "the only order was not" if ledger.orders == 1 else f"none of the {ledger.orders} orders was"
        return f"No findings{hidden}, but {orders} assessed."
    return f"No findings in the {count(ledger.assessed, 'order')} assessed{hidden}."


def ledger_words(ledger: Ledger) -> str:
    """``40 orders: 30 assessed, 6 not covered, 2 skipped, 2 could not be verified (...)``."""
    parts = [f"{ledger.assessed} assessed", f"{ledger.not_covered} not covered", f"{ledger.skipped} skipped"]
    parts.append(f"{ledger.unverifiable} could not be verified")
    read = f"{count(ledger.inputs, 'input')}, {count(ledger.resources, 'resource')}"
    return f"{count(ledger.orders, 'order')}: {', '.join(parts)} ({read})."


def aside_words(ledger: Ledger) -> list[str]:
    """What the ledger's words mean, where they count anything."""
    out = []
    if ledger.not_covered:
        out.append("Not covered: no selected protocol names the drug; nothing is said of these orders.")
    if ledger.skipped:
        out.append("Skipped: cancelled, entered in error, or not to be performed.")
    return out


def unchecked_words(ledger: Ledger) -> list[tuple[str, str]]:
    """What nobody may take for safe, as (role, sentence)."""
    out = []
    if ledger.unreadable:
        was = "was" if ledger.unreadable == 1 else "were"
        them = "it" if ledger.unreadable == 1 else "them"
        inputs = f"{ledger.unreadable} of {count(ledger.inputs, 'input')}"
        out.append(("error", f"NOT READ: {inputs} {was} not readable; no order in {them} was checked."))
    if ledger.unverifiable:
        orders = f"{ledger.unverifiable} of {count(ledger.orders, 'order')}"
        out.append(("warning", f"NOT VERIFIED: {orders} could not be decided. That is not a pass."))
    if ledger.invalid:
        was = "is not valid FHIR; it was" if ledger.invalid == 1 else "are not valid FHIR; they were"
        out.append(("warning", f"{count(ledger.invalid, 'resource')} {was} checked as far as possible."))
    return out


def protocol_words(protocol: ProtocolInfo) -> str:
    """``aka-spasm 2025-09-09: Title (under-review; pending human review)``."""
    state = [protocol.status]
    if protocol.review:
        state.append(protocol.review)
    if protocol.status != "approved" and "pending human review" not in protocol.review:
        state.append("pending human review")
    title = f": {protocol.title}" if protocol.title else ""
    return f"{protocol.id} {protocol.version}{title} ({'; '.join(filter(None, state))})"


def summary_lines(result: Result, paint: Paint) -> list[str]:
    """All of it, one sentence a line."""
    bad = result.findings or result.ledger.unreadable or result.ledger.unverifiable
    lines = [paint(found_words(result), "strong" if bad or not result.ledger.assessed else "plain")]
    lines += [ledger_words(result.ledger)]
    lines += [paint(words, role) for role, words in unchecked_words(result.ledger)]
    lines += [paint(words, "dim") for words in aside_words(result.ledger)]
    lines += [f"note: {clipped(note)}" for note in result.notes]
    lines += [paint(visible(f"protocol: {protocol_words(p)}"), "dim") for p in result.protocols]
    disclaimers = dict.fromkeys(p.disclaimer for p in result.protocols if p.disclaimer)
    lines += [paint(clipped(words), "dim") for words in disclaimers]
    return lines
