"""Choices of the Why page: outcome, which way is better, numbers and ranges, policies, where answers come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from scenario.spec.outcomes import Outcome
from scenario.spec.scenario import Scenario
from scenario.ui.recent import Recent
from scenario.ui.selection import Selection
from scenario.ui.why_draw import keep, kept
from scenario.ui.why_plan import Policies, shared_numbers
from scenario.ui.why_questions import better_of, outcomes
from scenario.ui.why_worlds import policies_of

HERE, FOLDER = "Computed here", "A sweep folder"
IN_FOCUS = ""
"""Stands for the outcome that the bar looks at."""

NO_NUMBER = ""
OTHER = "another folder"

STEER = ("senders.", "policy.", "talks.", "response.")
"""Beginnings of what a coalition can choose, beside the numbers marked as levers."""


def outcome_choice(selection: Selection) -> Outcome:
    """Let the user pick the outcome that the page is about; the one in the bar unless another is picked."""
    known = outcomes(selection)
    options = [IN_FOCUS, *known]
    kept("why_outcome")
    if st.session_state.get("why_outcome", IN_FOCUS) not in options:
        del st.session_state["why_outcome"]
    focus = known[selection.focus.column]
    name = st.selectbox(
        "Outcome",
        options,
        format_func=lambda name: upper(known[name].meaning) if name else f"As in the bar: {focus.meaning}",
        key="why_outcome",
    )
    keep("why_outcome")
    return known[str(name)] if name else focus


def upper(text: str) -> str:
    """Return text with a capital."""
    return text[:1].upper() + text[1:]


def better_choice(outcome: Outcome) -> str:
    """Let the user say which way an outcome is better."""
    words = ("sooner", "later") if outcome.kind == "time" else ("less", "more")
    shown = dict(zip(("lower", "higher"), words, strict=True))
    key = f"why_better-{outcome.name}"
    kept(key)
    found = st.segmented_control(
        "Better is",
        list(shown),
        default=better_of(outcome),
        format_func=lambda way: shown[way],
        required=True,
        key=key,
        width="content",
    )
    keep(key)
    return str(found)


def size_choice(label: str, sizes: tuple[int, ...], *, key: str, at: int = 0) -> int:
    """Let the user pick a number of runs, points or worlds."""
    kept(key)
    if st.session_state.get(key, sizes[at]) not in sizes:
        del st.session_state[key]
    found = st.selectbox(label, sizes, index=at, format_func=lambda n: f"{n:,}", key=key, width=150)
    keep(key)
    return int(found)


# ---- numbers -----------------------------------------------------------------------------------------


def numbers(selection: Selection) -> dict[str, str]:
    """Return the numbers that can be moved under A and B alike: path -> title, the levers of the case first."""
    from scenario.experiment.factors import spread_numbers, title_of

    a, b = selection.a, selection.b
    same, differing = shared_numbers({"A": a, "B": b})
    entries = spread_numbers(a)
    titles = {lever.path: lever.title for lever in a.spec.levers}
    levers = [path for path in titles if path not in differing and _is_alike(path, a, b)]
    named = {path: titles.get(path) or title_of(path, entries[path], a) for path in same}
    found = {path: titles[path] for path in levers} | {p: t for p, t in named.items() if p not in levers}
    first = [path for path in ("act.p_true",) if path in found]
    return {path: found[path] for path in [*first, *(path for path in found if path not in first)]}


def _is_alike(path: str, a: Scenario, b: Scenario) -> bool:
    """Return whether a lever is a number, the same in A and B."""
    paths = [p for p in a.flat if p == path or a.declared_at.get(p) == path]
    return bool(paths) and all(a.flat.get(p) == b.flat.get(p) for p in paths)


_RANGES: Recent[tuple[float, float]] = Recent(256)


def range_of(path: str, scenario: Scenario) -> tuple[float, float]:
    """Return over what a number is moved unless the user says otherwise: its lever's ends, else its 5 to 95 % range.

    Parameters
    ----------
    path, scenario
        A number, by the path where it is declared.
    """
    lever = next((lever for lever in scenario.spec.levers if lever.path == path), None)
    if lever is not None:
        return lever.low, lever.high
    return _RANGES.made((scenario.hash, path), lambda: _inner(path, scenario))


def _inner(path: str, scenario: Scenario) -> tuple[float, float]:
    """Return the 5 % and the 95 % point of a number, in three digits."""
    from scenario.experiment.factors import factors_of
    from scenario.spec.sweep import sweep_of

    told: dict[str, Any] = {"name": "range", "title": "range", "scenario": scenario.spec.name}
    told |= {"design": {"kind": "one-at-a-time"}, "factors": {path: {"own": True}}}
    (factor,) = factors_of(sweep_of(told), scenario)
    low, high = float(f"{factor.low:.3g}"), float(f"{factor.high:.3g}")
    return (low, high) if low < high else (factor.low, factor.high)


def number_choice(
    label: str, titles: dict[str, str], selection: Selection, *, key: str, at: int, is_optional: bool = False
) -> tuple[str, tuple[float, float]] | None:
    """Let the user pick a number and over what it moves; None where none is picked, or its range is empty.

    Parameters
    ----------
    label
        Over the list.
    titles
        Path -> title.
    selection
        What is on the screen.
    key
        Of the controls.
    at
        Which of the numbers stands there first.
    is_optional
        Whether none may be picked.
    """
    options = [*([NO_NUMBER] if is_optional else []), *titles]
    kept(key)
    if st.session_state.get(key, options[0]) not in options:
        del st.session_state[key]
    left, right = st.columns([5, 4], vertical_alignment="bottom")
    index = min(at + is_optional, len(options) - 1)
    path = str(
        left.selectbox(label, options, index, format_func=lambda path: titles.get(path, "none"), key=key)
    )
    keep(key)
    if path == NO_NUMBER:
        return None
    with right:
        ends = _ends(path, titles[path], selection.a, key=key)
    return None if ends is None else (path, ends)


def _ends(path: str, title: str, scenario: Scenario, *, key: str) -> tuple[float, float] | None:
    """Let the user say over what a number moves; None where that is empty."""
    keys = f"{key}-low-{path}", f"{key}-high-{path}"
    kept(*keys)
    row = st.container(horizontal=True)
    low, high = (
        float(row.number_input(label, value=end, key=name, format="%g", width=140))
        for label, end, name in zip(("from", "to"), range_of(path, scenario), keys, strict=True)
    )
    keep(*keys)
    if low < high:
        return low, high
    st.error(f"{title}: “from” must lie below “to” (got {low:g} and {high:g}).")
    return None


# ---- policies ----------------------------------------------------------------------------------------


def policies_choice(selection: Selection) -> Policies:
    """Let the user pick the policies that are compared; what nobody can choose is not among them at first."""
    known = policies_of(selection)
    by_title = {title: name for name, (title, _) in known.items()}
    first = [title for title, name in by_title.items() if is_policy(known[name][1])]
    first = first if len(first) > 1 else list(by_title)
    key = f"why_policies-{selection.case.name}"
    kept(key)
    if key in st.session_state:
        st.session_state[key] = [title for title in st.session_state[key] if title in by_title]
    chosen = st.multiselect(
        "Policies",
        list(by_title),
        default=first,
        key=key,
        help="Variants of the case. At first those that change what a coalition can choose; the others are "
        "other worlds rather than policies",
    )
    keep(key)
    return {name: known[name] for title, name in by_title.items() if title in chosen}


def is_policy(scenario: Scenario) -> bool:
    """Return whether a scenario differs from the base of its file in what a coalition can choose, or in nothing."""
    declared = scenario.spec.variants.get(scenario.variant)
    paths = [*(declared.set if declared else ()), *(path for path, _ in scenario.overrides)]
    levers = {lever.path for lever in scenario.spec.levers}
    return not paths or any(path.startswith(STEER) or path in levers for path in paths)


# ---- where an answer comes from ----------------------------------------------------------------------


def source_choice(*, key: str) -> bool:
    """Let the user say where an answer comes from; return whether that is a sweep folder.

    Parameters
    ----------
    key
        Of the controls; each section has its own.
    """
    name = f"{key}-from"
    kept(name)
    source = st.segmented_control(
        "Answer", [HERE, FOLDER], default=HERE, required=True, key=name, width="content"
    )
    keep(name)
    return source == FOLDER


def folder_choice(*, key: str) -> Path | None:
    """Let the user pick a sweep folder among those under reports/, or type its path; None where none is named.

    Parameters
    ----------
    key
        As in `source_choice`.
    """
    from scenario.ui.why_folder import listed_sweeps

    names = f"{key}-which", f"{key}-path"
    kept(*names)
    listed = {one.name: one.path for one in listed_sweeps()}
    options = [*listed, OTHER]
    if st.session_state.get(names[0], OTHER) not in options:
        del st.session_state[names[0]]
    which = str(st.selectbox("Sweep folder, of those under reports/", options, key=names[0]))
    found = listed.get(which)
    if which == OTHER:
        typed = st.text_input(
            "Path of a sweep folder on this machine",
            key=names[1],
            placeholder="for example reports/mine/smoke",
            max_chars=400,
        ).strip()
        found = Path(typed).expanduser() if typed else None
    keep(*names)
    return found
