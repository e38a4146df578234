"""Running on the screen: the few runs that follow a lever, and the long run with progress and Cancel."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from scenario.engine.preparation import ANNOUNCEMENT
from scenario.experiment.compare import Comparison
from scenario.experiment.run import Progress
from scenario.ui import results, settings
from scenario.ui.engine import preparation
from scenario.ui.jobs import Job
from scenario.ui.selection import Selection

NOTICE_SECONDS = 0.1
"""Least time between two notices; Streamlit ends the runs of a control that was moved again at the next one."""


def comparisons_of(selection: Selection) -> dict[str, Comparison]:
    """Return the comparison of every side with the baseline, by the side's letter, as `comparison_of` does."""
    return {letter: _compared(selection, letter) for letter in selection.others}


def comparison_of(selection: Selection) -> Comparison:
    """Return the comparison of B with the baseline: the long run where it is kept, else the few runs.

    While runs are missing a notice says so above the former numbers; a moved lever ends them.

    Parameters
    ----------
    selection
        What is compared.
    """
    return _compared(selection, "B")


def _compared(selection: Selection, letter: str) -> Comparison:
    """Return the comparison of one side with the baseline."""
    a, b, notice = selection.a, selection.sides[letter], st.empty()
    many = kept_many(selection, letter)
    if many is not None:
        return many
    few = results.kept(a, b, settings.FEW, twins=False)
    if few is not None:
        return few
    found = results.compared(a, b, settings.FEW, twins=False, progress=_now_and_then(notice))
    notice.empty()
    return found


def kept_many(selection: Selection, letter: str) -> Comparison | None:
    """Return the long run of one side against the baseline, where the long runs of all sides are kept."""
    found = {
        other: results.kept(selection.a, selection.sides[other], settings.MANY, twins=True)
        for other in selection.others
    }
    return found[letter] if all(found.values()) else None


def _now_and_then(place: Any) -> Progress:
    """Return a progress function that draws ten times a second at most: each drawing takes time from the runs."""
    next_time = 0.0

    def notice(done: int, total: int) -> None:
        nonlocal next_time
        if time.monotonic() >= next_time:
            next_time = time.monotonic() + NOTICE_SECONDS
            _notice(place, done, total)

    return notice


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
    if kept_many(selection, "B") is None:
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
        return results.run_all(list(selection.sides.values()), settings.MANY, twins=True, progress=progress)

    st.session_state["job"] = Job(work, key=_key(selection))


def _key(selection: Selection) -> tuple[str, ...]:
    """Return what a long run is for."""
    return tuple(scenario.hash for scenario in selection.sides.values())


def long_run_progress(selection: Selection) -> None:
    """Draw progress and Cancel; only this part of the page is drawn again while the job runs.

    Parameters
    ----------
    selection
        What is on the screen; the job may be for something else.
    """
    job: Job = st.session_state["job"]
    is_current = job.key == _key(selection)
    whose = "" if is_current else " for the settings they were started with"

    @st.fragment(run_every=0.5)
    def panel() -> None:
        if not job.is_running:
            st.rerun()
        left, right = st.columns([6, 1], vertical_alignment="center")
        text = f"{job.done:,} of {job.total:,} runs{whose}; the numbers below are still those of {settings.FEW:,} pairs"
        left.progress(min(job.share, 1.0), text=text)
        # A callback, not `if`: the panel draws itself anew twice a second, and a click must not get lost in that.
        right.button("Cancel", key="cancel", width="stretch", on_click=job.cancel)

    panel()
