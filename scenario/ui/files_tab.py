"""Assumptions, the last two tabs: what differs from the baseline, and the scenario as files and as a command."""

from __future__ import annotations

import json
import shlex

import streamlit as st

import scenario
from scenario.spec.scenario import Scenario
from scenario.ui import cards, settings, state
from scenario.ui.register import changed_rows, register_csv
from scenario.ui.selection import Selection, file_text, overrides_of


def changes_tab(selection: Selection) -> None:
    """Draw every difference from the baseline, and the edits that can be taken back one by one.

    Parameters
    ----------
    selection
        What is compared.
    """
    rows = changed_rows(selection)
    if rows:
        head = ("Lever or assumption", "Meaning", *selection.sides, "Unit")
        st.html(cards.table_html(head, rows, wide=1))
    else:
        st.info("All sides are the same scenario.")
    places = {**dict.fromkeys(state.world(), "all sides"), **dict.fromkeys(state.sets(), "B alone")}
    if not places:
        st.caption("No number was edited here. Levers go back with Reset, or one step with Undo.")
        return
    st.markdown("**Edited numbers**")
    for text, place in places.items():
        path = state.path_of(text)
        left, right = st.columns([5, 1], vertical_alignment="center")
        left.html(cards.paragraph(f"{path}, {place}"))
        right.button("Take back", key=f"drop-{path}", on_click=state.drop, args=(path,), width="stretch")


def files_tab(selection: Selection) -> None:
    """Draw the downloads of the scenario and the command that gives the same numbers.

    Parameters
    ----------
    selection
        What is compared.
    """
    st.markdown("**Scenario files**")
    whole, register = st.columns(2)
    whole.download_button(
        "The file, with all its variants (YAML)",
        data=lambda: file_text(selection.case),
        file_name=f"{selection.b.spec.name}.yaml",
        mime="application/yaml",
        on_click="ignore",
        width="stretch",
    )
    register.download_button(
        "Register of B (CSV)",
        data=lambda: register_csv(selection),
        file_name="register.csv",
        mime="text/csv",
        on_click="ignore",
        width="stretch",
    )
    for column, (side, chosen) in zip(st.columns(len(selection.sides)), selection.sides.items(), strict=True):
        column.download_button(
            f"{side} as it is now (JSON)",
            data=as_file(chosen),
            file_name=f"{selection.b.spec.name}-{side.lower()}.json",
            mime="application/json",
            on_click="ignore",
            width="stretch",
            help="A complete scenario file with variant, levers and edits written in; it can be uploaded again",
        )
    st.markdown("**The same comparison in the terminal**")
    st.code(command(selection), language=None, wrap_lines=True)
    for note in command_notes(selection):
        st.caption(note)
    st.caption(f"sanctions-scenario {scenario.__version__}; scenario B has the hash {selection.b.hash}.")


def as_file(chosen: Scenario) -> str:
    """Return a scenario as a file that can be loaded again: JSON, which YAML 1.2 includes."""
    return json.dumps(dict(chosen.written), indent=1, ensure_ascii=False, default=str) + "\n"


def command(selection: Selection) -> str:
    """Return the command that makes the comparison of A and B on the screen; changes act on B."""
    sets = " ".join(f"--set {shlex.quote(text)}" for text in overrides_of(selection.b))
    off = " ".join(f"--without {name}" for name in selection.b.without)
    sides = f"--a {selection.a.variant} --b {selection.b.variant}"
    size = f"-n {settings.FEW} --seed {settings.SEED} --no-twins"
    return " ".join(
        part for part in (f"scenario compare {selection.case.name}", sides, sets, off, size) if part
    )


def command_notes(selection: Selection) -> list[str]:
    """Return what has to be said beside the command."""
    notes = []
    if selection.b.without or selection.b.overrides:
        notes.append("--set and --without act on B alone.")
    own = [s for s, chosen in selection.sides.items() if s != "B" and (chosen.overrides or chosen.without)]
    if own:
        notes.append(
            f"{' and '.join(own)}: changed here, which this command leaves out; the files above hold it, and the "
            "command on the page Report takes changes of every side."
        )
    if len(selection.others) > 1:
        notes.append(f"It compares A and B; {' and '.join(selection.others[1:])}: see the page Report.")
    return notes
