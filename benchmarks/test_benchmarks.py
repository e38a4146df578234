"""What must hold before a number of the benchmark is believed: `python -m pytest benchmarks`."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from benchmarks import chart, goals, report
from benchmarks.check import check, disagreements
from benchmarks.engines import BUILDERS, variants
from benchmarks.measure import Missing, Timing, Variant, measure
from benchmarks.plain_simpy import Chance
from benchmarks.processes import snippet
from benchmarks.sweeps import (
    Sweeps,
    kernel_jobs,
    measure_sweeps,
    reference_function,
    run_point,
    settings_of,
    spec_of,
)
from benchmarks.work import work
from scenario.experiment.plan import plan_of
from scenario.experiment.sweep import run_sweep

MACHINE = {
    "processor": "a processor", "cores": "2", "python": "3", "numpy": "2", "numba": "0", "simpy": "4",
    "ema_workbench": "2", "date": "2026-01-01", "commit": "unknown", "load": "0",
}  # fmt: skip


def timing(name: str, microseconds: float, *, title: str = "", clock: str = "cpu") -> Timing:
    """Return a timing of three repeats, each a little slower."""
    variant = Variant(name=name, title=title or name, call=lambda: None, n=1, clock=clock)  # type: ignore[arg-type]
    cpu = tuple(1e-6 * microseconds * slower for slower in (1.0, 1.1, 1.2))
    return Timing(variant=variant, n_calls=1, cpu=cpu, wall=tuple(2 * seconds for seconds in cpu))


def measured(*further: Timing) -> report.Measured:
    """Return a benchmark of the reference, something faster, and something that is missing."""
    return report.Measured(
        timings=[timing("reference", 6000.0, title="Reference (SimPy)"), *further],
        missing=[Missing(name="pooled", title="Compiled, pooled draws", reason="not there")],
        machine=MACHINE,
        case="a case",
        n_events=900.0,
    )


@pytest.mark.parametrize("variant", ["base", "brussels-blocked"])
def test_plain_program_is_the_same_model(variant: str) -> None:
    """Every mean of the plain program lies within 5 standard errors of the reference's."""
    found = check(400, seed=3, variant=variant)
    assert len(found) > 30
    assert [(a.outcome, a.z) for a in disagreements(found)] == []


def test_check_sees_another_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain program in which every random gap is twice as long is told apart."""
    monkeypatch.setattr(Chance, "wait", lambda self, mean: self.expovariate(0.5 / mean))
    assert "background_listings" in {a.outcome for a in disagreements(check(60, seed=3))}


def test_every_builder_gives_a_variant_or_a_reason() -> None:
    """Nothing is left out silently: each builder is measured or missing with a reason."""
    there, missing = variants(work(n_points=1, n_replications=1))
    assert len(there) + len(missing) == len(BUILDERS)
    assert all(variant.reason for variant in missing)
    assert {v.name: v.n for v in there if v.n != 1} == {"statistics": 10_000}


def test_repeats_interleave_in_a_rotating_order() -> None:
    """Each round calls every variant, and the first one changes from round to round."""
    called: list[str] = []
    three = [Variant(name=n, title=n, call=lambda n=n: called.append(n), n=10**9) for n in "abc"]  # type: ignore[misc]
    found = measure(three, n_repeats=3, least_seconds=1e-9)
    rounds = ["".join(called[6 + 3 * i : 9 + 3 * i]) for i in range(3)]
    assert rounds == ["abc", "acb", "cab"]
    assert [len(t.cpu) for t in found] == [3, 3, 3]


def test_speed_is_the_ratio_within_a_repeat_by_the_own_clock() -> None:
    """A variant of half the time is twice as fast, and one on the wall clock is held against wall time."""
    whole = measured(timing("compiled", 3000.0), timing("two-threads", 1000.0, clock="wall"))
    speeds = [whole.speed(t) for t in whole.timings]
    assert speeds == pytest.approx([1.0, 2.0, 6.0])


def test_tables_hold_every_variant() -> None:
    """The CSV has a line for each variant, the missing one with its reason; the page names all."""
    whole = measured(timing("compiled", 100.0))
    rows = list(csv.DictReader(io.StringIO(report.csv_text(whole))))
    assert [row["variant"] for row in rows] == ["reference", "compiled", "pooled"]
    assert rows[1]["us_median"] == "110.000"
    assert rows[2]["note"] == "not measured: not there"
    assert all(word in report.markdown(whole) for word in ("compiled", "pooled", "not there"))


@pytest.mark.parametrize("fastest", [20.0, 3000.0, 6100.0])
def test_no_text_of_the_chart_leaves_the_sheet(fastest: float) -> None:
    """Every text of the figure lies on the sheet, with a wide and with a narrow scale."""
    figure = chart.draw(
        measured(timing("compiled", fastest), timing("workbench", 6300.0, title="EMA Workbench"))
    )
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    texts = [*figure.texts, *(t for axes in figure.axes for t in [*axes.texts, *axes.get_xticklabels()])]
    boxes = [text.get_window_extent(renderer) for text in texts if text.get_text()]
    assert len(boxes) > 10
    assert all(b.x0 >= 0 and b.y0 >= 0 and b.x1 <= figure.bbox.x1 and b.y1 <= figure.bbox.y1 for b in boxes)


def test_written_files_are_the_promised_ones(tmp_path: Path) -> None:
    """A benchmark writes two tables, a page and two pictures."""
    names = [path.name for path in report.write(measured(timing("compiled", 100.0)), tmp_path)]
    assert names == ["engines.csv", "engines-repeats.csv", "engines.md", "engines.png", "engines.svg"]
    assert (tmp_path / "engines.png").read_bytes()[:4] == b"\x89PNG"


def test_peak_memory_is_the_childs_own() -> None:
    """A child that does nothing stays small whatever this process holds, and one that takes 200 MiB shows it."""
    held = bytearray(300 * 2**20)
    small = snippet("nothing", "pass", n_repeats=1).median_peak
    large = snippet("200 MiB", "x = bytearray(200 * 2**20)", n_repeats=1).median_peak
    assert len(held) > 0
    assert small < 60
    assert large == pytest.approx(small + 200, abs=20)


def test_failing_process_is_an_error() -> None:
    """A child that ends with another exit code than 0 is reported with what it said."""
    with pytest.raises(RuntimeError, match="exit code 0"):
        snippet("fails", "raise SystemExit('no such thing')", n_repeats=1)


# ---- sweeps ------------------------------------------------------------------------------------------


def swept(**microseconds: float) -> Sweeps:
    """Return measured sweeps of 3 points x 4 replications: variant, with underscores, -> microseconds."""
    found = [timing(name.replace("_", "-"), us, clock="wall") for name, us in microseconds.items()]
    ours = [t for t in found if "workbench" not in t.variant.name]
    today = [t for t in found if t not in ours]
    missing = [Missing(name="sweep-joblib", title="joblib loop", reason="not there")]
    return Sweeps(ours=ours, today=today, missing=missing, n_points=3, n_replications=4)


FEW = {"sweep_kernel": 100.0, "sweep_disk": 105.0, "sweep_kernel_own": 200.0, "sweep_own": 240.0}


@pytest.mark.parametrize("luck", ["common", "own"])
def test_bare_kernel_does_the_runs_of_the_sweep(luck: str) -> None:
    """The kernel's rows are those of the sweep, to the last bit, over several chunks."""
    plan = plan_of(spec_of(6, n_replications=5, luck=luck), chunk_runs=10)
    engine, jobs = kernel_jobs(plan)
    for job in jobs:
        engine.do(job)
    names = list(engine.outcomes)
    rows = np.concatenate([job.rows for job in jobs])[:, [names.index(name) for name in plan.declared]]
    _, table, _ = run_sweep(plan, workers=1, engine="compiled")
    assert len(jobs) == 3
    np.testing.assert_array_equal(rows, table[list(plan.declared)].to_numpy(dtype=np.float64))


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_loop_round_run_does_the_runs_of_the_sweep(engine: str) -> None:
    """Point by point through the public names, the rows are those of the sweep."""
    plan = plan_of(spec_of(2, n_replications=3))
    _, table, _ = run_sweep(plan, workers=1, engine="compiled")
    rows = [run_point(one, 3, plan.spec.seed, engine)[list(plan.declared)] for one in settings_of(plan)]
    np.testing.assert_array_equal(
        np.concatenate([part.to_numpy(dtype=np.float64) for part in rows]),
        table[list(plan.declared)].to_numpy(dtype=np.float64),
    )


def test_workbench_function_does_the_runs_of_the_sweep() -> None:
    """What the workbench calls gives the outcomes of the sweep at every point and replication."""
    plan = plan_of(spec_of(2, n_replications=6))
    _, table, _ = run_sweep(plan, workers=1, engine="compiled")
    run = reference_function(plan)
    found = [
        run(point=e, replication=r) for e, r in zip(table["experiment"], table["replication"], strict=True)
    ]
    rows = table[list(found[0])].to_numpy(dtype=np.float64)
    assert len(np.unique(rows, axis=0)) > 4
    np.testing.assert_array_equal(rows, [list(one.values()) for one in found])


def test_sweeps_are_held_against_the_kernel_of_the_same_runs() -> None:
    """A sweep with luck of its own is divided by its own kernel, the others by the common one."""
    few = swept(**FEW)
    assert (few.ratio("sweep-disk"), few.ratio("sweep-own")) == pytest.approx((1.05, 1.2))
    judged = [(goal.value, goal.verdict) for goal in goals._of_sweeps(few)]
    assert judged == [(pytest.approx(1.05), "met"), (pytest.approx(1.2), "**not met**")]


def test_tables_hold_every_sweep() -> None:
    """The files name what is ours, what a user would do today, and what is missing with its reason."""
    files = report.sweep_files(swept(**FEW, sweep_workbench=10_000.0), MACHINE)
    rows = list(csv.DictReader(io.StringIO(files["sweeps.csv"])))
    assert [row["whose"] for row in rows] == ["ours"] * 4 + ["today", ""]
    assert [row["over_kernel"] for row in rows] == ["1.000", "1.050", "1.000", "1.200", "", ""]
    assert rows[-1]["note"] == "not measured: not there"
    assert len(files["sweeps-repeats.csv"].splitlines()) == 1 + 5 * 3
    assert all(word in files["sweeps.md"] for word in ("sweep-own", "95.2", "not there"))


def test_every_way_to_sweep_is_measured() -> None:
    """A small benchmark of sweeps measures each variant, the workbench's own processes among them."""
    found = measure_sweeps(n_points=1, n_repeats=1, least_seconds=1e-9)
    names = [t.variant.name for t in (*found.ours, *found.today)] + [m.name for m in found.missing]
    assert len(names) == len(set(names)) >= 10
    assert {"sweep-kernel", "sweep-memory", "sweep-disk", "sweep-workbench-pool"} <= set(names)
    assert all(seconds > 0 for t in (*found.ours, *found.today) for seconds in t.wall)
