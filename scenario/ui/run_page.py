"""One run: who does what and when, in two variants with the same luck; where they part; why something happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from scenario.charts.style import Theme
from scenario.charts.swimlane import Swimlane
from scenario.charts.wording import date_text
from scenario.errors import RunError
from scenario.experiment.chunk import event_table
from scenario.experiment.run import replay
from scenario.ui import (
    cards,
    downloads,
    figures,
    run_html,
    run_lanes,
    run_log,
    run_state,
    settings,
    vega,
    vega_run,
)
from scenario.ui.run_choice import Choice, choose
from scenario.ui.run_log import REALMS, Parting, Told
from scenario.ui.selection import Selection

MAX_ROWS = 400
FIRST = {"attribution_day": "attribution", "first_announced_day": "announced", "first_pause_day": "policy"}
"""Outcome of the bar -> kind of event that the page begins with; all others begin with the first adoption."""


def run_page(selection: Selection) -> None:
    """Draw one run of a variant, and the run of another one with the same luck.

    Parameters
    ----------
    selection
        What is compared.
    """
    st.session_state["n_shown"] = settings.FEW
    title = st.empty()
    choice = choose(selection)
    runs = [run for run in (_told(selection, choice, side) for side in choice.sides) if run is not None]
    own = next((run for run in runs if run.side == choice.side), None)
    if own is None:
        st.warning("This run ends with an error and is left out of every number; pick another one.")
        return
    views = [_view(selection, choice, run) for run in runs]
    title.html(cards.title_html(next(view.data.title for view in views if view.run is own)))
    st.html(run_html.truth_html(own))
    part = run_log.parting(runs[0].events, runs[1].events) if len(runs) > 1 else None
    if len(runs) > 1:
        steps = run_log.parting_of_decisions(runs[0].events, runs[1].events)
        is_same = selection.sides[runs[0].side].hash == selection.sides[runs[1].side].hash
        st.html(run_html.parting_html(part, steps, runs, is_same=is_same))
    side, sequence = run_state.chosen_event(
        [(run.side, len(run.events)) for run in runs],
        of=" ".join([choice.picked.id, *(f"{run.side}{selection.sides[run.side].hash}" for run in runs)]),
        default=(own.side, _first_event(own, selection.focus.column)),
    )
    _lanes(selection, views, part, side, sequence)
    _downloads(choice, views)
    run = _why(runs, side, sequence)
    _events(run, sequence)


# ---- lanes -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """One run as it is drawn.

    Parameters
    ----------
    run, places, marks
        The run, where its events stand, and its marks.
    data
        Lanes and states, as in the reports.
    """

    run: Told
    places: run_lanes.Places
    marks: list[run_lanes.Mark]
    data: Swimlane


def _told(selection: Selection, choice: Choice, side: str) -> Told | None:
    """Return the run of a side in words, None where it fails."""
    scenario, (experiment, replication) = selection.sides[side], choice.picked.run
    try:
        _, log = replay(scenario, experiment=experiment, replication=replication, seed=settings.SEED)
    except RunError:
        return None
    return run_log.told(side, log, scenario.spec)


def _view(selection: Selection, choice: Choice, run: Told) -> View:
    """Return a run as it is drawn."""
    places = run_lanes.Places(selection.sides[run.side].spec)
    table = event_table([(*choice.picked.run, list(run.events))])
    data = figures.swimlane(table, selection, side=run.side, run=choice.picked.run, of=settings.FEW)
    return View(run=run, places=places, marks=run_lanes.marks(run, places), data=data)


def _lanes(
    selection: Selection, views: Sequence[View], part: Parting | None, side: str, sequence: int
) -> None:
    """Draw the runs one above the other, on one axis of days."""
    theme = vega.theme_of(st.context.theme.type)
    for index, view in enumerate(views):
        letter = view.run.side
        st.html(
            run_html.head_html(letter, selection.names[letter], view.data.title.removeprefix("One run: "))
        )
        has_event = letter == side
        shown = vega_run.Highlights(
            chain=run_lanes.path(run_log.chain(view.run.events, sequence), view.places) if has_event else (),
            part_day=part.day if part is not None else None,
            part_text=_part_text(views, part) if part is not None else "",
            part_at=_part_at(view, part, is_left=index == 0),
        )
        st.vega_lite_chart(
            spec=vega_run.swimlane_spec(
                view.data, view.marks, theme, side=letter, shown=shown, has_axis_title=index == len(views) - 1
            ),
            alt=_alt(view, views, part),
            key=f"lanes-{letter}",
            on_select=partial(_clicked, letter),
            selection_mode=vega_run.CLICK,
        )
    _key(views, theme)


def _key(views: Sequence[View], theme: Theme) -> None:
    """Draw the key of all runs on the screen."""
    marks = [mark for view in views for mark in view.marks]
    st.html(vega_run.key_html([view.data for view in views], marks, theme, side=views[0].run.side))
    st.html(
        cards.paragraph(
            "Click a mark to see what brought it about; its way through the lanes is drawn. Words stand above the "
            "line of a lane, deeds below it. One run shows how the model moves, not what will happen."
        )
    )


def _part_text(views: Sequence[View], part: Parting) -> str:
    """Return what stands at the line where two runs part."""
    letters = " and ".join(view.run.side for view in views)
    return f"{letters} part, {date_text(views[0].places.spec.as_of, part.day)}"


def _part_at(view: View, part: Parting | None, *, is_left: bool) -> list[dict[str, float]]:
    """Return where the first different event stands, if it has a mark."""
    event = None if part is None else part.left if is_left else part.right
    drawn = None if event is None else view.places.drawn(event)
    return [] if event is None or drawn is None else [{"day": event.time, "y": view.places.y(event)}]


def _alt(view: View, views: Sequence[View], part: Parting | None) -> str:
    """Return a picture in words."""
    if len(views) == 1:
        return view.data.alt
    end = f"{_part_text(views, part)}." if part is not None else "The runs never part."
    return f"Variant {view.run.side}. {view.data.alt} {end}"


def _clicked(side: str) -> None:
    """Look at the event whose mark was clicked."""
    state: Any = st.session_state.get(f"lanes-{side}", {})
    points = state.get("selection", {}).get(vega_run.CLICK, [])
    if points and "sequence" in points[0]:
        run_state.choose_event(side, int(points[0]["sequence"]))


def _downloads(choice: Choice, views: Sequence[View]) -> None:
    """Draw the downloads: the picture of the first run, and each log; nothing on the page changes."""
    with st.popover("Download", icon=":material/download:"):
        downloads.figure_buttons(lambda: views[0].data, key="run")
        for view in views:
            st.download_button(
                f"Events of {view.run.side} (CSV)",
                data=partial(_csv, view.run, choice.picked.id),
                file_name=f"events-{choice.picked.id}-{view.run.side}.csv",
                mime="text/csv",
                on_click="ignore",
                key=f"log-{view.run.side}",
                width="stretch",
            )


def _csv(run: Told, run_id: str) -> bytes:
    """Return a log as a file."""
    return run_log.log_csv(run, run_id).encode()


# ---- causes ------------------------------------------------------------------------------------------


def _first_event(run: Told, column: str) -> int:
    """Return the event that the page begins with: the first of the bar's outcome, else a step near it."""
    kinds = [FIRST.get(column, "adopted"), "adopted", "attribution", "finding", "shipped"]
    for kind in kinds:
        for event in run.events:
            if event.kind == kind and not (kind == "policy" and event.subject != "pause"):
                return event.sequence
    return 0


def _why(runs: Sequence[Told], side: str, sequence: int) -> Told:
    """Draw what brought an event about, and what it led to; return the run that is read."""
    st.subheader("Why it happened", anchor=False)
    run = next(run for run in runs if run.side == side)
    letters = [other.side for other in runs]
    left, right = st.columns([1, 4], vertical_alignment="bottom")
    st.session_state["read"] = side
    left.segmented_control(
        "Events of", letters, key="read", required=True, on_change=_read_changed, args=(runs,)
    )
    options = [
        line.sequence for line in run.lines if run_log.is_first_reading(line) or line.sequence == sequence
    ]
    st.session_state["event_picked"] = sequence
    right.selectbox(
        "Event",
        options,
        key="event_picked",
        format_func=partial(_event_text, run),
        on_change=_event_changed,
        args=(side,),
    )
    events = run_log.chain(run.events, sequence)
    left, right = st.columns([3, 2], gap="medium")
    left.html(run_html.chain_html(run, events))
    right.html(cards.paragraph("What it led to", "headline") + run_html.effects_html(run, sequence))
    return run


def _event_text(run: Told, sequence: int) -> str:
    """Return an event as a line of a list."""
    line = run.lines[sequence]
    return f"{date_text(run.words.spec.as_of, line.time)} · {line.text}"


def _read_changed(runs: Sequence[Told]) -> None:
    """Look at the event of the other run that is most like the one that was looked at: same kind, same actor."""
    side = str(st.session_state["read"])
    former = st.session_state.get("event_picked", 0)
    target = next(run for run in runs if run.side == side)
    others = [run for run in runs if run.side != side]
    like = others[0].events[former] if others and former < len(others[0].events) else None
    alike = (
        event.sequence
        for event in target.events
        if like is not None and (event.kind, event.actor) == (like.kind, like.actor)
    )
    run_state.choose_event(side, next(alike, _first_event(target, "")))


def _event_changed(side: str) -> None:
    """Look at the event that was picked from the list."""
    run_state.choose_event(side, int(st.session_state["event_picked"]))


# ---- all events --------------------------------------------------------------------------------------


def _events(run: Told, sequence: int) -> None:
    """Draw the events in words, with a search."""
    st.subheader(f"All events of {run.side}", anchor=False)
    search, kinds, routine = st.columns([3, 4, 3], vertical_alignment="bottom")
    words = search.text_input("Search", key="search", placeholder="a country, a measure, a word")
    realms = kinds.pills(
        "Kind", list(REALMS), selection_mode="multi", key="realms", format_func=run_html.SHORT.__getitem__
    )
    has_all = routine.toggle("Reports, reviews and moods too", key="routine")
    lines = run_log.matching(
        run, words=str(words), realms=[str(realm) for realm in realms], has_routine=has_all
    )
    shown = lines[:MAX_ROWS]
    st.caption(
        f"{len(lines):,} of {len(run.lines):,} events"
        + (f"; the first {MAX_ROWS} are shown" if len(lines) > MAX_ROWS else "")
    )
    if not shown:
        st.html(cards.paragraph("No event holds these words."))
        return
    with st.container(height=min(460, 80 + 46 * len(shown)), border=False):
        st.html(run_html.events_html(run, shown, chosen=sequence))
