"""The manifest of a bulk export: which files belong to it. One that is missing must not go unseen.

A manifest is the answer of a FHIR Bulk Data server: ``{"transactionTime": …, "output": [{"type", "url"}]}``.
Whoever downloads an export keeps the file names of the URLs, usually beside the manifest.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from orderlint.fhir.source.files import shown, unreadable
from orderlint.record import InputFault

_LARGEST = 32 << 20  # bytes of a manifest


def expand(paths: list[str]) -> tuple[list[str], list[InputFault]]:
    """``paths`` with the files of a manifest in its place, and a fault for each listed file that isn't there.

    The manifest of a folder (``*manifest*.json``) is held against the folder, whose files are all read.
    """
    found: list[str] = []
    faults: list[InputFault] = []
    for path in paths:
        here = Path(path)
        if "://" in path:
            found.append(path)
        elif here.is_dir():
            found.append(path)
            for manifest in sorted(here.glob("*manifest*.json")):
                faults += _files(manifest)[1]
        else:
            known = _manifest(here)
            files, missing = _files(here) if known is not None else ([path], [])
            found += files
            faults += missing
    return list(dict.fromkeys(found)), faults


def _files(manifest: Path) -> tuple[list[str], list[InputFault]]:
    """The files that a manifest lists, beside it or where their URLs say."""
    found: list[str] = []
    faults: list[InputFault] = []
    for url in _urls(_manifest(manifest) or {}):
        parts = urlsplit(url)
        name = unquote(parts.path).rpartition("/")[2]
        beside = manifest.parent / name
        inside = Path(unquote(parts.path)) if parts.scheme in ("", "file") else None
        packed = manifest.parent / f"{name}.gz"
        place = next((p for p in (beside, packed, inside) if p is not None and name and p.is_file()), None)
        if place is not None:
            found.append(str(place))
        elif parts.scheme not in ("", "file", "http", "https") and parts.netloc:
            found.append(url)  # a bucket: read by fsspec
        else:
            words = f"the manifest {manifest.name} lists this file, and it is not there"
            faults.append(unreadable(shown(str(beside if name else manifest)), words))
    return found, faults


def _urls(manifest: dict[str, Any]) -> list[str]:
    listed = manifest.get("output")
    items = listed if isinstance(listed, list) else []
    return [i["url"] for i in items if isinstance(i, dict) and isinstance(i.get("url"), str)]


def _manifest(path: Path) -> dict[str, Any] | None:
    """The manifest in a file, None where it is something else."""
    from orderlint.fhir.json.strict import JsonProblem, parse  # noqa: PLC0415

    try:
        if not path.name.lower().endswith(".json") or path.stat().st_size > _LARGEST:
            return None
        value = parse(path.read_bytes())
    except (OSError, JsonProblem):
        return None
    if not isinstance(value, dict) or "resourceType" in value or "transactionTime" not in value:
        return None
    return value if isinstance(value.get("output"), list) else None
