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

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenario.draws.streams import Streams
from scenario.engine.compiled import codes
from scenario.engine.compiled.beliefs import beliefs_for_log_odds
from scenario.engine.compiled.facts import Facts
from scenario.engine.compiled.guards import guarded_paths, holds
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
_TYPES: dict[str, type] = {"probability": bool, "count": int, "band": int}
"""What an outcome is in a row of its own, by its kind; a float where not named."""

MODES = {Mode.FACTUAL: codes.FACTUAL, Mode.WORDS: codes.WORDS_ONLY, Mode.SILENT: codes.SILENT}


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is to be run, and where its outcomes go; threads may do parts of it at once.

    Parameters
    ----------
    numbers
        float64[M, P]: the numbers of outer points, one row each.
    first_m, n_inner, first_n
        The number of the first outer point; replications of each point, and the number of the first.
    mode, has_twins
        The mode of the runs, and whether their twins are run; without, the columns of the twins stay as they are.
    rows
        float64[R, C], R = M x n_inner: outcomes, one row per run; columns as in `Engine.outcomes`.
    guards
        float64[R, G, 2]: what each run has asked of the guarded numbers (see `guards`); None to keep none.
    which
        int64[W]: the runs to do, rising; None for all of them.
    points
        int64[M]: the numbers of the outer points where they do not follow first_m one by one.
    keeps_log
        Whether event logs are kept.
    """

    numbers: Floats
    first_m: int
    n_inner: int
    first_n: int = 0
    mode: Mode
    has_twins: bool
    rows: Floats
    guards: Floats | None = None
    which: np.ndarray[Any, np.dtype[np.int64]] | None = None
    points: np.ndarray[Any, np.dtype[np.int64]] | None = None
    keeps_log: bool = False

    @property
    def n(self) -> int:
        """Return the number of runs to do."""
        return len(self.rows) if self.which is None else len(self.which)

    def run_at(self, place: int) -> int:
        """Return which run stands at a place of the list."""
        return place if self.which is None else int(self.which[place])

    def id_of(self, run: int) -> str:
        """Return the id of a run."""
        place = run // self.n_inner
        m = self.first_m + place if self.points is None else int(self.points[place])
        return run_id(m, self.first_n + run % self.n_inner)


@dataclass(frozen=True, kw_only=True)
class Done:
    """What went beside the outcomes of a part of a job: run -> its error, and run -> its log (`records.EVENT`)."""

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
    guarded
        Paths of the guarded numbers, in the order of a guard table.
    """

    def __init__(self, cast: Cast, streams: Streams) -> None:
        self.cast = cast
        self.columns = Columns(cast.spec)
        self.outcomes = outcomes_of(cast.spec, twins=True)
        self.guarded = guarded_paths(cast.spec)
        self._facts = Facts(cast, streams)
        self._rooms: list[Room] = []

    def job(
        self,
        numbers: Floats,
        *,
        first_m: int = 0,
        n_inner: int = 1,
        first_n: int = 0,
        mode: Mode,
        has_twins: bool = False,
        keeps_log: bool = False,
        keeps_guards: bool = False,
        rows: Floats | None = None,
    ) -> Job:
        """Return a job with room for its outcomes, zeros unless `rows` are given; parameters as in `Job`."""
        n_runs = len(numbers) * n_inner
        return Job(
            numbers=numbers,
            first_m=first_m,
            n_inner=n_inner,
            first_n=first_n,
            mode=mode,
            has_twins=has_twins,
            rows=np.zeros((n_runs, len(self.outcomes))) if rows is None else rows,
            guards=np.empty((n_runs, len(self.guarded), 2)) if keeps_guards else None,
            keeps_log=keeps_log,
        )

    def do(self, job: Job, start: int = 0, stop: int | None = None) -> Done:
        """Do the runs at the places start <= i < stop of a job; their outcomes go to the job's rows.

        A failed run's row has no meaning.
        """
        stop = job.n if stop is None else stop
        done = Done(failures={}, logs={})
        room = self._room(stop - start if job.keeps_log else 0)
        scratch = np.zeros(len(self.outcomes))
        self._tell(room.head, job, scratch, start)
        place = start
        while place < stop:
            place = replicate(room.address, place, stop)
            room.take_logs(job.run_at, done.logs, start, place)
            if place == stop:
                break
            if room.head["error"][0] == codes.E_FULL:
                room.grow()
                continue
            run = job.run_at(place)
            done.failures[run] = self._error(room.head[0], job.id_of(run))
            place += 1
        if not job.keeps_log:
            self._rooms.append(room)
        return done

    def _room(self, n_logs: int) -> Room:
        """Return a room for one thread, one that was used before where no logs are kept and one is free."""
        try:
            return Room(self._facts, self.columns, n_logs=n_logs) if n_logs else self._rooms.pop()
        except IndexError:
            return Room(self._facts, self.columns, n_logs=0)

    def _tell(self, head: np.ndarray[Any, Any], job: Job, scratch: Floats, start: int) -> None:
        """Tell the head of a run what is to be run and where outcomes go."""
        told = {
            "n_inner": job.n_inner,
            "first_n": job.first_n,
            "first_m": job.first_m,
            "all_numbers": address(job.numbers),
            "run_mode": MODES[job.mode],
            "rows": address(job.rows),
            "row_size": job.rows.shape[1] * WORD,
            "scratch": address(scratch),
            "which": 0 if job.which is None else address(job.which),
            "points": 0 if job.points is None else address(job.points),
            "has_twins": job.has_twins,
            "keeps_guards": job.guards is not None,
            "guards": 0 if job.guards is None else address(job.guards),
            "guard_size": len(self.guarded) * 2 * WORD,
            "log_first": start,
        }
        for name, value in told.items():
            head[name] = value

    def touched(
        self, job: Job, numbers: Floats, *, engine: Engine, moved: Iterable[str] | None = None
    ) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the runs of a finished job that other numbers could change; the others would be the same.

        Parameters
        ----------
        job
            A job of this engine, done, with its guards.
        numbers
            float64[M, P]: the other numbers of the same outer points.
        engine
            The engine that they belong to; where it differs from this one by more than numbers, every run is touched.
        moved
            Paths of the numbers that may differ; all of them unless told. The others are not looked at.
        """
        everything = np.arange(len(job.rows))
        if job.guards is None or not self._facts.equal(engine._facts):
            return everything
        places = {self.columns.column(path): g for g, path in enumerate(self.guarded) if path}
        columns = range(numbers.shape[1]) if moved is None else [self.columns.column(path) for path in moved]
        is_touched = np.zeros(len(job.rows), dtype=bool)
        for column in columns:
            differs = job.numbers[:, column] != numbers[:, column]
            if not differs.any():
                continue
            if column not in places:
                return everything
            new, guard = np.repeat(numbers[:, column], job.n_inner), job.guards[:, places[column]]
            holding = holds(guard, new, path=self.guarded[places[column]])
            is_touched |= np.repeat(differs, job.n_inner) & ~holding
        return np.flatnonzero(is_touched)

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
        if code == codes.E_TASK:
            raise AssertionError(f"task {place} of run {run} must be known to the kernel")
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
    streams.run(n=n, m=m)  # refuses an address out of range
    engine = Engine(cast, streams)
    paths = [entry.path for entry in numbers(cast.spec)]
    job = engine.job(engine.columns.row_of(world, paths), first_m=m, first_n=n, mode=mode, keeps_log=True)
    done = engine.do(job)
    for error in done.failures.values():
        raise error
    values = dict(zip(engine.outcomes, job.rows[0].tolist(), strict=True))
    typed = {name: _TYPES.get(outcome.kind, float)(values[name]) for name, outcome in cast.outcomes.items()}
    return typed, engine.events(done.logs[0])


__all__ = ["Done", "Engine", "Job", "rows_of", "simulate"]
