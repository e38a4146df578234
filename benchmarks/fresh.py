"""What only a fresh process can tell: start to first result, cold and warm, and peak memory by number of runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from benchmarks.measure import Progress
from benchmarks.processes import Took, command, snippet
from benchmarks.report import csv_lines, table
from benchmarks.work import CASE

COLUMNS = ("what", "repeats", "wall_s_median", "wall_s_min", "wall_s_max", "cpu_s_median", "peak_mib_median")

RUN = """
import scenario
print(scenario.{verb}(scenario.load({case!r}), {n}, twins=False, workers=2).n)
"""


def memory(n: int, *, verb: str, n_repeats: int) -> Took:
    """Return the peak memory of a process that does `n` runs: verb `run` keeps all rows, `stream` none."""
    source = RUN.format(case=CASE, n=n, verb=verb)
    kept = "rows kept" if verb == "run" else "streaming"
    return snippet(f"{n:,} runs, {kept}", source, n_repeats=n_repeats)


def start(*, is_cold: bool, n_repeats: int) -> Took:
    """Return start to first result: one run, asked for on the command line."""
    words = [str(Path(sys.executable).with_name("scenario")), "run", CASE, "-n", "1", "--json"]
    title = f"start to first result, {'cold' if is_cold else 'warm'}"
    return command(title, words, n_repeats=n_repeats, is_cold=is_cold)


def measure_fresh(*, n_repeats: int, progress: Progress) -> list[Took]:
    """Measure everything that needs fresh processes."""
    jobs: list[Callable[[], Took]] = [
        lambda: start(is_cold=False, n_repeats=n_repeats),
        lambda: start(is_cold=True, n_repeats=n_repeats),
        *(partial(memory, n, verb="run", n_repeats=1) for n in (1_000, 100_000)),
        *(partial(memory, n, verb="stream", n_repeats=1) for n in (1_000, 100_000, 1_000_000)),
    ]
    found = []
    for job in jobs:
        found.append(job())
        progress(f"{found[-1].title}: {found[-1].median_wall:.2f} s, {found[-1].median_peak:.0f} MiB")
    return found


def files(found: Sequence[Took], machine: Mapping[str, str]) -> dict[str, str]:
    """Return processes.csv and processes.md."""
    rows = [_row(took) for took in found]
    lines = [
        "# Fresh processes",
        "Seconds from start to end, peak resident memory (MiB), medians. Cold: with no compiled code kept.",
        table(COLUMNS, [list(row.values()) for row in rows]),
        ", ".join(f"{name} {value}" for name, value in machine.items()) + ".",
    ]
    return {"processes.csv": csv_lines(COLUMNS, rows), "processes.md": "\n\n".join(lines) + "\n"}


def _row(took: Took) -> dict[str, object]:
    """Return one line of the table."""
    values = (
        took.title, len(took.wall), f"{took.median_wall:.2f}", f"{min(took.wall):.2f}", f"{max(took.wall):.2f}",
        f"{took.median_cpu:.2f}", f"{took.median_peak:.0f}",
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
