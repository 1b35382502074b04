"""What every peer has in common: its arguments, the codes, and the one line it prints.

A peer does the join that an audit needs before any rule can be applied: the orders of known drugs (by RxNorm
code, or by reference to a Medication with one) that were not cancelled, and the birth date, laboratory values
and conditions of their patients. It looks at the first coding only and at one way to write a reference, and
applies no rule: what it leaves out makes it faster, never slower.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Work = Callable[[argparse.Namespace, dict[str, Any]], dict[str, Any]]


def main(name: str, work: Work, **more: Any) -> None:
    """Command line of a peer: ``EXPORT CODES [--threads N]``; prints counts and seconds without start-up.

    ``more``: further options with what they are unless they are told; their type is that of the default.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("export", type=Path)
    parser.add_argument("codes", type=Path, help="what codes.py wrote")
    parser.add_argument("--threads", type=int, default=1)
    for option, default in more.items():
        if default is False:
            parser.add_argument(f"--{option}", action="store_true")
        else:
            parser.add_argument(f"--{option}", type=type(default), default=default)
    arguments = parser.parse_args()
    codes = json.loads(arguments.codes.read_text("utf-8"))
    begin = time.perf_counter()
    counts = work(arguments, codes)
    print(json.dumps({"peer": name, **counts, "seconds": round(time.perf_counter() - begin, 3)}))


def files(export: Path, kind: str = "*") -> list[Path]:
    """The files of a type, in order."""
    return sorted(export.glob(f"{kind}.*.ndjson"))
