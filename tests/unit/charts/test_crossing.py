"""Difference along a number: band, points told or not, crossings, and who wins on which side."""

from __future__ import annotations

import math
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from scenario.charts.crossing import Crossing, crossing_figure
from scenario.charts.drawing import draw
from scenario.charts.style import SIZES, THEMES
from scenario.errors import DataError

TEXT = "B is better than A below 30.0 days (26.4 to 33.6), worse above (n = 400 worlds)."
FOUND = ((30.0, 26.4, 33.6, False),)
OUTCOME = "days to coordinated sanctions"


def line_table() -> pd.DataFrame:
    """Return the line 0.8 (x - 30) at 5, 12, ..., 82, plus or minus 3; told beyond 4 of zero."""
    value = np.arange(5.0, 83.0, 7.0)
    difference = 0.8 * (value - 30)
    told = np.sign(difference).astype(int) * (np.abs(difference) > 4)
    table = pd.DataFrame({"value": value, "difference": difference})
    return table.assign(lower=difference - 3, upper=difference + 3, told=told)


def made(
    synthetic: ModuleType,
    table: pd.DataFrame | None = None,
    *,
    crossings: tuple[tuple[float, float, float, bool], ...] = FOUND,
    better: str = "lower",
    text: str = TEXT,
) -> Crossing:
    """Return the figure of a table."""
    return crossing_figure(
        line_table() if table is None else table,
        synthetic.context(),
        outcome=OUTCOME,
        unit="days",
        factor="patience of the EU Council, days",
        text=text,
        crossings=crossings,
        better=better,
    )


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_no_text_leaves_the_sheet_or_covers_another(
    laboratory: ModuleType, synthetic: ModuleType, size: str, theme: str
) -> None:
    """Every text lies flat within the sheet and apart from the others, in every size and theme."""
    assert laboratory.faults(made(synthetic), size=size, theme=theme) == []


def test_same_description_gives_the_same_bytes(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Two drawings of one description agree in every byte of PNG, SVG and CSV."""
    assert laboratory.bytes_of(made(synthetic)) == laboratory.bytes_of(made(synthetic))


def test_csv_gives_the_table_back(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """The CSV beside the picture holds the drawn numbers to the last digit, infinite ends too."""
    data = made(synthetic, crossings=((30.0, -math.inf, 33.6, False),))
    pd.testing.assert_frame_equal(laboratory.read_back(data), data.table, check_dtype=False, check_exact=True)


def test_sheet_says_finding_n_and_disclaimer(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """The sheet carries title, number of runs and disclaimer; the text for the blind has the finding."""
    data = made(synthetic)
    words = " ".join(laboratory.texts(draw(data)))
    assert data.title in words
    assert "n = 400" in words
    assert "Model output, not a forecast." in words
    assert data.title in data.alt
    assert "Lowest −20 days at 5; highest +41.6 days at 82." in data.alt
    assert "Crossing at 30 (26.4 to 33.6)." in data.alt


def test_title_is_the_sentence_without_its_n(synthetic: ModuleType) -> None:
    """What the title keeps is the finding with the interval of the crossing."""
    finding = "B is better than A below 30.0 days (26.4 to 33.6), worse above"
    assert made(synthetic).title == f"Days to coordinated sanctions: {finding}"


def test_long_sentence_is_shortened(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A sentence of 900 letters becomes a title that leaves room for the plot on a slide."""
    data = made(synthetic, text="B is worse at 5 days, " * 41)
    assert data.title.endswith(" …")
    assert len(data.title) < 210
    assert laboratory.faults(data, size="slide") == []


def test_points_and_band_are_the_table(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Told below up to 19, told above from 40, rings at 26 and 33; the band ends 3 above and below."""
    figure, line = draw(made(synthetic)), line_table().set_index("value")["difference"]
    for gid, values in (
        ("told-1", [5, 12, 19]),
        ("told+0", [26, 33]),
        ("told+1", [40, 47, 54, 61, 68, 75, 82]),
    ):
        (points,) = laboratory.marks(figure, gid)
        assert points.get_xdata().tolist() == values
        assert points.get_ydata().tolist() == line.loc[values].tolist()
    (band,) = laboratory.marks(figure, "band")
    corners = {tuple(point) for point in band.get_paths()[0].vertices.tolist()}
    assert corners == {(x, y + side) for x, y in line.items() for side in (-3, 3)}


def test_told_points_are_filled_and_the_others_grey_rings(
    laboratory: ModuleType, synthetic: ModuleType
) -> None:
    """Lower is better: below zero has the colour of B, above that of A, untold is hollow and grey."""
    figure, theme = draw(made(synthetic)), THEMES["light"]
    faces = {"told-1": theme.series["B"], "told+1": theme.series["A"], "told+0": theme.background}
    edges = faces | {"told+0": theme.noise}
    for gid, face in faces.items():
        (points,) = laboratory.marks(figure, gid)
        assert to_hex(points.get_markerfacecolor()) == face.lower()
        assert to_hex(points.get_markeredgecolor()) == edges[gid].lower()


def test_crossing_is_marked_on_the_zero_line(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """The mark lies at 30 on zero, its interval from 26.4 to 33.6, its numbers above."""
    figure = draw(made(synthetic))
    (mark,), (interval,) = laboratory.marks(figure, "crossing"), laboratory.marks(figure, "interval")
    assert mark.get_xydata().tolist() == [[30.0, 0.0]]
    assert interval.get_xydata().tolist() == [[26.4, 0.0], [33.6, 0.0]]
    assert laboratory.marks(figure, "open") == []
    assert "30 (26.4 to 33.6)" in laboratory.texts(figure)


@pytest.mark.parametrize(
    ("low", "high", "words", "arrows"),
    [
        (-math.inf, 33.6, "30 (up to 33.6)", ["<"]),
        (26.4, math.inf, "30 (26.4 or more)", [">"]),
        (-math.inf, math.inf, "30 (anywhere)", ["<", ">"]),
    ],
)
def test_infinite_end_is_an_arrow(
    laboratory: ModuleType, synthetic: ModuleType, low: float, high: float, words: str, arrows: list[str]
) -> None:
    """An interval without an end runs to the edge of the plot, has an arrow there, and says so."""
    figure = draw(made(synthetic, crossings=((30.0, low, high, False),)))
    (interval,) = laboratory.marks(figure, "interval")
    assert np.isfinite(interval.get_xydata()).all()
    assert [mark.get_marker() for mark in laboratory.marks(figure, "open")] == arrows
    assert words in laboratory.texts(figure)


def test_crossing_within_noise_is_counted_and_not_marked(
    laboratory: ModuleType, synthetic: ModuleType
) -> None:
    """A crossing that is noise has no mark; the note counts it."""
    data = made(synthetic, crossings=((30.0, 5.0, 60.0, True),))
    assert laboratory.marks(draw(data), "crossing") == []
    assert "No crossing of zero can be told. At 1 place more" in data.note
    assert "crossing" not in laboratory.texts(draw(data))


@pytest.mark.parametrize("size", SIZES)
def test_many_crossings_keep_apart(laboratory: ModuleType, synthetic: ModuleType, size: str) -> None:
    """Twelve crossings side by side and at both ends keep their marks, and their numbers apart."""
    places = tuple((float(x), float(x) - 1, float(x) + 1, False) for x in range(5, 83, 7))
    data = made(synthetic, crossings=places)
    assert len(laboratory.marks(draw(data, size=size), "crossing")) == 12
    assert laboratory.faults(data, size=size) == []


@pytest.mark.parametrize(
    ("better", "ends"),
    [
        ("lower", {"↓ B wins", "↑ A wins"}),
        ("higher", {"↓ A wins", "↑ B wins"}),
        ("", {"↓ lower in B", "↑ higher in B"}),
    ],
)
def test_sides_say_who_wins(
    laboratory: ModuleType, synthetic: ModuleType, better: str, ends: set[str]
) -> None:
    """Above and below zero it stands who wins there."""
    assert ends <= set(laboratory.texts(draw(made(synthetic, better=better))))


def test_zero_is_on_the_plot_where_nothing_crosses(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A difference far above zero still shows the zero line."""
    table = line_table()
    far = table.assign(difference=500.0, lower=499.0, upper=501.0, told=1)
    data = made(synthetic, far, crossings=(), text="B is worse than A over the whole range.")
    low, high = draw(data).axes[0].get_ylim()
    assert low < 0 < 501 < high
    assert [laboratory.faults(data, size=size) for size in SIZES] == [[], [], []]


def test_no_difference_at_all_is_drawn(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Where A and B are the same everywhere all points are rings on zero."""
    table = line_table().assign(difference=0.0, lower=0.0, upper=0.0, told=0)
    data = made(synthetic, table, crossings=(), text="The difference cannot be told anywhere.")
    (rings,) = laboratory.marks(draw(data), "told+0")
    assert set(rings.get_ydata()) == {0.0}
    assert laboratory.faults(data, size="half") == []


def test_rows_are_sorted_by_value(synthetic: ModuleType) -> None:
    """The order of the rows makes no difference."""
    shuffled = line_table().iloc[::-1]
    pd.testing.assert_frame_equal(made(synthetic, shuffled).table, made(synthetic).table)


@pytest.mark.parametrize("told", [2, -1, 0.5])
def test_told_is_the_sign_of_its_difference(synthetic: ModuleType, told: float) -> None:
    """A sign that is none, or against its difference, is named with it."""
    table = line_table().iloc[4:].assign(told=told)
    with pytest.raises(DataError, match=r"told must be 1, -1 or 0, .* .got (2|-1|0.5) for a difference of"):
        made(synthetic, table, crossings=())


def test_single_value_is_refused(synthetic: ModuleType) -> None:
    """One value is no line."""
    with pytest.raises(DataError, match=r"must have at least two values .got 1 row"):
        made(synthetic, line_table().iloc[:1])


def test_value_comes_once(synthetic: ModuleType) -> None:
    """Two means at one value are refused."""
    with pytest.raises(DataError, match=r"values of the factor must come once each .got 5"):
        made(synthetic, pd.concat([line_table()] * 2))


@pytest.mark.parametrize("place", [(30.0, 31.0, 33.0), (90.0, 85.0, 95.0), (math.nan, 1.0, 2.0)])
def test_crossing_outside_is_refused(synthetic: ModuleType, place: tuple[float, float, float]) -> None:
    """A crossing outside its interval or the values, or none, is named."""
    with pytest.raises(DataError, match=r"within its interval and from 5 to 82 .got (30|90|nan) in"):
        made(synthetic, crossings=((*place, False),))


def test_empty_text_is_refused(synthetic: ModuleType) -> None:
    """A figure needs a finding."""
    with pytest.raises(DataError, match=r"text of a crossing must be a sentence .got ' '"):
        made(synthetic, text=" ")


def test_unknown_direction_is_refused(synthetic: ModuleType) -> None:
    """A direction that is none is named."""
    with pytest.raises(DataError, match=r"better must be one of 'higher', 'lower', '' .got 'best'"):
        made(synthetic, better="best")


def test_one_variant_is_refused(synthetic: ModuleType) -> None:
    """A difference needs two variants."""
    alone = synthetic.context(names={"A": "Baseline"}, hashes={"A": "0" * 64})
    with pytest.raises(DataError, match=r"must compare A and B .got A"):
        crossing_figure(line_table(), alone, outcome="d", unit="d", factor="x", text=TEXT)
