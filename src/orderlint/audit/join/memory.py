"""What a worker keeps from partition to partition: it saves time, and changes no result."""

from __future__ import annotations

from orderlint.audit.join.companions import Companions
from orderlint.fhir.build.reading import Remembered
from orderlint.fhir.conformance.cache import Cache
from orderlint.fhir.conformance.forms import Forms
from orderlint.fhir.json.members import Elements


class Memory:
    """What was learned of ``companions``, ``elements`` that lines share, ``forms`` that were found valid, and
    ``reading``: what parts of orders were read as."""

    def __init__(self, cache: Cache | None = None) -> None:
        """``cache``: where hashes of faultless forms are kept from run to run."""
        self.companions = Companions()
        self.elements = Elements()
        self.forms = Forms(cache)
        self.reading = Remembered()
