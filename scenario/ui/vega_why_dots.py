"""Rows of dots with intervals -> Vega-Lite specifications for the screen: indices, values of information, policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scenario.charts.data import FigureData
from scenario.charts.policies import Policies, is_worst_told
from scenario.charts.style import Theme
from scenario.charts.wording import of_hundred
from scenario.ui.vega import AXIS, Spec, frame
from scenario.ui.vega_why_rows import labels_layer, padded, places, upright, x_axis, y_place

FEWEST_DOTS = 6
"""Rows that are drawn even where they are noise."""


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A row of a dot chart.

    Parameters
    ----------
    label
        What stands above it.
    value, lower, upper
        Estimate and 95 % interval.
    is_noise
        Whether it is drawn hollow and grey.
    far
        A second value, drawn as a tick; None for none.
    """

    label: str
    value: float
    lower: float
    upper: float
    is_noise: bool
    far: float | None = None


def dots_of(data: FigureData) -> list[Dot]:
    """Return the rows of indices, values of information, or policies."""
    rows = data.table.to_dict("records")
    if isinstance(data, Policies):
        return [
            Dot(
                label=f"{row['policy']} · good enough in {of_hundred(row['satisficing'])} of 100 worlds",
                value=row["mean_regret"],
                lower=row["lower"],
                upper=row["upper"],
                is_noise=bool(row["is_noise"]),
                far=row["max_regret"] if is_worst_told(row) else row["mean_regret"],
            )
            for row in rows
        ]
    n_told = int((~data.table["is_noise"]).sum())
    return [
        Dot(
            label=str(row["item"]),
            value=row["value"],
            lower=row["lower"],
            upper=row["upper"],
            is_noise=bool(row["is_noise"]),
        )
        for row in rows[: max(n_told, FEWEST_DOTS)]
    ]


def dots_spec(rows: Sequence[Dot], theme: Theme, *, title: str) -> Spec:
    """Return rows of dots with intervals; hollow and grey where they are noise.

    Parameters
    ----------
    rows, theme
        What is drawn, in which colours.
    title
        Of the horizontal axis.
    """
    texts, tops, bars, height = places([row.label for row in rows], 14)
    values = [
        vars(row) | {"y": top + 7, "y_low": top, "y_high": top + 14}
        for row, top in zip(rows, bars, strict=True)
    ]
    fars = [row.far for row in rows if row.far is not None]
    ends = padded([0.0, *(end for row in rows for end in (row.value, row.lower, row.upper)), *fars], 0.04)
    colour = {"condition": {"test": "datum.is_noise", "value": theme.noise}, "value": theme.series["B"]}
    tick = {
        "transform": [{"filter": "isValid(datum.far)"}],
        "mark": {"type": "rule", "strokeWidth": 2.5},
        "encoding": {
            "x": {"field": "far", "type": "quantitative"},
            "y": y_place(height, "y_low"),
            "y2": {"field": "y_high"},
            "color": colour,
        },
    }
    interval = {
        "mark": {"type": "rule", "strokeWidth": 2},
        "encoding": {
            "x": {"field": "lower", **x_axis(title, ends, grid=False)},
            "x2": {"field": "upper"},
            "y": y_place(height),
            "color": colour,
        },
    }
    layers = [upright(0.0, ("y_low", "y_high"), height, theme.rule), interval, *([tick] if fars else [])]
    layers += [_dot(height, theme), labels_layer(texts, tops, [row.is_noise for row in rows], height, theme)]
    return frame(theme, height=round(height) + AXIS, data={"values": values}, layer=layers)


def _dot(height: float, theme: Theme) -> Spec:
    """Return the estimates."""
    colour = theme.series["B"]
    return {
        "mark": {"type": "point", "size": 85, "opacity": 1, "strokeWidth": 1.8},
        "encoding": {
            "x": {"field": "value", "type": "quantitative"},
            "y": y_place(height),
            "fill": {"condition": {"test": "datum.is_noise", "value": theme.background}, "value": colour},
            "stroke": {"condition": {"test": "datum.is_noise", "value": theme.noise}, "value": colour},
            "tooltip": [
                {"field": "label", "title": "row"},
                *({"field": name, "format": ",.3~r"} for name in ("value", "lower", "upper")),
            ],
        },
    }
