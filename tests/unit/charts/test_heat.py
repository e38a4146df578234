"""Heat map: cells, hatches, the tipping line, and who wins on which side."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from scenario.charts.data import FigureData
from scenario.charts.drawing import draw
from scenario.charts.heat import Heat, heat_figure, tipping_lines
from scenario.charts.style import SIZES, THEMES
from scenario.errors import DataError


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_no_text_leaves_the_sheet_or_covers_another(
    laboratory: ModuleType, studies: dict[str, FigureData], size: str, theme: str
) -> None:
    """Every text lies flat within the sheet and apart from the others, in every size and theme."""
    assert laboratory.faults(studies["heat"], size=size, theme=theme) == []


def test_same_description_gives_the_same_bytes(
    laboratory: ModuleType, studies: dict[str, FigureData]
) -> None:
    """Two drawings of one description agree in every byte of PNG, SVG and CSV."""
    assert laboratory.bytes_of(studies["heat"]) == laboratory.bytes_of(studies["heat"])


def test_csv_gives_the_table_back(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The CSV beside the picture holds the drawn numbers to the last digit."""
    data = studies["heat"]
    pd.testing.assert_frame_equal(laboratory.read_back(data), data.table, check_dtype=False, check_exact=True)


def test_sheet_says_finding_n_and_disclaimer(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The sheet carries title, number of runs and disclaimer, and the text for the blind opens with the finding."""
    words = " ".join(laboratory.texts(draw(studies["heat"])))
    assert studies["heat"].title in words
    assert "n = 400" in words
    assert "Model output, not a forecast." in words
    assert studies["heat"].title in studies["heat"].alt


def made(synthetic: ModuleType, table: pd.DataFrame, better: str = "lower") -> Heat:
    """Return a heat map of a table."""
    return heat_figure(table, synthetic.context(), outcome="days", unit="days", x="x", y="y", better=better)


def heat(studies: dict[str, FigureData]) -> Heat:
    """Return the heat map of the laboratory."""
    found = studies["heat"]
    assert isinstance(found, Heat)
    return found


def test_tipping_line_lies_where_the_plane_is_zero(studies: dict[str, FigureData]) -> None:
    """The plane 3 y - 0.3 x is zero on y = x / 10: so is the line between the outermost middles."""
    (line,) = heat(studies).lines
    inner = line[(line[:, 0] >= 10) & (line[:, 0] <= 80)]
    assert len(inner) > 5
    assert np.abs(inner[:, 1] - inner[:, 0] / 10).max() < 1e-9
    assert line[:, 0].min() == 5.0
    assert line[:, 0].max() == 85.0


def test_tipping_line_round_a_hill_is_closed() -> None:
    """A hill above zero in the middle of a plain below it has one closed line round it."""
    xs = np.arange(9.0)
    (line,) = tipping_lines(xs, xs, 4.0 - np.hypot(*np.meshgrid(xs - 4, xs - 4)) * 2)
    assert line[0].tolist() == line[-1].tolist()
    assert np.abs(np.hypot(*(line - 4).T) - 2).max() < 0.1


def test_drawn_line_and_cells_are_the_table(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The map shows the means of the table row by row, and the line its points."""
    data, figure = heat(studies), draw(studies["heat"])
    (mesh,), (line,) = laboratory.marks(figure, "cells"), laboratory.marks(figure, "tipping")
    rows = data.cells.sort_values(["y", "x"])["mean"]
    assert np.asarray(mesh.get_array()).ravel().tolist() == rows.tolist()
    points = data.table.loc[data.table["part"] == "tipping line", ["x", "y"]]
    assert line.get_xydata().tolist() == points.to_numpy().tolist()


def test_zero_is_in_the_middle_of_the_colours(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The scale ends as far below zero as above it, at the largest mean."""
    (mesh,) = laboratory.marks(draw(studies["heat"]), "cells")
    low, high = mesh.get_clim()
    assert low == -high
    assert high == heat(studies).cells["mean"].abs().max()


def test_ends_have_the_colours_of_the_winners(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """Lower is better: the lowest difference has the colour of B, the highest that of A."""
    (mesh,) = laboratory.marks(draw(studies["heat"]), "cells")
    colors = [to_hex(mesh.cmap(share)) for share in (0.0, 1.0)]
    series = THEMES["light"].series
    assert colors == [series["B"].lower(), series["A"].lower()]


def test_noise_cells_are_hatched(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """As many cells are hatched as |3 y - 0.3 x| < 2 holds for."""
    hatched = laboratory.marks(draw(studies["heat"]), "noise")
    places = {(p.get_x() + p.get_width() / 2, p.get_y() + p.get_height() / 2) for p in hatched}
    expected = {
        (x, y) for x in np.linspace(10, 80, 8) for y in np.linspace(0.5, 8.5, 6) if abs(3 * y - 0.3 * x) < 2
    }
    assert len(hatched) == len(expected)
    assert np.allclose(sorted(places), sorted(expected))


@pytest.mark.parametrize(
    ("better", "ends"),
    [
        ("lower", ("← B wins", "A wins →")),
        ("higher", ("← A wins", "B wins →")),
        ("", ("← lower in B", "higher in B →")),
    ],
)
def test_sides_say_who_wins(
    laboratory: ModuleType, synthetic: ModuleType, better: str, ends: tuple[str, str]
) -> None:
    """Both ends of the colour bar say who wins there, and so does the map."""
    words = laboratory.texts(draw(made(synthetic, laboratory.heat_table(), better)))
    assert set(ends) <= set(words)
    assert {end.strip("← →") for end in ends} <= set(words)


def test_title_counts_cells(studies: dict[str, FigureData]) -> None:
    """The plane is clearly below zero in 21 cells and clearly above in 21; 6 are noise."""
    assert "B wins in 21 of 48 cells and A wins in 21; 6 cannot be told" in studies["heat"].title


def test_without_a_change_of_sign_there_is_no_line(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A map above zero everywhere has no tipping line and says so."""
    table = laboratory.heat_table()
    data = made(synthetic, table.assign(mean=table["mean"].abs() + 3, is_noise=False))
    assert data.lines == []
    assert "no tipping line" in data.note
    assert "tipping line" not in laboratory.texts(draw(data))


def test_map_of_nothing_but_noise_names_no_winner(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Where every cell is noise the title says that none tells A from B."""
    data = made(synthetic, laboratory.heat_table().assign(mean=0.0, is_noise=True))
    assert data.title == "Days: no cell of 48 tells A from B"
    assert laboratory.faults(data, size="half") == []


def test_missing_cell_is_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A grid with a hole is refused with its counts."""
    with pytest.raises(DataError, match=r"every pair of at least 2 x and 2 y once .got 8 x, 6 y, 47 rows"):
        made(synthetic, laboratory.heat_table().iloc[1:])


def test_unknown_direction_is_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A direction that is none is named."""
    with pytest.raises(DataError, match=r"better must be one of 'higher', 'lower', '' .got 'best'"):
        made(synthetic, laboratory.heat_table(), "best")


def test_one_variant_is_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A difference needs two variants."""
    alone = synthetic.context(names={"A": "Baseline"}, hashes={"A": "0" * 64})
    with pytest.raises(DataError, match=r"heat map must compare A and B .got A"):
        heat_figure(laboratory.heat_table(), alone, outcome="d", unit="d", x="x", y="y")
