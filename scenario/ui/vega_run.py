"""One run on the screen: lanes of actors, bars of states, marks of events."""

from __future__ import annotations

from scenario.charts.style import Theme
from scenario.charts.swimlane import Swimlane
from scenario.ui.vega import Spec, day_axis, frame, records

LANE = 32
BELOW = 60
"""Height of a lane, and of the axis under the lanes, in pixels."""

GOLD, VIOLET = "#C99700", "#8E7CC3"
"""Two more colours, for states that never stand on the same lane as A or B."""

STATES = ("deliveries", "finding held", "waiting", "in force", "persists", "pauses", "escalates")
EVENTS = {
    "attribution": "diamond",
    "public warning": "triangle-up",
    "finding (not public)": "circle",
    "measure announced": "triangle-right",
    "measure adopted": "square",
    "batch shipped": "triangle-down",
    "report that supports": "circle",
    "report that contradicts": "cross",
}
"""Events with a shape of their own; all others share one, with a tooltip."""


GLYPHS = {
    "diamond": "◆",
    "triangle-up": "▲",
    "circle": "●",
    "triangle-right": "▶",
    "square": "■",
    "triangle-down": "▼",
    "cross": "✚",
    "arrow": "↑",
}
"""Shape of a mark -> the same as a letter, for the key."""


def palette_of(theme: Theme) -> dict[str, str]:
    """Return the colour of each state."""
    blue, orange = theme.series["A"], theme.series["B"]
    green, pink = theme.further
    return dict(zip(STATES, (pink, GOLD, VIOLET, blue, theme.rule, green, orange), strict=True))


def keys_of(data: Swimlane, theme: Theme) -> list[tuple[str, str, str]]:
    """Return the key of the picture: sign ("" for a bar), its colour, what it means; only what is drawn.

    Parameters
    ----------
    data, theme
        As in `swimlane_spec`.
    """
    shown = set(data.table["label"])
    marks = set(data.table.loc[data.table["form"] == "mark", "label"])
    keys = [("", colour, state) for state, colour in palette_of(theme).items() if state in shown]
    for event, shape in EVENTS.items():
        glyph = "•" if event == "report that supports" else GLYPHS[shape]
        keys += [(glyph, theme.ink, event)] if event in marks else []
    return keys + ([(GLYPHS["arrow"], theme.ink, "other event")] if marks - set(EVENTS) else [])


def swimlane_spec(data: Swimlane, theme: Theme) -> Spec:
    """Return one run, one lane per actor.

    Parameters
    ----------
    data, theme
        What is drawn, and in which colours.
    """
    table = data.table.copy()
    table["event"] = [label if label in EVENTS else "other event" for label in table["label"]]
    bars, marks = table[table["form"] == "bar"], table[table["form"] == "mark"]
    y = {
        "field": "lane",
        "type": "nominal",
        "sort": list(data.lanes),
        "scale": {"domain": list(data.lanes)},
        "axis": {"title": None, "labelLimit": 140, "domain": False, "ticks": False, "grid": True},
    }
    return frame(
        theme,
        height=LANE * len(data.lanes) + BELOW,
        encoding={"y": y},
        layer=[
            {"data": {"values": records(bars)}, **_bars(data, theme, list(bars["label"]))},
            {"data": {"values": records(marks)}, **_marks(theme, list(marks["event"]))},
        ],
        resolve={"scale": {"color": "independent"}},
    )


def _bars(data: Swimlane, theme: Theme, shown: list[str]) -> Spec:
    """Return the states as bars."""
    palette = palette_of(theme)
    states = [state for state in STATES if state in shown]
    colour = {
        "field": "label",
        "type": "nominal",
        "scale": {"domain": states, "range": [palette[state] for state in states]},
        "legend": None,
    }
    scale = {"domain": [0, data.context.horizon_days], "nice": False}
    return {
        "mark": {"type": "bar", "height": 13, "cornerRadius": 3, "opacity": 0.55},
        "encoding": {
            "x": {
                "field": "start_day",
                "type": "quantitative",
                "scale": scale,
                "axis": day_axis(data.context),
            },
            "x2": {"field": "end_day"},
            "color": colour,
            "tooltip": [
                {"field": "lane"},
                {"field": "label", "title": "state"},
                {"field": "start_day", "format": ".0f"},
                {"field": "end_day", "format": ".0f"},
            ],
        },
    }


def _marks(theme: Theme, shown: list[str]) -> Spec:
    """Return the events as marks."""
    events = [event for event in EVENTS if event in shown]
    domain = [*events, *(["other event"] if "other event" in shown else [])]
    shapes = [EVENTS.get(event, "arrow") for event in domain]
    return {
        "mark": {"type": "point", "filled": True, "opacity": 1},
        "encoding": {
            "x": {"field": "start_day", "type": "quantitative"},
            "shape": {
                "field": "event",
                "type": "nominal",
                "scale": {"domain": domain, "range": shapes},
                "legend": None,
            },
            "color": {"value": theme.ink},
            "size": {"condition": {"test": "indexof(datum.event, 'report') == 0", "value": 24}, "value": 95},
            "tooltip": [
                {"field": "lane"},
                {"field": "label", "title": "event"},
                {"field": "start_date", "title": "date"},
                {"field": "count"},
            ],
        },
    }
