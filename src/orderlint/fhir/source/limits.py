"""How much one input may ask of the machine. Every message about a limit says which."""

from __future__ import annotations

from orderlint.namedtuple import NamedTuple

MIB = 1024 * 1024


class Limits(NamedTuple):
    """Change a limit with ``Limits()._replace(...)``."""

    document_bytes: int = 256 * MIB  # one document: a whole file, or one line of NDJSON; unpacked
    blank_lines: int = 100_000  # in a row, before anything else
    gzip_ratio: int = 200  # unpacked to packed; exports of FHIR have some 10 to 50
    gzip_free: int = 16 * MIB  # unpacked; below this no ratio is looked at
    depth: int = 200  # nested objects and arrays


LIMITS = Limits()
