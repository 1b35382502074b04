"""An example in a sentence: the order, what runs beside it, and the patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.protocols.words import range_words

_RATES = {1: "once", 2: "twice"}


def example_words(said: Mapping[str, Any]) -> str:
    """ "baclofen 30 mg 3 times a day for 28 days; 70 years, eGFR 45"."""
    parts = [_order(said["order"])]
    parts += [f"beside it {_order(o)}" for o in said.get("with", ())]
    if "template" in said:
        own = any("guards" in o for o in (said["order"], *said.get("with", ())))
        parts.append(_template(said["template"], own))
    elif "patient" in said:
        parts.append(_patient(said["patient"]))
    if said.get("services"):
        parts.append(f"also ordered: {', '.join(said['services'])}")
    return "; ".join(part for part in parts if part)


def _order(said: Mapping[str, Any]) -> str:
    if "statement" in said:
        return f"{said['statement']} by a statement"
    if "allergy" in said:
        return f"an intolerance of {said['allergy']}"
    drugs = said["drug"] if isinstance(said["drug"], str) else " and ".join(said["drug"])
    words = [f"{drugs}{' ' + said['release'] if 'release' in said else ''}"]
    if "product" in said:
        words.append(f"({said['product']})")
    if "form" in said:
        words.append(f"as {said['form']}")
    steps = said.get("steps")
    words.append(", then ".join(_dosage(step) for step in steps) if steps else _dosage(said))
    if said.get("prn"):
        words.append("as needed")
    if "text" in said:
        words.append(f"“{said['text']}”")
    if "wear" in said:
        words.append(f"worn {said['wear']}")
    if "cap" in said:
        words.append(f"at most {said['cap'].replace(' per ', ' in ')}")
    if said.get("route", "oral") not in ("oral", "none"):
        words.append(f"by the {said['route']} route")
    if "reason" in said:
        groups = [said["reason"]] if isinstance(said["reason"], str) else said["reason"]
        words.append(f"for {' and '.join(groups).replace('-', ' ').replace('+', ' with ')}")
    if "from" in said:
        words.append(f"from {said['from']}")
    if "until" in said or said.get("status") in ("stopped", "completed"):
        words.append(f"{said.get('status', 'stopped')}{' on ' + said['until'] if 'until' in said else ''}")
    if said.get("intent") == "option" or "choice" in said:
        words.append("as one of several options")
    if said.get("guards"):
        words.append(f"with the condition {_guards(said['guards'])}")
    return " ".join(word for word in words if word)


def _dosage(said: Mapping[str, Any]) -> str:
    words = []
    if "dose" in said:
        words.append(said["dose"].replace("{", "").replace("}", ""))
    times = said.get("times")
    if isinstance(times, str):
        count, _, period, unit = times.split(" ")
        units = {"h": "hours", "d": "days", "wk": "weeks", "mo": "months"}
        words.append(f"{_often(int(count))} in {period} {units[unit]}")
    elif isinstance(times, list):
        words.append(f"at {', '.join(times)}")
    elif times is not None:
        words.append(f"{_often(times)} a day")
    if "days" in said:
        words.append(f"for {said['days']} days")
    return " ".join(words)


def _often(times: float) -> str:
    return _RATES.get(int(times), f"{times} times") if times == int(times) else f"{times} times"


def _patient(said: Mapping[str, Any]) -> str:
    words = []
    if "age" in said:
        words.append(f"{said['age']} years")
    if "sex" in said:
        words.append(said["sex"])
    names = {"egfr": "eGFR", "crcl": "creatinine clearance", "creatinine": "creatinine", "weight": "weight"}
    words += [f"{name} {_lab(said[key])}" for key, name in names.items() if key in said]
    if said.get("dialysis"):
        words.append("on dialysis")
    words += [
        _groups(said[key], lead)
        for key, lead in (("conditions", ""), ("history", "formerly "))
        if key in said
    ]
    words += [f"{kind} {_lab(value)}" for kind, value in said.get("labs", {}).items()]
    return f"the patient: {', '.join(words)}" if words else ""


def _groups(value: Any, lead: str) -> str:
    return ", ".join(
        lead + group.replace("-", " ") for group in ([value] if isinstance(value, str) else value)
    )


def _lab(said: Any) -> str:
    if not isinstance(said, Mapping):
        return str(said)
    ago = said.get("days_ago", 0)
    return f"{said['value']}{f' {ago} days before' if ago else ''}"


def _template(said: Any, own: bool) -> str:
    """``own``: some of its orders have a condition of their own."""
    guards = said.get("guards", {}) if isinstance(said, Mapping) else {}
    if guards:
        return f"in an order set with the condition {_guards(guards)}"
    return "in an order set" if own else "in an order set without a condition"


def _guards(said: Mapping[str, Any]) -> str:
    parts = [
        f"{fact} {value if isinstance(value, str) else range_words(value)}" for fact, value in said.items()
    ]
    return " and ".join(parts)
