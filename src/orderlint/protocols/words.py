"""What rules of a protocol file mean, in words: who is meant, and what is measured against what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orderlint.namedtuple import NamedTuple

LABELS: Mapping[str, str] = {
    "limit": "limit",
    "max_single": "most at one time",
    "max_daily": "most a day",
    "max_times": "most times a day",
    "max_daily_per_k": "most a day for each mL/min",
    "free_dose": "no taper is asked at or below",
    "max_last_step": "most in the last step",
    "max_cut": "most that one step cuts",
    "max_fall": "most that the dose falls from one step to the next",
    "exposure_above_free_dose": "only days above that dose are exposure",
    "unknown_stop_fires": "asked of what was stopped nobody knows when",
    "max_gap_days": "longest break within one exposure",
    "dose_window_days": "the dose that counts is the highest of the last",
    "min_exposure_days": "asked from an exposure of",
    "error_below_days": "error where the taper is shorter than",
    "warning_below_days": "warning where the taper is shorter than",
    "washout_days": "a first order after a washout of",
    "look_back_days": "held against the last dose before a break, up to",
    "max_raise": "most that one step raises",
    "min_days": "least time between raises",
    "info_days": "only an info from",
    "low": "is low below",
    "sooner": "sooner where",
    "labs": "results",
    "replacement": "unless it is replaced by",
    "besides": "with nothing besides",
    "services": "together with an order of",
    "with_routes": "given by",
    "except_routes": "not where given by",
    "days_after": "counts after its end for",
    "only_patches": "only patches",
    "ingredient": "strength of",
    "unless_condition": "unless",
    "equation": "kidney function by",
    "max_days": "longest course",
    "within_days": "result not older than",
    "after_days": "counts for what runs beyond, in days:",
    "product_strength": "only products of",
    "max_at_once": "most at once",
    "max_hours": "longest wear",
    "within_hours": "in a time of",
    "max_per_day": "most times a day",
    "at_least": "others at the same time, at least",
    "with": "together with",
    "after": "only after",
    "only": "every reason among",
    "any_of": "one of",
    "from": "from",
    "to": "to",
}
_SKIPPED = frozenset({"kind", "figures", "bands", "when", "says", "avoid", "counting_itself"})


class Row(NamedTuple):
    """One line of a table of limits: who is meant, what is measured, the figure, the clauses behind it."""

    who: str
    what: str
    figure: str
    sources: tuple[str, ...] = ()


def when_words(when: Mapping[str, Any] | None) -> str:
    """ "age from 65, kidney function from 30 to below 60"; "" for anyone."""
    return ", ".join(_condition(key, value) for key, value in (when or {}).items())


def range_words(said: Mapping[str, Any]) -> str:
    """ "from 30 to below 60"."""
    parts = []
    for key, word in (("from", "from"), ("above", "above"), ("to", "to"), ("below", "below")):
        if key in said:
            lead = "to " if key == "below" and len(said) > 1 else ""
            parts.append(f"{lead}{word} {said[key]}")
    return " ".join(parts)


def rows(check: Mapping[str, Any], when: Mapping[str, Any] | None = None) -> list[Row]:
    """The table of limits of one check."""
    who = when_words(when)
    found = [
        Row(_joined(who, when_words(band.get("when"))), *pair, tuple(band.get("figures", ())))
        for band in check.get("bands", ())
        for pair in _band(band)
    ]
    sources = tuple(check.get("figures", ()))
    found += [Row(who, label, words, sources) for _, label, words in leaves(check)]
    if not found:
        found = [Row(who, "any order", str(check.get("says", "")) or "avoid", sources)]
    return found


def leaves(check: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(key, label, value in words) of each parameter of a check, bands left out."""
    return [
        (key, LABELS.get(key, key.replace("_", " ")), value_words(key, value))
        for key, value in check.items()
        if key not in _SKIPPED
    ]


def value_words(key: str, value: Any) -> str:
    """A parameter's value with its unit."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if key == "unless_condition":
        return when_words(value)
    if key == "labs":
        return "; ".join(_lab(item) for item in value)
    if key == "max_cut":
        return f"{round(float(value) * 100, 3):g} %"
    if isinstance(value, int | float):
        unit = "days" if key.endswith("_days") or key == "max_days" else "h" if key.endswith("_hours") else ""
        return f"{value} {unit}".strip()
    if isinstance(value, Mapping):
        if set(value) <= {"from", "above", "to", "below"}:
            return range_words(value)
        return "; ".join(
            f"{LABELS.get(k, k.replace('_', ' '))} {value_words(k, v)}" for k, v in value.items()
        )
    if isinstance(value, list):
        return ", ".join(
            value_words(key, item) if isinstance(item, Mapping) else drug_words(str(item)) for item in value
        )
    return drug_words(str(value))


def _lab(said: Mapping[str, Any]) -> str:
    replaced = f", unless with {value_words('with', said['replacement'])}" if "replacement" in said else ""
    return f"{said['kind']} below {said['low']}{replaced}"


def drug_words(name: str) -> str:
    """A drug, or "any of the group" for a group of them."""
    return f"any {name.removeprefix('group:').replace('-', ' ')}" if name.startswith("group:") else name


def listed(names: Iterable[str]) -> str:
    """Drugs or routes, one after the other."""
    return ", ".join(drug_words(name) for name in names)


def _band(band: Mapping[str, Any]) -> list[tuple[str, str]]:
    if band.get("avoid"):
        return [("any dose", "avoid")]
    found = [(label, words) for key, label, words in leaves(band) if key != "says"]
    return found or [("any dose", "no limit of its own")]


def _condition(key: str, value: Any) -> str:
    if key == "all":
        return " and ".join(_nested(item) for item in value)
    if key == "any":
        return " or ".join(_nested(item) for item in value)
    if key == "known":
        return when_words(value)
    if key == "hepatic":
        return "hepatic encephalopathy" if value == "encephalopathy" else f"hepatic impairment ({value})"
    if key in ("with", "allergy"):
        return f"{'together with' if key == 'with' else 'intolerance of'} {value_words(key, value)}"
    if key == "not":
        return f"not {_nested(value)}"
    if key == "measured":
        return f"{value['kind'].replace('-', ' ')} measured within {value['within_days']} days"
    if key == "age":
        return f"age {range_words(value)}"
    if key == "kidney":
        return f"kidney function {range_words(value)}"
    if key == "dialysis":
        return "on dialysis" if value else "not on dialysis"
    if key == "governs":
        return f"where {value} governs"
    if key == "release":
        return f"release {value}"
    if key == "may_be_release":
        return f"release {value}, or not stated"
    if key == "template":
        return "order-set definitions" if value else "patients"
    if key == "history":
        return f"history of {_groups(value)}"
    if key in ("condition", "reason"):
        return f"{key} {_groups(value)}"
    return f"{key.replace('_', ' ')} {value_words(key, value)}"


def _nested(when: Mapping[str, Any]) -> str:
    words = when_words(when)
    return f"({words})" if len(when) > 1 or "any" in when or "all" in when else words


def _groups(value: Any) -> str:
    return " or ".join([value] if isinstance(value, str) else value).replace("-", " ")


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
