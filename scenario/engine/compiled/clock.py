"""Time in the compiled engine: what is due, in the order of the reference's queue.

Three queues, as SimPy has three priorities: steps of processes that begin or are interrupted (first come,
first served, before anything else), conditions that were met (after those), and timed tasks by (time, place,
sequence). Up to 128 tasks lie in one sorted list, soonest last; what is beyond goes to a heap.
"""

from __future__ import annotations

from typing import Any

from scenario.engine.compiled import codes
from scenario.engine.compiled.memory import inlined, inner
from scenario.engine.compiled.records import case_facts, key_at, task_at, whole_at

N_NEAR = 128
SEQUENCES = 1 << 40
"""A rank is place x SEQUENCES + sequence."""


@inner
def fail(w: Any, error: int, place: int, key: int, value: float) -> None:
    """End the run with an error; the first one stays."""
    if w.error == codes.NO_ERROR:
        w.error, w.error_place, w.error_key, w.error_value = error, place, key, value


@inner
def is_delay(delay: float) -> bool:
    """Return whether a delay is finite and >= 0."""
    return 0.0 <= delay < float("inf")


@inner
def wait(w: Any, delay: float, place: int, task: int, a: int, b: int, c: int, cause: int, x: float) -> None:
    """Make a task due after a delay; one that is not finite and >= 0 ends the run."""
    if is_delay(delay):
        _due(w, w.now + delay, place, task, a, b, c, cause, x)
    else:
        fail(w, codes.E_WAIT, place, 0, delay)


@inner
def until(w: Any, time: float, place: int, task: int, a: int, b: int, c: int, cause: int, x: float) -> None:
    """Make a task due at exactly a time, or now where that has passed."""
    _due(w, time if time > w.now else w.now, place, task, a, b, c, cause, x)


@inner
def _due(w: Any, time: float, place: int, task: int, a: int, b: int, c: int, cause: int, x: float) -> None:
    """Count a timed task and put it into its place."""
    if count_event(w):
        ring(w, time, place, task, a, b, c, cause, x)


@inner
def count_event(w: Any) -> bool:
    """Count a timed event and return whether there may be so many."""
    w.n_events += 1
    if w.n_events > case_facts(w.facts_case, 0).max_events:
        fail(w, codes.E_LIMIT, 0, 0, float(w.n_events))
        return False
    return True


@inner
def next_rank(w: Any, place: int) -> int:
    """Return what decides between equal times: the place, and then who came first."""
    w.sequence += 1
    return place * SEQUENCES + w.sequence - 1


@inner
def ring(w: Any, time: float, place: int, task: int, a: int, b: int, c: int, cause: int, x: float) -> None:
    """Put a task into its place without counting it: a signal, or a timed task that was counted."""
    slot = take_slot(w)
    if slot < 0:
        return
    due = task_at(w.task, slot)
    due.task, due.a, due.b, due.c, due.cause, due.x = task, a, b, c, cause, x
    put(w, time, next_rank(w, place), slot)


@inlined
def put(w: Any, time: float, rank: int, slot: int) -> None:
    """Put the key of a task where it belongs."""
    if w.n_near < N_NEAR:
        _insert(w, time, rank, slot)
    else:
        _push_far(w, time, rank, slot)


@inner
def take_slot(w: Any) -> int:
    """Return a free place for a task, or -1 where there is no room."""
    if w.n_free > 0:
        w.n_free -= 1
        return whole_at(w.free, w.n_free).x
    if w.n_tasks >= w.size_task:
        fail(w, codes.E_FULL, 0, 0, 0.0)
        return -1
    w.n_tasks += 1
    return w.n_tasks - 1


@inner
def _insert(w: Any, time: float, rank: int, slot: int) -> None:
    """Put a key into the sorted list, latest first."""
    i, keys = w.n_near, w.key
    while i > 0:
        earlier = key_at(keys, i - 1)
        if earlier.time > time or (earlier.time == time and earlier.rank > rank):
            break
        here = key_at(keys, i)
        here.time, here.rank, here.slot = earlier.time, earlier.rank, earlier.slot
        i -= 1
    found = key_at(keys, i)
    found.time, found.rank, found.slot = time, rank, slot
    w.n_near += 1


@inner
def _is_before(time: float, rank: int, other: Any) -> bool:
    """Return whether (time, rank) comes before a key."""
    return time < other.time or (time == other.time and rank < other.rank)


@inner
def _push_far(w: Any, time: float, rank: int, slot: int) -> None:
    """Put a key into the heap."""
    i = w.n_far
    w.n_far += 1
    while i > 0:
        above = key_at(w.far, (i - 1) // 2)
        if not _is_before(time, rank, above):
            break
        here = key_at(w.far, i)
        here.time, here.rank, here.slot = above.time, above.rank, above.slot
        i = (i - 1) // 2
    found = key_at(w.far, i)
    found.time, found.rank, found.slot = time, rank, slot


@inner
def _pop_far(w: Any) -> None:
    """Take the first key out of the heap."""
    w.n_far -= 1
    last = key_at(w.far, w.n_far)
    time, rank, slot, i = last.time, last.rank, last.slot, 0
    while 2 * i + 1 < w.n_far:
        child = 2 * i + 1
        if child + 1 < w.n_far:
            right, left = key_at(w.far, child + 1), key_at(w.far, child)
            if _is_before(right.time, right.rank, left):
                child += 1
        below = key_at(w.far, child)
        if _is_before(time, rank, below):
            break
        here = key_at(w.far, i)
        here.time, here.rank, here.slot = below.time, below.rank, below.slot
        i = child
    found = key_at(w.far, i)
    found.time, found.rank, found.slot = time, rank, slot


@inner
def next_timed(w: Any, horizon: float) -> int:
    """Take the next timed task before the horizon, move the clock to it, return its slot; -1 where none is left.

    The slot is free again: read the task before anything else is made due.
    """
    is_far = w.n_far > 0
    if w.n_near > 0:
        first = key_at(w.key, w.n_near - 1)
        if is_far:
            top = key_at(w.far, 0)
            is_far = _is_before(top.time, top.rank, first)
    elif not is_far:
        return -1
    found = key_at(w.far, 0) if is_far else key_at(w.key, w.n_near - 1)
    if not found.time < horizon:
        return -1
    w.now = found.time
    slot = found.slot
    if is_far:
        _pop_far(w)
    else:
        w.n_near -= 1
    whole_at(w.free, w.n_free).x = slot
    w.n_free += 1
    return slot


@inner
def is_due_first(w: Any, time: float, rank: int) -> bool:
    """Return whether (time, rank) comes before every timed task."""
    if w.n_near > 0 and not _is_before(time, rank, key_at(w.key, w.n_near - 1)):
        return False
    return w.n_far == 0 or _is_before(time, rank, key_at(w.far, 0))


@inner
def has_step(w: Any) -> bool:
    """Return whether anything is to be done before time goes on."""
    return w.step_head < w.step_tail or w.condition_head < w.condition_tail


@inner
def step(w: Any, task: int, a: int, b: int, c: int, cause: int) -> None:
    """Let a process take its first step, or be interrupted, before anything else happens."""
    if w.step_tail >= w.size_step:
        fail(w, codes.E_FULL, 0, 0, 0.0)
        return
    due = task_at(w.step, w.step_tail)
    due.task, due.a, due.b, due.c, due.cause, due.x = task, a, b, c, cause, 0.0
    w.step_tail += 1


@inner
def meet(w: Any, sender: int, level: int, condition: int) -> None:
    """Let whoever waits for the first of several events go on, once the steps are done."""
    if w.condition_tail >= w.size_condition:
        fail(w, codes.E_FULL, 0, 0, 0.0)
        return
    due = task_at(w.condition, w.condition_tail)
    due.task, due.a, due.b, due.c, due.cause, due.x = codes.C_RESPONSE, sender, level, condition, 0, 0.0
    w.condition_tail += 1
