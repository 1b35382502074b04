"""A Vega-Lite specification as SVG, drawn when the page is written: no script and no network in the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from orderlint.report.audit_html.words import words
from orderlint.report.sanitize import clipped

Drawer = Callable[[Mapping[str, Any]], str]
"""A specification → the text of an ``<svg>`` element."""

RIM: Mapping[str, Any] = {
    "fill": "var(--ink)",
    "stroke": "var(--paper)",
    "strokeWidth": 3,
    "strokeJoin": "round",
}
"""Of words over a drawing: the style paints the rim first."""
_INSTALL = "the charts of --html need vl-convert-python: pip install 'orderlint[html]'"
_SIZE = re.compile(r'<svg[^>]*\bwidth="([\d.]+)"[^>]*\bheight="([\d.]+)"[^>]*\bviewBox="([-\d. ]+)"[^>]*>')
_ID = re.compile(r'\bid="([^"]+)"|url\(#([^)]+)\)')
_CONFIG: Mapping[str, Any] = {
    # Colours are properties of the page's style, so that dark screens and paper get their own.
    "background": None,
    "aria": False,  # the figure says it all in words; a label on each mark would be ten times the text
    "font": "Arial, Helvetica, Liberation Sans, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--soft)",
        "titleColor": "var(--ink)",
        "titleFontWeight": "normal",
        "labelFontSize": 11,
        "titleFontSize": 12,
        "gridColor": "var(--grid)",
        "domainColor": "var(--edge)",
        "tickColor": "var(--edge)",
        "titlePadding": 8,
    },
    "text": {"color": "var(--ink)", "fontSize": 11},
}


def available() -> str | None:
    """None where charts can be drawn, else what to do, in one sentence."""
    try:
        import vl_convert  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: F401, PLC0415
    except ImportError:
        return _INSTALL
    return None


def vega(spec: Mapping[str, Any]) -> str:
    """The specification drawn by Vega-Lite. Raises ImportError where the library is missing."""
    import vl_convert  # noqa: PLC0415

    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "config": _CONFIG, **spec}
    return str(vl_convert.vegalite_to_svg(whole, vl_version="6.1", allowed_base_urls=[]))


def _plain(value: Any) -> Any:
    """The specification with every text as a page may show it."""
    if isinstance(value, str):
        return clipped(value, 200)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def picture(drawer: Drawer, spec: Mapping[str, Any], name: str, title: str, said: str) -> str:
    """The drawing with a title and a description, and ids that are no other drawing's."""
    drawn = drawer(_plain(spec))
    size = _SIZE.match(drawn)
    if size is None:  # not what Vega draws: nothing of it goes into the page
        return f'<p class="soft">{words(said)}</p>'
    inside = _ID.sub(lambda m: f'id="{name}-{m[1]}"' if m[1] else f"url(#{name}-{m[2]})", drawn[size.end() :])
    return (
        f'<svg role="img" aria-labelledby="{name}-t {name}-d" viewBox="{size[3]}" width="{size[1]}" '
        f'height="{size[2]}"><title id="{name}-t">{words(title)}</title>'
        f'<desc id="{name}-d">{words(said)}</desc>{inside}'
    )
