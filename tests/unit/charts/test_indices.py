"""Dots with intervals: order, noise, noise floor, two series, the finding."""

from __future__ import annotations

from types import ModuleType

import pandas as pd
import pytest

from scenario.charts.data import FigureData
from scenario.charts.drawing import draw
from scenario.charts.indices import indices_figure
from scenario.charts.style import SIZES, THEMES
from scenario.errors import DataError

NAMES = ("indices", "information")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_no_text_leaves_the_sheet_or_covers_another(
    laboratory: ModuleType, studies: dict[str, FigureData], name: str, size: str, theme: str
) -> None:
    """Every text lies flat within the sheet and apart from the others, in every size and theme."""
    assert laboratory.faults(studies[name], size=size, theme=theme) == []


@pytest.mark.parametrize("name", NAMES)
def test_same_description_gives_the_same_bytes(
    laboratory: ModuleType, studies: dict[str, FigureData], name: str
) -> None:
    """Two drawings of one description agree in every byte of PNG, SVG and CSV."""
    assert laboratory.bytes_of(studies[name]) == laboratory.bytes_of(studies[name])


@pytest.mark.parametrize("name", NAMES)
def test_csv_gives_the_table_back(laboratory: ModuleType, studies: dict[str, FigureData], name: str) -> None:
    """The CSV beside the picture holds the drawn numbers to the last digit."""
    data = studies[name]
    pd.testing.assert_frame_equal(laboratory.read_back(data), data.table, check_dtype=False, check_exact=True)


@pytest.mark.parametrize("name", NAMES)
def test_sheet_says_finding_n_and_disclaimer(
    laboratory: ModuleType, studies: dict[str, FigureData], name: str
) -> None:
    """The sheet carries title, number of runs and disclaimer, and the text for the blind opens with the finding."""
    words = " ".join(laboratory.texts(draw(studies[name])))
    assert studies[name].title in words
    assert "n = 400" in words
    assert "Model output, not a forecast." in words
    assert studies[name].title in studies[name].alt


def made(synthetic: ModuleType, table: pd.DataFrame, **changes: object) -> FigureData:
    """Return a figure of indices of a table."""
    given: dict[str, object] = {"measure": "PAWN", "unit": "index", "outcome": "days"}
    return indices_figure(table, synthetic.context(), **(given | changes))  # type: ignore[arg-type]


def test_dots_and_intervals_are_the_table(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """Each item's two dots and two lines stand where the table says."""
    data, figure = studies["indices"], draw(studies["indices"])
    for gid, column in (("A", "value"), ("B", "second")):
        dots = [dot.get_offsets()[0][0] for dot in laboratory.marks(figure, gid)]
        assert dots == data.table[column].tolist()
    for i, row in enumerate(data.table.to_dict("records")):
        first, second = (laboratory.marks(figure, f"{gid}-interval-{i}")[0] for gid in "AB")
        assert list(first.get_xdata()) == [row["lower"], row["upper"]]
        assert list(second.get_xdata()) == [row["second_lower"], row["second_upper"]]


def test_values_are_printed_in_three_digits(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """First and total order of the leading factor are 0.41 and 0.542."""
    assert {"0.41", "0.542"} <= set(laboratory.texts(draw(studies["indices"])))


def test_items_stand_largest_first(studies: dict[str, FigureData]) -> None:
    """A row's place is that of its value; 0 stands before -0.002."""
    values = studies["indices"].table["value"].tolist()
    assert values == [0.41, 0.22, 0.09, 0.05, 0.012, 0.01, 0.004, 0.0, -0.002]


def test_noise_is_grey(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The five items below 0.03 are drawn in grey, the four others in the colour of A."""
    lines = [laboratory.marks(draw(studies["indices"]), f"A-interval-{i}")[0] for i in range(9)]
    theme = THEMES["light"]
    assert [laboratory.color_of(line) for line in lines] == [theme.series["A"].lower()] * 4 + [
        theme.noise
    ] * 5


def test_noise_floor_is_a_line(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The floor of 0.03 is drawn where it is known, and only there."""
    (line,) = laboratory.marks(draw(studies["indices"]), "noise")
    assert list(line.get_xdata()) == [0.03, 0.03]
    assert laboratory.marks(draw(studies["information"]), "noise") == []


def test_titles_name_the_leading_item(studies: dict[str, FigureData]) -> None:
    """Sensitivity says what drives it, information what knowing is worth, with its unit."""
    assert (
        "patience of the EU Council drives it most (0.41); 5 of 9 cannot be told" in studies["indices"].title
    )
    assert "knowing patience of the EU Council is worth most, 0.41 days" in studies["information"].title


def test_title_admits_noise(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Where every item is noise no item is named."""
    data = made(synthetic, laboratory.indices_table().assign(is_noise=True))
    assert data.title == "Days: none of 9 items drives it beyond noise"
    data = made(synthetic, laboratory.indices_table().assign(is_noise=True), kind="information")
    assert data.title == "Days: none of 9 items is worth knowing beyond noise"


def test_rest_is_counted(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Of 27 items 20 are drawn, the next one has 0.004 (three each of the nine values)."""
    data = made(synthetic, pd.concat([laboratory.indices_table()] * 3))
    assert len(data.table) == 20
    assert "Not drawn: 7 more items, none above 0.004." in data.note
    assert laboratory.faults(data, size="slide") == []


def test_interval_upside_down_is_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A lower end above the upper one is refused with both."""
    with pytest.raises(DataError, match=r"lower must be at most upper .got 2 and"):
        made(synthetic, laboratory.indices_table().assign(lower=2.0))


def test_missing_second_series_is_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Two named series need their columns."""
    with pytest.raises(DataError, match=r"got no second, second_lower, second_upper"):
        made(synthetic, laboratory.indices_table(has_second=False), series=("first", "total"))


def test_nan_is_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """An index that is no number is refused, not drawn at zero."""
    with pytest.raises(DataError, match=r"indices table: value must be a finite number .got nan"):
        made(synthetic, laboratory.indices_table().assign(value=float("nan")))


@pytest.mark.parametrize("series", [(), ("a", "b", "c")])
def test_number_of_series_is_one_or_two(
    laboratory: ModuleType, synthetic: ModuleType, series: tuple[str, ...]
) -> None:
    """No series and three series are refused."""
    with pytest.raises(DataError, match=r"series must be one or two names .got [03]"):
        made(synthetic, laboratory.indices_table(), series=series)


def test_unknown_kind_is_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A kind that is none is named, with those that are."""
    with pytest.raises(DataError, match=r"kind must be one of 'sensitivity', 'information' .got 'x'"):
        made(synthetic, laboratory.indices_table(), kind="x")
