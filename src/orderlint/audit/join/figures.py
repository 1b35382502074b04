"""What the charts of the page are made of: counted where patients are joined, and added up afterwards.

A head holds counts in bins that are the same in every partition, and a sample of findings with the
patient's dose by day. The sample is those with the lowest hashes, so heads add up to the same whatever
the partitions, their order, and ``--jobs``. No ids of resources, only fingerprints of findings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from orderlint.audit.join.dose_limits import Scale, scales
from orderlint.audit.join.dose_series import DOSE_KINDS, series
from orderlint.audit.keys import key64
from orderlint.audit.results.pseudonyms import Pseudonyms
from orderlint.checks.view import View, route_matches
from orderlint.exact import Fraction
from orderlint.facts.clearance import clearance_on
from orderlint.facts.clearance import lower_of as lower
from orderlint.findings import SEVERITIES, Finding
from orderlint.protocols.model import ProtocolSet
from orderlint.record import Drug, Order, Record
from orderlint.report.figures import as_json

PER_RULE = 6  # findings of a rule with the dose by day
DIALYSIS, UNKNOWN = "dialysis", "unknown"  # instead of a bin of kidney function
_CLEAR = len(SEVERITIES)  # where an order has no finding


class Figures:
    """Counts over records. ``secret`` is the key of ``--pseudonymize``: fingerprints are told by it."""

    def __init__(self, protocols: ProtocolSet, secret: bytes | None = None) -> None:
        self._settings = protocols.all_settings
        self._names = Pseudonyms(secret)
        self._watches = protocols.names_drug
        self._kinds: dict[str, set[str]] = {}
        self._after: dict[tuple[str, str | None, Fraction | None], int] = {}
        for instance in protocols.instances:
            self._kinds.setdefault(instance.rule, set()).add(instance.kind)
            if "after_days" in instance.params and "limit" in instance.params:
                for drug in instance.drugs:
                    limit = (instance.rule, drug, instance.params["limit"].value)
                    self._after[limit] = int(instance.params["after_days"])
        self._scales: dict[str, list[Scale]] = {}
        for scale in scales(protocols):
            self._scales.setdefault(scale.drug, []).append(scale)
        self._months: dict[str, list[int]] = {}
        self._doses: dict[str, Counter[tuple[int, int]]] = {}
        self._unknown: Counter[str] = Counter()
        self._kidney: dict[str, Counter[tuple[str, int, int]]] = {}
        self._sample: dict[str, list[tuple[int, str, dict[str, Any]]]] = {}

    def add(self, record: Record, findings: Sequence[Finding], outside: Collection[str] = ()) -> None:
        """Count a patient. ``findings`` are those of the record, with their fingerprints; ``outside`` names
        the resources that are not to be judged. Definitions and templates have no patient to draw."""
        if record.mode != "patient":
            return
        by_order: dict[str, list[Finding]] = {}
        for finding in findings:
            by_order.setdefault(finding.order, []).append(finding)
        for order in record.orders:
            if order.resource in outside:
                continue
            drugs = {d.ingredient: d for d in order.drugs if self._watches(d.ingredient)}
            if not drugs:
                continue
            own = by_order.get(order.key, [])
            self._count_month(order, own)
            for drug in drugs.values():
                for scale in self._scales.get(drug.ingredient, ()):
                    if route_matches(order, scale.routes):
                        self._count_dose(View(record, order, drug, self._settings), scale, own)
            for finding in own:
                self._sampled(record, order, drugs, finding)

    def head(self) -> dict[str, Any]:
        """What was counted, in plain values of JSON. Its size is bounded by rules, drugs, bins and months."""
        used = {*self._doses, *self._unknown}
        return {
            "months": {month: list(counts) for month, counts in sorted(self._months.items())},
            "scales": {s.key: s.head() for same in self._scales.values() for s in same if s.key in used},
            "doses": {k: _nested(v) for k, v in sorted(self._doses.items())},
            "unknown": dict(sorted(self._unknown.items())),
            "kidney": {k: _nested(v) for k, v in sorted(self._kidney.items())},
            "series": {
                rule: [{"hash": h, "fingerprint": f, **said} for h, f, said in found]
                for rule, found in sorted(self._sample.items())
            },
        }

    def _count_month(self, order: Order, own: Iterable[Finding]) -> None:
        month = order.written.first.isoformat()[:7] if order.written is not None else "no date"
        counts = self._months.setdefault(month, [0] * (1 + len(SEVERITIES)))
        counts[0] += 1
        for finding in own:
            counts[1 + SEVERITIES.index(finding.severity)] += 1

    def _count_dose(self, view: View, scale: Scale, own: Sequence[Finding]) -> None:
        day = view.busiest_day(scale.routes)
        mine = [f for f in own if f.drug == scale.drug and f.measured and f.measured.unit == scale.unit]
        partly = day.unknown is not None and not mine  # the rest may be more than what can be counted
        if day.total is None or day.total.unit != scale.unit or partly:
            self._unknown[scale.key] += 1
            return
        dose = scale.dose_bin(day.total.value)
        ranks = (SEVERITIES.index(f.severity) for f in mine)
        self._doses.setdefault(scale.key, Counter())[dose, min(ranks, default=_CLEAR)] += 1
        if scale.bands:
            faulty = any(f.drug == scale.drug and f.rule in scale.renal_rules for f in own)
            self._kidney.setdefault(scale.key, Counter())[_renal(view, scale), dose, int(faulty)] += 1

    def _sampled(self, record: Record, order: Order, drugs: Mapping[str, Drug], finding: Finding) -> None:
        """Keep the dose by day of a finding whose hash is among the lowest of its rule."""
        if finding.drug is None or finding.drug not in drugs:
            return
        if finding.clause is None or not finding.fingerprint:
            return
        kept = self._sample.get(finding.rule, [])
        shown = str(self._names.over({"fingerprint": finding.fingerprint})["fingerprint"])
        value = key64(shown) >> 12  # a number that every reader of JSON holds
        if len(kept) == PER_RULE and (value, shown) >= kept[-1][:2]:
            return
        scale = next((s for s in self._scales.get(finding.drug, ()) if route_matches(order, s.routes)), None)
        kinds = self._kinds.get(finding.rule, set())
        limit = (finding.rule, finding.drug, finding.limit.value if finding.limit is not None else None)
        said = series(record, order, finding, kinds, scale, self._after.get(limit, 0))
        if said is None:
            return
        said["severity"] = finding.severity
        said["limits"] = _limits(finding if DOSE_KINDS.issuperset(kinds) else None, scale, said["unit"])
        kept.append((value, shown, said))
        kept.sort(key=lambda x: x[:2])
        self._sample[finding.rule] = kept[:PER_RULE]


def merge(heads: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Several heads as one, whatever their order; heads that were merged can be merged again."""
    months: dict[str, list[int]] = {}
    known: dict[str, Any] = {}
    unknown: Counter[str] = Counter()
    cells: dict[str, dict[str, Counter[str]]] = {"doses": {}, "kidney": {}}
    samples: dict[str, list[dict[str, Any]]] = {}
    for head in heads:
        for month, counts in head["months"].items():
            months[month] = [a + b for a, b in zip(months.get(month, [0] * len(counts)), counts, strict=True)]
        known.update(head["scales"])
        unknown.update(head["unknown"])
        for kind, total in cells.items():
            for key, found in head[kind].items():
                total.setdefault(key, Counter()).update(found)
        for rule, found in head["series"].items():
            both = sorted([*samples.get(rule, ()), *found], key=lambda s: (s["hash"], s["fingerprint"]))
            samples[rule] = both[:PER_RULE]
    return {
        "months": dict(sorted(months.items())),
        "scales": dict(sorted(known.items())),
        "doses": {k: dict(sorted(v.items())) for k, v in sorted(cells["doses"].items())},
        "unknown": dict(sorted(unknown.items())),
        "kidney": {k: dict(sorted(v.items())) for k, v in sorted(cells["kidney"].items())},
        "series": dict(sorted(samples.items())),
    }


def _nested(cells: Mapping[tuple[Any, ...], int]) -> dict[str, int]:
    """``{"3 0": 12}``: the bins with a blank between them."""
    return {" ".join(map(str, bins)): count for bins, count in sorted(cells.items(), key=str)}


def _renal(view: View, scale: Scale) -> str:
    """The bin of kidney function; of a range its lower end, which is the safer reading."""
    kidney = view.kidney
    if scale.clearance:
        kidney = lower(kidney, clearance_on(view.facts, view.day, view.settings["kidney"]))
    if kidney.dialysis:
        return DIALYSIS
    if kidney.k is None:
        return UNKNOWN
    return str(scale.renal_bin(kidney.k.low if kidney.k.low is not None else Fraction(0)))


def _limits(finding: Finding | None, scale: Scale | None, unit: str) -> list[list[Any]]:
    """[value, clause, whether it is the finding's own]: its limit, and those that hold for everyone."""
    found: dict[Fraction, tuple[str, bool]] = {}
    if finding is not None and finding.limit is not None and finding.limit.unit == unit:
        found[finding.limit.value] = (finding.clause or "", True)
    for line in scale.lines if scale is not None else ():
        if not line.who:
            found.setdefault(line.value, (line.clause, False))
    return [[as_json(value), *said] for value, said in sorted(found.items())]
