"""Findings for the orders of each month, prescriber and department, every one with its denominator."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from orderlint.report.audit_html.words import MINUS, count, table, words

MOST = 50  # rows of a table
_RULES = 3  # of a row, by name
_REFERS = {
    "prescriber": "a prescriber (requester)",
    "department": "a department (performer of the order, or of its dispense request)",
}
_TYPES = (
    "(?:CareTeam|Device|DeviceDefinition|Group|HealthcareService|Location|Organization|Patient|Practitioner|"
    "PractitionerRole|RelatedPerson)/"
)
_ID = re.compile(_TYPES + r"[A-Za-z0-9._\-]{1,64}|urn:(?:uuid|oid):[0-9a-f.\-]{1,64}")
_HASH = re.compile(_TYPES + "[0-9a-f]{32}")
_NO_ID = "other references, that are no plain ids"
_DATED = re.compile(r"\d{4}-\d\d")
_HEAD = ("Findings", "Orders", "Findings per 100 orders", "Not decided", "By rule")


def rates_section(
    rates: Sequence[Mapping[str, Any]],
    covered: Mapping[str, Mapping[str, int]],
    undecided: Mapping[str, int],
    *,
    hidden: bool = False,
) -> str:
    """``covered``: the orders of covered drugs of each month, prescriber and department.

    A reference is text of the export: what is no id of a resource, perhaps a name, is not shown. With
    ``hidden``, where ids are replaced by hashes, what is no hash is not shown either.
    """
    ids = _HASH if hidden else _ID
    whole = sum(covered.get("month", {}).values())  # every order has one, if only "no date"
    said = ""
    for by in ("month", "prescriber", "department"):
        orders: Counter[str] = Counter()
        found: dict[str, Counter[str]] = {}
        for value, number in covered.get(by, {}).items():
            orders[_shown(by, value, ids)] += number
        for rate in rates:
            if rate["by"] == by:
                rules = found.setdefault(_shown(by, str(rate["of"]), ids), Counter())
                rules[str(rate["rule"])] += rate["findings"]
        said += f"<h3>By {by}</h3>{_part(by, orders, found, undecided, whole)}\n"
    return (
        '<section id="rates"><h2>Rates by month, prescriber and department</h2>\n'
        "<p>Of the orders of covered drugs. An order may have several findings; those that only say that a "
        "rule could not be decided are counted in “Not decided” once more. Few orders make a rate that says "
        "little, and prescribers differ in whom they treat. Rates by rule and drug: "
        f'<a href="#rules">Rules</a>.</p>\n{said}</section>\n'
    )


def _shown(by: str, value: str, ids: re.Pattern[str]) -> str:
    return value if by == "month" or ids.fullmatch(value) else _NO_ID


def _part(
    by: str,
    orders: Mapping[str, int],
    found: Mapping[str, Counter[str]],
    undecided: Mapping[str, int],
    whole: int,
) -> str:
    """In words how many there are and how many are shown, then the table, its last row for those left out."""
    if not orders:
        refers = f"refers to {_REFERS[by]}" if by in _REFERS else "was judged"
        return f"<p>No order of a covered drug {refers}: there are no rates by {by}.</p>"
    said = f"{len(found):,} of {len(orders):,} {by}s with orders have findings."
    nobody = whole - sum(orders.values())
    if nobody > 0:
        said += f" {nobody:,} of {whole:,} orders refer to no {by} and are in none of these rates."
    names = _ranked(by, found)
    left = names[MOST:]
    if left:
        which = "latest" if by == "month" else f"{by}s with the most findings"
        said += (
            f" Here are the {MOST} {which}; {len(left):,} more are added up in the last row, and "
            "report.json (--out) has each."
        )
    if by == "month":
        shown = sorted(names[:MOST], key=lambda m: (_DATED.fullmatch(m) is None, m))
    else:
        shown = names[:MOST]
    body = [[_name(by, n), *_cells(orders.get(n, 0), found[n], undecided)] for n in shown]
    if left:
        rest: Counter[str] = sum((found[n] for n in left), Counter())
        body.append([f"{len(left):,} more", *_cells(sum(orders.get(n, 0) for n in left), rest, undecided)])
    if not body:
        return f"<p>{said}</p>"
    numbers = frozenset(range(1, len(_HEAD)))
    drawn = table(f"Findings by {by}", (by.capitalize(), *_HEAD), body, numbers, tall=True)
    return f"<p>{said}</p>\n{drawn}"


def _ranked(by: str, found: Mapping[str, Counter[str]]) -> list[str]:
    """Who comes first: the latest month, else who has the most findings."""
    if by == "month":
        return sorted(found, key=lambda m: (_DATED.fullmatch(m) is not None, m), reverse=True)
    return sorted(found, key=lambda n: (-found[n].total(), n))


def _name(by: str, value: str) -> str:
    said = words(value, 110)
    return said if value == _NO_ID else f'<span class="{"day" if by == "month" else "id"}">{said}</span>'


def _cells(orders: int, rules: Counter[str], undecided: Mapping[str, int]) -> list[str]:
    ranked = sorted(rules.items(), key=lambda x: (-x[1], x[0]))
    named = [f"{words(rule, 60)}&nbsp;{number:,}" for rule, number in ranked[:_RULES]]
    if len(ranked) > _RULES:
        named.append(f"others&nbsp;{sum(n for _, n in ranked[_RULES:]):,}")
    findings = rules.total()
    return [
        count(findings),
        count(orders),
        f"{100 * findings / orders:.1f}" if orders else MINUS,
        count(sum(n for rule, n in ranked if rule in undecided)),
        f'<span class="most">{", ".join(named)}</span>',
    ]
