from __future__ import annotations

import datetime
import json
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from scenario.charts.crossing import crossing_figure
from scenario.charts.data import Context, FigureData
from scenario.charts.heat import heat_figure
from scenario.charts.indices import indices_figure
from scenario.charts.policies import policies_figure
from scenario.charts.shares import shares_figure
from scenario.charts.style import THEMES, Theme
from scenario.charts.tornado import tornado_figure
from scenario.ui.vega_why import keys_of, spec_of
from scenario.ui.vega_why_dots import Dot, dots_spec
from scenario.ui.vega_why_rows import WRAP, mixed, places
from scenario.ui.why_tables import table_of

LIGHT = THEMES["light"]


def _context(*sides: str) -> Context:
    """Return where numbers come from, for one side or two."""
    return Context(
        place="Somewhere",
        as_of=datetime.date(2024, 9, 9),
        horizon_days=365.0,
        n=500,
        seed=0,
        version="0",
        names={side: f"variant {side}" for side in sides},
        hashes={side: side * 8 for side in sides},
    )


def _tornado() -> FigureData:
    """Return three bars: one told, two inside the noise floor of 5 round 100."""
    names = ("strong", "weak", "a number with a very long name that no narrow screen holds in one line")
    ends = ((60.0, 150.0), (98.0, 103.0), (101.0, 99.0))
    rows = [
        {
            "factor": name,
            "unit": "probability",
            "low_value": 0.1,
            "high_value": 0.9,
            "at_low": low,
            "at_low_lower": low - 3,
            "at_low_upper": low + 3,
            "at_high": high,
            "at_high_lower": high - 3,
            "at_high_upper": high + 3,
            "is_noise": False,
        }
        for name, (low, high) in zip(names, ends, strict=True)
    ]
    return tornado_figure(
        pd.DataFrame(rows), _context("A"), outcome="the day", unit="days", baseline=100.0, noise_floor=5.0
    )


def _heat() -> FigureData:
    """Return four cells whose sign turns from left to right; one is noise."""
    cells = pd.DataFrame(
        {
            "x": [0.0, 1.0, 0.0, 1.0],
            "y": [0.0, 0.0, 2.0, 2.0],
            "mean": [-4.0, 4.0, -8.0, 1.0],
            "is_noise": [False, False, False, True],
        }
    )
    return heat_figure(
        cells, _context("A", "B"), outcome="the share", unit="of 100 runs", x="x (d)", y="y", better="higher"
    )


def _crossing() -> FigureData:
    """Return a difference that turns from below to above zero at 0.5."""
    table = pd.DataFrame(
        {
            "value": [0.0, 0.5, 1.0],
            "difference": [-2.0, 0.0, 3.0],
            "lower": [-3.0, -1.0, 2.0],
            "upper": [-1.0, 1.0, 4.0],
            "told": [-1, 0, 1],
        }
    )
    return crossing_figure(
        table,
        _context("A", "B"),
        outcome="the share",
        unit="of 100 runs",
        factor="bar (probability)",
        text="B beats A above 0.5.",
        crossings=[(0.5, 0.3, float("inf"), False)],
        better="higher",
    )


def _shares() -> FigureData:
    """Return the sources of one outcome: 20, 30 and 50 percent."""
    row = {"outcome": "the day", "parameters": 0.2, "fact": 0.3, "luck": 0.5}
    row |= {"parameters_lower": 0.1, "parameters_upper": 0.25, "fact_lower": 0.2, "fact_upper": 0.4}
    return shares_figure(pd.DataFrame([row | {"luck_lower": 0.4, "luck_upper": 0.6}]), _context("A"))


def _indices() -> FigureData:
    """Return two items, the second of which is noise."""
    table = pd.DataFrame(
        {
            "item": ["first", "second"],
            "value": [0.4, 0.01],
            "lower": [0.3, 0.0],
            "upper": [0.5, 0.05],
            "is_noise": [False, True],
        }
    )
    return indices_figure(table, _context("A"), measure="share", unit="share of variance", outcome="the day")


def _policies() -> FigureData:
    """Return two policies with their regrets."""
    table = pd.DataFrame(
        {
            "policy": ["early", "late"],
            "mean_regret": [1.0, 6.0],
            "lower": [0.5, 5.0],
            "upper": [1.5, 7.0],
            "max_regret": [4.0, 30.0],
            "satisficing": [0.8, 0.3],
            "satisficing_lower": [0.7, 0.2],
            "satisficing_upper": [0.9, 0.4],
            "is_noise": [False, False],
        }
    )
    return policies_figure(table, _context("A"), outcome="the day", unit="days", goal="by day 90")


FIGURES = {
    "tornado": _tornado,
    "heat": _heat,
    "crossing": _crossing,
    "shares": _shares,
    "indices": _indices,
    "policies": _policies,
}


def _parts(node: object) -> Iterator[dict[str, object]]:
    """Yield every mapping of a specification."""
    if isinstance(node, dict):
        yield node
    below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for part in below:
        yield from _parts(part)


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def _contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("kind", FIGURES)
def test_every_figure_is_plain_data_with_key_and_table(kind: str, theme: Theme) -> None:
    """Every kind of figure becomes JSON without NaN, has a key in words, and a table with its rows."""
    figure = FIGURES[kind]()
    assert json.dumps(spec_of(figure, theme), allow_nan=False)
    assert all(text for _, _, text in keys_of(figure, theme))
    assert len(table_of(figure).rows) >= 1
    assert table_of(figure).html.count("<tr") == len(table_of(figure).rows) + 1


def test_other_figures_are_refused() -> None:
    """A figure that the page has no picture for is refused by name."""
    figure = FigureData(
        name="x",
        title="x",
        measure="x",
        unit="x",
        note="",
        alt="",
        table=pd.DataFrame(),
        context=_context("A"),
    )
    with pytest.raises(TypeError, match="got FigureData"):
        spec_of(figure, LIGHT)
    with pytest.raises(TypeError, match="got FigureData"):
        table_of(figure)


def test_tornado_bars_hold_the_ends_and_start_at_the_baseline() -> None:
    """Each number has a bar to either end, from the baseline, with its input range in the label."""
    spec = spec_of(_tornado(), LIGHT)
    values = spec["data"]["values"]
    assert [(v["end"], v["at"], v["base"]) for v in values[:2]] == [
        ("low", 60.0, 100.0),
        ("high", 150.0, 100.0),
    ]
    labels = [part["label"] for part in _parts(spec) if "label" in part]
    assert labels[0] == "strong (0.1 to 0.9)"


def test_tornado_noise_floor_is_drawn_and_noise_is_grey_and_without_numbers() -> None:
    """The band runs from 95 to 105; what lies inside is noise, and carries no number."""
    spec = spec_of(_tornado(), LIGHT)
    bands = [part for part in _parts(spec) if set(part) == {"low", "high"}]
    assert bands == [{"low": 95.0, "high": 105.0}]
    told = {value["factor"]: (value["is_noise"], value["text"]) for value in spec["data"]["values"]}
    assert told["strong"] == (False, "150")
    assert told["weak"] == (True, "")


def test_map_tells_sides_by_sign_and_noise_by_a_wave() -> None:
    """Cells bear their signed difference, noise bears a wave and no colour; the line passes between the signs."""
    spec = spec_of(_heat(), LIGHT)
    cells = spec["data"]["values"]
    assert [cell["text"] for cell in cells] == ["−4", "+4", "−8", "~"]
    assert cells[3]["fill"] == LIGHT.background
    line = [part for part in _parts(spec) if "order" in part and isinstance(part["order"], int)]
    bottom = next(part for part in line if part["y"] == 0.0)
    assert bottom["x"] == pytest.approx(0.5)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_numbers_in_cells_and_parts_can_be_read(theme: Theme) -> None:
    """Text on a coloured cell or part of a bar has a contrast of 4.5 at least."""
    for figure in (_heat(), _shares()):
        for value in spec_of(figure, theme)["data"]["values"]:
            assert _contrast(value["fill"], theme.ink) >= 4.5


def test_crossing_marks_the_place_with_the_end_of_the_axis_for_an_open_interval() -> None:
    """The place where the difference turns is marked at 0.5, its open interval drawn to the last value."""
    spec = spec_of(_crossing(), LIGHT)
    marks = [part for part in _parts(spec) if "zero" in part and "text" in part]
    assert [(mark["value"], mark["low"], mark["high"]) for mark in marks] == [(0.5, 0.3, 1.0)]
    assert [value["told"] for value in spec["data"]["values"]] == [-1, 0, 1]


def test_shares_fill_the_bar_with_intervals_at_their_ends() -> None:
    """Parts follow each other to 100; luck's interval is told from the right."""
    values = spec_of(_shares(), LIGHT)["data"]["values"]
    assert [(v["start"], v["end"]) for v in values] == [
        (0.0, pytest.approx(20)),
        (pytest.approx(20), pytest.approx(50)),
        (pytest.approx(50), 100.0),
    ]
    assert [(v["low"], v["high"]) for v in values] == [
        (pytest.approx(10), pytest.approx(25)),
        (pytest.approx(40), pytest.approx(60)),
        (pytest.approx(40), pytest.approx(60)),
    ]
    assert [v["text"] for v in values] == ["20", "30", "50"]


def test_policies_have_mean_worst_case_and_how_often_good_enough() -> None:
    """A policy's row holds its mean regret, the worst world, and the share of worlds that it satisfies."""
    values = spec_of(_policies(), LIGHT)["data"]["values"]
    assert [(v["value"], v["far"]) for v in values] == [(1.0, 4.0), (6.0, 30.0)]
    assert values[0]["label"] == "early · good enough in 80 of 100 worlds"


def test_dots_span_their_intervals() -> None:
    """The axis holds zero and both ends of every interval."""
    rows = [Dot(label="one", value=2.0, lower=-1.0, upper=5.0, is_noise=True)]
    spec = dots_spec(rows, LIGHT, title="days")
    domains = [
        part["domain"] for part in _parts(spec) if "domain" in part and isinstance(part["domain"], list)
    ]
    low, high = next(domain for domain in domains if domain[1] > 4 and domain[0] < 0)
    assert low < -1.0
    assert high > 5.0


def test_long_labels_break_and_push_their_bar_down() -> None:
    """A label is broken into lines that a narrow screen holds, and its bar begins below the last one."""
    texts, tops, bars, height = places(["short", "word " * 20], 10)
    assert all(len(line) <= WRAP for text in texts for line in text.split("\n"))
    assert bars[1] - tops[1] > bars[0] - tops[0]
    assert height > bars[1] + 10


def test_colours_mix_by_share() -> None:
    """Half of black on white is middle grey; none of it is white."""
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#000000", "#ffffff", 0.0) == "#ffffff"


def test_table_of_a_tornado_says_noise() -> None:
    """The table has the range and both ends with intervals; noise is named and quiet."""
    table = table_of(_tornado())
    assert table.rows[0] == ("strong", "0.1 to 0.9", "60 (57 to 63)", "150 (147 to 153)", "told")
    assert [row[-1] for row in table.rows[1:]] == ["noise", "noise"]
    assert list(table.quiet) == [False, True, True]
