"""The app with few runs, and a gate: while the file named by APP_TEST_GATE exists, no run gets on.

So a test sees what stands on the screen during a run, however fast the machine is.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from app import main
from scenario.ui import results, settings, why_sizes

N_FEW, N_MANY = 400, 800

# Sizes of the Why page: every section answers at once. No text of its own here: Streamlit would show it.
WHY_SIZES = {
    "END_RUNS": (30, 40),
    "TIP_LEVELS": 3,
    "TIP_RUNS": 40,
    "MAP_LEVELS": 3,
    "MAP_RUNS": 40,
    "ITEM_RUNS": 40,
    "CHANCE_RUNS": (400,),
    "WORLDS": (44, 46),
    "WORLD_RUNS": 3,
    "LIVE_SECONDS": 1e9,
    "FIRST_SECONDS": 1e9,
    "WAIT_SECONDS": 60.0,
}

_GATE = Path(os.environ.get("APP_TEST_GATE", "/nonexistent"))


def _gated(run_all: Any) -> Any:
    """Return `results.run_all` with the gate before it; progress is told, so that Cancel and levers end it."""

    def held(*sizes: Any, progress: Any, **options: Any) -> Any:
        while _GATE.exists():
            progress(1, 100)
            time.sleep(0.02)
        return run_all(*sizes, progress=progress, **options)

    held.is_held = True  # type: ignore[attr-defined]
    return held


if __name__ == "__main__":
    settings.FEW, settings.MANY = N_FEW, N_MANY
    for name, size in WHY_SIZES.items():
        setattr(why_sizes, name, size)
    if not hasattr(results.run_all, "is_held"):
        results.run_all = _gated(results.run_all)
    main()
