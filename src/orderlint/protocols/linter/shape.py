"""What the schema refuses, all of it, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from orderlint.protocols.linter.issue import Issue
from orderlint.protocols.linter.source import Source, Where
from orderlint.resources import schema_path


def shape(source: Source) -> list[Issue]:
    """Every fault by ``protocol.schema.json``; notes the paths in ``source.wrong``."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 67 ms

    validator = Draft202012Validator(json.loads(schema_path("protocol.schema.json").read_text("utf-8")))
    issues = []
    for error in validator.iter_errors(source.data):
        path = tuple(error.absolute_path)
        source.wrong.add(path)
        issues += [source.issue(at, words) for at, words in said(error, path)]
    return issues


def rule_validator() -> Callable[[Any], bool]:
    """Whether the schema has nothing against one rule of a clause, as a function to ask often."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    schema = json.loads(schema_path("protocol.schema.json").read_text("utf-8"))
    return Draft202012Validator({"$ref": "#/$defs/rule", "$defs": schema["$defs"]}).is_valid


def said(error: Any, path: Where) -> Iterator[tuple[Where, str]]:
    """One error of the schema in words, at its place; of keys that are not known one each."""
    where = "/".join(map(str, path)) or "the file"
    if error.validator in ("additionalProperties", "unevaluatedProperties") and isinstance(
        error.instance, dict
    ):
        known = error.schema.get("properties", {})
        for key in error.instance:
            if key not in known:
                yield (*path, key), f"{where}: the key '{key}' is not known here{_nearest(key, known)}"
        return
    if error.validator in ("oneOf", "anyOf") and error.context:
        from jsonschema.exceptions import best_match  # noqa: PLC0415

        inner = best_match(error.context)
        at = tuple(inner.absolute_path)
        yield at, f"{'/'.join(map(str, at)) or 'the file'}: {_short(inner)}"
        return
    yield path, f"{where}: {_short(error)}"


def _short(error: Any) -> str:
    if error.validator == "required":
        missing = [k for k in error.validator_value if k not in error.instance]
        return f"lacks {', '.join(missing)}"
    if error.validator == "enum":
        return f"{error.instance!r:.60} is none of {', '.join(map(str, error.validator_value))}"
    if error.validator == "pattern":
        about = error.schema.get("description")
        return f"{error.instance!r:.60} is not written as it should be{f' ({about})' if about else ''}"
    if error.validator == "type":
        about = error.schema.get("description")
        words = f"{_kind(error.instance)} where {_wanted(error.validator_value)} belongs"
        return f"{words} ({about})" if about else words
    words = str(error.message)
    return words if len(words) <= 200 else f"{words[:200]}…"


_KINDS = {
    dict: "a mapping",
    list: "a list",
    str: "a text",
    bool: "yes or no",
    int: "a number",
    float: "a number",
}
_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "boolean": "yes or no",
    "integer": "a whole number",
    "number": "a number",
    "null": "nothing",
}


def _kind(value: Any) -> str:
    """What stands there, with the value where it is short."""
    if value is None:
        return "nothing"
    kind = _KINDS.get(type(value), "something else")
    return kind if isinstance(value, dict | list) else f"{kind} ({value!r:.40})"


def _wanted(types: Any) -> str:
    return " or ".join(_TYPES.get(t, str(t)) for t in ([types] if isinstance(types, str) else types))


def _nearest(key: str, known: Any) -> str:
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(key, known, 1)
    return f"; did you mean '{near[0]}'?" if near else ""
