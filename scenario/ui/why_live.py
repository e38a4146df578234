"""Answers on the screen: computed at once where cheap, else with a button, progress and Cancel.

A former answer stays visible, marked as belonging to other settings, until a new one is there.
"""

from __future__ import annotations

import logging
from typing import Any

import streamlit as st

from scenario.errors import InputError, RunError, StoreError
from scenario.experiment.run import Progress
from scenario.ui import cards, uploads, why_sizes
from scenario.ui.engine import preparation
from scenario.ui.jobs import Job, Turns
from scenario.ui.why_asked import ANSWERS, PACE, Asked, Key, duration, timed

LOGGER = logging.getLogger("scenario.ui")

JOBS, LAST = "why_jobs", "why_last"
"""Where a session keeps its work by question, and the key of the last answer to each question."""

_TURNS = Turns(2)
"""Work of all sessions that runs at once: the other pages stay quick."""


class Working:
    """A question that is being answered in the background.

    Parameters
    ----------
    asked
        The question.
    """

    def __init__(self, asked: Asked) -> None:
        self.key, self.question = asked.key, asked.question
        self.problem = ""
        self.job = Job(lambda progress: self._work(asked, progress), key=asked.key)

    def _work(self, asked: Asked, progress: Progress) -> None:
        """Answer when it is this question's turn; what is wrong with the input is kept as a sentence."""
        with _TURNS.taken(progress, asked.n_runs):
            try:
                timed(asked)(progress)
            except (InputError, StoreError, RunError) as error:
                self.problem = sentence(error)


def sentence(error: Exception) -> str:
    """Return what is wrong in one sentence."""
    text = uploads.sentences(error)[0] if isinstance(error, InputError) else str(error).splitlines()[0]
    text = text.removeprefix(": ")
    return f"{text[:1].upper()}{text[1:]}"


def answer_of(asked: Asked, *, place: str, is_live: bool | None = None, verb: str = "Compute") -> Any | None:
    """Return the answer to a question, or the last one, marked as stale; draw what is needed to get it.

    Parameters
    ----------
    asked
        The question.
    place
        What a former answer must share to be shown: the case, the source.
    is_live
        Whether it starts by itself; by default where it is expected to be quick.
    verb
        On the button.
    """
    found = ANSWERS.get(asked.key)
    if found is None and _is_quick(asked, is_live) and not _is_known(asked):
        _start(asked)
        _working(asked).job.join(why_sizes.WAIT_SECONDS)
        found = ANSWERS.get(asked.key)
    elif found is None and _is_first(asked):
        _start(asked)
    last: dict[tuple[str, str], Key] = st.session_state.setdefault(LAST, {})
    if found is not None:
        last[asked.question, place] = asked.key
        return found
    former = ANSWERS.get(last[asked.question, place]) if (asked.question, place) in last else None
    _controls(asked, verb, has_former=former is not None)
    return former


def _is_quick(asked: Asked, is_live: bool | None) -> bool:
    """Return whether a question is answered without a click."""
    if not preparation().is_ready:
        return False
    return PACE.seconds(asked.n_runs) <= why_sizes.LIVE_SECONDS if is_live is None else is_live


def _is_first(asked: Asked) -> bool:
    """Return whether this session asks a question for the first time, and the answer is near: no page opens empty."""
    is_near = preparation().is_ready and PACE.seconds(asked.n_runs) <= why_sizes.FIRST_SECONDS
    is_new = asked.question not in st.session_state.get(JOBS, {})
    return is_near and is_new


def _is_known(asked: Asked) -> bool:
    """Return whether this session has begun this very question already."""
    working = st.session_state.get(JOBS, {}).get(asked.question)
    return working is not None and working.key == asked.key


def _working(asked: Asked) -> Working:
    """Return the work on a question, with these settings or former ones."""
    found: Working = st.session_state[JOBS][asked.question]
    return found


def _start(asked: Asked) -> None:
    """Begin to answer; what was begun for other settings of the same question is dropped."""
    jobs: dict[str, Working] = st.session_state.setdefault(JOBS, {})
    if asked.question in jobs:
        jobs[asked.question].job.cancel()
    jobs[asked.question] = Working(asked)


def _controls(asked: Asked, verb: str, *, has_former: bool) -> None:
    """Draw progress and Cancel, or the button; and that what is below is stale."""
    mine: Working | None = st.session_state.get(JOBS, {}).get(asked.question)
    is_current = mine is not None and mine.key == asked.key
    if mine is not None and mine.job.is_running:
        _progress(mine, is_current=is_current)
    elif mine is not None and is_current and (mine.problem or mine.job.has_failed):
        text = mine.problem or "This could not be computed; the log of the program says why."
        st.error(text.replace("$", "\\$"))
    if not (is_current and mine is not None and mine.job.is_running):
        _button(asked, verb)
    if has_former:
        st.html(
            cards.paragraph(
                f"The answer below belongs to former settings. Press {verb} for those on the screen.", "stale"
            )
        )


def _button(asked: Asked, verb: str) -> None:
    """Draw the button that starts the work, with how long it will take."""
    takes = (
        f"{asked.n_runs:,} runs, {duration(PACE.seconds(asked.n_runs))} on this machine"
        if asked.n_runs
        else ""
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(verb, key=f"compute-{asked.question}", type="primary", on_click=_start, args=(asked,))
        if takes:
            st.html(cards.paragraph(takes), width="content")


def _progress(working: Working, *, is_current: bool) -> None:
    """Draw progress and Cancel; only this part of the page is drawn again while the work goes on."""
    whose = "" if is_current else ", for the settings that it was started with"

    @st.fragment(run_every=0.4)
    def panel() -> None:
        job = working.job
        if not job.is_running:
            st.rerun()
        left, right = st.columns([6, 1], vertical_alignment="center")
        told = (
            f"{job.done:,} of {job.total:,} runs"
            if job.total
            else "The rows are there; the answer is being computed"
        )
        left.progress(min(job.share, 1.0), text=f"{told}{whose}")
        right.button("Cancel", key=f"cancel-{working.question}", width="stretch", on_click=job.cancel)

    panel()
