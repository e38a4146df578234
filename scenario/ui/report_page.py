"""Report: choose figures, widths and formats, look at them on white paper, and take everything along as one bundle."""

from __future__ import annotations

from typing import Any

import streamlit as st

from scenario.charts.data import FigureData
from scenario.charts.export import FORMATS
from scenario.experiment.run import Progress
from scenario.report.figures import CHOICES
from scenario.report.request import Request
from scenario.ui import cards, report_files, settings
from scenario.ui.jobs import now_and_then
from scenario.ui.report_job import report_download
from scenario.ui.selection import Selection

INCHES = {"report": 6.5, "half": 3.15, "slide": 12.0}
PIXELS_PER_INCH = 96
NOTICE_SECONDS = 0.2
"""Least time between two notices of progress."""

CONTENTS = (
    "Inside: a written briefing to print (briefing.html), the figures with their numbers, every variant as a scenario "
    "file that loads again, tables of outcomes, changes, assumptions and evidence, and a manifest with this command."
)


def report_page(selection: Selection) -> None:
    """Draw the choices, the preview and the downloads.

    Parameters
    ----------
    selection
        What is compared.
    """
    title = "A report of this comparison, to take along"
    st.html(cards.title_html(title) + cards.legend_html(selection.names))
    left, right = st.columns([4, 7], gap="large")
    with left:
        n = _n()
        request = _choices(selection, n)
    st.session_state["n_shown"] = n
    with right:
        _preview(selection, n)
    with left:
        _bundle(selection, request)


def _n() -> int:
    """Draw the choice of the number of runs."""
    options = list(dict.fromkeys((settings.FEW, settings.MANY)))
    chosen = st.segmented_control(
        "Runs of each variant",
        options,
        default=options[0],
        required=True,
        format_func=lambda n: f"{n:,}",
        key="report_n",
        persist_state="session",
    )
    return int(chosen or options[0])


def _choices(selection: Selection, n: int) -> Request | None:
    """Draw what the bundle is to hold; None where nothing of a kind is chosen."""
    figures = _several("Figures", dict(CHOICES), "report_figures", list(CHOICES))
    sizes = _several("Widths", settings.SIZES, "report_sizes", ["report"])
    formats = _several("Formats", {name: name.upper() for name in FORMATS}, "report_formats", ["png", "svg"])
    can_write = report_files.can_write_office()
    office = st.toggle(
        "Briefing for Word and PowerPoint as well",
        key="report_office",
        disabled=not can_write,
        help=None if can_write else "Needs the extra “office”: pip install 'sanctions-scenario[office]'",
        persist_state="session",
    )
    stress = st.toggle("STRESS-DES checklist, filled", key="report_stress", persist_state="session")
    if not (figures and sizes and formats):
        st.info("Choose at least one figure, one width and one format.")
        return None
    return report_files.request_of(
        selection,
        n=n,
        figures=figures,
        sizes=sizes,
        formats=formats,
        office=office and can_write,
        stress=stress,
    )


def _several(label: str, options: dict[str, str], key: str, default: list[str]) -> list[str]:
    """Draw a choice of several; what was chosen comes back with the page."""
    chosen: Any = st.pills(
        label,
        list(options),
        selection_mode="multi",
        default=default,
        format_func=lambda name: options[name],
        key=key,
        persist_state="session",
        wrap=True,
    )
    return list(chosen)


# ---- the bundle --------------------------------------------------------------------------------------


def _bundle(selection: Selection, request: Request | None) -> None:
    """Draw the download of everything and the command that makes the same files."""
    if request is None:
        return
    report_download(request)
    st.caption(CONTENTS)
    st.markdown("**The same files from the terminal**")
    st.code(request.command, language="bash", wrap_lines=True)
    if selection.case.text is not None:
        st.caption(
            "The command reads your own file: put it under that name into the folder where you run it."
        )


# ---- the preview -------------------------------------------------------------------------------------


def _preview(selection: Selection, n: int) -> None:
    """Draw one figure as it is exported, and its downloads."""
    which, width = st.columns([3, 2])
    name = str(
        which.selectbox("Preview", list(CHOICES), format_func=CHOICES.__getitem__, key="report_preview")
    )
    size = str(
        width.selectbox(
            "Width", list(settings.SIZES), format_func=settings.SIZES.__getitem__, key="report_preview_size"
        )
    )
    place = st.empty()
    figures = report_files.figures_at(selection, name, n=n, progress=_notice(place))
    place.empty()
    for figure in figures:
        _paper(figure, size)
        _downloads(figure, size)


def _notice(place: Any) -> Progress:
    """Return a progress function; Streamlit ends the runs in it when a control was moved meanwhile."""

    def notice(done: int, total: int) -> None:
        place.progress(done / total if total else 0.0, text="Running what this figure needs.")

    return now_and_then(notice, NOTICE_SECONDS)


def _paper(figure: FigureData, size: str) -> None:
    """Draw the exported picture on white paper, as wide as it will be on the page where there is room."""
    with st.container(border=True, key=f"paper-{figure.name}"):
        width = round(INCHES[size] * PIXELS_PER_INCH)
        st.image(report_files.picture_of(figure, "png", size), width=width, alt=figure.alt)


def _downloads(figure: FigureData, size: str) -> None:
    """Draw the downloads of one figure, with its numbers and what it is."""
    for place, kind in zip(st.columns(len(FORMATS)), FORMATS, strict=True):
        place.download_button(
            f"{kind.upper()} with numbers",
            data=lambda kind=kind: report_files.figure_archive(figure, kind, size),  # type: ignore[misc]
            file_name=f"{figure.name}-{size}-{kind}.zip",
            mime="application/zip",
            on_click="ignore",
            key=f"report-{figure.name}-{kind}",
            width="stretch",
        )
