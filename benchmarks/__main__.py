"""Run the benchmark and write reports/benchmarks: `python -m benchmarks --help`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import check, engines, fresh, goals, report
from benchmarks.measure import machine, measure
from benchmarks.page import measure_page
from benchmarks.sweeps import measure_sweeps
from benchmarks.work import Work, work
from scenario.draws.streams import Streams
from scenario.engine.reference import simulate


def main(arguments: list[str] | None = None) -> int:
    """Check that the plain program is the same model, measure, write; 1 if it is not the same."""
    asked = _parser().parse_args(arguments)
    on = machine()  # before anything runs: the load of the machine is part of it
    agreement = check.check(asked.check) if asked.check else []
    apart = check.disagreements(agreement)
    for outcome in apart:
        _say(f"not the same model: {outcome.outcome}, z = {outcome.z:.1f}")
    job = work(n_points=asked.points)
    variants, missing = engines.variants(job)
    for variant in missing:
        _say(f"not measured: {variant.title}: {variant.reason}")
    timings = measure(variants, n_repeats=asked.repeats, least_seconds=asked.seconds, progress=_say)
    measured = report.Measured(
        timings=timings,
        missing=missing,
        machine=on,
        case=job.scenario.spec.title,
        n_events=mean_events(job),
        agreement=agreement,
    )
    for path in report.write(measured, asked.output):
        _say(path.name)
    swept = None
    if asked.sweep_points:
        swept = measure_sweeps(
            n_points=asked.sweep_points, n_repeats=asked.repeats, least_seconds=asked.seconds, progress=_say
        )
    took = fresh.measure_fresh(n_repeats=asked.fresh, progress=_say) if asked.fresh else []
    moves = measure_page(_say) if asked.fresh else []
    files = fresh.files(took, on) if took else {}
    files |= report.sweep_files(swept, on) if swept else {}
    for name, text in (files | {"README.md": goals.page(measured, moves, took, swept)}).items():
        (asked.output / name).write_text(text, encoding="utf-8")
    return 1 if apart else 0


def mean_events(job: Work) -> float:
    """Return the mean number of events of a run, over the runs of the work."""
    streams, mode = Streams(job.seed), job.scenario.spec.policy.mode
    counts = [
        len(simulate(job.cast, world, streams, n=n, m=m, mode=mode)[1])
        for m, world in enumerate(job.worlds)
        for n in range(job.n_replications)
    ]
    return sum(counts) / len(counts)


def _parser() -> argparse.ArgumentParser:
    """Return what the command line takes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--repeats", type=int, default=11, help="rounds, >= 1 (default 11)")
    parser.add_argument("--points", type=int, default=100, help="outer points, 4 runs each (default 100)")
    parser.add_argument("--seconds", type=float, default=0.3, help="least time of a repeat (default 0.3)")
    parser.add_argument("--check", type=int, default=2000, help="runs of each program to compare; 0: none")
    parser.add_argument(
        "--fresh",
        type=int,
        default=0,
        help="repeats in fresh processes, and levers of the app; 0: none (default)",
    )
    parser.add_argument(
        "--sweep-points",
        type=int,
        default=1000,
        help="points of a sweep, 100 runs each; 0: none (default 1000)",
    )
    parser.add_argument("--output", type=Path, default=report.FOLDER, help="folder to write into")
    return parser


def _say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
