"""What protocols say of a drug's daily dose, as lines and bands of a chart. Every figure is a clause's own.

A *scale* belongs to one drug by one set of routes. Its bins are steps of a dose per day and of kidney
function; their widths follow from the highest limit and the highest edge of a band, so that bins are the
same in every partition and limits fall on their edges where that can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orderlint.exact import Fraction
from orderlint.findings import Measure
from orderlint.namedtuple import NamedTuple
from orderlint.protocols.model import Instance, ProtocolSet
from orderlint.protocols.words import when_words
from orderlint.report.figures import as_json, as_text

_ROUND = (1, 5, 2, Fraction(5, 2), 4, 3, 6, Fraction(15, 2), 8)  # leading figures of a step, nicest first
_FEWEST, _MOST = 12, 20  # steps below the highest limit


class Line(NamedTuple):
    """A most a day. ``who`` is empty where it holds for everyone."""

    value: Fraction
    clause: str
    severity: str
    who: str


class Band(NamedTuple):
    """What holds at a kidney function from ``low`` to ``high`` mL/min (None: no end), or on dialysis.

    ``limit`` is the most a day, ``per_k`` the most a day for each mL/min; ``avoid``: none at all.
    """

    low: Fraction
    high: Fraction | None
    dialysis: bool
    limit: Fraction | None
    per_k: Fraction | None
    avoid: bool
    clause: str
    who: str


class Scale(NamedTuple):
    """The axes for one drug by some routes: doses in ``unit``, kidney function in mL/min."""

    drug: str
    routes: frozenset[str]
    unit: str
    step: Fraction
    steps: int  # below the highest limit; there are twice as many bins, and one for all above
    lines: tuple[Line, ...]
    bands: tuple[Band, ...]
    renal_step: Fraction | None
    renal_steps: int
    renal_rules: frozenset[str]
    clearance: bool  # a clause asks for the clearance too, and the lower estimate counts

    @property
    def key(self) -> str:
        """The drug and its routes, as heads name them."""
        return f"{self.drug}\t{' '.join(sorted(self.routes))}"

    def dose_bin(self, value: Fraction) -> int:
        """Bin n holds doses above n steps and up to n + 1; the last one all above."""
        return min(max(-(-value // self.step) - 1, 0), 2 * self.steps)

    def renal_bin(self, value: Fraction) -> int:
        """Bin n holds a kidney function from n steps to below n + 1; the last one all from there."""
        return min(max(int(value // (self.renal_step or 1)), 0), 2 * self.renal_steps)

    def head(self) -> dict[str, Any]:
        """The scale for the page, in plain values."""
        return {
            "drug": self.drug,
            "routes": sorted(self.routes),
            "unit": self.unit,
            "step": as_json(self.step),
            "steps": self.steps,
            "renal_step": as_json(self.renal_step) if self.renal_step is not None else None,
            "renal_steps": self.renal_steps,
            "lines": [
                {"value": as_json(x.value), "clause": x.clause, "severity": x.severity, "who": x.who}
                for x in self.lines
            ],
            "bands": [
                {
                    "low": as_json(x.low),
                    "high": None if x.high is None else as_json(x.high),
                    "dialysis": x.dialysis,
                    "limit": None if x.limit is None else as_json(x.limit),
                    "per_k": None if x.per_k is None else as_json(x.per_k),
                    "avoid": x.avoid,
                    "clause": x.clause,
                    "who": x.who,
                }
                for x in self.bands
            ],
        }


def scales(protocols: ProtocolSet) -> tuple[Scale, ...]:
    """One scale for each drug and set of routes of which a protocol limits the daily dose."""
    found: dict[tuple[str, frozenset[str]], list[Instance]] = {}
    for instance in protocols.instances:
        if instance.kind in ("max-daily-dose", "renal-bands"):
            for drug in instance.drugs:
                found.setdefault((drug, instance.routes), []).append(instance)
    made = (_scale(drug, routes, same) for (drug, routes), same in found.items())
    return tuple(sorted((s for s in made if s is not None), key=lambda s: s.key))


def _scale(drug: str, routes: frozenset[str], instances: list[Instance]) -> Scale | None:
    limits = [i for i in instances if i.kind == "max-daily-dose"]
    renal = [i for i in instances if i.kind == "renal-bands"]
    measures = [i.params["limit"] for i in limits] + [
        b["max_daily"] for i in renal for b in i.params["bands"] if "max_daily" in b
    ]
    if not measures:
        return None
    unit = measures[0].unit
    highest = max(m.value for m in measures if m.unit == unit)
    if highest <= 0:
        return None
    step, steps = step_below(highest)
    bands = tuple(_bands(renal, unit))
    edges = [e for b in bands for e in (b.low, b.high) if e]
    renal_step, renal_steps = step_below(max(edges)) if edges else (None, 0)
    return Scale(
        drug=drug,
        routes=routes,
        unit=unit,
        step=step,
        steps=steps,
        lines=tuple(_lines(limits, unit)),
        bands=bands,
        renal_step=renal_step,
        renal_steps=renal_steps,
        renal_rules=frozenset(i.rule for i in renal),
        clearance=any("equation" in i.params for i in renal),
    )


def _lines(instances: Iterable[Instance], unit: str) -> Iterable[Line]:
    for one in instances:
        limit: Measure = one.params["limit"]
        if limit.unit == unit:
            yield Line(limit.value, one.clauses[0].id, one.severity, _who(one))


def _who(instance: Instance) -> str:
    """For whom a limit holds, where that is not everyone."""
    said = [when_words(instance.when)]
    if "after_days" in instance.params:
        said.append(f"after {instance.params['after_days']} days")
    if "product_strength" in instance.params:
        strength: Measure = instance.params["product_strength"]
        said.append(f"products of {as_text(strength.value)} {strength.unit}")
    return ", ".join(part for part in said if part)


def _bands(instances: Iterable[Instance], unit: str) -> Iterable[Band]:
    for one in instances:
        for band in one.params["bands"]:
            when = dict(band.get("when") or {})
            dialysis = when.pop("dialysis", False) is True
            kidney = when.pop("kidney", None) or {}
            if not kidney and not dialysis:
                continue
            if "avoid" not in band and not any(k.startswith("max_") for k in band):
                continue
            low = Fraction(str(kidney.get("from", kidney.get("above", 0))))
            high = kidney.get("to", kidney.get("below"))
            limit = _most(band, unit)
            per_k: Measure | None = band.get("max_daily_per_k")
            yield Band(
                low=low,
                high=None if high is None else Fraction(str(high)),
                dialysis=dialysis,
                limit=limit,
                per_k=per_k.value if per_k is not None and per_k.unit == unit else None,
                avoid=bool(band.get("avoid")),
                clause=one.clauses[0].id,
                who=when_words({**(one.when or {}), **when}),
            )


def _most(band: Mapping[str, Any], unit: str) -> Fraction | None:
    """The most a day in a band: as written, else what times a day and the most at a time come to."""
    daily: Measure | None = band.get("max_daily")
    if daily is not None:
        return daily.value if daily.unit == unit else None
    single: Measure | None = band.get("max_single")
    times = band.get("max_times")
    if single is None or times is None or f"{single.unit}/d" != unit:
        return None
    return single.value * Fraction(str(times))


def step_below(limit: Fraction) -> tuple[Fraction, int]:
    """A round step, and how many of it make ``limit`` (above 0) exactly."""

    def rank(count: int) -> tuple[int, int]:
        step = limit / count
        while step >= 10:
            step /= 10
        while step < 1:
            step *= 10
        nice = _ROUND.index(step) if step in _ROUND else len(_ROUND)
        return nice, abs(count - (_FEWEST + _MOST) // 2)

    best = min(range(_FEWEST, _MOST + 1), key=rank)
    return limit / best, best
