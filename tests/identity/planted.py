"""Faults to plant in either engine, each of which the comparison must find.

A fault of the reference replaces one of its parts while it runs; a fault of the compiled engine replaces a line in
a copy of the package, which is then compiled and compared in a process of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenario.draws.streams import RunDraws, Streams
from scenario.engine import rules
from scenario.engine.reference import clock, response, target
from scenario.engine.reference.clock import Clock

PROJECT = Path(__file__).resolve().parents[2]

Plant = Callable[[pytest.MonkeyPatch], None]


def _first_come(self: Clock, event: Any, time: float, *_place: str) -> None:
    """Put an event into the queue without regard to its place in the order rule."""
    event._ok, event._value = True, None
    clock.heappush(self._env._queue, (time, 10, next(self._env._eid), event))


REFERENCE: dict[str, Plant] = {
    "ties in order of coming": lambda m: m.setattr(Clock, "_push", _first_come),
    "a clock that starts afresh": lambda m: m.setattr(rules, "time_left", lambda left, _elapsed, _rate: left),
    "nobody waits for the joint day": lambda m: m.setattr(
        response.Response, "_joint_time", lambda self, _deadline: self.route_time()
    ),
    "moods one number on": lambda m: m.setattr(
        target.Target, "_draw_mood", _shifted(target.Target._draw_mood)
    ),
    "replications one number on": lambda m: m.setattr(
        Streams, "run", lambda self, *, n, m: RunDraws(self._keys, n=n + 1, m=m)
    ),
    "threat that fades a little faster": lambda m: m.setattr(
        rules, "decayed", lambda value, elapsed, half_life: value * 0.5 ** (elapsed / half_life)
    ),
}


def _shifted(draw: Callable[..., Any]) -> Callable[..., Any]:
    """Return the draw of a mood with the number after the one asked for."""
    return lambda self, number: draw(self, number + 1)


COMPILED: dict[str, tuple[str, str, str]] = {
    "ties in order of coming": (
        "clock.py",
        "return place * SEQUENCES + w.sequence - 1",
        "return w.sequence - 1",
    ),
    "an event at the horizon": ("clock.py", "if not found.time < horizon:", "if not found.time <= horizon:"),
    "patience that lasts too long": (
        "response.py",
        "            if w.now < mine.deadline:",
        "            if w.now <= mine.deadline:",
    ),
    "news for those who came later": (
        "waiting.py",
        "if last < mine.condition < first and not",
        "if last < mine.condition and not",
    ),
    "a stale disclosure": (
        "attribution.py",
        "me.is_disclosing and me.disclosure == number",
        "me.is_disclosing",
    ),
    "a redrawn clock": (
        "act.py",
        "act.left = rules.time_left(act.left, w.now - act.started, act.rate)",
        "pass",
    ),
    "replications one number on": (
        "kernel.py",
        "w.n, w.m = w.first_n + r % w.n_inner, w.first_m + place",
        "w.n, w.m = w.first_n + r % w.n_inner + 1, w.first_m + place",
    ),
    "an uncounted timer": ("waiting.py", "until(w, time, place", "ring(w, time, place"),
    "a report that forgets the echo": ("channels.py", "group.last = verdict", "pass"),
}


GUARDS: dict[str, tuple[str, str, str]] = {
    "patience that ran out unnoticed": (
        "response.py",
        "        pin(w, of_sender(s, PATIENCE))\n",
        "        pass\n",
    ),
    "partners in time unnoticed": (
        "response.py",
        "note(w, of_sender(s, PATIENCE), w.now - mine.ready_at, True)",
        "pass",
    ),
    "waiting at the horizon unnoticed": (
        "response.py",
        "note(w, of_sender(s, PATIENCE), case.horizon - mine.ready_at, True)",
        "pass",
    ),
    "an execution unnoticed": (
        "response.py",
        "if n_begun > n_before and guarded(w, case.key_execution, level, numbers.p_execute, EXECUTE):",
        "if (w.goes_ahead >> level) & 1:",
    ),
    "a joint day unnoticed": (
        "response.py",
        "note(w, of_sender(s, PATIENCE), latest - mine.ready_at, latest <= mine.deadline)",
        "pass",
    ),
    "consultation unnoticed": ("response.py", "    note(w, of_sender(s, PATIENCE), 0.0, is_patient)\n", ""),
    "a finding unnoticed": ("senders.py", "    note(w, of_sender(s, kind), me.log_odds, is_below)\n", ""),
    "a hold read unnoticed": ("response.py", "        pin(w, HOLD)\n", "        pass\n"),
    "a share read unnoticed": ("response.py", "        pin(w, of_measure(w, k))\n", ""),
    "relief read unnoticed": ("target.py", "        pin(w, RELIEF_SHARE)\n", ""),
    "verification read unnoticed": ("target.py", "    pin(w, VERIFICATION)\n", ""),
    "a veto read unnoticed": ("forums.py", "        pin(w, of_forum(w, f))\n", "        pass\n"),
    "comparisons unnoticed": (
        "guards.py",
        "            guard.above = min(guard.above, x)",
        "            pass",
    ),
    "one side of a bar": ("guards.py", "(is_inside & (below < middle - TINY) &", "(is_inside &"),
}
"""Faults of what a run notes about guarded numbers: `test_guards` must find them."""


def compare_with(fault: str, folder: Path, n_scenarios: int) -> subprocess.CompletedProcess[str]:
    """Compare the engines in a process whose compiled engine has a fault.

    Parameters
    ----------
    fault
        A name of `COMPILED`.
    folder
        Where the copy of the package goes.
    n_scenarios
        Generated scenarios to compare, the first ones.
    """
    words = ["-m", "tests.identity.comparing", "0", str(n_scenarios)]
    return _run_with(*COMPILED[fault], folder=folder, words=words)


def check_guards_with(fault: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the test of the guards in a process whose compiled engine has a fault of `GUARDS`."""
    words = [
        "-m",
        "pytest",
        "-q",
        "-x",
        "tests/identity/test_guards.py",
        "-k",
        "not_touched",
        "-p",
        "no:cacheprovider",
    ]
    return _run_with(*GUARDS[fault], folder=folder, words=words)


def _run_with(
    file: str, line: str, instead: str, *, folder: Path, words: list[str]
) -> subprocess.CompletedProcess[str]:
    """Run Python on a copy of the package in which a line of the compiled engine is replaced."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "scenario", folder / "scenario", ignore=ignored)
    shutil.copytree(PROJECT / "configs", folder / "configs")
    shutil.copy(PROJECT / "pyproject.toml", folder)
    shutil.copytree(PROJECT / "tests" / "identity", folder / "tests" / "identity", ignore=ignored)
    path = folder / "scenario" / "engine" / "compiled" / file
    text = path.read_text(encoding="utf-8")
    if text.count(line) != 1:
        raise ValueError(f"{file} must hold the line once (got {text.count(line)} times {line!r}).")
    path.write_text(text.replace(line, instead), encoding="utf-8")
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
