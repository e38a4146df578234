"""Rows with names: where each row lies, its name and detail, a scale of numbers, a column at the right.

Shared by the charts of the laboratory. On a wide sheet names stand left of the marks, with their
detail beside them; on a narrow one above the marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from scenario.charts.canvas import Box, Canvas, line_height, shortened, text_width, wrapped
from scenario.charts.labels import Entry
from scenario.charts.style import Size
from scenario.charts.wording import number

NAME_SHARE, DETAIL_SHARE = 0.27, 0.21
"""Largest share of the sheet's width that names and details take."""


class Label(NamedTuple):
    """What stands at a row: its name, a detail in quiet ink, whether the row is noise."""

    head: str
    detail: str = ""
    is_noise: bool = False


def _widths(labels: Sequence[Label], size: Size) -> tuple[float, float]:
    """Return the room of names and of details on a wide sheet, inches, gaps included."""
    gap = 0.9 * size.label / 72
    head = max(text_width(label.head, size.label, bold=True) for label in labels)
    detail = max(text_width(label.detail, size.label) for label in labels)
    return (
        min(1.02 * head, NAME_SHARE * size.width) + gap,
        min(1.02 * detail, DETAIL_SHARE * size.width) + gap if detail else 0.0,
    )


def _n_lines(label: Label, size: Size, widths: tuple[float, float]) -> int:
    """Return how many lines a label asks for, three at most on a wide sheet."""
    if size.is_narrow:
        return 1 if _fits_one_line(label, size) else 2
    gap = 0.9 * size.label / 72
    heads = wrapped(label.head, size.label, widths[0] - gap, bold=True)
    details = wrapped(label.detail, size.label, max(widths[1] - gap, 0.1)) if label.detail else []
    return min(3, max(len(heads), len(details)))


def _fits_one_line(label: Label, size: Size) -> bool:
    """Say whether name and detail fit side by side on a narrow sheet."""
    need = text_width(label.head, size.label, bold=True) + text_width(label.detail, size.label)
    return not label.detail or 1.04 * need + 2 * size.label / 72 < size.width - 2 * size.pad


def row_inches(labels: Sequence[Label], size: Size, *, marks: float) -> float:
    """Return the height that every row asks for.

    Parameters
    ----------
    labels
        What stands at the rows, at least one.
    size
        The format.
    marks
        Height that the marks of a row ask for, as a multiple of a line of label type.
    """
    line, widths = line_height(size.label), _widths(labels, size)
    n_lines = max(_n_lines(label, size, widths) for label in labels)
    return (marks + n_lines + 0.35) * line if size.is_narrow else (max(marks, n_lines) + 0.45) * line


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Where rows lie on the sheet.

    Parameters
    ----------
    canvas
        The sheet.
    labels
        What stands at the rows, from the top.
    box
        The room of the marks, inches.
    """

    canvas: Canvas = field(repr=False)
    labels: Sequence[Label]
    box: Box

    @property
    def step(self) -> float:
        """Height of a row in inches."""
        return self.box.height / len(self.labels)

    @property
    def points(self) -> float:
        """Type size of the labels: smaller where a sheet of fixed height has low rows."""
        size = self.canvas.size
        lines = self._n_lines + 0.4 if size.is_narrow else 1.05
        return min(size.label, 72 * self.step / lines / line_height(72))

    @property
    def _n_lines(self) -> int:
        """Lines above the marks of a row on a narrow sheet."""
        size = self.canvas.size
        return max(_n_lines(label, size, _widths(self.labels, size)) for label in self.labels)

    @property
    def head(self) -> float:
        """Share of a row that its name takes above the marks; 0 on a wide sheet."""
        if not self.canvas.size.is_narrow:
            return 0.0
        return (self._n_lines + 0.2) * line_height(self.points) / self.step

    def middle(self, i: int, shift: float = 0.0) -> float:
        """Return the middle of the marks of row i on a vertical scale that runs from n down to 0.

        Parameters
        ----------
        i
            Row, from 0 at the top.
        shift
            Shift downward as a share of the room of the marks, -0.5 to 0.5.
        """
        return i + self.head + (1 - self.head) * (0.5 + shift)

    def y(self, i: int, shift: float = 0.0) -> float:
        """Return the same place in inches on the sheet."""
        return self.box.top - self.middle(i, shift) * self.step

    def axes(self, box: Box | None = None) -> Axes:
        """Add axes over the rows (or over `box` of the same height)."""
        axes = self.canvas.axes(box or self.box)
        axes.set_ylim(len(self.labels), 0)
        axes.set_yticks([])
        return axes

    def set_labels(self, *, right: float = 0.0) -> None:
        """Set names and details, with a faint line above every row as far as `right` (0: the edge)."""
        room = self.canvas.room
        for i, label in enumerate(self.labels):
            self.canvas.rule(room.left, right or room.right, self.box.top - i * self.step)
            if self.canvas.size.is_narrow:
                self._set_above(i, label)
            else:
                self._set_beside(i, label)

    def _set_beside(self, i: int, label: Label) -> None:
        """Set a name and its detail left of the marks."""
        canvas, gap = self.canvas, 0.9 * self.canvas.size.label / 72
        left, (head, detail) = canvas.room.left, _widths(self.labels, canvas.size)
        self._set_middle(left, i, label.head, width=head - gap, color=self._ink(label), bold=True)
        if label.detail:
            self._set_middle(left + head, i, label.detail, width=detail - gap, color=canvas.theme.quiet)

    def _set_middle(
        self, x: float, i: int, text: str, *, width: float, color: str, bold: bool = False
    ) -> None:
        """Set lines of text round the middle of a row."""
        height = line_height(self.points)
        n_lines = max(1, min(3, int(1.02 * self.step / height)))
        lines = shortened(text, self.points, width, n_lines=n_lines, bold=bold)
        top = self.y(i) + len(lines) * height / 2
        self.canvas.lines(x, top, lines, points=self.points, color=color, bold=bold)

    def _set_above(self, i: int, label: Label) -> None:
        """Set a name above the marks, its detail on the same line where both fit."""
        canvas, points = self.canvas, self.points
        room, top = canvas.room, self.box.top - i * self.step - 0.1 * line_height(self.points)
        fits = _fits_one_line(label, canvas.size)
        self._cover(top + 0.1 * line_height(points))
        for text, bold, color in (
            (label.head, True, self._ink(label)),
            (label.detail, False, canvas.theme.quiet),
        ):
            if not text:
                continue
            x = room.left if bold or not fits else room.left + self._after(label)
            lines = shortened(text, points, 0.98 * (room.right - x), bold=bold)
            below = canvas.lines(x, top, lines, points=points, color=color, bold=bold)
            top = top if fits else below

    def _cover(self, top: float) -> None:
        """Cover the lines of the scale behind the names of a row on a narrow sheet."""
        canvas, height = self.canvas, self.head * self.step
        size, room = canvas.size, canvas.room
        corner = (room.left / size.width, (top - height) / canvas.height)
        extent = (room.width / size.width, height / canvas.height)
        canvas.figure.add_artist(Rectangle(corner, *extent, color=canvas.theme.background, linewidth=0))

    def _after(self, label: Label) -> float:
        """Return where a detail begins behind its name, inches."""
        return 1.02 * text_width(label.head, self.points, bold=True) + self.points / 72

    def _ink(self, label: Label) -> str:
        """Return the colour of a name."""
        return self.canvas.theme.quiet if label.is_noise else self.canvas.theme.ink

    def margin(self, i: int, text: str, *, color: str = "", shift: float = 0.0, share: float = 1.0) -> None:
        """Set a number at the right edge of row i.

        Parameters
        ----------
        i, text, color
            Row, text, colour.
        shift
            As for `middle`.
        share
            Share of the room of the marks that the line may take.
        """
        points = min(self.points, 0.95 * share * (1 - self.head) * self.step * 72)
        self.canvas.text(
            self.canvas.room.right, self.y(i, shift), text, points=points, color=color, bold=True,
            ha="right", va="center_baseline",
        )  # fmt: skip

    def margin_head(self, text: str) -> None:
        """Set what stands over the numbers at the right edge."""
        y = self.box.top + 0.35 * line_height(self.canvas.size.label)
        self.canvas.text(self.canvas.room.right, y, text, color=self.canvas.theme.quiet, ha="right")


def margin_inches(size: Size, texts: Sequence[str]) -> float:
    """Return the room of numbers at the right edge in inches, gap included."""
    return max(text_width(text, size.label, bold=True) for text in texts) + 1.2 * size.label / 72


def axis_inches(size: Size) -> float:
    """Return the room of ticks and caption below a plot in inches."""
    return 2.5 * line_height(size.tick)


def lay_rows(canvas: Canvas, labels: Sequence[Label], *, top: float, right: float = 0.0) -> Rows:
    """Lay rows between `top` and the room of the axis, names left of or above the marks.

    Parameters
    ----------
    canvas
        The sheet.
    labels
        What stands at the rows, at least one.
    top
        Top of the first row in inches.
    right
        Inches kept free at the right.
    """
    size, room = canvas.size, canvas.room
    names = 0.1 * size.label if size.is_narrow else 72 * sum(_widths(labels, size)) / size.label
    left = room.left + names * size.label / 72 if not size.is_narrow else room.left + 0.03 * size.width
    edge = max(right, 0.03 * size.width)
    return Rows(
        canvas=canvas,
        labels=labels,
        box=Box(left, room.bottom + axis_inches(size), room.right - edge, top),
    )


def set_number_axis(
    canvas: Canvas, axes: Axes, box: Box, *, limits: tuple[float, float], caption: str, has_sign: bool = False
) -> None:
    """Give axes a horizontal scale of numbers with faint lines and a caption below.

    Parameters
    ----------
    canvas, axes, box
        The sheet, the axes and their place in inches.
    limits
        Ends of the scale.
    caption
        The unit; what does not fit is shortened.
    has_sign
        Whether the ticks carry a sign.
    """
    size, (low, high) = canvas.size, limits
    axes.set_xlim(low, high)
    ticks = round_ticks(low, high, n=_n_ticks(size, box.width, limits))
    axes.set_xticks(ticks, [number(tick, sign=has_sign) for tick in ticks])
    axes.grid(axis="x", color=canvas.theme.faint, linewidth=0.7)
    axes.set_axisbelow(True)
    set_caption(canvas, box, caption)


def _n_ticks(size: Size, width: float, limits: tuple[float, float]) -> int:
    """Return how many steps a scale of a width in inches has room for."""
    text = max((number(limit, sign=True) for limit in limits), key=len)
    return max(2, min(8, int(width / (text_width(text, size.tick) + 1.2 * size.tick / 72))))


def round_ticks(low: float, high: float, *, n: int) -> list[float]:
    """Return round ticks between two ends, about n steps.

    >>> round_ticks(0.0, 9.0, n=4)
    [0.0, 2.5, 5.0, 7.5]
    """
    found = MaxNLocator(n, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(tick) for tick in found if low <= tick <= high]


def tinted(color: str, background: str, share: float) -> tuple[float, float, float]:
    """Return a colour thinned with the paper's: opaque, so that no line shines through."""
    mixed = [share * c + (1 - share) * b for c, b in zip(to_rgb(color), to_rgb(background), strict=True)]
    return mixed[0], mixed[1], mixed[2]


def set_caption(canvas: Canvas, box: Box, caption: str, *, below: float = 2.3) -> None:
    """Set a caption below the ticks of a plot, `below` lines of tick type under it."""
    size = canvas.size
    text = shortened(caption, size.tick, max(box.width, 0.6))[0]
    y = box.bottom - below * line_height(size.tick)
    canvas.text(box.left, y, text, points=size.tick, color=canvas.theme.quiet)


def padded(values: Sequence[float], *, share: float = 0.04) -> tuple[float, float]:
    """Return limits round finite values with some air; a single value gets a span of its own.

    >>> padded([0.0, 10.0], share=0.1)
    (-1.0, 11.0)
    """
    low, high = min(values), max(values)
    span = (high - low) or abs(high) or 1.0
    return low - share * span, high + share * span


def filled_entry(canvas: Canvas, text: str, *, color: str, tint: float = 1.0) -> Entry:
    """Return a key entry with a filled sample, thinned with the paper's colour where tint is below 1."""
    points, mixed = canvas.size.label, tinted(color, canvas.theme.background, tint)

    def sample(x: float, y: float) -> None:
        canvas.sample(x, y, 2 * points / 72, color=mixed, linewidth=0.65 * points, solid_capstyle="butt")

    return Entry(sample, text, 2.6)


def line_entry(canvas: Canvas, text: str, *, color: str, marker: str = "", **line: Any) -> Entry:
    """Return a key entry with a line sample, its marker in the middle; linestyle "none" leaves the marker."""
    points, style = canvas.size.label, {"linewidth": canvas.size.line, "linestyle": "-"} | line

    def sample(x: float, y: float) -> None:
        canvas.sample(x, y, 2 * points / 72, color=color, **style)
        if marker:
            canvas.sample(
                x + points / 72, y, 0, linestyle="none", marker=marker, markersize=0.72 * points, color=color
            )

    return Entry(sample, text, 2.6)
