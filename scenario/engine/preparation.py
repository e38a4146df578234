"""Whether the compiled engine lies ready, told without importing it: what has to be compiled takes a while."""

from __future__ import annotations

import sys
from pathlib import Path

from scenario.draws.compile import is_compiling, is_kept

DEPENDS_ON = ("engine", "spec")
"""What the machine code follows from beside its own folder and the draws: decisions, and the schema's numbers."""

ANNOUNCEMENT = "Preparing the fast engine: about 20 seconds, once."


def is_prepared() -> bool:
    """Return whether a run can begin at once: the engine is loaded, or kept from an earlier time, or not used."""
    folder = Path(__file__).parent / "compiled"
    is_loaded = "scenario.engine.compiled.kernel" in sys.modules
    return is_loaded or not is_compiling() or is_kept(folder, "kernel", DEPENDS_ON)
