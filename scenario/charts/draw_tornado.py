"""Draw a tornado: per factor a bar to its low and one to its high end, over the noise band."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from scenario.charts.canvas import Canvas, line_height
from scenario.charts.labels import Entry, key_height, set_key
from scenario.charts.rows import (
    Label,
    Rows,
    axis_inches,
    filled_entry,
    lay_rows,
    margin_inches,
    padded,
    row_inches,
    set_number_axis,
    tinted,
)  # fmt: skip
from scenario.charts.style import Size, Theme
from scenario.charts.tornado import ENDS, Tornado, range_text
from scenario.charts.wording import number

SHIFT, HEIGHT = 0.18, 0.34
"""Shift of the two bars of a row and their height, shares of the room of the marks."""

LOW_TINT, BAND_TINT = 0.5, 0.3
"""How strong the colour of a low bar and of the noise band is: a second cue beside the hue."""

HEAD = "width"


def draw_tornado(data: Tornado, size: Size, theme: Theme) -> Canvas:
    """Draw the bars, their ranges printed, their widths at the right; grey within the noise band."""
    rows = data.table.to_dict("records")
    labels = [Label(str(row["factor"]), range_text(row), row["is_noise"]) for row in rows]
    entries_height = 3.6 * line_height(size.label)
    height = row_inches(labels, size, marks=1.1) * len(rows) + axis_inches(size) + entries_height
    canvas = Canvas(data, size=size, theme=theme, plot_height=height)
    entries = _entries(canvas, data)
    set_key(canvas, entries, top=canvas.room.top, points=size.label)
    top = canvas.room.top - key_height(canvas, entries, points=size.label) - 1.3 * line_height(size.label)
    right = margin_inches(size, [HEAD, *(number(row["width"]) for row in rows)])
    placed = lay_rows(canvas, labels, top=top, right=right)
    axes = placed.axes()
    limits = padded([*data.table[list(ENDS)].to_numpy().ravel(), *_band(data)])
    set_number_axis(canvas, axes, placed.box, limits=limits, caption=data.unit, has_sign=data.has_sign)
    _baseline(axes, canvas, data)
    placed.set_labels()
    for i, row in enumerate(rows):
        _bars(axes, placed, i, row, baseline=data.baseline)
        color = theme.quiet if row["is_noise"] else theme.ink
        placed.margin(i, number(row["width"]), color=color)
    placed.margin_head(HEAD)
    return canvas


def _band(data: Tornado) -> tuple[float, float]:
    """Return the ends of the noise band."""
    return data.baseline - data.noise_floor, data.baseline + data.noise_floor


def _baseline(axes: Axes, canvas: Canvas, data: Tornado) -> None:
    """Draw the noise band and the baseline."""
    axes.axvspan(*_band(data), color=tinted(canvas.theme.noise, canvas.theme.background, BAND_TINT),
                 linewidth=0, zorder=0.5, gid="noise")  # fmt: skip
    axes.axvline(data.baseline, color=canvas.theme.ink, linewidth=0.9, zorder=2.5, gid="baseline")


def _bars(axes: Axes, rows: Rows, i: int, row: Mapping[Any, Any], *, baseline: float) -> None:
    """Draw the two bars of a factor with their intervals: low above, high below."""
    theme = rows.canvas.theme
    for end, series, shift, tint in (("at_low", "A", -SHIFT, LOW_TINT), ("at_high", "B", SHIFT, 1.0)):
        y, color = rows.middle(i, shift), theme.noise if row["is_noise"] else theme.series[series]
        axes.barh(
            [y], [row[end] - baseline], left=baseline, height=HEIGHT * (1 - rows.head),
            color=tinted(color, theme.background, tint), edgecolor=color, linewidth=0.8, zorder=2,
            gid=f"{end}-{i}",
        )  # fmt: skip
        axes.plot(
            [row[f"{end}_lower"], row[f"{end}_upper"]], [y, y], color=theme.ink, linewidth=0.9, zorder=3,
            solid_capstyle="butt", gid=f"{end}-interval-{i}",
        )  # fmt: skip


def _entries(canvas: Canvas, data: Tornado) -> list[Entry]:
    """Return the key: low end, high end, noise band."""
    theme = canvas.theme
    given = (
        (theme.series["A"], LOW_TINT, "at the low end"),
        (theme.series["B"], 1.0, "at the high end"),
        (theme.noise, BAND_TINT, f"noise floor ±{number(data.noise_floor)}"),
    )
    return [filled_entry(canvas, text, color=color, tint=tint) for color, tint, text in given]
