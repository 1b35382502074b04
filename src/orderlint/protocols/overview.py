"""Protocols for a terminal: the list of them, one with its clauses, and one clause."""

from __future__ import annotations

from orderlint.protocols.model import Clause, Protocol, ProtocolSet
from orderlint.report.summary import count


def listing(protocols: ProtocolSet) -> str:
    """One line a protocol: id, version, status, clauses and rules, title."""
    lines = []
    for protocol in protocols.protocols:
        rules = {i.rule for i in protocols.instances if any(c.protocol == protocol.id for c in i.clauses)}
        counts = f"{count(len(protocol.clauses), 'clause')}, {count(len(rules), 'rule')}"
        lines.append(f"{protocol.id} {protocol.version} ({protocol.status}): {counts}. {protocol.title}")
    return "\n".join(lines) + "\n"


def show(protocols: ProtocolSet, name: str) -> str | None:
    """The protocol or clause of that id; None where there is none."""
    for protocol in protocols.protocols:
        if protocol.id == name:
            return _protocol(protocol, protocols)
        for clause in protocol.clauses:
            if clause.id == name:
                return "\n".join(_clause(clause, protocols, "")) + "\n"
    return None


def _protocol(protocol: Protocol, protocols: ProtocolSet) -> str:
    review = {key: value for key, value in protocol.review.items() if value}
    signed = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in review.items()) or "nobody yet"
    lines = [
        f"{protocol.id} {protocol.version}: {protocol.title}",
        f"Status: {protocol.status}. Review: {signed}.",
    ]
    lines += [protocol.disclaimer.strip()] if protocol.disclaimer else []
    section = ""
    for clause in protocol.clauses:
        if clause.section != section:
            section = clause.section
            lines += ["", section]
        lines += _clause(clause, protocols, "  ")
    return "\n".join(lines) + "\n"


def _clause(clause: Clause, protocols: ProtocolSet, indent: str) -> list[str]:
    lines = [f"{indent}{clause.id}: {clause.statement}", f"{indent}  Source: {clause.source}"]
    if clause.valid_from or clause.valid_to:
        first = f" from {clause.valid_from}" if clause.valid_from else ""
        lines.append(
            f"{indent}  Holds for orders{first}{f' to {clause.valid_to}' if clause.valid_to else ''}"
        )
    if clause.correction:
        lines.append(f"{indent}  Correction: {clause.correction}")
    if clause.reason:
        lines.append(f"{indent}  Not encoded: {clause.reason}")
    rules = dict.fromkeys(
        f"{i.rule} ({i.severity}{'' if i.clauses[0] == clause else f', as {i.clauses[0].id}'})"
        for i in protocols.instances
        if clause in i.clauses
    )
    uses = dict.fromkeys(i.rule for i in protocols.instances if clause in i.figures)
    lines += [f"{indent}  Rules: {', '.join(rules)}"] if rules else []
    lines += [f"{indent}  Figure of: {', '.join(uses)}"] if uses else []
    return lines
