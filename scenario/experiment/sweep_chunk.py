"""One chunk of a sweep: its experiments run with either engine, as a table of rows or of summaries.

The runs of an experiment with luck L are replications r = 0 .. R - 1 under the luck of the outer points
L x R + r. Numbers that are no factor are drawn there, or stand at their medians.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from scenario.draws.philox import LAST_ADDRESS
from scenario.draws.streams import Streams
from scenario.engine.tables import Columns, Points, cast_of, draw_points
from scenario.errors import Problem, RunError, SpecError
from scenario.experiment.buffers import taken
from scenario.experiment.factors import Floats, medians, moved
from scenario.experiment.plan import BLOCK_RUNS, Plan
from scenario.experiment.sweep_table import Failure, Part, Tally, rows_table, summary_table
from scenario.spec.sweep import Keep, Others

if TYPE_CHECKING:
    import pandas as pd

    from scenario.engine.compiled import Engine

Whole = np.ndarray[Any, np.dtype[np.int64]]
Hits = np.ndarray[Any, np.dtype[np.bool_]]

_STOP_RUNS = 1000
"""Runs between two looks at whether to stop: a tenth of a second."""


class Asked(Protocol):
    """Something that says whether to stop, such as a `threading.Event`."""

    def is_set(self) -> bool:
        """Return whether to stop."""


class Stopped(Exception):  # noqa: N818  (not an error: somebody asked for it)
    """The sweep was asked to stop."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SweepChunk:
    """What a chunk gave.

    Parameters
    ----------
    index, first, stop
        Its number and its experiments [first, stop).
    table
        Of rows: experiment, replication and outcomes of every run that finished. Of summaries: one row per
        experiment (see `sweep_table.summary_columns`).
    failures
        (experiment, replication, error) of the runs that did not finish, in order.
    """

    index: int
    first: int
    stop: int
    table: pd.DataFrame
    failures: Sequence[Failure]


@dataclass(frozen=True, kw_only=True)
class _Block:
    """Runs that are done together: experiment and replication of each, in order."""

    experiment: Whole
    replication: Whole


class Runs:
    """The runs of a plan with one engine; threads share it.

    Parameters
    ----------
    plan
        What is to be run.
    engine
        "compiled" or "reference"; the tables are the same, to the last bit.
    """

    def __init__(self, plan: Plan, engine: str = "compiled") -> None:
        self.plan = plan
        self._run = self._run_compiled if engine == "compiled" else self._run_reference
        self._engines: dict[int, Engine] = {}
        self._medians: dict[int, dict[str, float]] = {}
        self._paths: dict[int, list[tuple[str, ...]]] = {}
        self._rows: dict[int, Floats] = {}

    def chunk(self, index: int, stop: Asked | None = None) -> SweepChunk:
        """Run one chunk.

        Parameters
        ----------
        index
            Its number.
        stop
            Set to give up between two blocks of runs.

        Raises
        ------
        Stopped
            `stop` was set.
        """
        plan, (first, last) = self.plan, self.plan.span(index)
        is_rows, parts, failures = plan.spec.keep is Keep.ROWS, list[Part](), list[Failure]()
        tally = Tally(plan, first, last)
        for g, block in self._blocks(first, last):
            part = self._run(g, block, stop)
            failures += part.failures
            if is_rows:
                parts.append(part)
            else:
                tally.add(part)
        table = rows_table(plan, parts) if is_rows else summary_table(tally)
        return SweepChunk(index=index, first=first, stop=last, table=table, failures=sorted(failures))

    def replications(self, experiment: int, start: int, n: int) -> tuple[Floats, Hits]:
        """Return the outcomes of some replications of one experiment, float64[n, C], and which finished, bool[n].

        Parameters
        ----------
        experiment
            Its number; its luck must be its own or that of all.
        start, n
            The first replication, and how many; they may lie beyond those of the plan.
        """
        found, finished = np.zeros((n, len(self.plan.declared))), np.zeros(n, dtype=bool)
        for first in range(0, n, BLOCK_RUNS):
            which = np.arange(start + first, start + min(first + BLOCK_RUNS, n))
            block = _Block(experiment=np.full(len(which), experiment), replication=which)
            part = self._run(int(self.plan.group[experiment]), block, None)
            found[part.replication - start], finished[part.replication - start] = part.rows, True
        return found, finished

    def _blocks(self, first: int, last: int) -> Iterator[tuple[int, _Block]]:
        """Yield scenario and runs of each block: many experiments at once, or an experiment in parts."""
        n, group = self.plan.spec.replications, self.plan.group[first:last]
        step = max(1, BLOCK_RUNS // n)
        for g in np.unique(group).tolist():
            experiments = first + np.flatnonzero(group == g)
            for i in range(0, len(experiments), step):
                some = experiments[i : i + step]
                for start in range(0, n, BLOCK_RUNS):
                    replications = np.arange(start, min(start + BLOCK_RUNS, n))
                    experiment = np.repeat(some, len(replications))
                    yield g, _Block(experiment=experiment, replication=np.tile(replications, len(some)))

    # ---- what a run is given -------------------------------------------------------------------------

    def _addresses(self, block: _Block) -> Whole:
        """Return the outer point whose luck each run has."""
        luck = self.plan.design.luck[block.experiment % self.plan.design.n]
        found = luck * self.plan.spec.replications + block.replication
        if found.max(initial=0) > LAST_ADDRESS:
            rule = f"points with luck of their own times replications must stay below {LAST_ADDRESS + 1:,}"
            raise SpecError(Problem(rule=rule, got=f"{int(found.max()):,}", path="replications", code="E319"))
        return np.asarray(found, dtype=np.int64)

    def _samples(self, g: int, addresses: Whole) -> Points:
        """Return the numbers of a scenario at all outer points from the first address to the last."""
        low, n = int(addresses.min()), int(addresses.max() - addresses.min()) + 1
        return draw_points(
            self.plan.scenarios[g], seed=self.plan.spec.seed, n_points=n, first=low, memory=Columns(0)
        )

    def _medians_of(self, g: int) -> dict[str, float]:
        """Return the median of every number of a scenario."""
        if g not in self._medians:
            self._medians[g] = medians(self.plan.scenarios[g], self.plan.spec.seed)
        return self._medians[g]

    def _moved(self, g: int, block: _Block) -> list[tuple[tuple[str, ...], Floats]]:
        """Return what each numeric factor moves in a scenario, and its value in every run, NaN for as declared."""
        design, points = self.plan.design, block.experiment % self.plan.design.n
        numeric = [factor for factor in design.factors if not factor.is_structural]
        if g not in self._paths:
            self._paths[g] = [moved(self.plan.scenarios[g], factor) for factor in numeric]
        return [(p, design.values[f.path][points]) for p, f in zip(self._paths[g], numeric, strict=True)]

    # ---- the compiled engine -------------------------------------------------------------------------

    def _run_compiled(self, g: int, block: _Block, stop: Asked | None) -> Part:
        """Run a block with the compiled engine."""
        engine, plan, addresses = self._engine(g), self.plan, self._addresses(block)
        numbers, mode = self._numbers(g, block, addresses), plan.scenarios[g].spec.policy.mode
        job = replace(engine.job(numbers, mode=mode, has_twins=plan.spec.twins), points=addresses)
        failures: dict[int, RunError] = {}
        for start in range(0, job.n, _STOP_RUNS):
            if stop is not None and stop.is_set():
                raise Stopped
            failures |= engine.do(job, start, min(start + _STOP_RUNS, job.n)).failures
        names = list(engine.outcomes)
        return _part(block, job.rows[:, [names.index(name) for name in plan.declared]], failures)

    def _engine(self, g: int) -> Engine:
        """Return the engine of a scenario."""
        if g not in self._engines:
            from scenario.engine.compiled import Engine

            self._engines[g] = Engine(cast_of(self.plan.scenarios[g]), Streams(self.plan.spec.seed))
        return self._engines[g]

    def _numbers(self, g: int, block: _Block, addresses: Whole) -> Floats:
        """Return the numbers of every run, float64[R, P]."""
        engine, (base, first) = self._engine(g), self._base(g, addresses)
        numbers = taken(len(addresses) * base.shape[1]).reshape(len(addresses), -1)
        np.take(base, addresses - first, axis=0, out=numbers, mode="clip")  # clip: one row is for all
        for paths, values in self._moved(g, block):
            columns = np.array([engine.columns.column(path) for path in paths])
            is_moved = ~np.isnan(values)
            if is_moved.all():
                numbers[:, columns] = values[:, None]
            else:
                numbers[np.ix_(is_moved, columns)] = values[is_moved, None]
        return numbers

    def _base(self, g: int, addresses: Whole) -> tuple[Floats, int]:
        """Return the numbers that are no factor, and which address the first row is for."""
        columns, spec = self._engine(g).columns, self.plan.spec
        if spec.others is Others.MEDIAN:
            if g not in self._rows:
                self._rows[g] = columns.rows({p: np.array([v]) for p, v in self._medians_of(g).items()}, 1)
            return self._rows[g], 0
        is_common = spec.replications <= BLOCK_RUNS and int(addresses.max()) < spec.replications
        if is_common and g not in self._rows:
            every = np.arange(spec.replications)
            self._rows[g] = columns.rows(self._samples(g, every).values, len(every))
        if is_common:
            return self._rows[g], 0
        points = self._samples(g, addresses)
        first, n = int(addresses.min()), int(addresses.max() - addresses.min()) + 1
        return columns.rows(points.values, n), first

    # ---- the reference -------------------------------------------------------------------------------

    def _run_reference(self, g: int, block: _Block, stop: Asked | None) -> Part:
        """Run a block with the reference."""
        from scenario.experiment.processes import simulate_at

        addresses, plan = self._addresses(block), self.plan
        points, cast, streams = (
            self._points(g, block, addresses),
            cast_of(plan.scenarios[g]),
            Streams(plan.spec.seed),
        )
        rows = np.zeros((len(addresses), len(plan.declared)))
        failures: dict[int, RunError] = {}
        for i, address in enumerate(addresses.tolist()):
            if stop is not None and stop.is_set():
                raise Stopped
            try:
                row = simulate_at(cast, points, streams, i, m=address, twins=plan.spec.twins)
            except RunError as error:
                failures[i] = error
                continue
            rows[i] = [float(row[name]) for name in plan.declared]
        return _part(block, rows, failures)

    def _points(self, g: int, block: _Block, addresses: Whole) -> Points:
        """Return the numbers of every run by their paths; run i is point i."""
        if self.plan.spec.others is Others.MEDIAN:
            values = {path: np.full(len(addresses), v) for path, v in self._medians_of(g).items()}
        else:
            drawn = self._samples(g, addresses).values
            values = {path: column[addresses - addresses.min()] for path, column in drawn.items()}
        for paths, given in self._moved(g, block):
            for path in paths:
                values[path] = np.where(np.isnan(given), values[path], given)
        return Points(scenario=self.plan.scenarios[g], values=values)


def _part(block: _Block, rows: Floats, failures: dict[int, RunError]) -> Part:
    """Return what a block gave, with the runs that finished."""
    told = [
        (int(block.experiment[run]), int(block.replication[run]), f"{error.rule} (got {error.got})")
        for run, error in failures.items()
    ]
    kept = np.ones(len(rows), dtype=bool)
    kept[list(failures)] = False
    everything = kept.all()
    return Part(
        experiment=block.experiment if everything else block.experiment[kept],
        replication=block.replication if everything else block.replication[kept],
        rows=rows if everything else rows[kept],
        failures=told,
    )
