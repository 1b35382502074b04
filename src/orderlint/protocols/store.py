"""Where protocol data comes from: the YAML in the package, a hospital's own files, and a cache of both.

Reading YAML and checking it against the schema takes ten times as long as the whole of a clean run, so
what was read and found valid is kept as JSON in the user's cache, under the hash of its bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from orderlint import __version__
from orderlint.protocols.errors import ProtocolError

BUILT_IN = ("aka-spasm", "muscle-cramp", "prescribing-information")
DATA = Path(__file__).with_name("data")


def built_in_files() -> tuple[Path, ...]:
    """The protocol files of the package."""
    return tuple(DATA / f"{name}.yaml" for name in BUILT_IN)


def load_rules() -> dict[str, Any]:
    """The words of every rule (``rules.yaml``)."""
    return dict(load_file(DATA / "rules.yaml", schema=None)["rules"])


def expand(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Files, and the ``*.yaml``/``*.yml`` of folders, sorted. A path that isn't there is a ProtocolError."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found.extend(sorted(p for p in path.iterdir() if p.suffix in (".yaml", ".yml") and p.is_file()))
        elif path.is_file():
            found.append(path)
        else:
            raise ProtocolError(str(path), "no such protocol file or folder")
    return tuple(found)


def load_file(path: Path, schema: str | None = "protocol.schema.json") -> Any:
    """The data of one file, valid by ``schema``. Raises ProtocolError with line and column."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProtocolError(str(path), f"can't be read: {error.strerror or error}") from None
    key = hashlib.sha256(b"\0".join((__version__.encode(), (schema or "").encode(), _stamp(schema), data))).hexdigest()
    cached = _cached(key)
    if cached is not None:
        return cached
    from orderlint.protocols.validate import check_schema  # noqa: PLC0415 - jsonschema and YAML, late
    from orderlint.protocols.yaml_file import read_yaml  # noqa: PLC0415

    value, marks = read_yaml(data, str(path))
    if schema is not None:
        check_schema(value, marks, str(path), schema)
    _keep(key, value)
    return value


def _stamp(schema: str | None) -> bytes:
    """The schema's own bytes count: a stricter schema must look again."""
    if schema is None:
        return b""
    from orderlint.resources import schema_path  # noqa: PLC0415

    try:
        stat = schema_path(schema).stat()
    except OSError:
        return b"?"
    return f"{stat.st_size}:{stat.st_mtime_ns}".encode()


def cache_folder() -> Path | None:
    """``ORDERLINT_CACHE_DIR``, else the platform's cache folder of the user; None where there is none."""
    own = os.environ.get("ORDERLINT_CACHE_DIR")
    if own is not None:
        return Path(own) if own else None
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if base:
        return Path(base) / "orderlint"
    home = os.environ.get("HOME") or os.environ.get("USERPROFILE")
    return Path(home) / ".cache" / "orderlint" if home else None


def _cached(key: str) -> Any | None:
    folder = cache_folder()
    if folder is None:
        return None
    try:
        text = (folder / "protocols" / f"{key}.json").read_bytes()
    except OSError:
        return None
    digest, _, body = text.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        return None  # half written or altered: read the source again
    try:
        return json.loads(body)
    except ValueError:
        return None


def _keep(key: str, value: Any) -> None:
    folder = cache_folder()
    if folder is None:
        return
    body = json.dumps(value, separators=(",", ":")).encode()
    target = folder / "protocols" / f"{key}.json"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = target.with_suffix(f".{os.getpid()}.tmp")
        scratch.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        scratch.replace(target)
    except OSError:
        return  # a cache that can't be written only costs time
