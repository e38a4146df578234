"""The laboratory's commands: what they print, write and end with."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scenario.cli import app

CASE = "iran-russia-missiles-2024"

TINY = """
name: tiny
title: A tiny sweep
scenario: iran-russia-missiles-2024
replications: {replications}
luck: own
design: {{kind: latin-hypercube, points: {points}}}
outcomes: [responded, first_adopted_day, justified, false_alarm, is_true]
factors:
  act.p_true: {{range: [0.05, 0.95], title: Truth}}
  response.p_execute: {{range: [0.1, 1.0], title: Go-ahead}}
policies:
  base: {{title: As declared}}
  words: {{title: Words, variant: words-only}}
"""


def _file(folder: Path, *, points: int = 48, replications: int = 8) -> Path:
    """Write a tiny sweep file."""
    path = folder / "tiny.yaml"
    path.write_text(TINY.format(points=points, replications=replications), encoding="utf-8")
    return path


def _run(*words: object) -> Result:
    """Run a command."""
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished tiny sweep."""
    folder = tmp_path_factory.mktemp("lab")
    found = _run("sweep", _file(folder), "-o", folder / "out", "--workers", 1)
    assert found.exit_code == 0, found.output
    return folder / "out"


def test_a_sweep_says_what_it_will_do_and_what_it_did(tmp_path: Path) -> None:
    """Experiments, runs, memory before; chunks and digest after; as JSON one object."""
    found = _run("sweep", _file(tmp_path), "-o", tmp_path / "out", "--json")
    told = json.loads(found.stdout)
    assert told["experiments"] == 96
    assert told["runs"] == 768
    assert len(told["digest"]) == 64


def test_a_finished_sweep_is_not_run_again(home: Path) -> None:
    """Without --resume it is refused; with it nothing is computed and the digest is the same."""
    file = home.parent / "tiny.yaml"
    refused = _run("sweep", file, "-o", home)
    assert refused.exit_code != 0
    again = _run("sweep", file, "-o", home, "--resume", "--json")
    told = json.loads(again.stdout)
    assert told["chunks"] == 0


def test_what_a_sweep_keeps_can_be_said_on_the_command_line(tmp_path: Path) -> None:
    """--keep goes before what the file says, makes another sweep, and a slip in it is told."""
    from scenario.experiment.sweep_view import view_of

    file, home = _file(tmp_path), tmp_path / "out"
    done = _run("sweep", file, "-o", home, "--keep", "summary", "--json")
    assert done.exit_code == 0, done.output
    assert view_of(home).is_summary
    refused = _run("sweep", file, "-o", home, "--resume")
    assert 'keep: was "summary", is "rows"' in str(refused.exception)
    wrong = _run("sweep", file, "-o", tmp_path / "other", "--keep", "sumary")
    assert "keep must be one of rows, summary (got sumary)" in str(wrong.exception)


def test_a_finished_sweep_with_failures_says_so_again(tmp_path: Path) -> None:
    """Going on with it runs nothing, counts the runs that failed, and ends with 1 as the first time."""
    file = _file(tmp_path, replications=4)
    file.write_text(file.read_text(encoding="utf-8") + "set: {max_events: 1000}\n", encoding="utf-8")
    first, again = (_run("sweep", file, "-o", tmp_path / "out", *more) for more in ((), ("--resume",)))
    assert (first.exit_code, again.exit_code) == (1, 1)
    told = json.loads(
        _run("sweep", file, "-o", tmp_path / "out", "--resume", "--json").stdout.split("}")[0] + "}"
    )
    assert (told["chunks"], told["failures"] > 0) == (0, True)
    assert f"{told['failures']} of 384 runs failed" in again.stderr


def test_a_sweep_beyond_its_memory_is_refused(tmp_path: Path) -> None:
    """Before anything runs, with what it needs and what it may have."""
    found = _run("sweep", _file(tmp_path), "-o", tmp_path / "out", "--max-memory", 10)
    assert "must fit into 10 MiB" in str(found.exception)
    assert not (tmp_path / "out" / "manifest.json").exists()


def _damaged(chunk: Path) -> Path:
    """Turn a bit in the middle of a file."""
    data = bytearray(chunk.read_bytes())
    data[len(data) // 2] ^= 1
    chunk.write_bytes(bytes(data))
    return chunk


def test_a_damaged_chunk_is_named_moved_and_computed_again(tmp_path: Path) -> None:
    """verify ends with 4, --repair moves it away, --resume gives the same digest."""
    file, out = _file(tmp_path, points=300), tmp_path / "out"
    before = json.loads(_run("sweep", file, "-o", out, "--json").stdout)
    chunk = _damaged(sorted((out / "chunks").glob("*.parquet"))[1])
    found = _run("verify", out)
    assert found.exit_code == 4
    assert chunk.name in found.stdout
    assert _run("verify", out, "--repair").exit_code == 4
    after = json.loads(_run("sweep", file, "-o", out, "--resume", "--json").stdout)
    assert (after["chunks"], after["digest"]) == (1, before["digest"])
    assert _run("verify", out).exit_code == 0


@pytest.mark.parametrize("keep", ["rows", "summary"])
def test_repair_computes_the_damaged_chunk_again_and_no_other(tmp_path: Path, keep: str) -> None:
    """With the file of the sweep: whole, the same digest, what was whole has its old time; whatever the sweep keeps."""
    file, out = _file(tmp_path, points=3000), tmp_path / "out"
    before = json.loads(_run("sweep", file, "-o", out, "--keep", keep, "--json").stdout)
    first, *others = sorted((out / "chunks").glob("*.parquet"))
    times = [path.stat().st_mtime_ns for path in others]
    assert others
    _damaged(first)
    found = _run("verify", out, "--repair", "--from", file)
    assert found.exit_code == 0, found.output
    assert f"1 chunk computed again, {len(others)} left alone" in found.stdout
    assert f"moved away: {first.name}" in found.stdout
    assert [path.stat().st_mtime_ns for path in others] == times
    again = json.loads(_run("sweep", file, "-o", out, "--keep", keep, "--resume", "--json").stdout)
    assert (again["chunks"], again["digest"]) == (0, before["digest"])


def test_repair_refuses_another_sweep_and_a_file_without_repair(tmp_path: Path) -> None:
    """A file that has changed since is refused with the difference before anything is moved; --from alone is a slip."""
    file, out = _file(tmp_path, points=300), tmp_path / "out"
    _run("sweep", file, "-o", out, "--json")
    assert "goes with --repair" in _run("verify", out, "--from", file).stderr
    chunk, other = _damaged(next((out / "chunks").glob("*.parquet"))), _file(tmp_path, points=301)
    assert "must go on as it was begun" in str(_run("verify", out, "--repair", "--from", other).exception)
    assert chunk.exists()


def test_another_sweep_altogether_is_told_in_a_few_lines(tmp_path: Path) -> None:
    """Of hundreds of differences twelve are told, and how many more there are."""
    file, out = _file(tmp_path, points=300), tmp_path / "out"
    _run("sweep", file, "-o", out, "--json")
    told = str(_run("sweep", "smoke", "-o", out, "--resume").exception).splitlines()
    assert len(told) == 1 + 12 + 1 + 1
    n = int(re.search(r"got (\d+) differences", told[0])[1])
    assert told[-2] == f"  and {n - 12} more"


def test_a_damaged_manifest_does_not_let_another_sweep_in(tmp_path: Path) -> None:
    """Its chunks tell which sweep it was: another file is refused, its own computes nothing, whatever it keeps."""
    file, out = _file(tmp_path, points=3000), tmp_path / "out"
    before = json.loads(_run("sweep", file, "-o", out, "--keep", "summary", "--json").stdout)
    manifest = out / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    others = tmp_path / "others"
    others.mkdir()
    other = _file(others, points=301)
    for refused in (
        _run("verify", out, "--repair", "--from", other),
        _run("sweep", other, "-o", out, "--resume"),
    ):
        assert refused.exit_code != 0
        assert manifest.exists()
    found = _run("verify", out, "--repair", "--from", file)
    assert found.exit_code == 0, found.output
    assert "0 chunks computed again" in found.stdout
    again = json.loads(_run("sweep", file, "-o", out, "--keep", "summary", "--resume", "--json").stdout)
    assert (again["chunks"], again["digest"]) == (0, before["digest"])


def test_chunks_without_a_manifest_are_not_taken_for_another_sweep(tmp_path: Path) -> None:
    """With the manifest gone, --resume with another file is refused and names both sweeps."""
    file, out = _file(tmp_path, points=300), tmp_path / "out"
    _run("sweep", file, "-o", out, "--json")
    (out / "manifest.json").unlink()
    (out / "design.parquet").unlink()
    refused = _run("sweep", _file(tmp_path, points=301), "-o", out, "--resume")
    assert "sweep of the chunks: was " in str(refused.exception)
    assert not list((out / "chunks").glob("*.damaged"))


def test_repair_tells_of_runs_that_failed(tmp_path: Path) -> None:
    """A sweep whose runs failed ends with 1, repaired as well as run; too little memory is refused."""
    file, out = _file(tmp_path, replications=4), tmp_path / "out"
    file.write_text(file.read_text(encoding="utf-8") + "set: {max_events: 1000}\n", encoding="utf-8")
    assert _run("sweep", file, "-o", out).exit_code == 1
    _damaged(next((out / "chunks").glob("*.parquet")))
    refused = _run("verify", out, "--repair", "--from", file, "--max-memory", 10)
    assert "must fit into 10 MiB" in str(refused.exception)
    found = _run("verify", out, "--repair", "--from", file)
    assert found.exit_code == 1
    assert "of 384 runs failed" in found.stderr


def test_ctrl_c_stops_within_two_seconds_and_says_how_to_go_on(tmp_path: Path) -> None:
    """Exit code 3, a sentence, and a folder that --resume finishes."""
    file, out = _file(tmp_path, points=4000, replications=50), tmp_path / "out"
    words = [
        sys.executable,
        "-c",
        "from scenario.cli import main; main()",
        "sweep",
        str(file),
        "-o",
        str(out),
    ]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=os.environ)
    chunks = out / "chunks"
    deadline = time.monotonic() + 120
    while not (chunks.is_dir() and any(chunks.glob("*.parquet"))) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    begun = time.monotonic()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert time.monotonic() - begun < 10  # 2 s on a quiet machine
    assert "--resume" in said
    assert "Traceback" not in said


OF_A_SWEEP = {
    "shapley": "sensitivity HOME --outcome is_true",
    "pawn": "sensitivity HOME --outcome is_true --method pawn",
    "boxes": "discover HOME --outcome responded",
    "policies": "policies HOME --outcome justified --objective false_alarm=lower --objective responded=higher",
    "knowing": "worth HOME --weigh justified=1 --weigh false_alarm=-4",
}
"""Name of the answer -> the command."""

OF_A_SCENARIO = (
    f"tornado {CASE} --outcome is_true --factor act.p_true -n 60",
    f"tipping {CASE} --outcome responded --b words-only --vary response.p_execute=0:1 --levels 3 -n 40",
    f"chance {CASE} --outcome responded -n 800",
    f"enough {CASE} --outcome is_true --half-width 0.05",
    f"worth {CASE} --action act:base --action talk:words-only --weigh justified=1 -n 400 --channel debris",
)


@pytest.mark.parametrize("name", OF_A_SWEEP)
def test_a_question_of_a_sweep_prints_and_writes_its_answer(home: Path, tmp_path: Path, name: str) -> None:
    """The sentence is printed, table and figure are written, and --json holds the same."""
    command = [str(home) if word == "HOME" else word for word in OF_A_SWEEP[name].split()]
    found = _run(*command, "-o", tmp_path)
    assert found.exit_code == 0, found.output
    assert "not a forecast" in found.stdout
    assert (tmp_path / f"answer-{name}.csv").exists()
    told = json.loads(_run(*command, "--json").stdout)
    assert told["sentences"][0].split(":")[0] in found.stdout.replace("\n", " ")


@pytest.mark.parametrize("words", OF_A_SCENARIO)
def test_a_question_of_a_scenario_is_answered(words: str) -> None:
    """Exit code 0, one JSON object with sentences and a table."""
    found = _run(*words.split(), "--json")
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert told["sentences"]
    assert told["table"]


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (["tipping", CASE, "--outcome", "responded", "--b", "words-only", "--vary", "x"], "PATH=LOW:HIGH"),
        (
            ["tipping", CASE, "--outcome", "responded", "--b", "words-only", "--vary", "a=0:b"],
            "a finite number",
        ),
        (["worth", CASE, "--weigh", "justified=1", "--action", "a"], "NAME:POLICY"),
        (["sweep", "smoek", "-o", "x"], "the sweep must be a file"),
    ],
)
def test_bad_words_get_one_sentence(words: list[str], rule: str) -> None:
    """The rule and the value got."""
    found = _run(*words)
    assert rule in str(found.exception)
