"""The report, made in the background: a button that says how long it takes, progress, Cancel, then the download.

A former report stays, marked as belonging to other settings, until a new one is there.
"""

from __future__ import annotations

import streamlit as st

from scenario.errors import InputError, RunError, StoreError
from scenario.experiment.run import Progress
from scenario.report.request import Request
from scenario.ui import cards, report_files
from scenario.ui.jobs import Job, Turns
from scenario.ui.report_files import BundleKey
from scenario.ui.why_asked import duration
from scenario.ui.why_live import sentence

JOB, DONE = "report_job", "report_done"
"""Where a session keeps the report that is being made, and the last one that was finished."""

_TURNS = Turns(1)
"""Reports of all sessions that are made at once: the other pages stay quick."""


class Preparing:
    """A report that is being made.

    Parameters
    ----------
    request
        Which report.
    """

    def __init__(self, request: Request) -> None:
        self.key: BundleKey = report_files.bundle_key(request)
        self.file_name = f"report-{request.scenarios['A'].spec.name}.zip"
        self.made, self.problem = b"", ""
        self.job = Job(lambda progress: self._work(request, progress), key=self.key)

    def _work(self, request: Request, progress: Progress) -> None:
        """Make the report when it is its turn; what is wrong with the input is kept as a sentence."""
        with _TURNS.taken(progress, 0):
            try:
                self.made = report_files.bundle_archive(request, progress)
            except (InputError, StoreError, RunError) as error:
                self.problem = sentence(error)


def report_download(request: Request) -> None:
    """Draw the button, the progress or the download, whichever it is time for.

    Parameters
    ----------
    request
        The report that is chosen on the page.
    """
    key, mine = report_files.bundle_key(request), _mine()
    if mine is not None and mine.made:
        st.session_state[DONE] = mine
    done: Preparing | None = st.session_state.get(DONE)
    found = done.made if done is not None and done.key == key else report_files.kept_bundle(key)
    if found:
        _download(found, f"report-{request.scenarios['A'].spec.name}.zip")
        return
    is_current = mine is not None and mine.key == key
    if mine is not None and mine.job.is_running:
        _progress(mine, is_current=is_current)
    elif mine is not None and is_current and (mine.problem or mine.job.has_failed):
        text = mine.problem or "The report could not be made; the log of the program says why."
        st.error(text.replace("$", "\\$"))
    if not (mine is not None and is_current and mine.job.is_running):
        _button(request)
    if done is not None:
        st.html(cards.paragraph("The report below belongs to former settings.", "stale"))
        _download(done.made, done.file_name, is_former=True)


def _mine() -> Preparing | None:
    """Return the report that this session has begun last."""
    found: Preparing | None = st.session_state.get(JOB)
    return found


def _start(request: Request) -> None:
    """Begin to make a report; one that was begun for other settings is dropped."""
    former = _mine()
    if former is not None:
        former.job.cancel()
    st.session_state[JOB] = Preparing(request)


def _button(request: Request) -> None:
    """Draw the button that starts the work, with how long it takes at the pace of this machine."""
    n_runs = report_files.runs_of_bundle(request)
    st.button(
        "Prepare the report",
        type="primary",
        icon=":material/description:",
        key="report_prepare",
        width="stretch",
        on_click=_start,
        args=(request,),
    )
    takes = duration(report_files.seconds_of_bundle(request))
    st.html(cards.paragraph(f"{n_runs:,} runs, twins counted, and their figures: {takes} on this machine."))


def _progress(mine: Preparing, *, is_current: bool) -> None:
    """Draw progress and Cancel; only this part of the page is drawn again while the work goes on."""
    whose = "" if is_current else ", for the settings that it was started with"

    @st.fragment(run_every=0.5)
    def panel() -> None:
        job = mine.job
        if not job.is_running:
            st.rerun()
        left, right = st.columns([5, 2], vertical_alignment="center")
        told = f"{job.done:,} of {job.total:,} runs" if job.total else "Waiting for its turn"
        if job.total and job.done == job.total:
            told = "The runs are there; figures are drawn and packed"
        left.progress(min(job.share, 1.0), text=f"{told}{whose}")
        # A callback, not `if`: the panel draws itself anew twice a second, and a click must not get lost in that.
        right.button("Cancel", key="report_cancel", width="stretch", on_click=job.cancel)

    panel()


def _download(made: bytes, file_name: str, *, is_former: bool = False) -> None:
    """Draw the download of a finished report."""
    st.download_button(
        "Download the former report (zip)" if is_former else "Download the report (zip)",
        data=lambda: made,
        file_name=file_name,
        mime="application/zip",
        on_click="ignore",
        type="secondary" if is_former else "primary",
        icon=":material/download:",
        key="report_former" if is_former else "report_bundle",
        width="stretch",
    )
