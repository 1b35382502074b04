"""What is wrong with a protocol file, said with its place."""

from __future__ import annotations


class ProtocolError(Exception):
    """A protocol file that can't be used. ``str()`` is ``file:line:column: what is wrong``."""

    def __init__(self, file: str, message: str, line: int | None = None, column: int | None = None) -> None:
        place = file if line is None else f"{file}:{line}:{column}"
        super().__init__(f"{place}: {message}")
        self.file, self.message, self.line, self.column = file, message, line, column
