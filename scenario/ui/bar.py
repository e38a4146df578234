"""The scenario bar, on every page: case, A to D, levers of B, what to look at, evidence, undo, reset and share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

import scenario
from scenario.errors import InputError
from scenario.spec.register import plain_settings
from scenario.spec.scenario import Scenario
from scenario.ui import links, picking, run_choice, settings, state, uploads, why_sizes
from scenario.ui.levers import MARKS, LeverState, lever_states
from scenario.ui.selection import (
    LETTERS,
    MAX_TITLE,
    Case,
    Saved,
    Selection,
    Sets,
    changed_name,
    default_b,
    picked_b,
    presets,
    scenario_from,
    scenario_of,
)

_BIND: Any = {"bind": "query-params"}


def scenario_bar() -> Selection:
    """Draw the bar and return what is chosen."""
    given = _params()
    with st.sidebar:
        case = _case()
        notes = state.restore(case)
        known = presets(case, state.saved())
        _settle(known)
        _name_ignored(given, case, notes)
        chosen = _variants(known)
        head = st.container()
        moved = _levers(case, chosen["B"])
        focus, day = _focus(_horizon(case))
        without = _evidence(case, chosen["B"])
        share, keep = st.columns(2)
        with keep:
            _save(chosen["B"], (*moved, *state.sets()), without)
        _upload()
    state.remember(_keys(case))
    state.write_address()
    changes = (*moved, *state.sets())
    with head:
        has_other_evidence = sorted(without) != sorted(chosen["B"].without)
        _levers_head(len(moved), has_changed=bool(moved or state.edited()) or has_other_evidence)
    selection = _selected(case, chosen, changes, without, focus=focus, day=day)
    state.settle_size(selection.key)
    with share:
        _share()
    return selection


def _selected(
    case: Case,
    chosen: dict[str, Saved],
    changes: Sets,
    without: tuple[str, ...],
    *,
    focus: settings.Focus,
    day: int,
) -> Selection:
    """Return what is chosen; where it cannot stand together, what was on the screen before, and keep why."""
    names = {letter: preset.title for letter, preset in chosen.items()}
    n_without = len(set(without) ^ set(chosen["B"].without))
    names["B"] = changed_name(names["B"], n_changed=len(changes), n_without=n_without)
    try:
        sides = _sides(case, chosen, changes, without)
    except InputError as error:
        st.session_state["conflict"] = uploads.sentences(error)
        former: Selection | None = st.session_state.get("former")
        if former is not None and former.case == case:
            return replace(former, focus=focus, day=day)
        plain = {letter: scenario_from(case, preset) for letter, preset in chosen.items()}
        return Selection(case=case, sides=plain, names=names, focus=focus, day=day, saved=state.saved())
    selection = Selection(
        case=case,
        sides=sides,
        names=names,
        focus=focus,
        day=day,
        changes=changes,
        world=state.world(),
        saved=state.saved(),
    )
    st.session_state["former"] = selection
    return selection


def _sides(
    case: Case, chosen: dict[str, Saved], changes: Sets, without: tuple[str, ...]
) -> dict[str, Scenario]:
    """Return the scenarios of all sides: what is edited for the world acts on each, the rest on B."""
    world = state.world()
    sides = {letter: scenario_from(case, preset, world) for letter, preset in chosen.items()}
    sides["B"] = scenario_from(case, chosen["B"], (*world, *changes), without)
    return sides


def _horizon(case: Case) -> int:
    """Return how many days the runs of all sides cover: as edited, else as in the file."""
    edited = dict(text.split("=", 1) for text in state.world()).get("horizon_days", "")
    return int(edited) if edited.isdecimal() else scenario_of(case).spec.horizon_days


def _case() -> Case:
    """Let the user pick a case."""
    known = picking.cases()
    if st.session_state.get("case", "") not in ("", *known):
        del st.session_state["case"]
    name = str(st.selectbox("Case", list(known), key="case", on_change=picking.case_changed, **_BIND))
    st.caption(known[name].title)
    return known[name]


def _settle(known: dict[str, Saved]) -> None:
    """Drop a choice that this case does not have."""
    for letter in LETTERS.lower():
        if letter in st.session_state and st.session_state[letter] not in (*known, picking.NONE):
            del st.session_state[letter]


def _variants(known: dict[str, Saved]) -> dict[str, Saved]:
    """Let the user pick A and B, and C and D where more than two are wanted."""
    options = list(known)
    a = st.selectbox("A · baseline", options, key="a", **_BIND)
    b = st.selectbox(
        "B · compared with it",
        options,
        index=options.index(default_b(known)),
        key="b",
        on_change=picking.b_changed,
        **_BIND,
    )
    chosen = {"A": known[str(a)], "B": known[str(b)]}
    further = [letter for letter in "cd" if st.session_state.get(letter, picking.NONE) != picking.NONE]
    with st.expander("C and D · further variants", expanded=bool(further)):
        for letter in "CD":
            title = st.selectbox(
                f"{letter} · further variant", [picking.NONE, *options], key=letter.lower(), **_BIND
            )
            if str(title) != picking.NONE:
                chosen[letter] = known[str(title)]
    return chosen


def _keys(case: Case) -> list[str]:
    """Return the controls that undo acts on."""
    levers = (lever.path for lever in scenario_of(case).spec.levers)
    return ["case", *LETTERS.lower(), "focus", "day", "without", *levers]


# ---- levers ------------------------------------------------------------------------------------------


def _levers(case: Case, preset: Saved) -> Sets:
    """Draw the levers of B and return those that were moved, as changes."""
    states = lever_states(scenario_from(case, preset))
    edited = state.edited()
    with st.container(gap="small"):
        values = {lever.path: _slider(lever, is_edited=lever.path in edited) for lever in states}
        st.caption(f"{MARKS['stated']} stated · {MARKS['inferred']} inferred · {MARKS['assumed']} assumed")
    moved = {s.path: values[s.path] for s in states if values[s.path] != s.default and s.path not in edited}
    return tuple(f"{path}={value!r}" for path, value in moved.items())


def _levers_head(n_moved: int, *, has_changed: bool) -> None:
    """Say how much was changed, with Undo and Reset; drawn last, when this step is noted."""
    n_edited = len(state.edited())
    texts = [f"{n_moved} changed" if n_moved else "none changed"]
    texts += [f"{n_edited} other number{'s' if n_edited > 1 else ''} edited"] if n_edited else []
    st.markdown(f"**Levers of B** :small[:gray[{', '.join(texts)}]]")
    undo, reset = st.columns(2)
    undo.button(
        "Undo",
        on_click=state.undo,
        disabled=not state.can_undo(),
        help="Take the last step back: a lever, a choice, an edit",
        width="stretch",
    )
    reset.button(
        "Reset",
        on_click=picking.reset,
        disabled=not has_changed,
        help="Levers, edited numbers and evidence as in the variant",
        width="stretch",
    )


def _slider(lever: LeverState, *, is_edited: bool) -> float:
    """Draw one lever; one whose number was edited on Assumptions stands still."""
    why = "edited on the page Assumptions, where it can be taken back" if is_edited else lever.why
    return float(
        st.slider(
            lever.label,
            min_value=lever.low,
            max_value=lever.high,
            value=lever.default,
            step=lever.step,
            key=lever.path,
            help=f"{lever.status}: {why}",
            disabled=is_edited,
            **_BIND,
        )
    )


# ---- what to look at, evidence -----------------------------------------------------------------------


def _focus(horizon: int) -> tuple[settings.Focus, int]:
    """Let the user pick what the first screen is about."""
    by_label = {focus.label: focus for focus in settings.FOCUSES}
    labels = list(by_label)
    label = st.selectbox("Look at", labels, index=labels.index(settings.DEFAULT_FOCUS), key="focus", **_BIND)
    days = days_within(horizon)
    if st.session_state.get("day") not in (None, *days):
        del st.session_state["day"]
    at = days.index(settings.DEFAULT_DAY) if settings.DEFAULT_DAY in days else len(days) - 1
    day = st.selectbox("Count what happens within ... days", days, index=at, key="day", **_BIND)
    return by_label[str(label)], int(str(day))


def days_within(horizon: int) -> list[int]:
    """Return the days to count by, up to the horizon."""
    return [day for day in settings.DAYS if day < horizon] + [horizon]


def _evidence(case: Case, preset: Saved) -> tuple[str, ...]:
    """Let the user leave items of evidence out of B."""
    ledger = scenario_of(case).ledger
    items = [item.id for item in ledger.items] if ledger else []
    if not items:
        return ()
    chosen = st.multiselect(
        "Evidence left out of B",
        items,
        default=None if "without" in st.session_state else list(preset.without),
        key="without",
        placeholder="none; see Assumptions",
        help="Each item stands on the page Assumptions, with its document and line",
        **_BIND,
    )
    return tuple(sorted(map(str, chosen)))


# ---- links, files ------------------------------------------------------------------------------------


def _params() -> dict[str, list[str]]:
    """Return the parameters of the link, before the widgets take out what is invalid."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _name_ignored(given: dict[str, list[str]], case: Case, notes: list[str]) -> None:
    """Note once what of the link was not taken."""
    if "link_notes" not in st.session_state:
        told = {name: texts for name, texts in given.items() if name not in state.KEPT}
        st.session_state["link_notes"] = _ignored(told, case) + notes


def _ignored(params: dict[str, list[str]], case: Case) -> list[str]:
    """Return a sentence for each part of the link that is not taken."""
    names = presets(case, state.saved())
    preset = picked_b(names, params.get("b", [""])[-1])
    base = scenario_of(case)
    return links.complaints(
        params,
        choices={
            "case": picking.cases(),
            "a": names,
            "b": names,
            "c": [picking.NONE, *names],
            "d": [picking.NONE, *names],
            "focus": [focus.label for focus in settings.FOCUSES],
            "day": [str(day) for day in days_within(_horizon(case))],
            **run_choice.link_choices(params, base),
            "why": why_sizes.SECTIONS,
            "without": [item.id for item in base.ledger.items] if base.ledger else [],
            state.SIZE: [str(settings.FEW), str(settings.MANY)],
            "number": {base.declared_at.get(entry.path, entry.path) for entry in base.numbers}
            | {setting.path for setting in plain_settings(base.spec)},
        },
        levers=lever_states(scenario_from(case, preset)),
        version=scenario.__version__,
    )


def _share() -> None:
    """Show the link to what is on the screen."""
    with st.popover("Share", icon=":material/link:", width="stretch"):
        is_upload = str(st.session_state.get("case", "")).startswith(picking.OWN)
        if is_upload:
            st.caption("A link cannot carry your own file: load it again, then open this link for the rest.")
        else:
            st.caption(
                "This link opens the same case, variants, levers, edits and numbers, here and elsewhere. What is "
                "chosen inside Why and Report is not in it."
            )
        base = (st.context.url or "").split("?")[0]
        st.code(links.link(base, _params(), version=scenario.__version__), language=None, wrap_lines=True)


def _save(preset: Saved, changes: Sets, without: tuple[str, ...]) -> None:
    """Keep B as it stands under a name of its own: it can then be picked as A, B, C or D."""
    with st.popover("Save B", icon=":material/bookmark_add:", width="stretch"):
        st.text_input("Name of the variant", key="save_title", max_chars=MAX_TITLE, placeholder="My variant")
        place = (preset, changes, without)
        st.button("Save as B", key="save", on_click=picking.saved_as_b, args=place, width="stretch")
        st.button(
            "Save as C, and B as it was",
            key="save-c",
            on_click=picking.saved_as_c,
            args=place,
            width="stretch",
        )
        st.caption("Kept in the address of this page, not on a disk; Assumptions, Files has it as a file.")
        for own in state.saved():
            st.button(
                f"Remove “{own.title}”",
                key=f"forget-{own.title}",
                on_click=picking.forgotten,
                args=(own.title,),
                width="stretch",
            )


def _upload() -> None:
    """Take a scenario file of the user's own; the former case stays where it has problems."""
    with st.expander("Use your own scenario file"):
        st.file_uploader(
            "YAML, at most 1 MB; read in memory, never stored",
            type=["yaml", "yml", "json"],
            key="file",
            on_change=picking.take_upload,
        )
        for text in st.session_state.get("upload_problems", []):
            st.error(text.replace("$", "\\$"))
