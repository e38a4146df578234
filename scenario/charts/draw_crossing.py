"""Draw the difference along one number: band, mean, points told or not, told crossings on the zero line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from scenario.charts.canvas import Box, Canvas, line_height, shortened, text_width
from scenario.charts.crossing import Crossing, Place
from scenario.charts.labels import Entry, key_height, set_key
from scenario.charts.rows import filled_entry, line_entry, padded, round_ticks, set_number_axis, tinted
from scenario.charts.style import Size, Theme
from scenario.charts.wording import number

TINT = 0.3
"""Share of grey in the band."""

LANES = 3
"""Most lines of numbers above the plot; crossings that find no room there keep their marks only."""


class Tag(NamedTuple):
    """The numbers of a crossing: text, middle in inches on the sheet, lane counted from 0 upward."""

    place: Place
    x: float
    lane: int


def draw_crossing(data: Crossing, size: Size, theme: Theme) -> Canvas:
    """Draw the difference with its key above; numbers of the crossings stand over the plot."""
    canvas = Canvas(data, size=size, theme=theme, plot_height=3.1 if size.is_narrow else 3.4)
    entries = _entries(canvas, data)
    set_key(canvas, entries, top=canvas.room.top, points=size.label)
    top = canvas.room.top - key_height(canvas, entries, points=size.label) - 0.3 * line_height(size.label)
    caption = shortened(f"B − A, {data.unit}", size.tick, canvas.room.width)
    top = canvas.lines(canvas.room.left, top, caption, points=size.tick, color=theme.quiet)
    top -= 0.3 * line_height(size.tick)
    box = Box(canvas.room.left, canvas.room.bottom, canvas.room.right, top)
    box = box.inset(right=0.04 * size.width, bottom=2.5 * line_height(size.tick))
    low, high = _heights(data, size, box.height)
    ticks = round_ticks(low, high, n=5)
    names = max(text_width(number(tick, sign=True), size.tick) for tick in ticks) + 5 / 72
    box = box.inset(left=names)
    tags = _tags(canvas, data, box)
    box = box.inset(top=line_height(size.label) * (1 + max((tag.lane for tag in tags), default=-1)))
    axes = canvas.axes(box)
    set_number_axis(canvas, axes, box, limits=padded(list(data.points["value"])), caption=data.factor)
    axes.set_ylim(*_heights(data, size, box.height))
    axes.set_yticks(ticks, [number(tick, sign=True) for tick in ticks])
    axes.grid(axis="y", color=theme.faint, linewidth=0.7)
    _means(axes, canvas, data)
    _crossings(axes, canvas, data)
    _set_tags(axes, canvas, tags, box)
    _set_sides(axes, canvas, data, box)
    return canvas


def _heights(data: Crossing, size: Size, height: float) -> tuple[float, float]:
    """Return the ends of the vertical scale: zero, all intervals, and a line of type free at both ends."""
    points = data.points
    values = [0.0, *points["lower"], *points["upper"], *points["difference"]]
    free = min(1.7 * line_height(size.label) / height, 0.3)
    return padded(values, share=free / (1 - 2 * free))


def _means(axes: Axes, canvas: Canvas, data: Crossing) -> None:
    """Draw the band, the zero line, the mean and its points: filled where told, grey rings where not."""
    theme, size, points = canvas.theme, canvas.size, data.points
    area = 0.6 * size.label
    axes.fill_between(points["value"], points["lower"], points["upper"], linewidth=0, zorder=1.2,
                      color=tinted(theme.noise, theme.background, TINT), gid="band")  # fmt: skip
    axes.axhline(0, color=theme.ink, linewidth=1.1, zorder=2, gid="zero")
    axes.plot(points["value"], points["difference"], color=theme.noise, linewidth=0.7 * size.line, zorder=2.5,
              gid="mean")  # fmt: skip
    for sign, color in (
        (-1, theme.series[data.colors[0]]),
        (0, theme.noise),
        (1, theme.series[data.colors[1]]),
    ):
        part = points[points["told"] == sign]
        if len(part) == 0:
            continue
        axes.plot(part["value"], part["difference"], linestyle="none", marker="o", markersize=area, zorder=4,
                  color=color, markerfacecolor=color if sign else theme.background,
                  gid=f"told{sign:+d}")  # fmt: skip


def _crossings(axes: Axes, canvas: Canvas, data: Crossing) -> None:
    """Mark every told crossing on the zero line with its interval; an end beyond the plot is an arrow."""
    theme, size = canvas.theme, canvas.size
    left, right = axes.get_xlim()
    for place in data.places:
        low, high = max(place.low, left), min(place.high, right)
        axes.plot([low, high], [0, 0], color=theme.ink, linewidth=2.4 * size.line, zorder=3,
                  solid_capstyle="butt", gid="interval")  # fmt: skip
        for end, drawn, marker in ((place.low, low, "<"), (place.high, high, ">")):
            if end != drawn:
                axes.plot([drawn], [0], color=theme.ink, marker=marker, markersize=0.9 * size.label,
                          clip_on=False, zorder=3, gid="open")  # fmt: skip
        axes.plot([place.value], [0], linestyle="none", marker="D", markersize=0.8 * size.label, zorder=5,
                  color=theme.ink, markeredgecolor=theme.background, gid="crossing")  # fmt: skip


def _tags(canvas: Canvas, data: Crossing, box: Box) -> list[Tag]:
    """Return the numbers of the crossings, each in the lowest lane that has room."""
    low, high = padded(list(data.points["value"]))
    room, taken, tags = canvas.room, [-math.inf] * LANES, list[Tag]()
    for place in data.places:
        half = 0.52 * text_width(place.text, canvas.size.label, bold=True)
        x = box.left + (place.value - low) / (high - low) * box.width
        x = min(max(x, room.left + half), room.right - half)
        free = [lane for lane in range(LANES) if taken[lane] + 0.1 < x - half]
        if free:
            taken[free[0]] = x + half
            tags.append(Tag(place, x, free[0]))
    return tags


def _set_tags(axes: Axes, canvas: Canvas, tags: Sequence[Tag], box: Box) -> None:
    """Set the numbers above the plot, a dotted line from each down to its mark."""
    theme, line = canvas.theme, line_height(canvas.size.label)
    top = axes.get_ylim()[1]
    for tag in tags:
        axes.plot([tag.place.value] * 2, [0, top], color=theme.ink, linewidth=0.9, linestyle=":", zorder=2)
        y = box.top + (tag.lane + 0.3) * line
        canvas.text(tag.x, y, tag.place.text, bold=True, ha="center")


def _set_sides(axes: Axes, canvas: Canvas, data: Crossing, box: Box) -> None:
    """Say in the free lines at the top and the bottom of the plot what the sides of zero mean."""
    theme, points = canvas.theme, canvas.size.label
    away = 0.85 * line_height(points) / box.height
    for y, side, arrow, key in ((away, 0, "↓", data.colors[0]), (1 - away, 1, "↑", data.colors[1])):
        axes.text(0.012, y, f"{arrow} {data.sides[side]}", transform=axes.transAxes, fontsize=points,
                  fontweight="bold", va="center", color=theme.series[key], zorder=6,
                  bbox={"facecolor": theme.background, "linewidth": 0,
                        "boxstyle": "square,pad=0.15"})  # fmt: skip


def _entries(canvas: Canvas, data: Crossing) -> list[Entry]:
    """Return the key: who A and B are, the mean with its band, what is not told, the crossing."""
    theme, size = canvas.theme, canvas.size
    width = (canvas.room.width - 4.2 * size.label / 72) / 1.02
    entries = [
        filled_entry(canvas, shortened(f"{key}: {title}", size.label, width)[0], color=theme.series[key])
        for key, title in data.context.names.items()
    ]
    entries.append(filled_entry(canvas, "95 % interval", color=theme.noise, tint=TINT))
    if data.points["is_noise"].any():
        entries.append(_ring_entry(canvas))
    if data.places:
        entries.append(
            line_entry(canvas, "crossing", color=theme.ink, marker="D", linewidth=2.4 * size.line,
                       solid_capstyle="butt")
        )  # fmt: skip
    return entries


def _ring_entry(canvas: Canvas) -> Entry:
    """Return the key entry of a point that is not told from zero."""
    unit, theme = canvas.size.label, canvas.theme

    def sample(x: float, y: float) -> None:
        canvas.sample(x, y, 2 * unit / 72, color=theme.noise, linewidth=0.7 * canvas.size.line)
        canvas.sample(x + unit / 72, y, 0, linestyle="none", marker="o", markersize=0.72 * unit,
                      color=theme.noise, markerfacecolor=theme.background)  # fmt: skip

    return Entry(sample, "within noise", 2.6)
