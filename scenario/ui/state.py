"""What a session holds beside its controls: edited numbers, saved variants, and the way back.

Controls keep themselves in the address; these two are written there by `write_address`, on every page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

from scenario.errors import InputError
from scenario.ui.selection import Case, Saved, Sets, saved_from, scenario_from, scenario_of
from scenario.ui.uploads import sentences

SETS, SAVED, HISTORY = "set", "saved", "history"
MAX_HISTORY, MAX_SAVED = 60, 12
"""Steps that can be undone; saved variants of a session."""


def restore(case: Case) -> list[str]:
    """Take edited numbers and saved variants from the address, once a session; return what was not taken.

    Parameters
    ----------
    case
        The case on the screen.
    """
    if SETS in st.session_state:
        return []
    notes: list[str] = []
    kept: list[Saved] = []
    for text in st.query_params.get_all(SAVED)[:MAX_SAVED]:
        try:
            found = saved_from(text)
            scenario_from(case, found)
            kept.append(found)
        except (InputError, ValueError) as error:
            notes.append(f"A saved variant of the link was ignored: {_why(error)}")
    edits: list[str] = []
    for text in st.query_params.get_all(SETS):
        try:
            scenario_of(case, sets=(*edits, text))
            edits.append(text)
        except InputError as error:
            notes.append(f"An edited number of the link was ignored: {_why(error)}")
    st.session_state[SETS], st.session_state[SAVED] = edits, kept
    return notes


def _why(error: Exception) -> str:
    """Return one sentence on what is wrong."""
    return sentences(error)[0] if isinstance(error, InputError) else str(error)


def write_address() -> None:
    """Write edited numbers and saved variants into the address, where they are not there yet."""
    for name, texts in ((SETS, list(sets())), (SAVED, [own.text for own in saved()])):
        if st.query_params.get_all(name) != texts:
            if texts:
                st.query_params[name] = texts
            else:
                del st.query_params[name]


# ---- edited numbers ----------------------------------------------------------------------------------


def sets() -> Sets:
    """Return the numbers of B that were edited, as texts "PATH=VALUE"."""
    return tuple(st.session_state.get(SETS, ()))


def path_of(text: str) -> str:
    """Return the path of an edited number."""
    return text.partition("=")[0]


def put(path: str, value: str) -> None:
    """Set a number of B; an earlier edit of the same number goes."""
    st.session_state[SETS] = [text for text in sets() if path_of(text) != path] + [f"{path}={value}"]


def drop(path: str) -> None:
    """Take the edit of a number back."""
    st.session_state[SETS] = [text for text in sets() if path_of(text) != path]


def clear() -> None:
    """Take all edits back."""
    st.session_state[SETS] = []


# ---- saved variants ----------------------------------------------------------------------------------


def saved() -> tuple[Saved, ...]:
    """Return the user's own variants of the case on the screen."""
    return tuple(st.session_state.get(SAVED, ()))


def save(own: Saved) -> None:
    """Keep a variant; one of the same name is replaced, and beyond a dozen the oldest goes."""
    others = [kept for kept in saved() if kept.title != own.title]
    st.session_state[SAVED] = [*others, own][-MAX_SAVED:]


def forget(title: str) -> None:
    """Remove a saved variant."""
    st.session_state[SAVED] = [kept for kept in saved() if kept.title != title]


# ---- the way back ------------------------------------------------------------------------------------


def remember(keys: Iterable[str]) -> None:
    """Note what is chosen now, where it differs from what was noted last.

    Parameters
    ----------
    keys
        The controls that undo acts on; edited numbers and saved variants are noted as well.
    """
    now = {key: _copied(st.session_state[key]) for key in (*keys, SETS, SAVED) if key in st.session_state}
    history = st.session_state.setdefault(HISTORY, [])
    if not history or history[-1] != now:
        history.append(now)
        del history[:-MAX_HISTORY]


def _copied(value: Any) -> Any:
    """Return a value that later changes of a list do not reach."""
    return list(value) if isinstance(value, list) else value


def can_undo() -> bool:
    """Return whether there is a step to take back."""
    return len(st.session_state.get(HISTORY, [])) > 1


def undo() -> None:
    """Take the last step back: a lever, a choice, an edit, a reset."""
    history = st.session_state[HISTORY]
    history.pop()
    for key, value in history[-1].items():
        st.session_state[key] = _copied(value)
