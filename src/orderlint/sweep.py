"""A definition held against every patient of a grid: age against kidney function.

For each cell the definition's orders that such a patient would get are judged by the same kernel as a
patient's own orders. The grid's lines come from the bounds in the protocols, so that no band falls
between two cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from orderlint.assemble import SEVERITY_ORDER, assemble
from orderlint.dosing.model import DateSpan
from orderlint.exact import Fraction
from orderlint.findings import Finding
from orderlint.guards import passage
from orderlint.interval import point
from orderlint.interval_sets import meet
from orderlint.kernel import judge
from orderlint.namedtuple import NamedTuple
from orderlint.protocols.model import ProtocolSet
from orderlint.record import ConditionFact, Facts, Lab, Order, Record

DIALYSIS = "dialysis"
AGES = tuple(range(20, 100, 10))  # the grid's own lines; the protocols' bounds join them
KIDNEYS = tuple(range(10, 130, 10))
EGFR_UNIT = "mL/min/{1.73_m2}"
STATES = ("error", "warning", "undecided", "info", "clear", "at-word", "not-given")  # worst first


class Cell(NamedTuple):
    """One patient of the grid. ``kidney`` is mL/min, or DIALYSIS; ``orders`` what the patient would get."""

    age: int
    kidney: int | str
    state: str
    findings: tuple[Finding, ...]
    orders: tuple[str, ...]
    at_word: tuple[str, ...]


class Sweep(NamedTuple):
    """The grid of one definition, row by row (a row is a kidney function, best first)."""

    name: str
    ages: tuple[int, ...]
    kidneys: tuple[int | str, ...]
    cells: Mapping[tuple[int, int | str], Cell]

    @property
    def first_failing(self) -> Cell | None:
        """The first cell with an error, else with a warning: the youngest, then the best kidneys."""
        for state in ("error", "warning"):
            for age in self.ages:
                for kidney in self.kidneys:
                    if self.cells[age, kidney].state == state:
                        return self.cells[age, kidney]
        return None


def sweep(
    record: Record,
    name: str,
    protocols: ProtocolSet,
    as_of: date,
    ages: Sequence[int] = (),
    kidneys: Sequence[int] = (),
) -> Sweep:
    """Judge a template record for every cell. Without ``ages`` or ``kidneys`` the grid is the default one."""
    columns = tuple(sorted(set(ages))) or _lines(AGES, _bounds(record, protocols, "age"))
    values = tuple(sorted(set(kidneys))) or _lines(KIDNEYS, _bounds(record, protocols, "kidney"))
    rows: tuple[int | str, ...] = (*reversed(values), DIALYSIS)
    cells = {(age, k): _cell(record, age, k, protocols, as_of) for age in columns for k in rows}
    return Sweep(name, columns, rows, cells)


def _lines(grid: Iterable[int], bounds: Iterable[Fraction]) -> tuple[int, ...]:
    """The grid's lines, and the whole numbers on both sides of every bound."""
    lines = set(grid)
    for bound in bounds:
        lines |= {int(bound) - 1, int(bound), int(bound) + 1}
    return tuple(sorted(x for x in lines if x > 0))


def _bounds(record: Record, protocols: ProtocolSet, key: str) -> set[Fraction]:
    """Every figure that a rule of these drugs compares ``key`` with."""
    drugs = {d.ingredient for o in record.orders for d in o.drugs}
    found: set[Fraction] = set()
    for instance in protocols.instances:
        if instance.drugs & drugs:
            found |= _figures(instance.when, key)
            found |= _figures(instance.params, key)
    return found


def _figures(value: Any, key: str) -> set[Fraction]:
    found: set[Fraction] = set()
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name == key and isinstance(item, Mapping):
                found |= {Fraction(str(x)) for x in item.values() if isinstance(x, (int, float))}
            else:
                found |= _figures(item, key)
    elif isinstance(value, (list, tuple)):
        for item in value:
            found |= _figures(item, key)
    return found


def _cell(record: Record, age: int, kidney: int | str, protocols: ProtocolSet, as_of: date) -> Cell:
    given, at_word = [], []
    for order in record.orders:
        gets = _gets(order, age, kidney)
        if gets == "yes":
            given.append(order._replace(guards=()))
        elif gets == "at-word":
            at_word.append(order.resource)
    patient = record._replace(
        mode="patient", orders=tuple(given), facts=_facts(age, kidney, as_of), as_of=as_of
    )
    done = assemble(patient, judge(patient, protocols), protocols)
    findings = tuple(f for f in done.findings if f.clause is not None)
    undecided = tuple(
        f for f in done.findings if f.rule.endswith("-unknown") or f.rule == "dose-unverifiable"
    )
    state = _state(findings, undecided, given, at_word)
    return Cell(age, kidney, state, (*findings, *undecided), tuple(o.resource for o in given), tuple(at_word))


def _state(
    findings: Sequence[Finding], undecided: Sequence[Finding], given: Sequence[Order], at_word: Sequence[str]
) -> str:
    worst = min((f.severity for f in findings), key=SEVERITY_ORDER.__getitem__, default=None)
    if worst in ("error", "warning"):
        return str(worst)
    if undecided:
        return "undecided"
    if worst is not None:
        return worst
    if given:
        return "clear"
    return "at-word" if at_word else "not-given"


def _gets(order: Order, age: int, kidney: int | str) -> str:
    """ "yes", "no", or "at-word" where only a guard that can't be evaluated keeps the patient out."""
    at_word = False
    values = (("age", Fraction(age)), ("renal", Fraction(0) if kidney == DIALYSIS else Fraction(kidney)))
    for fact, value in values:
        past = passage(order.guards, fact)
        here = (point(value),)
        if not meet(past.may, here):
            return "no"
        at_word = at_word or (bool(past.at_word) and not meet(past.surely, here))
    return "at-word" if at_word else "yes"


def _facts(age: int, kidney: int | str, as_of: date) -> Facts:
    try:
        birth = as_of.replace(year=as_of.year - age)
    except ValueError:  # 29 February of a year that has none
        birth = as_of.replace(year=as_of.year - age, day=28)
    facts = Facts(birth=DateSpan(birth, birth), birth_source="the grid")
    today = DateSpan(as_of, as_of)
    if kidney == DIALYSIS:
        return facts._replace(
            conditions=(ConditionFact(frozenset({"dialysis"}), True, None, None, "the grid"),)
        )
    return facts._replace(labs=(Lab("egfr", Fraction(kidney), EGFR_UNIT, today, "the grid"),))
