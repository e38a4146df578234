"""Draw chance against ignorance: stacked bars per outcome with the interval of every part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from scenario.charts.canvas import Box, Canvas, line_height, text_width
from scenario.charts.labels import key_height, set_key
from scenario.charts.rows import (
    Label,
    Rows,
    axis_inches,
    filled_entry,
    lay_rows,
    row_inches,
    set_caption,
    tinted,
)  # fmt: skip
from scenario.charts.shares import SOURCES, Shares, percent
from scenario.charts.style import Size, Theme

BAR = (-0.5, 0.1)
"""Where the bar lies within the room of the marks; the intervals lie below it."""

TINT = 0.55
"""How strong the colours of the parts are, so that ink is legible on them."""


def draw_shares(data: Shares, size: Size, theme: Theme) -> Canvas:
    """Draw the bars; percentages where they fit; intervals as thin lines with ticks below."""
    outcomes = list(dict.fromkeys(data.table["outcome"]))
    labels = [Label(str(outcome)) for outcome in outcomes]
    height = row_inches(labels, size, marks=2.1) * len(labels) + axis_inches(size)
    canvas = Canvas(data, size=size, theme=theme, plot_height=height + 2.0 * line_height(size.label))
    colors = _colors(theme)
    entries = [filled_entry(canvas, s, color=colors[s], tint=TINT) for s in SOURCES.values()]
    set_key(canvas, entries, top=canvas.room.top, points=size.label)
    top = canvas.room.top - key_height(canvas, entries, points=size.label) - 0.4 * line_height(size.label)
    placed = lay_rows(canvas, labels, top=top, right=0.04 * size.width)
    axes = placed.axes()
    _scale(canvas, axes, placed.box, data)
    placed.set_labels()
    for row in data.table.to_dict("records"):
        _part(axes, placed, outcomes.index(row["outcome"]), row, color=colors[row["source"]])
    return canvas


def _colors(theme: Theme) -> dict[str, str]:
    """Return source -> colour; luck is grey, as noise is."""
    colors = (theme.series["A"], theme.series["B"], theme.noise)
    return dict(zip(SOURCES.values(), colors, strict=True))


def _scale(canvas: Canvas, axes: Axes, box: Box, data: Shares) -> None:
    """Set a scale of percent, wider than 0 to 100 where an interval asks for it."""
    table = data.table
    is_luck = table["source"] == SOURCES["luck"]
    ends = [
        *(table["start"] + table["lower"])[~is_luck], *(table["start"] + table["upper"])[~is_luck],
        *(1 - table["upper"])[is_luck], *(1 - table["lower"])[is_luck], *table["start"], *table["end"],
    ]  # fmt: skip
    axes.set_xlim(min(0.0, *ends) - 0.01, max(1.0, *ends) + 0.01)
    ticks = (0, 0.25, 0.5, 0.75, 1)
    axes.set_xticks(list(ticks), [f"{100 * tick:.0f}" for tick in ticks])
    axes.grid(axis="x", color=canvas.theme.faint, linewidth=0.7)
    axes.set_axisbelow(True)
    set_caption(canvas, box, data.unit)


def _part(axes: Axes, rows: Rows, i: int, row: Mapping[Any, Any], *, color: str) -> None:
    """Draw one part of a bar, its percentage and its interval."""
    theme, room = rows.canvas.theme, 1 - rows.head
    y, width = rows.middle(i, sum(BAR) / 2), row["end"] - row["start"]
    axes.barh([y], [width], left=row["start"], height=(BAR[1] - BAR[0]) * room * 0.86,
              color=tinted(color, theme.background, TINT), edgecolor=theme.background, linewidth=0.8,
              zorder=2, gid=f"{row['source']}-{i}")  # fmt: skip
    text, points = percent(row["share"]), min(rows.points, 0.5 * room * rows.step * 72)
    inches = width * rows.box.width / (axes.get_xlim()[1] - axes.get_xlim()[0])
    if inches > 1.3 * text_width(text, points, bold=True):
        axes.text(row["start"] + width / 2, y, text, fontsize=points, color=theme.ink, fontweight="bold",
                  ha="center", va="center_baseline", zorder=4)  # fmt: skip
    _interval(axes, rows, i, row, color=color)


def _interval(axes: Axes, rows: Rows, i: int, row: Mapping[Any, Any], *, color: str) -> None:
    """Draw the interval of a part below the bar, each source at a height of its own."""
    place = list(SOURCES.values()).index(row["source"])
    y = rows.middle(i, BAR[1] + 0.08 + 0.1 * place)
    is_luck = row["source"] == SOURCES["luck"]
    low, high = (1 - row["upper"], 1 - row["lower"]) if is_luck else (
        row["start"] + row["lower"], row["start"] + row["upper"]
    )  # fmt: skip
    axes.plot([low, high], [y, y], color=color, linewidth=0.6 * rows.canvas.size.line, marker="|",
              markersize=0.45 * rows.points, zorder=3, gid=f"interval-{row['source']}-{i}")  # fmt: skip
