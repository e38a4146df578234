"""One run on the screen: lanes of actors, bars of states, marks of events, the way of a cause.

Truth is hollow and dashed, belief violet, decision in ink and in the colour of its side.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from scenario.charts.style import Theme
from scenario.charts.swimlane import Swimlane
from scenario.ui.look import violet
from scenario.ui.run_lanes import Mark
from scenario.ui.run_log import BELIEF, DECISION, OUTSIDE, TRUTH
from scenario.ui.vega import Spec, day_axis, frame, records

LANE, AXIS, TITLE, HEAD = 30, 48, 22, 22
"""Height of a lane, of the axis under the lanes, of its title alone, and of the line above them, in pixels."""

LABELS = 112
"""Room for the titles of the lanes, the same in every picture so that their days stand under each other."""

HALF_BAR = 0.15
CLICK = "event"
"""Name of the selection that a click makes."""

STATES = {
    "deliveries": TRUTH,
    "finding held": BELIEF,
    "waiting": DECISION,
    "in force": DECISION,
    "persists": DECISION,
    "pauses": DECISION,
    "escalates": DECISION,
}
"""States that are drawn as bars, and what each is."""

GLYPHS = {
    "diamond": "◆◇",
    "triangle-up": "▲△",
    "triangle-right": "▶▷",
    "triangle-left": "◀◁",
    "triangle-down": "▼▽",
    "circle": "●○",
    "square": "■□",
    "cross": "✚✚",
    "arrow": "↑↑",
}
"""Shape of a mark -> the same as a letter, filled and hollow, for the key."""

TITLES = {
    TRUTH: "Truth, known in the simulation only",
    BELIEF: "Reports and belief",
    DECISION: "Decisions",
    OUTSIDE: "From outside",
}


@dataclass(frozen=True, kw_only=True)
class Highlights:
    """What stands out in a picture.

    Parameters
    ----------
    chain
        The way of a cause over the lanes, origin first (`run_lanes.path`); empty where none is chosen.
    part_day, part_text, part_at
        Where the run parts from the other one, what is said there, and the event (day, y); None where it never does.
    """

    chain: Sequence[dict[str, float]] = ()
    part_day: float | None = None
    part_text: str = ""
    part_at: Sequence[dict[str, float]] = field(default=())


def swimlane_spec(
    data: Swimlane,
    marks: Iterable[Mark],
    theme: Theme,
    *,
    side: str,
    shown: Highlights | None = None,
    has_axis_title: bool = True,
) -> Spec:
    """Return one run, one lane per actor.

    Parameters
    ----------
    data, marks, theme
        Lanes and states; events; colours.
    side
        Letter of the scenario: its colour is that of its decisions.
    shown
        What stands out.
    has_axis_title
        Whether the axis of days says from when to when; of pictures above each other only the last does.
    """
    given = shown if shown is not None else Highlights()
    rows = [
        {"day": m.day, "y": m.y, "sequence": m.sequence, "label": m.label, "realm": m.realm, "shape": m.shape}
        | {"text": m.text, "date": m.date, "lane": data.lanes[m.lane]}
        for m in marks
    ]
    return frame(
        theme,
        height=LANE * len(data.lanes) + HEAD + (AXIS if has_axis_title else AXIS - TITLE),
        encoding={"x": _days(data, has_title=has_axis_title), "y": _rows(data.lanes)},
        layer=[
            *_stripes(data, theme),
            *_bars(data, theme, side),
            *_parting(given, theme, data.context.horizon_days),
            *_chain(given, theme),
            *_drawn([_marks(rows, theme), _targets(rows)]),
        ],
    )


def _days(data: Swimlane, *, has_title: bool) -> Spec:
    """Return the axis of days."""
    axis = day_axis(data.context) | ({} if has_title else {"title": None})
    return {
        "field": "day",
        "type": "quantitative",
        "scale": {"domain": [0, data.context.horizon_days], "nice": False},
        "axis": axis,
    }


def _rows(lanes: Sequence[str]) -> Spec:
    """Return the axis of lanes: their titles at whole numbers, from the top down."""
    names = ["The act", "Reports", *lanes[2:]]
    return {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": [len(lanes) - 0.5, -0.5 - HEAD / LANE], "nice": False, "zero": False},
        "axis": {
            "values": list(range(len(lanes))),
            "labelExpr": f"{json.dumps(names)}[datum.value]",
            "title": None,
            "minExtent": LABELS,
            "maxExtent": LABELS,
            "labelLimit": LABELS - 8,
            "domain": False,
            "ticks": False,
            "grid": False,
        },
    }


def _stripes(data: Swimlane, theme: Theme) -> list[Spec]:
    """Return a thin line in each lane, and the band of what is hidden."""
    horizon = data.context.horizon_days
    lines = [{"day": 0, "end": horizon, "y": index} for index in range(len(data.lanes))]
    return [
        {
            "data": {"values": [{"day": 0, "end": horizon, "y": -0.5, "y2": 0.5}]},
            "mark": {"type": "rect", "color": theme.faint, "opacity": 0.45, "tooltip": None},
            "encoding": {"x2": {"field": "end"}, "y2": {"field": "y2"}},
        },
        {
            "data": {"values": lines},
            "mark": {"type": "rule", "color": theme.faint, "tooltip": None},
            "encoding": {"x2": {"field": "end"}},
        },
    ]


def look_of(state: str, theme: Theme, side: str) -> Spec:
    """Return how a state is drawn.

    Parameters
    ----------
    state
        One of `STATES`.
    theme, side
        Colours, and the side whose colour decisions have.
    """
    ink, own = theme.ink, theme.series[side]
    looks: dict[str, Spec] = {
        "deliveries": {"fill": theme.background, "stroke": ink, "strokeDash": [3, 2]},
        "finding held": {"fill": violet(theme), "fillOpacity": 0.45},
        "waiting": {"fill": own, "fillOpacity": 0.28},
        "in force": {"fill": own, "fillOpacity": 0.9},
        "persists": {"fill": theme.noise, "fillOpacity": 0.35},
        "pauses": {"fill": theme.background, "stroke": ink},
        "escalates": {"fill": ink, "fillOpacity": 0.85},
    }
    return looks[state]


def _bars(data: Swimlane, theme: Theme, side: str) -> list[Spec]:
    """Return the states as bars, one layer for each look."""
    bars = data.table[data.table["form"] == "bar"].rename(columns={"start_day": "day", "end_day": "end"})
    places = {title: index for index, title in enumerate(data.lanes)}
    bars["y"] = [places[lane] - HALF_BAR for lane in bars["lane"]]
    bars["y2"] = bars["y"] + 2 * HALF_BAR
    return [
        {
            "data": {"values": records(bars[bars["label"] == state])},
            "mark": {"type": "rect", "cornerRadius": 2, **look_of(state, theme, side)},
            "encoding": {
                "x2": {"field": "end"},
                "y2": {"field": "y2"},
                "tooltip": [
                    {"field": "lane"},
                    {"field": "label", "title": "state"},
                    {"field": "day", "title": "from day", "format": ".0f"},
                    {"field": "end", "title": "to day", "format": ".0f"},
                ],
            },
        }
        for state in STATES
        if (bars["label"] == state).any()
    ]


def _parting(shown: Highlights, theme: Theme, horizon: float) -> list[Spec]:
    """Return the line where the two runs part, and a ring round the event if it has a mark."""
    if shown.part_day is None:
        return []
    is_late = shown.part_day > 0.6 * horizon
    top: Spec = {"data": {"values": [{"day": shown.part_day, "y": -0.5 - HEAD / LANE / 2}]}}
    return _drawn(
        [
            {
                "data": {"values": [{"day": shown.part_day}]},
                "mark": {"type": "rule", "color": theme.ink, "strokeWidth": 1.5, "strokeDash": [5, 3]},
                "encoding": {"y": None},
            },
            top
            | {
                "mark": {
                    "type": "text",
                    "text": shown.part_text,
                    "align": "right" if is_late else "left",
                    "dx": -6 if is_late else 6,
                    "baseline": "middle",
                    "fontSize": 12,
                    "fontWeight": 600,
                    "color": theme.ink,
                }
            },
            {
                "data": {"values": list(shown.part_at)},
                "mark": {
                    "type": "point",
                    "size": 230,
                    "stroke": theme.ink,
                    "strokeWidth": 1.2,
                    "strokeDash": [2, 2],
                },
            },
        ]
    )


def _chain(shown: Highlights, theme: Theme) -> list[Spec]:
    """Return the way of a cause over the lanes, its steps, and a ring round what was chosen."""
    steps = list(shown.chain)
    layers = [
        {
            "data": {"values": steps if len(steps) > 1 else []},
            "mark": {"type": "line", "color": theme.ink, "strokeWidth": 1.6, "opacity": 0.85},
            "encoding": {"order": {"field": "step", "type": "quantitative"}},
        },
        {
            "data": {"values": steps[:-1]},
            "mark": {"type": "point", "filled": True, "size": 34, "opacity": 1, "color": theme.ink},
        },
        {
            "data": {"values": steps[-1:]},
            "mark": {
                "type": "point",
                "size": 240,
                "stroke": theme.ink,
                "strokeWidth": 2.2,
                "fill": theme.background,
                "fillOpacity": 0.6,
            },
        },
    ]
    return _drawn(layers)


def _drawn(layers: list[Spec]) -> list[Spec]:
    """Leave out layers without data: a screen reader would find a picture without a name."""
    return [layer for layer in layers if layer["data"]["values"]]


def _marks(rows: list[dict[str, object]], theme: Theme) -> Spec:
    """Return the events as marks."""
    realms = [TRUTH, BELIEF, DECISION, OUTSIDE]
    fills = [theme.background, violet(theme), theme.ink, theme.quiet]
    strokes = [theme.ink, violet(theme), theme.ink, theme.quiet]
    return {
        "data": {"values": rows},
        "mark": {"type": "point", "opacity": 1, "strokeWidth": 1.1},
        "encoding": {
            "shape": {"field": "shape", "type": "nominal", "scale": None},
            "fill": _scaled("realm", realms, fills),
            "stroke": _scaled("realm", realms, strokes),
            "size": {"condition": {"test": "indexof(datum.label, 'report') == 0", "value": 16}, "value": 62},
        },
    }


def _scaled(name: str, domain: list[str], colours: list[str]) -> Spec:
    """Return a colour for each value of a field."""
    return {
        "field": name,
        "type": "nominal",
        "scale": {"domain": domain, "range": colours},
        "legend": None,
    }


def _targets(rows: list[dict[str, object]]) -> Spec:
    """Return what the pointer meets: a wide, unseen field round each mark, with its words."""
    return {
        "data": {"values": rows},
        "params": [{"name": CLICK, "select": {"type": "point", "fields": ["sequence"], "toggle": False}}],
        "mark": {"type": "point", "filled": True, "opacity": 0, "size": 200, "cursor": "pointer"},
        "encoding": {
            "tooltip": [
                {"field": "lane"},
                {"field": "date"},
                {"field": "text", "title": "event"},
            ],
        },
    }


# ---- key ---------------------------------------------------------------------------------------------


def key_html(pictures: Iterable[Swimlane], marks: Iterable[Mark], theme: Theme, *, side: str) -> str:
    """Return the key of pictures: what is drawn, in groups of truth, belief and decision.

    Parameters
    ----------
    pictures, marks, theme, side
        As in `swimlane_spec`; decisions stand in the colour of one side.
    """
    states = {label for data in pictures for label in data.table.loc[data.table["form"] == "bar", "label"]}
    groups: dict[str, list[str]] = {realm: [] for realm in TITLES}
    for state, realm in STATES.items():
        if state in states:
            groups[realm].append(_swatch(state, look_of(state, theme, side)))
    for label, (realm, shape) in sorted({m.label: (m.realm, m.shape) for m in marks}.items()):
        glyph = GLYPHS[shape][realm == TRUTH]
        colour = violet(theme) if realm == BELIEF else theme.ink
        groups[realm].append(
            _key(f'<span class="sign" style="color: {colour}" aria-hidden="true">{glyph}</span>', label)
        )
    rows = "".join(
        f'<div class="realm"><b>{escape(TITLES[realm])}</b>{"".join(keys)}</div>'
        for realm, keys in groups.items()
        if keys
    )
    return f'<div class="legend key realms">{rows}</div>'


def _swatch(state: str, look: Spec) -> str:
    """Return the key of a state."""
    line = (
        f"1px {'dashed' if 'strokeDash' in look else 'solid'} {look['stroke']}" if "stroke" in look else "0"
    )
    style = f"background: {look['fill']}; opacity: {look.get('fillOpacity', 1)}; border: {line}"
    return _key(f'<span class="swatch" style="{style}" aria-hidden="true"></span>', state)


def _key(sign: str, text: str) -> str:
    """Return one entry of a key."""
    return f"<span>{sign} {escape(text)}</span>"
