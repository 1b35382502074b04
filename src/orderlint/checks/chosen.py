"""Which actions of a definition a finding rests on, in words. Of a patient's orders nothing is said: the
titles in a patient's request group may name the patient."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from orderlint.checks.outcome import Outcome
from orderlint.checks.view import View
from orderlint.record import Order
from orderlint.timeline import Stretch, same_use, times_taken, why_adrift

MOST_NAMED = 8
LONGEST = 80  # characters of a title


def others_of(view: View, parts: Iterable[Stretch]) -> tuple[Order, ...]:
    """The other orders that ``parts`` belong to, each once, as reports sort them."""
    found = {(s.order.key, s.order.use): s.order for s in parts if not same_use(s.order, view.order)}
    return tuple(sorted(found.values(), key=lambda o: (o.resource, o.use)))


def added_up(view: View, parts: Sequence[Stretch]) -> str:
    """ " together with MedicationRequest/2", and what counts twice since it may be chosen more than once; ""
    where nothing is added."""
    if len(parts) == 1 and parts[0].order is view.order and not view.order.repeated:
        return ""  # as nearly always
    own = view.order.resource
    others = [f"{o.resource} again" if o.resource == own else o.resource for o in others_of(view, parts)]
    others = list(dict.fromkeys(others))
    words = f" together with {', '.join(others)}" if others else ""
    often = sorted({s.order.resource for s in parts if times_taken(s.order) > 1})
    if often:
        words += f" ({', '.join(often)} twice, since it may be chosen more than once)"
    why = why_adrift(s.order for s in parts)
    return f"{words}, counted as at the same time ({why})" if why is not None else words


def naming_actions(view: View, outcome: Outcome) -> Outcome:
    """The outcome with the actions that it rests on, where it fires for an order of a definition."""
    definition = view.record.definition
    if outcome.state != "fires" or not view.template or definition is None or view.order.action is None:
        return outcome
    names = _names((view.order, *outcome.beside))
    if len(names) == 1:
        words = f"action {names[0]} of {definition}"
    else:
        more = len(names) - MOST_NAMED
        shown = [*names[:MOST_NAMED], f"{more} more"] if more > 0 else names
        words = f"with {', '.join(shown[:-1])} and {shown[-1]} of {definition} chosen together"
    return outcome._replace(message=f"{outcome.message} ({words})")


def _names(orders: Sequence[Order]) -> list[str]:
    titles = [_shown(o.action or o.resource) for o in orders]
    return [
        f"{title} at {order.use}" if titles.count(title) > 1 and order.use else title
        for title, order in zip(titles, orders, strict=True)
    ]


def _shown(title: str) -> str:
    """One printable line in quotes."""
    line = " ".join("".join(c if c.isprintable() else " " for c in title[: 4 * LONGEST]).split())
    return f"'{line if len(line) <= LONGEST else line[: LONGEST - 1] + '…'}'"
