"""``orderlint audit --html``: one page that loads nothing from anywhere.

``page.write`` writes it, ``draw.available`` says whether its charts can be drawn. Charts are Vega-Lite
specifications, drawn as SVG when the page is written; the page's own script only sorts and filters.
"""
