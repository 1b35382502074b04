# ruff: noqa: PTH117, PTH118 - pathlib costs a clean start more than what is done here
"""Where the user's caches are: one place for all of them, or none."""

import os
from collections.abc import Mapping


def folder(environ: Mapping[str, str]) -> str | None:
    """``ORDERLINT_CACHE_DIR`` (empty: no cache), else the platform's cache folder of the user.

    None where the environment names no place. A relative path there would mean the working directory,
    which is nobody's cache: it is passed over.
    """
    own = environ.get("ORDERLINT_CACHE_DIR")
    if own is not None:
        return own or None
    homes = (("XDG_CACHE_HOME", ""), ("LOCALAPPDATA", ""), ("HOME", ".cache"), ("USERPROFILE", ".cache"))
    for name, below in homes:
        place = environ.get(name)
        if place and os.path.isabs(place):
            return os.path.join(place, below, "orderlint") if below else os.path.join(place, "orderlint")
    return None
