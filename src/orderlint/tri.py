"""Three-valued logic: yes, no, and maybe with the reasons why nobody can say.

Everything that a verdict rests on goes through here, so that "unknown" can never turn into "no" on
the way. A :class:`Need` names the fact that is missing; the kernel turns needs into findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from orderlint.namedtuple import NamedTuple

AGE, RENAL, HEPATIC, DOSE, COURSE = "age", "renal", "hepatic", "dose", "course"
PATIENT = "patient"  # other facts of a patient of whom nothing is known


class Need(NamedTuple):
    """A fact that would decide: its kind (AGE, RENAL, HEPATIC, DOSE, COURSE, PATIENT), why it is missing."""

    kind: str
    why: str


class Tri(NamedTuple):
    """``state`` is "yes", "no" or "maybe". ``needs`` only with maybe; ``facts`` say what was used."""

    state: str
    needs: tuple[Need, ...] = ()
    facts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # guards taken at their word

    @property
    def possible(self) -> bool:
        """True unless it is a plain no."""
        return self.state != "no"


YES, NO = Tri("yes"), Tri("no")
_OPPOSITE = {"yes": "no", "no": "yes", "maybe": "maybe"}
_PLAIN = {"yes": YES, "no": NO, "maybe": Tri("maybe")}


def _merge(parts: Sequence[Tri], state: str) -> Tri:
    if len(parts) == 1 and not parts[0].notes:
        return parts[0]
    needs: dict[Need, None] = {}
    facts: dict[str, None] = {}
    notes: dict[str, None] = {}
    for part in parts:
        if state == "maybe" and part.needs:
            needs.update(dict.fromkeys(part.needs))
        if part.facts:
            facts.update(dict.fromkeys(part.facts))
        if part.notes:
            notes.update(dict.fromkeys(part.notes))
    if not (needs or facts or notes):
        return _PLAIN[state]
    return Tri(state, tuple(needs), tuple(facts), tuple(notes))


def all_of(parts: Iterable[Tri]) -> Tri:
    """Kleene's "and": one no decides, whatever else is unknown."""
    return _decided_by("no", tuple(parts), "yes")


def any_of(parts: Iterable[Tri]) -> Tri:
    """Kleene's "or": one yes decides, whatever else is unknown."""
    return _decided_by("yes", tuple(parts), "no")


def _decided_by(one: str, parts: tuple[Tri, ...], otherwise: str) -> Tri:
    if len(parts) == 1:
        return parts[0]
    unsure, decisive = False, []
    for part in parts:
        if part.state == one:
            decisive.append(part)
        elif part.state == "maybe":
            unsure = True
    if decisive:
        return _merge(decisive, one)
    return _merge(parts, "maybe" if unsure else otherwise)


def negate(part: Tri) -> Tri:
    """Kleene's "not": maybe stays maybe."""
    return Tri(_OPPOSITE[part.state], part.needs, part.facts, part.notes)
