"""Where B beats A over one number or two -> Vega-Lite specifications for the screen."""

from __future__ import annotations

from typing import Any

from scenario.charts.crossing import Crossing
from scenario.charts.heat import Heat, edges
from scenario.charts.style import Theme
from scenario.ui.vega import AXIS, Spec, frame, records
from scenario.ui.vega_why_rows import mixed, padded, wrapped, x_axis

TINT = 0.55
"""Strongest colour of a cell of a map; the numbers in it stay readable."""


def heat_spec(data: Heat, theme: Theme, *, height: int = 400) -> Spec:
    """Return the cells with their differences as numbers, and the tipping line."""
    import numpy as np

    cells = data.cells
    xs, ys = (np.unique(cells[axis].to_numpy(float)) for axis in ("x", "y"))
    x_edges, y_edges = edges(xs), edges(ys)
    values = _cells(data, (xs, ys), (x_edges, y_edges), theme)
    x = x_axis(data.axes[0], (float(x_edges[0]), float(x_edges[-1])), grid=False)
    y = x_axis(data.axes[1], (float(y_edges[0]), float(y_edges[-1])), grid=False)
    y["axis"]["title"] = wrapped(data.axes[1], 34)
    cell = {
        "mark": {"type": "rect", "stroke": theme.faint, "strokeWidth": 0.6},
        "encoding": {
            "x": {"field": "left", **x},
            "x2": {"field": "right"},
            "y": {"field": "bottom", **y},
            "y2": {"field": "top"},
            "fill": {"field": "fill", "type": "nominal", "scale": None, "legend": None},
            "tooltip": [
                {"field": "x", "title": data.axes[0], "format": ".3~g"},
                {"field": "y", "title": data.axes[1], "format": ".3~g"},
                {"field": "mean", "title": f"B − A, {data.unit}", "format": "+.3~r"},
            ],
        },
    }
    text = {
        "mark": {"type": "text", "fontSize": 11, "color": theme.ink},
        "encoding": {
            "x": {"field": "x", "type": "quantitative"},
            "y": {"field": "y", "type": "quantitative"},
            "text": {"field": "text"},
        },
    }
    layers = [cell, *(_line(piece, theme) for piece in data.lines), text]
    return frame(theme, height=height + AXIS, data={"values": values}, layer=layers)


def _cells(data: Heat, values: tuple[Any, Any], ends: tuple[Any, Any], theme: Theme) -> list[dict[str, Any]]:
    """Return the cells: values of both numbers, edges, difference as colour and text; noise has no colour."""
    import numpy as np

    most = float(data.cells["mean"].abs().max()) or 1.0
    decimals = 0 if most >= 3 else 1 if most >= 0.3 else 2
    found = []
    for row in data.cells.to_dict("records"):
        i, j = (int(np.searchsorted(at, row[axis])) for at, axis in zip(values, "xy", strict=True))
        colour = theme.series[data.colors[int(row["mean"] > 0)]]
        share = 0.0 if row["is_noise"] else TINT * (0.25 + 0.75 * abs(row["mean"]) / most)
        place = {"left": ends[0][i], "right": ends[0][i + 1], "bottom": ends[1][j], "top": ends[1][j + 1]}
        found.append(
            {name: float(edge) for name, edge in place.items()}
            | {"x": row["x"], "y": row["y"], "mean": row["mean"]}
            | {
                "fill": mixed(colour, theme.background, share),
                "text": "~" if row["is_noise"] else _short(row["mean"], decimals),
            }
        )
    return found


def _line(piece: Any, theme: Theme) -> Spec:
    """Return a piece of the tipping line on a rim of paper."""
    values = [{"x": float(x), "y": float(y), "order": i} for i, (x, y) in enumerate(piece)]
    encoding = {
        "x": {"field": "x", "type": "quantitative"},
        "y": {"field": "y", "type": "quantitative"},
        "order": {"field": "order"},
    }
    rim = {"mark": {"type": "line", "strokeWidth": 6, "color": theme.background}, "encoding": encoding}
    line = {"mark": {"type": "line", "strokeWidth": 3, "color": theme.ink}, "encoding": encoding}
    return {"data": {"values": values}, "layer": [rim, line]}


def _short(value: float, decimals: int) -> str:
    """Return a difference with its sign, as short as a cell."""
    text = f"{abs(value):.{decimals}f}"
    return text if not float(text) else f"{'−' if value < 0 else '+'}{text}"


def crossing_spec(data: Crossing, theme: Theme, *, height: int = 300) -> Spec:
    """Return the difference along one number with its interval, and the place where it turns."""
    points = data.points
    values = records(points[["value", "difference", "lower", "upper", "told"]])
    xs = points["value"].tolist()
    room = 0.03 * (max(xs) - min(xs))
    ends = padded([*points["lower"], *points["upper"], 0.0])
    x = {"field": "value", **x_axis(data.factor, (min(xs) - room, max(xs) + room), grid=False)}
    y = {"field": "difference", **x_axis(f"B − A, {data.unit}", ends)}
    band = {
        "mark": {"type": "area", "color": theme.quiet, "opacity": 0.18},
        "encoding": {"x": x, "y": y | {"field": "lower"}, "y2": {"field": "upper"}},
    }
    line = {
        "mark": {"type": "line", "color": theme.quiet, "strokeWidth": 2},
        "encoding": {"x": x, "y": y},
    }
    zero = {
        "data": {"values": [{}]},
        "mark": {"type": "rule", "color": theme.ink, "aria": False},
        "encoding": {"y": {"datum": 0}},
    }
    marks = [_places_on_zero(data, theme, (min(xs), max(xs)))] if data.places else []
    layers = [band, zero, line, _told_points(data, theme), *marks]
    return frame(theme, height=height, data={"values": values}, layer=layers)


def _told_points(data: Crossing, theme: Theme) -> Spec:
    """Return the means: filled in the colour of the side that they tell for, hollow and grey elsewhere."""
    low, high = (theme.series[side] for side in data.colors)
    return {
        "mark": {"type": "point", "size": 75, "opacity": 1, "strokeWidth": 1.6},
        "encoding": {
            "x": {"field": "value", "type": "quantitative"},
            "y": {"field": "difference", "type": "quantitative"},
            "shape": {
                "condition": {"test": "datum.told < 0", "value": "diamond"},
                "value": "circle",
            },
            "fill": {
                "condition": [
                    {"test": "datum.told > 0", "value": high},
                    {"test": "datum.told < 0", "value": low},
                ],
                "value": theme.background,
            },
            "stroke": {
                "condition": [
                    {"test": "datum.told > 0", "value": high},
                    {"test": "datum.told < 0", "value": low},
                ],
                "value": theme.noise,
            },
            "tooltip": [
                {"field": "value", "title": data.factor, "format": ".3~g"},
                {"field": "difference", "title": f"B − A, {data.unit}", "format": "+.3~r"},
            ],
        },
    }


def _places_on_zero(data: Crossing, theme: Theme, ends: tuple[float, float]) -> Spec:
    """Return where the difference turns, with its interval on the zero line."""
    values = [
        {
            "value": p.value,
            "low": max(p.low, ends[0]),
            "high": min(p.high, ends[1]),
            "zero": 0,
            "text": p.text,
        }
        for p in data.places
    ]
    y = {"field": "zero", "type": "quantitative"}
    interval = {
        "mark": {"type": "rule", "strokeWidth": 6, "color": theme.ink, "opacity": 0.6},
        "encoding": {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}, "y": y},
    }
    mark = {
        "mark": {
            "type": "point",
            "shape": "triangle-up",
            "filled": True,
            "size": 150,
            "color": theme.ink,
            "opacity": 1,
        },
        "encoding": {
            "x": {"field": "value", "type": "quantitative"},
            "y": y,
            "tooltip": [{"field": "text", "title": "turns at"}],
        },
    }
    return {"data": {"values": values}, "layer": [interval, mark]}
