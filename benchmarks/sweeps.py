"""What a sweep costs beside the bare kernel, and the same sweep as a user would do it today.

The bare kernel does the runs of the sweep, with the same numbers at the same addresses, on the same number of
threads, and nothing else: no numbers put together, no tables, no files.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import scenario
from benchmarks import workbench
from benchmarks.measure import Missing, Progress, Timing, Variant, measure
from benchmarks.work import CASE
from scenario.draws.streams import Streams
from scenario.engine.compiled import Engine, Floats, Job, rows_of
from scenario.engine.tables import Points, cast_of, draw_points, world_at
from scenario.experiment.factors import moved
from scenario.experiment.plan import Plan, plan_of
from scenario.experiment.sweep import run_sweep, sweep
from scenario.spec.sweep import SweepSpec, sweep_of

N_THREADS = 2
"""Threads of the sweep and of the bare kernel; processes of what a user would do today."""

N_REPLICATIONS = 100
N_TODAY, REPEATS_TODAY = 8, 3
"""Points and repeats of the slow ways: their time per run does not depend on the number of points."""

DISK, SHARED_MEMORY = Path(tempfile.gettempdir()), Path("/dev/shm")

FACTORS: dict[str, dict[str, Any]] = {
    "act.p_true": {"range": [0.2, 0.95]},
    "defaults.sender.bars.attribute": {"range": [0.7, 0.97]},
    "response.p_execute": {"range": [0.2, 1.0]},
    "response.hold_days": {"integer": [0, 30]},
}

KERNEL = "sweep-kernel"
OWN_KERNEL = "sweep-kernel-own"


@dataclass(frozen=True, kw_only=True)
class Sweeps:
    """What was measured of sweeps.

    Parameters
    ----------
    ours
        The bare kernel and our sweeps, interleaved.
    today
        The same sweep as a user would do it today: fewer points, fewer repeats, seconds per run.
    missing
        What could not be measured, and why.
    n_points, n_replications
        Size of our sweeps; one policy.
    """

    ours: Sequence[Timing]
    today: Sequence[Timing]
    missing: Sequence[Missing]
    n_points: int
    n_replications: int

    @property
    def n(self) -> int:
        """Return the number of runs of a sweep."""
        return self.n_points * self.n_replications

    def timing(self, name: str) -> Timing:
        """Return the timing of a variant by name."""
        return next(t for t in (*self.ours, *self.today) if t.variant.name == name)

    def has(self, name: str) -> bool:
        """Return whether a variant was measured."""
        return any(t.variant.name == name for t in (*self.ours, *self.today))

    def kernel(self, timing: Timing) -> Timing:
        """Return the bare kernel that does the same runs as a variant of ours."""
        return self.timing(OWN_KERNEL if timing.variant.name.endswith("-own") else KERNEL)

    def ratios(self, timing: Timing, *, clock: str = "wall") -> list[float]:
        """Return, repeat by repeat, the time of a variant of ours divided by that of its bare kernel."""
        own, bare = getattr(timing, clock), getattr(self.kernel(timing), clock)
        return [a / b for a, b in zip(own, bare, strict=True)]

    def ratio(self, name: str, *, clock: str = "wall") -> float:
        """Return the median of `ratios`."""
        return statistics.median(self.ratios(self.timing(name), clock=clock))


def measure_sweeps(
    *, n_points: int, n_repeats: int, least_seconds: float, progress: Progress = lambda _: None
) -> Sweeps:
    """Measure our sweeps interleaved, then what a user would do today with fewer points and repeats.

    Parameters
    ----------
    n_points
        Points of our sweeps, >= 1, with `N_REPLICATIONS` runs each.
    n_repeats, least_seconds, progress
        As in `measure`.
    """
    with ExitStack() as open_now:
        ours = measure(
            our_variants(n_points, open_now),
            n_repeats=n_repeats,
            least_seconds=least_seconds,
            progress=lambda line: progress(f"sweeps: {line}"),
        )
    with ExitStack() as open_now:
        built = today_variants(min(n_points, N_TODAY), open_now)
        today = measure(
            [v for v in built if isinstance(v, Variant)],
            n_repeats=min(n_repeats, REPEATS_TODAY),
            least_seconds=least_seconds,
            progress=lambda line: progress(f"sweeps as of today: {line}"),
        )
    missing = [v for v in built if isinstance(v, Missing)]
    return Sweeps(ours=ours, today=today, missing=missing, n_points=n_points, n_replications=N_REPLICATIONS)


def spec_of(n_points: int, *, n_replications: int = N_REPLICATIONS, **further: Any) -> SweepSpec:
    """Return the sweep that is measured: what a file with these factors and nothing else would ask for.

    >>> spec_of(3).keep.value, spec_of(3).luck.value, spec_of(3).others.value
    ('rows', 'common', 'drawn')
    """
    told = {
        "name": "benchmark",
        "title": "Four numbers of the base case",
        "scenario": CASE,
        "replications": n_replications,
        "design": {"kind": "latin-hypercube", "points": n_points},
        "factors": FACTORS,
    }
    return sweep_of(told | further)


# ---- ours --------------------------------------------------------------------------------------------


def our_variants(n_points: int, open_now: ExitStack) -> list[Variant]:
    """Return the bare kernels and our sweeps; what they keep open is closed with the stack."""
    rows, own, short = map(
        plan_of, (spec_of(n_points), spec_of(n_points, luck="own"), spec_of(n_points, keep="summary"))
    )
    pool = open_now.enter_context(ThreadPoolExecutor(N_THREADS))
    size = f"{n_points} points x {N_REPLICATIONS}"
    return [
        _ours(rows, KERNEL, "Bare kernel", _kernel(rows, pool), f"{size}, {N_THREADS} threads, nothing else"),
        _ours(rows, "sweep-memory", "Sweep in memory", _in_memory(rows), "all outcomes of all runs, one table"),
        _ours(rows, "sweep-disk", "Sweep into a folder", _into(rows, DISK), "chunks made durable on a disk"),
        *_shared(rows),
        _ours(short, "sweep-summary", "Sweep of summaries", _into(short, DISK), "five statistics per outcome"),
        _ours(own, OWN_KERNEL, "Bare kernel, own luck", _kernel(own, pool), "other luck at every point"),
        _ours(own, "sweep-own", "Sweep, own luck", _into(own, DISK), "numbers drawn anew for every run"),
        _ours(rows, "sweep-plan", "Plan", lambda: plan_of(rows.spec), "before a sweep; not in the rows above"),
    ]  # fmt: skip


def _ours(plan: Plan, name: str, title: str, call: Callable[[], object], note: str) -> Variant:
    """Return a variant of ours, by the clock on the wall."""
    return Variant(name=name, title=title, call=call, n=plan.n_runs, clock="wall", note=note)


def _in_memory(plan: Plan) -> Callable[[], object]:
    """Return what runs a sweep in memory."""
    return lambda: run_sweep(_anew(plan), workers=N_THREADS, engine="compiled")


def _into(plan: Plan, place: Path) -> Callable[[], object]:
    """Return what runs a sweep into a fresh folder at a place, and removes it."""

    def call() -> None:
        with tempfile.TemporaryDirectory(prefix="sweep-", dir=place) as folder:
            sweep(_anew(plan), Path(folder) / "sweep", workers=N_THREADS, engine="compiled")

    return call


def _shared(plan: Plan) -> list[Variant]:
    """Return the sweep into a folder that lies in memory, where the system has such a place."""
    if not SHARED_MEMORY.is_dir():
        return []
    note = "as above, in memory: no disk"
    return [_ours(plan, "sweep-tmpfs", "Sweep into a folder in memory", _into(plan, SHARED_MEMORY), note)]


def _anew(plan: Plan) -> Plan:
    """Return a plan that remembers nothing: what identifies a sweep is part of what it costs."""
    return replace(plan)


def kernel_jobs(plan: Plan) -> tuple[Engine, list[Job]]:
    """Return the runs of a plan with one scenario and numeric factors, chunk by chunk, ready to be done.

    Put together by another way than the sweep's: the numbers at each address, with the factors set on top.
    """
    case, n = plan.scenarios[0], plan.spec.replications
    engine = Engine(cast_of(case), Streams(plan.spec.seed))
    last = int(plan.design.luck.max()) * n + n
    base = rows_of(engine, draw_points(case, seed=plan.spec.seed, n_points=last))
    jobs = [_job(plan, engine, base, *plan.span(index)) for index in range(plan.n_chunks)]
    return engine, jobs


def _job(plan: Plan, engine: Engine, base: Floats, first: int, stop: int) -> Job:
    """Return the runs of the experiments first <= e < stop as one job."""
    n, case = plan.spec.replications, plan.scenarios[0]
    point = np.repeat(plan.points(first, stop), n)
    addresses = plan.design.luck[point] * n + np.tile(np.arange(n), stop - first)
    numbers = base[addresses]
    for factor in plan.design.factors:
        columns = [engine.columns.column(path) for path in moved(case, factor)]
        numbers[:, columns] = plan.design.values[factor.path][point, None]
    return replace(engine.job(numbers, mode=case.spec.policy.mode), points=addresses)


def _kernel(plan: Plan, pool: ThreadPoolExecutor) -> Callable[[], object]:
    """Return what does the runs of a plan and nothing else."""
    engine, jobs = kernel_jobs(plan)
    return lambda: list(pool.map(engine.do, jobs))


# ---- as a user would do it today ---------------------------------------------------------------------


def today_variants(n_points: int, open_now: ExitStack) -> list[Variant | Missing]:
    """Return the same sweep through other tools; pools are started before the clock is, and end with the stack."""
    plan = plan_of(spec_of(n_points))
    return [
        *_workbench(plan, open_now),
        *(_joblib(plan, engine, open_now) for engine in ("reference", "compiled")),
    ]


def _workbench(plan: Plan, open_now: ExitStack) -> list[Variant | Missing]:
    """Return the EMA Workbench round the reference, on one core and on several."""
    kinds = {
        "sweep-workbench": ("EMA Workbench round the reference", "one core"),
        "sweep-workbench-pool": (
            "EMA Workbench, processes",
            f"MultiprocessingEvaluator, {N_THREADS} processes",
        ),
    }
    if not workbench.is_there():
        reason = "ema_workbench is not installed (extra: dev)"
        return [Missing(name=name, title=title, reason=reason) for name, (title, _) in kinds.items()]
    n, run = plan.spec.replications, reference_function(plan)
    calls = [
        workbench.performed(run, n_points=plan.n, n_replications=n, processes=processes, open_now=open_now)
        for processes in (1, N_THREADS)
    ]
    return [
        _today(plan, name, title, call, f"ReplicatorModel, six outcome arrays, worlds made before; {where}")
        for (name, (title, where)), call in zip(kinds.items(), calls, strict=True)
    ]


def reference_function(plan: Plan) -> Callable[..., dict[str, float]]:
    """Return one run of a sweep as the workbench wants it; the world of every run is made beforehand."""
    case, n, streams = plan.scenarios[0], plan.spec.replications, Streams(plan.spec.seed)
    cast, drawn = cast_of(case), draw_points(case, seed=plan.spec.seed, n_points=n).values
    worlds = []
    for point in range(plan.n):
        values = dict(drawn)
        for factor in plan.design.factors:
            values |= dict.fromkeys(moved(case, factor), np.full(n, plan.design.values[factor.path][point]))
        worlds.append([world_at(Points(scenario=case, values=values), r) for r in range(n)])
    return workbench.function(
        lambda point, replication: (worlds[point][replication], 0, replication),
        cast,
        streams,
        mode=case.spec.policy.mode,
    )


def _joblib(plan: Plan, engine: str, open_now: ExitStack) -> Variant | Missing:
    """Return a loop round `scenario.run`, a point at a time, on processes that were started before."""
    name, title = f"sweep-joblib-{engine}", f"joblib loop round scenario.run, {engine}"
    try:
        import joblib  # type: ignore[import-untyped]
    except ImportError:
        return Missing(name=name, title=title, reason="joblib is not installed")
    settings = settings_of(plan)
    open_now.callback(_end_processes)

    def call() -> list[Any]:
        tasks = (
            joblib.delayed(run_point)(one, plan.spec.replications, plan.spec.seed, engine) for one in settings
        )
        return list(joblib.Parallel(n_jobs=N_THREADS)(tasks))

    note = f"each point: load with overrides, run, keep the table; {N_THREADS} processes"
    return _today(plan, name, title, call, note)


def _end_processes() -> None:
    """End the processes that joblib keeps for the next call."""
    from joblib.externals.loky import get_reusable_executor  # type: ignore[import-untyped]

    get_reusable_executor().shutdown(wait=True)


def _today(plan: Plan, name: str, title: str, call: Callable[[], object], note: str) -> Variant:
    """Return a variant of today, by the clock on the wall."""
    return Variant(
        name=name, title=title, call=call, n=plan.n_runs, clock="wall", note=f"{plan.n} points; {note}"
    )


def settings_of(plan: Plan) -> list[dict[str, float]]:
    """Return the factors of every point as overrides of the scenario."""
    return [
        {factor.path: float(plan.design.values[factor.path][point]) for factor in plan.design.factors}
        for point in range(plan.design.n)
    ]


def run_point(settings: dict[str, float], n: int, seed: int, engine: str) -> Any:
    """Run the replications of one point by the public names alone; the rows are those of the sweep."""
    case = scenario.load(CASE, overrides=settings)
    return scenario.run(case, outer=n, inner=1, seed=seed, engine=engine, twins=False).outcomes
