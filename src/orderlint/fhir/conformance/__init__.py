"""Is each resource a valid one of its release? ``fhir.resources`` decides, late; a cache remembers.

``check_all`` is the way in for a run, ``check`` for one resource. Importing this package imports
neither ``fhir.resources`` nor pydantic, and a run whose inputs are all in the cache never does.
"""

from orderlint.fhir.conformance.cache import Cache
from orderlint.fhir.conformance.gate import Checked, Item, check, check_all

__all__ = ["Cache", "Checked", "Item", "check", "check_all"]
