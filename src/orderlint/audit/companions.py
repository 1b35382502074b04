"""Orders that no rule watches: they are sent to a partition in case the patient has a covered one, too."""

from __future__ import annotations

from orderlint.audit import keys
from orderlint.audit.job import Job
from orderlint.audit.scanner import decoding


def is_alone(raw: bytes, job: Job) -> bool:
    """Whether a line is an order of a patient who has none that may be covered: then it is not covered.

    Tells without parsing it; False where only parsing tells. ``job`` is that of the join.
    """
    if not decoding() or b'"MedicationRequest"' not in raw:
        return False
    from msgspec import UNSET  # noqa: PLC0415

    from orderlint.audit.decoders import Problems, keys_are_told_once, order_line  # noqa: PLC0415

    try:
        order = order_line(raw)
    except Problems:
        return False
    if order.resourceType != "MedicationRequest" or order.subject is UNSET:
        return False
    subject = keys.subject_tail(bytes(order.subject))
    if subject is None or keys.key32(subject) in job.relevant:
        return False
    return raw.count(b'"subject"') == 1 or keys_are_told_once(raw)
