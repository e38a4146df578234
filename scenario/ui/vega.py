"""Figure descriptions -> Vega-Lite specifications for the screen: the colours and dashes of the reports.

Only what is drawn goes to the browser; nothing is computed here but places on the screen.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from scenario.charts.actors import Bars
from scenario.charts.data import Context
from scenario.charts.difference import Difference, words
from scenario.charts.incidence import Incidence
from scenario.charts.style import THEMES, Theme
from scenario.charts.wording import of_hundred

Spec = dict[str, Any]

DASHES = {"A": [1, 0], "B": [6, 3], "C": [2, 2], "D": [8, 3, 2, 3]}
SHAPES = {"A": "circle", "B": "diamond", "C": "square", "D": "triangle-up"}
AXIS = 56
"""Pixels under a picture for its axis."""


def theme_of(name: str | None) -> Theme:
    """Return the colours for "light" or "dark"; light where the browser has not said."""
    return THEMES["dark" if name == "dark" else "light"]


def records(table: Any) -> list[dict[str, Any]]:
    """Return a table as rows of plain data, NaN as null; its columns are NumPy's or text."""
    columns = {str(name): column.tolist() for name, column in table.items()}
    rows = zip(*columns.values(), strict=True)
    # A value that is not itself is NaN.
    return [
        {name: value if value == value else None for name, value in zip(columns, row, strict=True)}
        for row in rows
    ]


def frame(theme: Theme, *, height: int, **spec: Any) -> Spec:
    """Return a specification with the looks that all pictures share.

    Parameters
    ----------
    theme, height
        Colours; pixels.
    spec
        What is drawn.
    """
    axis = {
        "labelColor": theme.quiet,
        "titleColor": theme.quiet,
        "gridColor": theme.faint,
        "domainColor": theme.rule,
        "tickColor": theme.rule,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "domain": True,
    }
    config = {
        "axis": axis,
        "view": {"stroke": None},
        "background": "transparent",
        "autosize": {"type": "fit", "contains": "padding"},
        "text": {"color": theme.ink, "fontSize": 12},
    }
    return {"height": height, "width": "container", "config": config, **spec}


def colour_of(side: str, theme: Theme) -> str:
    """Return the colour of a side, A to D."""
    return theme.series[side]


def _sides(sides: Iterable[str], theme: Theme) -> Spec:
    """Return the colours of the sides."""
    domain = list(sides)
    return {
        "field": "variant",
        "type": "nominal",
        "scale": {"domain": domain, "range": [colour_of(side, theme) for side in domain]},
        "legend": None,
    }


def day_axis(context: Context, *, title: str = "days after the as-of date") -> Spec:
    """Return the axis of days, with dates in its title."""
    end = context.as_of + datetime.timedelta(days=int(context.horizon_days))
    step = max(round(context.horizon_days / 6 / 30) * 30, 1)
    ticks = list(range(0, int(context.horizon_days) + 1, step))
    return {
        "values": ticks,
        "title": f"{title} ({context.as_of:%-d %b %Y} – {end:%-d %b %Y})",
        "grid": False,
        "labelFlush": False,
    }


def incidence_spec(data: Incidence, theme: Theme, *, day: int, height: int = 260) -> Spec:
    """Return the curves of all sides with their never-share beside them.

    Parameters
    ----------
    data, theme, height
        What is drawn, in which colours, how high in pixels.
    day
        The day the sentence counts by; a thin line marks it.
    """
    curves = data.table[data.table["cause"] == data.cause].copy()
    curves["runs"] = 100 * curves["share"]
    top = max(20.0, min(100.0, 10 * (int(curves["runs"].max() / 10) + 1)))
    line = _curves(data.context, theme, top)
    layers = [_day_rule(day, theme), line, *_end_labels(curves, theme, top)]
    return frame(
        theme,
        height=height,
        data={"values": records(curves[["variant", "name", "day", "runs"]])},
        layer=layers,
    )


def _curves(context: Context, theme: Theme, top: float) -> Spec:
    """Return the layer of the curves, one for every side."""
    sides = list(context.names)
    return {
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2.5},
        "encoding": {
            "x": {
                "field": "day",
                "type": "quantitative",
                "axis": day_axis(context),
                "scale": {"domain": [0, context.horizon_days], "nice": False},
            },
            "y": {
                "field": "runs",
                "type": "quantitative",
                "title": "runs of 100",
                "scale": {"domain": [0, top], "nice": False},
                "axis": {"tickCount": 5},
            },
            "color": _sides(sides, theme),
            "strokeDash": {
                "field": "variant",
                "scale": {"domain": sides, "range": [DASHES[side] for side in sides]},
                "legend": None,
            },
            "tooltip": [
                {"field": "name", "title": "variant"},
                {"field": "day", "title": "day"},
                {"field": "runs", "title": "runs of 100", "format": ".1f"},
            ],
        },
    }


def _day_rule(day: int, theme: Theme) -> Spec:
    """Return a thin line at the day that the sentence counts by."""
    return {
        "data": {"values": [{"day": day}]},
        "mark": {"type": "rule", "color": theme.rule, "strokeDash": [2, 3]},
        "encoding": {"x": {"field": "day", "type": "quantitative"}},
    }


def _end_labels(curves: Any, theme: Theme, top: float) -> list[Spec]:
    """Return the labels right of the curves, kept apart where the curves meet."""
    last = curves.groupby("variant", sort=True).last()
    heights = kept_apart(
        {side: float(last.loc[side, "runs"]) for side in last.index}, apart=0.21 * top, top=top
    )
    layers = []
    for side, height in heights.items():
        share = float(last.loc[side, "share"])
        text = [f"{side}: {of_hundred(share)} of 100", f"never: {of_hundred(1 - share)}"]
        layers.append(
            {
                "data": {"values": [{"day": float(last.loc[side, "day"]), "runs": height}]},
                "mark": {
                    "type": "text",
                    "text": text,
                    "align": "left",
                    "baseline": "middle",
                    "dx": 8,
                    "fontSize": 13,
                    "fontWeight": 600,
                    "color": colour_of(side, theme),
                },
                "encoding": {
                    "x": {"field": "day", "type": "quantitative"},
                    "y": {"field": "runs", "type": "quantitative"},
                },
            }
        )
    return layers


def kept_apart(heights: Mapping[str, float], *, apart: float, top: float) -> dict[str, float]:
    """Return places for labels at some heights, so that neighbours do not meet and all stay below the top.

    Parameters
    ----------
    heights
        Name -> where its label would stand.
    apart
        Least distance between two labels; made smaller where they would not fit.
    top
        Upper end; the lower is 0.
    """
    order = sorted(heights, key=lambda name: heights[name])
    step = min(apart, top / max(len(order), 1))
    places: list[float] = []
    for name in order:
        lowest = places[-1] + step if places else 0.35 * step
        places.append(max(heights[name], lowest))
    ceiling = top - 0.35 * step
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], ceiling)
        ceiling = places[index] - step
    return dict(zip(order, places, strict=True))


def difference_spec(data: Difference, theme: Theme, *, height: int = 260) -> Spec:
    """Return 20 dots of the paired difference; grey where it is noise."""
    table = data.table[["difference", "drawn_at", "height"]]
    reach = max(float(table["drawn_at"].abs().max()), 8 * data.step)
    colour = theme.noise if data.is_noise else colour_of(data.other, theme)
    x = {
        "field": "drawn_at",
        "type": "quantitative",
        "title": f"{data.other} − A, {data.unit}",
        "scale": {"domain": [-1.06 * reach, 1.06 * reach], "nice": False},
        "axis": {"grid": False, "tickCount": 5},
    }
    y = {
        "field": "height",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, max(14.0, float(table["height"].max()) + 1.5)]},
    }
    dots = {
        "mark": {"type": "circle", "size": 120, "opacity": 1, "color": colour},
        "encoding": {
            "x": x,
            "y": y,
            "tooltip": [{"field": "difference", "format": "+.3~g", "title": f"{data.other} − A"}],
        },
    }
    zero = {
        "data": {"values": [{"drawn_at": 0}]},
        "mark": {"type": "rule", "color": theme.rule, "strokeDash": [2, 3]},
        "encoding": {"x": {"field": "drawn_at", "type": "quantitative"}},
    }
    return frame(
        theme,
        height=height,
        data={"values": records(table)},
        layer=[zero, dots, *_directions(data, theme, reach)],
    )


def _directions(data: Difference, theme: Theme, reach: float) -> list[Spec]:
    """Return what left and right of zero mean."""
    higher, lower, _ = words(data.kind, data.other)
    return [
        {
            "data": {"values": [{"drawn_at": side * reach}]},
            "mark": {
                "type": "text",
                "text": text,
                "align": align,
                "baseline": "top",
                "y": 0,
                "color": theme.quiet,
            },
            "encoding": {"x": {"field": "drawn_at", "type": "quantitative"}},
        }
        for side, align, text in (
            (-1, "left", f"← {lower} under {data.other}"),
            (1, "right", f"{higher} under {data.other} →"),
        )
    ]


def bars_spec(data: Bars, theme: Theme) -> Spec:
    """Return rows of quantile bars: median mark, 50 % and 90 % bands, A above the others."""
    table = data.table.copy()
    reach = data.limit
    for name in ("q5", "q25", "q75", "q95"):
        table[f"{name}_drawn"] = table[name].fillna(reach)
    columns = ["variant", "label", "q5", "q25", "q50", "q75", "q95"]
    if "never" in table:
        table["never_text"] = [f"never {of_hundred(share)}" for share in table["never"]]
        columns.append("never_text")
    drawn = [name for name in table.columns if name.endswith("_drawn")]
    axis = day_axis(data.context) if data.has_dates else {"title": data.axis, "grid": False}
    rows = {"field": "label", "type": "nominal", "sort": list(data.groups), "title": None}
    y = {**rows, "axis": {"labelLimit": 150, "domain": False, "ticks": False}}
    sides = list(data.context.names)
    offset = {"field": "variant", "type": "nominal", "scale": {"domain": sides, "paddingInner": 0.45}}
    layers = [
        _band(("q5_drawn", "q95_drawn"), 1.5, reach, axis),
        _band(("q25_drawn", "q75_drawn"), 8, reach, axis),
        _median(theme, sides),
        *([_never(reach)] if "never" in table else []),
    ]
    shared = {"y": y, "yOffset": offset, "color": _sides(sides, theme)}
    return frame(
        theme,
        height=max(23 * len(sides) * len(data.groups), 120) + AXIS,
        data={"values": records(table[[*columns, *drawn]])},
        encoding=shared,
        layer=layers,
    )


def _band(ends: tuple[str, str], thickness: float, reach: float, axis: Spec) -> Spec:
    """Return the bar between two quantiles; a quantile never reached ends at the horizon."""
    scale = {"domain": [0, reach], "nice": False, "zero": False}
    return {
        "mark": {"type": "rule", "strokeWidth": thickness, "opacity": 0.55 if thickness > 2 else 1},
        "encoding": {
            "x": {"field": ends[0], "type": "quantitative", "scale": scale, "axis": axis},
            "x2": {"field": ends[1]},
            "tooltip": [{"field": name} for name in ("label", "variant", "q5", "q25", "q50", "q75", "q95")],
        },
    }


def _median(theme: Theme, sides: list[str]) -> Spec:
    """Return the mark at the median, of a shape for each side; none where it is never reached."""
    shapes = {"domain": sides, "range": [SHAPES[side] for side in sides]}
    return {
        "transform": [{"filter": "isValid(datum.q50)"}],
        "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "stroke": theme.background},
        "encoding": {
            "x": {"field": "q50", "type": "quantitative"},
            "shape": {"field": "variant", "type": "nominal", "scale": shapes, "legend": None},
        },
    }


def _never(reach: float) -> Spec:
    """Return the never-share right of each row."""
    return {
        "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 12},
        "encoding": {"x": {"datum": reach}, "text": {"field": "never_text", "type": "nominal"}},
    }
