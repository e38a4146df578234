"""Twenty environments, and the question whether a run, a sweep and an answer come out the same in each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROBE = Path(__file__).with_name("environment_probe.py")


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What surrounds a process.

    Parameters
    ----------
    variables
        Environment variables, beside those of this process.
    options
        Options of Python.
    place
        Working directory below the output folder; "" for the output folder itself.
    umask
        Which permissions new files lack.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    place: str = ""
    umask: int = 0o022


STRICT = ("-X", "warn_default_encoding", "-W", "error")
FIRST = Environment(variables={"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"})
OTHERS = {
    "hash seed 1": Environment(variables={"PYTHONHASHSEED": "1"}),
    "hash seed 4294967295": Environment(variables={"PYTHONHASHSEED": "4294967295"}),
    "random hash seed": Environment(variables={"PYTHONHASHSEED": "random"}),
    "Tehran": Environment(variables={"TZ": "Asia/Tehran"}),
    "the date line": Environment(variables={"TZ": "Pacific/Kiritimati"}),
    "a zone that changes its clocks": Environment(variables={"TZ": "America/New_York"}),
    "plain C": Environment(variables={"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}),
    "a decimal comma": Environment(variables={"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}),
    "a dotless i": Environment(variables={"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}),
    "terminal in Latin-1": Environment(variables={"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}),
    "terminal in UTF-16": Environment(variables={"PYTHONIOENCODING": "utf-16", "LC_ALL": "C"}),
    "UTF-8 mode": Environment(variables={"PYTHONUTF8": "1", "LC_ALL": "POSIX"}),
    "a folder with a strange name": Environment(place="a b/ü [x]*?"),
    "one thread": Environment(
        variables={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    ),
    "eight threads": Environment(
        variables={"OMP_NUM_THREADS": "8", "OPENBLAS_NUM_THREADS": "8", "MKL_NUM_THREADS": "8"}
    ),
    "optimised": Environment(options=("-O",)),
    "no docstrings": Environment(options=("-OO",)),
    "strict about encodings and warnings": Environment(options=STRICT),
    "strict in C": Environment(
        options=(*STRICT, "-b"), variables={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONHASHSEED": "7"}
    ),
    "private files": Environment(umask=0o077, variables={"PYTHONDONTWRITEBYTECODE": "1"}),
}


def outcome(home: Path, environment: Environment, *faults: str) -> dict[str, str]:
    """Return the digests of everything that a process in an environment gives.

    Parameters
    ----------
    home
        An empty folder of its own.
    environment
        What surrounds the process.
    faults
        What `environment_probe` is to do wrong.
    """
    output, place = home / "output", home / environment.place
    output.mkdir(parents=True)
    place.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, *environment.options, str(PROBE), str(output), *faults],
        cwd=place,
        env=os.environ | environment.variables,
        umask=environment.umask,
        capture_output=True,
        timeout=300,
        check=False,
    )
    if done.returncode or done.stderr:
        raise ValueError(f"a process must end well and in silence (got {done.stderr.decode()[-2000:]}).")
    found: dict[str, str] = json.loads((output / "digests.json").read_text(encoding="utf-8"))
    return found


def changed(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Return the names of the tables and files that are not the same in two outcomes."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
