"""What the page One run remembers: its controls beyond the page, and the event that is looked at, in the address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import streamlit as st

KEYS = ("pick", "outcome", "percentile", "run", "side", "beside")
"""Controls of the page; they are in the address while the page is on the screen."""

EVENT = "event"
_KEPT, _OF = "one-run-kept", "event-of"
_NAMED = re.compile(r"([A-D])(\d{1,7})")


def recall() -> None:
    """Bring back what the controls held before another page was looked at."""
    for key, value in st.session_state.get(_KEPT, {}).items():
        st.session_state.setdefault(key, value)


def keep() -> None:
    """Keep what the controls hold, for the way back from another page."""
    before = st.session_state.get(_KEPT, {})
    st.session_state[_KEPT] = before | {key: st.session_state[key] for key in KEYS if key in st.session_state}


def settle(key: str, options: Iterable[str]) -> None:
    """Drop what a control holds where it is no longer a choice."""
    if key in st.session_state and st.session_state[key] not in options:
        del st.session_state[key]


def is_event(text: str) -> bool:
    """Return whether a text names an event: the letter of a variant and a number."""
    return _NAMED.fullmatch(text) is not None


def choose_event(side: str, sequence: int) -> None:
    """Look at an event.

    Parameters
    ----------
    side, sequence
        Letter of the scenario, and number of the event in its run.
    """
    st.session_state[EVENT] = f"{side}{sequence}"


def chosen_event(runs: Sequence[tuple[str, int]], *, of: str, default: tuple[str, int]) -> tuple[str, int]:
    """Return side and number of the event that is looked at, and write it into the address.

    Parameters
    ----------
    runs
        Letter and number of events of each run on the screen.
    of
        Which runs these are; an event of other runs is dropped.
    default
        What is looked at where nothing was chosen.
    """
    if _OF not in st.session_state:
        st.session_state[EVENT] = st.query_params.get(EVENT, "")
    elif st.session_state[_OF] != of:
        st.session_state[EVENT] = ""
    st.session_state[_OF] = of
    found = _NAMED.fullmatch(str(st.session_state.get(EVENT, "")))
    sizes = dict(runs)
    if found is None or int(found[2]) >= sizes.get(found[1], 0):
        _write("")
        return default
    _write(found[0])
    return found[1], int(found[2])


def _write(text: str) -> None:
    """Put the event into the address, or take it out."""
    if st.query_params.get(EVENT, "") == text:
        return
    if text:
        st.query_params[EVENT] = text
    else:
        del st.query_params[EVENT]
