"""Policies over several objectives: a panel each, rows in one order, dominated ones grey."""

from __future__ import annotations

from types import ModuleType

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from scenario.charts.drawing import draw
from scenario.charts.objectives import Objectives, objectives_figure
from scenario.charts.style import SIZES, THEMES
from scenario.errors import DataError

POLICIES = ("as declared, nobody waits", "name and shame", "staged joint announcement", "words only")
OBJECTIVES = (
    ("days until the first official attribution of the allegation", "days", "lower", (60, 70, 30, 300), 3.0),
    ("a false alarm", "of 100 runs", "lower", (4, 5, 6, 0), 1.0),
    ("a true case is missed", "of 100 runs", "lower", (20, 24, 24, 90), 2.0),
    ("cost to the senders", "points", "lower", (3, 4, 4, 0), 0.4),
    ("senders adopt on one day", "of 100 runs", "higher", (60, 40, 80, 10), 4.0),
)


def table(n: int = 5) -> pd.DataFrame:
    """Return four policies over n objectives; the second is dominated by the first."""
    rows = [
        {"policy": policy, "objective": name, "unit": unit, "better": better, "mean": float(means[i]),
         "lower": means[i] - error, "upper": means[i] + error, "is_dominated": i == 1}
        for i, policy in enumerate(POLICIES)
        for name, unit, better, means, error in OBJECTIVES[:n]
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def data(synthetic: ModuleType) -> Objectives:
    """Return the figure of five objectives."""
    return objectives_figure(table(), synthetic.context())


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("n", [3, 5])
def test_no_text_leaves_the_sheet_or_covers_another(
    laboratory: ModuleType, synthetic: ModuleType, n: int, size: str, theme: str
) -> None:
    """Every text lies within the sheet and apart from the others, in every size and theme."""
    assert laboratory.faults(objectives_figure(table(n), synthetic.context()), size=size, theme=theme) == []


def test_every_objective_is_drawn_where_the_table_says(data: Objectives) -> None:
    """Five panels of four dots; the dominated policy is grey and stands last."""
    figure = draw(data)
    assert data.policies == (POLICIES[0], POLICIES[2], POLICIES[3], POLICIES[1])
    assert len(figure.axes) == 5
    for axes, (_, _, _, means, _) in zip(figure.axes, OBJECTIVES, strict=True):
        dots = [one for one in axes.collections if one.get_gid() in ("kept", "dominated")]
        assert [dot.get_offsets()[0][0] for dot in dots] == [means[0], means[2], means[3], means[1]]
        assert [dot.get_gid() for dot in dots] == ["kept"] * 3 + ["dominated"]
        assert to_hex(dots[-1].get_facecolor()[0]) == THEMES["light"].noise


def test_every_objective_is_named_with_its_unit_and_better_side(
    laboratory: ModuleType, data: Objectives
) -> None:
    """Nothing that was asked for is left out of picture, table or text."""
    words = " ".join(laboratory.texts(draw(data)))
    for i, (name, unit, _, _, _) in enumerate(OBJECTIVES):
        assert f"{i + 1}: {name} ({unit})" in words
        assert name in data.alt
    assert (words.count("← better"), words.count("better →")) == (4, 1)
    assert len(data.table) == 20


def test_the_title_counts_the_front_over_all_objectives(synthetic: ModuleType, data: Objectives) -> None:
    """Three of four are not dominated; a single one is best in all."""
    assert data.title.startswith("3 of 4 policies are not dominated over 5 objectives: “as declared")
    alone = table(3).assign(is_dominated=lambda t: t["policy"] != "words only")
    title = objectives_figure(alone, synthetic.context()).title
    assert title == "Of 4 policies “words only” is best in all 3 objectives"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda t: t[t["objective"] == OBJECTIVES[0][0]], r"objectives must be 2 to 6 .got 1"),
        (lambda t: t.iloc[:-1], r"one row per policy and objective .got 19 rows"),
        (lambda t: t.assign(better="up"), r"better must be one of 'higher', 'lower' .got 'up'"),
        (lambda t: t.assign(lower=400.0), "lower must be at most upper"),
    ],
)
def test_a_table_that_does_not_hold_is_refused(synthetic: ModuleType, change: object, rule: str) -> None:
    """One objective, a hole, a word that is none, an interval turned round."""
    with pytest.raises(DataError, match=rule):
        objectives_figure(change(table()), synthetic.context())  # type: ignore[operator]


def test_csv_gives_the_table_back(laboratory: ModuleType, data: Objectives) -> None:
    """The CSV beside the picture holds the drawn numbers to the last digit."""
    pd.testing.assert_frame_equal(laboratory.read_back(data), data.table, check_dtype=False, check_exact=True)
