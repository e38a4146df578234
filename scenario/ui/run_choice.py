"""The controls that pick a run: which variant, beside which other one, by rank, by number, or another one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from scenario.experiment.chunk import sized
from scenario.spec.outcomes import Outcome
from scenario.spec.scenario import Scenario
from scenario.ui import cards, results, run_html, run_pick, run_state, settings
from scenario.ui.run_pick import Picked
from scenario.ui.selection import LETTERS, Selection

if TYPE_CHECKING:
    import pandas as pd

_BIND: Any = {"bind": "query-params"}
BY_RANK, BY_NUMBER = "Percentile", "Number"
PICKS = (BY_RANK, BY_NUMBER)
AS_BAR = "as in the bar"
"""Ranks by what the bar looks at, and follows it."""

NOTHING = "none"
MEDIAN = 50
_SHOWN = "run-on-screen"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is on the page.

    Parameters
    ----------
    side, sides
        Letter of the variant that is ranked; all that are drawn, A first.
    picked
        The run.
    """

    side: str
    sides: tuple[str, ...]
    picked: Picked


@dataclass(frozen=True, kw_only=True)
class _Ranked:
    """By what runs are ranked: the side, its outcomes, title and declaration, and the percentile asked for."""

    side: str
    table: pd.DataFrame
    title: str
    outcome: Outcome
    asked: int | None


def choose(selection: Selection) -> Choice:
    """Draw the controls and return what is chosen.

    Parameters
    ----------
    selection
        What is compared.
    """
    run_state.recall()
    first, second, third = st.columns([2, 2, 3], vertical_alignment="bottom")
    side = _side(first, selection)
    beside = _beside(second, selection, side)
    pick = third.segmented_control(
        "Pick a run by",
        PICKS,
        default=BY_RANK,
        required=True,
        key="pick",
        on_change=_pick_changed,
        **_BIND,
    )
    outcome_at, how, another = st.columns([4, 2, 2], vertical_alignment="bottom")
    title, outcome = _outcome(outcome_at, selection, side)
    table = _outcomes(selection, side)
    values = table[outcome.name].to_numpy()
    asked = _percentile(how) if pick == BY_RANK else None
    picked = _by_number(how) if asked is None else _at(table, values, asked)
    another.button(
        "Another run", on_click=_another, args=(picked.number,), width="stretch", help="Any run, at random"
    )
    run_state.keep()
    st.session_state[_SHOWN] = picked.number
    ranked = _Ranked(side=side, table=table, title=title, outcome=outcome, asked=asked)
    st.html(cards.paragraph(_place(selection, picked, ranked)))
    return Choice(side=side, sides=tuple(sorted({side, beside} - {NOTHING})), picked=picked)


def _side(place: Any, selection: Selection) -> str:
    """Let the user pick the variant that is ranked and read."""
    letters = list(selection.sides)
    run_state.settle("side", letters)
    return str(place.segmented_control("Variant", letters, default="B", required=True, key="side", **_BIND))


def _beside(place: Any, selection: Selection, side: str) -> str:
    """Let the user pick the variant beside it."""
    options = [*(letter for letter in selection.sides if letter != side), NOTHING]
    run_state.settle("beside", options)
    return str(
        place.segmented_control(
            "Same luck, beside it", options, default=options[0], required=True, key="beside", **_BIND
        )
    )


def _outcome(place: Any, selection: Selection, side: str) -> tuple[str, Outcome]:
    """Let the user pick what runs are ranked by."""
    known = run_pick.ranked_outcomes(selection.sides[side])
    options = [AS_BAR, *known]
    run_state.settle("outcome", options)
    title = str(place.selectbox("Rank runs by", options, key="outcome", **_BIND))
    title = selection.focus.label if title == AS_BAR else title
    return title, known[title]


def _outcomes(selection: Selection, side: str) -> pd.DataFrame:
    """Return the outcomes of a side, run if need be; always the few runs, so that a link means the same run."""
    other = next(letter for letter in selection.sides if letter != side)
    notice = st.empty()

    def progress(done: int, total: int) -> None:
        share = done / total if total else 0.0
        notice.progress(share, text=f"Running {settings.FEW:,} paired runs to rank them")

    a, b = selection.sides[other], selection.sides[side]
    found = results.kept(a, b, settings.FEW, twins=False)
    if found is None:
        found = results.compared(a, b, settings.FEW, twins=False, progress=progress)
        notice.empty()
    return found.b.outcomes


def _percentile(place: Any) -> int:
    """Let the user pick a percentile."""
    # Streamlit writes a value that a callback sets into the address only where its key was there before.
    st.session_state.setdefault("run", "1")
    return int(place.number_input("Percentile", 0, 100, MEDIAN, step=5, key="percentile", **_BIND))


def _at(table: pd.DataFrame, values: Any, percentile: int) -> Picked:
    """Return the run at a percentile."""
    row = table.iloc[run_pick.row_at(values, percentile)]
    inner = sized(settings.FEW).inner
    return run_pick.numbered(int(row["experiment"]) * inner + int(row["replication"]) + 1, inner)


def _by_number(place: Any) -> Picked:
    """Let the user name a run; one that there is not is told and run 1 shown."""
    n, inner = settings.FEW, sized(settings.FEW).inner
    text = str(place.text_input(f"Run, 1 to {n:,} or id", "1", key="run", max_chars=16, **_BIND))
    picked = run_pick.parsed(text, n=n, inner=inner)
    if picked is None:
        last = run_pick.numbered(n, inner).id
        st.warning(f"A run is a number from 1 to {n} or an id from e0000-r000 to {last}; run 1 is shown.")
    return picked if picked is not None else run_pick.numbered(1, inner)


def _pick_changed() -> None:
    """Begin with the run on the screen where runs are picked by number."""
    if st.session_state["pick"] == BY_NUMBER and _SHOWN in st.session_state:
        st.session_state["run"] = str(st.session_state[_SHOWN])


def _another(current: int) -> None:
    """Pick another run."""
    others = settings.FEW - 1
    drawn = 1 + secrets.randbelow(others) if others else 1
    st.session_state["pick"] = BY_NUMBER
    st.session_state["run"] = str(drawn if drawn < current or not others else drawn + 1)


def _place(selection: Selection, picked: Picked, by: _Ranked) -> str:
    """Say which run it is, where it ranks, and how many never get there."""
    head = f"Run {picked.id} (number {picked.number:,})"
    row = run_pick.row_of(by.table, picked.run)
    if row is None:
        return f"{head}, 1 of {len(by.table):,}; it ended with an error and has no rank."
    values = by.table[by.outcome.name].to_numpy()
    percentile = run_pick.percentile_of(values, row) if by.asked is None else by.asked
    where = run_html.place_text(percentile, by.title, selection.names[by.side], len(by.table))
    return f"{head}: {where}. {run_pick.standing(values, row, by.outcome, selection.sides[by.side])}"


def link_choices(params: Mapping[str, Sequence[str]], base: Scenario) -> dict[str, list[str]]:
    """Return what a link may hold for this page: parameter -> texts.

    Parameters
    ----------
    params
        The link's parameters; of runs and events those that are well formed are choices.
    base
        A scenario of the case.
    """
    n, inner = settings.FEW, sized(settings.FEW).inner
    ids = [text for text in params.get("run", []) if run_pick.parsed(text, n=n, inner=inner) is not None]
    return {
        "pick": list(PICKS),
        "outcome": [AS_BAR, *run_pick.ranked_outcomes(base)],
        "percentile": [str(percentile) for percentile in range(101)],
        "run": [*(str(number) for number in range(1, n + 1)), *ids],
        "side": list(LETTERS),
        "beside": [*LETTERS, NOTHING],
        run_state.EVENT: [text for text in params.get(run_state.EVENT, []) if run_state.is_event(text)],
    }
