"""Names of URLs for reports: without what lets people in."""

from __future__ import annotations

import os
import re

from orderlint.fhir.source.files import shown

_CHAIN = re.compile(r"::(?=[a-z][a-z0-9+.-]*:)", re.IGNORECASE)
# up to the last @ of the authority; or of more, where a colon stands before that is of no port
_USER = re.compile(r"(?<=://)(?:[^/\s?#]*@|[^/@\s:?#]+:(?!\d+(?:/|$))[^@\s]*@)")
_QUERY = re.compile(r"[?#].*", re.DOTALL)


def is_url(path: str) -> bool:
    """Whether a path of the command line is an address."""
    return "://" in path


def url_name(url: str) -> str:
    """A URL without user, password, query and fragment; always UTF-8.

    Of several that are chained that of the file comes last, as names of files are read by their ends.
    """
    parts = [_QUERY.sub("", _USER.sub("", part)) for part in _CHAIN.split(url)]
    named = [part for part in reversed(parts) if "://" in part] if len(parts) > 1 else parts
    return os.fsencode("::".join(named)).decode("utf-8", "backslashreplace")


def name_of(path: str) -> str:
    """A path or URL as reports show it."""
    return url_name(path) if is_url(path) else shown(path)
