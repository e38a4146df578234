"""Write what a full-size proof found to reports/proofs: figure, size, seed, commit, date, seconds."""

from __future__ import annotations

import datetime
import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
FOLDER = PROJECT / "reports" / "proofs"


@contextmanager
def recorded(name: str, *, size: Mapping[str, int], seed: int) -> Iterator[dict[str, Any]]:
    """Give a dict for the figures of a proof and write it, with how it was made, even where the proof fails.

    Parameters
    ----------
    name
        File name without ending; one file per proof.
    size
        What was counted: {"runs": 20000}.
    seed
        Root seed.
    """
    start, figure = time.monotonic(), {}
    verdict = "failed"
    try:
        yield figure
        verdict = "passed"
    finally:
        FOLDER.mkdir(parents=True, exist_ok=True)
        found = {
            "proof": name,
            "verdict": verdict,
            "figure": figure,
            "size": dict(size),
            "seed": seed,
            "commit": commit(),
            "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
            "seconds": round(time.monotonic() - start, 1),
        }
        text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


def commit() -> str:
    """Return the commit that was proved, with "+changes" where files differ from it."""
    try:
        head = _git("rev-parse", "HEAD").strip()
        return head + (
            "+changes" if _git("status", "--porcelain", "--", "scenario", "configs", "tests").strip() else ""
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    """Return what git prints."""
    command = ["git", *arguments]
    return subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout
