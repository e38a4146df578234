"""Judge mutants: one fault at a time, in a copy of the project, by the tests that belong to its file.

A mutant is *killed* where these tests fail, or do not end in time; it *survives* where they pass. Every process has a
copy of its own with its own cache of compiled code, so that mutants never meet.

`python -m tests.proof.judging N [SEED]` judges N random ones and writes every verdict to the error stream.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.proof.mutants import PROJECT, Mutant, sample, sources

TIMEOUT_SECONDS = 600
N_COMPARED = 60
"""Random scenarios by which a mutant of the engine is judged first."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the tests said of a mutant: killed, timeout (which is killed too) or survived."""

    mutant: Mutant
    word: str
    seconds: float


def tests_of(file: str) -> list[list[str]]:
    """Return the commands that judge a file, after `python`: the quick ones first, each must pass."""
    part, _, rest = file.partition("/")
    stem = rest.rpartition("/")[2].removesuffix(".py")
    pytest = ["-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    if part == "engine":
        compare = ["-m", "tests.identity.comparing", "0", str(N_COMPARED)]
        units = [*pytest, "tests/unit/engine", "tests/known/test_engine_closed_forms.py"]
        guards = [*pytest, "tests/identity/test_guards.py", "tests/identity/test_rare.py"]
        return [compare, units, guards] if "compiled" in file else [compare, units]
    own = PROJECT / "tests" / "unit" / part / f"test_{stem}.py"
    near = sorted((PROJECT / "tests" / "unit" / part).glob("test_*.py"))
    known = (
        ["tests/known/test_draws_known.py"]
        if part == "draws"
        else sorted(
            str(path.relative_to(PROJECT))
            for path in (PROJECT / "tests" / "known").glob("test_estimators*.py")
        )
    )
    if part == "analysis":
        near = _naming({stem}, near) or _naming(_users(stem), near)
    first = [[*pytest, str(own.relative_to(PROJECT))]] if own.exists() else []
    others = [str(path.relative_to(PROJECT)) for path in near if path != own]
    return [*first, [*pytest, *others, *known]]


def _naming(stems: set[str], paths: list[Path]) -> list[Path]:
    """Return the files that import one of some modules of the analysis."""
    names = re.compile(rf"analysis\.({'|'.join(sorted(stems))})\b")
    return [path for path in paths if stems and names.search(path.read_text(encoding="utf-8"))]


def _users(stem: str) -> set[str]:
    """Return the modules of the analysis that import one of them: their tests judge what has none of its own."""
    paths = sorted((PROJECT / "scenario" / "analysis").glob("*.py"))
    return {path.stem for path in _naming({stem}, paths)}


def judged(mutant: Mutant, folder: Path) -> Verdict:
    """Judge a mutant in a folder that holds a copy of the project, and take the change back."""
    path = folder / "scenario" / mutant.file
    source = path.read_bytes()
    path.write_bytes(mutant.applied(source))
    start, word = time.monotonic(), "survived"
    try:
        for command in tests_of(mutant.file):
            if (end := _ends(command, folder)) != 0:
                word = "timeout" if end is None else "killed"
                break
    finally:
        path.write_bytes(source)
    return Verdict(mutant=mutant, word=word, seconds=round(time.monotonic() - start, 1))


def _ends(command: Sequence[str], folder: Path) -> int | None:
    """Return the exit code of Python in a copy, or None where it does not end in time."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env=os.environ
        | {"PYTHONPATH": str(folder), "NUMBA_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return process.wait(TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)  # the group of this very process: what it started goes with it
        process.wait()
        return None


def copy_project(folder: Path) -> Path:
    """Copy what tests need into a folder and return it; compiled code is kept, it is named after its sources."""
    no_bytes = shutil.ignore_patterns("*.pyc")
    shutil.copytree(PROJECT / "scenario", folder / "scenario", ignore=no_bytes)
    for name in ("configs", "docs", "tests"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", folder)
    return folder


def judge(mutants: Sequence[Mutant], *, n_processes: int = 2) -> Iterator[Verdict]:
    """Yield the verdict on every mutant, some at a time, each process with a copy of its own.

    Raises
    ------
    ValueError
        Tests fail before anything is changed.
    """
    with tempfile.TemporaryDirectory() as home:
        copies = [copy_project(Path(home) / str(i)) for i in range(n_processes)]
        commands = list(dict.fromkeys(tuple(c) for mutant in mutants for c in tests_of(mutant.file)))
        with ThreadPoolExecutor(n_processes) as pool:
            for _ in pool.map(_check_sound, [commands[i::n_processes] for i in range(n_processes)], copies):
                pass
            shares = [mutants[i::n_processes] for i in range(n_processes)]
            for verdicts in pool.map(_judged_all, shares, copies):
                yield from verdicts


def _check_sound(commands: Sequence[Sequence[str]], folder: Path) -> None:
    """Refuse tests that fail before anything is changed: they would kill every mutant."""
    for command in commands:
        if (end := _ends(command, folder)) != 0:
            raise ValueError(f"tests must pass on the unchanged code (got {end} of {' '.join(command)}).")


def _judged_all(mutants: Sequence[Mutant], folder: Path) -> list[Verdict]:
    """Judge some mutants one after another in one copy."""
    found = []
    for mutant in mutants:
        verdict = judged(mutant, folder)
        sys.stderr.write(f"{verdict.word:9} {verdict.seconds:6.1f} s  {mutant}\n")
        found.append(verdict)
    return found


def main() -> None:
    """Try a few mutants and print what came of them."""
    n, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    verdicts = list(judge(sample(sources(), n, seed=seed)))
    sys.stdout.write(f"{sum(v.word != 'survived' for v in verdicts)} of {len(verdicts)} killed\n")


if __name__ == "__main__":
    main()
