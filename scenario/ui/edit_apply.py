"""What every edit ends with: where it acts, the buttons that apply it and take it back, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from scenario.errors import InputError
from scenario.spec.scenario import Scenario
from scenario.ui import state, uploads
from scenario.ui.selection import Selection, overrides_of, scenario_of

PLACES = ("all sides", "B alone")
"""Where an edit acts: by default what a coalition chooses on B alone, what nobody can choose on all sides."""


def apply_buttons(
    path: str, text: str, *, is_choice: bool, can_apply: bool, places: Sequence[str] = PLACES
) -> None:
    """Draw where an edit acts, and the buttons that apply it and take it back.

    Parameters
    ----------
    path, text
        What is edited, and its new value as `--set` takes it.
    is_choice
        Whether a coalition can choose it.
    can_apply
        Whether it differs from what stands, and can stand.
    places
        Those of `PLACES` where it may act.
    """
    place = st.segmented_control(
        "Acts on",
        places,
        default=PLACES[is_choice] if PLACES[is_choice] in places else places[0],
        required=True,
        key=f"edit-place-{path}",
        help="What nobody can choose is the same on all sides, or a difference would look like an effect of B",
    )
    apply, back = st.columns(2)
    apply.button(
        "Apply",
        type="primary",
        key="edit-apply",
        on_click=state.put,
        args=(path, text),
        kwargs={"is_world": place == PLACES[0]},
        disabled=not can_apply,
        width="stretch",
    )
    back.button(
        "Take the edit back",
        key="edit-back",
        on_click=state.drop,
        args=(path,),
        disabled=path not in state.edited(),
        width="stretch",
    )


def field_key(part: str, path: str, stands: object) -> str:
    """Return the key of a field: another one where another value stands, which the field then shows (after Undo).

    Parameters
    ----------
    part
        Which field it is.
    path, stands
        What is edited, and its value as plain data.
    """
    return f"edit-{part}-{path}-{json.dumps(stands, default=str)}"


def problem_of(selection: Selection, path: str, text: str) -> str:
    """Draw and return what is wrong with an edit, in one sentence; an empty text where nothing is.

    Parameters
    ----------
    selection
        What is compared; the edit acts on B.
    path, text
        As in `apply_buttons`.
    """
    try:
        changed_b(selection, path, text)
    except InputError as error:
        said = uploads.sentences(error)[0]
        st.error(said.replace("$", "\\$"))
        return said
    return ""


def changed_b(selection: Selection, path: str, text: str) -> Scenario:
    """Return B with one value changed.

    Raises
    ------
    InputError
        The value cannot stand there.
    """
    kept = tuple(one for one in overrides_of(selection.b) if state.path_of(one) != path)
    sets = (*kept, f"{path}={text}")
    return scenario_of(selection.case, selection.b.variant, sets, selection.b.without)
