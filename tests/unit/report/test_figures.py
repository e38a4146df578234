"""The figures of a comparison."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import scenario
from scenario.experiment.compare import Comparison
from scenario.questions.contexts import title_of
from scenario.report.figures import figures_of, middle_run, run_figure, write_figures


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """A small comparison of the base case with a staged announcement."""
    a, b = (scenario.load("iran-russia-missiles-2024", variant=name) for name in ("base", "staged-joint"))
    return scenario.compare(a, b, 24, seed=0)


def test_there_are_five_figures_and_a_run(comparison: Comparison, tmp_path: Path) -> None:
    """Each figure leaves PNG, SVG, PDF, CSV and JSON."""
    names = {path.name for path in write_figures(comparison, tmp_path)}
    for figure in ("incidence", "incidence-senders", "difference", "actors", "flow", "run"):
        assert {f"{figure}-report.{kind}" for kind in ("png", "svg", "pdf")} | {
            f"{figure}.csv",
            f"{figure}.json",
        } <= names


def test_the_attribution_curve_ends_at_the_share_attributed(comparison: Comparison) -> None:
    """The last point of A's curve is the share of runs attributed."""
    table = figures_of(comparison)[0].table
    last = table[(table["variant"] == "A") & (table["cause"] == "attributed")].iloc[-1]
    assert last["share"] == pytest.approx(comparison.a.outcomes["attributed"].mean())


def test_figures_name_both_hashes_and_the_number_of_runs(comparison: Comparison, tmp_path: Path) -> None:
    """The JSON beside a figure holds both scenario hashes, n and seed."""
    write_figures(comparison, tmp_path)
    told = (tmp_path / "incidence.json").read_text(encoding="utf-8")
    assert comparison.a.scenario.hash in told
    assert comparison.b.scenario.hash in told
    assert json.loads(told)["n"] == 24


def test_the_middle_run_stands_in_the_middle() -> None:
    """Of five runs with days 9, never, 3, 5, never the middle one has 9 days."""
    table = pd.DataFrame(
        {
            "experiment": range(5),
            "replication": 0,
            "first_adopted_day": [9.0, float("nan"), 3.0, 5.0, float("nan")],
        }
    )
    assert middle_run(table) == (0, 0)


def test_a_changed_variant_says_so_in_its_title() -> None:
    """The title of a variant with one override counts it."""
    case = scenario.load("iran-russia-missiles-2024", variant="silent", overrides={"response.hold_days": 3})
    assert title_of(case) == "Silent (1 changed)"


def test_one_run_can_be_drawn(comparison: Comparison) -> None:
    """The swimlanes of a run hold a row for each of its attributions."""
    figure = run_figure(comparison.a.scenario, experiment=0, replication=0, seed=0)
    assert len(figure.table) > 0
