"""Figure descriptions of the Why page -> Vega-Lite specifications for the screen.

Nothing is computed here but places on the screen; `keys_of` gives what colours and signs mean.
"""

from __future__ import annotations

from typing import Any

from scenario.charts.crossing import Crossing
from scenario.charts.data import FigureData
from scenario.charts.heat import Heat
from scenario.charts.indices import Indices
from scenario.charts.policies import Policies
from scenario.charts.shares import SOURCES, Shares, percent
from scenario.charts.style import Theme
from scenario.charts.tornado import Tornado, range_text
from scenario.charts.wording import number
from scenario.ui.vega import AXIS, Spec, frame
from scenario.ui.vega_why_dots import dots_of, dots_spec
from scenario.ui.vega_why_map import crossing_spec, heat_spec
from scenario.ui.vega_why_rows import band, labels_layer, mixed, padded, places, upright, x_axis, y_place

FEWEST_BARS = 6
"""Bars of a tornado that are drawn even where they are noise."""

Key = tuple[str, str, str]


def spec_of(data: FigureData, theme: Theme) -> Spec:
    """Return the specification of a figure.

    Parameters
    ----------
    data
        A tornado, map, crossing, shares, indices or policies.
    theme
        Colours.
    """
    match data:
        case Tornado():
            return tornado_spec(data, theme)
        case Heat():
            return heat_spec(data, theme)
        case Crossing():
            return crossing_spec(data, theme)
        case Shares():
            return shares_spec(data, theme)
        case Indices():
            return dots_spec(dots_of(data), theme, title=data.unit)
        case Policies():
            return dots_spec(dots_of(data), theme, title=f"regret, {data.unit}")
    raise TypeError(f"a figure of the Why page must be one of its kinds (got {type(data).__name__})")


def keys_of(data: FigureData, theme: Theme) -> list[Key]:
    """Return the key of a figure: sign ("" for a bar of the colour), its colour, what it means."""
    solid, grey = theme.series["B"], theme.noise
    match data:
        case Tornado():
            return [
                ("□", solid, "at the low end of the range"),
                ("■", solid, "at the high end"),
                ("■", grey, f"noise floor ±{number(data.noise_floor)} {data.unit}, and what stays inside it"),
            ]
        case Heat():
            low, high = (theme.series[side] for side in data.colors)
            turns = [("━", theme.ink, "the difference turns here")] if data.lines else []
            sides = [("■", low, f"−: {data.sides[0]}"), ("■", high, f"+: {data.sides[1]}")]
            return [*sides, ("~", theme.quiet, "cannot be told"), *turns]
        case Crossing():
            low, high = (theme.series[side] for side in data.colors)
            return [
                ("●", high, f"above zero: {data.sides[1]}"),
                ("◆", low, f"below zero: {data.sides[0]}"),
                ("○", grey, "cannot be told from zero"),
            ]
        case Shares():
            at = dict(zip(SOURCES, ("left", "middle", "right"), strict=True))
            sources = _source_colours(theme).items()
            return [("", colour, f"{SOURCES[name]} ({at[name]})") for name, colour in sources] + [
                ("━", theme.quiet, "95 % interval of each share")
            ]
        case Policies():
            return [
                ("●", solid, "mean regret over worlds, 95 %"),
                ("|", solid, "worst world"),
                ("○", grey, "mean cannot be told from the least"),
            ]
    return [("●", solid, "estimate, 95 %"), ("○", grey, "cannot be told from noise")]


# ---- tornado -----------------------------------------------------------------------------------------


def drawn_bars(data: Tornado) -> Any:
    """Return the bars that are drawn: all told ones, and some of the noise."""
    n_told = int((~data.table["is_noise"]).sum())
    return data.table.iloc[: max(n_told, FEWEST_BARS)]


def tornado_spec(data: Tornado, theme: Theme) -> Spec:
    """Return pairs of bars from the baseline, with input range and the noise floor behind them."""
    rows = drawn_bars(data).to_dict("records")
    labels = [f"{row['factor']} ({range_text(row)})" for row in rows]
    texts, tops, bars, height = places(labels, 18)
    base, floor = data.baseline, data.noise_floor
    reach = [row[end] for row in rows for end in ("at_low", "at_high")]
    ends = padded([*reach, base - floor, base + floor], 0.13)
    title = f"{'B − A, ' if data.has_sign else ''}{data.unit}"
    values = [
        {
            "y": top + shift,
            "y2": top + shift + 8,
            "end": end,
            "at": row[f"at_{end}"],
            "base": base,
            "lower": row[f"at_{end}_lower"],
            "upper": row[f"at_{end}_upper"],
            "middle": top + shift + 4,
            "above": top - 3,
            "below": top + 20,
            "factor": row["factor"],
            "input": row[f"{end}_value"],
            "is_noise": bool(row["is_noise"]),
            "text": "" if row["is_noise"] else number(row[f"at_{end}"], sign=data.has_sign),
            "is_left": bool(row[f"at_{end}"] < base),
        }
        for row, top in zip(rows, bars, strict=True)
        for end, shift in (("low", 0), ("high", 9))
    ]
    x = x_axis(title, ends, grid=False)
    layers = [
        band(base - floor, base + floor, theme),
        upright(base, ("above", "below"), height, theme.ink),
        *_tornado_bars(x, height, theme),
        *(_bar_number(side, height, theme) for side in (True, False)),
        labels_layer(texts, tops, [row["is_noise"] for row in rows], height, theme),
    ]
    return frame(theme, height=round(height) + AXIS, data={"values": values}, layer=layers)


def _tornado_bars(x: Spec, height: float, theme: Theme) -> list[Spec]:
    """Return the bars, hollow at the low end and solid at the high end, with their simulation error."""
    colour = theme.series["B"]
    stroke = {"condition": {"test": "datum.is_noise", "value": theme.noise}, "value": colour}
    fill = {
        "condition": [
            {"test": "datum.end === 'low'", "value": theme.background},
            {"test": "datum.is_noise", "value": theme.noise},
        ],
        "value": colour,
    }
    tips = [
        {"field": "factor", "title": "number"},
        {"field": "input", "title": "set to", "format": ".3~g"},
        {"field": "at", "title": "outcome", "format": ",.3~r"},
    ]
    bars = {
        "mark": {"type": "rect", "strokeWidth": 1.2},
        "encoding": {
            "x": {"field": "base", **x},
            "x2": {"field": "at"},
            "y": y_place(height),
            "y2": {"field": "y2"},
            "fill": fill,
            "stroke": stroke,
            "tooltip": tips,
        },
    }
    error = {
        "mark": {"type": "rule", "strokeWidth": 1, "clip": True, "color": theme.ink},
        "encoding": {
            "x": {"field": "lower", "type": "quantitative"},
            "x2": {"field": "upper"},
            "y": y_place(height, "middle"),
        },
    }
    return [bars, error]


def _bar_number(is_left: bool, height: float, theme: Theme) -> Spec:
    """Return the outcome at the ends that lie left, or right, of the baseline."""
    end = "min(datum.at, datum.lower)" if is_left else "max(datum.at, datum.upper)"
    return {
        "transform": [
            {"filter": f"{'' if is_left else '!'}datum.is_left"},
            {"calculate": end, "as": "beside"},
        ],
        "mark": {
            "type": "text",
            "align": "right" if is_left else "left",
            "baseline": "middle",
            "dx": -4 if is_left else 4,
            "fontSize": 11,
            "color": theme.ink,
        },
        "encoding": {
            "x": {"field": "beside", "type": "quantitative"},
            "y": y_place(height, "middle"),
            "text": {"field": "text"},
        },
    }


# ---- shares ------------------------------------------------------------------------------------------


def _source_colours(theme: Theme) -> dict[str, str]:
    """Return the colours of the three sources."""
    return dict(zip(SOURCES, (theme.series["A"], theme.series["B"], theme.noise), strict=True))


def shares_spec(data: Shares, theme: Theme) -> Spec:
    """Return one stacked bar per outcome: each part with its percentage in it and its interval under it."""
    names = list(dict.fromkeys(data.table["outcome"]))
    texts, tops, bars, height = places([name[:1].upper() + name[1:] for name in names], 28)
    rows = data.table.to_dict("records")
    values = [_part(row, bars[names.index(row["outcome"])], theme) for row in rows]
    part = {
        "mark": {"type": "rect", "stroke": theme.background, "strokeWidth": 1.5},
        "encoding": {
            "x": {"field": "start", **x_axis("percent of the spread (variance)", (0.0, 100.0), grid=False)},
            "x2": {"field": "end"},
            "y": y_place(height),
            "y2": {"field": "y2"},
            "fill": {"field": "fill", "type": "nominal", "scale": None, "legend": None},
            "tooltip": [
                {"field": "source", "title": "source"},
                {"field": "share", "title": "share", "format": ".0%"},
                {"field": "interval", "title": "95 % interval"},
            ],
        },
    }
    text = {
        "mark": {"type": "text", "fontSize": 11, "fontWeight": 600, "color": theme.ink},
        "encoding": {
            "x": {"field": "centre", "type": "quantitative"},
            "y": y_place(height, "middle"),
            "text": {"field": "text"},
        },
    }
    interval = {
        "mark": {"type": "rule", "strokeWidth": 2.5},
        "encoding": {
            "x": {"field": "low", "type": "quantitative"},
            "x2": {"field": "high"},
            "y": y_place(height, "y_interval"),
            "color": {"field": "colour", "type": "nominal", "scale": None, "legend": None},
        },
    }
    layers = [part, text, interval, labels_layer(texts, tops, [False] * len(texts), height, theme)]
    return frame(theme, height=round(height) + AXIS, data={"values": values}, layer=layers)


def _part(row: dict[Any, Any], top: float, theme: Theme) -> dict[str, Any]:
    """Return a part of a bar: ends in percent, text, and its interval from the left, for luck from the right."""
    names = list(SOURCES.values())
    colour = list(_source_colours(theme).values())[names.index(row["source"])]
    start, end = (min(max(float(row[at]), 0.0), 1.0) for at in ("start", "end"))
    ends = row["start"] + row["lower"], row["start"] + row["upper"]
    if row["source"] == names[-1]:
        ends = 1 - row["upper"], 1 - row["lower"]
    low, high = (min(max(100 * float(at), 0.0), 100.0) for at in ends)
    return {
        "outcome": row["outcome"],
        "source": row["source"],
        "share": row["share"],
        "start": 100 * start,
        "end": 100 * end,
        "centre": 50 * (start + end),
        "y": top,
        "y2": top + 18,
        "middle": top + 9,
        "y_interval": top + 21 + 3 * names.index(row["source"]),
        "low": low,
        "high": high,
        "interval": f"{percent(row['lower'])} to {percent(row['upper'])} %",
        "text": percent(row["share"]) if end - start >= 0.07 else "",
        "fill": mixed(colour, theme.background, 0.55),
        "colour": colour,
    }
