"""Up to four variants: each with its colour, dash and mark, A the same everywhere, nothing over the edge."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scenario.analysis.flows import flow_against_twins
from scenario.analysis.incidence import cumulative_incidence
from scenario.analysis.paired import dots, paired_difference, paired_values
from scenario.analysis.timing import who_acts
from scenario.charts.actors import actors_figure, flow_figure
from scenario.charts.data import Context, FigureData
from scenario.charts.difference import difference_figure
from scenario.charts.drawing import draw
from scenario.charts.incidence import incidence_figure, sender_incidence_figure
from scenario.charts.style import DASHES, MARKERS, SIZES, THEMES

HASTE = {"A": 1.0, "B": 1.8, "C": 0.7, "D": 0.2}
NAMES = {"A": "Baseline", "B": "Staged joint announcement", "C": "Wait for the EU", "D": "Proof first"}


def _drawing() -> ModuleType:
    """Return the checks of drawings beside this file."""
    place = importlib.util.spec_from_file_location(
        "drawn_checks", Path(__file__).with_name("test_drawing.py")
    )
    assert place is not None
    assert place.loader is not None
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


CHECKS = _drawing()


@pytest.fixture(scope="module")
def context(synthetic: ModuleType) -> Context:
    """Return a context of four variants."""
    made: Context = synthetic.context(names=NAMES, hashes={key: f"{key.lower()}{'0' * 63}" for key in NAMES})
    return made


@pytest.fixture(scope="module")
def tables(synthetic: ModuleType) -> dict[str, pd.DataFrame]:
    """Return the runs of four variants under the same luck."""
    return {key: synthetic.outcomes(haste=haste) for key, haste in HASTE.items()}


def _curve(table: pd.DataFrame, column: str, cause: str) -> pd.DataFrame:
    """Return the cumulative incidence of one column."""
    return cumulative_incidence(
        {cause: table[column].to_numpy()}, horizon=365.0, experiment=table["experiment"].to_numpy()
    )


@pytest.fixture(scope="module")
def four(synthetic: ModuleType, context: Context, tables: dict[str, pd.DataFrame]) -> dict[str, FigureData]:
    """Return every figure that draws four variants."""
    senders = {title: f"adopted_day.{name}" for name, title in synthetic.SENDERS.items()}
    first, last = tables["A"], tables["D"]
    values = paired_values(
        first["attribution_day"].to_numpy(), last["attribution_day"].to_numpy(), kind="time", horizon=365.0
    )
    pair: Any = synthetic.context(
        names={"A": NAMES["A"], "D": NAMES["D"]}, hashes={"A": "a" * 64, "D": "d" * 64}
    )
    return {
        "incidence": incidence_figure(
            {key: _curve(table, "attribution_day", "attributed") for key, table in tables.items()}, context
        ),
        "senders": sender_incidence_figure(
            {
                title: {key: _curve(table, column, "adopted") for key, table in tables.items()}
                for title, column in senders.items()
            },
            context,
        ),
        "actors": actors_figure({key: who_acts(table, senders) for key, table in tables.items()}, context),
        "flow": flow_figure(
            {key: flow_against_twins(table) for key, table in tables.items()}, context, unit="missiles"
        ),
        "difference": difference_figure(
            dots(values),
            paired_difference(
                first["attribution_day"].to_numpy(),
                last["attribution_day"].to_numpy(),
                first["experiment"].to_numpy(),
                kind="time",
                horizon=365.0,
            ),
            pair,
            outcome="first official attribution",
            unit="day",
            kind="time",
            name="difference-d",
        ),
    }


def _luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", THEMES)
def test_every_series_reaches_three_to_one(theme: str) -> None:
    """Each of the four colours stands out 3:1 from the paper of its theme (WCAG 2, 1.4.11)."""
    colours = THEMES[theme]
    paper = _luminance(colours.background)
    for colour in colours.series.values():
        low, high = sorted((paper, _luminance(colour)))
        assert (high + 0.05) / (low + 0.05) >= 3


def test_four_variants_have_four_looks() -> None:
    """Colours, dashes and marks of A to D are all different; A is the solid one."""
    for theme in THEMES.values():
        assert len(set(theme.series.values())) == 4
    assert len(set(map(str, DASHES.values()))) == len(set(MARKERS.values())) == 4
    assert list(DASHES) == list(MARKERS) == list("ABCD")
    assert DASHES["A"] == "-"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["incidence", "senders", "actors", "flow", "difference"])
def test_four_variants_fit_the_sheet(four: dict[str, FigureData], name: str, size: str) -> None:
    """With four variants no text leaves the sheet and none covers another, in any size."""
    figure = draw(four[name], size=size)
    assert CHECKS.outside(figure) == []
    assert CHECKS.overlapping(figure) == []


def test_four_curves_are_the_rows_of_the_table(four: dict[str, FigureData]) -> None:
    """Each variant has its curve, drawn with its own dash through the rows of the table."""
    data = four["incidence"]
    lines = {line.get_gid(): line for line in draw(data).axes[0].lines}
    assert set(lines) == {f"{key}-attributed" for key in "ABCD"}
    for key, part in data.table.groupby("variant"):
        assert lines[f"{key}-attributed"].get_xydata().tolist() == part[["day", "share"]].to_numpy().tolist()
    assert [lines[f"{key}-attributed"].is_dashed() for key in "ABCD"] == [False, True, True, True]


def test_the_title_names_every_further_variant(
    four: dict[str, FigureData], tables: dict[str, pd.DataFrame]
) -> None:
    """The finding is that of B against A; C and D follow with their counts."""
    shares = {key: round(100 * np.isfinite(table["attribution_day"]).mean()) for key, table in tables.items()}
    assert four["incidence"].title == (
        f"Official attribution comes in {shares['B']} of 100 runs under “Staged joint announcement”, "
        f"against {shares['A']} under “Baseline”; C {shares['C']}, D {shares['D']}"
    )


def test_a_looks_the_same_alone_and_among_four(
    four: dict[str, FigureData], figures: dict[str, FigureData]
) -> None:
    """A's curve has one colour, dash and width whether there are two variants or four."""
    looks = []
    for data in (four["incidence"], figures["incidence"]):
        line = next(line for line in draw(data).axes[0].lines if line.get_gid() == "A-attributed")
        looks.append((line.get_color(), line.is_dashed(), line.get_linewidth()))
    assert looks[0] == looks[1]


def test_a_difference_of_d_names_d(four: dict[str, FigureData]) -> None:
    """A further variant's difference from A speaks of it and carries its colour."""
    data = four["difference"]
    assert data.measure.startswith("Paired difference D − A")
    assert data.alt.endswith(".")
    assert "D and A differ" in data.alt
    figure = draw(data)
    words = [text.get_text() for text, _ in CHECKS.texts(figure)]
    assert "later in D →" in words
    assert not any(word.endswith("in B →") for word in words)
