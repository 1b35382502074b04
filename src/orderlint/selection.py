"""What of a definition may be chosen together, and what surely is.

Clashes come as bits: bit ``j`` of ``clashes[i]`` says that nobody takes ``i`` and ``j`` both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from orderlint.exact import Fraction
from orderlint.record import Choice

MOST_TRIES = 4000  # of one day; only clashes that are no selections within selections need any
DEEPEST = 300  # selections within selections, well below what the interpreter's stack holds

Best = tuple[Fraction, int]  # how heavy, and which of them as bits


def heaviest(weights: Sequence[Fraction], clashes: Sequence[int]) -> list[int]:
    """The numbers of those that weigh most of all that can be taken together; weights are not negative.

    Exact for selections within selections at any size, and for other clashes up to ``MOST_TRIES``; beyond
    that a good choice, perhaps not the best. Of equals the first.
    """
    return list(bits(_Search(weights, clashes).best((1 << len(weights)) - 1, 0)[1]))


class _Search:
    """What does not clash with the rest is taken apart; what all clashes with the rest is held against it.

    Both go on until nothing is left where the clashes are those of a tree of selections.
    """

    def __init__(self, weights: Sequence[Fraction], clashes: Sequence[int]) -> None:
        self.weights = weights
        self.clashes = clashes
        self.known: dict[int, Best] = {}
        self.tries = 0

    def best(self, among: int, depth: int) -> Best:
        """The heaviest of ``among``."""
        if among & (among - 1) == 0:
            return (self.weights[among.bit_length() - 1], among) if among else (Fraction(0), 0)
        if among not in self.known:
            self.known[among] = self._greedy(among) if depth > DEEPEST else self._split(among, depth + 1)
        return self.known[among]

    def _split(self, among: int, depth: int) -> Best:
        apart = list(self._pieces(among, clashing=True))
        if len(apart) > 1:
            parts = [self.best(piece, depth) for piece in apart]
            return sum((w for w, _ in parts), Fraction(0)), sum(chosen for _, chosen in parts)
        either = list(self._pieces(among, clashing=False))
        if len(either) > 1:
            return max((self.best(piece, depth) for piece in either), key=lambda b: b[0])
        self.tries += 1
        if self.tries > MOST_TRIES:
            return self._greedy(among)
        most = max(bits(among), key=lambda i: ((self.clashes[i] & among).bit_count(), -i))
        weight, chosen = self.best(among & ~self.clashes[most] & ~(1 << most), depth)
        taken = weight + self.weights[most], chosen | 1 << most
        return max(taken, self.best(among & ~(1 << most), depth), key=lambda b: b[0])

    def _pieces(self, among: int, clashing: bool) -> Iterator[int]:
        """``among`` in pieces between which nothing clashes; or, the other way round, everything does."""
        while among:
            piece = edge = among & -among
            while edge:
                reached = 0
                for i in bits(edge):
                    near = self.clashes[i] if clashing else ~self.clashes[i]
                    reached |= near & among
                edge = reached & ~piece
                piece |= edge
            yield piece
            among &= ~piece

    def _greedy(self, among: int) -> Best:
        weight, chosen, barred = Fraction(0), 0, 0
        for i in sorted(bits(among), key=lambda i: (-self.weights[i], i)):
            if not barred >> i & 1:
                weight, chosen, barred = weight + self.weights[i], chosen | 1 << i, barred | self.clashes[i]
        return weight, chosen


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def certain(mine: Iterable[Choice], ways: Iterable[Sequence[Choice]]) -> bool:
    """Whether one of ``ways`` is surely taken with what ``mine`` leads to, whatever else is chosen.

    Each way is what has to be chosen for it, outermost first. What has been chosen for ``mine`` is chosen;
    of any other choice nobody knows the outcome, but where one branch of several must be taken and each
    holds a way, one of them is.
    """
    taken = {c.group: c.branch for c in mine}
    left = [
        tuple(c for c in way if c.group not in taken)
        for way in ways
        if all(taken.get(c.group, c.branch) == c.branch for c in way)
    ]
    return _certain(left)


def _certain(ways: list[tuple[Choice, ...]]) -> bool:
    if not all(ways):
        return True
    groups: dict[str, tuple[int, dict[str, list[tuple[Choice, ...]]]]] = {}
    for first, *rest in ways:
        branches = groups.setdefault(first.group, (first.of, {}))[1]
        branches.setdefault(first.branch, []).append(tuple(rest))
    return any(
        of == len(branches) and all(_certain(inside) for inside in branches.values())
        for of, branches in groups.values()
    )
