"""``orderlint sweep --html``: the grids as heat maps in one page that loads nothing from anywhere."""

from html import escape

from orderlint.report.sanitize import visible
from orderlint.report.sweep_text import LETTERS
from orderlint.sweep import DIALYSIS, Cell, Sweep

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; }
caption { text-align: left; font-weight: 600; padding-bottom: .5rem; }
th, td { border: 1px solid #d0d0d0; padding: .25rem .5rem; text-align: center; min-width: 2rem; }
th { background: #f4f4f4; font-weight: 500; }
td:focus { outline: 3px solid #1a1a1a; }
.error { background: #c62828; color: #fff; }
.warning { background: #f9c74f; }
.undecided { background: #b39ddb; }
.info { background: #90caf9; }
.clear { background: #c8e6c9; }
.at-word { background: repeating-linear-gradient(45deg, #fff, #fff 4px, #cfd8dc 4px, #cfd8dc 8px); }
.not-given { background: #fff; }
@media print { body { margin: 0; } td, th { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
"""
_WORDS = {
    "error": "error",
    "warning": "warning",
    "undecided": "cannot be decided",
    "info": "info",
    "clear": "clear",
    "at-word": "kept out by a guard that was taken at its word",
    "not-given": "not given to such a patient",
}


def render(sweeps: tuple[Sweep, ...], footer: tuple[str, ...]) -> str:
    """The whole page. Everything that comes from a file is escaped; there is no script."""
    legend = "".join(f'<td class="{name}">{LETTERS[name]} {words}</td>' for name, words in _WORDS.items())
    body = "".join(_grid(s) for s in sweeps)
    said = "".join(f"<p>{escape(visible(line))}</p>" for line in footer)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>orderlint sweep</title>'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style></head><body><h1>Who may get what</h1>"
        f"<table><tr>{legend}</tr></table>{body}<footer>{said}</footer></body></html>\n"
    )


def _grid(sweep: Sweep) -> str:
    head = "".join(f'<th scope="col">{age}</th>' for age in sweep.ages)
    rows = "".join(
        f'<tr><th scope="row">{_kidney(k)}</th>{"".join(_cell(sweep.cells[a, k]) for a in sweep.ages)}</tr>'
        for k in sweep.kidneys
    )
    first = sweep.first_failing
    words = "No cell fails." if first is None else f"First that fails: {_words(first)}"
    return (
        f"<section><table><caption>{escape(visible(sweep.name))}: age in years against kidney function in "
        f"mL/min</caption><tr><th></th>{head}</tr>{rows}</table><p>{escape(visible(words))}</p></section>"
    )


def _cell(cell: Cell) -> str:
    return (
        f'<td class="{cell.state}" tabindex="0" title="{escape(visible(_words(cell)), quote=True)}">'
        f"{LETTERS[cell.state].strip() or '&nbsp;'}</td>"
    )


def _words(cell: Cell) -> str:
    said = "; ".join(f"{f.rule}: {f.message}" for f in cell.findings) or _WORDS[cell.state]
    kidney = "on dialysis" if cell.kidney == DIALYSIS else f"kidney function {cell.kidney} mL/min"
    return f"age {cell.age}, {kidney}: {said}"


def _kidney(value: int | str) -> str:
    return escape(str(value))
