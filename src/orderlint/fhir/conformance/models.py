"""The one door to ``fhir.resources``: the models of a release, loaded a type at a time."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_PACKAGES = {"R4": "fhir.resources.R4B", "R5": "fhir.resources", "STU3": "fhir.resources.STU3"}
RELEASES = tuple(_PACKAGES)
_TYPE_NAME = re.compile(r"[A-Z][A-Za-z]{1,63}")


@lru_cache(maxsize=512)
def model(type_name: str, release: str) -> Any | None:
    """The model of a resource type in ``release`` ("R4", "R5", "STU3"); None if that release has none.

    R4 is read with the models of R4B. Raises ImportError where ``fhir.resources`` isn't installed, and
    whatever a broken installation of it raises.
    """
    from importlib import import_module  # noqa: PLC0415 - not on the way of a clean start

    if _TYPE_NAME.fullmatch(type_name) is None:
        return None
    types = import_module(_PACKAGES[release] + ".fhirtypes")
    entry = getattr(types, type_name + "Type", None)
    if entry is None or not hasattr(entry, "get_model_klass"):
        return None
    found = entry.get_model_klass()
    if not found.has_resource_base() or type_name in ("Resource", "DomainResource"):
        return None
    return found
