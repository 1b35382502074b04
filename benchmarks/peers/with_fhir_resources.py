"""fhir.resources: every resource as a validated object. A sample, and from it the time for all.

    python benchmarks/peers/with_fhir_resources.py EXPORT CODES [--sample 1000]

Takes ``sample`` lines of each type, spread evenly over the first file's bytes, and multiplies the seconds for
a byte of each type by the bytes of that type. It only parses; there is no join.
"""

from __future__ import annotations

import argparse
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from peer import files, main


def parse(arguments: argparse.Namespace, _: dict[str, Any]) -> dict[str, Any]:
    """What was parsed, and the seconds that the whole would take."""
    whole = 0.0
    rows = 0
    for kind in sorted({path.name.partition(".")[0] for path in files(arguments.export)}):
        paths = files(arguments.export, kind)
        size = sum(path.stat().st_size for path in paths)
        lines = _spread(paths[0], arguments.sample)
        model: Any = getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
        model.model_validate_json(lines[0])  # the first builds the validators
        begin = time.perf_counter()
        for line in lines:
            model.model_validate_json(line)
        whole += (time.perf_counter() - begin) * size / sum(map(len, lines))
        rows += len(lines)
    return {"rows": rows, "extrapolated_seconds": round(whole, 1)}


def _spread(path: Path, many: int) -> list[bytes]:
    """Up to ``many`` different lines of a file."""
    size, found = path.stat().st_size, {}
    with path.open("rb") as file:
        for number in range(many):
            file.seek(size * number // many)
            if number:
                file.readline()
            at, line = file.tell(), file.readline()
            if line:
                found[at] = line
    return list(found.values())


if __name__ == "__main__":
    main("fhir.resources", parse, sample=1000)
