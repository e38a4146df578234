"""The tabs under the comparison: timing, flows, costs, who acts, table. Each is made when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from scenario.analysis.quantities import quantiles
from scenario.charts.actors import Bars
from scenario.charts.wording import number, of_hundred
from scenario.experiment.compare import Comparison
from scenario.spec.outcomes import Outcome
from scenario.ui import cards, figures, settings, vega
from scenario.ui.selection import Selection

Draw = Callable[[Selection, Comparison], None]


def tabs(selection: Selection, comparison: Comparison) -> None:
    """Draw the tabs.

    Parameters
    ----------
    selection, comparison
        What is compared, and the result.
    """
    parts: dict[str, Draw] = {
        "Timing": _timing,
        "Flows": _flows,
        "Costs": _costs,
        "Who acts": _who_acts,
        "All outcomes": _table,
    }
    opened = st.tabs(list(parts), on_change="rerun", key="detail")
    for tab, draw in zip(opened, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw(selection, comparison)


def _outcomes(comparison: Comparison, *kinds: str, per_sender: bool = False) -> list[Outcome]:
    """Return the declared outcomes of some kinds."""
    return [
        outcome
        for outcome in comparison.a.declared.values()
        if outcome.kind in kinds and ("." in outcome.name) == per_sender
    ]


def _timing(_selection: Selection, comparison: Comparison) -> None:
    """Draw every day with its never-share."""
    tables = comparison.paired_runs()
    rows, quiet = [], []
    for outcome in _outcomes(comparison, "time"):
        columns = [table[outcome.name].to_numpy() for table in tables]
        paired = comparison.outcomes[outcome.name]
        never = [of_hundred(float((column != column).mean())) for column in columns]
        days = [_day_range(column) for column in columns]
        change = cards.change_text(paired, kind="time", unit="day", n=comparison.n)
        rows.append((outcome.meaning, days[0], never[0], days[1], never[1], change))
        quiet.append(paired.noise)
    head = ("Event", "A: median (5–95 %)", "A never", "B: median (5–95 %)", "B never", "B − A, mean")
    st.html(cards.table_html(head, rows, quiet=quiet))
    st.caption(
        "Days after the as-of date. “never”: runs of 100 without it within the horizon; they count in the median, "
        "and as the horizon in the mean. Grey: not distinguishable."
    )


def _day_range(values: object) -> str:
    """Return median and 90 % range of a day, "never" where it is not reached."""
    found = quantiles(values, [0.05, 0.5, 0.95], never=True)  # type: ignore[arg-type]
    low, middle, high = ("never" if day is None else f"{day:.0f}" for day in found)
    return middle if middle == "never" and low == "never" else f"{middle} ({low}–{high})"


def _flows(selection: Selection, comparison: Comparison) -> None:
    """Draw what was delivered, and the twins where they were run."""
    if "net_silent" in comparison.a.declared:
        _figure(figures.flow(selection, comparison), selection)
    else:
        st.info(
            f"What words and measures averted needs the twins: press “{settings.MANY:,} runs with twins” above.",
        )
    _means(comparison, _outcomes(comparison, "quantity"))


def _costs(_selection: Selection, comparison: Comparison) -> None:
    """Draw the cost bands and what stands behind them."""
    tables = comparison.paired_runs()
    words = ("none", "low", "moderate", "high", "severe")
    rows = []
    for outcome in _outcomes(comparison, "band"):
        for side, table in zip("AB", tables, strict=True):
            shares = [float((table[outcome.name] == band).mean()) for band in range(5)]
            rows.append((outcome.meaning.split(",")[0], side, *(of_hundred(share) for share in shares)))
    head = ("Runs of 100 by band", "", *(f"{band} {word}" for band, word in enumerate(words)))
    st.html(cards.table_html(head, rows))
    st.html(cards.paragraph("Bands are ordinal: they order, they do not add up."))
    names = ("retaliations", "expulsions", "measures", "vetoes", "peak_pressure", "pressure_days")
    _means(comparison, [comparison.a.declared[name] for name in names])


def _who_acts(selection: Selection, comparison: Comparison) -> None:
    """Draw who acts when."""
    _figure(figures.actors(selection, comparison), selection)
    _means(comparison, [o for o in _outcomes(comparison, "count") if o.unit == "senders"])


def _table(_selection: Selection, comparison: Comparison) -> None:
    """Draw every outcome, with a search box in the table."""
    found = comparison.table()
    found.insert(1, "meaning", [comparison.a.declared[name].meaning for name in found["outcome"]])
    st.dataframe(
        found,
        hide_index=True,
        height=420,
        column_config=_columns(),
        alt="Every outcome: estimate under A and B, paired difference with its interval, and whether it is noise",
    )
    st.caption(
        "Means over runs; days as min(day, horizon). from, to: 95 % simulation interval of the paired difference. "
        "noise: not distinguishable from no difference."
    )


def _columns() -> dict[str, Any]:
    """Return titles and formats of the columns of the table of all outcomes."""
    numbers = {
        "a": "A",
        "b": "B",
        "difference": "B − A",
        "lower": "from",
        "upper": "to",
        "differ": "share that differs",
        "share_higher": "share higher",
        "share_lower": "share lower",
    }
    columns: dict[str, Any] = {
        name: st.column_config.NumberColumn(title, format="%.3g") for name, title in numbers.items()
    }
    columns["meaning"] = st.column_config.TextColumn("meaning", width="medium")
    return columns


def _figure(data: Bars, selection: Selection) -> None:
    """Draw a figure with rows of bars, its finding above and its reading below."""
    theme = vega.theme_of(st.context.theme.type)
    st.html(cards.paragraph(data.title, "headline") + cards.legend_html(selection.names))
    st.vega_lite_chart(spec=vega.bars_spec(data, theme), alt=data.alt, key=f"bars-{data.name}")
    st.caption(data.note)


def _means(comparison: Comparison, outcomes: list[Outcome]) -> None:
    """Draw the means of some outcomes with their paired differences."""
    rows, quiet = [], []
    for outcome in outcomes:
        paired = comparison.outcomes[outcome.name]
        unit = "of 100 runs" if outcome.kind == "probability" else outcome.unit
        change = cards.change_text(paired, kind=outcome.kind, unit=outcome.unit, n=comparison.n)
        rows.append((outcome.meaning, number(paired.a), number(paired.b), unit, change))
        quiet.append(paired.noise)
    st.html(cards.table_html(("Mean over runs", "A", "B", "Unit", "B − A"), rows, quiet=quiet))
