"""How a suppression of one rule is written."""

from __future__ import annotations


def snippet(rule: str) -> str:
    """The lines for ``orderlint.toml``."""
    return "\n".join(
        (
            "[[suppress]]",
            f'rule = "{rule}"',
            'resource = "MedicationRequest/123"',
            'reason = "who decided what, and why"',
            "expires = 2027-01-31",
        )
    )
