"""Whether the compiled engine lies ready, told without importing it, and making it ready: compiling takes a while."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from scenario.draws.compile import cache_folder, is_compiling, is_kept

DEPENDS_ON = ("engine", "spec")
"""What the machine code follows from beside its own folder and the draws: decisions, and the schema's numbers."""

HELP = ("-P", "-c", "import scenario.draws.beta")
"""What the second process is told; a file of the same name in the current folder is not taken for a module."""

HELPER_SECONDS = 60.0
"""How long it is waited for once the engine is compiled: it has less to do."""

ANNOUNCEMENT = "Preparing the fast engine: about 20 seconds, once."


def is_prepared() -> bool:
    """Return whether a run can begin at once: the engine is loaded, or kept from an earlier time, or not used."""
    folder = Path(__file__).parent / "compiled"
    is_loaded = "scenario.engine.compiled.kernel" in sys.modules
    return is_loaded or not is_compiling() or is_kept(folder, "kernel", DEPENDS_ON)


def prepare() -> None:
    """Compile the engine where it does not lie ready; on a second core the beta distribution is compiled meanwhile.

    That is done in a process of its own, because a process compiles one function at a time. What it leaves undone,
    for whatever reason, is compiled when it is first used.
    """
    if is_prepared():
        return
    helper = _helper()
    try:
        import_module("scenario.engine.compiled")
        if helper is not None:
            helper.wait(HELPER_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        if helper is not None:
            helper.kill()  # nothing to one that has ended
            helper.wait()


def _helper() -> subprocess.Popen[bytes] | None:
    """Start the process that compiles the beta distribution; None where it would be of no use or cannot start."""
    is_kept_somewhere = cache_folder(Path(__file__).parents[1] / "draws") is not None
    if _n_cores() < 2 or not is_kept_somewhere or not sys.executable:
        return None
    none = subprocess.DEVNULL
    try:
        return subprocess.Popen([sys.executable, *HELP], stdin=none, stdout=none, stderr=none)
    except OSError:
        return None


def _n_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
