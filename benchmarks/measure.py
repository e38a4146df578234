"""Measure variants of the same work, interleaved in one process, and say on what machine.

Every repeat runs each variant once, in an order that rotates, so that a slow spell of the machine falls on all.
"""

from __future__ import annotations

import datetime
import gc
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("numpy", "numba", "simpy", "ema_workbench")
CALLS_LIMIT = 100_000

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One way to do the work.

    Parameters
    ----------
    name
        Short, for files: lower-case words with hyphens.
    title
        Words for people.
    call
        Does `n` runs.
    n
        Runs per call, >= 1.
    clock
        "cpu": processor time of the process, all its threads; "wall": time that passes, for threads.
    note
        What is in it and what is not.
    """

    name: str
    title: str
    call: Callable[[], object]
    n: int
    clock: Literal["cpu", "wall"] = "cpu"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A variant that cannot be measured here, and why: it is shown, not left out."""

    name: str
    title: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Seconds per run of one variant, one value per repeat.

    Parameters
    ----------
    variant
        What was measured.
    n_calls
        Calls per repeat.
    cpu, wall
        Seconds per run in each repeat, processor time and time that passes.
    """

    variant: Variant
    n_calls: int
    cpu: tuple[float, ...]
    wall: tuple[float, ...]

    @property
    def seconds(self) -> tuple[float, ...]:
        """Return seconds per run by the variant's own clock."""
        return self.wall if self.variant.clock == "wall" else self.cpu

    @property
    def median(self) -> float:
        """Return the median of seconds per run."""
        return statistics.median(self.seconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """Return the lower and upper quartile of seconds per run (the value itself where there is one)."""
        if len(self.seconds) < 2:
            return self.median, self.median
        low, _, high = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return low, high


def measure(
    variants: Sequence[Variant],
    *,
    n_repeats: int,
    least_seconds: float,
    progress: Progress = lambda _: None,
) -> list[Timing]:
    """Measure all variants: one warm-up call each, then `n_repeats` rounds.

    Parameters
    ----------
    variants
        What to measure, at least one.
    n_repeats
        Rounds, >= 1.
    least_seconds
        A repeat of one variant lasts about as long at least (by as many calls as it takes), > 0.
    progress
        Called with a line of words before each round.
    """
    n_calls = [_n_calls(variant, least_seconds) for variant in variants]
    found: list[list[tuple[float, float]]] = [[] for _ in variants]
    for repeat in range(n_repeats):
        progress(f"repeat {repeat + 1} of {n_repeats}")
        for i in _order(len(variants), repeat):
            found[i].append(_time(variants[i], n_calls[i]))
    return [
        Timing(variant=variant, n_calls=n, cpu=tuple(c for c, _ in times), wall=tuple(w for _, w in times))
        for variant, n, times in zip(variants, n_calls, found, strict=True)
    ]


def _order(n: int, repeat: int) -> list[int]:
    """Return the order of a round: it begins one further each time, and every other one goes backwards.

    >>> _order(3, 0), _order(3, 1), _order(3, 2)
    ([0, 1, 2], [0, 2, 1], [2, 0, 1])
    """
    rotated = [(i + repeat) % n for i in range(n)]
    return rotated[::-1] if repeat % 2 else rotated


def _n_calls(variant: Variant, least_seconds: float) -> int:
    """Warm a variant up (compilation, caches), then find how many calls last long enough."""
    variant.call()
    _, wall = _time(variant, 1)
    return min(CALLS_LIMIT, max(1, round(least_seconds / max(1e-9, wall * variant.n))))


def _time(variant: Variant, n_calls: int) -> tuple[float, float]:
    """Return processor and passing seconds per run of some calls."""
    call = variant.call
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(n_calls):
        call()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return cpu / (n_calls * variant.n), wall / (n_calls * variant.n)


# ---- machine -----------------------------------------------------------------------------------------


def machine() -> dict[str, str]:
    """Return what the numbers were measured on: processor, cores, versions, date, commit, load at the start."""
    return {
        "processor": processor(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        "commit": commit(),
        "load": f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "unknown",
    }


def processor() -> str:
    """Return the processor's name as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def _version(package: str) -> str:
    """Return the version of a package, or that it is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def commit() -> str:
    """Return the commit, with "+changes" where the measured files differ from it."""
    try:
        head = _git("rev-parse", "--short=10", "HEAD").strip()
        is_changed = _git("status", "--porcelain", "--", "scenario", "configs", "benchmarks").strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{head}+changes" if is_changed else head


def _git(*words: str) -> str:
    """Return what git says."""
    return subprocess.run(["git", *words], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
