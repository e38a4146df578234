from __future__ import annotations

import threading
import time

from scenario.experiment.run import Progress
from scenario.ui.jobs import Job


def test_job_tells_its_progress_and_ends() -> None:
    """A job tells how far it is and has ended when its work has."""
    job = Job(lambda progress: progress(3, 4), key="k")
    job.join(5)
    assert (job.done, job.total, job.share) == (3, 4, 0.75)
    assert not job.is_running
    assert not job.has_failed


def test_cancel_returns_at_once_and_ends_the_work() -> None:
    """Cancelling takes no time, and the work ends at its next sign of progress."""
    step, ended = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        try:
            for done in range(1000):
                progress(done, 1000)
                step.wait(0.01)
        finally:
            ended.set()

    job = Job(work, key="k")
    start = time.monotonic()
    job.cancel()
    assert time.monotonic() - start < 5
    assert not job.is_running
    assert ended.wait(5)
    job.join(5)
    assert not job.has_failed
    assert job.done < 999


def test_failure_is_told() -> None:
    """Work that raises leaves a job that has failed and is not running."""

    def work(_: Progress) -> None:
        raise ValueError("broken")

    job = Job(work, key="k")
    job.join(5)
    assert job.has_failed
    assert not job.is_running
