"""The page of one rule, before it is written for a terminal or as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from orderlint.findings import SEVERITIES
from orderlint.namedtuple import NamedTuple
from orderlint.protocols.examples.as_fhir import as_fhir
from orderlint.protocols.examples.fhir_codes import NoForm
from orderlint.protocols.examples.run import fault
from orderlint.protocols.examples.suite import Suites, suites
from orderlint.protocols.examples.verdict import said_of
from orderlint.protocols.examples.words import example_words
from orderlint.protocols.model import Clause, Protocol, ProtocolSet, RuleInfo
from orderlint.protocols.words import Row, drug_words, listed, rows

SUPPRESS = (
    "When somebody who may decide so has decided that this order stands as it is: with the reason, who "
    "decided and when, and a last day after which the finding comes back. Not to silence a rule that does "
    "not fit: change the protocol for that."
)


class Shown(NamedTuple):
    """An example of one verdict: the order in words, what the rule says of it, and the order as FHIR."""

    order: str
    says: str
    severity: str | None
    clause: str
    fhir: Mapping[str, Any] | None  # None where FHIR has no place for it


class Page(NamedTuple):
    """Everything that is said of one rule. ``limits`` come with the drugs that they are for."""

    rule: RuleInfo
    severities: tuple[str, ...]
    statements: tuple[Clause, ...]
    notes: tuple[Clause, ...]  # contested statements that bear on it, with corrections
    figures: tuple[Clause, ...]
    drugs: tuple[str, ...]
    limits: tuple[tuple[str, str, Row], ...]  # (drugs, clause, row)
    fires: Shown | None
    clear: Shown | None
    suppress: str
    pending: tuple[str, ...]  # protocols that nobody has approved yet, and their status


def pages(paths: Iterable[Path] = (), only: str | None = None) -> list[Page]:
    """The pages of all rules, or of one; ``paths`` are files beside the built-in. Raises ProtocolError."""
    own = list(paths)
    found = suites([])
    if own:
        more = suites(own)
        found = Suites(more.protocols, (*found.suites, *more.suites), (*found.issues, *more.issues))
    if found.issues:
        from orderlint.protocols.errors import ProtocolError  # noqa: PLC0415

        first = found.issues[0]
        raise ProtocolError(first.file, first.message, first.line, first.column)
    return [_page(info, found) for name, info in found.protocols.rules.items() if only in (None, name)]


def _page(info: RuleInfo, found: Suites) -> Page:
    own = [i for i in found.protocols.instances if i.rule == info.name]
    statements = list(dict.fromkeys(c for i in own for c in i.clauses))
    stated = [(s, w) for s in found.suites for w in s.written if w.rule["rule"] == info.name]
    severities = {w.rule["severity"] for _, w in stated} | _shown_severities(found, info.name)
    limits = [
        (_drugs(w.rule, stated), s.clause, row)
        for s, w in stated
        for row in rows(w.rule["check"], w.rule.get("when"))
    ]
    drugs = dict.fromkeys(d for _, w in stated for d in w.rule["drugs"])
    used = {p.id: p for p in found.protocols.protocols if any(c.protocol == p.id for c in statements)}
    return Page(
        info,
        tuple(s for s in SEVERITIES if s in severities),
        tuple(statements),
        tuple(_notes(found.protocols, {i.clauses[0].id for i in own})),
        tuple(dict.fromkeys(f for i in own for f in i.figures)),
        tuple(drugs),
        tuple(limits),
        _shown(found, info.name, "fires"),
        _shown(found, info.name, "clear"),
        info.suppress or SUPPRESS,
        tuple(_status(p) for p in used.values() if p.status != "approved"),
    )


def _notes(protocols: ProtocolSet, leading: set[str]) -> Iterable[Clause]:
    """The notes of all protocols whose ``see`` names a clause that states the rule itself."""
    for protocol in protocols.protocols:
        yield from (c for c in protocol.clauses if c.encode == "note" and not leading.isdisjoint(c.see))


def _drugs(rule: Mapping[str, Any], stated: Sequence[Any]) -> str:
    """The drugs of a limit, where the rule's limits are not all for the same ones."""
    different = {tuple(w.rule["drugs"]) for _, w in stated}
    return listed(rule["drugs"]) if len(different) > 1 else ""


def _shown_severities(found: Suites, rule: str) -> set[str]:
    """Severities that a check gives of its own, other than its clause's, as far as examples show them."""
    return {
        example.said["severity"]
        for suite in found.suites
        for example in suite.examples
        if "severity" in example.said
        and {suite.instances[n].rule for n in suite.speaks_of(example)} == {rule}
    }


def _shown(found: Suites, rule: str, verdict: str) -> Shown | None:
    """The first example of a verdict; of those that fire the first of the worst."""
    best: Shown | None = None
    for suite in found.suites:
        for example in suite.examples:
            chosen = [suite.instances[n] for n in suite.speaks_of(example)]
            if example.said["verdict"] != verdict or {i.rule for i in chosen} != {rule}:
                continue
            said = said_of(example, chosen, found.protocols)
            if fault(example, said) is not None:
                continue
            if best is None or (said.severity == "error" and best.severity != "error"):
                words = example_words(example.said)
                best = Shown(words, said.words, said.severity, suite.clause, _fhir(example.said))
    return best


def _fhir(said: Mapping[str, Any]) -> Mapping[str, Any] | None:
    try:
        return as_fhir(said)
    except NoForm:
        return None


def _status(protocol: Protocol) -> str:
    return f"{protocol.id} ({protocol.status})"


def drugs_words(page: Page) -> str:
    """The drugs that the rule watches."""
    return ", ".join(drug_words(name) for name in page.drugs)


def advice(page: Page, audience: str) -> str:
    """What to do, in the words of "pharmacist" or "engineer"."""
    return page.rule.advice_engineer or page.rule.advice if audience == "engineer" else page.rule.advice
