"""What a partition adds to the summary: orders and findings by drug, month, prescriber and department.

Counts only, and the reasons why something could not be decided, in words without ids and dates.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orderlint.assemble import NEED_RULES
from orderlint.audit import keys
from orderlint.audit.results.pseudonyms import Pseudonyms
from orderlint.fhir.source.container import Resource
from orderlint.findings import Finding
from orderlint.kernel import Verdict
from orderlint.protocols.model import ProtocolSet
from orderlint.record import Order

BY = ("drug", "month", "prescriber", "department")
UNDECIDED = frozenset((*NEED_RULES.values(), "medication-unidentified", "unresolved-reference"))
_ID = re.compile(r"\b([A-Z][A-Za-z]{3,63})/[A-Za-z0-9.\-]{1,64}(?:#[^\s:,;)]*)?|\burn:[a-z]+:[0-9A-Za-z.\-]+")
_NAMES_ONE = re.compile(r"[A-Z][A-Za-z]{3,63}/[A-Za-z0-9.\-]{1,64}|urn:(?:uuid|oid):[0-9a-f.\-]{1,64}")
NO_ID = "a reference that is no id"
_FILE = re.compile(r"\S+\.(?:nd)?json(?:\.gz)?(?::\d+)*(?:#[^\s:]*)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
# What stands in quotes was read in the export. Up to the last quote: there may be apostrophes in it.
_QUOTED = re.compile(r"""(?s)(?<!\w)(?:'.*'|".*")(?!\w)""")
_OF_AN_ORDER = re.compile(r"(?:(?:MedicationRequest|a file): )+")
_MOST_REASONS = 200  # of a partition; the rest is counted as others
OTHERS = "other reasons"


class Tally:
    """Counts of one partition."""

    def __init__(self, protocols: ProtocolSet, secret: bytes | None) -> None:
        self._by_drug = protocols.by_drug
        self._names = Pseudonyms(secret)
        self.counts: Counter[str] = Counter()
        self._judged: Counter[tuple[str, ...]] = Counter()  # orders, by the drugs that a rule names
        self._shares: dict[str, Counter[str]] = {name: Counter() for name in BY if name != "drug"}
        self._hits: dict[str, Counter[str]] = {
            name: Counter() for name in ("rule", *(f"rule by {n}" for n in BY))
        }
        self._undecided: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._who: dict[str, tuple[str, str]] = {}  # order: prescriber, department
        self._when: dict[str, dict[str, str]] = {}  # order: its month, prescriber and department

    def meet(self, name: str, order: Resource) -> None:
        """Remember who prescribed an order, before it is built."""
        self._who[name] = _people(order)

    def order(self, order: Order) -> None:
        """Count an order that is judged, if a rule names its drug."""
        drugs = sorted({d.ingredient for d in order.drugs if d.ingredient in self._by_drug})
        if not drugs:
            return
        month = order.written.first.isoformat()[:7] if order.written is not None else "no date"
        prescriber, department = self._who.get(order.resource, ("", ""))
        said = {"month": month, "prescriber": prescriber, "department": department}
        self._when[order.resource] = said
        self._judged[tuple(drugs)] += 1
        for name, value in said.items():
            if value:
                self._shares[name][value] += 1

    def reasons(self, verdicts: Sequence[Verdict], outside: Iterable[str] = ()) -> None:
        """Why rules could not be decided: each reason once an order."""
        seen: dict[tuple[str, str], None] = {}
        for verdict in verdicts:
            if verdict.outcome.state == "undecided" and verdict.order.resource not in outside:
                for need in verdict.outcome.needs:
                    seen[verdict.order.key, f"{NEED_RULES[need.kind]}\t{anonymous(need.why)}"] = None
        self._reasons.update(reason for _, reason in seen)

    def finding(self, finding: Finding) -> None:
        """Count a finding that the report holds."""
        self.counts[finding.severity] += 1
        self._hits["rule"][finding.rule] += 1
        if finding.rule in UNDECIDED:
            self._undecided[finding.rule] += 1
        if finding.drug:
            self._hits["rule by drug"][f"{finding.rule}\t{finding.drug}"] += 1
        for name, value in self._when.get(finding.resource or "", {}).items():
            if value:
                self._hits[f"rule by {name}"][f"{finding.rule}\t{value}"] += 1

    def head(self) -> dict[str, Any]:
        """All counts as plain values."""
        names = self._names
        kept = dict(self._reasons.most_common()[:_MOST_REASONS])
        rest = sum(self._reasons.values()) - sum(kept.values())
        shares = self._of_drugs() | self._shares
        return {
            "counts": dict(self.counts),
            "shares": {k: {names.text(n): c for n, c in v.items()} for k, v in shares.items()},
            "hits": {k: {names.text(n): c for n, c in v.items()} for k, v in self._hits.items()},
            "undecided": dict(self._undecided),
            "reasons": kept | ({f"\t{OTHERS}": rest} if rest else {}),
        }

    def _of_drugs(self) -> dict[str, Counter[str]]:
        """How many orders each rule and each drug could be found in."""
        rules: Counter[str] = Counter()
        named: Counter[str] = Counter()
        for drugs, orders in self._judged.items():
            for drug in drugs:
                named[drug] += orders
            for rule in {i.rule for drug in drugs for i in self._by_drug[drug]}:
                rules[rule] += orders
        return {"rule": rules, "drug": named}


def anonymous(words: str) -> str:
    """A reason without what tells one order's from another's: ids, dates, files, and words of the export."""
    words = _ID.sub(lambda m: m[1] or "a resource", _QUOTED.sub("'…'", words))
    words = _DATE.sub("a day", _FILE.sub("a file", words))
    return words[len(found[0]) if (found := _OF_AN_ORDER.match(words)) else 0 :][:300]


def _people(order: Resource) -> tuple[str, str]:
    """Who prescribed, and for which department, where the order refers to them."""
    supply = order.value.get("dispenseRequest")
    performer = supply.get("performer") if isinstance(supply, Mapping) else None
    department = _reference(order.value.get("performer")) or _reference(performer)
    return _reference(order.value.get("requester")), department


def _reference(value: object) -> str:
    value = value[0] if isinstance(value, list) and value else value  # R5: several performers
    said = value.get("reference") if isinstance(value, dict) else None
    if not isinstance(said, str):
        return ""
    tail = keys.tail(said)
    return tail if _NAMES_ONE.fullmatch(tail) else NO_ID  # a name may stand there
