"""Path globs as people write them in configuration: ``legacy/**``, ``*.draft.json``, ``orders/old``.

``*`` and ``?`` stay within one folder, ``**`` crosses folders, ``[ab]`` is one of. A glob without a
slash is held against any name on the way, as in gitignore; a glob that names a folder holds for all
that lies below it.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable
from functools import lru_cache


@lru_cache(maxsize=256)
def _compiled(glob: str) -> re.Pattern[str]:
    glob = glob.replace("\\", "/")
    if glob.startswith("./"):
        glob = glob[2:]
    glob = glob.rstrip("/")
    anywhere = "/" not in glob
    out, i = "", 0
    while i < len(glob):
        char = glob[i]
        if glob.startswith("**/", i):
            out, i = out + "(?:.*/)?", i + 3
        elif glob.startswith("**", i):
            out, i = out + ".*", i + 2
        elif char == "[" and (end := glob.find("]", i + 2)) > 0:
            inside = glob[i + 1 : end]
            negated = inside[0] in "!^"
            body = re.sub(r"([\\\[\]^&~|])", r"\\\1", inside[1:] if negated else inside)
            out, i = out + ("[^/" if negated else "[") + body + "]", end + 1
        else:
            out += {"*": "[^/]*", "?": "[^/]"}.get(char) or re.escape(char)
            i += 1
    try:
        return re.compile(("(?:.*/)?" if anywhere else "/?") + out + r"(?:/.*)?\Z", re.DOTALL)
    except re.error:  # "[z-a]": a range that no name can meet
        return re.compile(re.escape(glob) + r"(?:/.*)?\Z")


def matches(path: str, globs: Iterable[str]) -> bool:
    """True when one of the globs holds for ``path`` (posix, relative to the globs' folder)."""
    return any(_compiled(glob).match(path) for glob in globs if glob.strip("/"))


def relative(path: str, base: str) -> str:
    """``path`` (against the working directory) as seen from the folder ``base``; posix slashes.

    Anything that is no path ("-" for stdin) comes back as it is; so does a path on another drive.
    """
    if path != "-" and base:
        with contextlib.suppress(ValueError):
            path = os.path.relpath(path, base)
    return path.replace(os.sep, "/")
