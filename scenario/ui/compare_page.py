"""The first page: one sentence, three metrics, two pictures, what changed; details in tabs."""

from __future__ import annotations

import streamlit as st

from scenario.analysis.paired import paired_difference
from scenario.analysis.sentence import happened_by
from scenario.charts.wording import counted
from scenario.ui import cards, details, downloads, figures, settings, vega
from scenario.ui.figures import Comparisons
from scenario.ui.register import changed_rows
from scenario.ui.running import comparisons_of, long_run_button, long_run_progress
from scenario.ui.selection import Selection
from scenario.ui.state import path_of

MANY_CHANGES = 7
CHANGES_HEIGHT = 330
"""Differences above which the list scrolls, and its height in pixels then."""


def compare_page(selection: Selection) -> None:
    """Draw the comparison of what is chosen.

    Parameters
    ----------
    selection
        What is compared.
    """
    comparisons = comparisons_of(selection)
    st.session_state["n_shown"] = comparisons["B"].n
    _head(selection, comparisons)
    st.html(cards.cards_html(metrics(selection, comparisons)))
    _pictures(selection, comparisons)
    _changed(selection, comparisons)
    details.tabs(selection, comparisons)


def _head(selection: Selection, comparisons: Comparisons) -> None:
    """Draw the question, the sentence and how sure the simulation is; a line for each further side."""
    comparison = comparisons["B"]
    found = figures.finding(selection, comparison)
    further = [figures.finding(selection, comparisons[side], side).text for side in selection.others[1:]]
    st.html(
        cards.paragraph(selection.b.spec.question, "question")
        + cards.sentence_html(found.text, selection.names)
        + "".join(cards.further_html(text, selection.names) for text in further)
    )
    note, button = st.columns([3, 2], vertical_alignment="center")
    failed = len(comparison.a.failures) + sum(len(found.b.failures) for found in comparisons.values())
    failures = f"; {failed} runs failed and are left out" if failed else ""
    note.html(cards.paragraph(f"{found.note}{failures}"))
    with button, st.container(horizontal=True, horizontal_alignment="right"):
        is_running = long_run_button(selection)
        downloads.compare_downloads(selection, comparisons)
    if is_running:
        long_run_progress(selection)


def metrics(selection: Selection, comparisons: Comparisons) -> list[cards.Card]:
    """Return the three metrics: by the day, when, and what gets through.

    Parameters
    ----------
    selection, comparisons
        What is compared, and the results.
    """
    tables = figures.tables_of(comparisons)
    column, points = selection.focus.column, tables["A"]["experiment"].to_numpy()
    horizon, n = selection.b.spec.horizon_days, len(points)
    days = {side: table[column].to_numpy() for side, table in tables.items()}
    came = {side: happened_by(values, selection.day) for side, values in days.items()}
    by_day = {
        side: paired_difference(came["A"], came[side], points, kind="probability", horizon=1.0)
        for side in comparisons
    }
    event = selection.focus.event[:1].upper() + selection.focus.event[1:]
    unit = selection.b.spec.act.unit
    return [
        cards.share_card(f"{event} within {selection.day} days", by_day, n=n),
        cards.time_card(
            f"{event}: median",
            days,
            {side: found.outcomes[column] for side, found in comparisons.items()},
            horizon=horizon,
            n=n,
        ),
        cards.quantity_card(
            f"Delivered within {horizon} days, mean",
            {side: found.outcomes["quantity_net"] for side, found in comparisons.items()},
            unit=unit,
            n=n,
            beside="shipped plus what other suppliers replace",
        ),
    ]


def _pictures(selection: Selection, comparisons: Comparisons) -> None:
    """Draw the cumulative incidence and the paired difference."""
    theme = vega.theme_of(st.context.theme.type)
    curve = figures.incidence(selection, comparisons)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.html(
            cards.paragraph(f"{curve.measure}, runs of 100", "headline") + cards.legend_html(selection.names)
        )
        st.vega_lite_chart(
            spec=vega.incidence_spec(curve, theme, day=selection.day), alt=curve.alt, key="incidence"
        )
    with right:
        side = _side_of_difference(selection)
        dots = figures.difference(selection, comparisons[side], selection.focus.column, side)
        st.html(
            cards.paragraph("Paired difference: each dot is 5 of 100 pairs", "headline")
            + cards.paragraph(dots.counts, "under")
        )
        st.vega_lite_chart(spec=vega.difference_spec(dots, theme), alt=dots.alt, key="dots")


def _side_of_difference(selection: Selection) -> str:
    """Return the side whose difference from A is drawn; with more than two sides the user picks it."""
    if len(selection.others) == 1:
        return "B"
    chosen = st.segmented_control(
        "Difference of",
        selection.others,
        default="B",
        format_func=lambda side: f"{side} − A",
        key="difference_side",
        label_visibility="collapsed",
    )
    return str(chosen or "B")


def _changed(selection: Selection, comparisons: Comparisons) -> None:
    """Draw exactly the differences between the sides, and what was edited for all of them."""
    st.subheader("What changed", anchor=False)
    if selection.world:
        st.caption(f"Edited for all sides alike: {', '.join(map(path_of, selection.world))}.")
    rows = changed_rows(selection, {side: found.changed for side, found in comparisons.items()})
    if not rows:
        same = " and ".join(", ".join(selection.sides).rsplit(", ", 1))
        text = f"Nothing: {same} are the same scenario, so there is no difference by design."
        st.html(cards.paragraph(text))
        return
    with st.container(height=CHANGES_HEIGHT if len(rows) > MANY_CHANGES else "content", border=False):
        head = ("Lever or assumption", "Meaning", *selection.sides, "Unit")
        st.html(cards.table_html(head, rows, wide=1))
    scroll = "; scroll the list for all of them" if len(rows) > MANY_CHANGES else ""
    told = f"{counted(len(rows), 'difference')}{scroll}."
    st.caption(f"{told} Everything else is the same, luck included (seed {settings.SEED}).")
