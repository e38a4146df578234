"""Draw indices: per item a dot with its interval, a second one below it, and the noise floor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from scenario.charts.canvas import Canvas, line_height
from scenario.charts.indices import Indices
from scenario.charts.labels import Entry, key_height, set_key
from scenario.charts.rows import (
    Label,
    Rows,
    axis_inches,
    lay_rows,
    line_entry,
    margin_inches,
    padded,
    row_inches,
    set_number_axis,
)  # fmt: skip
from scenario.charts.style import MARKERS, Size, Theme
from scenario.charts.wording import number

COLUMNS = (("A", "value", "lower", "upper"), ("B", "second", "second_lower", "second_upper"))
"""Series -> where its dot and its interval stand in the table."""

HEAD = "value"


def draw_indices(data: Indices, size: Size, theme: Theme) -> Canvas:
    """Draw the rows, largest first; grey what cannot be told from noise; values at the right."""
    rows, n = data.table.to_dict("records"), len(data.series)
    labels = [Label(str(row["item"]), is_noise=row["is_noise"]) for row in rows]
    height = row_inches(labels, size, marks=0.95 * n) * len(rows) + axis_inches(size)
    canvas = Canvas(data, size=size, theme=theme, plot_height=height + 2.7 * line_height(size.label))
    entries = _entries(canvas, data)
    set_key(canvas, entries, top=canvas.room.top, points=size.label)
    top = canvas.room.top - key_height(canvas, entries, points=size.label) - 1.2 * line_height(size.label)
    texts = [number(row[column]) for row in rows for _, column, *_ in COLUMNS[:n]]
    placed = lay_rows(canvas, labels, top=top, right=margin_inches(size, [HEAD, *texts]))
    axes = placed.axes()
    limits = padded([0.0, *data.table.drop(columns=["item", "is_noise"]).to_numpy().ravel(), *_floor(data)])
    set_number_axis(canvas, axes, placed.box, limits=limits, caption=data.unit)
    axes.axvline(0, color=theme.rule, linewidth=0.9, zorder=1)
    for value in _floor(data):
        axes.axvline(value, color=theme.quiet, linewidth=1.1, linestyle=":", zorder=1.5, gid="noise")
    placed.set_labels()
    for i, row in enumerate(rows):
        _dots(axes, placed, i, row, n=n)
    placed.margin_head(HEAD)
    return canvas


def _floor(data: Indices) -> list[float]:
    """Return the noise floor where one is known."""
    return [] if data.noise_floor != data.noise_floor else [data.noise_floor]


def _dots(axes: Axes, rows: Rows, i: int, row: Mapping[Any, Any], *, n: int) -> None:
    """Draw the dots of an item with their intervals and set their values."""
    theme, size = rows.canvas.theme, rows.canvas.size
    for k, (key, value, lower, upper) in enumerate(COLUMNS[:n]):
        shift = (k - (n - 1) / 2) * 0.44
        y, color = rows.middle(i, shift), theme.noise if row["is_noise"] else theme.series[key]
        axes.plot([row[lower], row[upper]], [y, y], color=color, linewidth=0.7 * size.line, zorder=2,
                  solid_capstyle="butt", gid=f"{key}-interval-{i}")  # fmt: skip
        axes.scatter([row[value]], [y], s=(0.72 * rows.points) ** 2 * (0.8 if key == "B" else 1),
                     marker=MARKERS[key], facecolor=color, edgecolor=theme.background, linewidth=0.5,
                     zorder=4, clip_on=False, gid=key)  # fmt: skip
        text_color = theme.quiet if row["is_noise"] else color
        rows.margin(i, number(row[value]), color=text_color, shift=shift, share=0.44 if n > 1 else 1.0)


def _entries(canvas: Canvas, data: Indices) -> list[Entry]:
    """Return the key: the series and the noise floor."""
    theme = canvas.theme
    entries = [
        line_entry(canvas, text, color=theme.series[key], marker=MARKERS[key],
                   linewidth=0.7 * canvas.size.line)
        for key, text in zip("AB", data.series, strict=False)
    ]  # fmt: skip
    if _floor(data):
        text = f"noise floor {number(data.noise_floor)}"
        entries.append(line_entry(canvas, text, color=theme.quiet, linestyle=":", linewidth=1.1))
    return entries
