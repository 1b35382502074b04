"""The charts of the page: findings over time, doses and kidney function by drug, and doses by day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orderlint.findings import SEVERITIES
from orderlint.report.audit_html import month_charts
from orderlint.report.audit_html.dose_charts import dose_chart
from orderlint.report.audit_html.draw import Drawer
from orderlint.report.audit_html.kidney_charts import kidney_chart
from orderlint.report.audit_html.series_charts import series_chart
from orderlint.report.audit_html.words import anchor

DRUGS = 12  # with charts of their own
SERIES = 36  # charts of a patient's dose by day
EXAMPLES = 6  # of them among the charts, the others with their findings


class Series:
    """Which findings have a chart of the dose by day, and where it stands."""

    def __init__(self, figures: Mapping[str, Any]) -> None:
        """The first of every rule, then the second of every rule and so on; limits of doses come first."""
        found = [
            (
                (n, not any(own for *_, own in one["limits"]), SEVERITIES.index(one["severity"]), rule),
                rule,
                one,
            )
            for rule, same in figures["series"].items()
            for n, one in enumerate(same)
        ]
        found.sort(key=lambda x: x[0])
        self._all: list[dict[str, Any]] = [{**one, "rule": rule} for _, rule, one in found[:SERIES]]
        self.fingerprints = frozenset(str(one["fingerprint"]) for one in self._all)

    def keep(self, shown: frozenset[str]) -> None:
        """Only those of findings that the page shows."""
        self._all = [one for one in self._all if one["fingerprint"] in shown]

    def examples(self, drawer: Drawer) -> Iterator[str]:
        """The charts that stand among the others, each with a link to its finding."""
        for one in self._all[:EXAMPLES]:
            link = f'<p><a href="#{anchor("f", one["fingerprint"])}">The finding in full</a></p>'
            yield series_chart(one, one["rule"], link, drawer)

    def of(self, fingerprint: str, drawer: Drawer) -> str:
        """The chart that stands with a finding, or a link to it; nothing where there is none."""
        for n, one in enumerate(self._all):
            if one["fingerprint"] == fingerprint:
                if n < EXAMPLES:
                    return (
                        f'<p><a href="#{anchor("by-day", fingerprint)}">The dose by day, as a chart</a></p>'
                    )
                return series_chart(one, one["rule"], "", drawer)
        return ""


def charts_section(
    figures: Mapping[str, Any], rates: Sequence[Mapping[str, Any]], series: Series, drawer: Drawer
) -> Iterator[str]:
    """All charts but those that stand with their findings."""
    yield '<section id="charts"><h2>Findings over time</h2>\n<div class="charts">'
    over_time = month_charts.by_severity(figures["months"], drawer)
    over_time += month_charts.by_rule(figures["months"], rates, drawer)
    yield over_time or "<p>No order of a covered drug has a date.</p>"
    yield "</div>\n"
    orders = {key: sum(cells.values()) for key, cells in figures["doses"].items()}
    ranked = sorted(orders, key=lambda key: (-orders[key], key))
    if ranked:
        rest = f" The {DRUGS} of {len(ranked)} drugs with the most orders." if len(ranked) > DRUGS else ""
        yield '<h2 id="doses">Doses and kidney function</h2>'
        yield f"<p>Red lines are limits of the protocols.{rest}</p>"
        yield '<div class="charts">'
        for key in ranked[:DRUGS]:
            scale = figures["scales"][key]
            yield dose_chart(scale, figures["doses"][key], figures["unknown"].get(key, 0), drawer)
            yield kidney_chart(scale, figures["kidney"].get(key, {}), drawer)
        yield "</div>\n"
    examples = list(series.examples(drawer))
    if examples:
        yield (
            '<h2 id="by-day">Doses by day</h2><p>Examples, one a rule, limits of doses first. They were '
            "drawn by lot; some findings below have a chart of their own.</p>"
        )
        yield f'<div class="charts">{"".join(examples)}</div>\n'
    yield "</section>\n"
