"""Work given out a little ahead of what has ended, to threads or processes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import islice
from typing import TypeVar

Found = TypeVar("Found")

AHEAD = 2
"""Tasks given out ahead for every worker: enough that none waits, few enough that a cancellation is quick."""


def as_they_end(
    pool: Executor, tasks: Iterable[Callable[[], Found]], *, workers: int
) -> Generator[Found, None, None]:
    """Yield what tasks come to, as they end; each is asked for when its turn has come.

    Whoever opened the pool closes it, and so decides what becomes of work in flight.

    Parameters
    ----------
    pool
        Threads, or processes: tasks for those are pickled.
    tasks
        What is to be done, in the order in which it is given out.
    workers
        Threads or processes of the pool, >= 1.
    """
    coming, pending = iter(tasks), set[Future[Found]]()
    while True:
        pending |= {pool.submit(task) for task in islice(coming, AHEAD * workers - len(pending))}
        if not pending:
            return
        ended, pending = wait(pending, return_when=FIRST_COMPLETED)
        yield from (future.result() for future in ended)
