"""What must hold before a number of the benchmark is believed: `python -m pytest benchmarks`."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from benchmarks import chart, report
from benchmarks.check import check, disagreements
from benchmarks.engines import BUILDERS, variants
from benchmarks.measure import Missing, Timing, Variant, measure
from benchmarks.plain_simpy import Chance
from benchmarks.processes import snippet
from benchmarks.work import work

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
    assert [variant.n for variant in there] == [1] * len(there)


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
