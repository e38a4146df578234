"""From a scenario to what an engine needs: sampled numbers per experiment, calendars, who hears whom.

`Points` holds one column of samples per declared number (the outer draw); `world_at` turns one row
of it into a tree of plain floats with the names of the schema. Nothing here knows about time passing.
"""

from __future__ import annotations

import datetime
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from scenario.draws.points import point_uniforms, sample
from scenario.engine import rules
from scenario.evidence.derive import Draws
from scenario.spec.coalition import Forum, Rule
from scenario.spec.number import Number
from scenario.spec.outcomes import Outcome, outcomes_of
from scenario.spec.register import Entry
from scenario.spec.scenario import Scenario
from scenario.spec.verification import Verdict

NATIONAL = "national"

RULES = {
    Rule.STATEMENT: rules.STATEMENT,
    Rule.LEADER: rules.LEADER,
    Rule.QUORUM: rules.QUORUM,
    Rule.UNANIMITY: rules.UNANIMITY,
}
"""How a forum decides, as the code that the decisions take."""

SIGN = {Verdict.SUPPORTS: 1, Verdict.CONTRADICTS: -1, Verdict.NONE: 0}
"""What a report says, as a sign."""


@dataclass(frozen=True, kw_only=True)
class Points:
    """The outer draw: every number of a scenario at some outer points.

    Parameters
    ----------
    scenario
        The scenario the numbers belong to.
    values
        Dotted path to float64[M], read-only; numbers inherited from one default share one column.
    first
        The outer point of the first value.
    """

    scenario: Scenario
    values: Mapping[str, NDArray[np.float64]]
    first: int = 0

    def value(self, path: str, point: int) -> float:
        """Return the value of the number at `path` at outer point `point` (0-based)."""
        return float(self.values[path][point - self.first])

    def part(self, start: int, stop: int) -> Points:
        """Return the outer points start <= m < stop."""
        cut = slice(start - self.first, stop - self.first)
        return Points(scenario=self.scenario, values={k: v[cut] for k, v in self.values.items()}, first=start)


def draw_points(
    scenario: Scenario, *, seed: int, n_points: int, first: int = 0, memory: Columns | None = None
) -> Points:
    """Draw the outer parameters, one stream per declared number, index 0, n = 0, m = first .. first + M - 1.

    A sample beyond the bounds of its quantity is set to the bound. Columns are read-only: those that the
    memory holds are given out again (see `Columns`).

    Parameters
    ----------
    scenario
        From `scenario.load`.
    seed
        Root seed, a whole number >= 0.
    n_points
        Number M of outer points, 0 to 2^32.
    first
        The first of them, >= 0.
    memory
        Where columns are looked up and kept; None for the memory of this process.

    Raises
    ------
    ValueError
        The seed is negative, or the points are out of range.
    DataError
        The ledger moves a number twice by one item.
    """
    memory = _COLUMNS if memory is None else memory
    draw = _Draw(scenario, seed=seed, n_points=n_points, first=first, memory=memory)
    shared: dict[str, NDArray[np.float64]] = {}
    values: dict[str, NDArray[np.float64]] = {}
    for entry in scenario.numbers:
        declared = scenario.declared_at.get(entry.path, entry.path)
        if declared not in shared:
            shared[declared] = draw.column(entry, declared)
        values[entry.path] = shared[declared]
    return Points(scenario=scenario, values=values, first=first)


class Columns:
    """Columns drawn before, by all that decides them; threads can share it.

    The one thing that the draws remember between calls. A column is a pure function of its key, so that what
    is remembered, and what was dropped to stay within the bound, shows in the time taken and in nothing else.

    Parameters
    ----------
    n_bytes
        How much is kept: the columns asked for last, each with 1,000 bytes more for its key.
    """

    _KEY_BYTES = 1000

    def __init__(self, n_bytes: int) -> None:
        self._kept: OrderedDict[Hashable, NDArray[np.float64]] = OrderedDict()
        self._lock = threading.Lock()
        self._n_bytes, self._n_free = n_bytes, n_bytes

    @property
    def n_bytes(self) -> int:
        """Return how many bytes are taken."""
        return self._n_bytes - self._n_free

    def get(self, key: Hashable, draw: Callable[[], NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the column of a key, read-only; drawn unless it is kept.

        Two threads that miss the same key both draw it, and get the same numbers.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        column = draw()
        column.setflags(write=False)
        with self._lock:
            if key not in self._kept:
                self._keep(key, column)
        return column

    def _keep(self, key: Hashable, column: NDArray[np.float64]) -> None:
        """Keep a column, in place of those not asked for longest; one larger than the bound is not kept."""
        size = column.nbytes + self._KEY_BYTES
        if size > self._n_bytes:
            return
        while size > self._n_free:
            _, dropped = self._kept.popitem(last=False)
            self._n_free += dropped.nbytes + self._KEY_BYTES
        self._kept[key] = column
        self._n_free -= size


_COLUMNS = Columns(64 * 2**20)


class _Draw:
    """One call of `draw_points`: where columns come from that are not there yet."""

    def __init__(self, scenario: Scenario, *, seed: int, n_points: int, first: int, memory: Columns) -> None:
        self._memory = memory
        self._seed, self._n_points, self._first = seed, n_points, first
        if scenario.ledger is not None:
            evidence = Draws(
                scenario.ledger, without=scenario.without, seed=seed, n_points=n_points, first=first
            )
            self._essence, self._posterior = cache(evidence.essence), cache(evidence.posterior)

    def column(self, entry: Entry, declared: str) -> NDArray[np.float64]:
        """Return one number at all points, within the bounds of its quantity."""
        number, low, high = entry.number, entry.quantity.low, entry.quantity.high
        # Texts, because they tell -0.0 from 0.0 and True from 1, which compare equal.
        place = repr((self._seed, self._n_points, self._first))
        if number.derived is not None:
            source = ("ledger", self._essence(number.derived))
        else:
            source = (f"{declared} {number.kind}", repr(getattr(number, number.kind)))
        return self._memory.get(
            (place, *source, low, high), lambda: np.clip(self._sample(number, declared), low, high)
        )

    def _sample(self, number: Number, declared: str) -> NDArray[np.float64]:
        """Draw one number at all points."""
        if number.derived is not None:
            return self._posterior(number.derived)
        if number.point is not None:
            return np.full(self._n_points, number.point)
        u = point_uniforms(self._seed, f"parameter:{declared}", self._n_points, first=self._first)
        return sample(number, u)


def world_at(points: Points, point: int) -> Any:
    """Return the scenario at one outer point as a tree of attributes: numbers are floats, the rest as declared."""
    return _resolve(points.scenario.spec, "", points, point)


def _resolve(value: Any, path: str, points: Points, point: int) -> Any:
    """Replace every Number below `value` by its sample."""
    if isinstance(value, Number):
        return points.value(path, point)
    if isinstance(value, BaseModel):
        prefix = f"{path}." if path else ""
        fields = type(value).model_fields
        return SimpleNamespace(
            **{
                name: _resolve(getattr(value, name), prefix + name, points, point)
                for name in fields
                if name != "variants"
            }
        )
    if isinstance(value, dict):
        return {key: _resolve(item, f"{path}.{key}", points, point) for key, item in value.items()}
    if isinstance(value, tuple) and value and isinstance(value[0], Number):
        return tuple(_resolve(item, f"{path}.{i}", points, point) for i, item in enumerate(value))
    return value


@dataclass(frozen=True)
class Calendar:
    """The meetings of one forum, as days from as_of (a meeting falls on noon of its day).

    Parameters
    ----------
    listed
        Times of the meetings listed in the file.
    gap
        Days between meetings after the last listed one.
    """

    listed: tuple[float, ...]
    gap: float

    def slot(self, number: int) -> float:
        """Return the time of meeting `number` (0-based)."""
        if number < len(self.listed):
            return self.listed[number]
        last = self.listed[-1] if self.listed else 0.5
        return last + self.gap * (number - len(self.listed) + 1)

    def next_slot(self, time: float) -> int:
        """Return the number of the first meeting at or after `time`."""
        number = 0
        while self.slot(number) < time:
            number += 1
        return number


@dataclass(frozen=True, kw_only=True)
class Cast:
    """What does not vary between experiments: names, who hears whom, calendars, days from as_of, columns."""

    spec: Any
    receivers: Mapping[str, tuple[str, ...]]
    calendars: Mapping[str, Calendar]
    weekday: int
    anchors: Mapping[str, float]
    shock_days: Mapping[str, float]
    blockade_ends: Mapping[str, float]
    slots: Mapping[tuple[str, str], int]
    outcomes: Mapping[str, Outcome]


def cast_of(scenario: Scenario) -> Cast:
    """Return the fixed part of a scenario."""
    spec = scenario.spec
    names = tuple(spec.senders)
    day = _day_counter(spec.as_of)
    return Cast(
        spec=spec,
        receivers={
            group: names if "all" in entry.received_by else tuple(n for n in names if n in entry.received_by)
            for group, entry in spec.groups.items()
        },
        calendars={name: _calendar(forum, day) for name, forum in spec.forums.items()},
        weekday=spec.as_of.weekday(),
        anchors={name: day(sender.anchor) + 0.4 for name, sender in spec.senders.items() if sender.anchor},
        shock_days={name: float(day(shock.date)) for name, shock in spec.shocks.items()},
        blockade_ends={
            name: float(day(forum.blockade_until)) if forum.blockade_until else -1.0
            for name, forum in spec.forums.items()
        },
        slots=_order(spec),
        outcomes=outcomes_of(spec, twins=False),
    )


def _day_counter(as_of: datetime.date) -> Any:
    """Return the function from a date to whole days after as_of."""
    return lambda date: (date - as_of).days


def _calendar(forum: Forum, day: Any) -> Calendar:
    """Turn a forum's dates into times."""
    return Calendar(listed=tuple(day(date) + 0.5 for date in forum.slots), gap=float(forum.then_every_days))


ORDER = (
    "shock",
    "act",
    "batch",
    "channel",
    "arrival",
    "disclosure",
    "follow",
    "route",
    "response",
    "in_force",
    "track",
    "forum",
    "target",
    "mood",
    "trigger",
    "retaliation",
    "credibility",
    "talks",
    "supplier",
    "background",
)
"""What goes first when times are equal: the family of the event, then its place in the file."""


def _order(spec: Any) -> dict[tuple[str, str], int]:
    """Number every place an event can come from, so that (time, number, sequence) orders all events."""
    members = {
        "shock": spec.shocks,
        "channel": spec.channels,
        "arrival": [f"{group}:{sender}" for group in spec.groups for sender in spec.senders],
        "disclosure": spec.senders,
        "follow": spec.senders,
        "response": spec.senders,
        "route": spec.senders,
        "in_force": [f"{sender}:{measure}" for sender in spec.senders for measure in spec.measures],
        "track": spec.tracks,
        "forum": spec.forums,
        "retaliation": spec.senders,
        "supplier": spec.suppliers,
        "background": spec.background,
    }
    places = [(family, name) for family in ORDER for name in members.get(family, ("",))]
    return {place: number for number, place in enumerate(places, start=10)}


__all__ = [
    "NATIONAL",
    "RULES",
    "SIGN",
    "Calendar",
    "Cast",
    "Columns",
    "Points",
    "cast_of",
    "draw_points",
    "world_at",
]
