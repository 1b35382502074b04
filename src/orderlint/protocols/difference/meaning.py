"""What changed in meaning from one version of protocol files to another, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from orderlint.protocols.words import LABELS, leaves, listed, rows, value_words, when_words

Documents = Sequence[Mapping[str, Any]]
_TEXTS = ("section", "statement", "source", "correction", "reason")
_REVIEW = ("author", "checker", "reviewed", "next_review")


def differences(old: Documents, new: Documents) -> list[str]:
    """One line a change; none where both mean the same, however they are written."""
    before, after = {d["protocol"]: d for d in old}, {d["protocol"]: d for d in new}
    lines = [f"protocol {name}: removed" for name in before if name not in after]
    lines += [f"protocol {name}: added" for name in after if name not in before]
    for name, document in after.items():
        if name in before:
            lines += _document(name, before[name], document)
    return [*lines, *_rules(_stated(old), _stated(new))]


def _document(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key in ("title", "version", "status", "disclaimer", "valid_from", "valid_to"):
        yield from _changed(f"protocol {name}: {key.replace('_', ' ')}", old.get(key), new.get(key))
    for key in _REVIEW:
        yield from _changed(
            f"protocol {name}: {key.replace('_', ' ')}", old["review"].get(key), new["review"].get(key)
        )
    before, after = when_words(old.get("governs")), when_words(new.get("governs"))
    yield from _changed(f"protocol {name}: governs", before, after)
    settings_before, settings_after = (
        dict(_flat(old.get("settings", {}))),
        dict(_flat(new.get("settings", {}))),
    )
    for key in dict.fromkeys((*settings_before, *settings_after)):
        yield from _changed(f"protocol {name}: {key}", settings_before.get(key), settings_after.get(key))
    words_before, words_after = dict(_flat(old.get("rules", {}))), dict(_flat(new.get("rules", {})))
    for key in dict.fromkeys((*words_before, *words_after)):
        yield from _changed(f"protocol {name}: words of {key}", words_before.get(key), words_after.get(key))
    yield from _clauses(old["clauses"], new["clauses"])


def _clauses(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    before, after = {c["id"]: c for c in old}, {c["id"]: c for c in new}
    for name in before:
        if name not in after:
            yield f"clause {name}: removed ({before[name]['statement']})"
    for name, clause in after.items():
        if name not in before:
            yield f"clause {name}: added ({clause['statement']})"
            continue
        for key in ("encode", "valid_from", "valid_to", *_TEXTS):
            yield from _changed(
                f"clause {name}: {key.replace('_', ' ')}", before[name].get(key), clause.get(key)
            )


Key = tuple[str, str, int]  # rule, clause, and which of several of that rule in that clause


def _stated(documents: Documents) -> dict[Key, Mapping[str, Any]]:
    found: dict[Key, Mapping[str, Any]] = {}
    for document in documents:
        for clause in document["clauses"]:
            for rule in clause.get("rules", ()):
                name = f"the same as {rule['same_as']}" if "same_as" in rule else rule["rule"]
                nth = sum(1 for key in found if key[:2] == (name, clause["id"]))
                found[name, clause["id"], nth] = rule
    return found


def _rules(old: Mapping[Key, Mapping[str, Any]], new: Mapping[Key, Mapping[str, Any]]) -> Iterator[str]:
    for key, rule in old.items():
        if key not in new:
            yield f"{_name(key)}: removed{_summary(rule)}"
    for key, rule in new.items():
        if key not in old:
            yield f"{_name(key)}: added{_summary(rule)}"
        elif "same_as" not in rule:
            changes = list(_rule(old[key], rule))
            context = when_words(rule.get("when"))
            unchanged = context if context and context == when_words(old[key].get("when")) else ""
            for change in changes:
                yield f"{_name(key)}: {change}{f', {unchanged}' if unchanged else ''}"


def _rule(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    yield from _changed("severity", old["severity"], new["severity"])
    yield from _changed("drugs", listed(old["drugs"]), listed(new["drugs"]), ordered=False)
    yield from _changed(
        "routes",
        listed(old.get("routes", ())) or "any",
        listed(new.get("routes", ())) or "any",
        ordered=False,
    )
    yield from _changed(
        "who", when_words(old.get("when")) or "anyone", when_words(new.get("when")) or "anyone"
    )
    before, after = old["check"], new["check"]
    yield from _changed("kind of check", before["kind"], after["kind"])
    yield from _changed("says", before.get("says"), after.get("says"))
    yield from _values(dict(_named(before)), dict(_named(after)))
    yield from _bands(before.get("bands", ()), after.get("bands", ()))
    yield from _changed("advice", old.get("advice"), new.get("advice"))
    yield from _changed("figures from", listed(before.get("figures", ())), listed(after.get("figures", ())))


def _bands(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    before, after = {when_words(b["when"]): b for b in old}, {when_words(b["when"]): b for b in new}
    for who, band in before.items():
        if who not in after:
            yield f"band {who}: removed ({_band(band)})"
    for who, band in after.items():
        if who not in before:
            yield f"band {who}: added ({_band(band)})"
            continue
        yield from _changed(f"band {who}", _band(before[who]), _band(band))


def _band(band: Mapping[str, Any]) -> str:
    return ", ".join(f"{row.what} {row.figure}" for row in rows({"bands": [{**band, "when": {}}]}))


def _named(check: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, label, words in leaves(check):
        yield label if key in LABELS else key.replace("_", " "), words


def _values(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for label in dict.fromkeys((*old, *new)):
        yield from _changed(label, old.get(label), new.get(label))


def _changed(what: str, old: Any, new: Any, ordered: bool = True) -> Iterator[str]:
    if old == new or (not ordered and sorted(str(old).split(", ")) == sorted(str(new).split(", "))):
        return
    yield f"{what} {_said(old)} → {_said(new)}"


def _said(value: Any) -> str:
    return "none" if value is None or value == "" else " ".join(str(value).split())


def _summary(rule: Mapping[str, Any]) -> str:
    if "same_as" in rule:
        return ""
    figures = [f"{row.what} {row.figure}" for row in rows(rule["check"], rule.get("when"))]
    who = when_words(rule.get("when"))
    return f" ({rule['severity']}; {'; '.join(dict.fromkeys(figures))}{f'; {who}' if who else ''})"


def _name(key: Key) -> str:
    rule, clause, nth = key
    return f"{rule} ({clause}{f', rule {nth + 1}' if nth else ''})"


def _flat(value: Any, path: str = "") -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(item, f"{path}/{key}".lstrip("/"))
    else:
        yield path, value_words(path, value)
