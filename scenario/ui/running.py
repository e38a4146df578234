"""Running on the screen: the few runs that follow a lever, and the long run with progress and Cancel."""

from __future__ import annotations

from typing import Any

import streamlit as st

from scenario.engine.preparation import ANNOUNCEMENT
from scenario.experiment.compare import Comparison
from scenario.experiment.run import Progress
from scenario.ui import results, settings, state
from scenario.ui.engine import preparation
from scenario.ui.jobs import Job, Turns, now_and_then
from scenario.ui.selection import Selection

_TURNS = Turns(2)
"""Long runs of all sessions at once: the pages of the others stay quick."""

NOTICE_SECONDS = 0.1
"""Least time between two notices: each takes time from the runs, and ends them where a control was moved meanwhile."""


def comparisons_of(selection: Selection) -> dict[str, Comparison]:
    """Return the comparison of every side with the baseline, by the side's letter.

    These are the long runs where this session asked for them and they are there, else the few runs. While runs are
    missing a notice says so above the former numbers; a moved lever ends them.

    Parameters
    ----------
    selection
        What is compared.
    """
    if state.is_long(selection.key):
        many = kept_many(selection)
        if many is not None:
            return many
        _start_again(selection)
    return {letter: _compared(selection, letter) for letter in selection.others}


def _compared(selection: Selection, letter: str) -> Comparison:
    """Return the few runs of one side against the baseline."""
    a, b, notice = selection.a, selection.sides[letter], st.empty()
    few = results.kept(a, b, settings.FEW, twins=False)
    if few is not None:
        return few
    drawn = now_and_then(lambda done, total: _notice(notice, done, total), NOTICE_SECONDS)
    found = results.compared(a, b, settings.FEW, twins=False, progress=drawn, owner=state.session_name())
    notice.empty()
    return found


def kept_many(selection: Selection) -> dict[str, Comparison] | None:
    """Return the long runs of every side against the baseline, where all of them are kept."""
    found = {
        side: results.kept(selection.a, selection.sides[side], settings.MANY, twins=True)
        for side in selection.others
    }
    whole = {side: comparison for side, comparison in found.items() if comparison is not None}
    return whole if len(whole) == len(found) else None


def _notice(place: Any, done: int, total: int) -> None:
    """Say what is computed; Streamlit ends the runs here when a control was moved meanwhile."""
    text = (
        f"Running {settings.FEW:,} paired runs; numbers below still belong to the former settings."
        if preparation().is_ready
        else f"{ANNOUNCEMENT} Later starts take a second or two."
    )
    place.progress(done / total if total else 0.0, text=text)


def long_run_button(selection: Selection) -> bool:
    """Draw the button of the long run where it makes sense; return whether one is running.

    Parameters
    ----------
    selection
        What would be run.
    """
    job: Job | None = st.session_state.get("job")
    if job is not None and job.is_running:
        return True
    if job is not None and job.has_failed:
        st.warning("The long run ended with an error; the former result stays.")
    if not state.is_long(selection.key):
        st.button(
            f"{settings.MANY:,} runs with twins",
            on_click=_start,
            args=(selection,),
            help="More runs, and each of them again with words only and in silence",
        )
    return False


def _start(selection: Selection) -> None:
    """Start the long run in the background."""

    def work(progress: Progress) -> object:
        with _TURNS.taken(progress, settings.MANY):
            return results.run_all(
                list(selection.sides.values()), settings.MANY, twins=True, progress=progress
            )

    state.want_long(selection.key)
    st.session_state["job"] = Job(work, key=selection.key)


def _start_again(selection: Selection) -> None:
    """Start the long run that a link asks for, or whose results gave way to others; not one that failed."""
    job: Job | None = st.session_state.get("job")
    if job is None or job.key != selection.key or not (job.is_running or job.has_failed):
        _start(selection)


def long_run_progress(selection: Selection) -> None:
    """Draw progress and Cancel; only this part of the page is drawn again while the job runs.

    Parameters
    ----------
    selection
        What is on the screen; the job may be for something else.
    """
    job: Job = st.session_state["job"]
    is_current = job.key == selection.key
    whose = "" if is_current else " for the settings they were started with"

    @st.fragment(run_every=0.5)
    def panel() -> None:
        if not job.is_running:
            st.rerun()
        left, right = st.columns([6, 1], vertical_alignment="center")
        text = f"{job.done:,} of {job.total:,} runs{whose}; the numbers below are still those of {settings.FEW:,} pairs"
        left.progress(min(job.share, 1.0), text=text)
        # A callback, not `if`: the panel draws itself anew twice a second, and a click must not get lost in that.
        right.button("Cancel", key="cancel", width="stretch", on_click=_cancel, args=(job,))

    panel()


def _cancel(job: Job) -> None:
    """End a long run; the few runs stay."""
    job.cancel()
    state.want_long("")
