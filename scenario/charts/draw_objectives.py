"""Draw policies over several objectives: a panel per objective, numbered, with its meaning above."""

from __future__ import annotations

from matplotlib.axes import Axes

from scenario.charts.canvas import Box, Canvas, line_height, text_width, wrapped
from scenario.charts.labels import Entry, key_height, set_key
from scenario.charts.objectives import Objectives
from scenario.charts.rows import (
    Label,
    Rows,
    axis_inches,
    lay_rows,
    line_entry,
    padded,
    row_inches,
    set_number_axis,
)
from scenario.charts.style import MARKERS, Size, Theme
from scenario.charts.wording import number


def draw_objectives(data: Objectives, size: Size, theme: Theme) -> Canvas:
    """Draw the rows; policies that another dominates are grey."""
    labels = _labels(data)
    meanings = [
        line for text in _meanings(data) for line in wrapped(text, size.label, size.width - 2 * size.pad)
    ]
    height = row_inches(labels, size, marks=1.2) * len(labels) + axis_inches(size)
    above = (len(meanings) + 3.4) * line_height(size.label)
    canvas = Canvas(data, size=size, theme=theme, plot_height=height + above)
    top = canvas.lines(canvas.room.left, canvas.room.top, meanings, points=size.label)
    entries = _entries(canvas)
    set_key(canvas, entries, top=top - 0.2 * line_height(size.label), points=size.label)
    top -= key_height(canvas, entries, points=size.label) + 1.4 * line_height(size.label)
    placed = lay_rows(canvas, labels, top=top, right=0.035 * size.width)
    panels = _panels(placed.box, len(data.objectives), size)
    drawn = [placed.axes(panel) for panel in panels]
    for i, (axes, panel) in enumerate(zip(drawn, panels, strict=True)):
        _scale(canvas, axes, panel, data, i)
    placed.set_labels()
    for i, axes in enumerate(drawn):
        _marks(axes, placed, data, i)
        canvas.text(panels[i].left, top + 0.3 * line_height(size.label), f"{i + 1}", bold=True)
    return canvas


def _labels(data: Objectives) -> list[Label]:
    """Return the names of the rows."""
    first = data.table[data.table["objective"] == data.objectives[0]].set_index("policy")["is_dominated"]
    return [Label(policy, is_noise=bool(first[policy])) for policy in data.policies]


def _meanings(data: Objectives) -> list[str]:
    """Return what each panel shows."""
    units = data.table.drop_duplicates("objective").set_index("objective")["unit"]
    return [f"{i + 1}: {name} ({units[name]})" for i, name in enumerate(data.objectives)]


def _panels(box: Box, n: int, size: Size) -> list[Box]:
    """Return the places of the panels, side by side."""
    gap = (0.035 if n > 3 else 0.05) * size.width
    width = (box.width - (n - 1) * gap) / n
    return [
        Box(box.left + i * (width + gap), box.bottom, box.left + i * (width + gap) + width, box.top)
        for i in range(n)
    ]


def _scale(canvas: Canvas, axes: Axes, box: Box, data: Objectives, i: int) -> None:
    """Give a panel its scale, with an arrow towards the better side."""
    rows = data.table[data.table["objective"] == data.objectives[i]]
    limits = padded(rows[["mean", "lower", "upper"]].to_numpy().ravel().tolist(), share=0.08)
    caption = "better →" if rows["better"].iloc[0] == "higher" else "← better"
    set_number_axis(canvas, axes, box, limits=limits, caption=caption)
    ticks = axes.get_xticks().tolist()
    need = sum(text_width(number(tick), canvas.size.tick) + canvas.size.tick / 72 for tick in ticks)
    if need > box.width:
        ends = [ticks[0], ticks[-1]]
        axes.set_xticks(ends, [number(tick) for tick in ends])


def _marks(axes: Axes, rows: Rows, data: Objectives, i: int) -> None:
    """Draw the dots of one objective with their intervals."""
    size, theme = rows.canvas.size, rows.canvas.theme
    table = data.table[data.table["objective"] == data.objectives[i]].set_index("policy")
    for k, policy in enumerate(data.policies):
        row, y = table.loc[policy], rows.middle(k)
        color = theme.noise if row["is_dominated"] else theme.series["A"]
        axes.plot([row["lower"], row["upper"]], [y, y], color=color, linewidth=0.6 * size.line, zorder=2,
                  marker="|", markersize=0.8 * rows.points, gid="interval")  # fmt: skip
        axes.scatter([row["mean"]], [y], s=(0.62 * rows.points) ** 2, color=color, linewidth=0, zorder=4,
                     marker=MARKERS["B" if row["is_dominated"] else "A"], clip_on=False,
                     gid="dominated" if row["is_dominated"] else "kept")  # fmt: skip


def _entries(canvas: Canvas) -> list[Entry]:
    """Return the key."""
    theme, width = canvas.theme, 0.6 * canvas.size.line
    return [
        line_entry(canvas, "not dominated", color=theme.series["A"], marker=MARKERS["A"], linewidth=width),
        line_entry(canvas, "dominated", color=theme.noise, marker=MARKERS["B"], linewidth=width),
    ]
