"""Policies: regret and satisficing in rows; two objectives with names that do not overlap."""

from __future__ import annotations

from types import ModuleType

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from scenario.charts.canvas import Box
from scenario.charts.data import FigureData
from scenario.charts.draw_pareto import free_place
from scenario.charts.drawing import draw
from scenario.charts.policies import pareto_figure, policies_figure
from scenario.charts.style import SIZES, THEMES
from scenario.errors import DataError

NAMES = ("policies", "pareto")


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


def rows(synthetic: ModuleType, table: pd.DataFrame) -> FigureData:
    """Return the rows of a table of policies."""
    return policies_figure(table, synthetic.context(), outcome="cost", unit="points", goal="no false alarm")


def scatter(synthetic: ModuleType, table: pd.DataFrame, *better: str) -> FigureData:
    """Return the scatter of a table of policies."""
    ways = better or ("lower", "lower")
    return pareto_figure(table, synthetic.context(), x="Days, days", y="Misses, of 100 runs", better=ways)  # type: ignore[arg-type]


def test_regrets_and_shares_are_the_table(laboratory: ModuleType, studies: dict[str, FigureData]) -> None:
    """Dots, ticks and diamonds stand where the table says, row by row."""
    data, figure = studies["policies"], draw(studies["policies"])
    for gid, column in (("mean", "mean_regret"), ("max", "max_regret"), ("share", "satisficing")):
        found = [mark.get_offsets()[0][0] for mark in laboratory.marks(figure, gid)]
        assert found == data.table[column].tolist()
    lines = [list(line.get_xdata()) for line in laboratory.marks(figure, "regret-interval")]
    assert lines == data.table[["lower", "upper"]].to_numpy().tolist()


def test_policies_stand_least_regret_first(studies: dict[str, FigureData]) -> None:
    """The order is that of mean regret."""
    assert studies["policies"].table["mean_regret"].tolist() == [3.2, 3.9, 9.0, 14.5, 17.0, 21.0, 30.0, 44.0]


def test_policy_not_told_from_the_least_is_grey(
    laboratory: ModuleType, studies: dict[str, FigureData]
) -> None:
    """Only the second row is grey, and the title names it."""
    lines = laboratory.marks(draw(studies["policies"]), "regret-interval")
    is_grey = [laboratory.color_of(line) == THEMES["light"].noise for line in lines]
    assert is_grey == [False, True] + [False] * 6
    assert "3.2 days, not told apart from “staged joint announcement”" in studies["policies"].title


def test_title_names_the_smallest_worst_case(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Where another policy has the smallest worst-case regret the title says which."""
    table = laboratory.policies_table()
    worst = table["max_regret"].where(table["policy"] != "name and shame", 9.5)
    title = rows(synthetic, table.assign(max_regret=worst)).title
    assert title.endswith("; the smallest worst-case regret has “name and shame”")


def test_worst_case_below_the_mean_is_lost_in_noise(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """No worst case lies below the mean: where its estimate does, none is drawn, told or ranked."""
    data = rows(synthetic, laboratory.policies_table().assign(max_regret=1.0))
    n_told = int((data.table["mean_regret"] <= 1.0).sum())
    assert len(laboratory.marks(draw(data), "max")) == n_told < 8
    assert data.title.endswith(" and 6 more is lost in the noise at this size")
    assert "worst case lost in noise" in data.alt


def test_policies_that_tie_are_told_as_a_tie(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Equal means and equal worst cases are the same, not in doubt."""
    table = laboratory.policies_table()
    best = table["policy"].isin(["name and shame", "staged joint announcement"])
    same = {"mean_regret": 3.0, "lower": 2.0, "upper": 4.0, "max_regret": 9.0}
    tied = table.assign(is_noise=False, **{k: table[k].where(~best, v) for k, v in same.items()})
    expected = "have the same smallest mean regret, 3 points; they also have the smallest worst-case regret"
    names = " and ".join(f"“{name}”" for name in table["policy"][best])
    assert rows(synthetic, tied).title == f"Cost: {names} {expected}"


def test_policy_named_twice_is_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Two rows of one name are refused."""
    with pytest.raises(DataError, match=r"policies must come once each .got 'x'"):
        rows(synthetic, laboratory.policies_table().assign(policy="x"))


def test_points_are_the_table_and_dominated_ones_grey(
    laboratory: ModuleType, studies: dict[str, FigureData]
) -> None:
    """Each policy is a point at its means: five kept in colour, three dominated in grey."""
    data, figure = studies["pareto"], draw(studies["pareto"])
    for gid, is_dominated in (("kept", False), ("dominated", True)):
        part = data.table[data.table["is_dominated"] == is_dominated]
        found = laboratory.marks(figure, gid)
        assert [m.get_offsets()[0].tolist() for m in found] == part[["x", "y"]].to_numpy().tolist()
        color = THEMES["light"].noise if is_dominated else THEMES["light"].series["A"].lower()
        assert {to_hex(m.get_facecolor()[0]) for m in found} == {color}


def test_every_undominated_policy_is_named(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """However near the points lie, the front keeps its names and none covers another."""
    for shift in (1.0, 0.1, 0.0):
        data = scatter(synthetic, laboratory.pareto_table(shift=shift))
        front = set(data.table.loc[~data.table["is_dominated"], "policy"])
        for size in SIZES:
            assert front <= set(laboratory.texts(draw(data, size=size)))
            assert laboratory.faults(data, size=size) == []


def test_names_look_for_room() -> None:
    """A name stands right of its point, and elsewhere where that is taken, and nowhere in a full plot."""
    plot = Box(0, 0, 4, 4)
    first = free_place(2, 2, "name", 8, taken=[], within=plot)
    assert first is not None
    assert first.left > 2
    second = free_place(2, 2, "name", 8, taken=[first], within=plot)
    assert second is not None
    assert second.right <= first.left
    assert free_place(2, 2, "name", 8, taken=[plot], within=plot) is None


def test_axes_say_which_way_is_better(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """An arrow points to the better side of each objective."""
    words = laboratory.texts(draw(scatter(synthetic, laboratory.pareto_table(), "higher", "lower")))
    assert {"Days, days (better →)", "Misses, of 100 runs (better ↓)"} <= set(words)


def test_title_counts_the_front(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """Five of eight are not dominated; a single one is best in both."""
    table = laboratory.pareto_table()
    assert scatter(synthetic, table).title.startswith(
        "5 of 8 policies are not dominated in days and misses: "
    )
    alone = table.assign(is_dominated=table["policy"] != "proof first")
    assert scatter(synthetic, alone).title == "Of 8 policies “proof first” is best in both days and misses"


def test_unknown_direction_is_refused(laboratory: ModuleType, synthetic: ModuleType) -> None:
    """A direction that is none is named."""
    with pytest.raises(DataError, match=r"better must be one of 'higher', 'lower' .got 'up'"):
        scatter(synthetic, laboratory.pareto_table(), "up", "lower")
