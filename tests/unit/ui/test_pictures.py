from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

import pytest

import scenario
from scenario.charts.style import THEMES
from scenario.experiment.chunk import event_table
from scenario.experiment.compare import Comparison
from scenario.experiment.run import replay
from scenario.ui import downloads, figures, report_files, run_lanes, run_log, vega, vega_run
from scenario.ui.details import outcome_table
from scenario.ui.selection import Selection

THEME = THEMES["light"]


@pytest.fixture(scope="module")
def comparison(selection: Selection) -> Comparison:
    """Return a comparison of twelve pairs with twins."""
    return scenario.compare(selection.a, selection.b, 12, seed=0, twins=True)


def _parts(node: object) -> Iterator[dict[str, object]]:
    """Yield every mapping of a specification."""
    if isinstance(node, dict):
        yield node
    below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for part in below:
        yield from _parts(part)


def test_curves_have_colours_and_dashes_of_the_reports(selection: Selection, comparison: Comparison) -> None:
    """A is drawn solid in #0072B2 and B dashed in #D55E00."""
    spec = vega.incidence_spec(figures.incidence(selection, {"B": comparison}), THEME, day=90)
    scales = [part["scale"] for part in _parts(spec) if part.get("field") == "variant"]
    assert {"domain": ["A", "B"], "range": ["#0072B2", "#D55E00"]} in scales
    assert {"domain": ["A", "B"], "range": [[1, 0], [6, 3]]} in scales


def test_curves_carry_their_never_share(selection: Selection, comparison: Comparison) -> None:
    """The label of each curve tells how many runs of 100 never get there."""
    spec = vega.incidence_spec(figures.incidence(selection, {"B": comparison}), THEME, day=90)
    labels = [part["text"] for part in _parts(spec) if isinstance(part.get("text"), list)]
    never = [round(100 * table["attribution_day"].isna().mean()) for table in comparison.paired_runs()]
    texts = [
        [f"{side}: {100 - share} of 100", f"never: {share}"] for side, share in zip("AB", never, strict=True)
    ]
    assert sorted(labels) == texts


def test_difference_has_twenty_dots(selection: Selection, comparison: Comparison) -> None:
    """The paired difference is drawn with 20 dots, grey where it is noise."""
    data = figures.difference(selection, comparison, "second_act")
    spec = vega.difference_spec(data, THEME)
    assert len(spec["data"]["values"]) == 20
    colours = {part.get("color") for part in _parts(spec) if part.get("type") == "circle"}
    assert colours == {THEME.noise if data.is_noise else "#D55E00"}


def test_specifications_are_plain_data(selection: Selection, comparison: Comparison) -> None:
    """Every picture is JSON without NaN."""
    _, log = replay(selection.b, experiment=0, replication=0, seed=0)
    lanes = figures.swimlane(event_table([(0, 0, log)]), selection, side="B", run=(0, 0), of=12)
    run = run_log.told("B", log, selection.b.spec)
    marks = run_lanes.marks(run, run_lanes.Places(selection.b.spec))
    specs = [
        vega.incidence_spec(figures.incidence(selection, {"B": comparison}), THEME, day=30),
        vega.difference_spec(figures.difference(selection, comparison, "attribution_day"), THEME),
        vega.bars_spec(figures.actors(selection, {"B": comparison}), THEME),
        vega.bars_spec(figures.flow(selection, {"B": comparison}), THEME),
        vega_run.swimlane_spec(lanes, marks, THEME, side="B"),
    ]
    assert all(json.dumps(spec, allow_nan=False) for spec in specs)


def test_figure_download_holds_picture_numbers_and_source(
    selection: Selection, comparison: Comparison
) -> None:
    """The archive of a figure holds the picture, the drawn numbers and what it is; twice the same bytes."""
    data = figures.incidence(selection, {"B": comparison})
    first = report_files.figure_archive(data, "svg", "report")
    assert first == report_files.figure_archive(data, "svg", "report")
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        assert packed.namelist() == [
            "figures/incidence-report.svg",
            "figures/incidence.csv",
            "figures/incidence.json",
        ]
        assert json.loads(packed.read("figures/incidence.json"))["n"] == 12


def test_run_download_holds_every_run(comparison: Comparison) -> None:
    """The archive of the runs holds one row per run for A and B."""
    with zipfile.ZipFile(io.BytesIO(downloads.runs_archive({"B": comparison}))) as packed:
        assert packed.namelist() == ["runs-a.csv", "runs-b.csv"]
        assert packed.read("runs-a.csv").decode().count("\n") == 13


def test_days_stand_beside_their_never_share(comparison: Comparison) -> None:
    """In the table of all outcomes every day has the share of runs without it; nothing else has one."""
    table = outcome_table(comparison).set_index("outcome")
    runs = comparison.b.outcomes["attribution_day"]
    assert table.loc["attribution_day", "never_b"] == runs.isna().sum() / 12
    assert table.loc["quantity_net", ["never_a", "never_b"]].isna().all()
