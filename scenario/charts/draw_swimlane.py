"""Draw figure 4: one run as swimlanes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from scenario.charts.canvas import STATE_HATCH, STATE_TINT, Box, Canvas, line_height, text_width, wrapped
from scenario.charts.labels import Entry, Sample, key_height, month_ticks, set_key
from scenario.charts.style import Size, Theme
from scenario.charts.swimlane import CONTRADICTS, OTHER_MARKS, SENDER_MARKS, SUPPORTS, Swimlane

INK, FIRST, SECOND, GREEN, PINK = "ink", "A", "B", "green", "pink"


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a mark or a bar looks: shape or hatch, colour word, filled or ringed."""

    shape: str
    color: str
    is_filled: bool = True


MARKS = {
    SUPPORTS: Look(shape=2, color=FIRST),  # type: ignore[arg-type] # tick up
    CONTRADICTS: Look(shape=3, color=SECOND),  # type: ignore[arg-type] # tick down
    "public warning": Look(shape="^", color=INK, is_filled=False),
    "finding (not public)": Look(shape="o", color=FIRST, is_filled=False),
    "file closed": Look(shape="x", color=INK),
    "attribution": Look(shape="o", color=FIRST),
    "retraction": Look(shape="X", color=FIRST),
    "measure announced": Look(shape="s", color=SECOND, is_filled=False),
    "measure adopted": Look(shape="s", color=SECOND),
    "measure lifted": Look(shape="d", color=GREEN),
    "expulsion": Look(shape="<", color=SECOND),
    "batch shipped": Look(shape="v", color=INK),
    "used": Look(shape="1", color=INK),
    "second act": Look(shape="*", color=PINK),
    "flow stopped": Look(shape="8", color=GREEN),
    "strike": Look(shape="P", color=SECOND),
    "statement": Look(shape="D", color=INK, is_filled=False),
    "veto": Look(shape="X", color=PINK),
    "retaliation": Look(shape="p", color=PINK),
    "relief": Look(shape="d", color=GREEN),
    "outside shock": Look(shape="*", color=INK, is_filled=False),
}
"""Shape and colour of every mark; each shape with its filling says the kind without the colour."""

BARS = {
    "deliveries": Look(shape="", color=INK),
    "finding held": Look(shape="...", color=FIRST),
    "waiting": Look(shape="///", color=SECOND),
    "in force": Look(shape="", color=SECOND),
    "persists": Look(shape="", color=INK),
    "pauses": Look(shape="///", color=GREEN),
    "escalates": Look(shape="xxx", color=PINK),
}
"""Hatch and colour of every state."""

ROWS = 4
"""Rows within a lane onto which marks move that would cover each other."""


def draw_swimlane(data: Swimlane, size: Size, theme: Theme) -> Canvas:
    """Draw lanes, bars and marks, dates below, the key under them."""
    per_lane = 0.042 * size.label
    canvas = Canvas(data, size=size, theme=theme, plot_height=1.05 + per_lane * len(data.lanes))
    names = _names_width(canvas, data)
    width = canvas.room.width - names - 0.012 * size.width
    per_day = width / data.context.horizon_days
    entries = _entries(canvas, data, per_day)
    key = key_height(canvas, entries, points=size.tick)
    set_key(canvas, entries, top=canvas.room.bottom + key, points=size.tick)
    box = canvas.room.inset(left=names, bottom=key + 3.1 * line_height(size.tick), right=0.012 * size.width)
    axes = canvas.axes(box)
    _scale(axes, canvas, data)
    for i, lane in enumerate(data.lanes):
        _lane_name(canvas, data, box, i, lane, width=names)
    for row in data.table[data.table["form"] == "bar"].to_dict("records"):
        _bar(axes, canvas, data, row)
        _bar_name(canvas, data, row, box, per_day)
    _marks(axes, canvas, data, box, per_day)
    return canvas


def _color(theme: Theme, word: str) -> str:
    """Return the colour of a colour word."""
    green, pink = theme.further
    return {INK: theme.ink, FIRST: theme.series["A"], SECOND: theme.series["B"], GREEN: green, PINK: pink}[
        word
    ]


def _names_width(canvas: Canvas, data: Swimlane) -> float:
    """Return the room of the lane names: the widest one, at most 28 % of the sheet."""
    widest = max(text_width(lane, canvas.size.label, bold=True) for lane in data.lanes)
    return min(widest, 0.28 * canvas.size.width) + canvas.size.label / 72


def _scale(axes: Axes, canvas: Canvas, data: Swimlane) -> None:
    """Set days as months along the bottom, lanes from top to bottom."""
    limit = data.context.horizon_days
    axes.set_xlim(0, limit)
    axes.set_ylim(len(data.lanes), 0)
    axes.set_yticks([])
    months = max(limit / 30.4, 1)
    room = 5 if canvas.size.is_narrow else 13
    every = next(k for k in (1, 2, 3, 6, 12, 24, 60, 120) if months / k <= room)
    ticks = month_ticks(data.context.as_of, limit * 0.985, every=every)
    axes.set_xticks([day for day, _ in ticks], [label for _, label in ticks])
    axes.grid(axis="x", color=canvas.theme.faint, linewidth=0.6)
    axes.set_axisbelow(True)


def _lane_name(canvas: Canvas, data: Swimlane, box: Box, i: int, lane: str, *, width: float) -> None:
    """Set a lane's name and the faint line above it."""
    height = box.height / len(data.lanes)
    points = _lane_points(canvas, height)
    lines = wrapped(lane, points, width - 0.5 * points / 72, bold=True)
    middle = box.top - (i + 0.5) * height
    canvas.lines(
        canvas.room.left, middle + len(lines) * line_height(points) / 2, lines, points=points, bold=True
    )
    canvas.rule(canvas.room.left, canvas.room.right, box.top - i * height)


def _bar(axes: Axes, canvas: Canvas, data: Swimlane, values: Mapping[Any, Any]) -> None:
    """Draw a state."""
    look, y = BARS[values["label"]], data.lanes.index(values["lane"])
    color, length = _color(canvas.theme, look.color), values["end_day"] - values["start_day"]
    axes.add_patch(
        Rectangle(
            (values["start_day"], y + 0.16),
            length,
            0.68,
            facecolor=color,
            alpha=STATE_TINT,
            linewidth=0,
            zorder=1,
        )
    )
    if look.shape:
        axes.add_patch(
            Rectangle((values["start_day"], y + 0.16), length, 0.68, fill=False, edgecolor=color,
                      alpha=STATE_HATCH, hatch=look.shape, hatch_linewidth=0.4, linewidth=0, zorder=1)
        )  # fmt: skip


def _bar_name(canvas: Canvas, data: Swimlane, values: Mapping[Any, Any], box: Box, per_day: float) -> None:
    """Set a state's name in its bar where it fits."""
    day = _name_day(canvas, data, values, per_day)
    if day is None:
        return
    middle = box.top - (data.lanes.index(values["lane"]) + 0.5) * box.height / len(data.lanes)
    x, points = box.left + day * per_day + _air(canvas), _lane_points(canvas, box.height / len(data.lanes))
    text = canvas.text(x, middle, values["label"], points=min(points, canvas.size.tick), va="center_baseline")
    text.set_bbox({"facecolor": canvas.theme.background, "alpha": 0.75, "linewidth": 0, "pad": 0.6})


def _air(canvas: Canvas) -> float:
    """Return the distance in inches between a mark and a state's name."""
    return 0.9 * canvas.size.label / 72


def _lane_points(canvas: Canvas, height: float) -> float:
    """Return the type size that fits a lane of a height in inches."""
    return min(canvas.size.label, 0.66 * height * 72)


def _name_day(canvas: Canvas, data: Swimlane, values: Mapping[Any, Any], per_day: float) -> float | None:
    """Return the day at which the room for a state's name begins, None where there is none."""
    start, end = _widest_gap(data, values["lane"], values["start_day"], values["end_day"])
    need = text_width(values["label"], canvas.size.tick) + 2 * _air(canvas)
    return start if (end - start) * per_day >= need else None


def _widest_gap(data: Swimlane, lane: str, start: float, end: float) -> tuple[float, float]:
    """Return the widest stretch of days in a bar without a mark of its lane."""
    marks = data.table[(data.table["form"] == "mark") & (data.table["lane"] == lane)]["start_day"]
    stops = [start, *sorted(day for day in marks if start < day < end), end]
    return max(pairwise(stops), key=lambda gap: gap[1] - gap[0])


def _width_of_mark(canvas: Canvas, lane_height: float = 1) -> float:
    """Return the size of a mark in points, in a lane of a height in inches."""
    return min(0.62 * canvas.size.label, 0.24 * lane_height * 72)


def _marks(axes: Axes, canvas: Canvas, data: Swimlane, box: Box, per_day: float) -> None:
    """Draw the marks; those that would cover each other move up or down within their lane."""
    marks = data.table[data.table["form"] == "mark"]
    points = _width_of_mark(canvas, box.height / len(data.lanes))
    for lane, part in marks.groupby("lane", sort=False):
        top = data.lanes.index(str(lane))
        heights = _dodged([day * per_day for day in part["start_day"]], 1.15 * points / 72)
        for height, values in zip(heights, part.itertuples(), strict=True):
            y = top + (0.5 if values.label in (SUPPORTS, CONTRADICTS) else height)
            style = _mark_style(canvas, str(values.label), points)
            axes.plot([values.start_day], [y], linestyle="none", clip_on=False, zorder=4, **style)  # type: ignore[arg-type]


def _dodged(xs: list[float], width: float) -> list[float]:
    """Return where in its lane (0 top, 1 bottom) each mark stands: those of a cluster above each other."""
    heights, cluster = [0.5] * len(xs), list[int]()
    for i in sorted(range(len(xs)), key=lambda i: (xs[i], i)):
        cluster = [*cluster, i] if cluster and xs[i] - xs[cluster[-1]] < width else [i]
        n_rows = min(len(cluster), ROWS)
        for k, member in enumerate(cluster):
            heights[member] = 0.5 + (k % ROWS - (n_rows - 1) / 2) * 0.25
    return heights


def _mark_style(canvas: Canvas, label: str, points: float) -> dict[str, Any]:
    """Return how matplotlib draws a mark."""
    look = MARKS[label]
    color = _color(canvas.theme, look.color)
    return {
        "marker": look.shape,
        "markersize": points * (1.5 if label in (SUPPORTS, CONTRADICTS) else 1),
        "markerfacecolor": color if look.is_filled else canvas.theme.background,
        "markeredgecolor": color,
        "markeredgewidth": 0.09 * canvas.size.label,
        "color": color,
    }


def _entries(canvas: Canvas, data: Swimlane, per_day: float) -> list[Entry]:
    """Return the key, as declared: events, and states that some bar has no room to name."""
    rows = data.table.to_dict("records")
    bars = [row for row in rows if row["form"] == "bar"]
    labels = {row["label"] for row in rows if row["form"] == "mark"}
    labels |= {row["label"] for row in bars if _name_day(canvas, data, row, per_day) is None}
    events = dict.fromkeys(
        [SUPPORTS, CONTRADICTS, *SENDER_MARKS.values(), *(name for _, name in OTHER_MARKS.values())]
    )
    states = [Entry(_bar_sampler(canvas, label), label, 2.2) for label in BARS if label in labels]
    return states + [Entry(_mark_sampler(canvas, label), label, 1.4) for label in events if label in labels]


def _bar_sampler(canvas: Canvas, label: str) -> Sample:
    """Return what draws the sample of a state."""
    look, points = BARS[label], canvas.size.tick
    color, half, length = _color(canvas.theme, look.color), 0.45 * points / 72, 1.8 * points / 72
    return lambda x, y: canvas.swatch(Box(x, y - half, x + length, y + half), color=color, hatch=look.shape)


def _mark_sampler(canvas: Canvas, label: str) -> Sample:
    """Return what draws the sample of an event."""
    middle, style = 0.5 * canvas.size.tick / 72, _mark_style(canvas, label, _width_of_mark(canvas))
    # A tick grows up or down from its point: shifted by half its length it stands in the line's middle.
    shift = {SUPPORTS: -0.5, CONTRADICTS: 0.5}.get(label, 0.0) * style["markersize"] / 72
    return lambda x, y: canvas.sample(x + middle, y + shift, 0, linestyle="none", **style)
