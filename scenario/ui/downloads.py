"""Downloads: figures, drawn numbers, runs. Made when the button is pressed; nothing on the page changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from scenario.charts.data import FigureData
from scenario.charts.export import FORMATS
from scenario.ui import figures, settings
from scenario.ui.figures import Comparisons, tables_of
from scenario.ui.selection import Selection


def compare_downloads(selection: Selection, comparisons: Comparisons) -> None:
    """Draw the downloads of a comparison.

    Parameters
    ----------
    selection, comparisons
        What is compared, and the results by letter.
    """
    made = {
        "Cumulative incidence": lambda: figures.incidence(selection, comparisons),
        "Who acts when": lambda: figures.actors(selection, comparisons),
        "Each sender’s first measure": lambda: figures.senders(selection, comparisons),
    } | {
        f"Paired difference {side} − A": partial(
            figures.difference, selection, comparison, selection.focus.column, side
        )
        for side, comparison in comparisons.items()
    }
    with st.popover("Download", icon=":material/download:"):
        what = st.selectbox("Figure", list(made), key="download_what")
        build = made[str(what)]
        figure_buttons(build, key="compare")
        st.divider()
        _data_buttons(comparisons)


def figure_buttons(build: Callable[[], FigureData], *, key: str) -> None:
    """Draw size, format and button for one figure.

    Parameters
    ----------
    build
        Makes the description of the figure.
    key
        Tells the buttons of one page from another's.
    """
    left, right = st.columns(2)
    size = str(
        left.selectbox(
            "Size", list(settings.SIZES), key=f"size-{key}", format_func=lambda name: settings.SIZES[name]
        )
    )
    kind = str(right.selectbox("Format", list(FORMATS), key=f"format-{key}"))
    st.download_button(
        "Figure with its numbers (zip)",
        data=lambda: _figure(build(), kind, size),
        file_name=f"figure-{kind}.zip",
        mime="application/zip",
        on_click="ignore",
        key=f"figure-{key}",
        width="stretch",
    )


def _figure(data: FigureData, kind: str, size: str) -> bytes:
    """Return a figure with its numbers as one archive."""
    from scenario.ui.report_files import figure_archive

    return figure_archive(data, kind, size)


def _data_buttons(comparisons: Comparisons) -> None:
    """Draw the downloads of the numbers."""
    st.download_button(
        "Outcomes of all sides (CSV)",
        data=lambda: outcomes_csv(comparisons).encode(),
        file_name="comparison.csv",
        mime="text/csv",
        on_click="ignore",
        key="download_table",
        width="stretch",
    )
    st.download_button(
        "Every run of all sides (zip)",
        data=lambda: runs_archive(comparisons),
        file_name="runs.zip",
        mime="application/zip",
        on_click="ignore",
        key="download_runs",
        width="stretch",
    )


def outcomes_csv(comparisons: Comparisons) -> str:
    """Return the table of outcomes as CSV, a row per outcome and side; values under `b` are that side's."""
    import pandas as pd

    from scenario.ui.details import outcome_table

    tables = [outcome_table(found).assign(side=side) for side, found in comparisons.items()]
    table = pd.concat(tables, ignore_index=True)
    return str(table[["side", *table.columns.drop("side")]].to_csv(index=False))


def runs_archive(comparisons: Comparisons) -> bytes:
    """Return the outcome tables of all sides as one archive."""
    from scenario.report.pack import archive

    tables = tables_of(comparisons)
    return archive(
        {f"runs-{side.lower()}.csv": table.to_csv(index=False).encode() for side, table in tables.items()}
    )
