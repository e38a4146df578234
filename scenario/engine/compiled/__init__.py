"""The compiled engine: the model of `engine.reference` as machine code, with the same event log to the last bit.

Time passes here once more, task by task instead of process by process; decisions are the same functions
(`engine.rules`) and chance the same draws. A file of this package mirrors the file of the same name there.

    records   what a run knows: numbers, facts, state
    memory    tables of records for compiled code
    facts, numbers, room   from a scenario to those tables
    clock, waiting, world  what is due, who waits for whom, draws and log
    kernel    the loop

A run is addressed by (scenario, seed, m, n); nothing of one run is left for the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scenario.draws.streams import Streams
from scenario.engine.compiled import codes
from scenario.engine.compiled.beliefs import beliefs_for_log_odds
from scenario.engine.compiled.facts import Facts
from scenario.engine.compiled.kernel import replicate
from scenario.engine.compiled.memory import address
from scenario.engine.compiled.numbers import Columns
from scenario.engine.compiled.records import EVENT
from scenario.engine.compiled.room import WORD, Room
from scenario.engine.faults import bad_delay, out_of_range, run_id, too_many_events
from scenario.engine.tables import Cast, Points
from scenario.engine.trajectory import KINDS, Event, Row
from scenario.errors import RunError
from scenario.spec.outcomes import outcomes_of
from scenario.spec.register import numbers
from scenario.spec.schema import Mode

Floats = np.ndarray[Any, np.dtype[np.float64]]
MODES = {Mode.FACTUAL: codes.FACTUAL, Mode.WORDS: codes.WORDS_ONLY, Mode.SILENT: codes.SILENT}


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What some runs gave.

    Parameters
    ----------
    rows
        float64[R, C], one row per run in order; columns as in `Engine.outcomes`. A failed run's row has no meaning.
    failures
        Place of the run among R -> its error.
    logs
        Place of the run -> its log as records (`records.EVENT`), where logs were kept.
    """

    rows: Floats
    failures: dict[int, RunError]
    logs: dict[int, np.ndarray[Any, Any]]


class Engine:
    """One scenario under one root seed, ready to run in any number of threads.

    Parameters
    ----------
    cast
        `tables.cast_of(scenario)`.
    streams
        The streams of the root seed.

    Attributes
    ----------
    columns
        Where the numbers of an outer point stand.
    outcomes
        The outcomes in the order of a row, those that compare with the twins among them.
    """

    def __init__(self, cast: Cast, streams: Streams) -> None:
        self.cast = cast
        self.columns = Columns(cast.spec)
        self.outcomes = outcomes_of(cast.spec, twins=True)
        self._facts = Facts(cast, streams)

    def run(
        self,
        numbers: Floats,
        *,
        first_m: int,
        n_inner: int,
        first_n: int = 0,
        mode: Mode,
        has_twins: bool,
        keeps_log: bool = False,
    ) -> Batch:
        """Run all replications of some outer points; any number of threads may do so at once.

        Parameters
        ----------
        numbers
            float64[M, P] from `columns`, one row per outer point, contiguous.
        first_m
            The number of the first of them.
        n_inner, first_n
            Replications of each point, >= 1, and the number of the first.
        mode, has_twins
            The mode of the runs, and whether their twins are run; without, the columns of the twins are 0.
        keeps_log
            Whether to keep the event logs.
        """
        n_runs = len(numbers) * n_inner
        batch = Batch(rows=np.zeros((n_runs + 1, len(self.outcomes))), failures={}, logs={})
        room = Room(self._facts, self.columns, n_logs=n_runs if keeps_log else 0)
        where = (n_inner, first_n, first_m, address(numbers), MODES[mode])
        rows = (address(batch.rows), len(self.outcomes) * WORD)
        done = 0
        while done < n_runs:
            done = replicate(room.address, done, n_runs, *where, *rows, has_twins)
            room.take_logs(batch.logs, done)
            if done < n_runs:
                run = run_id(first_m + done // n_inner, first_n + done % n_inner)
                done = self._recover(room, batch, done, run)
        return Batch(rows=batch.rows[:n_runs], failures=batch.failures, logs=batch.logs)

    def _recover(self, room: Room, batch: Batch, reached: int, run: str) -> int:
        """Give a run more room, or note its error; return where to go on."""
        if room.head["error"][0] == codes.E_FULL:
            room.grow()
            return reached
        batch.failures[reached] = self._error(room.head[0], run)
        return reached + 1

    def _error(self, head: Any, run: str) -> RunError:
        """Return what went wrong in a run, in the words of the reference."""
        code, place, value = int(head["error"]), int(head["error_place"]), float(head["error_value"])
        if code == codes.E_LIMIT:
            return too_many_events(run, self.cast.spec.max_events, int(value))
        if code == codes.E_RANGE:
            return out_of_range(run, list(self.cast.outcomes)[place], value)
        if code == codes.E_LAG:
            return bad_delay(run, self._facts.stream_of[int(head["error_key"])], value)
        if code == codes.E_OPENING:
            return bad_delay(run, f"opening of {list(self.cast.spec.channels)[place]}", value)
        return bad_delay(run, " ".join(self._facts.place_of[place]).rstrip(), value)

    def kept(self, *, twins: bool) -> list[int]:
        """Return the columns of a row that are declared with twins, or without them."""
        return [i for i, name in enumerate(self.outcomes) if twins or name in self.cast.outcomes]

    def event_columns(self, log: np.ndarray[Any, Any] | None) -> dict[str, np.ndarray[Any, Any]]:
        """Return logs in words: time, kind, actor, subject, cause, value, each of shape [E]."""
        lines = np.zeros(0, EVENT) if log is None else log
        words, kinds = np.array(self._facts.words, dtype=object), np.array(KINDS, dtype=object)
        return {
            "time": lines["time"].copy(),
            "kind": kinds[lines["kind"]],
            "actor": words[lines["actor"]],
            "subject": words[lines["subject"]],
            "cause": lines["cause"].astype("i8"),
            "value": beliefs_for_log_odds(lines["kind"].astype("i8"), lines["value"].copy()),
        }

    def events(self, log: np.ndarray[Any, Any]) -> list[Event]:
        """Return one log in words."""
        columns = (column.tolist() for column in self.event_columns(log).values())
        return [Event(i, *line) for i, line in enumerate(zip(*columns, strict=True))]


def rows_of(engine: Engine, points: Points) -> Floats:
    """Return the numbers of outer points as an engine takes them, float64[M, P]."""
    return engine.columns.rows(points.values, len(next(iter(points.values.values()))))


def simulate(
    cast: Cast, world: Any, streams: Streams, *, n: int, m: int, mode: Mode
) -> tuple[Row, list[Event]]:
    """Run one replication in one mode; parameters, result and errors as in `engine.reference.simulate`."""
    engine = Engine(cast, streams)
    paths = [entry.path for entry in numbers(cast.spec)]
    row = engine.columns.row_of(world, paths)
    batch = engine.run(row, first_m=m, n_inner=1, first_n=n, mode=mode, has_twins=False, keeps_log=True)
    for error in batch.failures.values():
        raise error
    values = dict(zip(engine.outcomes, batch.rows[0].tolist(), strict=True))
    typed = {
        name: bool(values[name]) if outcome.kind == "probability" else values[name]
        for name, outcome in cast.outcomes.items()
    }
    return typed, engine.events(batch.logs[0])


__all__ = ["Batch", "Engine", "rows_of", "simulate"]
