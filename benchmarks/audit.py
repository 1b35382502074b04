"""``orderlint audit`` beside its peers, on one warm export.

    python benchmarks/audit.py EXPORT [--rounds 5] [--peers orjson,duckdb,cat] [--jobs 2] [--empty-loop]
    python benchmarks/audit.py EXPORT --where
    python benchmarks/audit.py --memory-series 2,12

Whole processes, start-up included, in turn, so that noise hits all alike. Before the rounds each variant runs
once: that compiles bytecode, warms the page cache, and is the run whose memory is watched. What the peers do
and don't is said in peers/peer.py; a peer that is not installed is left out, and said to be.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import memory, table, variants
from measure.process import run

_WHERE = Path(__file__).resolve().parent / "measure" / "where.py"


def _names(known: tuple[str, ...], text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    strange = [name for name in names if name not in known]
    if strange:
        raise argparse.ArgumentTypeError(f"not one of {', '.join(known)}: {', '.join(strange)}")
    return names


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("export", type=Path, nargs="?", help="what export.py made")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--jobs", type=int, default=2, help="workers, and threads of the peers that have them"
    )
    parser.add_argument(
        "--peers", type=lambda text: _names(variants.PEERS, text), default=list(variants.PEERS)
    )
    parser.add_argument(
        "--modes", type=lambda text: _names(variants.MODES, text), default=list(variants.MODES)
    )
    parser.add_argument("--engine-spark", action="store_true", help="also the audit inside Spark")
    parser.add_argument("--empty-loop", action="store_true", help="also what only burns CPU, for the scaling")
    parser.add_argument("--memory-series", metavar="GB,GB", help="peak memory at these sizes; nothing else")
    parser.add_argument("--where", action="store_true", help="where our time goes; nothing else")
    arguments = parser.parse_args()
    if arguments.rounds < 1 or arguments.jobs < 1 or not arguments.modes:
        parser.error("at least one round, one worker and one mode")
    if arguments.memory_series is None and (
        arguments.export is None or not any(arguments.export.glob("*.ndjson"))
    ):
        parser.error(
            "EXPORT has to be a folder with NDJSON files: python benchmarks/export.py EXPORT --gb 1.7"
        )
    return arguments


def _compare(arguments: argparse.Namespace, environment: dict[str, str], scratch: Path) -> None:
    export = arguments.export.resolve()
    codes = scratch / "codes.json"
    variants.write_codes(codes)
    chosen = variants.ours(export, arguments.modes, arguments.jobs, arguments.engine_spark)
    others, missing = variants.peers(export, arguments.peers, arguments.jobs, codes, scratch)
    chosen += others + (variants.loops(arguments.jobs) if arguments.empty_loop else [])
    results = []
    for variant in chosen:
        watched = run(variant.command, environment, watch=True)
        if watched.status:
            words = (watched.error.strip().splitlines() or ["?"])[-1]
            missing.append(f"{variant.name}: ended with {watched.status}: {words}")
        else:
            results.append(table.Result(variant, watched, []))
    for _ in range(arguments.rounds):
        for result in results:
            done = run(result.variant.command, environment)
            if done.status:
                raise SystemExit(f"{result.variant.name} ended with {done.status}: {done.error}")
            result.timed.append(done)
    gigabytes = sum(path.stat().st_size for path in export.glob("*.ndjson")) / 1e9
    load = os.getloadavg()[0]
    print(
        f"{gigabytes:.2f} GB, rounds: {arguments.rounds}, {os.cpu_count()} cores, load {load:.1f} at the end\n"
    )
    print("\n".join(table.table(results, gigabytes)), end="\n\n")
    print("\n".join(table.goals(results, arguments.jobs)))
    for reason in missing:
        print(f"- left out: {reason}")


def main() -> None:
    """Command line."""
    arguments = _arguments()
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory(prefix="orderlint-benchmark-") as scratch:
        environment["ORDERLINT_CACHE_DIR"] = f"{scratch}/cache"
        if arguments.memory_series is not None:
            sizes = [float(size) for size in arguments.memory_series.split(",")]
            memory.series(sizes, arguments.modes[0], arguments.jobs, environment)
        elif arguments.where:
            command = [
                sys.executable,
                str(_WHERE),
                str(arguments.export.resolve()),
                "--mode",
                arguments.modes[0],
            ]
            sys.exit(subprocess.run(command, env=environment, check=False).returncode)
        else:
            _compare(arguments, environment, Path(scratch))


if __name__ == "__main__":
    main()
