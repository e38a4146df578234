"""Chance against ignorance: parts, intervals, and a title that admits overlap."""

from __future__ import annotations

from types import ModuleType

import pandas as pd
import pytest

from scenario.charts.data import FigureData
from scenario.charts.drawing import draw
from scenario.charts.shares import shares_figure
from scenario.charts.style import SIZES, THEMES
from scenario.errors import DataError


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_no_text_leaves_the_sheet_or_covers_another(
    laboratory: ModuleType, studies: dict[str, FigureData], size: str, theme: str
) -> None:
    """Every text lies flat within the sheet and apart from the others, in every size and theme."""
    assert laboratory.faults(studies["shares"], size=size, theme=theme) == []


def test_same_description_gives_the_same_bytes(
    laboratory: ModuleType, studies: dict[str, FigureData]
) -> None:
    """Two drawings of one description agree in every byte of PNG, SVG and CSV."""
    assert laboratory.bytes_of(studies["shares"]) == laboratory.bytes_of(studies["shares"])


def test_csv_gives_the_table_back(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The CSV beside the picture holds the drawn numbers to the last digit."""
    data = studies["shares"]
    pd.testing.assert_frame_equal(laboratory.read_back(data), data.table, check_dtype=False, check_exact=True)


def test_sheet_says_finding_n_and_disclaimer(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The sheet carries title, number of runs and disclaimer, and the text for the blind opens with the finding."""
    words = " ".join(laboratory.texts(draw(studies["shares"])))
    assert studies["shares"].title in words
    assert "n = 400" in words
    assert "Model output, not a forecast." in words
    assert studies["shares"].title in studies["shares"].alt


def test_parts_are_as_wide_as_the_shares(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """Each part is as wide as its share, and the three of an outcome end at 1."""
    given, figure = laboratory.shares_table(), draw(studies["shares"])
    for i, row in enumerate(given.to_dict("records")):
        parts = [laboratory.marks(figure, f"{s}-{i}")[0] for s in ("parameters", "hidden fact", "luck")]
        assert [p.get_width() for p in parts] == pytest.approx([row["parameters"], row["fact"], row["luck"]])
        assert parts[-1].get_x() + parts[-1].get_width() == 1.0


def test_intervals_stand_at_the_moving_end_of_their_part(
    laboratory: ModuleType, studies: dict[str, FigureData]
) -> None:
    """0.22 (0.17 to 0.28) from 0; 0.61 (0.56 to 0.67) from 0.22; 0.17 (0.12 to 0.23) back from 1."""
    figure = draw(studies["shares"])
    expected = {"parameters": (0.17, 0.28), "hidden fact": (0.78, 0.89), "luck": (0.77, 0.88)}
    for source, ends in expected.items():
        (line,) = laboratory.marks(figure, f"interval-{source}-0")
        assert list(line.get_xdata()) == pytest.approx(ends)


def test_luck_is_grey(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """The interval of luck has the colour of noise."""
    (line,) = laboratory.marks(draw(studies["shares"]), "interval-luck-0")
    assert laboratory.color_of(line) == THEMES["light"].noise


def test_percentages_are_printed_where_they_fit(
    laboratory: ModuleType, studies: dict[str, FigureData]
) -> None:
    """Wide parts carry their percentage; a share of -1 % has no room."""
    words = set(laboratory.texts(draw(studies["shares"])))
    assert {"22", "61", "17", "48", "7", "45", "35", "66"} <= words
    assert "−1" not in words


def test_title_admits_that_intervals_overlap(studies: dict[str, FigureData]) -> None:
    """0.48 (from 0.43) and 0.45 (to 0.51) overlap: neither is called the largest alone."""
    assert studies["shares"].title == (
        "Largest source of spread: hidden fact for some sender attributes (61 %), parameters or luck for days "
        "to coordinated sanctions and luck for flow averted (66 %)"
    )


def test_title_counts_many_outcomes(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Beyond three outcomes the title counts."""
    table = pd.concat([laboratory.shares_table(), laboratory.shares_table().iloc[:1].assign(outcome="joint")])
    title = shares_figure(table, synthetic.context()).title
    assert title.startswith("Largest source of spread: hidden fact for 2 of 4 outcomes, ")


def test_shares_that_do_not_add_up_are_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Shares of 1.05 are refused by the outcome's name."""
    table = laboratory.shares_table().iloc[:1].assign(luck=0.22)
    with pytest.raises(DataError, match=r"shares of some sender attributes must add up to 1 .got 1\.05"):
        shares_figure(table, synthetic.context())


def test_outcome_that_does_not_vary_is_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A share that cannot be told is no number, and not drawn as zero."""
    table = laboratory.shares_table().assign(parameters=float("nan"))
    with pytest.raises(DataError, match=r"shares table: parameters must be a finite number .got nan"):
        shares_figure(table, synthetic.context())


def test_outcome_named_twice_is_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Two bars of one name are refused."""
    with pytest.raises(DataError, match=r"outcomes of the shares table must come once each .got 'x'"):
        shares_figure(laboratory.shares_table().assign(outcome="x"), synthetic.context())
