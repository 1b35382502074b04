"""A protocol file against ``schemas/protocol.schema.json``, with the line of what is wrong."""

from __future__ import annotations

import json
from typing import Any

from orderlint.protocols.errors import ProtocolError
from orderlint.protocols.yaml_file import Marks
from orderlint.resources import schema_path


def check_schema(value: Any, marks: Marks, file: str, schema: str) -> None:
    """Raises ProtocolError for the first thing that the schema refuses (in the order of the file)."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 67 ms
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    validator = Draft202012Validator(json.loads(schema_path(schema).read_text("utf-8")))
    errors = sorted(validator.iter_errors(value), key=lambda e: marks.get(tuple(e.absolute_path), (1, 1)))
    if not errors:
        return
    error = best_match([errors[0]])
    path = tuple(error.absolute_path)
    while path and path not in marks:
        path = path[:-1]
    where = "/".join(str(p) for p in error.absolute_path) or "the file"
    line, column = marks.get(path, (1, 1))
    raise ProtocolError(file, f"{where}: {error.message}", line, column)
