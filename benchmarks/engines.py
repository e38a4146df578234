"""The variants: our engines, and the same work as a user would do it today.

Each builder takes the work and returns a variant or says why it is missing. A new engine is one more builder in
`BUILDERS`; the places that wait for the compiled engine are marked PLUG.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import workbench
from benchmarks.measure import Missing, Variant
from benchmarks.plain_simpy import Chance
from benchmarks.plain_simpy import simulate as simulate_plainly
from benchmarks.work import Work
from scenario.draws.streams import Streams
from scenario.engine.reference import simulate

REFERENCE = "reference"
"""The variant that ratios are counted from."""


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


def compiled(work: Work) -> Variant | Missing:
    """Return the compiled engine without log, one thread."""
    # PLUG: lower level of scenario.engine.compiled, rows into an array, no tables; the same `work.points`.
    return _not_yet("compiled", "Compiled", work)


def compiled_with_log(work: Work) -> Variant | Missing:
    """Return the compiled engine that also writes the event log."""
    # PLUG: as `compiled`, with the log on.
    return _not_yet("compiled-log", "Compiled, with log", work)


def two_threads(work: Work) -> Variant | Missing:
    """Return the compiled engine on two threads, by the clock on the wall."""
    # PLUG: as `compiled`, work cut in two; clock="wall".
    return _not_yet("two-threads", "Compiled, two threads", work)


def statistics(work: Work) -> Variant | Missing:
    """Return the compiled engine with the statistics that a page shows."""
    # PLUG: as `compiled`, then the summary of the rows.
    return _not_yet("statistics", "Compiled, with statistics", work)


def pooled(work: Work) -> Variant | Missing:
    """Return the compiled engine on variates drawn once."""
    # PLUG: draw once outside `call`, simulate inside.
    return _not_yet("pooled", "Compiled, pooled draws", work)


def _not_yet(name: str, title: str, work: Work) -> Missing:
    """Say that an engine is not there yet."""
    return Missing(name=name, title=title, reason=f"no such engine yet for {work.scenario.spec.name}")


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
    statistics,
    pooled,
    plain_simpy,
    workbench_replicator,
)


def variants(work: Work) -> tuple[list[Variant], list[Missing]]:
    """Return what can be measured here, and what cannot."""
    built = [build(work) for build in BUILDERS]
    return [v for v in built if isinstance(v, Variant)], [v for v in built if isinstance(v, Missing)]
