"""Tornado: widest first, noise grey, ranges printed, the rest counted."""

from __future__ import annotations

from types import ModuleType

import pandas as pd
import pytest

from scenario.charts.data import FigureData
from scenario.charts.drawing import draw
from scenario.charts.style import SIZES, THEMES
from scenario.charts.tornado import tornado_figure
from scenario.errors import DataError


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_no_text_leaves_the_sheet_or_covers_another(
    laboratory: ModuleType, studies: dict[str, FigureData], size: str, theme: str
) -> None:
    """Every text lies flat within the sheet and apart from the others, in every size and theme."""
    assert laboratory.faults(studies["tornado"], size=size, theme=theme) == []


def test_same_description_gives_the_same_bytes(
    laboratory: ModuleType, studies: dict[str, FigureData]
) -> None:
    """Two drawings of one description agree in every byte of PNG, SVG and CSV."""
    assert laboratory.bytes_of(studies["tornado"]) == laboratory.bytes_of(studies["tornado"])


def test_csv_gives_the_table_back(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The CSV beside the picture holds the drawn numbers to the last digit."""
    data = studies["tornado"]
    pd.testing.assert_frame_equal(laboratory.read_back(data), data.table, check_dtype=False, check_exact=True)


def test_sheet_says_finding_n_and_disclaimer(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The sheet carries title, number of runs and disclaimer, and the text for the blind opens with the finding."""
    words = " ".join(laboratory.texts(draw(studies["tornado"])))
    assert studies["tornado"].title in words
    assert "n = 400" in words
    assert "Model output, not a forecast." in words
    assert studies["tornado"].title in studies["tornado"].alt


def made(laboratory: ModuleType, synthetic: ModuleType, table: pd.DataFrame, **changes: float) -> FigureData:
    """Return a tornado of a table round 62 days."""
    given = {"baseline": 62.0, "noise_floor": 2.0} | changes
    return tornado_figure(table, synthetic.context(), outcome=laboratory.OUTCOME, unit="days", **given)


def test_bars_end_where_the_table_says(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """Each bar runs from the baseline of 62 to its end in the table, and its line over its interval."""
    data, figure = studies["tornado"], draw(studies["tornado"])
    for i, row in enumerate(data.table.to_dict("records")):
        for end in ("at_low", "at_high"):
            (bar,) = laboratory.marks(figure, f"{end}-{i}")
            assert sorted([bar.get_x(), bar.get_x() + bar.get_width()]) == pytest.approx(
                sorted([62.0, row[end]])
            )
            (line,) = laboratory.marks(figure, f"{end}-interval-{i}")
            assert list(line.get_xdata()) == [row[f"{end}_lower"], row[f"{end}_upper"]]


def test_bars_inside_the_noise_floor_are_grey(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """Both ends within 2 of 62: grey; one end beyond: in colour."""
    data, figure = studies["tornado"], draw(studies["tornado"])
    for i, row in enumerate(data.table.to_dict("records")):
        is_inside = abs(row["at_low"] - 62) <= 2 and abs(row["at_high"] - 62) <= 2
        colors = {
            laboratory.color_of(laboratory.marks(figure, f"{end}-{i}")[0]) for end in ("at_low", "at_high")
        }
        assert (colors == {THEMES["light"].noise}) == is_inside


def test_noise_band_is_drawn_round_the_baseline(
    laboratory: ModuleType, studies: dict[str, FigureData]
) -> None:
    """The band runs from 60 to 64, the baseline stands at 62."""
    figure = draw(studies["tornado"])
    (band,), (line,) = laboratory.marks(figure, "noise"), laboratory.marks(figure, "baseline")
    assert (band.get_x(), band.get_x() + band.get_width()) == (60.0, 64.0)
    assert list(line.get_xdata()) == [62.0, 62.0]


def test_what_the_table_calls_noise_stays_noise(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A wide bar that the analysis calls noise is noise, and does not lead the title."""
    table = laboratory.tornado_table().assign(is_noise=[True] + [False] * 8)
    data = made(laboratory, synthetic, table)
    assert bool(data.table["is_noise"].iloc[0])
    assert "bite of aviation measures moves it most, from 76 to 52.5 days" in data.title


def test_bars_stand_widest_first(studies: dict[str, FigureData]) -> None:
    """Width counts the baseline: 68 and 71 round 62 make 9, before 59 and 66.4, which make 7.4."""
    assert studies["tornado"].table["width"].iloc[:4].round(9).tolist() == [49.0, 23.5, 9.0, 7.4]
    assert studies["tornado"].table["factor"].iloc[2] == "lag of the first sighting"


def test_at_most_fifteen_bars_are_drawn(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Of 33 factors 15 are drawn and 18 counted."""
    data = made(laboratory, synthetic, laboratory.tornado_table(33))
    assert len(data.table) == 15
    assert "Not drawn: 18 more factors" in data.note
    assert laboratory.faults(data, size="slide") == []


def test_input_ranges_are_printed(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """Each bar's input range stands beside it, with its unit where it has one."""
    words = laboratory.texts(draw(studies["tornado"]))
    assert {"5 to 90 days", "0.01 to 0.3 per day", "0.1 to 0.9"} <= set(words)


def test_categories_are_printed_as_words(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A factor of words shows its two words."""
    table = laboratory.tornado_table(2).assign(low_value=["veto", 1], high_value=["majority", 2], unit="1")
    words = laboratory.texts(draw(made(laboratory, synthetic, table)))
    assert {"veto to majority", "1 to 2"} <= set(words)


def test_title_admits_that_nothing_moves_it(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Where every bar is within the floor the title names no factor."""
    data = made(laboratory, synthetic, laboratory.tornado_table(), noise_floor=100.0)
    assert (
        data.title == "Days to coordinated sanctions: none of 9 factors moves it beyond the noise of 400 runs"
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"at_low": float("nan")}, r"at_low must be a finite number .got nan"),
        ({"at_low_lower": 99.0}, r"at_low_lower must be at most at_low_upper .got 99 and"),
        ({"is_noise": "no"}, r"is_noise must be true or false .got 'no'"),
    ],
)
def test_bad_tables_are_refused(
    laboratory: ModuleType, synthetic: ModuleType, changes: dict[str, object], message: str
) -> None:
    """A cell that is not what it must be is named with its value."""
    with pytest.raises(DataError, match=message):
        made(laboratory, synthetic, laboratory.tornado_table().assign(**changes))


def test_missing_column_is_named(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A table without units is refused by name."""
    with pytest.raises(DataError, match=r"tornado table must have the columns .* .got no unit."):
        made(laboratory, synthetic, laboratory.tornado_table().drop(columns="unit"))


def test_empty_table_is_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A table without a row makes no figure."""
    with pytest.raises(DataError, match=r"tornado table must have a row .got 0 rows"):
        made(laboratory, synthetic, laboratory.tornado_table().iloc[:0])


@pytest.mark.parametrize("floor", [-1.0, float("nan"), float("inf")])
def test_noise_floor_is_a_size(laboratory: ModuleType, synthetic: ModuleType, floor: float) -> None:
    """A negative or endless noise floor is refused."""
    with pytest.raises(DataError, match=r"noise_floor must be a finite number >= 0 .got (-1|nan|inf)"):
        made(laboratory, synthetic, laboratory.tornado_table(), noise_floor=floor)
