"""What makes a finding the same finding tomorrow: no line numbers, no place in the file.

A fingerprint stays when entries are added above, when a file is formatted anew, and when a protocol
cites another clause. It changes with the rule, the drug, the resource, the file, or the element.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from orderlint.findings import Finding

_VERSION = "orderlint/1"  # part of the hash: a new recipe can't be mistaken for a new finding
_HAS_ID = re.compile(r"[A-Z][A-Za-z]*/[^#/]+(?:#[^#/]+)?\Z")  # "MedicationRequest/1", never "file#/pointer"
# Containers of resources, whose positions shift: a Bundle's entries, contained resources, an array.
_CONTAINER = re.compile(r"\A(?:.*(?:/entry/\d+/resource|/contained/\d+)|/\d+)(?=/|\Z)", re.DOTALL)


def _hash(parts: Iterable[str]) -> str:
    import hashlib  # noqa: PLC0415 -- loads OpenSSL; a clean run has nothing to hash

    joined = "\x00".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:32]


def within_resource(pointer: str) -> str:
    """The pointer of an element inside its own resource; indices in there stay."""
    return _CONTAINER.sub("", pointer, count=1)


def content_hash(resource: Mapping[str, object]) -> str | None:
    """What stands for a resource without an id: its content, whatever its formatting.

    ``meta`` doesn't count (time stamps; the tag that suppresses a finding must not make it another).
    None where the content can't be hashed.
    """
    import json  # noqa: PLC0415

    content = {key: value for key, value in resource.items() if key != "meta"}
    try:
        return _hash([json.dumps(content, sort_keys=True, default=str, separators=(",", ":"))])
    except (TypeError, ValueError, RecursionError):
        return None


def fingerprint(finding: Finding, resource_content_hash: str | None = None) -> str:
    """32 hexadecimal digits. The content hash counts only where the resource has no id."""
    resource = finding.resource or ""
    if not _HAS_ID.match(resource):
        resource = f"content:{resource_content_hash or ''}"
    file = finding.place.file.replace("\\", "/").removeprefix("./")
    element = within_resource(finding.place.pointer)
    return _hash([_VERSION, finding.rule, finding.drug or "", resource, file, element])


def unique(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings in their order; the second of two with one fingerprint gets another, and so on.

    Downstream, findings with equal fingerprints hide each other.
    """
    seen: dict[str, int] = {}
    for finding in findings:
        nth = seen.get(finding.fingerprint, 0) + 1
        seen[finding.fingerprint] = nth
        if nth == 1:
            yield finding
        else:
            yield finding._replace(fingerprint=_hash([_VERSION, finding.fingerprint, str(nth)]))
