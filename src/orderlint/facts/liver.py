"""How far the liver is impaired, as far as diagnoses say; which group says what is ``settings: hepatic``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.dosing.model import DateSpan
from orderlint.facts.diagnosis import has_condition, liver_unknown
from orderlint.record import Facts, Order
from orderlint.tri import HEPATIC, NO, Need, Tri

IMPAIRED, MODERATE, SEVERE, ENCEPHALOPATHY = "impaired", "moderate", "severe", "encephalopathy"
_AT_LEAST = {  # which of the settings' lists say that it is at least so
    IMPAIRED: (IMPAIRED, MODERATE, SEVERE, ENCEPHALOPATHY),
    MODERATE: (MODERATE, SEVERE),
    SEVERE: (SEVERE,),
    ENCEPHALOPATHY: (ENCEPHALOPATHY,),
}
_LESS = {MODERATE: ("mild",), SEVERE: ("mild", MODERATE)}


def liver(facts: Facts, order: Order, day: DateSpan, wanted: str, settings: Mapping[str, Any]) -> Tri:
    """Whether the liver is ``wanted`` on ``day`` or more: "impaired", "moderate", "severe", "encephalopathy".

    From active conditions and the order's reasons. No liver condition on record is no, unless nothing is
    known of the patient; one that doesn't say how far is maybe for "moderate" and "severe".
    """
    if not facts.conditions and not order.reasons:
        return liver_unknown(facts) if facts.unknown else NO
    for name in _AT_LEAST[wanted]:
        source = has_condition(facts, order, _groups(settings, name), day)
        if source is not None:
            words = {IMPAIRED: "hepatic impairment", ENCEPHALOPATHY: "hepatic encephalopathy"}
            return Tri("yes", facts=(f"{words.get(name, f'{name} hepatic impairment')} ({source})",))
    for name in _LESS.get(wanted, ()):
        source = has_condition(facts, order, _groups(settings, name), day)
        if source is not None:
            return Tri("no", facts=(f"{name} hepatic impairment ({source})",))
    if wanted in _LESS:
        source = has_condition(facts, order, _groups(settings, IMPAIRED), day)
        if source is not None:
            return Tri("maybe", (Need(HEPATIC, f"hepatic impairment of no stated degree ({source})"),))
    return liver_unknown(facts) if facts.unknown else NO


def liver_groups(settings: Mapping[str, Any]) -> frozenset[str]:
    """All groups of the settings that say something of the liver."""
    return frozenset().union(*(_groups(settings, name) for name in settings if name != "source"))


def _groups(settings: Mapping[str, Any], name: str) -> frozenset[str]:
    found = settings.get(name, ())
    return frozenset([found] if isinstance(found, str) else found)
