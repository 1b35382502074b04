"""What a worker keeps from partition to partition: it saves time, and changes no result."""

from __future__ import annotations

from orderlint.fhir.build.reading import Remembered
from orderlint.fhir.conformance.forms import Forms


class Memory:
    """``forms`` that were found valid, and ``reading``: what parts of orders were read as."""

    def __init__(self) -> None:
        self.forms = Forms()
        self.reading = Remembered()
