"""All the linter's rules over protocol files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from orderlint.protocols.linter.bands import bands
from orderlint.protocols.linter.citations import citations, file_citations
from orderlint.protocols.linter.coverage import coverage
from orderlint.protocols.linter.issue import Issue, in_order
from orderlint.protocols.linter.names import file_names, known, names
from orderlint.protocols.linter.quantities import quantities
from orderlint.protocols.linter.review import review
from orderlint.protocols.linter.shape import shape
from orderlint.protocols.linter.source import Source, read_source
from orderlint.protocols.linter.twice import twice
from orderlint.protocols.store import built_in_files, expand, load_rules


def lint(
    paths: Iterable[Path], today: date, fixtures: Path | None = None, *, examples: bool = True
) -> list[Issue]:
    """Everything wrong with the files of ``paths``; with the built-in ones where there are none.

    Files of one's own are read beside the built-in ones, whose clauses they may name. ``fixtures`` counts
    beside the examples in the files; without ``examples`` nobody asks for any. Raises ProtocolError for a
    path that isn't there.
    """
    asked = [path.resolve() for path in paths]
    own = expand(asked) if asked else built_in_files()
    beside = [p for p in built_in_files() if p.resolve() not in {o.resolve() for o in own}]
    issues: list[Issue] = []
    sources: list[tuple[Source, bool]] = []
    for path in (*beside, *own):
        source, faults = read_source(path)
        mine = path in own
        issues += faults if mine else []
        if source is not None:
            faults = shape(source)
            issues += faults if mine else []
            sources.append((source, mine))
    every = [source for source, _ in sources]
    files = {source.file for source, mine in sources if mine}
    names_known = known(every, load_rules())
    issues += [issue for issue in twice(every) if issue.file in files]
    for source, mine in sources:
        if not mine:
            continue
        issues += review(source, today)
        issues += file_names(source, names_known)
        issues += file_citations(source)
        issues += coverage(source, every, fixtures) if examples else []
        for written in source.rules():
            issues += names(source, written, names_known)
            issues += quantities(source, written)
            issues += citations(source, written)
            issues += bands(source, written)
    return in_order(_relative(issues))


def _relative(issues: Iterable[Issue]) -> list[Issue]:
    """Paths as a reader would write them from where they stand."""
    here = Path.cwd()
    return [
        i._replace(file=str(Path(i.file).relative_to(here))) if Path(i.file).is_relative_to(here) else i
        for i in issues
    ]
