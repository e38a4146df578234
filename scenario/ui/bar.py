"""The scenario bar, on every page: case, A, B, levers of B, what to look at, evidence, reset and share."""

from __future__ import annotations

from typing import Any

import streamlit as st

import scenario
from scenario.errors import InputError
from scenario.ui import links, settings, uploads
from scenario.ui.levers import MARKS, LeverState, lever_states
from scenario.ui.selection import Case, Selection, names_of, scenario_of, shipped, variant_titles

_BIND: Any = {"bind": "query-params"}
OWN = "your file: "


def scenario_bar() -> Selection:
    """Draw the bar and return what is chosen."""
    given = _params()
    with st.sidebar:
        case = _case()
        titles = variant_titles(case)
        _settle(titles)
        _name_ignored(given, case, titles)
        a, b = _variants(titles)
        overrides = _levers(case, b)
        focus, day = _focus(scenario_of(case).spec.horizon_days)
        without = _evidence(case)
        _share()
        _upload()
    return Selection(
        case=case,
        a=scenario_of(case, a),
        b=scenario_of(case, b, overrides, without),
        names=names_of(case, a, b, n_changed=len(overrides), n_without=len(without)),
        n_changed=len(overrides),
        focus=focus,
        day=day,
    )


def cases() -> dict[str, Case]:
    """Return the cases by name: the shipped ones, and the user's own where there is one."""
    own: Case | None = st.session_state.get("own_case")
    listed = {case.name: case for case in shipped()}
    return listed | ({f"{OWN}{own.name}": own} if own is not None else {})


def _case() -> Case:
    """Let the user pick a case."""
    known = cases()
    if st.session_state.get("case", "") not in ("", *known):
        del st.session_state["case"]
    name = str(st.selectbox("Case", list(known), key="case", on_change=_case_changed, **_BIND))
    st.caption(known[name].title)
    return known[name]


def _case_changed() -> None:
    """Start a new case from its base, its first variant and untouched levers."""
    titles = list(variant_titles(cases()[st.session_state["case"]]).values())
    st.session_state["a"], st.session_state["b"] = titles[0], titles[min(1, len(titles) - 1)]
    st.session_state["without"] = []
    _levers_to_default()


def _settle(titles: dict[str, str]) -> None:
    """Drop a choice of A or B that this case does not have."""
    for side in ("a", "b"):
        if side in st.session_state and st.session_state[side] not in titles.values():
            del st.session_state[side]


def _variants(titles: dict[str, str]) -> tuple[str, str]:
    """Let the user pick A and B."""
    names = {title: name for name, title in titles.items()}
    options = list(names)
    a = st.selectbox(":blue[**A**] · baseline", options, key="a", **_BIND)
    b = st.selectbox(
        ":orange[**B**] · compared with it",
        options,
        index=min(1, len(options) - 1),
        key="b",
        on_change=_levers_to_default,
        **_BIND,
    )
    return names[str(a)], names[str(b)]


# ---- levers ------------------------------------------------------------------------------------------


def _levers(case: Case, b: str) -> tuple[tuple[str, float], ...]:
    """Draw the levers of B and return those that were moved."""
    states = lever_states(scenario_of(case, b))
    head, reset = st.columns([3, 2], vertical_alignment="bottom")
    sliders = st.container(gap="small")
    with sliders:
        values = {state.path: _slider(state) for state in states}
        st.caption(f"{MARKS['stated']} stated · {MARKS['inferred']} inferred · {MARKS['assumed']} assumed")
    moved = tuple((s.path, values[s.path]) for s in states if values[s.path] != s.default)
    text = f"{len(moved)} changed" if moved else "none changed"
    head.markdown(f"**Levers of B**  \n:small[:gray[{text}]]")
    with reset:
        _reset_button(has_moved=bool(moved) or bool(st.session_state.get("without")))
    return moved


def _slider(state: LeverState) -> float:
    """Draw one lever."""
    return float(
        st.slider(
            state.label,
            min_value=state.low,
            max_value=state.high,
            value=state.default,
            step=state.step,
            key=state.path,
            help=f"{state.status}: {state.why}",
            **_BIND,
        )
    )


def _reset_button(*, has_moved: bool) -> None:
    """Draw Reset, or Undo right after it."""
    if not has_moved and "before_reset" in st.session_state:
        st.button("Undo", on_click=_undo, help="Bring back what Reset took away", width="stretch")
    else:
        st.button(
            "Reset",
            on_click=_reset,
            disabled=not has_moved,
            help="Levers and evidence as in the file",
            width="stretch",
        )


def _states_on_screen() -> list[LeverState]:
    """Return the levers of the variant that is chosen as B."""
    case = cases()[st.session_state["case"]]
    names = {title: name for name, title in variant_titles(case).items()}
    return lever_states(scenario_of(case, names[st.session_state["b"]]))


def _levers_to_default() -> None:
    """Put every lever where the variant has it."""
    for state in _states_on_screen():
        st.session_state[state.path] = state.default


def _reset() -> None:
    """Put levers and evidence back, and remember them for one undo."""
    before = {s.path: st.session_state[s.path] for s in _states_on_screen() if s.path in st.session_state}
    st.session_state["before_reset"] = before | {"without": list(st.session_state.get("without", []))}
    _levers_to_default()
    st.session_state["without"] = []


def _undo() -> None:
    """Take the last reset back."""
    for key, value in st.session_state.pop("before_reset").items():
        st.session_state[key] = value


# ---- what to look at, evidence -----------------------------------------------------------------------


def _focus(horizon: int) -> tuple[settings.Focus, int]:
    """Let the user pick what the first screen is about."""
    by_label = {focus.label: focus for focus in settings.FOCUSES}
    labels = list(by_label)
    label = st.selectbox("Look at", labels, index=labels.index(settings.DEFAULT_FOCUS), key="focus", **_BIND)
    days = days_within(horizon)
    at = days.index(settings.DEFAULT_DAY) if settings.DEFAULT_DAY in days else len(days) - 1
    day = st.selectbox("Count what happens within ... days", days, index=at, key="day", **_BIND)
    return by_label[str(label)], int(str(day))


def days_within(horizon: int) -> list[int]:
    """Return the days to count by, up to the horizon."""
    return [day for day in settings.DAYS if day < horizon] + [horizon]


def _evidence(case: Case) -> tuple[str, ...]:
    """Let the user leave items of evidence out of B."""
    ledger = scenario_of(case).ledger
    items = [item.id for item in ledger.items] if ledger else []
    if not items:
        return ()
    chosen = st.multiselect(
        "Evidence left out of B",
        items,
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


def _name_ignored(given: dict[str, list[str]], case: Case, titles: dict[str, str]) -> None:
    """Note once what of the link was not taken."""
    if "link_notes" not in st.session_state:
        st.session_state["link_notes"] = _ignored(given, case, titles)


def _ignored(params: dict[str, list[str]], case: Case, titles: dict[str, str]) -> list[str]:
    """Return a sentence for each part of the link that is not taken."""
    names = {title: name for name, title in titles.items()}
    b = params.get("b", [""])[-1]
    variant = names.get(b, list(titles)[min(1, len(titles) - 1)])
    base = scenario_of(case)
    return links.complaints(
        params,
        choices={
            "case": cases(),
            "a": names,
            "b": names,
            "focus": [focus.label for focus in settings.FOCUSES],
            "day": [str(day) for day in days_within(base.spec.horizon_days)],
            "run": [str(number) for number in range(1, settings.FEW + 1)],
            "side": ["A", "B"],
            "without": [item.id for item in base.ledger.items] if base.ledger else [],
        },
        levers=lever_states(scenario_of(case, variant)),
        version=scenario.__version__,
    )


def _share() -> None:
    """Show the link to what is on the screen."""
    with st.popover("Share", icon=":material/link:", width="stretch"):
        is_upload = str(st.session_state.get("case", "")).startswith(OWN)
        if is_upload:
            st.caption("A link cannot carry your own file: load it again, then open this link for the rest.")
        else:
            st.caption("This link opens the same case, variants, levers and numbers.")
        base = (st.context.url or "").split("?")[0]
        st.code(links.link(base, _params(), version=scenario.__version__), language=None, wrap_lines=True)


def _upload() -> None:
    """Take a scenario file of the user's own; the former case stays where it has problems."""
    with st.expander("Use your own scenario file"):
        st.file_uploader(
            "YAML, at most 1 MB; read in memory, never stored",
            type=["yaml", "yml", "json"],
            key="file",
            on_change=_take_upload,
        )
        for text in st.session_state.get("upload_problems", []):
            st.error(text.replace("$", "\\$"))


def _take_upload() -> None:
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
    _case_changed()
