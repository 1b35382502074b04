"""``orderlint sweep`` for people: the grid as a table, one letter and one colour a cell."""

from collections.abc import Callable, Iterator

from orderlint.report.sanitize import clipped, visible
from orderlint.sweep import DIALYSIS, Cell, Sweep

LETTERS = {
    "error": "E",
    "warning": "W",
    "undecided": "?",
    "info": "i",
    "clear": ".",
    "at-word": "~",
    "not-given": " ",
}
COLORS = {"error": "red", "warning": "yellow", "undecided": "magenta", "info": "blue", "clear": "green"}
LEGEND = (
    "E error  W warning  ? cannot be decided  i info  . clear  "
    "~ kept out by a guard taken at its word  blank: not given"
)
Paint = Callable[[str, str | None], str]


def render(sweeps: tuple[Sweep, ...], paint: Paint) -> str:
    """All grids, each with the first cell that fails."""
    return "\n\n".join("\n".join(_grid(s, paint)) for s in sweeps) + "\n"


def _grid(sweep: Sweep, paint: Paint) -> Iterator[str]:
    yield visible(sweep.name)
    width = max(len(str(a)) for a in sweep.ages)
    yield f"{'kidney':>9} | " + " ".join(str(a).rjust(width) for a in sweep.ages) + "  age in years"
    yield "-" * 9 + "-+-" + "-" * ((width + 1) * len(sweep.ages) - 1)
    for kidney in sweep.kidneys:
        row = [sweep.cells[age, kidney] for age in sweep.ages]
        cells = " ".join(paint(LETTERS[c.state].rjust(width), COLORS.get(c.state)) for c in row)
        unit = "" if kidney == DIALYSIS else "  mL/min"
        yield f"{kidney:>9} | {cells}{unit}".rstrip()
    yield LEGEND
    yield from _first(sweep.first_failing)


def _first(cell: Cell | None) -> Iterator[str]:
    if cell is None:
        yield "No cell fails."
        return
    kidney = "on dialysis" if cell.kidney == DIALYSIS else f"kidney function {cell.kidney} mL/min"
    yield f"First that fails: age {cell.age}, {kidney}:"
    for finding in cell.findings:
        if finding.clause is not None:
            where = visible(finding.resource or "")
            yield f"  {finding.severity}[{finding.rule}] {where}: {clipped(finding.message)}"
