"""What a session holds beside its controls: edited numbers, saved variants, and the way back.

Controls keep themselves in the address; these are written there by `write_address`, on every page.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

import streamlit as st

from scenario.errors import InputError
from scenario.ui import settings
from scenario.ui.selection import Case, Saved, Sets, picked_b, presets, saved_from, scenario_from
from scenario.ui.uploads import sentences

SETS, WORLD, SAVED, HISTORY = "set", "world", "saved", "history"
KEPT = (SETS, WORLD, SAVED)
"""What is kept beside controls, and written into the address."""

MAX_HISTORY, MAX_SAVED = 60, 12
"""Steps that can be undone; saved variants of a session."""

LONG, SIZE = "long", "n"
"""Where a session keeps which comparison it wants long runs of, and how the address says so."""

NAME = "session"
"""Where a session keeps its name."""

COMMON = ("horizon_days",)
"""Settings that must be the same on all sides, or runs could not be paired."""

FROM_LINK = "as in the link"


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
    listed = st.query_params.get_all(SAVED)
    for text in listed[:MAX_SAVED]:
        try:
            found = saved_from(text)
            scenario_from(case, found)
            kept.append(found)
        except (InputError, ValueError) as error:
            notes.append(f"A saved variant of the link was ignored: {_why(error)}")
    if len(listed) > MAX_SAVED:
        notes.append(
            f"A link holds {MAX_SAVED} saved variants at most; {len(listed) - MAX_SAVED} were ignored."
        )
    b = picked_b(presets(case, tuple(kept)), st.query_params.get("b", ""))
    world = _valid(case, b, WORLD, [], notes)
    edits = _valid(case, b, SETS, world, notes)
    st.session_state[WORLD], st.session_state[SETS], st.session_state[SAVED] = world, edits, kept
    if st.query_params.get(SIZE) == str(settings.MANY):
        st.session_state[LONG] = FROM_LINK
    return notes


def _valid(case: Case, b: Saved, name: str, before: list[str], notes: list[str]) -> list[str]:
    """Return the edited numbers of the address that can be set on B; note why others cannot."""
    found: list[str] = []
    for text in st.query_params.get_all(name):
        try:
            scenario_from(case, b, (*before, *found, text))
            if name == SETS and path_of(text) in COMMON:
                raise ValueError(f"{path_of(text)} must be the same on all sides (got it for B alone)")
            found.append(text)
        except (InputError, ValueError) as error:
            notes.append(f"An edited number of the link was ignored: {_why(error)}")
    return found


def _why(error: Exception) -> str:
    """Return one sentence on what is wrong."""
    return sentences(error)[0] if isinstance(error, InputError) else str(error)


def write_address() -> None:
    """Write edited numbers and saved variants into the address, where they are not there yet."""
    texts_of = {SETS: list(sets()), WORLD: list(world()), SAVED: [own.text for own in saved()]}
    for name, texts in texts_of.items():
        if st.query_params.get_all(name) != texts:
            if texts:
                st.query_params[name] = texts
            else:
                del st.query_params[name]


def session_name() -> str:
    """Return a name that no other session has."""
    return str(st.session_state.setdefault(NAME, secrets.token_hex(8)))


# ---- how many runs -----------------------------------------------------------------------------------


def settle_size(key: str) -> None:
    """Say in the address whether this session wants long runs of the comparison on the screen.

    Parameters
    ----------
    key
        What tells the comparison from others.
    """
    if st.session_state.get(LONG) == FROM_LINK:
        st.session_state[LONG] = key
    if is_long(key):
        st.query_params[SIZE] = str(settings.MANY)
    elif SIZE in st.query_params:
        del st.query_params[SIZE]


def is_long(key: str) -> bool:
    """Return whether this session wants long runs of a comparison."""
    return bool(st.session_state.get(LONG) == key)


def want_long(key: str) -> None:
    """Ask for long runs of a comparison; an empty key for none."""
    st.session_state[LONG] = key


# ---- edited numbers ----------------------------------------------------------------------------------


def sets() -> Sets:
    """Return the numbers of B that were edited, as texts "PATH=VALUE"."""
    return tuple(st.session_state.get(SETS, ()))


def world() -> Sets:
    """Return the numbers that were edited for all sides: what nobody can choose, so that A meets it as well."""
    return tuple(st.session_state.get(WORLD, ()))


def path_of(text: str) -> str:
    """Return the path of an edited number."""
    return text.partition("=")[0]


def put(path: str, value: str, *, is_world: bool = False) -> None:
    """Set a number of B, or of all sides; an earlier edit of the same number goes."""
    drop(path)
    place = WORLD if is_world else SETS
    st.session_state[place] = [*st.session_state.get(place, ()), f"{path}={value}"]


def drop(path: str) -> None:
    """Take the edit of a number back."""
    for place in (SETS, WORLD):
        texts = st.session_state.get(place, ())
        st.session_state[place] = [text for text in texts if path_of(text) != path]


def edited() -> set[str]:
    """Return the paths of all edited numbers."""
    return {path_of(text) for text in (*sets(), *world())}


def clear(*, with_world: bool = False) -> None:
    """Take all edits of B back, and those of all sides where asked."""
    st.session_state[SETS] = []
    if with_world:
        st.session_state[WORLD] = []


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
    now = {key: _copied(st.session_state[key]) for key in (*keys, *KEPT) if key in st.session_state}
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
