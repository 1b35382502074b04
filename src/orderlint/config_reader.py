"""Reading one configuration file strictly: every mistake is told with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from orderlint.config import FAIL_ON, KEYS, SUPPRESS_KEYS, Config, ConfigError, nearest
from orderlint.record import Place
from orderlint.suppress import NEVER_SUPPRESSED, Suppression, is_rule_name, read_date

_SUPPRESS_HEADER = re.compile(r"\s*\[\[\s*(?:tool\s*\.\s*orderlint\s*\.\s*)?suppress\s*\]\]")


class Reader:
    """One file while it is read; it knows the text, so that errors can say a line."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.name = path, path.as_posix()
        self.rows = text.splitlines()
        self.starts = [n for n, row in enumerate(self.rows, 1) if _SUPPRESS_HEADER.match(row)]

    def config(self, table: Mapping[str, Any]) -> Config:
        self._known(table, KEYS, None)
        fail_on = table.get("fail-on")
        if fail_on is not None and fail_on not in FAIL_ON:
            choices = ", ".join(FAIL_ON)
            raise self._error(f"'fail-on' must be one of {choices}, not {fail_on!r}", "fail-on")
        entries = table.get("suppress", [])
        if not isinstance(entries, list):
            raise self._error("'suppress' must be an array of tables: [[suppress]]", "suppress")
        root = self.path.parent.as_posix()
        return Config(
            path=self.name,
            root=root,
            fail_on=fail_on,
            protocols=tuple(self._protocol(item) for item in self._texts(table, "protocols", None)),
            select=self._rules(table, "select"),
            disable=self._rules(table, "disable"),
            exclude=self._texts(table, "exclude", None),
            suppressions=tuple(
                self._suppression(entry, self._line_of(n, len(entries)), n, root)
                for n, entry in enumerate(entries)
            ),
        )

    def _error(self, message: str, key: str | None = None, line: int | None = None) -> ConfigError:
        if key is not None:
            line = self._find(key, line or 1) or line
        return ConfigError(message, self.name, line)

    def _find(self, key: str, first: int) -> int | None:
        """The line of the first ``key = ...`` from a line on."""
        pattern = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
        return next((n for n, row in enumerate(self.rows, 1) if n >= first and pattern.match(row)), None)

    def _line_of(self, nth: int, of: int) -> int | None:
        """The line of a ``[[suppress]]``; None where they can't be counted (inline tables)."""
        return self.starts[nth] if len(self.starts) == of else None

    def _known(self, table: Mapping[str, Any], known: tuple[str, ...], line: int | None) -> None:
        for key in table:
            if key not in known:
                raise self._error(f"unknown key {key!r}{nearest(key, known)}", key, line)

    def _texts(self, table: Mapping[str, Any], key: str, line: int | None) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self._error(f"{key!r} must be a list of texts, none of them empty", key, line)
        return tuple(value)

    def _text(self, table: Mapping[str, Any], key: str, line: int | None) -> str | None:
        value = table.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self._error(f"{key!r} must be a text, and not an empty one", key, line)
        return value.strip()

    def _protocol(self, item: str) -> str:
        path = self.path.parent / item
        if not path.exists():
            raise self._error(f"'protocols' names {item!r}, which does not exist", "protocols")
        return path.as_posix()

    def _rule(self, rule: str, key: str, line: int | None) -> str:
        if not is_rule_name(rule):
            raise self._error(f"{rule!r} is not the name of a rule", key, line)
        if rule in NEVER_SUPPRESSED:
            raise self._error(f"{rule} can't be switched off", key, line)
        return rule

    def _rules(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        return tuple(self._rule(rule, key, None) for rule in self._texts(table, key, None))

    def _suppression(self, entry: object, line: int | None, nth: int, root: str) -> Suppression:
        if not isinstance(entry, dict):
            raise self._error("'suppress' must be an array of tables: [[suppress]]", "suppress")
        self._known(entry, SUPPRESS_KEYS, line)
        rule, reason = (self._text(entry, key, line) for key in ("rule", "reason"))
        for key, value in (("rule", rule), ("reason", reason)):
            if value is None:
                raise self._error(f"a suppression needs a {key}", None, line)
        paths = self._texts(entry, "paths", line)
        resource, fingerprint = (self._text(entry, key, line) for key in ("resource", "fingerprint"))
        if not paths and resource is None and fingerprint is None:
            raise self._error("a suppression needs paths, a resource or a fingerprint", None, line)
        expires, bad_date = self._expires(entry, line)
        return Suppression(
            rule=self._rule(rule or "", "rule", line),
            reason=reason or "",
            place=Place(self.name, f"/suppress/{nth}"),
            expires=expires,
            bad_date=bad_date,
            paths=paths,
            base=root,
            resource=resource,
            fingerprint=fingerprint,
            line=line or 1,
        )

    def _expires(self, entry: Mapping[str, Any], line: int | None) -> tuple[date | None, str | None]:
        """The last day, or what was written instead of a date."""
        value = entry.get("expires")
        if value is None:
            return None, None
        if isinstance(value, datetime):
            return value.date(), None
        if isinstance(value, date):
            return value, None
        if isinstance(value, str):
            found = read_date(value)
            return found, None if found is not None else value
        raise self._error("'expires' must be a date: 2026-12-31", "expires", line)
