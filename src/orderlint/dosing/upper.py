"""Where the text of an instruction says more than its structure: what its reading comes to.

It is never the order's dose: the structure is. But a limit that the structure keeps and the text would
exceed is kept by nobody's word, so a step carries the larger reading as its ``upper``.
"""

from __future__ import annotations

from collections.abc import Sequence

from orderlint.dosing.course import whole_day
from orderlint.dosing.model import DateSpan, Dose, Step, Upper
from orderlint.dosing.product import Target
from orderlint.dosing.regimen import Regimen, regimen
from orderlint.dosing.sequence import Piece
from orderlint.dosing.sig import Read, Told, agrees
from orderlint.dosing.together import Part, add_up, by_slot
from orderlint.exact import Fraction


def upper(
    step: Step, run: Sequence[Read], here: Sequence[Part], target: Target, piece: Piece, zero: DateSpan | None
) -> Upper | None:
    """The larger reading of the texts of ``run``, the instructions of ``step``; None where none says more.

    A text that stands at several of the instructions speaks of all of them together.
    """
    if step.daily is None or step.mean is None or all(agrees(line) for line in run):
        return None
    by_text: dict[tuple[Told, ...], list[int]] = {}
    for i, line in enumerate(run):
        by_text.setdefault(line.told or (Told(line.instruction, line.when),), []).append(i)
    parts: list[Part] = []
    raised = False
    for places in by_text.values():
        mine = [here[i] for i in places]
        said = _larger(run[places[0]], mine, target, piece, zero) if run[places[0]].told else None
        raised = raised or said is not None
        parts += mine if said is None else [mine[0]._replace(rule=said)]
    if not raised:
        return None
    total = parts[0].rule if len(parts) == 1 else add_up(parts, target, piece, zero)
    if total.problem or total.daily is None or total.unit + "/d" != step.daily.unit:
        return None
    daily = max(total.daily, step.daily.value)
    mean = max(total.mean or Fraction(0), step.mean.value)
    single = _most(total.per_dose, step.per_dose.value if step.per_dose is not None else None)
    return Upper(
        Dose(daily, step.daily.unit),
        Dose(mean, step.daily.unit),
        Dose(single, total.unit) if single is not None else None,
        _most(total.times, step.times_per_day),
        tuple(sorted(by_slot(parts, target, piece, zero).items())) or step.slots,
    )


def _larger(
    line: Read, mine: Sequence[Part], target: Target, piece: Piece, zero: DateSpan | None
) -> Regimen | None:
    """The regimen of ``line``'s text where it is more than ``mine``, each number the larger of the two."""
    rule = mine[0].rule if len(mine) == 1 else add_up(list(mine), target, piece, zero)
    said = _said(line, rule if len(mine) == 1 else None, target)
    if said is None or said.problem or said.unit != rule.unit or rule.daily is None:
        return None
    daily, single = _most(said.daily, rule.daily), _most(said.per_dose, rule.per_dose)
    times = _most(said.times, rule.times)
    if (daily, single) == (rule.daily, rule.per_dose) and (times == rule.times or said.daily is None):
        return None
    return rule._replace(daily=daily, mean=_most(said.mean, rule.mean), per_dose=single, times=times)


def _said(line: Read, rule: Regimen | None, target: Target) -> Regimen | None:
    """What the text of ``line`` comes to; what it leaves open is as in the structure."""
    told = line.told
    if len(told) == 1:
        said = _completed(told[0], line, target)
        if rule is not None and whole_day(told[0], said, rule, line.when):
            return None
        return said
    rules = [regimen(each.instruction, each.when, target) for each in told]
    if any(each.instruction.sequence is not None for each in told):
        rules = [each for each in rules if each.problem is None and each.daily is not None]
        if not rules or len({each.unit for each in rules}) > 1:
            return None
        best = max(rules, key=lambda each: each.daily or 0)
        singles = [each.per_dose for each in rules if each.per_dose is not None]
        return best._replace(per_dose=max(singles, default=None))
    parts = [Part(x.instruction, x.when, rule) for x, rule in zip(told, rules, strict=True)]
    return add_up(parts, target, Piece(0, None, ()), None)


def _completed(told: Told, line: Read, target: Target) -> Regimen:
    said, own = told.instruction, line.instruction
    whole = said._replace(doses=said.doses or own.doses, as_needed=said.as_needed or own.as_needed)
    if not (said.max_per_period or said.max_per_administration):
        whole = whole._replace(
            max_per_period=own.max_per_period, max_per_administration=own.max_per_administration
        )
    often = told.when.times is not None and line.when.number is None and told.when.number is None
    return regimen(whole, told.when if often else line.when, target)


def uncapped(line: Read, part: Part, target: Target) -> Regimen:
    """The regimen of ``line`` without the limits that only its text sets."""
    if "cap" not in line.words:
        return part.rule
    free = line.instruction._replace(max_per_period=(), max_per_administration=None)
    return regimen(free, line.when, target)


def _most(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return max((each for each in (one, other) if each is not None), default=None)
