"""MedicationRequests, decoded."""

from __future__ import annotations

from io import BytesIO
from itertools import accumulate, compress, count
from operator import attrgetter

from msgspec import UNSET

from orderlint.audit import keys
from orderlint.audit.job import GOING, Job
from orderlint.audit.sift.decoded_lines import SUBJECT, DecodedLines, decoded, told_once
from orderlint.audit.sift.decoders import (
    Named,
    OrderLine,
    PlainOrder,
    Problems,
    named_line,
    order_line,
    plain_order,
)
from orderlint.audit.sift.memo import KNOWN, OTHER, UNCLEAR, elements
from orderlint.audit.sift.odd import Reasons, Subjects
from orderlint.audit.sift.parsed_lines import ParsedLines
from orderlint.audit.sift.sifted import Going, Sifted
from orderlint.fhir.build.orders import SKIPPED_STATUS

_DRUG = b'"medication'
_NAMED = attrgetter("medicationCodeableConcept", "medicationReference")
_NOTHING = PlainOrder(resourceType="MedicationRequest", status="active")  # names no drug, so it is looked at


class OrderLines(DecodedLines):
    """Reads for one sift."""

    keys = (_DRUG,)

    def __init__(self, job: Job, found: Sifted, parsed: ParsedLines) -> None:
        super().__init__(job, found, parsed)
        self._drugs = elements(job).drugs
        self._subjects = Subjects()
        self._reasons = Reasons()
        self._asked_for = job.named

    def _left(self, lines: int) -> None:
        self._found.not_covered += lines

    def _open(self, whole: bytes, line: int, byte: int) -> bool:
        try:
            order = order_line(whole)
        except Problems:
            self._parsed(whole, line, byte)
            return False
        named = order.medicationCodeableConcept
        if named is not UNSET:
            drugs = self._drugs.concept
            plain = order.medicationReference is UNSET and order.medication is UNSET
        elif (named := order.medicationReference) is not UNSET:
            drugs, plain = self._drugs.reference, order.medication is UNSET
        else:
            named, drugs, plain = order.medication, self._drugs.either, True
        if not plain or named is UNSET or order.resourceType != "MedicationRequest" or self._is_named(order):
            self._parsed(whole, line, byte)
            return False
        if order.doNotPerform or (order.status not in GOING and _is_off(order)):
            if not told_once(whole):
                self._parsed(whole, line, byte)
            elif self._found.everyone:
                self._found.skipped += 1
            else:
                self._apart(order, whole, line, byte, skipped=True)
            return False
        state = drugs(bytes(named))
        if state == OTHER:
            if self._found.everyone:
                return True
            self._apart(order, whole, line, byte, skipped=False)
            return False
        once = self._once(whole) and whole.count(SUBJECT) == 1
        if once and state != UNCLEAR and order.subject is not UNSET:
            self._send(whole, line, byte, bytes(order.subject), beside=state == KNOWN)
        else:
            self._parsed(whole, line, byte)
        return False

    def _apart(self, order: OrderLine, whole: bytes, line: int, byte: int, *, skipped: bool) -> None:
        """An order that no rule can say anything about, where not everyone is selected: whose is it?"""
        subject = None
        if order.subject is not UNSET and self._once(whole) and whole.count(SUBJECT) == 1:
            subject = keys.subject_tail(bytes(order.subject))
        if subject is None:
            self._parsed(whole, line, byte)
        else:
            self._found.apart(subject, skipped=skipped)

    def _even(self, data: bytes, byte: int) -> None:
        """As above, many lines at once: those whose drug nobody knows are counted."""
        if not self._plain or not self._found.everyone:
            super()._even(data, byte)
            return
        before, lines = self._found.lines, BytesIO(data).readlines()
        orders = decoded(plain_order, lines, _NOTHING)
        named, states = list(map(b"\n".join, map(_NAMED, orders))), self._drugs.one_of
        said = list(map(states.known.get, named))
        if None in said:
            said = [states(one) for one in named]
        near = list(compress(count(), said))  # all but OTHER, which is 0
        others = [n for n in near if said[n] == UNCLEAR]
        if self._asked_for:
            others = self._with_named(others, lines)
            near = sorted({*near, *others})
        self._note(len(lines), len(others))
        if self._are_told_once(data, len(lines) - len(others), [lines[n] for n in others]):
            self._left(len(lines) - len(near))
        else:
            near = others = list(range(len(lines)))
        if near:
            self._go(near, set(others), lines, byte, orders, said)
        self._found.lines = before + len(lines)

    def _is_named(self, order: OrderLine | Named) -> bool:
        """Whether an action names an order: then it is needed, whatever its drug."""
        asked_for = self._asked_for
        return bool(asked_for) and keys.key64(f"MedicationRequest/{order.id}") in asked_for

    def _with_named(self, others: list[int], lines: list[bytes]) -> list[int]:
        found = (n for n, one in enumerate(decoded(named_line, lines, Named())) if self._is_named(one))
        return sorted({*others, *found})

    def _go(
        self,
        near: list[int],
        others: set[int],
        lines: list[bytes],
        byte: int,
        orders: list[PlainOrder],
        said: list[int | None],
    ) -> None:
        """The lines ``near``, in their order: orders to be judged, and ``others``, not yet looked at.

        Only where everyone is selected.
        """
        going = [n for n in near if n not in others]
        joined = b"".join([lines[n] for n in going])
        if not self._subjects.once(joined, len(going)):
            going = []
        patients = dict(zip(going, keys.patients_keys32([orders[n].subject for n in going]), strict=True))
        reasons = self._reasons(joined)
        starts = list(accumulate(map(len, lines), initial=byte))
        first = self._found.lines + 1
        batch: list[Going] = []
        for n in near:
            patient = patients.get(n)
            if patient is not None:
                batch.append((patient, said[n] == KNOWN, lines[n], first + n, starts[n]))
                continue
            self._found.orders(batch, reasons=reasons)
            batch = []
            self.line(lines[n], first + n, starts[n])
        self._found.orders(batch, reasons=reasons)

    def _send(self, whole: bytes, line: int, byte: int, element: bytes, *, beside: bool) -> None:
        subject = keys.subject_tail(element)
        if subject is None:
            self._parsed(whole, line, byte)
        else:
            self._found.order(whole, line, byte, subject, beside=beside)


def _is_off(order: OrderLine) -> bool:
    return order.status is not None and order.status.strip() in SKIPPED_STATUS
