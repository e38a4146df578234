"""Assumptions: every number with its source, how the evidence moves it, switches, and the scenario file."""

from __future__ import annotations

from functools import partial

import streamlit as st

from scenario.ui import cards, settings
from scenario.ui.edit_panel import edit_panel
from scenario.ui.evidence_page import derivations, switches
from scenario.ui.files_tab import changes_tab, files_tab
from scenario.ui.register import Row, matching, register
from scenario.ui.selection import Selection

TABLE_HEIGHT = 400
"""Pixels of the register on the screen."""


def assumptions_page(selection: Selection) -> None:
    """Draw the register, the evidence, the derivations and the files.

    Parameters
    ----------
    selection
        What is compared; the register is that of B, with A beside it where they differ.
    """
    st.session_state["n_shown"] = settings.FEW
    st.html(
        cards.title_html("What the model assumes, and on what grounds")
        + cards.paragraph(
            f"All numbers of B, “{selection.names['B']}”. A lever is what a coalition can choose; an uncertainty is "
            "what nobody can, and it is drawn anew for each of the outer points; a setting is the same in all runs."
        )
    )
    parts = {
        "Register": _register,
        "Evidence": switches,
        "Derivation": derivations,
        "Changes": changes_tab,
        "Files": files_tab,
    }
    opened = st.tabs(list(parts), on_change="rerun", key="assumption")
    for tab, draw in zip(opened, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw(selection)


def _register(selection: Selection) -> None:
    """Draw the register with its search box."""
    rows = register(selection.b, selection.a)
    search, role, status = st.columns([4, 3, 4])
    words = search.text_input(
        "Search", key="register_search", placeholder="words in path, meaning or reason, for example: veto"
    )
    roles = role.pills(
        "Role", ["lever", "uncertainty", "setting"], selection_mode="multi", key="register_role"
    )
    statuses = status.pills(
        "Status", ["stated", "inferred", "assumed"], selection_mode="multi", key="register_status"
    )
    shown = matching(rows, words, list(roles), list(statuses))
    st.caption(f"{len(shown)} of {len(rows)} numbers and settings")
    heads = {
        "path": "Path",
        "meaning": "Meaning",
        "value": "Value in B",
        "unit": "Unit",
        "status": "Status",
        "reason": "Evidence or reason",
        "baseline": "Value in A, where it differs",
        "role": "Role",
        "limits": "May be",
        "n_places": "Places",
    }
    st.dataframe(
        [{title: getattr(row, name) for name, title in heads.items()} for row in shown],
        hide_index=True,
        height=TABLE_HEIGHT,
        key="register_table",
        on_select=partial(_picked, [row.path for row in shown]),
        selection_mode="single-row",
        column_config={"Meaning": st.column_config.TextColumn(width="medium")},
        alt="Every number and setting of scenario B with value, unit, range, role, status and reason",
    )
    _editor(selection, rows)


def _picked(paths: list[str]) -> None:
    """Edit the number whose row was clicked."""
    chosen = st.session_state["register_table"]["selection"]["rows"]
    if chosen and chosen[0] < len(paths):
        st.session_state["number"] = paths[chosen[0]]


def _editor(selection: Selection, rows: list[Row]) -> None:
    """Draw the number that is picked, with its sketch and the form to change it."""
    st.subheader("Edit a number or a setting", anchor=False)
    paths = [row.path for row in rows]
    if st.session_state.get("number") not in (None, *paths):
        del st.session_state["number"]
    path = st.selectbox(
        "Number or setting of B; or click a row above",
        paths,
        index=None,
        key="number",
        bind="query-params",
        placeholder="pick one to see where it stands and to change it",
    )
    if path is not None:
        edit_panel(selection, str(path))
