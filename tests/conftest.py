"""For all tests: properties are judged by their results, never by how long a busy machine takes over them."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("orderlint", deadline=None)
settings.load_profile("orderlint")
