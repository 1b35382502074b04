"""A protocol file as the linter reads it: everything in it, with places, and all that hinders reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orderlint.namedtuple import NamedTuple
from orderlint.protocols.errors import ProtocolError
from orderlint.protocols.linter.issue import Issue
from orderlint.protocols.yaml_file import Marks, read_yaml

Where = tuple[Any, ...]


class Written(NamedTuple):
    """One rule of a clause that the schema has nothing against."""

    clause: Mapping[str, Any]
    rule: Mapping[str, Any]
    path: Where  # of the rule
    nth: int  # among the rules of the clause


class Source:
    """``data`` is what the file says, ``wrong`` the paths that the schema refuses."""

    def __init__(self, file: str, data: Any, marks: Marks) -> None:
        self.file, self.data, self.marks = file, data, marks
        self.wrong: set[Where] = set()

    def issue(self, path: Where, message: str, severity: str = "error") -> Issue:
        """An issue at ``path``, or at the nearest thing above it that is in the file."""
        while path and path not in self.marks:
            path = path[:-1]
        line, column = self.marks.get(path, (1, 1))
        return Issue(self.file, line, column, severity, message)

    def sound(self, path: Where) -> bool:
        """Whether the schema has nothing against what stands at ``path`` or below."""
        return not any(w[: len(path)] == path for w in self.wrong)

    def top(self, key: str) -> Any:
        """A key of the file itself, None where it is missing or not sound."""
        return self.data.get(key) if isinstance(self.data, Mapping) and self.sound((key,)) else None

    def clauses(self) -> Iterator[tuple[Where, Mapping[str, Any]]]:
        """The clauses that have an id, and their paths."""
        items = self.data.get("clauses") if isinstance(self.data, Mapping) else None
        for i, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, Mapping) and isinstance(item.get("id"), str):
                yield ("clauses", i), item

    def rules(self) -> Iterator[Written]:
        """The rules that clauses state themselves, as far as they are sound."""
        for path, clause in self.clauses():
            rules = clause.get("rules")
            for j, rule in enumerate(rules if isinstance(rules, list) else ()):
                where = (*path, "rules", j)
                if isinstance(rule, Mapping) and "same_as" not in rule and self.sound(where):
                    yield Written(clause, rule, where, j)


def read_source(path: Path) -> tuple[Source | None, list[Issue]]:
    """The file, or None and why it can't be read at all."""
    file = str(path)
    repeated: list[ProtocolError] = []
    try:
        data, marks = read_yaml(path.read_bytes(), file, repeated)
    except OSError as error:
        return None, [Issue(file, 1, 1, "error", f"can't be read: {error.strerror or error}")]
    except ProtocolError as error:
        return None, [_issue(error), *map(_issue, repeated)]
    return Source(file, data, marks), [_issue(error) for error in repeated]


def _issue(error: ProtocolError) -> Issue:
    return Issue(error.file, error.line or 1, error.column or 1, "error", error.message)
