"""The frame of every page: style, navigation, scenario bar, error boundary, footer."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import streamlit as st

import scenario
from scenario.errors import InputError
from scenario.ui import bar, cards, look, settings, uploads
from scenario.ui.engine import preparation
from scenario.ui.selection import Selection
from scenario.ui.vega import theme_of

BAR_WIDTH = 316
"""Width of the scenario bar in pixels."""

LOGGER = logging.getLogger("scenario.ui")

Draw = Callable[[Selection], None]


@dataclass(frozen=True, kw_only=True)
class PageEntry:
    """A page: its title, its part of the address, and what draws it.

    Parameters
    ----------
    title, path
        Title, and last part of the address; "" for the first page.
    draw
        Called with what is chosen.
    """

    title: str
    path: str
    draw: Draw


def run_app(pages: list[PageEntry]) -> None:
    """Draw the page that is asked for, in its frame.

    Parameters
    ----------
    pages
        All pages; the first one opens.
    """
    st.set_page_config(
        page_title="Sanctions scenarios", page_icon="⚖️", layout="wide", initial_sidebar_state=BAR_WIDTH
    )
    st.html(look.style(theme_of(st.context.theme.type)))
    preparation()
    chosen: list[Selection] = []
    st.session_state["n_shown"] = None
    entries = [
        st.Page(_drawer(page, chosen), title=page.title, url_path=page.path or None, default=index == 0)
        for index, page in enumerate(pages)
    ]
    page = st.navigation(entries, position="top")
    try:
        chosen.append(bar.scenario_bar())
        _link_notes()
        _conflict()
        page.run()
        footer(chosen[0])
    except InputError as error:
        for text in uploads.sentences(error):
            st.error(text.replace("$", "\\$"))
    except Exception:
        reference = secrets.token_hex(4)
        LOGGER.exception("reference %s", reference)
        _report(reference)


def _drawer(page: PageEntry, chosen: list[Selection]) -> Callable[[], None]:
    """Return the function that Streamlit calls for a page."""

    def draw() -> None:
        page.draw(chosen[0])

    draw.__name__ = page.path or "compare"
    return draw


def _report(reference: str) -> None:
    """Show nothing of an error but its reference in the log."""
    st.error(
        f"Something went wrong on our side (reference {reference}). Your settings are kept in the address of this "
        "page; reload to try again.",
        icon="⚠️",
    )
    st.html('<p class="note"><a href="./" target="_self">Start afresh, without these settings</a></p>')


def _link_notes() -> None:
    """Show what of the link was ignored, until it is closed."""
    notes = st.session_state.get("link_notes", [])
    if not notes:
        return
    shown = notes[:6] + ([f"... and {len(notes) - 6} more."] if len(notes) > 6 else [])
    left, right = st.columns([8, 1], vertical_alignment="center")
    left.warning(
        "Parts of the link were ignored:\n" + "".join(f"\n- {cards.markdown(note)}" for note in shown)
    )
    if right.button("Close", key="close_notes"):
        st.session_state["link_notes"] = []
        st.rerun()


def _conflict() -> None:
    """Say which settings cannot stand together; the page shows the former ones."""
    for text in st.session_state.pop("conflict", []):
        plain = text.replace("$", "\\$")
        st.error(f"These settings cannot stand together, so the page still shows the former ones. {plain}")


def footer(selection: Selection) -> None:
    """Say what the numbers are and where they come from.

    Parameters
    ----------
    selection
        What is on the screen.
    """
    n = st.session_state.get("n_shown")
    parts = [
        "<strong>Model output, not a forecast.</strong>",
        f"sanctions-scenario {escape(scenario.__version__)}",
        f"scenario A <code>{selection.a.hash[:8]}</code> B <code>{selection.b.hash[:8]}</code>",
        *([f"n = {n:,}"] if n else []),
        f"seed {settings.SEED}",
        f"as of {selection.b.spec.as_of:%-d %B %Y}, {selection.b.spec.horizon_days} days",
    ]
    st.html(f'<div class="foot">{"".join(f"<span>{part}</span>" for part in parts)}</div>')
