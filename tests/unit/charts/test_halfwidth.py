"""Half-width against runs: the path, the wanted width, the runs needed."""

from __future__ import annotations

from types import ModuleType

import pandas as pd
import pytest

from scenario.charts.data import FigureData
from scenario.charts.drawing import draw
from scenario.charts.halfwidth import halfwidth_figure
from scenario.charts.style import SIZES, THEMES
from scenario.errors import DataError


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_no_text_leaves_the_sheet_or_covers_another(
    laboratory: ModuleType, studies: dict[str, FigureData], size: str, theme: str
) -> None:
    """Every text lies flat within the sheet and apart from the others, in every size and theme."""
    assert laboratory.faults(studies["halfwidth"], size=size, theme=theme) == []


def test_same_description_gives_the_same_bytes(
    laboratory: ModuleType, studies: dict[str, FigureData]
) -> None:
    """Two drawings of one description agree in every byte of PNG, SVG and CSV."""
    assert laboratory.bytes_of(studies["halfwidth"]) == laboratory.bytes_of(studies["halfwidth"])


def test_csv_gives_the_table_back(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The CSV beside the picture holds the drawn numbers to the last digit."""
    data = studies["halfwidth"]
    pd.testing.assert_frame_equal(laboratory.read_back(data), data.table, check_dtype=False, check_exact=True)


def test_sheet_says_finding_n_and_disclaimer(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The sheet carries title, number of runs and disclaimer, and the text for the blind opens with the finding."""
    words = " ".join(laboratory.texts(draw(studies["halfwidth"])))
    assert studies["halfwidth"].title in words
    assert "n = 400" in words
    assert "Model output, not a forecast." in words
    assert studies["halfwidth"].title in studies["halfwidth"].alt


def made(
    laboratory: ModuleType, synthetic: ModuleType, *, wanted: float, n_needed: int | None, n_last: int = 400
) -> FigureData:
    """Return the path of 40 / sqrt(n) up to a number of runs."""
    table = laboratory.halfwidth_table(n_last=n_last)
    return halfwidth_figure(
        table, synthetic.context(), outcome="lag", unit="days", wanted=wanted, n_needed=n_needed
    )


def test_paths_are_the_table(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """Dots up to 400 runs, rings beyond, both where the table says."""
    data, figure = studies["halfwidth"], draw(studies["halfwidth"])
    for gid, is_projected in (("measured", False), ("projected", True)):
        part = data.table[data.table["is_projected"] == is_projected]
        (line,) = laboratory.marks(figure, gid)
        assert line.get_xydata().tolist() == part[["n", "half_width"]].to_numpy().tolist()


def test_number_of_runs_is_on_a_log_scale(studies: dict[str, FigureData]) -> None:
    """The horizontal scale is logarithmic, the vertical one begins at zero."""
    axes = draw(studies["halfwidth"]).axes[0]
    assert (axes.get_xscale(), axes.get_yscale(), axes.get_ylim()[0]) == ("log", "linear", 0.0)


def test_wanted_width_and_runs_needed_are_drawn(
    laboratory: ModuleType, studies: dict[str, FigureData]
) -> None:
    """40 / sqrt(n) = 1 at n = 1,600: the lines cross there, and the number is printed."""
    figure = draw(studies["halfwidth"])
    (wanted,), (needed,) = laboratory.marks(figure, "wanted"), laboratory.marks(figure, "needed")
    assert set(wanted.get_ydata()) == {1.0}
    assert set(needed.get_xdata()) == {1600}
    assert {"1,600 runs needed", "wanted ±1"} <= set(laboratory.texts(figure))


def test_title_says_what_it_takes(studies: dict[str, FigureData]) -> None:
    """40 / sqrt(400) = 2 is not yet 1."""
    title = "Days to coordinated sanctions: ±1 days takes about 1,600 runs; 400 give ±2"
    assert studies["halfwidth"].title == title


def test_title_says_that_it_is_enough(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """2 is within 2.5, which 256 runs reach."""
    title = made(laboratory, synthetic, wanted=2.5, n_needed=256).title
    assert title == "Lag: 400 runs are enough for ±2.5 days, 256 would do"


def test_title_admits_that_it_cannot_be_told(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Without a number of runs needed no line and no number is drawn."""
    data = made(laboratory, synthetic, wanted=0.5, n_needed=None)
    assert data.title == "Lag: 400 runs give ±2; how many give ±0.5 days cannot be told yet"
    assert laboratory.marks(draw(data), "needed") == []


@pytest.mark.parametrize("n_needed", [16_000_000, 30])
def test_far_and_near_needs_stay_on_the_sheet(
    laboratory: ModuleType, synthetic: ModuleType, n_needed: int
) -> None:
    """Runs needed at either end of the scale keep their text on the sheet."""
    data = made(laboratory, synthetic, wanted=0.01, n_needed=n_needed)
    assert [laboratory.faults(data, size=size) for size in SIZES] == [[], [], []]


def test_single_row_is_a_dot(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """One number of runs makes a figure too."""
    data = made(laboratory, synthetic, wanted=1.0, n_needed=1600, n_last=25)
    assert laboratory.faults(data, size="half") == []
    assert data.title == "Lag: ±1 days takes about 1,600 runs; 25 give ±8"


@pytest.mark.parametrize("wanted", [0.0, -1.0, float("nan"), float("inf")])
def test_wanted_width_is_positive(laboratory: ModuleType, synthetic: ModuleType, wanted: float) -> None:
    """A width that cannot be reached is refused."""
    with pytest.raises(DataError, match=r"wanted must be a finite number > 0 .got (0|-1|nan|inf)"):
        made(laboratory, synthetic, wanted=wanted, n_needed=None)


def test_projection_alone_is_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Something must have been run."""
    table = laboratory.halfwidth_table().assign(is_projected=True)
    with pytest.raises(DataError, match=r"must have a measured row .got only projected rows"):
        halfwidth_figure(table, synthetic.context(), outcome="lag", unit="days", wanted=1.0, n_needed=None)


def test_number_of_runs_comes_once(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Two rows of one number of runs are refused."""
    table = pd.concat([laboratory.halfwidth_table()] * 2)
    with pytest.raises(DataError, match=r"numbers of runs must come once each .got 25"):
        halfwidth_figure(table, synthetic.context(), outcome="lag", unit="days", wanted=1.0, n_needed=None)
