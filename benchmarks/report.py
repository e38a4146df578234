"""Write what was measured: engines.csv, every single repeat, engines.md, and the chart; the same of sweeps."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.check import Agreement
from benchmarks.engines import REFERENCE
from benchmarks.measure import PROJECT, Missing, Timing
from benchmarks.sweeps import Sweeps

FOLDER = PROJECT / "reports" / "benchmarks"
MICRO = 1e6
COLUMNS = (
    "variant", "title", "clock", "runs_per_call", "calls_per_repeat", "repeats", "us_median", "us_q1", "us_q3",
    "us_min", "us_max", "runs_per_second", "speed", "speed_q1", "speed_q3", "note",
)  # fmt: skip
SWEEP_COLUMNS = (
    "variant", "title", "whose", "clock", "runs_per_call", "calls_per_repeat", "repeats", "us_median", "us_q1",
    "us_q3", "us_min", "us_max", "over_kernel", "over_kernel_q1", "over_kernel_q3", "over_kernel_cpu", "note",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Everything that one benchmark found.

    Parameters
    ----------
    timings
        One per variant, the reference among them.
    missing
        What could not be measured, and why.
    machine
        What it was measured on.
    case
        Title of the case.
    n_events
        Events per run of the reference, a mean.
    agreement
        How the plain program's outcomes compare with the reference's; empty where that was not asked for.
    """

    timings: Sequence[Timing]
    missing: Sequence[Missing]
    machine: Mapping[str, str]
    case: str
    n_events: float
    agreement: Sequence[Agreement] = ()

    @property
    def reference(self) -> Timing:
        """Return the timing that ratios are counted from."""
        return self.timing(REFERENCE)

    def timing(self, name: str) -> Timing:
        """Return the timing of a variant by name."""
        return next(timing for timing in self.timings if timing.variant.name == name)

    def has(self, name: str) -> bool:
        """Return whether a variant was measured."""
        return any(timing.variant.name == name for timing in self.timings)

    def speeds(self, timing: Timing) -> list[float]:
        """Return, repeat by repeat, how many times as fast as the reference a variant was, by its own clock."""
        is_wall = timing.variant.clock == "wall"
        base = self.reference.wall if is_wall else self.reference.cpu
        return [b / own for b, own in zip(base, timing.seconds, strict=True)]

    def speed(self, timing: Timing) -> float:
        """Return the median of `speeds`."""
        return statistics.median(self.speeds(timing))

    @property
    def n_repeats(self) -> int:
        """Return the number of repeats."""
        return len(self.reference.cpu)


def write(measured: Measured, folder: Path = FOLDER) -> list[Path]:
    """Write tables and chart into a folder; return their paths."""
    from benchmarks.chart import pictures

    texts = {
        "engines.csv": csv_text(measured),
        "engines-repeats.csv": repeats_text(measured.timings),
        "engines.md": markdown(measured),
    }
    contents = {name: text.encode() for name, text in texts.items()} | pictures(measured)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


# ---- tables ------------------------------------------------------------------------------------------


def _quartiles(values: Sequence[float]) -> tuple[float, float]:
    """Return lower and upper quartile."""
    if len(values) < 2:
        return values[0], values[0]
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def _row(measured: Measured, timing: Timing) -> dict[str, object]:
    """Return one line of engines.csv."""
    speeds = measured.speeds(timing)
    s1, s3 = _quartiles(speeds)
    return {
        **_times(timing),
        "runs_per_second": f"{1.0 / timing.median:.1f}",
        "speed": f"{statistics.median(speeds):.3f}",
        "speed_q1": f"{s1:.3f}",
        "speed_q3": f"{s3:.3f}",
    }


def _times(timing: Timing) -> dict[str, object]:
    """Return what was measured and its microseconds per run."""
    variant, (q1, q3) = timing.variant, timing.quartiles
    micro = {
        "us_median": timing.median, "us_q1": q1, "us_q3": q3,
        "us_min": min(timing.seconds), "us_max": max(timing.seconds),
    }  # fmt: skip
    return {
        "variant": variant.name,
        "title": variant.title,
        "clock": variant.clock,
        "runs_per_call": variant.n,
        "calls_per_repeat": timing.n_calls,
        "repeats": len(timing.seconds),
        **{name: f"{MICRO * value:.3f}" for name, value in micro.items()},
        "note": variant.note,
    }


def csv_text(measured: Measured) -> str:
    """Return engines.csv: one line per variant; one that is missing has a reason and no numbers."""
    rows = [_row(measured, timing) for timing in measured.timings]
    return csv_lines(COLUMNS, [*rows, *_missing_rows(measured.missing)])


def _missing_rows(missing: Sequence[Missing]) -> list[dict[str, object]]:
    """Return lines of a table for what was not measured: a reason and no numbers."""
    return [{"variant": m.name, "title": m.title, "note": f"not measured: {m.reason}"} for m in missing]


def repeats_text(timings: Sequence[Timing]) -> str:
    """Return every single repeat, in microseconds per run."""
    rows = [
        {
            "variant": t.variant.name,
            "repeat": i,
            "cpu_us": f"{MICRO * cpu:.3f}",
            "wall_us": f"{MICRO * wall:.3f}",
        }
        for t in timings
        for i, (cpu, wall) in enumerate(zip(t.cpu, t.wall, strict=True))
    ]
    return csv_lines(("variant", "repeat", "cpu_us", "wall_us"), rows)


def csv_lines(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    """Return lines with a head."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


# ---- page --------------------------------------------------------------------------------------------


def markdown(measured: Measured) -> str:
    """Return engines.md: how it was measured, the table, what is missing, the agreement, the machine."""
    parts = [
        "# What a run costs",
        f"Case: {measured.case}. The same runs for every variant, measured in one process, interleaved, in an order "
        f"that rotates; medians of {measured.n_repeats} repeats with quartiles. CPU time on one core; where the clock "
        f"says wall, time that passes. A run of the reference has {measured.n_events:.0f} events on average. "
        "*Speed* is the median over repeats of the reference's time divided by the variant's in the same repeat. "
        "Differences below 5 % mean nothing.",
        "![microseconds per run, by variant](engines.png)",
        _timing_table(measured),
        _missing_list(measured.missing),
        _agreement_table(measured),
        "## Machine",
        table(("what", "is"), list(measured.machine.items())),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _timing_table(measured: Measured) -> str:
    """Return the table of variants."""
    rows = []
    for timing in measured.timings:
        row = _row(measured, timing)
        times = [f"{float(str(row[name])):,.1f}" for name in ("us_median", "us_q1", "us_q3")]
        speed = f"{row['speed']} ({row['speed_q1']} to {row['speed_q3']})"
        per_second = f"{float(str(row['runs_per_second'])):,.0f}"
        rows.append(
            (
                row["title"],
                times[0],
                f"{times[1]} to {times[2]}",
                per_second,
                speed,
                row["clock"],
                row["note"],
            )
        )
    return table(
        ("variant", "µs per run", "quartiles", "runs per s", "speed", "clock", "what is in it"), rows
    )


def _missing_list(missing: Sequence[Missing]) -> str:
    """Return what was not measured, and why."""
    if not missing:
        return ""
    return "Not measured:\n\n" + "\n".join(f"- {m.title}: {m.reason}" for m in missing)


def _agreement_table(measured: Measured) -> str:
    """Return the comparison of outcomes of the plain program and the reference."""
    if not measured.agreement:
        return ""
    rows = [
        (
            a.outcome,
            f"{a.reference:.4g}",
            f"{a.plain:.4g}",
            f"{a.difference:+.3g}",
            f"{a.error:.2g}",
            f"{a.z:+.1f}",
        )
        for a in measured.agreement
    ]
    text = (
        f"The plain program draws its own luck, so its outcomes agree with the reference's within simulation "
        f"error only: {measured.agreement[0].n:,} runs of each at the same outer points; a time that never "
        "comes counts as the horizon."
    )
    head = ("mean of", "reference", "plain SimPy", "difference", "its error", "z")
    return f"## The same model?\n\n{text}\n\n{table(head, rows)}"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


# ---- sweeps ------------------------------------------------------------------------------------------


def sweep_files(sweeps: Sweeps, machine: Mapping[str, str]) -> dict[str, str]:
    """Return what was measured of sweeps as files: name -> text."""
    rows = [_sweep_row(sweeps, timing) for timing in (*sweeps.ours, *sweeps.today)]
    return {
        "sweeps.csv": csv_lines(SWEEP_COLUMNS, [*rows, *_missing_rows(sweeps.missing)]),
        "sweeps-repeats.csv": repeats_text([*sweeps.ours, *sweeps.today]),
        "sweeps.md": _sweeps_page(sweeps, machine),
    }


def _sweep_row(sweeps: Sweeps, timing: Timing) -> dict[str, object]:
    """Return one line of sweeps.csv; only what is ours is held against the bare kernel repeat by repeat."""
    if timing not in sweeps.ours:
        return {**_times(timing), "whose": "today"}
    ratios = sweeps.ratios(timing)
    q1, q3 = _quartiles(ratios)
    cpu = statistics.median(sweeps.ratios(timing, clock="cpu"))
    over = {"": statistics.median(ratios), "_q1": q1, "_q3": q3, "_cpu": cpu}
    return {
        **_times(timing),
        "whose": "ours",
        **{f"over_kernel{name}": f"{value:.3f}" for name, value in over.items()},
    }


def _sweeps_page(sweeps: Sweeps, machine: Mapping[str, str]) -> str:
    """Return sweeps.md."""
    kernel = sweeps.ours[0]
    parts = [
        "# What a sweep costs",
        f"{sweeps.n_points:,} points x {sweeps.n_replications} replications of the base case, four numbers varied, "
        "everything else as a sweep file has it by default. *Over kernel* is the median over "
        f"{len(kernel.wall)} repeats of the time that passes, divided by that of the bare kernel in the same repeat; "
        "*CPU* the same of processor time, which other work on the machine disturbs less. Our variants are "
        "interleaved in one process. A sweep is timed from a ready plan to its last file or its table; the plan has "
        "a row of its own.",
        _ours_table(sweeps),
        "## The same sweep as one would do it today",
        "Measured after ours, with fewer points and repeats, per run: nothing in them is shared between points. Pools "
        "of processes are started and warm before the clock is; our sweep starts its threads within its time.",
        today_table(sweeps),
        _missing_list(sweeps.missing),
        "## Machine",
        table(("what", "is"), list(machine.items())),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _ours_table(sweeps: Sweeps) -> str:
    """Return the table of the bare kernel and our sweeps."""
    rows = []
    for timing in sweeps.ours:
        row = _sweep_row(sweeps, timing)
        over = f"{row['over_kernel']} ({row['over_kernel_q1']} to {row['over_kernel_q3']})"
        rows.append((row["title"], *_times_cells(timing), over, row["over_kernel_cpu"], row["note"]))
    head = ("variant", "µs per run", "quartiles", "over kernel (quartiles)", "CPU", "what is in it")
    return table(head, rows)


def today_table(sweeps: Sweeps) -> str:
    """Return the table of what a user would do today, beside our sweep into a folder."""
    ours = sweeps.timing("sweep-disk")
    rows = [
        (t.variant.title, *_times_cells(t), f"{t.median / ours.median:,.1f}", t.variant.note)
        for t in (ours, *sweeps.today)
    ]
    return table(("variant", "µs per run", "quartiles", "times our sweep", "what is in it"), rows)


def _times_cells(timing: Timing) -> tuple[str, str]:
    """Return median and quartiles of microseconds per run."""
    median, low, high = (f"{MICRO * value:,.1f}" for value in (timing.median, *timing.quartiles))
    return median, f"{low} to {high}"
