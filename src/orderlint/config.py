"""Configuration: ``orderlint.toml``, or ``[tool.orderlint]`` in pyproject.toml, from here upwards.

Unknown keys and wrong types are errors: a setting that nobody reads is a setting that nobody has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from orderlint.findings import SEVERITIES
from orderlint.namedtuple import NamedTuple
from orderlint.record import Place
from orderlint.suppress import NEVER_SUPPRESSED, RULE_NAME, Suppression, read_date

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILE, PYPROJECT, TABLE = "orderlint.toml", "pyproject.toml", "orderlint"
FAIL_ON = (*SEVERITIES, "never")
KEYS = ("fail-on", "protocols", "select", "disable", "exclude", "suppress")
SUPPRESS_KEYS = ("rule", "paths", "resource", "fingerprint", "reason", "expires")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_SUPPRESS_HEADER = re.compile(r"\s*\[\[\s*(?:tool\s*\.\s*orderlint\s*\.\s*)?suppress\s*\]\]")


class ConfigError(Exception):
    """A configuration that can't be used. ``str()`` is for the user: ``orderlint.toml:3: ...``."""

    def __init__(self, message: str, file: str | None = None, line: int | None = None) -> None:
        self.message, self.file, self.line = message, file, line
        place = "" if file is None else f"{file}: " if line is None else f"{file}:{line}: "
        super().__init__(place + message)


class Config(NamedTuple):
    """The settings of a run; paths in ``protocols`` already stand against the working directory."""

    path: str | None = None
    root: str = ""  # the folder of the file; globs of ``exclude`` count from here
    fail_on: str | None = None
    protocols: tuple[str, ...] = ()
    select: tuple[str, ...] = ()  # only these rules, where there are any
    disable: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    suppressions: tuple[Suppression, ...] = ()


def no_configuration() -> Config:
    """The defaults, whatever files there are."""
    return Config()


def load_config(path: Path | None) -> Config:
    """The configuration of a run: of ``path``, else the nearest one from the working directory upwards.

    Raises ConfigError.
    """
    from pathlib import Path  # noqa: PLC0415

    return find(Path.cwd()) if path is None else load(path)


def load(path: Path) -> Config:
    """The configuration of one file. Raises ConfigError, also where the file can't be read."""
    table, text = _read(path)
    if path.name == PYPROJECT:
        found = _tool_table(table, path)
        if found is None:
            raise ConfigError(f"there is no [tool.{TABLE}] table", str(path))
        table = found
    return _Reader(path, text).config(table)


def find(start: Path) -> Config:
    """The configuration of ``start`` (a folder) or of the nearest folder above that has one.

    Without any, the defaults. Raises ConfigError.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        own = folder / FILE
        if own.is_file():
            return load(_near(own))
        shared = folder / PYPROJECT
        # A cheap look first: most pyproject.toml say nothing of orderlint, and tomllib takes its time.
        if shared.is_file() and _mentions(shared):
            table, text = _read(_near(shared))
            found = _tool_table(table, _near(shared))
            if found is not None:
                return _Reader(_near(shared), text).config(found)
    return Config()


def _near(path: Path) -> Path:
    """The path as seen from the working directory: reports name it, and must not name the machine."""
    import os  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    try:
        return Path(os.path.relpath(path))
    except ValueError:  # another drive
        return path


def _mentions(path: Path) -> bool:
    try:
        return TABLE.encode() in path.read_bytes()
    except OSError as error:
        raise ConfigError(f"can't be read: {error.strerror or error}", str(path)) from None


def _read(path: Path) -> tuple[dict[str, Any], str]:
    import tomllib  # noqa: PLC0415 -- only where there is a file

    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ConfigError(f"can't be read: {error.strerror or error}", str(path)) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"is not UTF-8 at byte {error.start}", str(path)) from None
    try:
        return tomllib.loads(text), text
    except (ValueError, RecursionError) as error:
        words = "is nested too deeply" if isinstance(error, RecursionError) else str(error)
        at = _AT_LINE.search(words)
        words = words.replace(at.group(), "").strip() if at else words
        line = int(at.group(1)) if at else None
        raise ConfigError(f"is not TOML: {words}", str(path), line) from None


def _tool_table(table: dict[str, Any], path: Path) -> dict[str, Any] | None:
    tool = table.get("tool")
    found = tool.get(TABLE) if isinstance(tool, dict) else None
    if found is None:
        return None
    if not isinstance(found, dict):
        raise ConfigError(f"tool.{TABLE} must be a table", str(path))
    return found


def nearest(word: str, known: Iterable[str]) -> str:
    """`` (did you mean 'x'?)``, or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 -- only on the way out

    near = get_close_matches(word.replace("_", "-"), list(known), 1)
    return f" (did you mean {near[0]!r}?)" if near else ""


class _Reader:
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
        if not RULE_NAME.match(rule):
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


def check_rules(config: Config, known: Iterable[str]) -> None:
    """Refuse names that no rule of the run has; only the caller knows the protocols. Raises ConfigError."""
    names = frozenset(known)
    for key in ("select", "disable"):
        for rule in getattr(config, key):
            if rule not in names:
                raise ConfigError(f"{key!r}: there is no rule {rule!r}{nearest(rule, names)}", config.path)
    for suppression in config.suppressions:
        if suppression.rule not in names:
            message = f"there is no rule {suppression.rule!r}{nearest(suppression.rule, names)}"
            raise ConfigError(message, config.path, suppression.line)
