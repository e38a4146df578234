"""Draw policies: regret and satisficing in two panels of the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from scenario.charts.canvas import Box, Canvas, line_height
from scenario.charts.labels import Entry, key_height, set_key
from scenario.charts.policies import REGRETS, Policies, is_worst_told
from scenario.charts.rows import (
    Label,
    Rows,
    axis_inches,
    lay_rows,
    line_entry,
    padded,
    row_inches,
    set_caption,
    set_number_axis,
)  # fmt: skip
from scenario.charts.style import MARKERS, Size, Theme
from scenario.charts.wording import of_hundred

LEFT = 0.56
"""Share of the panels' width that the regrets take."""


def draw_policies(data: Policies, size: Size, theme: Theme) -> Canvas:
    """Draw the rows, least mean regret first; grey where it cannot be told from the least."""
    rows = data.table.to_dict("records")
    labels = [Label(str(row["policy"])) for row in rows]
    height = row_inches(labels, size, marks=1.2) * len(rows) + axis_inches(size)
    canvas = Canvas(data, size=size, theme=theme, plot_height=height + 2.6 * line_height(size.label))
    entries = _entries(canvas)
    set_key(canvas, entries, top=canvas.room.top, points=size.label)
    top = canvas.room.top - key_height(canvas, entries, points=size.label) - 0.4 * line_height(size.label)
    placed = lay_rows(canvas, labels, top=top, right=0.035 * size.width)
    left, right = _panels(placed.box, size)
    regrets, shares = placed.axes(left), placed.axes(right)
    limits = padded([0.0, *data.table[list(REGRETS)].to_numpy().ravel()])
    set_number_axis(canvas, regrets, left, limits=limits, caption=f"regret, {data.unit}")
    _share_axis(canvas, shares, right)
    placed.set_labels()
    for i, row in enumerate(rows):
        _regret(regrets, placed, i, row)
        _share(shares, placed, i, row)
    return canvas


def _panels(box: Box, size: Size) -> tuple[Box, Box]:
    """Return the places of the two panels."""
    gap = 0.06 * size.width
    middle = box.left + LEFT * (box.width - gap)
    return Box(box.left, box.bottom, middle, box.top), Box(middle + gap, box.bottom, box.right, box.top)


def _share_axis(canvas: Canvas, axes: Axes, box: Box) -> None:
    """Give the right panel a scale of worlds of 100."""
    ticks = (0, 0.5, 1) if canvas.size.is_narrow else (0, 0.25, 0.5, 0.75, 1)
    axes.set_xlim(0, 1)
    axes.set_xticks(list(ticks), [of_hundred(tick) for tick in ticks])
    axes.grid(axis="x", color=canvas.theme.faint, linewidth=0.7)
    axes.set_axisbelow(True)
    set_caption(canvas, box, "satisfied, of 100 worlds")


def _color(rows: Rows, row: Mapping[Any, Any], key: str) -> str:
    """Return the colour of a mark."""
    theme = rows.canvas.theme
    return theme.noise if row["is_noise"] else theme.series[key]


def _regret(axes: Axes, rows: Rows, i: int, row: Mapping[Any, Any]) -> None:
    """Draw mean regret with its interval and the largest regret."""
    size, y, color = rows.canvas.size, rows.middle(i), _color(rows, row, "A")
    axes.plot([row["lower"], row["upper"]], [y, y], color=color, linewidth=0.6 * size.line, zorder=2,
              marker="|", markersize=0.8 * rows.points, gid="regret-interval")  # fmt: skip
    _dot(axes, rows, row["mean_regret"], y, color=color, key="A", gid="mean")
    if not is_worst_told(row):
        return
    axes.plot([row["mean_regret"], row["max_regret"]], [y, y], color=rows.canvas.theme.rule, linewidth=0.6,
              zorder=1, linestyle=":")  # fmt: skip
    axes.scatter([row["max_regret"]], [y], s=(1.25 * rows.points) ** 2, marker="|", color=color,
                 linewidth=0.9 * size.line, zorder=3, clip_on=False, gid="max")  # fmt: skip


def _share(axes: Axes, rows: Rows, i: int, row: Mapping[Any, Any]) -> None:
    """Draw the satisficing share with its interval."""
    y, color = rows.middle(i), rows.canvas.theme.further[0]
    axes.plot([row["satisficing_lower"], row["satisficing_upper"]], [y, y], color=color, zorder=2,
              linewidth=0.6 * rows.canvas.size.line, marker="|", markersize=0.8 * rows.points,
              gid="share-interval")  # fmt: skip
    _dot(axes, rows, row["satisficing"], y, color=color, key="B", gid="share")


def _dot(axes: Axes, rows: Rows, x: float, y: float, *, color: str, key: str, gid: str) -> None:
    """Draw one dot."""
    axes.scatter([x], [y], s=(0.62 * rows.points) ** 2 * (0.8 if key == "B" else 1), marker=MARKERS[key],
                 color=color, linewidth=0, zorder=4,
                 clip_on=False, gid=gid)  # fmt: skip


def _entries(canvas: Canvas) -> list[Entry]:
    """Return the key."""
    theme, width = canvas.theme, 0.9 * canvas.size.line
    return [
        line_entry(canvas, "mean regret", color=theme.series["A"], marker=MARKERS["A"], linewidth=width),
        line_entry(canvas, "worst-case regret", color=theme.series["A"], marker="|", linestyle="none"),
        line_entry(canvas, "satisficing share", color=theme.further[0], marker=MARKERS["B"], linewidth=width),
    ]
