from __future__ import annotations

import threading
import time

from scenario.experiment.run import Progress
from scenario.ui.jobs import Job, Turns, now_and_then


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


def test_notices_come_now_and_then() -> None:
    """The first notice passes, those within the time do not, the next one after it does."""
    told: list[tuple[int, int]] = []
    noted = now_and_then(lambda done, total: told.append((done, total)), 0.2)
    for done in range(3):
        noted(done, 9)
    assert told == [(0, 9)]
    time.sleep(0.25)
    noted(8, 9)
    assert told == [(0, 9), (8, 9)]


def test_who_waits_for_a_turn_can_cancel_and_takes_no_place() -> None:
    """Work that is cancelled while it waits ends there, and the place is free for the next."""
    turns = Turns(1)
    began: list[str] = []

    def work(progress: Progress) -> None:
        with turns.taken(progress, 10):
            began.append("work")

    with turns.taken(lambda *_: None, 0):
        job = Job(work, key="waiting")
        job.cancel()
        job.join(10)
    assert began == []
    later = Job(work, key="later")
    later.join(10)
    assert began == ["work"]
    assert turns._come == []


def test_turns_are_given_in_the_order_of_asking() -> None:
    """Who asked first is served first, and never more at once than there are places."""
    turns, order, at_once = Turns(1), list[int](), list[int]()

    def work(number: int) -> None:
        with turns.taken(lambda *_: None, 1):
            order.append(number)
            at_once.append(len(turns._come))

    with turns.taken(lambda *_: None, 1):
        threads = []
        for number in range(5):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            while len(turns._come) < number + 2:
                time.sleep(0.001)
        assert order == []
    for thread in threads:
        thread.join(10)
    assert order == [0, 1, 2, 3, 4]
    assert at_once == [5, 4, 3, 2, 1]
