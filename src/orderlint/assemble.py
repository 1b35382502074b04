"""Verdicts → findings: the strictest clause leads, needs become findings, every order is accounted for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from orderlint.checks.outcome import strictness_at
from orderlint.findings import SEVERITIES, Citation, Finding, Measure
from orderlint.kernel import CRASH, Verdict
from orderlint.namedtuple import NamedTuple
from orderlint.protocols.model import Clause, ProtocolSet
from orderlint.record import InputFault, Order, Record
from orderlint.tri import AGE, COURSE, DOSE, HEPATIC, PATIENT, RENAL

NEED_RULES = {
    AGE: "age-unknown",
    RENAL: "renal-function-unknown",
    HEPATIC: "hepatic-function-unknown",
    DOSE: "dose-unverifiable",
    COURSE: "dose-unverifiable",
    PATIENT: "unresolved-reference",
    CRASH: "check-failed",
}
SEVERITY_ORDER = {name: number for number, name in enumerate(SEVERITIES)}
_NOTHING = len(SEVERITY_ORDER)  # less bad than any severity


class Assembled(NamedTuple):
    """``findings`` of one record, the keys of orders that no rule could wholly decide, and notes."""

    findings: tuple[Finding, ...]
    unverifiable: frozenset[str]
    covered: frozenset[str]
    notes: tuple[str, ...]


def assemble(record: Record, verdicts: Sequence[Verdict], protocols: ProtocolSet) -> Assembled:
    """One finding per rule and order, worst first within an order; undecided rules by what they need."""
    findings: list[Finding] = []
    unverifiable: set[str] = set()
    covered: set[str] = set()
    notes: dict[str, None] = {}
    said: dict[int, list[Verdict]] = {}  # by order, those that say something
    about: Order | None = None
    own: list[Verdict] = []
    for verdict in verdicts:  # those of one order stand together
        if verdict.order is not about:
            about = verdict.order
            own = said.setdefault(id(about), [])
        outcome = verdict.outcome
        if outcome.state != "clear" or outcome.notes:
            own.append(verdict)
    for order in record.orders:
        if id(order) not in said:
            continue
        covered.add(order.key)
        own = said[id(order)]
        fired = [v for v in own if v.outcome.state == "fires"]
        undecided = [v for v in own if v.outcome.state == "undecided"]
        for verdict in own:
            for note in verdict.outcome.notes:
                notes[f"{order.resource}, {verdict.instance.rule}: {note}"] = None
        if fired:
            findings.extend(_fired(record, order, fired))
            undecided = _open(undecided, fired)
        if undecided:
            unverifiable.add(order.key)
            findings.extend(_undecided(record, order, undecided, protocols))
        findings.extend(_about_order(record, order, verdicts, protocols))
    return Assembled(tuple(findings), frozenset(unverifiable), frozenset(covered), tuple(notes))


def _open(undecided: Sequence[Verdict], fired: Sequence[Verdict]) -> list[Verdict]:
    """Those of ``undecided`` of which something worse may be true than what fires of the same rule."""
    decided: dict[tuple[str, str], int] = {}  # how bad what fires is
    for verdict in fired:
        about, rank = (verdict.instance.rule, verdict.drug.ingredient), SEVERITY_ORDER[verdict.severity]
        decided[about] = min(rank, decided.get(about, rank))
    return [
        v
        for v in undecided
        if SEVERITY_ORDER[v.severity] < decided.get((v.instance.rule, v.drug.ingredient), _NOTHING)
    ]


def _fired(record: Record, order: Order, fired: Sequence[Verdict]) -> Iterable[Finding]:
    by_rule: dict[str, list[Verdict]] = {}
    for verdict in fired:
        by_rule.setdefault(verdict.instance.rule, []).append(verdict)
    for rule, same in by_rule.items():
        # max keeps the first of equals: protocols in their order of loading
        lead = max(same, key=_strictness) if len(same) > 1 else same[0]
        every = (lead, *same) if len(same) > 1 else same
        clauses = [c for v in every for c in v.instance.clauses]
        figures = [
            c for v in every for c in v.instance.figures if not v.outcome.figures or c.id in v.outcome.figures
        ]
        first = lead.instance.clauses[0]
        place = order.place.child(lead.outcome.pointer)
        # Of a product with several ingredients the strictest leads, and the others are said after it.
        others = {v.drug.ingredient: v.outcome.message for v in same if v.drug != lead.drug}
        yield Finding(
            rule=rule,
            severity=lead.severity,
            message="; ".join(dict.fromkeys((lead.outcome.message, *others.values()))),
            basis=record.mode,
            place=place,
            resource=order.resource,
            patient=record.patient,
            drug=lead.drug.ingredient,
            measured=lead.outcome.measured,
            limit=lead.outcome.limit,
            protocol=first.protocol,
            clause=first.id,
            citations=tuple([_citation(c) for c in dict.fromkeys((*clauses, *figures))]),
            advice=lead.instance.advice,
            facts=lead.outcome.facts,
            order=order.key,
            figures=tuple(dict.fromkeys([c.id for c in figures])),
        )


def _strictness(verdict: Verdict) -> tuple[int, float]:
    return strictness_at(verdict.severity, verdict.outcome)


def _citation(clause: Clause) -> Citation:
    return Citation(clause.protocol, clause.id, clause.section, clause.statement, clause.source)


def _undecided(
    record: Record, order: Order, undecided: Sequence[Verdict], protocols: ProtocolSet
) -> Iterable[Finding]:
    wanted: dict[str, dict[str, list[str]]] = {}  # finding's rule → why → the rules that need it
    drugs: dict[str, str] = {}
    for verdict in undecided:
        for need in verdict.outcome.needs:
            name = NEED_RULES[need.kind]
            rules = wanted.setdefault(name, {}).setdefault(need.why, [])
            drugs.setdefault(name, verdict.drug.ingredient)
            if verdict.instance.rule not in rules:
                rules.append(verdict.instance.rule)
    for name, whys in wanted.items():
        rules = list(dict.fromkeys([r for found in whys.values() for r in found]))
        element = "dosage" if name == "dose-unverifiable" else "subject" if name != "check-failed" else ""
        yield Finding(
            rule=name,
            severity="error" if name == "check-failed" else "warning",
            message=f"{', '.join(rules)} could not be decided for {drugs[name]}: {_told_once(whys, order)}",
            basis=None if name == NEED_RULES[PATIENT] else record.mode,  # None: it is of the input
            place=order.place.child(order.pointer(element)),
            resource=order.resource,
            patient=record.patient,
            drug=drugs[name],
            advice=protocols.rules[name].advice,
            order=order.key,
        )


def _told_once(whys: Collection[str], order: Order) -> str:
    """All of them in words; what is said with and without the order's own name before it, once."""
    mine = f"{order.resource}: "
    return "; ".join([why for why in whys if not why.startswith(mine) or why.removeprefix(mine) not in whys])


def _about_order(
    record: Record, order: Order, verdicts: Iterable[Verdict], protocols: ProtocolSet
) -> Iterable[Finding]:
    """What an order of a covered drug says of itself: contradictions, a drug known from text alone."""
    if not (order.plan.contradictions or order.drug_conflict or any(d.uncoded for d in order.drugs)):
        return
    drugs = {v.drug.ingredient for v in verdicts if v.order is order}
    names = sorted(drugs)
    contradictions = {(c.text, c.pointer): None for c in order.plan.contradictions}
    if contradictions:
        texts = list(dict.fromkeys(text for text, _ in contradictions))
        yield _warning(
            "dose-contradiction",
            "; ".join(texts),
            next(iter(contradictions))[1],
            record,
            order,
            names,
            protocols,
        )
    uncoded = [d for d in order.drugs if d.uncoded and d.ingredient in drugs]
    if uncoded or order.drug_conflict:
        words = order.drug_conflict or f"{uncoded[0].ingredient} is known from text alone: {uncoded[0].how}"
        yield _warning(
            "medication-uncoded", words, order.pointer("medication"), record, order, names, protocols
        )


def _warning(
    rule: str,
    message: str,
    pointer: str,
    record: Record,
    order: Order,
    drugs: Sequence[str],
    protocols: ProtocolSet,
) -> Finding:
    return Finding(
        rule=rule,
        severity="warning",
        message=message,
        basis=record.mode,
        place=order.place.child(pointer),
        resource=order.resource,
        patient=record.patient,
        drug=drugs[0] if drugs else None,
        advice=protocols.rules[rule].advice,
        order=order.key,
    )


def unsaid(faults: Iterable[InputFault], findings: Iterable[Finding]) -> Iterable[InputFault]:
    """Faults without those of which a finding of the same rule at the same element says more: a reference
    that leads nowhere, and the rules that could not be decided for it."""
    said = {(f.rule, f.place) for f in findings if f.rule == NEED_RULES[PATIENT]}
    return (f for f in faults if (f.rule, f.place) not in said)


def from_fault(fault: InputFault, advice: Mapping[str, str]) -> Finding:
    """What the reader said of the input, as a finding."""
    return Finding(
        rule=fault.rule,
        severity=fault.severity,
        message=_with_place(fault),
        basis=None,
        place=fault.place,
        resource=fault.resource,
        patient=fault.patient,
        drug=fault.drug,
        advice=advice.get(fault.rule, ""),
        line=fault.line,
        column=fault.column,
    )


def _with_place(fault: InputFault) -> str:
    """The message; of what is no JSON with line and column, as there is no element to point to."""
    if fault.rule != "invalid-json" or fault.line is None:
        return fault.message
    return f"{fault.message} (line {fault.line}, column {fault.column})"


def one_per_rule_and_order(findings: Iterable[Finding]) -> list[Finding]:
    """An activity used by several plans is one order: of each rule the worst stays, citations joined."""
    best: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        # An order is told by its own place: ids repeat, within one parent and across versions.
        key: tuple[object, ...] = (finding.rule, finding.order or finding.place)
        if not finding.order:
            key = (*key, finding.message)
        seen = best.get(key)
        if seen is None or _worse(finding, seen):
            best[key] = finding
    return list(best.values())


def _worse(a: Finding, b: Finding) -> bool:
    return (SEVERITY_ORDER[a.severity], -_size(a.measured)) < (SEVERITY_ORDER[b.severity], -_size(b.measured))


def _size(measure: Measure | None) -> float:
    return float(measure.value) if measure is not None else 0.0
