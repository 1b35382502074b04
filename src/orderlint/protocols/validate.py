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

    from orderlint.protocols.linter.shape import said  # noqa: PLC0415

    validator = Draft202012Validator(json.loads(schema_path(schema).read_text("utf-8")))
    errors = sorted(validator.iter_errors(value), key=lambda e: marks.get(tuple(e.absolute_path), (1, 1)))
    for error in errors:
        for path, words in said(error, tuple(error.absolute_path)):
            place = path
            while place and place not in marks:
                place = place[:-1]
            raise ProtocolError(file, words, *marks.get(place, (1, 1)))
