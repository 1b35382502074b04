"""Findings as Parquet, a batch at a time; nothing where pyarrow is not installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_COLUMNS = ("rule", "severity", "message", "basis", "file", "line", "column", "pointer", "resource",
            "patient", "drug", "protocol", "clause", "fingerprint")  # fmt: skip
_BATCH = 10_000


class Parquet:
    """One file, written as findings come."""

    def __init__(self, path: Path | None) -> None:
        self._rows: list[dict[str, Any]] = []
        self._writer: Any = None
        if path is None:
            return
        try:
            import pyarrow  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415
            import pyarrow.parquet  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415
        except ImportError:
            return
        self._arrow = pyarrow
        whole = ("line", "column")
        fields = [(n, pyarrow.int64() if n in whole else pyarrow.string()) for n in _COLUMNS]
        for name in ("measured", "limit"):
            fields += [(f"{name}_value", pyarrow.float64()), (f"{name}_unit", pyarrow.string())]
        self._schema = pyarrow.schema(fields)
        self._writer = pyarrow.parquet.ParquetWriter(str(path), self._schema)

    def add(self, text: str) -> None:
        """One finding, as JSON."""
        if self._writer is None:
            return
        said = json.loads(text)
        row = {name: said[name] for name in _COLUMNS}
        for name in ("measured", "limit"):
            measure = said[name] or {}
            value = measure.get("value")
            row[f"{name}_value"] = float(value) if value is not None else None
            row[f"{name}_unit"] = measure.get("unit")
        self._rows.append(row)
        if len(self._rows) >= _BATCH:
            self._flush()

    def close(self) -> None:
        """Write what is left."""
        if self._writer is not None:
            self._flush()
            self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._arrow.Table.from_pylist(self._rows, schema=self._schema))
            self._rows.clear()
