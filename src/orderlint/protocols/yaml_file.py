"""Reading a protocol file strictly: duplicate keys, aliases and anything but plain data are refused."""

from __future__ import annotations

from typing import Any

from orderlint.protocols.errors import ProtocolError

MAX_BYTES = 4_000_000
MAX_DEPTH = 40

Marks = dict[tuple[Any, ...], tuple[int, int]]


def read_yaml(data: bytes, file: str, repeated: list[ProtocolError] | None = None) -> tuple[Any, Marks]:
    """The data of one YAML document, and line and column of every path in it (``("clauses", 0, "id")``).

    Raises ProtocolError with line and column for what is not YAML, a duplicate key, an alias, a tag or
    nesting beyond MAX_DEPTH. Where ``repeated`` is given, duplicate keys are added to it instead, and the
    first of two counts.
    """
    import yaml  # noqa: PLC0415 - 16 ms, needed only where no compiled copy is cached

    if len(data) > MAX_BYTES:
        raise ProtocolError(file, f"larger than {MAX_BYTES} bytes; a protocol file is not that long")
    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        loader = loader_class(data)
        try:
            node = loader.get_single_node()
            marks: Marks = {}
            seen: set[int] = set()
            value = _value(loader, node, (), marks, file, seen, repeated) if node is not None else None
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        words = " ".join(str(getattr(error, "problem", None) or error).split())
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (None, None)
        raise ProtocolError(file, f"not YAML: {words}", line, column) from None
    except (UnicodeDecodeError, ValueError) as error:
        raise ProtocolError(file, f"not YAML: {' '.join(str(error).split())}") from None
    return value, marks


def _value(
    loader: Any,
    node: Any,
    path: tuple[Any, ...],
    marks: Marks,
    file: str,
    seen: set[int],
    repeated: list[ProtocolError] | None,
) -> Any:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    marks[path] = (line, column)
    if id(node) in seen:
        raise ProtocolError(file, "aliases are not allowed: write it out", line, column)
    if len(path) > MAX_DEPTH:
        raise ProtocolError(file, f"nested deeper than {MAX_DEPTH}", line, column)
    kind = type(node).__name__
    if kind == "ScalarNode":
        return _scalar(loader, node, file, line, column)
    seen.add(id(node))
    if kind == "SequenceNode":
        return [
            _value(loader, item, (*path, i), marks, file, seen, repeated) for i, item in enumerate(node.value)
        ]
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        where = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        if not isinstance(key, str):
            raise ProtocolError(file, "a key must be a word", *where)
        if key in result:
            fault = ProtocolError(file, f"the key '{key}' stands here twice", *where)
            if repeated is None:
                raise fault
            repeated.append(fault)
            continue
        result[key] = _value(loader, value_node, (*path, key), marks, file, seen, repeated)
        marks[(*path, key)] = where
    return result


def _scalar(loader: Any, node: Any, file: str, line: int, column: int) -> Any:
    plain = {"str", "int", "float", "bool", "null"}
    tag = node.tag.rsplit(":", 1)[-1]
    if tag == "timestamp":  # 2026-03-01 unquoted: a date in our files is a string
        return node.value
    if tag not in plain:
        raise ProtocolError(file, f"the tag {node.tag} is not allowed", line, column)
    value = loader.construct_object(node)
    if isinstance(value, float) and str(value) in ("nan", "inf", "-inf"):
        raise ProtocolError(file, "not a number that can be used", line, column)
    return value
