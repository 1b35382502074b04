"""Burns CPU and touches no memory: ``python empty_loop.py PROCESSES SHARES``.

The same work, ``shares`` loops, by one process or several: how far this machine can scale at all.
"""

from __future__ import annotations

import os
import sys


def spin(turns: int = 30_000_000) -> None:
    """A loop with nothing in it."""
    count = 0
    while count < turns:
        count += 1


def main(processes: int, shares: int) -> None:
    """Every process takes its part of the loops."""
    children = []
    for number in range(processes):
        child = os.fork()
        if child == 0:
            for _ in range(number, shares, processes):
                spin()
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
