"""Which mutants of the rules the examples and fixtures catch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from orderlint.kernel import judge
from orderlint.namedtuple import NamedTuple
from orderlint.protocols.errors import ProtocolError
from orderlint.protocols.examples import kidneys
from orderlint.protocols.examples.record import AS_OF
from orderlint.protocols.examples.run import fault
from orderlint.protocols.examples.suite import Example, Suite, Suites
from orderlint.protocols.examples.verdict import Said, said_of
from orderlint.protocols.linter.bands import bands
from orderlint.protocols.linter.issue import Issue
from orderlint.protocols.linter.shape import rule_validator
from orderlint.protocols.linter.source import Source
from orderlint.protocols.loader import instance_of, settings_of
from orderlint.protocols.model import Instance, ProtocolSet
from orderlint.protocols.mutation.mutants import mutants
from orderlint.protocols.mutation.settings import settings_mutants
from orderlint.record import Record


class Survivor(NamedTuple):
    """A change that no example noticed, at its place in the file; settings have no clause and no rule."""

    clause: str
    rule: str
    issue: Issue


class Mutation(NamedTuple):
    """How many mutants there were, how many were caught, and those that were not."""

    made: int
    caught: int
    survivors: tuple[Survivor, ...]

    @property
    def share(self) -> float:
        """The share that was caught; 1 where there was nothing to catch."""
        return self.caught / self.made if self.made else 1.0


def mutate(suites: Suites, fixtures: Path | None = None) -> Mutation:
    """Every mutant of every rule and of the settings.

    One of a rule is caught where the protocol linter refuses its bands, where an example of its clause gets
    another verdict or, those saying nothing new, an order of the fixtures of its rule (a folder
    ``<rule>/<verdict>/<case>``); one of the settings where any example gets another verdict.
    """
    protocols = suites.protocols
    clauses = {c.id: c for p in protocols.protocols for c in p.clauses}
    made = caught = 0
    survivors: list[Survivor] = []
    cases = _Fixtures(fixtures, protocols)
    sayable = rule_validator()
    for suite in suites.suites:
        for nth, written in enumerate(suite.written):
            original = suite.instances[nth]
            judged = _judged(suite, nth, protocols)
            for mutant in mutants(written.rule):
                if mutant.rule["drugs"] and not sayable(mutant.rule):
                    continue  # no protocol could say this
                try:
                    instance = instance_of(
                        suite.source.file, mutant.rule, original.clauses, clauses, protocols.rules
                    )
                except (ProtocolError, KeyError):
                    continue
                made += 1
                changed = written._replace(rule=mutant.rule)
                if (
                    bands(suite.source, changed)
                    or _noticed(suite, nth, instance, judged, protocols)
                    or cases.notice(original, instance)
                ):
                    caught += 1
                    continue
                words = f"{suite.clause}, {original.rule}: {mutant.words} changes no verdict"
                issue = suite.source.issue((*written.path, *mutant.path), words, "warning")
                survivors.append(Survivor(suite.clause, original.rule, issue))
    for source in suites.sources:
        found = _of_settings(suites, source)
        made, caught = made + found.made, caught + found.caught
        survivors += found.survivors
    return Mutation(made, caught, tuple(survivors))


def _of_settings(suites: Suites, source: Source) -> Mutation:
    """The mutants of one file's settings against all examples, those that speak of them first."""
    own = source.top("settings")
    if not isinstance(own, Mapping):
        return Mutation(0, 0, ())
    every = (*suites.others, *suites.sources)
    judged: dict[str, list[_Before]] = {}
    made = caught = 0
    survivors: list[Survivor] = []
    for mutant in settings_mutants(own):
        key = mutant.path[0]
        if key not in judged:
            judged[key] = _speaking_of(key, suites)
        documents = [{**s.data, "settings": mutant.settings} if s is source else s.data for s in every]
        settings = settings_of(documents)
        protocols = suites.protocols._replace(settings=settings)
        made += 1
        wrong = any(kidneys.failures(s, settings) for s in suites.sources)
        if wrong or any(before.differs(protocols) for before in judged[key]):
            caught += 1
            continue
        words = f"settings/{mutant.words} changes no verdict"
        survivors.append(Survivor("", "", source.issue(("settings", *mutant.path), words, "warning")))
    return Mutation(made, caught, tuple(survivors))


class _Before(NamedTuple):
    """One example with the instances that judge it, and what is said of it as the files stand."""

    example: Example
    instances: tuple[Instance, ...]
    said: Said

    def differs(self, protocols: ProtocolSet) -> bool:
        after = said_of(self.example, self.instances, protocols)
        return (after.state, after.severity) != (self.said.state, self.said.severity)


# What a sketch says where a setting may count; of any other setting every example is asked.
_SPOKEN_OF: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "kidney": lambda said: set(said.get("patient", ())) & {"egfr", "crcl", "creatinine"},
    "text": lambda said: "text" in said["order"],
    "hepatic": lambda said: "conditions" in said.get("patient", ()) or "reason" in said["order"],
}


def _speaking_of(key: str, suites: Suites) -> list[_Before]:
    found = []
    speaks = _SPOKEN_OF.get(key)
    for suite in suites.suites:
        for example in suite.examples:
            if speaks is not None and not speaks(example.said):
                continue
            chosen = tuple(suite.instances[n] for n in suite.speaks_of(example))
            said = said_of(example, chosen, suites.protocols)
            if fault(example, said) is None:
                found.append(_Before(example, chosen, said))
    return found


Judged = list[tuple[int, Said]]


def _judged(suite: Suite, nth: int, protocols: ProtocolSet) -> Judged:
    """The examples that speak of a rule and pass, by their number, with what is said of them."""
    found: Judged = []
    for number, example in enumerate(suite.examples):
        chosen = suite.speaks_of(example)
        if nth in chosen:
            said = said_of(example, [suite.instances[n] for n in chosen], protocols)
            if fault(example, said) is None:
                found.append((number, said))
    return found


def _noticed(suite: Suite, nth: int, instance: Instance, judged: Judged, protocols: ProtocolSet) -> bool:
    for number, before in judged:
        example = suite.examples[number]
        chosen = [instance if n == nth else suite.instances[n] for n in suite.speaks_of(example)]
        after = said_of(example, chosen, protocols)
        if (after.state, after.severity) != (before.state, before.severity):
            return True
    return False


class _Fixtures:
    """The fixtures of each rule as records, read once."""

    def __init__(self, folder: Path | None, protocols: ProtocolSet) -> None:
        self.folder = folder
        self.protocols = protocols
        self._records: dict[str, Sequence[Record]] = {}
        self._before: dict[int, tuple[Instance, Any]] = {}

    def notice(self, original: Instance, instance: Instance) -> bool:
        """Whether an order of the rule's fixtures gets another verdict."""
        if self.folder is None:
            return False
        records = self._of(original.rule)
        if id(original) not in self._before:
            self._before[id(original)] = (original, [self._said(r, original) for r in records])
        before = self._before[id(original)][1]
        return any(self._said(r, instance) != said for r, said in zip(records, before, strict=True))

    def _said(self, record: Record, instance: Instance) -> Mapping[str, tuple[str, str | None]]:
        verdicts = judge(record, self.protocols._replace(instances=(instance,)))
        return {
            f"{v.order.key} {v.drug.ingredient}": (
                v.outcome.state,
                v.severity if v.outcome.state == "fires" else None,
            )
            for v in verdicts
            if v.outcome.state != "clear"
        }

    def _of(self, rule: str) -> Sequence[Record]:
        if rule not in self._records:
            assert self.folder is not None  # noqa: S101 - asked only then
            found: list[Record] = []
            for case in sorted(self.folder.glob(f"{rule}/*/*")):
                if not case.name.endswith(".expected.json"):
                    found += records_of(case, self.protocols, AS_OF)
            self._records[rule] = found
        return self._records[rule]


def records_of(path: Path, protocols: ProtocolSet, as_of: date) -> Sequence[Record]:
    """The records that a run over one file or folder would judge."""
    from orderlint.engine import read_all  # noqa: PLC0415
    from orderlint.fhir.build.records import build  # noqa: PLC0415
    from orderlint.fhir.reference import Index  # noqa: PLC0415
    from orderlint.fhir.source.files import find_inputs  # noqa: PLC0415

    read = read_all(find_inputs([str(path)], None))
    index = Index.of(read.resources)
    return build(read.resources, index, protocols.names_drug, as_of).records
