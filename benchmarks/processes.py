"""Fresh processes: seconds from start to end and peak memory of a snippet or a command, repeated.

For what one process cannot measure about itself: start to first result, cold and warm, and peak memory.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from benchmarks.measure import PROJECT

LAUNCHER = Path(__file__).with_name("launcher.py")
MEBI = 2.0**20
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Took:
    """What fresh processes took, one value per repeat.

    Parameters
    ----------
    title
        What ran.
    wall, cpu
        Seconds from start to end; processor seconds with those of its own children.
    peak
        Peak resident memory in MiB: of the process, or of the largest of its children if that is larger.
    """

    title: str
    wall: tuple[float, ...]
    cpu: tuple[float, ...]
    peak: tuple[float, ...]

    @property
    def median_wall(self) -> float:
        """Return the median of seconds from start to end."""
        return statistics.median(self.wall)

    @property
    def median_cpu(self) -> float:
        """Return the median of processor seconds."""
        return statistics.median(self.cpu)

    @property
    def median_peak(self) -> float:
        """Return the median of peak memory, MiB."""
        return statistics.median(self.peak)


def command(
    title: str,
    words: Sequence[str],
    *,
    n_repeats: int = 5,
    is_cold: bool = False,
    env: Mapping[str, str] = NOTHING,
) -> Took:
    """Run a command in fresh processes, one after the other.

    Parameters
    ----------
    title
        What it is.
    words
        Program and arguments.
    n_repeats
        How often, >= 1. A warm command runs once more before, uncounted.
    is_cold
        Whether each run begins with an empty cache of compiled code.
    env
        Environment variables set in addition.

    Raises
    ------
    RuntimeError
        The command ends with another exit code than 0.
    """
    if not is_cold:
        _once(words, env)
    found = [_cold(words, env) if is_cold else _once(words, env) for _ in range(n_repeats)]
    return Took(
        title=title,
        wall=tuple(took["wall"] for took in found),
        cpu=tuple(took["cpu"] for took in found),
        peak=tuple(took["peak"] / MEBI for took in found),
    )


def snippet(
    title: str, source: str, *, n_repeats: int = 5, is_cold: bool = False, env: Mapping[str, str] = NOTHING
) -> Took:
    """Run a piece of Python in fresh processes; as `command`.

    >>> snippet("nothing", "pass", n_repeats=1).median_peak < 100
    True
    """
    return command(title, [sys.executable, "-c", source], n_repeats=n_repeats, is_cold=is_cold, env=env)


def _cold(words: Sequence[str], env: Mapping[str, str]) -> dict[str, float]:
    """Run once with an empty cache of compiled code."""
    with tempfile.TemporaryDirectory() as folder:
        return _once(words, {**env, "NUMBA_CACHE_DIR": folder})


def _once(words: Sequence[str], env: Mapping[str, str]) -> dict[str, float]:
    """Run once, through the launcher, and return what it took."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        finished = subprocess.run(
            [sys.executable, "-S", "-E", str(LAUNCHER), str(output), *words],
            cwd=PROJECT,
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            check=True,
        )
        took: dict[str, float] = json.loads(finished.stdout)
        if took["code"] != 0:
            said = output.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"{' '.join(words)} must end with exit code 0 (got {took['code']:g}). {said}")
    return took
