"""An answer of the Why page on the screen: the finding, the picture, how to read it, the numbers, downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from scenario.charts.data import DISCLAIMER
from scenario.ui import cards, downloads, vega

if TYPE_CHECKING:
    from scenario.charts.data import FigureData
    from scenario.questions.answer import Answer
    from scenario.ui.why_tables import Table

KEPT = "why_kept"
"""Where a session keeps the choices of this page while another page is open."""


def kept(*keys: str) -> None:
    """Bring back choices that were made before another page or section was opened.

    Parameters
    ----------
    keys
        Of controls that are about to be drawn.
    """
    before = st.session_state.get(KEPT, {})
    for key in keys:
        if key not in st.session_state and key in before:
            st.session_state[key] = before[key]


def keep(*keys: str) -> None:
    """Remember choices for when this page or section is opened again."""
    before: dict[str, Any] = st.session_state.setdefault(KEPT, {})
    before.update({key: st.session_state[key] for key in keys if key in st.session_state})


def draw_answer(answer: Answer, *, key: str) -> None:
    """Draw every figure of an answer, and the sentences that no figure says.

    Parameters
    ----------
    answer
        The answer.
    key
        Tells its pictures from those of another answer.
    """
    titles = " ".join(figure.title for figure in answer.figures)
    sentences = (text.removesuffix(DISCLAIMER).strip() for text in answer.sentences)
    told = [text for text in sentences if text.partition(" (n = ")[0].rstrip(".") not in titles]
    for index, figure in enumerate(answer.figures):
        draw_figure(figure, key=f"{key}-{index}")
    if told:
        st.html("".join(cards.paragraph(text) for text in told))


def draw_figure(figure: FigureData, *, key: str) -> None:
    """Draw a figure with its finding, key, table and download.

    Parameters
    ----------
    figure, key
        What is drawn, and what tells it from another.
    """
    from scenario.ui.vega_why import keys_of, spec_of
    from scenario.ui.why_tables import table_of

    theme = vega.theme_of(st.context.theme.type)
    names = figure.context.names
    letters = {side: f"{side}: " if len(names) > 1 else "" for side in names}
    whose = f" {'; '.join(f'{letters[side]}{name}' for side, name in names.items())}."
    st.session_state["n_shown"] = figure.n
    measure = f"{figure.measure[:1].upper()}{figure.measure[1:]}"
    st.html(
        cards.paragraph(f"{figure.title}.", "headline")
        + cards.paragraph(f"{measure}, {figure.unit}; n = {figure.context.runs}.{whose}", "under")
        + cards.key_html(keys_of(figure, theme))
    )
    st.vega_lite_chart(spec=spec_of(figure, theme), alt=figure.alt, key=f"why-{key}")
    numbers(table_of(figure), note=figure.note)
    with st.popover("Download", icon=":material/download:"):
        downloads.figure_buttons(lambda: figure, key=f"why-{key}")


def numbers(table: Table, *, note: str = "") -> None:
    """Draw the numbers of a picture, one step away.

    Parameters
    ----------
    table
        The numbers.
    note
        How to read the picture.
    """
    with st.expander("How to read it, and the numbers as a table" if note else "The numbers as a table"):
        if note:
            st.html(cards.paragraph(note))
        st.html(table.html)
