"""One run of ``check``: inputs → resources → records → verdicts → a result with places and fingerprints.

The engine reads files; the kernel never does. Nothing is held back: a fault of one input is a finding
beside those of all the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO, TYPE_CHECKING, Any

from orderlint import __version__
from orderlint.assemble import assemble, from_fault, one_per_rule_and_order, unsaid
from orderlint.config import Config
from orderlint.fhir.build.found import COVERED, NOT_COVERED, SKIPPED, UNKNOWN, Built, name_of
from orderlint.fhir.build.records import build
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource, resources
from orderlint.fhir.source.documents import Document, read_documents
from orderlint.fhir.source.files import Input, find_inputs
from orderlint.findings import Finding, Ledger, Result
from orderlint.kernel import judge
from orderlint.namedtuple import NamedTuple
from orderlint.protocols.expired import expired
from orderlint.protocols.info import info_of
from orderlint.protocols.model import ProtocolSet
from orderlint.record import InputFault

if TYPE_CHECKING:
    from orderlint.suppress import Suppression


class Options(NamedTuple):
    """How to run. ``as_of`` is the day that counts where an order has no date."""

    as_of: date
    today: date  # against which suppressions expire, whatever ``as_of`` says
    conformance: bool = True
    rules: frozenset[str] = frozenset()
    stdin: IO[bytes] | None = None
    of_patients: bool = False  # as in an audit: an order without a subject is of nobody known, no template


class Run:
    """What a run gives: the result, whether anything could not be used, and the source lines."""

    def __init__(self, result: Result, unusable: bool, empty: bool, sources: Sources) -> None:
        self.result = result
        self.unusable = unusable
        self.empty = empty
        self.sources = sources

    def lines(self, file: str, first: int, last: int) -> list[str]:
        """Source lines of an input, for reports."""
        return self.sources.lines(file, first, last)


class Read(NamedTuple):
    """Everything that was read: the documents and resources, and what could not be."""

    inputs: int
    documents: tuple[Document, ...]
    resources: tuple[Resource, ...]
    faults: tuple[InputFault, ...]
    unreadable: int  # inputs with at least one part that could not be read


def check(paths: Sequence[str], protocols: ProtocolSet, config: Config, options: Options) -> Run:
    """Lint everything that ``paths`` name."""
    stdin = options.stdin.read() if options.stdin is not None else None
    inputs = _included(find_inputs(paths, stdin), config)
    read = read_all(inputs)
    chosen = chosen_rules(protocols, config, options.rules)
    index = Index.of(read.resources)
    built = build(read.resources, index, chosen.names_drug, options.as_of, options.of_patients)
    faults, invalid = _conformance(read) if options.conformance else ((), 0)
    findings, unverifiable, notes = _judge(built, chosen)
    notes = [*left_out(config, options.rules), *notes]
    overdue = expired(chosen.protocols, options.today)
    faults = without_repeats((*read.faults, *faults, *built.faults, *overdue))
    advice = {name: rule.advice for name, rule in protocols.rules.items()}
    told = [f for f in faults if wanted(f.rule, config, options.rules)]
    findings += [from_fault(f, advice) for f in unsaid(told, findings)]
    ledger = _ledger(read, built, unverifiable, max(invalid, _invalid(faults)))
    sources = Sources(inputs, read.documents)
    result = _finish(findings, read, chosen, config, options, ledger, notes, sources)
    return Run(result, read.unreadable > 0, not read.resources and not read.unreadable, sources)


def read_all(inputs: Iterable[Input | InputFault]) -> Read:
    """Read every input; nothing that is wrong with one keeps the others from being read."""
    documents: list[Document] = []
    found: list[Resource] = []
    faults: list[InputFault] = []
    count = unreadable = 0
    for source in inputs:
        count += 1
        broken = False
        parts = [source] if isinstance(source, InputFault) else read_documents(source)
        for part in parts:
            if isinstance(part, InputFault):
                faults.append(part)
                broken = broken or part.rule == "invalid-json"
                continue
            documents.append(part)
            for item in resources(part):
                if isinstance(item, InputFault):
                    faults.append(item)
                else:
                    found.append(item)
        unreadable += broken
    return Read(count, tuple(documents), tuple(found), tuple(faults), unreadable)


def _included(inputs: Iterable[Input | InputFault], config: Config) -> list[Input | InputFault]:
    if not config.exclude:
        return list(inputs)
    from orderlint.globs import matches, relative  # noqa: PLC0415

    return [
        i
        for i in inputs
        if isinstance(i, InputFault) or not matches(relative(i.name, config.root), config.exclude)
    ]


def chosen_rules(protocols: ProtocolSet, config: Config, rules: frozenset[str]) -> ProtocolSet:
    """Only the rules that the run is to decide."""
    keep = tuple(i for i in protocols.instances if wanted(i.rule, config, rules))
    return protocols._replace(instances=keep)


def wanted(rule: str, config: Config, rules: frozenset[str]) -> bool:
    """Whether the run is to say anything of a rule."""
    if rule == "invalid-json":
        return True
    if rules and rule not in rules:
        return False
    if config.select and rule not in config.select:
        return False
    return rule not in config.disable


def left_out(config: Config, rules: frozenset[str]) -> list[str]:
    """What the run was told not to look at must be said, or it would look safe."""
    said = []
    only = sorted(rules or config.select)
    if only:
        said.append(f"only these rules were run: {', '.join(only)}")
    if config.disable:
        said.append(f"not run, by configuration: {', '.join(config.disable)}")
    if config.exclude:
        said.append(f"files left out, by configuration: {', '.join(config.exclude)}")
    return said


def _conformance(read: Read) -> tuple[tuple[InputFault, ...], int]:
    """Each resource against the models of its release, a file at a time; what is cached costs no import."""
    from orderlint.fhir.conformance.cache import Cache  # noqa: PLC0415
    from orderlint.fhir.conformance.gate import Item, check_all  # noqa: PLC0415

    items: dict[str, list[Item]] = {}
    for resource in read.resources:
        if resource.parent is None:
            item = Item(resource.value, resource.place, name_of(resource))
            items.setdefault(resource.place.file, []).append(item)
    texts: dict[str, list[bytes]] = {}
    for document in read.documents:
        texts.setdefault(document.file, []).append(document.raw)
    cache = Cache.open(os.environ)
    faults: list[InputFault] = []
    invalid = 0
    for file, found in items.items():
        checked = check_all(found, texts[file], cache)
        faults.extend(checked.faults)
        invalid += checked.invalid
    return tuple(faults), invalid


def _judge(built: Built, protocols: ProtocolSet) -> tuple[list[Finding], set[str], list[str]]:
    findings: list[Finding] = []
    unverifiable: set[str] = set()
    notes: dict[str, None] = {}
    for record in built.records:
        done = assemble(record, judge(record, protocols), protocols)
        findings.extend(done.findings)
        unverifiable |= done.unverifiable
        notes.update(dict.fromkeys(done.notes))
    return one_per_rule_and_order(findings), unverifiable, list(notes)


def without_repeats(faults: Iterable[InputFault]) -> tuple[InputFault, ...]:
    """The models and the reader may both complain of one element: the first, or the worse, stays."""
    seen: dict[tuple[object, ...], InputFault] = {}
    for fault in faults:
        key: tuple[object, ...] = (fault.rule, fault.place)
        if fault.rule != "invalid-resource":
            key = (*key, fault.message)
        if key not in seen or (fault.severity == "error" and seen[key].severity != "error"):
            seen[key] = fault
    return tuple(seen.values())


def _invalid(faults: Iterable[InputFault]) -> int:
    return len(
        {
            (f.place.file, f.place.byte, f.resource or f.place.pointer)
            for f in faults
            if f.rule == "invalid-resource"
        }
    )


def _ledger(read: Read, built: Built, unverifiable: set[str], invalid: int) -> Ledger:
    states = list(built.states.items())
    unknown = sum(
        1 for key, state in states if state == UNKNOWN or (state == COVERED and key in unverifiable)
    )
    return Ledger(
        inputs=read.inputs,
        unreadable=read.unreadable,
        resources=len(read.resources),
        invalid=invalid,
        orders=len(states),
        assessed=sum(1 for key, state in states if state == COVERED and key not in unverifiable),
        not_covered=sum(1 for _, state in states if state == NOT_COVERED),
        skipped=sum(1 for _, state in states if state == SKIPPED),
        unverifiable=unknown,
    )


def _finish(
    findings: list[Finding],
    read: Read,
    protocols: ProtocolSet,
    config: Config,
    options: Options,
    ledger: Ledger,
    notes: Sequence[str],
    sources: Sources,
) -> Result:
    """Places, fingerprints, suppressions, order."""
    suppressions = (*config.suppressions, *tagged_suppressions(read))
    findings = _identified(findings, read) if findings else findings
    hidden: tuple[Finding, ...] = ()
    if suppressions:
        from orderlint.suppress import apply  # noqa: PLC0415 -- most runs have none

        files = {d.file for d in read.documents}
        names = {name_of(r) for r in read.resources}
        applied = apply(findings, suppressions, options.today, files, resources_in_run=names)
        findings, hidden = [*applied.kept, *applied.extra], applied.hidden
    if findings or hidden:
        from orderlint.report.ordering import in_order  # noqa: PLC0415

        located = sources.located([*findings, *hidden])
        findings, hidden = in_order(located[: len(findings)]), tuple(in_order(located[len(findings) :]))
    return Result(
        version=__version__,
        protocols=tuple(info_of(p) for p in protocols.protocols),
        ledger=ledger,
        findings=tuple(findings),
        suppressed=hidden,
        notes=tuple(notes),
    )


def tagged_suppressions(read: Read) -> list[Suppression]:
    """What orders and definitions suppress in themselves, by a ``meta.tag``."""
    tagged = [r for r in read.resources if isinstance(meta := r.value.get("meta"), dict) and "tag" in meta]
    if not tagged:
        return []
    from orderlint.suppress import tag_suppressions  # noqa: PLC0415

    return [s for r in tagged for s in tag_suppressions(r.value, r.place)]


def _identified(findings: Sequence[Finding], read: Read) -> list[Finding]:
    from orderlint.fingerprint import content_hash, fingerprint, unique  # noqa: PLC0415
    from orderlint.report.ordering import in_order  # noqa: PLC0415

    nameless = {(r.place.file, r.place.byte, r.place.pointer): r for r in read.resources if r.id is None}
    marked = []
    for finding in findings:
        content = None
        if nameless:
            held = holder(finding, nameless)
            content = content_hash(held.value) if held is not None else None
        marked.append(finding._replace(fingerprint=fingerprint(finding, content)))
    return list(unique(in_order(marked)))


def holder(finding: Finding, nameless: dict[tuple[str, int, str], Resource]) -> Resource | None:
    """The resource without an id that a finding is about; None where it has one."""
    pointer = finding.place.pointer
    while True:
        found = nameless.get((finding.place.file, finding.place.byte, pointer))
        if found is not None or not pointer:
            return found
        pointer = pointer.rpartition("/")[0]


class Sources:
    """The texts behind the findings: what was kept of each document, for places and excerpts."""

    def __init__(self, inputs: Iterable[Input | InputFault], documents: Iterable[Document]) -> None:
        self._inputs = {i.name: i for i in inputs if isinstance(i, Input)}
        self._documents = {(d.file, d.byte): d for d in documents}
        self._texts: dict[str, list[str]] = {}

    def located(self, findings: Sequence[Finding]) -> list[Finding]:
        """Findings with line, column and FHIRPath; those that know their place already keep it."""
        from orderlint.fhir.json.position import expression, locate  # noqa: PLC0415

        wanted: dict[tuple[str, int], set[str]] = {}
        for finding in findings:
            if finding.line is None:
                wanted.setdefault((finding.place.file, finding.place.byte), set()).add(finding.place.pointer)
        spans = {
            key: locate(self._documents[key].raw, pointers, self._documents[key].line)
            for key, pointers in wanted.items()
            if key in self._documents
        }
        result = []
        for finding in findings:
            place = finding.place
            key = place.file, place.byte
            document = self._documents.get(key)
            said: dict[str, Any] = {}
            if document is not None and not finding.expression:
                said["expression"] = expression(place.pointer, _root_type(document))
            if finding.line is None and key in spans:
                said.update(spans[key][place.pointer]._asdict())
            result.append(finding._replace(**said) if said else finding)
        return result

    def lines(self, file: str, first: int, last: int) -> list[str]:
        """Lines ``first`` to ``last`` of an input; none where it can't be read any more."""
        texts = self._texts.get(file)
        if texts is None:
            texts = self._texts[file] = self._text(file).split("\n")
        return texts[max(first, 1) - 1 : last]

    def _text(self, file: str) -> str:
        whole = self._documents.get((file, 0))
        if whole is not None and not whole.ndjson:
            return whole.raw.decode("utf-8-sig", "replace")
        source = self._inputs.get(file)
        if source is None:
            return ""
        from orderlint.fhir.source.documents import read_again  # noqa: PLC0415
        from orderlint.record import Place  # noqa: PLC0415

        return read_again(source, Place(file, ""), ndjson=False).decode("utf-8-sig", "replace")


def _root_type(document: Document) -> str:
    value = document.value
    kind = value.get("resourceType") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else ""
