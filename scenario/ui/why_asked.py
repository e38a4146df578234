"""What the Why page was asked, what it answered, and how long an answer takes. No Streamlit here.

An answer is kept by question, choices and all that can be read of the scenarios: no answer is shown for other
settings, and none with the words of another session.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scenario.experiment.run import Progress
from scenario.ui.engine import N_THREADS
from scenario.ui.recent import Recent

Key = tuple[str, tuple[str, ...], tuple[Any, ...]]

MAX_KEPT = 48
"""Answers kept for all sessions; one takes up to some 100 kB, rows of a sweep up to 30 MB."""

RUNS_PER_SECOND = 6_000.0
"""Runs on one thread, until this machine has shown its own pace."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question with everything that decides its answer.

    Parameters
    ----------
    question
        Its short name.
    hashes
        What can be read of the scenarios that are run: see `why_questions.hashes_of`.
    choices
        What the user chose beside them: outcome, sizes, paths.
    n_runs
        Runs that it takes; 0 where nothing is run.
    work
        Finds the answer; called with a progress function in a thread of its own.
    """

    question: str
    hashes: tuple[str, ...]
    choices: tuple[Any, ...]
    n_runs: int
    work: Callable[[Progress], object] = field(compare=False, repr=False)

    @property
    def key(self) -> Key:
        """Return what the answer is kept under."""
        return self.question, self.hashes, self.choices


ANSWERS: Recent[Any] = Recent(MAX_KEPT)
"""What was answered to any session."""

VIEWS: Recent[Any] = Recent(4)
"""Sweeps in memory that several questions are answered from."""


class Pace:
    """How many runs a second this machine makes, learnt from the work it has done."""

    def __init__(self, per_second: float = RUNS_PER_SECOND * N_THREADS) -> None:
        self._per_second = per_second

    def learn(self, n_runs: int, seconds: float) -> None:
        """Take finished work into account; short work says little.

        Parameters
        ----------
        n_runs, seconds
            What was done, in which time.
        """
        if n_runs >= 1000 and seconds > 0:
            self._per_second = 0.5 * self._per_second + 0.5 * n_runs / seconds

    def seconds(self, n_runs: int) -> float:
        """Return how long so many runs take, in seconds."""
        return n_runs / self._per_second


PACE = Pace()


def duration(seconds: float) -> str:
    """Return a time in words, rounded as a promise should be.

    >>> [duration(s) for s in (0.2, 3.2, 17, 80, 400)]
    ['about a second', 'about 4 seconds', 'about 20 seconds', 'about a minute and a half', 'about 7 minutes']
    """
    if seconds <= 1.2:
        return "about a second"
    if seconds <= 55:
        step = 1 if seconds < 10 else 5
        return f"about {step * math.ceil(seconds / step)} seconds"
    if seconds <= 100:
        return "about a minute" if seconds <= 65 else "about a minute and a half"
    return f"about {math.ceil(seconds / 60)} minutes"


def timed(asked: Asked) -> Callable[[Progress], object]:
    """Return the work of a question, which keeps its answer and teaches the pace.

    Parameters
    ----------
    asked
        The question.
    """

    def work(progress: Progress) -> object:
        progress(0, asked.n_runs)
        start = time.monotonic()
        answer = asked.work(progress)
        PACE.learn(asked.n_runs, time.monotonic() - start)
        progress(asked.n_runs, asked.n_runs)  # whoever cancelled meanwhile does not get it
        ANSWERS.put(asked.key, answer)
        return answer

    return work
