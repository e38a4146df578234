"""Running without keeping the runs: the same numbers from any engine, chunk, block and number of workers."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import scenario
from scenario.cli import main
from scenario.engine.compiled import Engine
from scenario.errors import RunError, SpecError, StoreError
from scenario.experiment import stream as streams
from scenario.experiment.run import Result
from scenario.experiment.stream import stream, stream_comparison
from scenario.experiment.stream_summary import Failures, StreamComparison, StreamSummary, write_stream
from scenario.experiment.summary import summarise

BASE = "iran-russia-missiles-2024"
SIZE: dict[str, Any] = {"outer": 10, "inner": 2, "seed": 7}


@pytest.fixture(scope="module")
def limited() -> scenario.Scenario:
    """The base case with an event limit that some runs meet."""
    return scenario.load(BASE, overrides={"max_events": 1000})


@pytest.fixture(scope="module")
def counted(base: scenario.Scenario) -> StreamSummary:
    """The runs of the fixture `small`, counted."""
    return stream(base, **SIZE)


@pytest.fixture(scope="module")
def pair(base: scenario.Scenario) -> StreamComparison:
    """Two variants, counted."""
    return stream_comparison(base, scenario.load(BASE, variant="staged-joint"), **SIZE)


def cut_small(patch: pytest.MonkeyPatch) -> None:
    """Let chunks have two runs, blocks three outer points, and count every chunk by itself."""
    patch.setattr(streams, "_CHUNK_RUNS", {"compiled": 2, "reference": 2})
    patch.setattr(streams, "_BLOCK_POINTS", 3)
    patch.setattr(streams, "_COUNTED_RUNS", 1)


# ---- one scenario --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("engine", "workers"), [("compiled", 1), ("compiled", 2), ("reference", 1)])
def test_neither_engine_nor_cut_nor_workers_leave_a_trace(
    engine: str,
    workers: int,
    base: scenario.Scenario,
    counted: StreamSummary,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Chunks of one outer point, from one worker or two and either engine, have the digest of one chunk."""
    cut_small(monkeypatch)
    assert stream(base, **SIZE, engine=engine, workers=workers).digest == counted.digest


def test_processes_leave_no_trace(
    base: scenario.Scenario, counted: StreamSummary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reference in two processes has the digest of the compiled engine."""
    cut_small(monkeypatch)
    assert stream(base, **SIZE, engine="reference", workers=2).digest == counted.digest


def test_the_order_in_which_chunks_end_leaves_no_trace(
    base: scenario.Scenario, counted: StreamSummary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks that come last first have the same digest."""
    in_order = streams._tasks
    cut_small(monkeypatch)
    monkeypatch.setattr(streams, "_tasks", lambda *some: reversed(list(in_order(*some))))
    assert stream(base, **SIZE).digest == counted.digest


def test_means_are_those_of_the_table(counted: StreamSummary, small: Result) -> None:
    """Every outcome of the same runs, kept as a table, has the same mean."""
    expected = {name: told.estimate for name, told in summarise(small).outcomes.items()}
    found = {name: told.estimate for name, told in counted.outcomes.items()}
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_quantiles_of_the_table_lie_within_their_ends(counted: StreamSummary, small: Result) -> None:
    """Every quantile of the same runs lies between the ends told."""
    for name, summary in summarise(small).outcomes.items():
        for level, value in summary.quantiles.items():
            told = counted.outcomes[name].quantiles[level]
            assert (told is None) == (value is None)
            assert told is None or value is None or told.low <= value <= told.high


def test_a_seed_has_its_own_digest(base: scenario.Scenario, counted: StreamSummary) -> None:
    """Seed 0 is a seed of its own."""
    assert stream(base, **SIZE | {"seed": 0}).digest != counted.digest


def test_twins_can_be_left_out(base: scenario.Scenario) -> None:
    """Without twins nothing is said about averted flow."""
    assert "averted_by_words" not in stream(base, **SIZE, twins=False).outcomes


def test_incidence_ends_with_those_who_came(counted: StreamSummary, small: Result) -> None:
    """On the last day the share is that of the runs in which it came."""
    table = counted.incidence("attribution_day")
    assert table["share"].iloc[365] == small.outcomes["attribution_day"].notna().mean()


def test_outer_points_are_drawn_in_blocks(base: scenario.Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than a block of outer points is ever drawn at once, and every one of them once."""
    drawn: list[tuple[int, int]] = []
    real = streams.draw_points

    def watched(*some: Any, n_points: int, first: int, **more: Any) -> Any:
        drawn.append((first, n_points))
        return real(*some, n_points=n_points, first=first, **more)

    cut_small(monkeypatch)
    monkeypatch.setattr(streams, "draw_points", watched)
    stream(base, outer=8, inner=2, twins=False)
    assert drawn == [(0, 3), (3, 3), (6, 2)]


def test_threads_are_really_used(base: scenario.Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """With two workers two threads, neither of them the main one, run chunks at the same time."""
    real, together = Engine.do, threading.Barrier(2, timeout=60)
    seen: set[int] = set()

    def watched(*arguments: Any) -> Any:
        if len(seen) < 2:
            seen.add(threading.get_ident())
            together.wait()
        return real(*arguments)

    cut_small(monkeypatch)
    monkeypatch.setattr(Engine, "do", watched)
    stream(base, outer=6, inner=2, workers=2, engine="compiled", twins=False)
    assert len(seen) == 2
    assert threading.main_thread().ident not in seen


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_counts_all_runs(
    workers: int, base: scenario.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Progress is reported after each chunk and ends with all runs."""
    cut_small(monkeypatch)
    seen: list[tuple[int, int]] = []
    stream(base, 6, twins=False, workers=workers, progress=lambda *told: seen.append(told))
    assert seen == [(2, 6), (4, 6), (6, 6)]


def test_an_exception_from_progress_cancels_the_rest(
    base: scenario.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The study stops with the exception after its first chunk, and its threads have ended."""

    def cancel(done: int, total: int) -> None:
        raise InterruptedError(f"{done} of {total}")

    cut_small(monkeypatch)
    with pytest.raises(InterruptedError, match="2 of 2000"):
        stream(base, outer=1000, inner=2, workers=2, progress=cancel)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("runs")] == []


@pytest.mark.parametrize(
    ("size", "rule"),
    [
        ({"n": 0}, "n must be a whole number >= 1"),
        ({"n": 4, "outer": 2}, "n must not be given together with outer or inner"),
        ({"engine": "fast"}, "engine must be one of auto, reference, compiled"),
    ],
)
def test_a_wrong_setting_is_named(size: dict[str, Any], rule: str, base: scenario.Scenario) -> None:
    """Sizes and engines are refused as `run` refuses them."""
    with pytest.raises(SpecError, match=rule):
        stream(base, **size)


def test_stream_is_a_public_name() -> None:
    """`scenario.stream` is the function."""
    assert scenario.stream is stream


# ---- failures ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_failures_are_counted_and_named(engine: str, limited: scenario.Scenario) -> None:
    """Runs beyond the event limit are counted, and kept with id and error, as `run` lists them."""
    expected = scenario.run(limited, outer=6, inner=2, seed=7, twins=False).failures
    found = stream(limited, outer=6, inner=2, seed=7, twins=False, engine=engine)
    assert found.failures.n == len(expected) > 0
    assert [list(bad) for bad in found.failures.first] == expected.to_numpy().tolist()
    assert found.n + found.failures.n == 12


def test_failed_runs_leave_the_others_as_they_are(limited: scenario.Scenario) -> None:
    """The mean is that of the runs that finished."""
    size: dict[str, Any] = {"outer": 6, "inner": 2, "seed": 7, "twins": False}
    table = scenario.run(limited, **size).outcomes
    assert stream(limited, **size).outcomes["warnings"].estimate == pytest.approx(table["warnings"].mean())


def test_the_first_failures_are_kept_in_whatever_order_they_come() -> None:
    """Of 30 failures the first 20 runs are kept, all are counted."""
    bad = [(m, 0, "too long") for m in range(30)]
    failures = Failures().and_more(bad[15:]).and_more(bad[:15])
    assert (failures.n, list(failures.first)) == (30, bad[:20])


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_no_finished_run_is_an_error(engine: str) -> None:
    """A study of which no run finishes ends with an error that names a run."""
    hopeless = scenario.load(BASE, overrides={"max_events": 100})
    with pytest.raises(RunError, match=r"run e0000-r000: one run of 4 at least must finish"):
        stream(hopeless, 4, engine=engine)


# ---- two variants --------------------------------------------------------------------------------------


def test_differences_are_those_of_the_tables(pair: StreamComparison, base: scenario.Scenario) -> None:
    """The mean paired difference of every outcome is the one that the tables give."""
    told = scenario.compare(base, scenario.load(BASE, variant="staged-joint"), **SIZE).outcomes
    expected = {name: paired.difference for name, paired in told.items()}
    found = {name: paired.difference for name, paired in pair.outcomes.items()}
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_a_pair_leaves_no_trace_of_cut_or_workers(
    pair: StreamComparison, base: scenario.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks of one outer point from two threads have the digest of one chunk."""
    cut_small(monkeypatch)
    again = stream_comparison(base, scenario.load(BASE, variant="staged-joint"), **SIZE, workers=2)
    assert again.digest == pair.digest


def test_side_a_is_the_scenario_alone(pair: StreamComparison, counted: StreamSummary) -> None:
    """Where no run failed, side A is what the scenario gives by itself."""
    assert pair.a.digest == counted.digest


def test_only_runs_that_finished_in_both_are_pairs(
    base: scenario.Scenario, limited: scenario.Scenario
) -> None:
    """With failures in B alone the pairs are the runs of B, and those of A beside them do not count."""
    size: dict[str, Any] = {"outer": 6, "inner": 2, "seed": 7, "twins": False}
    found = stream_comparison(base, limited, **size)
    expected = scenario.compare(base, limited, **size)
    assert (found.n, found.a.n, found.a.failures.n) == (expected.n, expected.n, 0)
    assert found.b.failures.n == len(expected.b.failures) > 0
    assert found.outcomes["warnings"].a == pytest.approx(expected.outcomes["warnings"].a)


def test_progress_counts_both_sides(base: scenario.Scenario) -> None:
    """The last report is of the runs of A and B together."""
    seen: list[tuple[int, int]] = []
    stream_comparison(base, base, 4, twins=False, progress=lambda *told: seen.append(told))
    assert seen[-1] == (8, 8)


def test_horizons_must_agree(base: scenario.Scenario) -> None:
    """Runs of different length are no pairs."""
    short = scenario.load(BASE, overrides={"horizon_days": 200})
    with pytest.raises(SpecError, match=r"A and B must have the same horizon_days .* \(got 365 and 200\)"):
        stream_comparison(base, short, 4)


def test_a_pair_is_plain_data(pair: StreamComparison) -> None:
    """Every difference can be written as JSON, with its number of pairs."""
    data = json.loads(json.dumps(pair.as_dict(), allow_nan=False))
    assert {told["n"] for told in data["outcomes"].values()} == {20}


# ---- files and the command line ------------------------------------------------------------------------


def called(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Return exit code, output and error stream of a command."""
    code = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["scenario", "run", BASE, "--workers", "1", *words])
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return code, *capsys.readouterr()


COUNTED = ("--outer", "10", "--inner", "2", "--seed", "7", "--keep", "summary")


def test_the_summary_file_holds_what_is_told(counted: StreamSummary, tmp_path: Path) -> None:
    """summary.json is the plain data of the summary with its command."""
    write_stream(counted, tmp_path, command="scenario run x")
    found = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert found == counted.as_dict() | {"command": "scenario run x"}


def test_the_manifest_holds_the_digest(counted: StreamSummary, tmp_path: Path) -> None:
    """manifest.json says which counts belong to the command."""
    write_stream(counted, tmp_path, command="scenario run x")
    found = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert (found["digest"], found["n"], found["keep"]) == (counted.digest, 20, "summary")


def test_first_failures_are_written(limited: scenario.Scenario, tmp_path: Path) -> None:
    """failures.csv has a row for each of the first failed runs."""
    summary = stream(limited, outer=6, inner=2, seed=7, twins=False)
    write_stream(summary, tmp_path, command="")
    table = pd.read_csv(tmp_path / "failures.csv")
    assert table.to_numpy().tolist() == [list(bad) for bad in summary.failures.first]


def test_a_folder_that_cannot_be_written_is_named(counted: StreamSummary, tmp_path: Path) -> None:
    """A file where the folder should be is refused with a hint."""
    place = tmp_path / "taken"
    place.write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="the output must be a folder that can be written"):
        write_stream(counted, place, command="")


def test_every_outcome_says_how_many_runs(counted: StreamSummary) -> None:
    """Each entry of the plain data has its n."""
    assert {told["n"] for told in counted.as_dict()["outcomes"].values()} == {20}


def test_the_command_line_gives_the_same_summary(
    counted: StreamSummary, capsys: pytest.CaptureFixture[str]
) -> None:
    """`run --keep summary --json` prints the plain data of `stream`."""
    code, out, _ = called(capsys, *COUNTED, "--json")
    found = json.loads(out)
    assert (code, found["digest"]) == (0, counted.digest)
    assert found["command"].endswith("--keep summary --outer 10 --inner 2 --seed 7")


def test_the_table_says_how_exact_quantiles_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Below the table stand the error of the quantiles, what is not available, and n."""
    _, out, _ = called(capsys, *COUNTED)
    for sentence in (
        "times and durations within 0.0625 day",
        "Shares of variance and implied rates",
        "n = 20 runs",
    ):
        assert sentence in out


def test_a_summary_is_written_without_a_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With -o there are summary and manifest, no rows."""
    called(capsys, *COUNTED, "-o", str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", "summary.json"]


@pytest.mark.parametrize("words", [("--keep", "all"), ("--keep", "summary", "--events", "-o", "out")])
def test_what_cannot_be_kept_is_refused(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Neither an unknown word nor event logs without rows."""
    code, _, err = called(capsys, "-n", "4", *words)
    assert code == 2
    assert "--keep must be rows or summary, and rows with --events (got" in err


def test_a_failed_run_ends_with_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    """Failures are told at the end, as with rows."""
    code, out, err = called(capsys, *COUNTED, "--no-twins", "--set", "max_events=1000")
    assert code == 1
    assert "runs failed" in out
    assert "of 20 runs" in err


def test_rows_are_kept_unless_told_otherwise(capsys: pytest.CaptureFixture[str], small: Result) -> None:
    """Without --keep the summary has shares of variance."""
    _, out, _ = called(capsys, "--outer", "10", "--inner", "2", "--seed", "7", "--json")
    assert json.loads(out)["variance"]
    assert np.isclose(json.loads(out)["outcomes"]["warnings"]["estimate"], small.outcomes["warnings"].mean())
