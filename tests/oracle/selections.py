"""Small definitions made at random, and every selection that a user may make in them, one by one.

Written from FHIR's own words on ``selectionBehavior``, ``requiredBehavior`` and ``cardinalityBehavior``, and
sharing nothing with the program but those. A ``multiple`` action is taken at most twice here, and once within
another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

DRUGS = ("baclofen", "tizanidine", "gabapentin")
BEHAVIOURS = (None, "any", "all", "all-or-none", "exactly-one", "at-most-one", "one-or-more")
REQUIRED = (None, None, "must", "could", "must-unless-documented")
AGES: tuple[tuple[int | None, int | None], ...] = ((None, 18), (18, 65), (65, None), (None, 65), (18, None))
EVERY_AGE = (5, 30, 80)

Selection = tuple[int, ...]  # for each leaf of the definition, how often it is taken


class Node(NamedTuple):
    """One action: what it orders (a drug and milligrams, once a day), and those below it."""

    drug: tuple[str, int] | None
    children: tuple[Node, ...]
    selection: str | None = None
    required: str | None = None
    multiple: bool = False
    ages: tuple[int | None, int | None] | None = None
    nested: bool = False  # it stands in a PlanDefinition of its own, that an action names

    def leaves(self) -> Iterator[tuple[str, int]]:
        """What is ordered, in document order."""
        if self.drug is not None:
            yield self.drug
        for child in self.children:
            yield from child.leaves()


def _one(children: SearchStrategy[tuple[Node, ...]], group: bool, multiples: bool) -> SearchStrategy[Node]:
    drug = st.tuples(st.sampled_from(DRUGS), st.sampled_from((1, 2, 5, 10)))
    return st.builds(
        Node,
        st.none() if group else drug,
        children,
        st.sampled_from(BEHAVIOURS),
        st.sampled_from(REQUIRED),
        st.sampled_from((False, False, False, True)) if multiples else st.just(False),
        st.one_of(st.none(), st.none(), st.sampled_from(AGES)),
        st.sampled_from((False, False, True)),
    )


def definitions(multiples: bool = True) -> SearchStrategy[Node]:
    """Definitions of up to seven orders; one action may stand in several places."""
    nothing: SearchStrategy[tuple[Node, ...]] = st.just(())
    leaf = _one(nothing, False, multiples)

    def some(node: SearchStrategy[Node]) -> SearchStrategy[tuple[Node, ...]]:
        several = st.lists(node, min_size=1, max_size=3).map(tuple)
        return st.one_of(several, node.map(lambda n: (n, n)))

    group = _one(some(leaf), True, multiples)
    deeper = _one(some(st.one_of(leaf, group)), True, multiples)
    both = _one(some(leaf), False, multiples)  # orders something itself, and holds others
    top = some(st.one_of(leaf, group, deeper, both))
    return top.map(lambda t: Node(None, t)).filter(lambda n: len(list(n.leaves())) <= 7)


def selections(root: Node) -> set[Selection]:
    """Every selection that a patient of any age may be given."""
    return {chosen for age in EVERY_AGE for chosen in _once(root, age, 0, len(list(root.leaves())), False)}


def _once(node: Node, age: int, first: int, size: int, within: bool) -> set[Selection]:
    """What may be taken where ``node`` is chosen one time; its first leaf is number ``first``."""
    start = first
    own = (0,) * size
    if node.drug is not None:
        own = (*own[:first], 1, *own[first + 1 :])
        first += 1
    taken: list[set[Selection]] = []
    optional: list[bool] = []
    must: list[bool] = []
    within = within or node.multiple
    for child in node.children:
        if _applies(child, age):
            taken.append(_chosen(child, age, first, size, within))
            optional.append(child.required == "could")
            must.append(child.required == "must")
        first += len(list(child.leaves()))
    assert first - start == len(list(node.leaves()))
    return {_sum((own, below)) for below in _below(node.selection, taken, optional, must, size)}


def _applies(node: Node, age: int) -> bool:
    low, high = node.ages or (None, None)
    return (low is None or age >= low) and (high is None or age < high)


def _chosen(node: Node, age: int, first: int, size: int, within: bool) -> set[Selection]:
    once = _once(node, age, first, size, within)
    if not node.multiple or within:
        return once
    return once | {_sum(two) for two in product(once, once)}


def _below(
    behaviour: str | None, taken: list[set[Selection]], optional: list[bool], must: list[bool], size: int
) -> set[Selection]:
    none = (0,) * size
    all_of_them = {_sum(some) for some in product(*taken)} if taken else {none}
    if behaviour in ("exactly-one", "at-most-one"):
        one = {s for some in taken for s in some}
        return one | {none} if behaviour == "at-most-one" or not taken else one
    if behaviour == "all-or-none":
        return all_of_them | {none}
    free = optional if behaviour == "all" else [not m for m in must]
    found = set()
    for left_out in product(*((True, False) if f else (False,) for f in free)):
        if behaviour == "one-or-more" and taken and all(left_out):
            continue
        parts = (({none} if out else some) for out, some in zip(left_out, taken, strict=True))
        found |= {_sum(some) for some in product(*parts)} if taken else {none}
    return found


def _sum(parts: Iterable[Selection]) -> Selection:
    return tuple(map(sum, zip(*parts, strict=True)))


# ------------------------------------------------------------------------------------- as FHIR


def plan_of(root: Node) -> list[dict[str, Any]]:
    """A PlanDefinition, first, with all that it names. Equal orders are one ActivityDefinition."""
    found: dict[str, dict[str, Any]] = {}
    nested: dict[int, str] = {}

    def action(node: Node) -> dict[str, Any]:
        if not node.nested:
            return _behaviours(
                node, {"definitionCanonical": activity(node.drug)} if node.drug else {}, action
            )
        if id(node) not in nested:
            nested[id(node)] = f"http://x/plan{len(nested)}"
            inside = action(node._replace(nested=False))
            found[nested[id(node)]] = _plan(nested[id(node)], [inside])
        return {"definitionCanonical": nested[id(node)]}

    def activity(drug: tuple[str, int]) -> str:
        url = f"http://x/{drug[0]}{drug[1]}"
        found[url] = {
            "resourceType": "ActivityDefinition",
            "url": url,
            "id": url[9:],
            "status": "active",
            "kind": "MedicationRequest",
            "productCodeableConcept": {"text": drug[0]},
            "dosage": [_dosage(drug[1])],
        }
        return url

    top = _plan("http://x/top", [action(child) for child in root.children])
    return [top, *found.values()]


def request_group_of(root: Node, subject: str) -> list[dict[str, Any]]:
    """A RequestGroup of one patient, first, with the orders that it names, each an order of its own."""
    orders: list[dict[str, Any]] = []

    def action(node: Node) -> dict[str, Any]:
        target = {}
        if node.drug is not None:
            orders.append(
                {
                    "resourceType": "MedicationRequest",
                    "id": f"m{len(orders)}",
                    "status": "draft",
                    "intent": "proposal",
                    "authoredOn": "2026-06-01",
                    "subject": {"reference": subject},
                    "medicationCodeableConcept": {"text": node.drug[0]},
                    "dosageInstruction": [_dosage(node.drug[1])],
                }
            )
            target = {"resource": {"reference": f"MedicationRequest/{orders[-1]['id']}"}}
        return _behaviours(node, target, action)

    group = {
        "resourceType": "RequestGroup",
        "id": "g",
        "status": "draft",
        "intent": "proposal",
        "subject": {"reference": subject},
        "action": [action(child) for child in root.children],
    }
    return [group, *orders]


def _plan(url: str, actions: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "resourceType": "PlanDefinition",
        "url": url,
        "id": url[9:],
        "status": "active",
        "action": actions,
    }


def _dosage(milligrams: int) -> dict[str, Any]:
    dose = {"value": milligrams, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    return {
        "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
        "route": {"text": "oral"},
        "doseAndRate": [{"doseQuantity": dose}],
    }


def _behaviours(node: Node, target: dict[str, Any], action: Any) -> dict[str, Any]:
    made: dict[str, Any] = dict(target)
    if node.children:
        made["action"] = [action(child) for child in node.children]
    if node.selection is not None:
        made["selectionBehavior"] = node.selection
    if node.required is not None:
        made["requiredBehavior"] = node.required
    if node.multiple:
        made["cardinalityBehavior"] = "multiple"
    if node.ages is not None:
        low, high = node.ages
        said = [f"AgeInYears() >= {low}"] if low is not None else []
        said += [f"AgeInYears() < {high}"] if high is not None else []
        expression = {"language": "text/cql", "expression": " and ".join(said)}
        made["condition"] = [{"kind": "applicability", "expression": expression}]
    return made
