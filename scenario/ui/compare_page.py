"""The first page: one sentence, three metrics, two pictures, what changed; details in tabs."""

from __future__ import annotations

import streamlit as st

from scenario.analysis.paired import paired_difference
from scenario.analysis.sentence import happened_by
from scenario.experiment.compare import Comparison
from scenario.spec.register import Change
from scenario.ui import cards, details, downloads, figures, settings, vega
from scenario.ui.levers import meanings_of, plain_text
from scenario.ui.running import comparison_of, long_run_button, long_run_progress
from scenario.ui.selection import Selection

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
    comparison = comparison_of(selection)
    st.session_state["n_shown"] = comparison.n
    _head(selection, comparison)
    st.html(cards.cards_html(metrics(selection, comparison)))
    _pictures(selection, comparison)
    _changed(selection, comparison.changed)
    details.tabs(selection, comparison)


def _head(selection: Selection, comparison: Comparison) -> None:
    """Draw the question, the sentence and how sure the simulation is."""
    found = figures.finding(selection, comparison)
    st.html(
        cards.paragraph(selection.b.spec.question, "question")
        + cards.sentence_html(found.text, selection.names)
    )
    note, button = st.columns([3, 2], vertical_alignment="center")
    failed = len(comparison.a.failures) + len(comparison.b.failures)
    failures = f"; {failed} runs failed and are left out" if failed else ""
    note.html(cards.paragraph(f"{found.note}{failures}"))
    with button, st.container(horizontal=True, horizontal_alignment="right"):
        is_running = long_run_button(selection)
        downloads.compare_downloads(selection, comparison)
    if is_running:
        long_run_progress(selection)


def metrics(selection: Selection, comparison: Comparison) -> list[cards.Card]:
    """Return the three metrics: by the day, when, and what gets through.

    Parameters
    ----------
    selection, comparison
        What is compared, and the result.
    """
    table_a, table_b = comparison.paired_runs()
    column, n = selection.focus.column, comparison.n
    horizon = selection.b.spec.horizon_days
    a, b = table_a[column].to_numpy(), table_b[column].to_numpy()
    by_day = paired_difference(
        happened_by(a, selection.day),
        happened_by(b, selection.day),
        table_a["experiment"].to_numpy(),
        kind="probability",
        horizon=1.0,
    )
    event = selection.focus.event[:1].upper() + selection.focus.event[1:]
    unit = selection.b.spec.act.unit
    return [
        cards.share_card(f"{event} within {selection.day} days", by_day, n=n),
        cards.time_card(f"{event}: median", a, b, comparison.outcomes[column], horizon=horizon, n=n),
        cards.quantity_card(
            f"Delivered within {horizon} days, mean",
            comparison.outcomes["quantity_net"],
            unit=unit,
            n=n,
            beside="shipped plus what other suppliers replace",
        ),
    ]


def _pictures(selection: Selection, comparison: Comparison) -> None:
    """Draw the cumulative incidence and the paired difference."""
    theme = vega.theme_of(st.context.theme.type)
    curve = figures.incidence(selection, comparison)
    dots = figures.difference(selection, comparison, selection.focus.column)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.html(
            cards.paragraph(f"{curve.measure}, runs of 100", "headline") + cards.legend_html(selection.names)
        )
        st.vega_lite_chart(
            spec=vega.incidence_spec(curve, theme, day=selection.day), alt=curve.alt, key="incidence"
        )
    with right:
        st.html(
            cards.paragraph("Paired difference: each dot is 5 of 100 pairs", "headline")
            + cards.paragraph(dots.counts, "under")
        )
        st.vega_lite_chart(spec=vega.difference_spec(dots, theme), alt=dots.alt, key="dots")


def _changed(selection: Selection, changes: list[Change]) -> None:
    """Draw exactly the differences between A and B."""
    st.subheader("What changed", anchor=False)
    meanings = meanings_of(selection.a) | meanings_of(selection.b)
    if not changes:
        st.html(
            cards.paragraph("Nothing: A and B are the same scenario, so there is no difference by design.")
        )
        return
    rows = [
        (
            c.path,
            meanings.get(c.path, ""),
            plain_text(c.a, selection.a),
            plain_text(c.b, selection.b),
            c.unit,
        )
        for c in changes
    ]
    with st.container(height=CHANGES_HEIGHT if len(rows) > MANY_CHANGES else "content", border=False):
        st.html(cards.table_html(("Lever or assumption", "Meaning", "A", "B", "Unit"), rows, wide=1))
    scroll = "; scroll the list for all of them" if len(rows) > MANY_CHANGES else ""
    st.caption(
        f"{len(changes)} differences{scroll}. Everything else is the same, luck included (seed {settings.SEED})."
    )
