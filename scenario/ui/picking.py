"""What happens when something is picked in the scenario bar: a case, another B, Reset, a saved variant, a file."""

from __future__ import annotations

import streamlit as st

from scenario.errors import InputError
from scenario.ui import state, uploads
from scenario.ui.levers import lever_states
from scenario.ui.selection import (
    Case,
    Saved,
    Sets,
    default_b,
    free_title,
    picked_b,
    presets,
    scenario_from,
    shipped,
)

OWN = "your file: "
"""Before the name of a case that was uploaded."""

NONE = "none"
"""What C and D hold where there is no such side."""


def cases() -> dict[str, Case]:
    """Return the cases by name: the shipped ones, and the user's own where there is one."""
    own: Case | None = st.session_state.get("own_case")
    listed = {case.name: case for case in shipped()}
    return listed | ({f"{OWN}{own.name}": own} if own is not None else {})


def case_now() -> Case:
    """Return what is picked as the case, by what the session holds; the first where it holds none."""
    known = cases()
    return known.get(st.session_state.get("case", ""), next(iter(known.values())))


def case_changed() -> None:
    """Start a new case from its base, its first variant and untouched levers."""
    st.session_state[state.SAVED] = []
    known = presets(case_now())
    st.session_state["a"], st.session_state["b"] = next(iter(known)), default_b(known)
    st.session_state["c"] = st.session_state["d"] = NONE
    state.clear(with_world=True)
    b_changed()


def b_changed() -> None:
    """Put levers, edited numbers and evidence where the variant that was picked as B has them."""
    state.clear()
    st.session_state["without"] = list(preset_b().without)
    levers_to_default()


def reset() -> None:
    """Put everything back, also what was edited for all sides."""
    state.clear(with_world=True)
    b_changed()


def preset_b() -> Saved:
    """Return what is picked as B, by what the session holds."""
    return picked_b(presets(case_now(), state.saved()), st.session_state.get("b", ""))


def levers_to_default() -> None:
    """Put every lever where the variant has it."""
    for lever in lever_states(scenario_from(case_now(), preset_b())):
        st.session_state[lever.path] = lever.default


def _keep(preset: Saved, changes: Sets, without: tuple[str, ...]) -> str:
    """Save B and return its title."""
    title = free_title(str(st.session_state.get("save_title", "")), case_now())
    state.save(Saved(title=title, of=preset.of, sets=(*preset.sets, *changes), without=without))
    st.session_state["save_title"] = ""
    return title


def saved_as_b(preset: Saved, changes: Sets, without: tuple[str, ...]) -> None:
    """Save B and pick the saved variant as B."""
    st.session_state["b"] = _keep(preset, changes, without)
    b_changed()


def saved_as_c(preset: Saved, changes: Sets, without: tuple[str, ...]) -> None:
    """Save B, pick the saved variant as C, and put B back to what it began with."""
    st.session_state["c"] = _keep(preset, changes, without)
    b_changed()


def forgotten(title: str) -> None:
    """Remove a saved variant; where it was picked, another takes its place."""
    state.forget(title)
    known = presets(case_now(), state.saved())
    if st.session_state.get("a") == title:
        st.session_state["a"] = next(iter(known))
    for letter in "cd":
        if st.session_state.get(letter) == title:
            st.session_state[letter] = NONE
    if st.session_state.get("b") == title:
        st.session_state["b"] = default_b(known)
        b_changed()


def take_upload() -> None:
    """Read the uploaded file; show it as a case, or say what is wrong with it."""
    given = st.session_state.get("file")
    st.session_state["upload_problems"] = []
    if given is None:
        return
    try:
        st.session_state["own_case"] = uploads.case_of(given.name, given.getvalue())
    except InputError as error:
        found = uploads.sentences(error)
        more = [f"... and {len(found) - 5} more problems."] if len(found) > 5 else []
        st.session_state["upload_problems"] = [*found[:5], *more, "The former scenario stays."]
        return
    st.session_state["case"] = list(cases())[-1]
    case_changed()
