"""Time in the reference engine: SimPy behind one gate, with an order that every engine can repeat.

Events at equal times are taken by (place in the order rule, sequence). Every delay passes `wait` or
`call`: finite and >= 0, or the run ends with an error that names it. Events at t >= horizon do not happen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from heapq import heappush
from typing import Any

import simpy

from scenario.engine.faults import bad_delay, too_many_events

Interrupt = simpy.Interrupt
Process = simpy.Process
Steps = Generator[simpy.Event, Any, None]


class Clock:
    """The clock of one run.

    Parameters
    ----------
    order
        (family, name) to the place that decides between equal times.
    horizon
        Days; the run ends before events at this time.
    max_events
        Timed events allowed; one more ends the run with an error.
    run
        The run's id, for errors.
    """

    __slots__ = ("_env", "_order", "horizon", "max_events", "n_events", "run")

    def __init__(
        self, order: Mapping[tuple[str, str], int], *, horizon: float, max_events: int, run: str
    ) -> None:
        self._env = simpy.Environment()
        self._order = order
        self.horizon = horizon
        self.max_events = max_events
        self.n_events = 0
        self.run = run

    @property
    def now(self) -> float:
        """Return the time in days from as_of."""
        return self._env._now  # the public property costs a call per look

    def wait(self, delay: float, family: str, name: str = "") -> simpy.Event:
        """Return an event `delay` days ahead, to be yielded by a process.

        Raises
        ------
        RunError
            The delay is not finite and >= 0, or the event limit is passed.
        """
        self.check(delay, f"{family} {name}".rstrip())
        return self._event_at(self.now + delay, family, name)

    def until(self, time: float, family: str, name: str = "") -> simpy.Event:
        """Return an event at exactly `time`, or now where that has passed."""
        return self._event_at(max(self.now, time), family, name)

    def _event_at(self, time: float, family: str, name: str) -> simpy.Event:
        """Return an event that happens at a time not before now."""
        self.n_events += 1
        if self.n_events > self.max_events:
            raise too_many_events(self.run, self.max_events, self.n_events)
        event = simpy.Event(self._env)
        self._push(event, time, family, name)
        return event

    def _push(self, event: simpy.Event, time: float, family: str, name: str) -> None:
        """Put an event into SimPy's queue: as its Timeout does, but at an exact time and with a place of our own.

        Going through a delay would add `now` again and move the time by a last bit, so that what is
        due together would fall apart.
        """
        event._ok = True
        event._value = None
        queue: list[Any] = self._env._queue
        heappush(queue, (time, self._order[family, name], next(self._env._eid), event))

    def check(self, delay: float, what: str) -> float:
        """Return a delay that is finite and >= 0.

        Raises
        ------
        RunError
            It is not.
        """
        if not 0.0 <= delay < math.inf:
            raise bad_delay(self.run, what, delay)
        return delay

    def call(self, delay: float, action: Callable[[], object], family: str, name: str = "") -> None:
        """Do `action` after `delay` days."""
        self._then(self.wait(delay, family, name), action)

    def call_at(self, time: float, action: Callable[[], object], family: str, name: str = "") -> None:
        """Do `action` at exactly `time`, or now where that has passed."""
        self._then(self.until(time, family, name), action)

    def _then(self, event: simpy.Event, action: Callable[[], object]) -> None:
        """Do `action` when an event happens."""

        def act(_event: simpy.Event) -> None:
            action()

        event.callbacks.append(act)

    def signal(self) -> simpy.Event:
        """Return an event that somebody will trigger by hand (`ring`)."""
        return simpy.Event(self._env)

    def ring(self, event: simpy.Event, family: str, name: str = "") -> None:
        """Trigger a signal now, in its place in the order rule; a second time does nothing."""
        if not event.triggered:
            self._push(event, self.now, family, name)

    def first_of(self, *events: simpy.Event) -> simpy.Event:
        """Return an event that happens with the first of several."""
        return simpy.AnyOf(self._env, events)

    def start(self, steps: Steps) -> Process:
        """Start a process; it takes its first step before anything else happens."""
        return self._env.process(steps)

    def interrupt(self, process: Process | None) -> None:
        """Interrupt a process that is waiting; one that has ended, or is running now, is left alone."""
        if process is not None and process.is_alive and process is not self._env.active_process:
            process.interrupt()

    def run_to_horizon(self) -> None:
        """Run until nothing is left before the horizon."""
        self._env.run(until=self.horizon)
