"""Write what was measured: engines.csv, every single repeat, engines.md, and the chart."""

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

FOLDER = PROJECT / "reports" / "benchmarks"
MICRO = 1e6
COLUMNS = (
    "variant", "title", "clock", "runs_per_call", "calls_per_repeat", "repeats", "us_median", "us_q1", "us_q3",
    "us_min", "us_max", "runs_per_second", "speed", "speed_q1", "speed_q3", "note",
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
        "engines-repeats.csv": repeats_text(measured),
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
    variant, speeds = timing.variant, measured.speeds(timing)
    (q1, q3), (s1, s3) = timing.quartiles, _quartiles(speeds)
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
        "runs_per_second": f"{1.0 / timing.median:.1f}",
        "speed": f"{statistics.median(speeds):.3f}",
        "speed_q1": f"{s1:.3f}",
        "speed_q3": f"{s3:.3f}",
        "note": variant.note,
    }


def csv_text(measured: Measured) -> str:
    """Return engines.csv: one line per variant; one that is missing has a reason and no numbers."""
    rows = [_row(measured, timing) for timing in measured.timings]
    rows += [
        {"variant": m.name, "title": m.title, "note": f"not measured: {m.reason}"} for m in measured.missing
    ]
    return csv_lines(COLUMNS, rows)


def repeats_text(measured: Measured) -> str:
    """Return every single repeat, in microseconds per run."""
    rows = [
        {
            "variant": t.variant.name,
            "repeat": i,
            "cpu_us": f"{MICRO * cpu:.3f}",
            "wall_us": f"{MICRO * wall:.3f}",
        }
        for t in measured.timings
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
        _missing_list(measured),
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


def _missing_list(measured: Measured) -> str:
    """Return what was not measured, and why."""
    if not measured.missing:
        return ""
    return "Not measured:\n\n" + "\n".join(f"- {m.title}: {m.reason}" for m in measured.missing)


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
