"""The instances that watch a drug, with everything looked up that is the same for all orders by one route."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from orderlint.checks.routes import among
from orderlint.checks.view import View
from orderlint.checks.when import Question, question_of
from orderlint.namedtuple import NamedTuple
from orderlint.protocols.model import Instance, ProtocolSet, When


class Ready(NamedTuple):
    """One instance. ``by_route``: whether it speaks of the route at all."""

    instance: Instance
    by_route: bool
    asked: Question | None  # under which condition; None: always
    given: Mapping[str, Any]  # what its check is given: the params, and the routes


def ready_for(protocols: ProtocolSet, ingredient: str, route: str | None) -> tuple[Ready, ...]:
    """The instances that watch ``ingredient``, for orders by ``route``; kept with the protocols."""
    known: tuple[Ready, ...] | None = protocols.ready.get((ingredient, route))
    if known is None:
        watching = protocols.by_drug.get(ingredient, ())
        known = tuple([_ready(instance, route) for instance in watching])
        if watching:
            protocols.ready[ingredient, route] = known
    return known


def _ready(instance: Instance, route: str | None) -> Ready:
    given = {**instance.params, "routes": instance.routes}
    asked = _asked(instance.when) if instance.when else None
    return Ready(instance, among(route, instance.routes), asked, given)


def _asked(when: When) -> Question:
    """The question; one that nobody can read fails when it is asked: other instances can be read."""
    try:
        return question_of(when)
    except Exception as fault:
        return Question(_fail, fault)


def _fail(fault: Exception, _: View) -> NoReturn:
    raise fault
