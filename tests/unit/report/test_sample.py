"""The sample report: made again from its own command, it has the committed bytes."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from typer.testing import CliRunner

from scenario.cli import app

REPO = Path(__file__).parents[3]
SAMPLE = REPO / "reports" / "sample"
MOST_BYTES = 3_000_000


def _files(folder: Path) -> dict[str, bytes]:
    """Return every file under a folder."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_the_sample_is_what_its_command_makes(tmp_path: Path) -> None:
    """No file of reports/sample is missing, left over or stale (make sample writes it anew)."""
    words = shlex.split(json.loads((SAMPLE / "manifest.json").read_text(encoding="utf-8"))["command"])
    done = CliRunner().invoke(app, [*words[1:-1], str(tmp_path / "report")])
    assert done.exit_code == 0, done.output
    made, kept = _files(tmp_path / "report"), _files(SAMPLE)
    assert [name for name in {*made, *kept} if made.get(name) != kept.get(name)] == []


def test_the_sample_is_small_and_whole() -> None:
    """It holds a briefing, six figures as PNG and SVG with their numbers, and the checklist, in under 3 MB."""
    kept = _files(SAMPLE)
    assert sum(map(len, kept.values())) < MOST_BYTES
    for ending, count in ((".png", 6), (".svg", 6), (".html", 2)):
        assert sum(name.endswith(ending) for name in kept) == count, ending


def test_make_sample_runs_the_command_of_the_sample() -> None:
    """The Makefile makes the sample with the command that stands in its manifest."""
    told = json.loads((SAMPLE / "manifest.json").read_text(encoding="utf-8"))["command"]
    makefile = (REPO / "Makefile").read_text(encoding="utf-8")
    target = makefile.split("\nsample:", 1)[1].split("\n\n", 1)[0]
    recipe = " ".join(target.replace("\\\n", " ").split()).split("$(BIN)/", 1)[1]
    assert recipe == told.replace("-o report", "-o reports/sample")
