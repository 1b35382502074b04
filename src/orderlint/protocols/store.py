# ruff: noqa: PTH116, PTH118, PTH119, PTH120, PTH123
# (the import of pathlib takes longer than reading all protocols does)
"""Where protocol data comes from: the YAML in the package, a hospital's own files, and a cache of both.

Reading YAML and checking it against the schema takes ten times as long as the whole of a clean run, so
what was read and found valid is kept as JSON in the user's cache, under the hash of its bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from orderlint import __version__
from orderlint.cache_folder import folder
from orderlint.digest import digest
from orderlint.protocols.errors import ProtocolError

if TYPE_CHECKING:
    from pathlib import Path

BUILT_IN = ("aka-spasm", "muscle-cramp", "prescribing-information")
DATA = os.path.join(os.path.dirname(__file__), "data")


def built_in() -> tuple[str, ...]:
    """The paths of the protocol files of the package."""
    return tuple(os.path.join(DATA, f"{name}.yaml") for name in BUILT_IN)


def called(path: str) -> str:
    """A file by a name that means something to a reader: of the package's own only the name."""
    return f"the built-in {os.path.basename(path)}" if path in built_in() else path


def built_in_files() -> tuple[Path, ...]:
    """The same, as paths to work with."""
    from pathlib import Path  # noqa: PLC0415

    return tuple(map(Path, built_in()))


def load_rules() -> dict[str, Any]:
    """The words of every rule (``rules.yaml``)."""
    return dict(load_file(os.path.join(DATA, "rules.yaml"), schema=None)["rules"])


def expand(paths: Iterable[str | Path]) -> tuple[Path, ...]:
    """Files, and the ``*.yaml``/``*.yml`` of folders, sorted. A path that isn't there is a ProtocolError."""
    from pathlib import Path  # noqa: PLC0415

    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            found.extend(sorted(p for p in path.iterdir() if p.suffix in (".yaml", ".yml") and p.is_file()))
        elif path.is_file():
            found.append(path)
        else:
            raise ProtocolError(str(path), "no such protocol file or folder")
    return tuple(found)


def load_file(path: str | Path, schema: str | None = "protocol.schema.json") -> Any:
    """The data of a file, valid by ``schema``, less its examples. Raises ProtocolError with its place."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise ProtocolError(str(path), f"can't be read: {error.strerror or error}") from None
    key = digest(__version__.encode(), (schema or "").encode(), schema_stamp(schema), data)
    cached = kept(key)
    if cached is not None:
        return cached
    from orderlint.protocols.validate import check_schema  # noqa: PLC0415 - jsonschema and YAML, late
    from orderlint.protocols.yaml_file import read_yaml  # noqa: PLC0415

    value, marks = read_yaml(data, str(path))
    if schema is not None:
        check_schema(value, marks, str(path), schema)
    value = without_examples(value)
    keep(key, value)
    return value


def without_examples(value: Any) -> Any:
    """The same data without the examples beside its clauses: a run that checks orders has no use for them."""
    if isinstance(value, dict):
        return {key: without_examples(item) for key, item in value.items() if key != "examples"}
    return [without_examples(item) for item in value] if isinstance(value, list) else value


def schema_stamp(schema: str | None = "protocol.schema.json") -> bytes:
    """The schema's own bytes count: a stricter schema must look again."""
    if schema is None:
        return b""
    from orderlint.resources import schema_file  # noqa: PLC0415

    try:
        stat = os.stat(schema_file(schema))
    except OSError:
        return b"?"
    return f"{stat.st_size}:{stat.st_mtime_ns}".encode()


def kept(key: str) -> Any | None:
    """What was kept under ``key``; None where nothing was, or what is there is not whole."""
    home = folder(os.environ)
    if home is None:
        return None
    try:
        with open(os.path.join(home, "protocols", f"{key}.json"), "rb") as file:
            text = file.read()
    except OSError:
        return None
    seal, _, body = text.partition(b"\n")
    if digest(body).encode() != seal:
        return None  # half written or altered: read the source again
    try:
        return json.loads(body)
    except ValueError:
        return None


def keep(key: str, value: Any) -> None:
    """Keep a value that JSON can hold; a cache that can't be written costs no more than time."""
    home = folder(os.environ)
    if home is None:
        return
    from pathlib import Path  # noqa: PLC0415

    body = json.dumps(value, separators=(",", ":")).encode()
    target = Path(home, "protocols", f"{key}.json")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = target.with_suffix(f".{os.getpid()}.tmp")
        scratch.write_bytes(digest(body).encode() + b"\n" + body)
        scratch.replace(target)
    except OSError:
        return  # a cache that can't be written only costs time
