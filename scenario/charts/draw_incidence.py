"""Draw figure 1: cumulative incidence of A to D, and the same per sender."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes

from scenario.charts.canvas import Box, Canvas, line_height, text_width
from scenario.charts.incidence import Incidence, SenderIncidence
from scenario.charts.labels import (
    Block,
    block,
    key_height,
    set_blocks,
    set_day_axis,
    set_key,
    set_share_axis,
    variant_entries,
)
from scenario.charts.style import DASHES, Size, Theme
from scenario.charts.wording import date_text, of_hundred

CAUSES = {"dismissed": "file closed"}
"""Competing causes in words; others stand as they are named."""


def draw_incidence(data: Incidence, size: Size, theme: Theme) -> Canvas:
    """Draw each variant with its never-share beside the end of its curve."""
    n_more = max(len(data.context.names) - 2, 0)
    height = 3.6 + 0.35 * n_more if size.is_narrow else 2.9 + 0.25 * n_more
    canvas = Canvas(data, size=size, theme=theme, plot_height=height)
    blocks = _blocks(canvas, data)
    key = sum(_row_heights(canvas, blocks)) if size.is_narrow else 0.0
    box = _plot_box(canvas, below=key)
    axes = _axes(canvas, data, box)
    _curves(axes, canvas, data.table, main=data.cause)
    if size.is_narrow:
        _ends(canvas, data, box)
        _columns(canvas, blocks, top=canvas.room.bottom + key)
    else:
        anchored = [_anchored(b, data, key, box) for b, key in zip(blocks, data.context.names, strict=True)]
        set_blocks(canvas, anchored, x=box.right + _gap(size), low=box.bottom, high=box.top)
    return canvas


def _gap(size: Size) -> float:
    """Return the gap between curve and label in inches."""
    return 0.8 * size.label / 72


def _label_width(size: Size) -> float:
    """Return the width of labels beside or below the plot."""
    return size.width * 0.46 if size.is_narrow else size.width * 0.27


def _plot_box(canvas: Canvas, *, below: float) -> Box:
    """Return the box of the curves."""
    size = canvas.size
    right = text_width("B 100", size.label, bold=True) if size.is_narrow else _label_width(size)
    return canvas.room.inset(
        left=text_width("100", size.tick) + 4 / 72,
        bottom=(2.4 + 0.5 * (below > 0)) * line_height(size.tick) + below,
        right=right + _gap(size),
        top=1.6 * line_height(size.tick),
    )


def _axes(canvas: Canvas, data: Incidence, box: Box) -> Axes:
    """Return axes of days and runs of 100 with their captions."""
    axes, size = canvas.axes(box), canvas.size
    set_day_axis(axes, data.context.horizon_days, n=3 if size.is_narrow else 6)
    set_share_axis(axes, canvas)
    quiet = canvas.theme.quiet
    canvas.text(
        canvas.room.left, box.top + 0.7 * line_height(size.tick), "Runs of 100", points=size.tick, color=quiet
    )
    caption = f"Days after {date_text(data.context.as_of, 0)}"
    canvas.text(box.left, box.bottom - 2.15 * line_height(size.tick), caption, points=size.tick, color=quiet)
    return axes


def _curves(axes: Axes, canvas: Canvas, table: pd.DataFrame, *, main: str) -> None:
    """Draw every curve of a table as steps; the main cause thick."""
    for (variant, cause), part in table.groupby(["variant", "cause"], sort=False):
        is_main = cause == main
        axes.plot(
            part["day"], part["share"], color=canvas.theme.series[str(variant)],
            linestyle=DASHES[str(variant)], linewidth=canvas.size.line * (1 if is_main else 0.45),
            alpha=1 if is_main else 0.8, solid_capstyle="butt", dash_capstyle="butt",
            zorder=3 if is_main else 2, gid=f"{variant}-{cause}", clip_on=False,
        )  # fmt: skip


def _last(data: Incidence | SenderIncidence, variant: str, cause: str) -> float:
    """Return the last drawn share of a curve."""
    table = data.table
    return float(table.loc[(table["variant"] == variant) & (table["cause"] == cause), "share"].iloc[-1])


def _blocks(canvas: Canvas, data: Incidence) -> list[Block]:
    """Return what is said about each variant, anchored nowhere yet."""
    rivals = [cause for cause in data.table["cause"].unique() if cause != data.cause]
    made = []
    for key, title in data.context.names.items():
        share = _last(data, key, data.cause)
        body = [f"within {data.context.days}: {of_hundred(share)} of 100"]
        body.append(f"not within {data.context.days}: {of_hundred(1 - share)} of 100")
        body = body[len(data.context.names) > 2 :]  # of more than two, the number at the curve's end says it
        body += [f"{CAUSES.get(c, c)} (thin line): {of_hundred(_last(data, key, c))}" for c in rivals]
        color, width = canvas.theme.series[key], _label_width(canvas.size)
        head, n_lines = f"{key}: {title}", 2
        if len(data.context.names) > 2:
            n_lines = 1 if canvas.size.height else 2
            head = f"{key} {of_hundred(share)}: {title}" if not canvas.size.is_narrow else head
        made.append(block(canvas, head, body, anchor=0, width=width, color=color, n_lines=n_lines))
    return made


def _anchored(item: Block, data: Incidence, key: str, box: Box) -> Block:
    """Return the block anchored at the end of its curve."""
    height = box.bottom + _last(data, key, data.cause) * box.height
    return Block(anchor=height, head=item.head, body=item.body, color=item.color)


def _ends(canvas: Canvas, data: Incidence, box: Box) -> None:
    """Set short labels at the ends of the curves."""
    ends = [
        Block(
            anchor=box.bottom + _last(data, key, data.cause) * box.height,
            head=(f"{key} {of_hundred(_last(data, key, data.cause))}",),
            color=canvas.theme.series[key],
        )
        for key in data.context.names
    ]
    set_blocks(canvas, ends, x=box.right + _gap(canvas.size), low=box.bottom - 0.1, high=box.top + 0.1)


def _columns(canvas: Canvas, blocks: list[Block], *, top: float) -> None:
    """Set the blocks below the plot, two in a row."""
    heights = _row_heights(canvas, blocks)
    for i, item in enumerate(blocks):
        row, column = divmod(i, 2)
        if column == 0 and row:
            top -= heights[row - 1]
        x = canvas.room.left + column * canvas.room.width / 2
        below = canvas.lines(x, top, item.head, points=canvas.size.label, color=item.color, bold=True)
        canvas.lines(x, below, item.body, points=canvas.size.label)


def _row_heights(canvas: Canvas, blocks: list[Block]) -> list[float]:
    """Return the heights of the rows of blocks, two blocks in each."""
    heights = [item.height(canvas.size.label) for item in blocks]
    return [max(heights[i : i + 2]) for i in range(0, len(heights), 2)]


def draw_senders(data: SenderIncidence, size: Size, theme: Theme) -> Canvas:
    """Draw one small panel per sender, all on the same axes."""
    n_more = max(len(data.context.names) - 2, 0)
    n_columns = 2 if size.is_narrow else 4
    if size.height and n_more and len(data.panels) <= 8:
        n_columns = len(data.panels)  # a slide is no taller for more curves: one row of tall panels
    n_rows = math.ceil(len(data.panels) / n_columns)
    per_row = (1.15 if size.is_narrow else 1.5) + 0.17 * n_more
    more_keys = n_more * 1.1 * line_height(size.label)
    canvas = Canvas(data, size=size, theme=theme, plot_height=0.4 + more_keys + n_rows * per_row)
    entries = variant_entries(canvas, data.context.names)
    set_key(canvas, entries, top=canvas.room.top, points=size.label)
    grid = canvas.room.inset(
        left=text_width("100", size.tick) + 4 / 72,
        top=key_height(canvas, entries, points=size.label) + 0.3 * line_height(size.label),
        bottom=0.75 * line_height(size.tick),
    )
    caption = f"Runs of 100, by days after {date_text(data.context.as_of, 0)}"
    canvas.text(canvas.room.left, canvas.room.bottom + 0.15 * line_height(size.tick), caption,
                points=size.tick, color=theme.quiet)  # fmt: skip
    for i, panel in enumerate(data.panels):
        row, column = divmod(i, n_columns)
        _panel(canvas, data, panel, _cell(grid, row, column, n_rows, n_columns), is_first=column == 0)
    return canvas


def _cell(grid: Box, row: int, column: int, n_rows: int, n_columns: int) -> Box:
    """Return one cell of a grid of panels."""
    width, height = grid.width / n_columns, grid.height / n_rows
    left, top = grid.left + column * width, grid.top - row * height
    return Box(left, top - height, left + width, top)


def _panel(canvas: Canvas, data: SenderIncidence, panel: str, cell: Box, *, is_first: bool) -> None:
    """Draw one sender's panel with its name, never-shares and end labels."""
    size = canvas.size
    table = data.table[data.table["sender"] == panel]
    n_lines = 1 if len(data.context.names) <= 2 else 2
    box = cell.inset(
        right=text_width("B 100", size.tick, bold=True) + 0.06 * cell.width,
        top=(1.35 + n_lines) * line_height(size.tick),
        bottom=1.75 * line_height(size.tick),
    )
    below = canvas.lines(cell.left, cell.top, [panel], points=size.tick, bold=True)
    last = {key: float(table.loc[table["variant"] == key, "share"].iloc[-1]) for key in data.context.names}
    never = [f"{key} {of_hundred(1 - share)}" for key, share in last.items()]
    lines = [f"never: {', '.join(never[:2])}", *([", ".join(never[2:])] if never[2:] else [])]
    canvas.lines(cell.left, below, lines, points=size.tick, color=canvas.theme.quiet)
    axes = canvas.axes(box)
    set_day_axis(axes, data.context.horizon_days, n=2)
    set_share_axis(axes, canvas, ticks=(0, 0.5, 1))
    if not is_first:
        axes.set_yticklabels([])
    _curves(axes, canvas, table, main=str(table["cause"].iloc[0]))
    _panel_ends(canvas, last, box)


def _panel_ends(canvas: Canvas, last: dict[str, float], box: Box) -> None:
    """Set "A 62" and "B 71" at the ends of the curves of a panel."""
    points = canvas.size.tick
    ends = [
        Block(
            anchor=box.bottom + share * box.height,
            head=(f"{key} {of_hundred(share).replace('under ', '<').replace('over ', '>')}",),
            color=canvas.theme.series[key],
        )
        for key, share in last.items()
    ]
    set_blocks(canvas, ends, x=box.right + 3 / 72, low=box.bottom - 0.07, high=box.top + 0.09, points=points)
