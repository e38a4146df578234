"""Draw a box of scenario discovery: ranges with the box's part thick, chips, and the peeling trajectory."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from scenario.charts.boxes import APART, NO_UNIT, NONE, DiscoveryBox
from scenario.charts.canvas import Box, Canvas, line_height, shortened, text_width, wrapped
from scenario.charts.rows import Label, Rows, axis_inches, lay_rows, row_inches, set_caption
from scenario.charts.style import Size, Theme
from scenario.charts.wording import number, of_hundred

SMALL = 0.27
"""Share of a wide sheet that the trajectory takes."""

LOW_PANEL = 1.5
"""Height of the trajectory below the rows on a narrow sheet, inches."""


def draw_boxes(data: DiscoveryBox, size: Size, theme: Theme) -> Canvas:
    """Draw the rows and, beside or below them, the trajectory."""
    rows = data.limits.to_dict("records")
    labels = [Label(str(row["factor"]), _unit(row), row["is_noise"]) for row in rows]
    n_lines = len(wrapped(data.summary, size.label, size.width - 2 * size.pad))
    height = row_inches(labels, size, marks=2.5) * len(rows) + (n_lines + 1) * line_height(size.label)
    panel = LOW_PANEL + line_height(size.label) if size.is_narrow else 0.3
    plot_height = max(height + panel, 0 if size.is_narrow else 2.4)
    canvas = Canvas(data, size=size, theme=theme, plot_height=plot_height)
    top = canvas.lines(
        canvas.room.left, canvas.room.top, wrapped(data.summary, size.label, 0.98 * canvas.room.width),
        points=size.label,
    )  # fmt: skip
    placed, box = _layout(canvas, labels, top - 0.5 * line_height(size.label))
    axes = placed.axes()
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    placed.set_labels(right=0.0 if size.is_narrow else placed.box.right)
    for i, row in enumerate(rows):
        if row["categories"] == NONE:
            _range(axes, placed, i, row)
        else:
            _chips(placed, i, row)
    _trajectory(canvas, data, box)
    return canvas


def _unit(row: Mapping[Any, Any]) -> str:
    """Return a factor's unit as the detail of its name."""
    return "" if row["unit"] in NO_UNIT else str(row["unit"])


def _layout(canvas: Canvas, labels: list[Label], top: float) -> tuple[Rows, Box]:
    """Return the rows and the place of the trajectory."""
    size, room = canvas.size, canvas.room
    names = text_width("100", size.tick) + 3 / 72
    if size.is_narrow:
        rows = lay_rows(canvas, labels, top=top)
        bottom = room.bottom + LOW_PANEL
        box = Box(room.left + names, room.bottom + axis_inches(size), room.right - 0.05 * size.width,
                  bottom - 2.6 * line_height(size.tick))  # fmt: skip
    else:
        rows = lay_rows(canvas, labels, top=top, right=SMALL * size.width + 0.05 * size.width)
        bottom = room.bottom + 0.3 * line_height(size.tick)
        low = max(room.bottom + axis_inches(size), top - 1.1 * SMALL * size.width)
        box = Box(room.right - SMALL * size.width + names, low,
                  room.right - 0.03 * size.width, top - 1.6 * line_height(size.tick))  # fmt: skip
    kept = Box(rows.box.left, bottom, rows.box.right, top)
    return Rows(canvas=canvas, labels=labels, box=kept), box


def _color(rows: Rows, row: Mapping[Any, Any]) -> str:
    """Return the colour of a factor's box."""
    return rows.canvas.theme.noise if row["is_noise"] else rows.canvas.theme.series["B"]


def _range(axes: Axes, rows: Rows, i: int, row: Mapping[Any, Any]) -> None:
    """Draw the full range thin, the box's part thick, and print the limits."""
    size, theme, y = rows.canvas.size, rows.canvas.theme, rows.middle(i, 0.02)
    span = row["high"] - row["low"]
    start, end = ((row[side] - row["low"]) / span for side in ("box_low", "box_high"))
    axes.plot([0, 1], [y, y], color=theme.rule, linewidth=1.0, marker="|", markersize=0.6 * rows.points,
              zorder=1, clip_on=False)  # fmt: skip
    points = min(rows.points, (1 - rows.head) * rows.step * 72 / 3.4)
    thick = min(3.2 * size.line, 0.9 * points)
    axes.plot([start, end], [y, y], color=_color(rows, row), linewidth=thick, zorder=2,
              solid_capstyle="butt", gid=f"box-{i}")  # fmt: skip
    below = rows.y(i, 0.02) - 1.35 * points / 72
    low, high = number(row["low"]), number(row["high"])
    for x, text, ha in ((rows.box.left, low, "left"), (rows.box.right, high, "right")):
        rows.canvas.text(x, below, text, points=0.92 * points, color=theme.quiet, ha=ha)
    above = rows.y(i, 0.02) + (0.35 * points + 0.5 * thick) / 72
    for x, text in _limit_texts(rows, row, start, end, points=points):
        rows.canvas.text(x, above, text, points=points, bold=True, ha="center")


def _limit_texts(
    rows: Rows, row: Mapping[Any, Any], start: float, end: float, *, points: float
) -> list[tuple[float, str]]:
    """Return the limits that the box sets, each at its place; one text where two would collide."""
    has_low, has_high = row["box_low"] > row["low"], row["box_high"] < row["high"]
    given = [(start, number(row["box_low"]))] * has_low + [(end, number(row["box_high"]))] * has_high
    placed = [_clamped(rows, share, text, points) for share, text in given]
    if len(placed) == 2:
        room = sum(text_width(text, points, bold=True) for _, text in placed) / 2 + points / 72
        if placed[1][0] - placed[0][0] < room:
            return [_clamped(rows, (start + end) / 2, f"{given[0][1]} to {given[1][1]}", points)]
    return placed


def _clamped(rows: Rows, share: float, text: str, points: float) -> tuple[float, str]:
    """Return where a text is centred so that it stays over its row, inches."""
    half = text_width(text, points, bold=True) / 2
    x = rows.box.left + share * rows.box.width
    return min(max(x, rows.box.left + half), rows.box.right - half), text


def _chips(rows: Rows, i: int, row: Mapping[Any, Any]) -> None:
    """Draw categories as chips, those in the box filled, in one row or two."""
    canvas, theme = rows.canvas, rows.canvas.theme
    words, kept = row["categories"].split(APART), row["kept"].split(APART)
    points, lines = _flowed(words, rows)
    gap, pad, step = 0.7 * points / 72, 0.45 * points / 72, 1.95 * points / 72
    y = rows.y(i) + (len(lines) - 1) * step / 2
    for line in lines:
        x = rows.box.left
        for word, text in line:
            width, is_kept = 1.02 * text_width(text, points) + 2 * pad, word in kept
            _chip(canvas, Box(x, y - 0.8 * points / 72, x + width, y + 0.8 * points / 72),
                  color=_color(rows, row) if is_kept else "", gid=f"chip-{i}-{word}")  # fmt: skip
            canvas.text(x + width / 2, y, text, points=points, ha="center", va="center_baseline",
                        color=theme.ink if is_kept else theme.quiet)  # fmt: skip
            x += width + gap
        y -= step


def _flowed(words: list[str], rows: Rows) -> tuple[float, list[list[tuple[str, str]]]]:
    """Return the type size and one or two lines of (category, what its chip says)."""
    largest = min(rows.points, 0.5 * (1 - rows.head) * rows.step * 72)
    small = min(0.85 * rows.points, 0.25 * (1 - rows.head) * rows.step * 72)
    for points, n_lines in ((largest, 1), (small, 2)):
        lines = _lines(words, points, rows.box.width)
        if len(lines) <= n_lines:
            return points, [[(word, word) for word in line] for line in lines]
    half = math.ceil(len(words) / 2)
    room = rows.box.width / half - 1.8 * small / 72
    halves = [words[:half], words[half:]]
    return small, [[(word, shortened(word, small, max(room, 0.1))[0]) for word in part] for part in halves]


def _lines(words: list[str], points: float, width: float) -> list[list[str]]:
    """Return which chips stand on which line of a width in inches."""
    lines, used = [list[str]()], 0.0
    for word in words:
        need = 1.02 * text_width(word, points) + 1.6 * points / 72
        if lines[-1] and used + need > width:
            lines.append([])
            used = 0.0
        lines[-1].append(word)
        used += need
    return lines


def _chip(canvas: Canvas, box: Box, *, color: str, gid: str) -> None:
    """Draw one chip: filled in a colour, or a thin outline."""
    corner = (box.left / canvas.size.width, box.bottom / canvas.height)
    patch = FancyBboxPatch(
        corner, box.width / canvas.size.width, box.height / canvas.height, boxstyle="square,pad=0",
        facecolor=color or "none", alpha=0.45 if color else 1.0, edgecolor=color or canvas.theme.rule,
        linewidth=0.8, transform=canvas.figure.transFigure, gid=gid,
    )  # fmt: skip
    canvas.figure.add_artist(patch)


def _trajectory(canvas: Canvas, data: DiscoveryBox, box: Box) -> None:
    """Draw coverage against density, the chosen step ringed."""
    size, theme, steps = canvas.size, canvas.theme, data.trajectory
    axes = canvas.axes(box)
    ticks = [0, 0.5, 1]
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xticks(ticks, [of_hundred(tick) for tick in ticks])
    axes.set_yticks(ticks, [of_hundred(tick) for tick in ticks])
    axes.grid(color=theme.faint, linewidth=0.7)
    axes.set_axisbelow(True)
    set_caption(canvas, box, "coverage, of 100")
    set_caption(canvas, Box(box.left, box.top, box.right, box.top), "density, of 100", below=-0.6)
    axes.plot(steps["coverage"], steps["density"], color=theme.rule, linewidth=0.7 * size.line, marker="o",
              markersize=0.35 * size.label, markeredgewidth=0, zorder=2, clip_on=False, gid="steps")  # fmt: skip
    chosen = steps[steps["is_chosen"].astype(bool)]
    axes.scatter(chosen["coverage"], chosen["density"], s=(0.9 * size.label) ** 2, facecolor="none",
                 edgecolor=theme.series["B"], linewidth=0.8 * size.line, zorder=3, clip_on=False,
                 gid="chosen")  # fmt: skip
