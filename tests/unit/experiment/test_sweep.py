"""Sweeps: the same bits from every engine and order, the rows of the scenario itself, stopping and going on."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import scenario
from scenario.errors import RunError, StoreError
from scenario.experiment import sweep as sweep_module
from scenario.experiment import sweep_chunk
from scenario.experiment.factors import medians
from scenario.experiment.plan import Plan, plan_of
from scenario.experiment.sweep import chunks, run_sweep, sweep
from scenario.experiment.sweep_chunk import Runs, SweepChunk
from scenario.experiment.sweep_digest import digest
from scenario.experiment.sweep_read import read_sweep
from scenario.spec.sweep import sweep_of

TESTS = Path(__file__).resolve().parents[2]
MINIMAL, BASE = TESTS / "minimal.yaml", TESTS.parent / "configs" / "iran-russia-missiles-2024.yaml"

X, STOCK, DAYS = "act.p_true", "act.stock", "response.hold_days"
FACTORS: dict[str, Any] = {
    X: {"range": [0.2, 0.9]},
    DAYS: {"integer": [0, 20]},
    "policy.demarche": {"values": [False, True]},
}
POLICIES: dict[str, Any] = {"base": {}, "patient": {"variant": "patient"}}


def _data(**more: Any) -> dict[str, Any]:
    """Return the data of a small sweep."""
    base: dict[str, Any] = {
        "name": "test",
        "title": "T",
        "scenario": str(MINIMAL),
        "replications": 4,
        "design": {"kind": "latin-hypercube", "points": 6},
        "factors": FACTORS,
        "policies": POLICIES,
        "seed": 11,
    }
    return base | more


def _plan(*, chunk_runs: int = 8, folder: Path | None = None, **more: Any) -> Plan:
    """Return the plan of a small sweep in small chunks."""
    return plan_of(sweep_of(_data(**more)), folder=folder, chunk_runs=chunk_runs)


def _table(folder: Path, text: str) -> dict[str, Any]:
    """Write the table of a design and return what a sweep says of it."""
    (folder / "points.csv").write_text(text, encoding="utf-8")
    return {"design": {"kind": "table", "table": "points.csv"}, "factors": {}, "folder": folder}


def _bits(table: pd.DataFrame) -> dict[str, tuple[str, bytes]]:
    """Return every column of numbers by its type and bytes."""
    return {str(name): (str(column.dtype), column.to_numpy().tobytes()) for name, column in table.items()}


def _rows_of(case: scenario.Scenario, n: int, *, twins: bool = False, seed: int = 11) -> pd.DataFrame:
    """Return what `scenario.run` gives at outer points 0 to n - 1, numbered as the replications of an experiment."""
    found = scenario.run(case, outer=n, inner=1, seed=seed, twins=twins).outcomes
    return found.drop(columns="replication").rename(columns={"experiment": "replication"})


def _experiment(rows: pd.DataFrame, e: int) -> pd.DataFrame:
    """Return the rows of one experiment without its number."""
    return rows[rows["experiment"] == e].drop(columns="experiment").reset_index(drop=True)


# ---- engines -----------------------------------------------------------------------------------------

DESIGNS: dict[str, dict[str, Any]] = {
    "latin-hypercube": {"points": 4},
    "sobol": {"points": 1},
    "morris": {"points": 1},
    "full-factorial": {"levels": 2},
    "one-at-a-time": {},
    "table": {},
}


@pytest.mark.parametrize(
    ("kind", "others", "twins"), list(itertools.product(DESIGNS, ["drawn", "median"], [False, True]))
)
def test_both_engines_give_the_same_rows(kind: str, others: str, twins: bool, tmp_path: Path) -> None:
    """Every design gives one table to the last bit, whichever engine runs it."""
    more: dict[str, Any] = {"design": {"kind": kind} | DESIGNS[kind]}
    if kind == "table":
        more = _table(tmp_path, f"{X},{DAYS},policy.demarche\n0.5,,true\n,7,\n,,\n")
    plan = _plan(**more, others=others, twins=twins, replications=2, policies={"base": {}})
    (_, first, no_failures), (_, second, _) = (
        run_sweep(plan, engine=name, workers=1) for name in ("compiled", "reference")
    )
    assert _bits(first) == _bits(second)
    assert len(first) == plan.n_runs
    assert no_failures.empty


@pytest.mark.parametrize(("others", "twins"), list(itertools.product(["drawn", "median"], [False, True])))
def test_both_engines_give_the_same_summaries(others: str, twins: bool) -> None:
    """Sums are taken in one order, so that means and deviations agree to the last bit too."""
    design = {"kind": "latin-hypercube", "points": 2}
    plan = _plan(
        others=others, twins=twins, keep="summary", replications=30, design=design, policies={"base": {}}
    )
    first, second = (run_sweep(plan, engine=name, workers=1)[1] for name in ("compiled", "reference"))
    assert _bits(first) == _bits(second)
    assert first["n"].tolist() == [30, 30]


# ---- workers, chunks, order --------------------------------------------------------------------------


def _shuffled(indices: Iterable[int], seed: int) -> list[int]:
    """Return chunks in an order of chance."""
    found = list(indices)
    random.Random(seed).shuffle(found)
    return found


@pytest.mark.parametrize("keep", ["rows", "summary"])
def test_nothing_but_the_sweep_decides_the_result(
    keep: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One, two and three workers, any chunk size, any order of chunks and either engine give one digest."""
    order: Callable[[Iterable[int]], list[int]] = list

    def _in_order(plan: Plan, indices: Iterable[int], **more: Any) -> Any:
        return chunks(plan, order(indices), **more)

    monkeypatch.setattr(sweep_module, "chunks", _in_order)
    found, spec = set(), {"keep": keep, "replications": 12, "luck": "own", "policies": {"base": {}}}
    cases: list[tuple[int, int, str]] = [
        (1, 1, "compiled"),
        (1, 10**6, "compiled"),
        (2, 25, "compiled"),
        (3, 12, "compiled"),
        (3, 37, "compiled"),
        (1, 50, "reference"),
        (2, 12, "reference"),
    ]
    for i, (workers, chunk_runs, engine) in enumerate(cases):
        order = [list, lambda xs: list(xs)[::-1], lambda xs, i=i: _shuffled(xs, i)][i % 3]
        folder = tmp_path / str(i)
        done = sweep(_plan(chunk_runs=chunk_runs, **spec), folder, workers=workers, engine=engine)
        assert (done.n_chunks, done.n_kept, done.n_failed) == (done.plan.n_chunks, 0, 0)
        found.add(digest(folder))
    assert len(found) == 1


def test_chunks_run_on_as_many_threads_as_there_are_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three workers are three threads at once: each waits until the others have begun."""
    barrier, begun = threading.Barrier(3), set[int]()
    chunk = Runs.chunk

    def _met(runs: Runs, index: int, stop: Any = None) -> SweepChunk:
        if index < 3:
            barrier.wait(timeout=30)
        begun.add(threading.get_ident())
        return chunk(runs, index, stop)

    monkeypatch.setattr(Runs, "chunk", _met)
    run_sweep(_plan(chunk_runs=1), workers=3, engine="compiled")
    assert len(begun) == 3


def test_an_experiment_in_parts_gives_the_rows_of_one_that_runs_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More replications than a block holds are run block by block, with the same rows."""
    plan = _plan(replications=20)
    _, whole, _ = run_sweep(plan, workers=1)
    monkeypatch.setattr(sweep_chunk, "BLOCK_RUNS", 7)
    _, parts, _ = run_sweep(plan, workers=1)
    assert _bits(parts) == _bits(whole)


# ---- the rows of the scenario itself -----------------------------------------------------------------


@pytest.mark.parametrize("twins", [False, True])
def test_a_blank_experiment_has_the_rows_of_the_scenario(tmp_path: Path, twins: bool) -> None:
    """Nothing moved, replication r of each policy is the run of `scenario.run` at outer point r."""
    table = _table(tmp_path, f"{X},{DAYS}\n0.3,4\n,\n")
    _, rows, _ = run_sweep(_plan(**table, replications=12, twins=twins), workers=1)
    for e, variant in ((1, "base"), (3, "patient")):
        expected = _rows_of(scenario.load(MINIMAL, variant=variant), 12, twins=twins)
        assert _bits(_experiment(rows, e)) == _bits(expected)
    assert _bits(_experiment(rows, 0)) != _bits(_experiment(rows, 1))


def test_points_with_luck_of_their_own_go_on_where_the_last_one_ended(tmp_path: Path) -> None:
    """Replication r of point p is outer point p R + r, for every policy."""
    table = _table(tmp_path, f"{X},{DAYS}\n,\n,3\n,\n0.5,\n")
    _, rows, _ = run_sweep(_plan(**table, luck="own", replications=5), workers=2)
    every = _rows_of(scenario.load(MINIMAL), 20)
    for point in (0, 2):
        expected = every[5 * point : 5 * point + 5].reset_index(drop=True)
        found = _experiment(rows, point)
        assert found["replication"].tolist() == list(range(5))
        assert _bits(found.drop(columns="replication")) == _bits(expected.drop(columns="replication"))


BY_HAND: list[dict[str, Any]] = [
    {"act.p_true": 0.35},
    {"defaults.sender.bars.attribute": 0.83},
    {"senders.eu.bars.attribute": 0.83, "response.hold_days": 12.0},
    {"policy.demarche": True, "act.p_true": 0.35},
    {"horizon_days": 120, "defaults.sender.bars.attribute": 0.83},
]


@pytest.mark.parametrize("point", BY_HAND, ids=", ".join)
def test_a_point_has_the_rows_of_a_scenario_with_its_values_set_by_hand(
    point: dict[str, Any], tmp_path: Path
) -> None:
    """A factor is an override under the same luck, for numbers, settings, and all that inherit a default.

    A policy that gives one sender a bar of its own keeps it: the factor moves those that inherit.
    """
    policies = {"base": {}, "own": {"set": {"senders.uk.bars.attribute": 0.9}}}
    text = ",".join(point) + "\n" + ",".join(str(value) for value in point.values()) + "\n"
    plan = _plan(**_table(tmp_path, text), scenario=str(BASE), policies=policies, replications=40)
    _, rows, _ = run_sweep(plan, workers=1, engine="compiled")
    for e, policy in enumerate(policies.values()):
        case = scenario.load(BASE, overrides=policy.get("set", {}) | point)
        assert _bits(_experiment(rows, e)) == _bits(_rows_of(case, 40))


def test_a_policy_s_own_number_is_kept_by_the_reference_too(tmp_path: Path) -> None:
    """The factor under `defaults` leaves alone what a policy sets, whichever engine runs."""
    policies = {"base": {}, "own": {"set": {"senders.uk.bars.attribute": 0.9}}}
    table = _table(tmp_path, "defaults.sender.bars.attribute\n0.83\n")
    plan = _plan(**table, scenario=str(BASE), policies=policies, replications=3)
    first, second = (run_sweep(plan, engine=name, workers=1)[1] for name in ("compiled", "reference"))
    assert _bits(first) == _bits(second)


def test_a_factor_at_the_declared_value_changes_nothing() -> None:
    """Of two holds, 0 as declared and 30, the first has the rows of the scenario and the second has not."""
    factors = {DAYS: {"values": [0, 30]}}
    plan = _plan(design={"kind": "full-factorial"}, factors=factors, replications=40, policies={"base": {}})
    _, rows, _ = run_sweep(plan, workers=1)
    expected = _bits(_rows_of(scenario.load(MINIMAL), 40))
    assert _bits(_experiment(rows, 0)) == expected
    assert _bits(_experiment(rows, 1)) != expected


def test_at_their_medians_numbers_have_scipy_s_medians() -> None:
    """Every number of the small scenario stands at the median of its distribution; a point is itself."""
    case = scenario.load(MINIMAL)
    found = medians(case, seed=0)
    expected = {
        X: stats.beta(9, 5).median(),
        "act.shipped_days_before": 12.5,
        "act.batch_size": 40.0,
        "act.contract": stats.triang(1 / 3, 200, 300).median(),
        STOCK: stats.beta(1 + 4 / 3, 1 + 4 * 2 / 3, 500, 1500).median(),
        "senders.us.will": 0.5,
        "response.p_execute": stats.beta(9, 3).median(),
        "background.listings.gap_days": 30.0,
    }
    points = {e.path: e.number.point for e in case.numbers if e.number.point is not None}
    assert set(found) == set(expected) | set(points)
    np.testing.assert_allclose([found[p] for p in expected], list(expected.values()), rtol=1e-12)
    assert {path: found[path] for path in points} == points


def test_with_all_else_at_its_median_only_luck_is_left(tmp_path: Path) -> None:
    """A blank point then has the rows of a scenario whose every number is a point, at the median."""
    plan = _plan(**_table(tmp_path, f"{X},{DAYS}\n0.3,4\n,\n"), others="median", replications=20)
    _, rows, _ = run_sweep(plan, workers=1)
    for e, variant in ((1, "base"), (3, "patient")):
        case = scenario.load(MINIMAL, variant=variant)
        still = scenario.load(MINIMAL, variant=variant, overrides=medians(case, seed=11))
        assert _bits(_experiment(rows, e)) == _bits(_rows_of(still, 20))


def test_the_luck_of_a_point_does_not_depend_on_other_points(tmp_path: Path) -> None:
    """Points added or left out beside it change no row of a point."""
    few = run_sweep(_plan(**_table(tmp_path, f"{X}\n0.3\n0.6\n"), policies={"base": {}}), workers=1)[1]
    more = run_sweep(
        _plan(**_table(tmp_path, f"{X}\n0.9\n0.6\n0.1\n0.3\n"), policies={"base": {}}), workers=1
    )[1]
    assert _bits(_experiment(few, 0)) == _bits(_experiment(more, 3))
    assert _bits(_experiment(few, 1)) == _bits(_experiment(more, 1))


# ---- summaries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [4000, 7])
def test_summaries_say_what_pandas_says_of_the_rows(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mean, deviation, least, most and never of every outcome, of times as min(T, horizon), in one block or many."""
    monkeypatch.setattr(sweep_chunk, "BLOCK_RUNS", block)
    factors = FACTORS | {"horizon_days": {"values": [100, 365]}}
    settings = {"factors": factors, "replications": 25, "twins": True}
    plan = _plan(**settings)
    _, rows, _ = run_sweep(plan, workers=1)
    _, found, _ = run_sweep(_plan(**settings, keep="summary"), workers=1)
    horizon = rows["experiment"].map(plan.experiments()["horizon_days"].astype(float))
    assert found["experiment"].tolist() == list(range(plan.n))
    assert found["n"].tolist() == [25] * plan.n
    for name, outcome in plan.declared.items():
        values = rows[name].astype(float)
        if outcome.kind == "time":
            values = values.fillna(horizon).clip(upper=horizon)
        groups = values.groupby(rows["experiment"])
        never = rows[name].isna().groupby(rows["experiment"]).mean()
        expected = {
            "mean": groups.mean(),
            "sd": groups.std(),
            "min": groups.min(),
            "max": groups.max(),
            "never": never,
        }
        for statistic, column in expected.items():
            np.testing.assert_allclose(
                found[f"{statistic}({name})"], column, rtol=1e-10, atol=1e-10, err_msg=f"{statistic}({name})"
            )


def test_one_run_has_no_deviation() -> None:
    """The deviation of a single replication is NaN, and its mean is its value."""
    settings = {"replications": 1, "outcomes": ["quantity_shipped"]}
    _, rows, _ = run_sweep(_plan(**settings), workers=1)
    _, found, _ = run_sweep(_plan(**settings, keep="summary"), workers=1)
    assert found["sd(quantity_shipped)"].isna().all()
    assert found["mean(quantity_shipped)"].tolist() == rows["quantity_shipped"].tolist()


def test_only_the_outcomes_asked_for_are_kept_in_their_order() -> None:
    """Columns are the run's id and the outcomes as the file lists them, with the numbers of a full table."""
    names = ["missed", "attribution_day"]
    few, every = run_sweep(_plan(outcomes=names), workers=1)[1], run_sweep(_plan(), workers=1)[1]
    assert list(few.columns) == ["experiment", "replication", *names]
    assert _bits(few) == _bits(every[["experiment", "replication", *names]])


# ---- failures ----------------------------------------------------------------------------------------


def _limited(limit: int, **more: Any) -> Plan:
    """Return a plan whose runs end with an error where they have more events than a limit."""
    return _plan(set={"max_events": limit}, replications=12, **more)


def test_a_run_that_fails_is_a_row_among_failures_and_the_others_stay(tmp_path: Path) -> None:
    """Each run is there once, with its outcomes or with its error, and failures touch no other run."""
    plan = _limited(100)
    _, rows, failures = run_sweep(plan, workers=2)
    _, every, _ = run_sweep(_plan(replications=12), workers=1)
    keys = ["experiment", "replication"]
    assert 0 < len(failures) < plan.n_runs
    assert set(failures["error"]) == {"a run must have at most 100 timed events (got 101)"}
    failed = pd.MultiIndex.from_frame(failures[keys])
    assert failed.is_monotonic_increasing
    kept = ~pd.MultiIndex.from_frame(every[keys]).isin(failed)
    assert _bits(rows) == _bits(every[kept])
    assert _bits(run_sweep(plan, workers=1, engine="reference")[2][keys]) == _bits(failures[keys])
    done = sweep(plan, tmp_path / "out", workers=2)
    assert done.n_failed == len(failures)
    again = sweep(plan, tmp_path / "out", workers=2, resume=True)
    assert (again.n_chunks, again.n_failed) == (0, len(failures))
    assert read_sweep(tmp_path / "out").failures["error"].tolist() == failures["error"].tolist()


def test_summaries_count_the_runs_that_finished() -> None:
    """An experiment has as many runs as did not fail, and statistics of those alone."""
    _, rows, failures = run_sweep(_limited(100), workers=1)
    _, found, again = run_sweep(_limited(100, keep="summary"), workers=1)
    counts = rows.groupby("experiment").size().reindex(range(12), fill_value=0)
    assert found["n"].tolist() == counts.tolist()
    assert failures.equals(again)
    means = rows.groupby("experiment")["quantity_shipped"].mean().reindex(range(12))
    np.testing.assert_allclose(found["mean(quantity_shipped)"], means, rtol=1e-12)


def test_a_sweep_of_which_no_run_finished_says_so(tmp_path: Path) -> None:
    """Where every run fails there is nothing to read, and the error names the rule."""
    hopeless = {"scenario": str(BASE), "policies": {"base": {}}}  # a run of the base case has some 900 events
    with pytest.raises(RunError, match="one run of 72 at least must finish"):
        sweep(_limited(100, **hopeless), tmp_path / "out", workers=1)
    _, found, failures = run_sweep(_limited(100, **hopeless, keep="summary"), workers=1)
    assert len(failures) == 72
    assert found["n"].tolist() == [0] * 6
    assert found.filter(like="(").isna().all(axis=None)


# ---- progress, stopping and going on -----------------------------------------------------------------


class _Enough(Exception):  # noqa: N818  (somebody asks to stop)
    """Somebody has seen enough."""


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the chunks that are run from now on, as they begin."""
    seen: list[int] = []
    chunk = Runs.chunk

    def _noted(runs: Runs, index: int, stop: Any = None) -> SweepChunk:
        seen.append(index)
        return chunk(runs, index, stop)

    monkeypatch.setattr(Runs, "chunk", _noted)
    return seen


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_counts_runs_up_to_all_of_them(workers: int, tmp_path: Path) -> None:
    """The first call says what is there already, each chunk adds its runs, the last says all."""
    told: list[tuple[int, int]] = []
    plan = _plan(chunk_runs=20)
    sweep(plan, tmp_path / "out", workers=workers, progress=lambda done, n: told.append((done, n)))
    assert told == [(0, 48), (20, 48), (40, 48), (48, 48)]
    told.clear()
    run_sweep(plan, workers=workers, progress=lambda done, n: told.append((done, n)))
    assert told == [(20, 48), (40, 48), (48, 48)]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("keep", ["rows", "summary"])
def test_a_stopped_sweep_goes_on_where_it_stopped(
    workers: int, keep: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that was complete is computed again, and the result is that of a sweep never stopped."""
    plan = _plan(chunk_runs=4, keep=keep)
    assert plan.n_chunks == 12
    sweep(plan, tmp_path / "whole", workers=1)
    folder, complete = tmp_path / "stopped", 0
    for stops in (3, 5):

        def _stop(done: int, _n: int, at: int = 4 * (complete + stops)) -> None:
            if done >= at:
                raise _Enough

        with pytest.raises(_Enough):
            sweep(plan, folder, workers=workers, resume=True, progress=_stop)
        complete += stops
        with pytest.raises(StoreError, match=f"got {complete} of 12 chunks"):
            read_sweep(folder)
    kept = {int(path.name.split("-")[0]) for path in (folder / "chunks").iterdir()}
    seen = _counted(monkeypatch)
    done = sweep(plan, folder, workers=workers, resume=True)
    assert (done.n_chunks, done.n_kept) == (4, 8)
    assert sorted([*seen, *kept]) == list(range(12))
    assert digest(folder) == digest(tmp_path / "whole")
    assert sweep(plan, folder, workers=workers, resume=True).n_kept == 12
    assert len(seen) == 4


def test_a_sweep_begun_by_one_engine_goes_on_with_the_other(tmp_path: Path) -> None:
    """Half of the chunks from the reference and half from the compiled engine are one sweep."""
    plan = _plan(chunk_runs=4, keep="summary")
    sweep(plan, tmp_path / "whole", workers=1, engine="compiled")

    def _stop(done: int, _n: int) -> None:
        if done >= 24:
            raise _Enough

    with pytest.raises(_Enough):
        sweep(plan, tmp_path / "mixed", workers=1, engine="reference", progress=_stop)
    assert sweep(plan, tmp_path / "mixed", workers=2, engine="compiled", resume=True).n_kept == 6
    assert digest(tmp_path / "mixed") == digest(tmp_path / "whole")


LONG = """
import sys
from pathlib import Path
from scenario.experiment.plan import plan_of
from scenario.experiment.sweep import sweep
from scenario.experiment.sweep_chunk import Runs
from scenario.spec.sweep import sweep_of

chunk = Runs.chunk

def noted(runs, index, stop=None):
    Path(sys.argv[4], str(index)).touch()
    return chunk(runs, index, stop)

Runs.chunk = noted  # in every process of the sweep: each begins with this file

if __name__ == "__main__":
    data = {"name": "long", "title": "L", "scenario": sys.argv[1], "replications": 1_000_000, "twins": True}
    data |= {"design": {"kind": "latin-hypercube", "points": 9}, "factors": {"act.p_true": {"range": [0, 1]}}}
    try:
        sweep(plan_of(sweep_of(data)), sys.argv[2], workers=2, engine=sys.argv[3])
    except KeyboardInterrupt:
        sys.exit(3)
"""


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_ctrl_c_ends_a_sweep_within_two_seconds(engine: str, tmp_path: Path) -> None:
    """A sweep in chunks of a million runs ends soon after Ctrl-C, on two threads or two processes.

    Two seconds are meant for a machine that has nothing else to do; on one that has, they are longer by its load.
    """
    script, begun, folder = tmp_path / "long.py", tmp_path / "begun", tmp_path / "out"
    script.write_text(LONG, encoding="utf-8")
    begun.mkdir()
    command = [sys.executable, str(script), str(MINIMAL), str(folder), engine, str(begun)]
    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            while len(list(begun.iterdir())) < 2 and process.poll() is None:
                time.sleep(0.05)
            time.sleep(0.5)  # both workers are in the middle of a chunk
            began = time.monotonic()
            os.killpg(process.pid, signal.SIGINT)
            code, taken = process.wait(timeout=30), time.monotonic() - began
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert code == 3
    assert taken < 2.0 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert not list((folder / "chunks").iterdir())


# ---- memory and folder -------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", ["rows", "summary"])
def test_a_sweep_in_memory_is_the_sweep_in_a_folder(keep: str, tmp_path: Path) -> None:
    """Rows, failures and experiments are the same, to the last bit, with the same types."""
    plan = _limited(100, keep=keep)
    _, rows, failures = run_sweep(plan, workers=2)
    sweep(plan, tmp_path / "out", workers=2)
    found = read_sweep(tmp_path / "out")
    assert _bits(found.rows) == _bits(rows)
    assert failures.astype(object).equals(found.failures.astype(object))
    pd.testing.assert_frame_equal(found.design, plan.experiments(), check_exact=True)


def test_a_sweep_takes_a_file_a_specification_or_a_plan(tmp_path: Path) -> None:
    """The three ways to say what is run give the same rows."""
    (tmp_path / "case.yaml").write_bytes(MINIMAL.read_bytes())
    file = tmp_path / "small.yaml"
    file.write_text(
        "name: test\ntitle: T\nscenario: case.yaml\nseed: 11\nreplications: 4\n"
        "design: {kind: latin-hypercube, points: 6}\nfactors:\n  act.p_true: {range: [0.2, 0.9]}\n",
        encoding="utf-8",
    )
    spec = sweep_of(_data(factors={X: {"range": [0.2, 0.9]}}, policies={"base": {}}))
    first, second, third = (_bits(run_sweep(what, workers=1)[1]) for what in (file, spec, plan_of(file)))
    assert first == second == third
