"""A box of scenario discovery: parts of ranges, chips, words, the trajectory."""

from __future__ import annotations

from types import ModuleType

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from scenario.charts.boxes import boxes_figure
from scenario.charts.data import FigureData
from scenario.charts.drawing import draw
from scenario.charts.style import SIZES, THEMES
from scenario.errors import DataError


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_no_text_leaves_the_sheet_or_covers_another(
    laboratory: ModuleType, studies: dict[str, FigureData], size: str, theme: str
) -> None:
    """Every text lies flat within the sheet and apart from the others, in every size and theme."""
    assert laboratory.faults(studies["box"], size=size, theme=theme) == []


def test_same_description_gives_the_same_bytes(
    laboratory: ModuleType, studies: dict[str, FigureData]
) -> None:
    """Two drawings of one description agree in every byte of PNG, SVG and CSV."""
    assert laboratory.bytes_of(studies["box"]) == laboratory.bytes_of(studies["box"])


def test_csv_gives_the_table_back(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The CSV beside the picture holds the drawn numbers to the last digit."""
    data = studies["box"]
    pd.testing.assert_frame_equal(laboratory.read_back(data), data.table, check_dtype=False, check_exact=True)


def test_sheet_says_finding_n_and_disclaimer(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The sheet carries title, number of runs and disclaimer, and the text for the blind opens with the finding."""
    words = " ".join(laboratory.texts(draw(studies["box"])))
    assert studies["box"].title in words
    assert "n = 400" in words
    assert "Model output, not a forecast." in words
    assert studies["box"].title in studies["box"].alt


def made(
    laboratory: ModuleType, synthetic: ModuleType, limits: pd.DataFrame, **tables: pd.DataFrame
) -> FigureData:
    """Return a figure of a box."""
    steps = tables.get("steps", laboratory.trajectory_table())
    return boxes_figure(limits, steps, synthetic.context(), case="nobody acts", base_rate=0.21)


def one(laboratory: ModuleType, low: float, high: float) -> pd.DataFrame:
    """Return limits of one factor that runs from 0 to 10."""
    table = laboratory.limits_table().iloc[:1]
    return table.assign(factor="wait", unit="days", low=0.0, high=10.0, box_low=low, box_high=high)


def test_thick_part_is_the_box_on_its_range(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """48 to 90 of 5 to 90 begins at (48 - 5) / 85; 0.06 to 0.21 of 0.01 to 0.3 runs from 0.05 to 0.2 of 0.29."""
    figure = draw(studies["box"])
    first, second = (laboratory.marks(figure, f"box-{i}")[0].get_xdata() for i in (0, 1))
    assert list(first) == pytest.approx([43 / 85, 1.0])
    assert list(second) == pytest.approx([0.05 / 0.29, 0.2 / 0.29])


def test_limits_and_ends_are_printed(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The limits that the box sets and the ends of the ranges stand on the sheet."""
    words = laboratory.texts(draw(studies["box"]))
    assert {"48", "0.06", "0.21", "5", "90", "0.01", "0.3"} <= set(words)


def test_near_limits_share_one_text(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """A box from 0.01 to 0.03 of 0 to 0.5 prints both limits as one text."""
    assert "0.01 to 0.03" in laboratory.texts(draw(studies["box"]))


def test_kept_categories_are_filled_chips(studies: dict[str, FigureData]) -> None:
    """The two categories in the box are filled, the third is an outline."""
    figure = draw(studies["box"], size="half")
    chips = {
        a.get_gid().rsplit("-", 1)[1]: a
        for a in figure.findobj(lambda a: str(a.get_gid()).startswith("chip"))
    }
    filled = {word for word, chip in chips.items() if chip.get_facecolor()[3] > 0}
    assert set(chips) == {"unanimity", "qualified majority", "coalition"}
    assert filled == {"unanimity", "coalition"}


def test_limits_by_chance_are_grey(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The third limit may be there by chance: its part is grey, the others are not."""
    figure = draw(studies["box"])
    colors = [to_hex(laboratory.marks(figure, f"box-{i}")[0].get_color()) for i in range(3)]
    assert [color == THEMES["light"].noise for color in colors] == [False, False, True]


def test_trajectory_is_the_table(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The small panel shows every step, and rings the chosen one."""
    data, figure = studies["box"], draw(studies["box"])
    steps = data.table[data.table["part"] == "step"]
    (line,), (ring,) = laboratory.marks(figure, "steps"), laboratory.marks(figure, "chosen")
    assert line.get_xydata().tolist() == steps[["coverage", "density"]].to_numpy().tolist()
    assert ring.get_offsets().tolist() == [steps.iloc[9][["coverage", "density"]].tolist()]


def test_free_factors_are_counted_not_drawn(studies: dict[str, FigureData]) -> None:
    """Two of six factors keep their whole range."""
    data = studies["box"]
    assert "2 more factors are not restricted" in data.note
    assert "echo between channels" not in set(data.table["factor"])


def test_summary_says_coverage_density_and_mass(
    laboratory: ModuleType, studies: dict[str, FigureData]
) -> None:
    """Step 9 of the closed rule: coverage 1 - (9/17)^2 = 0.72, mass 0.86^9 = 0.257, density 0.21 * 0.72 / 0.257."""
    words = " ".join(laboratory.texts(draw(studies["box"])))
    assert "Coverage: 72 of 100 such runs lie in the box (95 %: 67 to 77)" in words
    assert "it happens in 59 of 100 runs in the box (95 %: 54 to 64), against 21 overall" in words
    assert "Mass: 26 of 100" in words


def test_intervals_may_be_unknown(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A trajectory without intervals says no interval."""
    steps = laboratory.trajectory_table()[["coverage", "density", "mass", "is_chosen"]]
    assert "95 %" not in made(laboratory, synthetic, laboratory.limits_table(), steps=steps).alt


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (2.0, 10.0, "wait is over 2 days"),
        (0.0, 3.0, "wait is under 3 days"),
        (2.0, 3.0, "wait is 2 to 3 days"),
    ],
)
def test_title_says_the_condition(
    laboratory: ModuleType, synthetic: ModuleType, low: float, high: float, words: str
) -> None:
    """One-sided and two-sided limits are said in words."""
    assert made(laboratory, synthetic, one(laboratory, low, high)).title == f"Nobody acts mostly when {words}"


def test_many_categories_stay_on_the_sheet(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Nine long categories are shortened, not set over each other."""
    words = tuple(f"a category with a long name {k}" for k in range(9))
    table = laboratory.limits_table().iloc[[5]]
    table = table.assign(categories=[words], kept=[words[:2]])
    data = made(laboratory, synthetic, table)
    assert [laboratory.faults(data, size=size) for size in SIZES] == [[], [], []]


def test_box_that_restricts_nothing_is_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """The whole space is no box."""
    with pytest.raises(
        DataError, match=r"must restrict a factor and leave something .got no restricted factor"
    ):
        made(laboratory, synthetic, one(laboratory, 0.0, 10.0))


def test_limits_outside_the_range_are_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A box cannot begin below the range."""
    with pytest.raises(DataError, match=r"limits table: low must be at most box_low .got 0 and -1"):
        made(laboratory, synthetic, one(laboratory, -1.0, 3.0))


def test_one_step_is_chosen(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A trajectory without a chosen step is refused."""
    steps = laboratory.trajectory_table().assign(is_chosen=False)
    with pytest.raises(DataError, match=r"trajectory must have one chosen step .got 0"):
        made(laboratory, synthetic, laboratory.limits_table(), steps=steps)
