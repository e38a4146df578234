"""The variants: our engines, and the same work as a user would do it today.

Each builder takes the work and returns a variant or says why it is missing. A new engine is one more builder in
`BUILDERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

import scenario
from benchmarks import workbench
from benchmarks.measure import Missing, Variant
from benchmarks.plain_simpy import Chance
from benchmarks.plain_simpy import simulate as simulate_plainly
from benchmarks.work import Work
from scenario.analysis.incidence import cumulative_incidences
from scenario.analysis.paired import paired_differences
from scenario.analysis.quantities import summaries
from scenario.draws.streams import Streams
from scenario.engine.compiled import Engine, Floats, rows_of
from scenario.engine.reference import simulate
from scenario.experiment.run import Result, run
from scenario.spec.schema import Mode

REFERENCE = "reference"
"""The variant that ratios are counted from."""

N_SPAN = 100
N_STATISTICS = 10_000
LEVER = "senders.us.patience_days"


# ---- our engines -------------------------------------------------------------------------------------


def reference(work: Work) -> Variant:
    """Return the reference engine: shared draws and event log, as it is."""
    streams, mode = Streams(work.seed), work.scenario.spec.policy.mode

    def call() -> None:
        for m, world in enumerate(work.worlds):
            for n in range(work.n_replications):
                simulate(work.cast, world, streams, n=n, m=m, mode=mode)

    return Variant(
        name=REFERENCE,
        title="Reference (SimPy)",
        call=call,
        n=work.n,
        note="draws with addresses, event log, no twins, no tables",
    )


def compiled(work: Work) -> Variant:
    """Return the compiled engine without log, one thread."""
    engine, numbers, mode = _engine(work)

    def call() -> None:
        engine.do(engine.job(numbers, n_inner=work.n_replications, mode=mode))

    return Variant(
        name="compiled",
        title="Compiled",
        call=call,
        n=work.n,
        note="one thread; every outcome, no log, no twins",
    )


def compiled_with_log(work: Work) -> Variant:
    """Return the compiled engine that also keeps the event log of every run."""
    engine, numbers, mode = _engine(work)

    def call() -> None:
        engine.do(engine.job(numbers, n_inner=work.n_replications, mode=mode, keeps_log=True))

    return Variant(
        name="compiled-log",
        title="Compiled, with log",
        call=call,
        n=work.n,
        note="every event of every run kept",
    )


def two_threads(work: Work) -> Variant:
    """Return the compiled engine on two threads, by the clock on the wall."""
    engine, numbers, mode = _engine(work)
    pool = ThreadPoolExecutor(2)
    spans = [(start, min(start + N_SPAN, work.n)) for start in range(0, work.n, N_SPAN)]

    def call() -> None:
        job = engine.job(numbers, n_inner=work.n_replications, mode=mode)
        list(pool.map(lambda span: engine.do(job, *span), spans))

    return Variant(
        name="two-threads",
        title="Compiled, two threads",
        call=call,
        n=work.n,
        clock="wall",
        note=f"time that passes; parts of {N_SPAN} runs",
    )


def lever(work: Work) -> Variant:
    """Return the compiled engine after a lever was moved: only what it touches runs again."""
    engine, numbers, mode = _engine(work)
    job = engine.job(numbers, n_inner=work.n_replications, mode=mode, keeps_guards=True)
    engine.do(job)
    guards = np.array(job.guards)
    moved = numbers.copy()
    moved[:, engine.columns.column(LEVER)] += 1.0

    def call() -> None:
        which = engine.touched(job, moved, engine=engine)
        again = replace(job, numbers=moved, rows=job.rows.copy(), guards=guards.copy(), which=which)
        engine.do(again)

    return Variant(
        name="lever",
        title="Compiled, a lever moved",
        call=call,
        n=work.n,
        note=f"{LEVER} one day up; rows of untouched runs taken over, the same to the last bit",
    )


def statistics(work: Work) -> Variant:
    """Return what follows 10,000 paired runs on one core: summaries, paired differences, incidence curves."""
    pair = [
        run(
            scenario.load(work.scenario.spec.name, variant=variant),
            N_STATISTICS,
            seed=work.seed,
            engine="compiled",
            twins=False,
        )
        for variant in ("base", "wait-for-eu")
    ]
    return Variant(
        name="statistics",
        title="Statistics alone",
        call=lambda: _statistics(*pair),
        n=N_STATISTICS,
        note="per pair of runs, at 10,000: all outcomes of A and B, their differences, 20 curves of 366 days",
    )


def _statistics(a: Result, b: Result) -> None:
    """Summarise both sides, their differences and 20 curves."""
    kinds: dict[str, str] = {name: outcome.kind for name, outcome in a.declared.items()}
    units = {name: outcome.unit for name, outcome in a.declared.items()}
    horizon, experiment = float(a.scenario.spec.horizon_days), a.outcomes["experiment"].to_numpy()
    summaries(b.outcomes, experiment, kinds=kinds, units=units, horizon=horizon)
    paired_differences(a.outcomes, b.outcomes, experiment, kinds=kinds, horizon=horizon)
    times = [name for name, kind in kinds.items() if kind == "time"][:10]
    curves = {(side, t): {t: r.outcomes[t].to_numpy()} for t in times for side, r in (("A", a), ("B", b))}
    cumulative_incidences(curves, horizon=horizon, experiment=experiment)


def _engine(work: Work) -> tuple[Engine, Floats, Mode]:
    """Return the compiled engine of the work, its numbers, and the mode of the runs."""
    engine = Engine(work.cast, Streams(work.seed))
    return engine, rows_of(engine, work.points), work.scenario.spec.policy.mode


# ---- as a user would do it today ---------------------------------------------------------------------


def plain_simpy(work: Work) -> Variant:
    """Return the same model as a plain SimPy program."""
    chance = Chance(work.seed)

    def call() -> None:
        for world in work.worlds:
            for _ in range(work.n_replications):
                simulate_plainly(work.cast, world, chance)

    return Variant(
        name="plain-simpy",
        title="Plain SimPy, random.Random",
        call=call,
        n=work.n,
        note="no shared draws, no event log, no twins; the main outcomes only",
    )


def workbench_replicator(work: Work) -> Variant | Missing:
    """Return an EMA Workbench ReplicatorModel round the reference engine."""
    name, title = "workbench", "EMA Workbench round the reference"
    if not workbench.is_there():
        return Missing(name=name, title=title, reason="ema_workbench is not installed (extra: dev)")
    return Variant(
        name=name,
        title=title,
        call=workbench.experiments(work),
        n=work.n,
        note="ReplicatorModel, sequential evaluator, six outcome arrays",
    )


BUILDERS: tuple[Callable[[Work], Variant | Missing], ...] = (
    reference,
    compiled,
    compiled_with_log,
    two_threads,
    lever,
    statistics,
    plain_simpy,
    workbench_replicator,
)


def variants(work: Work) -> tuple[list[Variant], list[Missing]]:
    """Return what can be measured here, and what cannot."""
    built = [build(work) for build in BUILDERS]
    return [v for v in built if isinstance(v, Variant)], [v for v in built if isinstance(v, Missing)]
