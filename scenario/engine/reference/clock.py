"""Time in the reference engine: SimPy behind one gate, with an order that every engine can repeat.

Events at equal times are taken by (place in the order rule, sequence). Every delay passes `wait` or
`call`: finite and >= 0, or the run ends with an error that names it. Events at t >= horizon do not happen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from typing import Any

import simpy

from scenario.errors import RunError

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
        if not 0.0 <= delay < math.inf:
            raise RunError(
                run=self.run,
                rule=f"a delay of {family} {name} must be a finite number of days >= 0",
                got=delay,
                hint="a rate or median of the scenario leads out of the range of numbers",
            )
        self.n_events += 1
        if self.n_events > self.max_events:
            raise RunError(
                run=self.run,
                rule=f"a run must have at most {self.max_events} timed events",
                got=self.n_events,
                hint="raise max_events, or look for a gap of nearly 0 days",
            )
        event = simpy.Event(self._env)
        # What simpy.Timeout does, with a priority of our own: its constructor offers none.
        event._ok = True
        event._value = None
        self._env.schedule(event, self._order[family, name], delay)  # type: ignore[arg-type]
        return event

    def call(self, delay: float, action: Callable[[], object], family: str, name: str = "") -> None:
        """Do `action` after `delay` days."""

        def act(_event: simpy.Event) -> None:
            action()

        self.wait(delay, family, name).callbacks.append(act)

    def until(self, time: float, family: str, name: str = "") -> simpy.Event:
        """Return an event at `time`, or now where that has passed."""
        return self.wait(max(0.0, time - self.now), family, name)

    def signal(self) -> simpy.Event:
        """Return an event that somebody will trigger by hand (`ring`)."""
        return simpy.Event(self._env)

    def ring(self, event: simpy.Event, family: str, name: str = "") -> None:
        """Trigger a signal now, in its place in the order rule; a second time does nothing."""
        if not event.triggered:
            event._ok = True
            event._value = None
            self._env.schedule(event, self._order[family, name], 0.0)  # type: ignore[arg-type]

    def first_of(self, *events: simpy.Event) -> simpy.Event:
        """Return an event that happens with the first of several."""
        return simpy.AnyOf(self._env, events)

    def all_of(self, *events: simpy.Event) -> simpy.Event:
        """Return an event that happens with the last of several."""
        return simpy.AllOf(self._env, events)

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
