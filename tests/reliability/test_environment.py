"""The same command gives the same bytes whatever the environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MINIMAL = Path(__file__).parent.parent / "minimal.yaml"
PLACES = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Tehran", "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"},
    {"PYTHONHASHSEED": "77", "TZ": "America/New_York", "LANG": "de_DE.UTF-8", "PYTHONUTF8": "0"},
]


def manifest(folder: Path, variables: dict[str, str], *options: str) -> dict[str, object]:
    """Run the minimal scenario in a process of its own and return its manifest."""
    code = "from scenario.cli import main; main()"
    words = ["run", str(MINIMAL), "-n", "12", "--seed", "3", "-o", str(folder), *options, "--json"]
    command = [sys.executable, "-X", "warn_default_encoding", "-c", code, *words]
    environment = {**os.environ, **variables}
    done = subprocess.run(command, capture_output=True, env=environment, cwd=folder.parent, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, object] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def test_hash_seed_time_zone_and_locale_change_nothing(tmp_path: Path) -> None:
    """Three environments give manifests, and so tables, that are equal."""
    found = [manifest(tmp_path / str(i), place, "--workers", "1") for i, place in enumerate(PLACES)]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_number_of_processes_is_not_in_the_manifest(tmp_path: Path, workers: str) -> None:
    """One or two processes leave the same digest of the outcome table."""
    found = manifest(tmp_path / "out", PLACES[0], "--workers", workers)
    again = manifest(tmp_path / "again", PLACES[0], "--workers", "1")
    assert found == again
