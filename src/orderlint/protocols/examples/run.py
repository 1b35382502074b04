"""Every example held against its clause."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.namedtuple import NamedTuple
from orderlint.protocols.examples.suite import Example, Suites
from orderlint.protocols.examples.verdict import Said, said_of
from orderlint.protocols.linter.issue import Issue


class Result(NamedTuple):
    """What one example expects, what was said, and ``fault`` in words where the two differ."""

    example: Example
    said: Said
    fault: str | None


def run(suites: Suites) -> list[Result]:
    """All examples, in the order of the files."""
    results = []
    for suite in suites.suites:
        for example in suite.examples:
            chosen = [suite.instances[n] for n in suite.speaks_of(example)]
            said = said_of(example, chosen, suites.protocols)
            results.append(Result(example, said, fault(example, said, bool(chosen))))
    return results


def fault(example: Example, said: Said, judged: bool = True) -> str | None:
    """Why the example fails; None where it doesn't."""
    wanted, severity = example.said["verdict"], example.said.get("severity")
    if not judged:
        return f"no rule '{example.said.get('rule')}' stands in the clause"
    if said.state == "broken":
        return said.words
    if said.state != wanted:
        return f"expected {wanted}, but it {_is(said)}"
    if severity is not None and said.severity != severity:
        return f"expected {severity}, but it {_is(said)}"
    return None


def _is(said: Said) -> str:
    words = f": {said.words}" if said.words else ""
    return f"fires ({said.severity}){words}" if said.state == "fires" else f"is {said.state}{words}"


def failures(results: Iterable[Result]) -> list[Issue]:
    """The failed examples at their places."""
    return [
        r.example.source.issue(r.example.path, f"{r.example.clause}, example {r.example.nth}: {r.fault}")
        for r in results
        if r.fault is not None
    ]
