# ruff: noqa: PTH113, PTH118, PTH120, PTH123
# (the import of pathlib takes longer than finding that there is no configuration)
"""Configuration: ``orderlint.toml``, or ``[tool.orderlint]`` in pyproject.toml, from here upwards.

Unknown keys and wrong types are errors: a setting that nobody reads is a setting that nobody has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orderlint.findings import SEVERITIES
from orderlint.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from orderlint.suppress import Suppression

FILE, PYPROJECT, TABLE = "orderlint.toml", "pyproject.toml", "orderlint"
FAIL_ON = (*SEVERITIES, "never")
KEYS = ("fail-on", "protocols", "select", "disable", "exclude", "suppress")
SUPPRESS_KEYS = ("rule", "paths", "resource", "fingerprint", "reason", "expires")


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


def load_config(path: str | Path | None) -> Config:
    """The configuration of a run: of ``path``, else the nearest one from the working directory upwards.

    Raises ConfigError.
    """
    if path is None:
        return find(".")
    from pathlib import Path  # noqa: PLC0415

    return load(Path(path))


def load(path: Path) -> Config:
    """The configuration of one file. Raises ConfigError, also where the file can't be read."""
    table, text = _read(path)
    if path.name == PYPROJECT:
        found = _tool_table(table, path)
        if found is None:
            raise ConfigError(f"there is no [tool.{TABLE}] table", str(path))
        table = found
    return _config(path, text, table)


def find(start: str | Path) -> Config:
    """The configuration of ``start`` (a folder) or of the nearest folder above that has one.

    Without any, the defaults. Raises ConfigError.
    """
    import os  # noqa: PLC0415

    try:
        folder = os.path.realpath(start)
    except OSError:  # the working directory is gone
        return Config()
    while True:
        own, shared = os.path.join(folder, FILE), os.path.join(folder, PYPROJECT)
        if os.path.isfile(own):
            return load(_near(own))
        # A cheap look first: most pyproject.toml say nothing of orderlint, and tomllib takes its time.
        if os.path.isfile(shared) and _mentions(shared):
            path = _near(shared)
            table, text = _read(path)
            found = _tool_table(table, path)
            if found is not None:
                return _config(path, text, found)
        above = os.path.dirname(folder)
        if above == folder:
            return Config()
        folder = above


def _config(path: Path, text: str, table: dict[str, Any]) -> Config:
    from orderlint.config_reader import Reader  # noqa: PLC0415 -- only where there is a file

    return Reader(path, text).config(table)


def _near(path: str) -> Path:
    """The path as seen from the working directory: reports name it, and must not name the machine."""
    import os  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    try:
        return Path(os.path.relpath(path))
    except ValueError:  # another drive
        return Path(path)


def _mentions(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return TABLE.encode() in file.read()
    except OSError as error:
        raise ConfigError(f"can't be read: {error.strerror or error}", path) from None


def _read(path: Path) -> tuple[dict[str, Any], str]:
    import re  # noqa: PLC0415 -- only where there is a file
    import tomllib  # noqa: PLC0415

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
        at = re.search(r"\(at line (\d+), column \d+\)", words)
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
