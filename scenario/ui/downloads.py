"""Downloads: figures, drawn numbers, runs. Made when the button is pressed; nothing on the page changes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import streamlit as st

from scenario.charts.data import FigureData
from scenario.experiment.compare import Comparison
from scenario.ui import figures
from scenario.ui.selection import Selection

FORMATS = ("png", "svg", "pdf")
SIZES = {"report": "report, 6.5 in", "half": "half, 3.15 in", "slide": "slide, 12 × 6 in"}


def compare_downloads(selection: Selection, comparison: Comparison) -> None:
    """Draw the downloads of a comparison.

    Parameters
    ----------
    selection, comparison
        What is compared, and the result.
    """
    made = {
        "Cumulative incidence": lambda: figures.incidence(selection, comparison),
        "Paired difference": lambda: figures.difference(selection, comparison, selection.focus.column),
        "Who acts when": lambda: figures.actors(selection, comparison),
        "Each sender’s first measure": lambda: figures.senders(selection, comparison),
    }
    with st.popover("Download", icon=":material/download:"):
        what = st.selectbox("Figure", list(made), key="download_what")
        build = made[str(what)]
        figure_buttons(build, key="compare")
        st.divider()
        _data_buttons(comparison)


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
    size = str(left.selectbox("Size", list(SIZES), key=f"size-{key}", format_func=lambda name: SIZES[name]))
    kind = str(right.selectbox("Format", FORMATS, key=f"format-{key}"))
    st.download_button(
        "Figure with its numbers (zip)",
        data=lambda: bundle(build(), kind, size),
        file_name=f"figure-{kind}.zip",
        mime="application/zip",
        on_click="ignore",
        key=f"figure-{key}",
        width="stretch",
    )


def bundle(data: FigureData, kind: str, size: str) -> bytes:
    """Return a figure, its drawn numbers (CSV) and what it is (JSON) as one archive.

    Parameters
    ----------
    data
        The figure.
    kind, size
        As for `charts.export.picture`.
    """
    from scenario.charts.export import csv_text, json_text, picture

    parts = {
        f"{data.name}-{size}.{kind}": picture(data, kind, size=size),
        f"{data.name}.csv": csv_text(data).encode(),
        f"{data.name}.json": json_text(data).encode(),
    }
    return archive(parts)


def archive(parts: dict[str, bytes]) -> bytes:
    """Return files as one archive, the same bytes every time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


def _data_buttons(comparison: Comparison) -> None:
    """Draw the downloads of the numbers."""
    st.download_button(
        "Outcomes, A and B (CSV)",
        data=lambda: comparison.table().to_csv(index=False).encode(),
        file_name="comparison.csv",
        mime="text/csv",
        on_click="ignore",
        key="download_table",
        width="stretch",
    )
    st.download_button(
        "Every run, A and B (zip)",
        data=lambda: runs_archive(comparison),
        file_name="runs.zip",
        mime="application/zip",
        on_click="ignore",
        key="download_runs",
        width="stretch",
    )


def runs_archive(comparison: Comparison) -> bytes:
    """Return the outcome tables of A and B as one archive."""
    tables = zip("ab", comparison.paired_runs(), strict=True)
    return archive({f"runs-{side}.csv": table.to_csv(index=False).encode() for side, table in tables})
