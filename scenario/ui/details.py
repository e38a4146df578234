"""The tabs under the comparison: timing, flows, costs, who acts, table. Each is made when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from scenario.analysis.quantities import quantiles
from scenario.charts.actors import Bars
from scenario.charts.wording import number, of_hundred
from scenario.experiment.compare import Comparison
from scenario.spec.outcomes import Outcome
from scenario.ui import cards, figures, settings, vega
from scenario.ui.figures import Comparisons
from scenario.ui.selection import Selection

if TYPE_CHECKING:
    import pandas as pd

Draw = Callable[[Selection, Comparisons], None]


def tabs(selection: Selection, comparisons: Comparisons) -> None:
    """Draw the tabs.

    Parameters
    ----------
    selection, comparisons
        What is compared, and the results by letter.
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
                draw(selection, comparisons)


def _outcomes(comparisons: Comparisons, *kinds: str, per_sender: bool = False) -> list[Outcome]:
    """Return the declared outcomes of some kinds."""
    return [
        outcome
        for outcome in comparisons["B"].a.declared.values()
        if outcome.kind in kinds and ("." in outcome.name) == per_sender
    ]


def _timing(_selection: Selection, comparisons: Comparisons) -> None:
    """Draw every day with its never-share."""
    tables = figures.tables_of(comparisons)
    rows: list[Told] = []
    for outcome in _outcomes(comparisons, "time"):
        columns = {side: table[outcome.name].to_numpy() for side, table in tables.items()}
        told: dict[str, tuple[str, ...]] = {
            s: (_day_range(days), of_hundred(float((days != days).mean()))) for s, days in columns.items()
        }
        rows.append((outcome, outcome.meaning, told))
    _side_table("Event", ("median (5–95 %)", "never"), rows, comparisons)
    st.caption(
        "Days after the as-of date. “never”: runs of 100 without it within the horizon; they count in the median, "
        "and as the horizon in the mean. Grey: not distinguishable."
    )


Told = tuple[Outcome, str, dict[str, tuple[str, ...]]]
"""An outcome, what it is called, and by side the texts to show."""


def _side_table(head: str, titles: tuple[str, ...], rows: list[Told], comparisons: Comparisons) -> None:
    """Draw outcomes by side with their differences from A: two sides in columns, more below each other.

    Parameters
    ----------
    head, titles
        Title of the first column, and of the texts of each side.
    rows
        What is shown.
    comparisons
        Letter -> comparison with A.
    """
    cells: list[tuple[str, ...]] = []
    quiet = []
    for outcome, name, told in rows:
        changes = {side: _change(found, outcome) for side, found in comparisons.items()}
        if len(comparisons) == 1:
            cells.append((name, *told["A"], *told["B"], changes["B"][0]))
            quiet.append(changes["B"][1])
            continue
        for side, texts in told.items():
            text, is_noise = changes.get(side, ("", False))
            cells.append((name if side == "A" else "", side, *texts, text))
            quiet.append(is_noise)
    if len(comparisons) == 1:
        columns = [f"{side}{': ' if ' ' in title else ' '}{title}" for side in "AB" for title in titles]
        st.html(cards.table_html((head, *columns, "B − A, mean"), cells, quiet=quiet))
    else:
        st.html(cards.table_html((head, "", *titles, "minus A, mean"), cells, quiet=quiet))


def _change(comparison: Comparison, outcome: Outcome) -> tuple[str, bool]:
    """Return a side's difference from A in words, and whether it is noise."""
    paired = comparison.outcomes[outcome.name]
    text = cards.change_text(paired, kind=outcome.kind, unit=outcome.unit, n=comparison.n)
    return text, paired.noise


def _day_range(values: object) -> str:
    """Return median and 90 % range of a day, "never" where it is not reached."""
    found = quantiles(values, [0.05, 0.5, 0.95], never=True)  # type: ignore[arg-type]
    low, middle, high = ("never" if day is None else f"{day:.0f}" for day in found)
    return middle if middle == "never" and low == "never" else f"{middle} ({low}–{high})"


def _flows(selection: Selection, comparisons: Comparisons) -> None:
    """Draw what was delivered, and the twins where they were run."""
    if "net_silent" in comparisons["B"].a.declared:
        _figure(figures.flow(selection, comparisons), selection)
    else:
        st.info(
            f"What words and measures averted needs the twins: press “{settings.MANY:,} runs with twins” above.",
        )
    _means(comparisons, _outcomes(comparisons, "quantity"))


def _costs(_selection: Selection, comparisons: Comparisons) -> None:
    """Draw the cost bands and what stands behind them."""
    words = ("none", "low", "moderate", "high", "severe")
    rows = []
    for outcome in _outcomes(comparisons, "band"):
        for side, table in figures.tables_of(comparisons).items():
            shares = [float((table[outcome.name] == band).mean()) for band in range(5)]
            rows.append((outcome.meaning.split(",")[0], side, *(of_hundred(share) for share in shares)))
    head = ("Runs of 100 by band", "", *(f"{band} {word}" for band, word in enumerate(words)))
    st.html(cards.table_html(head, rows))
    st.html(cards.paragraph("Bands are ordinal: they order, they do not add up."))
    names = ("retaliations", "expulsions", "measures", "vetoes", "peak_pressure", "pressure_days")
    _means(comparisons, [comparisons["B"].a.declared[name] for name in names])


def _who_acts(selection: Selection, comparisons: Comparisons) -> None:
    """Draw who acts when."""
    _figure(figures.actors(selection, comparisons), selection)
    _means(comparisons, [o for o in _outcomes(comparisons, "count") if o.unit == "senders"])


def _table(_selection: Selection, comparisons: Comparisons) -> None:
    """Draw every outcome of one side against A, with a search box in the table."""
    side = "B"
    if len(comparisons) > 1:
        side = str(st.selectbox("Compared with A", list(comparisons), key="table_side"))
    comparison = comparisons[side]
    found = outcome_table(comparison)
    found.insert(1, "meaning", [comparison.a.declared[name].meaning for name in found["outcome"]])
    st.dataframe(
        found,
        hide_index=True,
        height=420,
        column_config=_columns(side),
        alt=f"Every outcome: estimate under A and {side}, paired difference with its interval, whether it is noise",
    )
    st.caption(
        "Means over runs; days as min(day, horizon), with the share that never gets there in the last columns. "
        "from, to: 95 % simulation interval of the paired difference. noise: not distinguishable from no difference."
    )


def outcome_table(comparison: Comparison) -> pd.DataFrame:
    """Return the table of all outcomes, with the share of runs that never come to it beside each day."""
    found = comparison.table()
    for letter, table in zip("ab", comparison.paired_runs(), strict=True):
        never = [
            float(table[name].isna().mean()) if comparison.a.declared[name].kind == "time" else float("nan")
            for name in found["outcome"]
        ]
        found[f"never_{letter}"] = never
    return found


def _columns(side: str) -> dict[str, Any]:
    """Return titles and formats of the columns of the table of all outcomes."""
    numbers = {
        "a": "A",
        "b": side,
        "difference": f"{side} − A",
        "lower": "from",
        "upper": "to",
        "differ": "share that differs",
        "share_higher": "share higher",
        "share_lower": "share lower",
        "never_a": "A: never",
        "never_b": f"{side}: never",
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


def _means(comparisons: Comparisons, outcomes: list[Outcome]) -> None:
    """Draw the means of some outcomes with their paired differences."""
    rows: list[Told] = []
    for outcome in outcomes:
        paired = {side: found.outcomes[outcome.name] for side, found in comparisons.items()}
        unit = "of 100 runs" if outcome.kind == "probability" else outcome.unit
        means = {"A": paired["B"].a} | {side: found.b for side, found in paired.items()}
        told: dict[str, tuple[str, ...]] = {side: (number(mean),) for side, mean in means.items()}
        rows.append((outcome, f"{outcome.meaning} ({unit})" if unit else outcome.meaning, told))
    _side_table("Mean over runs", ("mean",), rows, comparisons)
