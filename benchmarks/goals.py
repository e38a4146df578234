"""Hold what was measured against the goals, and write reports/benchmarks/README.md."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import scenario
from benchmarks.measure import Timing
from benchmarks.page import Moves
from benchmarks.processes import Took
from benchmarks.report import MICRO, Measured, table, today_table
from benchmarks.sweeps import Sweeps
from benchmarks.work import CASE

N_VARIANCE = 4000
CHANGE = ("defaults.sender.bars.attribute", 0.93, 0.88)
OUTCOMES = ("attributed", "responded", "quantity_shipped", "pressure_days", "days_pausing")

SWEEPS = {
    "sweep-memory": "in memory",
    "sweep-disk": "into a folder",
    "sweep-tmpfs": "into a folder in memory",
    "sweep-summary": "summaries, into a folder",
    "sweep-own": "luck of its own, into a folder",
}
"""Sweeps that are held against the bare kernel, and their words."""

WHERE = """\
## Where the time goes

A profile of the compiled engine on the base case (some 660 arrivals of reports at senders, 230 other events and 640
draws a run; sampled, November 2026): taking reports in and judging 23 %, the queue 19 %, uniform numbers and
distributions 22 %, emitting reports 11 %, exp and log inside beliefs 7 %, target and pressure 8 %, setting a run up
and writing its row 5 %, the rest 5 %. No single place is left that would give a factor; a run that is not done does:
after a moved lever only the runs that it touches are done again.

Portable exp and log cost 12 % of the engine's time (83 against 94 microseconds per run, everything else equal). Pooled
variates were not built: draws are less than a quarter of a run, so pooling could not reach what leaving runs out does.
"""


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One line: what was measured, what it must be, what we aim for, and what it is."""

    figure: str
    must: float
    aim: float
    value: float
    unit: str = "x"
    is_ceiling: bool = False

    @property
    def verdict(self) -> str:
        """Return whether the goal is met."""
        if self._reaches(self.aim):
            return "aim met"
        return "met" if self._reaches(self.must) else "**not met**"

    def _reaches(self, bound: float) -> bool:
        """Return whether the value is on the right side of a bound."""
        return self.value <= bound if self.is_ceiling else self.value >= bound

    @property
    def row(self) -> list[str]:
        """Return the line's cells."""
        sign = "<=" if self.is_ceiling else ">="
        shown = f"{self.value:.3g}" if self.value < 100 else f"{self.value:.0f}"
        cells = (
            f"{sign} {self.must:g} {self.unit}",
            f"{sign} {self.aim:g} {self.unit}",
            f"{shown} {self.unit}",
        )
        return [self.figure, *cells, self.verdict]


def goals(
    measured: Measured, moves: Sequence[Moves], fresh: Sequence[Took], sweeps: Sweeps | None = None
) -> list[Goal]:
    """Return every goal that these measurements can judge."""
    compiled, log = measured.timing("compiled"), measured.timing("compiled-log")
    threads, after = measured.timing("two-threads"), measured.timing("statistics")
    found = [
        Goal(
            figure="compiled / reference, CPU time, one core", must=30, aim=45, value=measured.speed(compiled)
        ),
        Goal(figure="two threads / one", must=1.7, aim=1.9, value=_ratio(compiled.wall, threads.wall)),
        Goal(
            figure="event log on / off",
            must=1.15,
            aim=1.05,
            value=_ratio(log.cpu, compiled.cpu),
            is_ceiling=True,
        ),
        Goal(
            figure="statistics / kernel time at 10,000",
            must=0.15,
            aim=0.09,
            value=after.median / compiled.median,
            is_ceiling=True,
        ),
        Goal(
            figure=f"variance of a paired difference, independent / keyed ({CHANGE[0]} {CHANGE[1]} to {CHANGE[2]})",
            must=5,
            aim=15,
            value=variance_ratio(),
        ),
    ]
    if moves:
        slowest = max(move.median for move in moves)
        figure = f"a lever moved, {moves[0].n_pairs:,} pairs, page made anew on the server (slowest lever)"
        found.append(Goal(figure=figure, must=400, aim=150, value=slowest, unit="ms", is_ceiling=True))
    return [*found, *_of_sweeps(sweeps), *_fresh(fresh)]


def _of_sweeps(sweeps: Sweeps | None) -> list[Goal]:
    """Return the goals about sweeps: each kind of sweep beside the bare kernel that does the same runs."""
    if sweeps is None:
        return []
    return [
        Goal(
            figure=f"sweep / bare kernel time, {sweeps.n:,} runs, {words}",
            must=1.10,
            aim=1.03,
            value=sweeps.ratio(name),
            is_ceiling=True,
        )
        for name, words in SWEEPS.items()
        if sweeps.has(name)
    ]


def _fresh(fresh: Sequence[Took]) -> list[Goal]:
    """Return the goals about fresh processes."""
    by_title = {took.title: took for took in fresh}
    found = []
    for word, must, aim in (("warm", 2, 1), ("cold", 20, 8)):
        took = by_title.get(f"start to first result, {word}")
        if took is not None:
            figure = f"start to first result on the command line, {word}"
            found.append(
                Goal(figure=figure, must=must, aim=aim, value=took.median_wall, unit="s", is_ceiling=True)
            )
    few, many = (by_title.get(f"{n:,} runs, streaming") for n in (1_000, 1_000_000))
    if few is not None and many is not None:
        ratio = many.median_peak / few.median_peak
        figure = "peak memory, 10^6 over 10^3 runs, streaming"
        found.append(Goal(figure=figure, must=1.05, aim=1.0, value=ratio, is_ceiling=True))
    return found


def _ratio(top: Sequence[float], bottom: Sequence[float]) -> float:
    """Return the median over repeats of a ratio of times."""
    return statistics.median(a / b for a, b in zip(top, bottom, strict=True))


def variance_ratio() -> float:
    """Return how much less an average paired difference varies than one of independent runs: median over outcomes."""
    path, before, after = CHANGE
    tables = [
        scenario.run(
            scenario.load(CASE, overrides=[f"{path}={value}"]), N_VARIANCE, twins=False, workers=2
        ).outcomes
        for value in (before, after)
    ]
    ratios = []
    for name in OUTCOMES:
        a, b = (np.asarray(table[name], dtype=np.float64) for table in tables)
        ratios.append(float((a.var() + b.var()) / (b - a).var()))
    return statistics.median(ratios)


def page(
    measured: Measured, moves: Sequence[Moves], fresh: Sequence[Took], sweeps: Sweeps | None = None
) -> str:
    """Return reports/benchmarks/README.md."""
    found = goals(measured, moves, fresh, sweeps)
    lines = [
        "# Benchmarks",
        "Written by `make bench`. Ratios are goals, absolute times information; what is behind each number stands in "
        f"{_sources(sweeps)}, every repeat in `engines-repeats.csv`.",
        "![microseconds per run, by variant](engines.png)",
        "## Against the goals",
        table(("figure", "must", "aim", "measured", "verdict"), [goal.row for goal in found]),
        "That both engines give the same logs is a proof, not a benchmark: `reports/proofs/identity-*.json`.",
        _moves_text(moves),
        _sweeps_text(sweeps),
        WHERE.strip(),
        _machine(measured),
    ]
    return "\n\n".join(line for line in lines if line) + "\n"


def _moves_text(moves: Sequence[Moves]) -> str:
    """Return the table of the levers."""
    if not moves:
        return ""
    rows = [
        [m.lever, f"{m.median:.0f}", f"{min(m.milliseconds):.0f} to {max(m.milliseconds):.0f}"] for m in moves
    ]
    told = "Milliseconds until the first page is made anew on the server (no browser), after the first move."
    return f"## A lever moved\n\n{told}\n\n" + table(("lever", "median", "range"), rows)


def _sources(sweeps: Sweeps | None) -> str:
    """Return the pages behind the numbers."""
    pages = ["engines", "processes"] if sweeps is None else ["engines", "sweeps", "processes"]
    links = [f"[{name}.md]({name}.md)" for name in pages]
    return f"{', '.join(links[:-1])} and {links[-1]}"


def _sweeps_text(sweeps: Sweeps | None) -> str:
    """Return the table of the same sweep as a user would do it today."""
    if sweeps is None:
        return ""
    told = "Time that passes per run of the same sweep, on the same number of cores where the row says so."
    return f"## A sweep, and as one would do it today\n\n{told}\n\n{today_table(sweeps)}"


def _machine(measured: Measured) -> str:
    """Return what it was measured on."""
    told = ", ".join(f"{name} {value}" for name, value in measured.machine.items())
    return f"Machine: {told}. Reference {_us(measured.reference)}, compiled {_us(measured.timing('compiled'))} per run."


def _us(timing: Timing) -> str:
    """Return microseconds per run."""
    return f"{MICRO * timing.median:,.1f} µs"
