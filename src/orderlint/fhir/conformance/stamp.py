# ruff: noqa: PTH100, PTH118, PTH120, PTH208
# (pathlib costs a clean start more than this whole room)
"""What the verdicts of this room depend on besides the input: versions, found without importing anything."""

import os
import sys

from orderlint import __version__

_PACKAGES = ("fhir_resources-", "fhir_core-", "pydantic-", "pydantic_core-")
_SUFFIXES = (".dist-info", ".egg-info")


def stamp() -> str | None:
    """One line naming orderlint, this room's files, and the installed models; None if those aren't found.

    The first folder on the path that has a package counts, as it does for an import.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        for name in names:
            if name.endswith(_SUFFIXES):
                for package in _PACKAGES:
                    if name.startswith(package):
                        found.setdefault(package, name)
        if len(found) == len(_PACKAGES):
            break
    if "fhir_resources-" not in found:
        return None
    return " ".join((__version__, _room(), *sorted(found.values())))


def _room() -> str:
    """Names, sizes and times of the files of this room and of the reader that tells releases: a change
    of a rule here is a change of the verdicts, whatever the version says."""
    here = os.path.dirname(os.path.abspath(__file__))
    seen = []
    for folder in (here, os.path.join(os.path.dirname(here), "read")):
        try:
            with os.scandir(folder) as entries:
                files = [entry for entry in entries if entry.name.endswith(".py")]
            for entry in files:
                if folder == here or entry.name == "release.py":
                    info = entry.stat()
                    seen.append(f"{entry.name}:{info.st_size}:{info.st_mtime_ns}")
        except OSError:
            continue
    return ",".join(sorted(seen))
