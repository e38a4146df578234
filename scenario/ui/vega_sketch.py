"""The sketch of a number's distribution: how often the runs draw which value, for several sides on one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from scenario.charts.style import Theme
from scenario.charts.wording import number as number_text
from scenario.ui.edit import Floats, histogram
from scenario.ui.vega import Spec, frame

PADDING = {"left": 5, "right": 16, "top": 5, "bottom": 5}
"""Pixels round the sketch: half of the last label of the axis stands to the right of it."""


def sketch_spec(
    sides: Mapping[str, Floats], colours: Sequence[str], theme: Theme, *, unit: str, height: int = 170
) -> Spec:
    """Return histograms over each other, each as high as its own peak, with every median marked.

    Parameters
    ----------
    sides
        Title -> values that the runs draw, shape [M] each.
    colours
        Colour of each side.
    theme, height
        Colours of the frame; pixels.
    unit
        Unit of the number.
    """
    low, high = ends(sides)
    x = {
        "type": "quantitative",
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {"title": unit, "grid": False, "tickCount": 6},
    }
    colour = {
        "field": "side",
        "type": "nominal",
        "scale": {"domain": list(sides), "range": list(colours)},
        "legend": None,
    }
    middles = [{"side": name, "median": float(np.median(values))} for name, values in sides.items()]
    median = {
        "data": {"values": middles},
        "mark": {"type": "rule", "strokeWidth": 2, "strokeDash": [4, 2]},
        "encoding": {"x": {"field": "median", **x}},
    }
    rows = [row for name, values in sides.items() for row in _piles(name, values, low, high)]
    layers = [_bars(x), median]
    return frame(
        theme, height=height, padding=PADDING, data={"values": rows}, encoding={"color": colour}, layer=layers
    )


def _piles(name: str, values: Floats, low: float, high: float) -> list[dict[str, object]]:
    """Return the bars of one side, with heights as shares of its peak."""
    parts = histogram(values, low=low, high=high)
    peak = max(part["share"] for part in parts)
    return [
        {"side": name, **part, "runs": 100 * part["share"], "height": part["share"] / peak} for part in parts
    ]


def _bars(x: Spec) -> Spec:
    """Return the layer of the bars."""
    return {
        "mark": {"type": "rect", "opacity": 0.5},
        "encoding": {
            "x": {"field": "from", **x},
            "x2": {"field": "to"},
            "y": {"field": "height", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1.05]}},
            "y2": {"datum": 0},
            "tooltip": [
                {"field": "side", "title": "where"},
                {"field": "from", "format": ".4~g"},
                {"field": "to", "format": ".4~g"},
                {"field": "runs", "title": "points of 100", "format": ".1f"},
            ],
        },
    }


def sketch_colours(theme: Theme) -> list[str]:
    """Return the colours of A, of B, and of what is proposed for B."""
    return [theme.series["A"], theme.series["B"], theme.noise]


def ends(sides: Mapping[str, Floats]) -> tuple[float, float]:
    """Return the ends of an axis that holds every value."""
    low = min(float(values.min()) for values in sides.values())
    high = max(float(values.max()) for values in sides.values())
    margin = 0.03 * (high - low) if high > low else max(abs(low), 1.0) * 0.1
    return low - margin, high + margin


def sketch_alt(sides: Mapping[str, Floats], unit: str) -> str:
    """Return what the sketch shows, in words: median and 90 % range of every side."""
    parts = []
    for name, values in sides.items():
        low, middle, high = (number_text(float(v)) for v in np.quantile(values, [0.05, 0.5, 0.95]))
        parts.append(f"{name}: median {middle}, 5 to 95 % from {low} to {high}")
    return f"Distribution of the values that the runs draw ({unit}). {'; '.join(parts)}."
