"""A sheet measured in inches: title, subtitle and foot wrapped by measured width, and the room left between.

Text is measured from the bundled font itself, not from a renderer, so that every format breaks the
same lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from scenario.charts.data import FigureData
from scenario.charts.style import Size, Theme
from scenario.charts.wording import plain

STATE_TINT, STATE_HATCH = 0.18, 0.6
"""Opacity of the fill and of the hatch of a state."""

SAFETY = 0.98
"""Share of the width that wrapped text may use: on a screen the same letters run a little wider."""

LEADING = 1.28
"""Line height as a multiple of the type size."""


@dataclass(frozen=True)
class Box:
    """A rectangle in inches from the lower left corner of the sheet."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Width in inches."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in inches."""
        return self.top - self.bottom

    def inset(self, *, left: float = 0, bottom: float = 0, right: float = 0, top: float = 0) -> Box:
        """Return the box with margins taken off, inches each."""
        return Box(self.left + left, self.bottom + bottom, self.right - right, self.top - top)


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """Return the code points that the font can draw, regular and bold."""
    regular, bold = (
        get_font(findfont(FontProperties(family="DejaVu Sans", weight=w))) for w in ("normal", "bold")
    )
    return frozenset(regular.get_charmap()) & frozenset(bold.get_charmap())


def legible(text: str) -> str:
    """Return text as one plain line in which a letter that the font lacks is a box.

    Parameters
    ----------
    text
        Any text; the files with words (CSV, JSON) keep its own letters.
    """
    return "".join(letter if ord(letter) in _letters() else "□" for letter in plain(text))


@lru_cache(maxsize=20_000)
def text_width(text: str, points: float, *, bold: bool = False) -> float:
    """Return the width of one line of text in inches.

    Parameters
    ----------
    text, points
        The line and its type size.
    bold
        Whether it is set bold.
    """
    font = FontProperties(family="DejaVu Sans", size=points, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]) / 72


def line_height(points: float) -> float:
    """Return the height of a line in inches."""
    return points * LEADING / 72


def wrapped(text: str, points: float, width: float, *, bold: bool = False) -> list[str]:
    """Break text into lines no wider than `width` inches; a word too long for a line is cut.

    Parameters
    ----------
    text, points, bold
        The text (made plain first), its type size and weight.
    width
        Inches, > 0.
    """
    lines = [""]
    for word in legible(text).split(" "):
        joined = f"{lines[-1]} {word}".strip()
        if text_width(joined, points, bold=bold) <= width:
            lines[-1] = joined
            continue
        pieces = _cut(word, points, width, bold=bold)
        lines = [*lines, *pieces] if lines[-1] else pieces
    return lines


def shortened(text: str, points: float, width: float, *, n_lines: int = 1, bold: bool = False) -> list[str]:
    """Break text into at most `n_lines` lines of at most `width` inches; what is left out becomes "…".

    Parameters
    ----------
    text, points, width, bold
        As for `wrapped`.
    n_lines
        Number of lines, >= 1.
    """
    text = plain(text)
    lines = wrapped(text, points, width, bold=bold)
    while len(lines) > n_lines:
        text = text[:-1]
        lines = wrapped(f"{text.rstrip()}…", points, width, bold=bold)
    return lines


def balanced(text: str, points: float, width: float, *, bold: bool = False) -> list[str]:
    """Break text into as few lines as fit `width` inches, of about equal length: no orphans.

    Parameters
    ----------
    text, points, width, bold
        As for `wrapped`.
    """
    best = wrapped(text, points, width, bold=bold)
    low, high = width / 2, width
    for _ in range(7):
        middle = (low + high) / 2
        lines = wrapped(text, points, middle, bold=bold)
        if len(lines) <= len(best):
            best, high = lines, middle
        else:
            low = middle
    return best


def _cut(word: str, points: float, width: float, *, bold: bool) -> list[str]:
    """Cut a word into pieces that fit."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and text_width(pieces[-1] + letter, points, bold=bold) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _subtitle(data: FigureData, points: float, width: float) -> list[str]:
    """Return the subtitle on one line where it fits, else its parts on lines of their own."""
    whole = wrapped(data.subtitle, points, width)
    return (
        whole
        if len(whole) == 1
        else [line for part in data.subtitles for line in wrapped(part, points, width)]
    )


class Canvas:
    """A sheet with its head and foot set; `room` is what is left for the plot.

    Parameters
    ----------
    data
        What is to be drawn.
    size, theme
        Format and colours.
    plot_height
        Inches asked for the plot; a sheet of fixed height gives what it has.
    """

    def __init__(self, data: FigureData, *, size: Size, theme: Theme, plot_height: float) -> None:
        self.size, self.theme = size, theme
        inner = SAFETY * (size.width - 2 * size.pad)
        title = balanced(data.title, size.title, inner, bold=True)
        subtitle = _subtitle(data, size.subtitle, inner)
        foot = [*wrapped(data.note, size.note, inner), *wrapped(data.source, size.note, inner)]
        gap = size.tick / 72
        head_height = (
            len(title) * line_height(size.title) + len(subtitle) * line_height(size.subtitle) + 1.3 * gap
        )
        foot_height = len(foot) * line_height(size.note) + gap
        self.height = size.height or head_height + plot_height + foot_height + 2 * size.pad
        self.figure = Figure(figsize=(size.width, self.height), dpi=300, facecolor=theme.background)
        top = self.height - size.pad
        below = self.lines(size.pad, top, title, points=size.title, bold=True) - 0.3 * gap
        self.lines(size.pad, below, subtitle, points=size.subtitle, color=theme.quiet)
        self._foot(foot)
        self.room = Box(size.pad, size.pad + foot_height, size.width - size.pad, top - head_height)

    def _foot(self, foot: Sequence[str]) -> None:
        """Set note and source under a thin rule."""
        size, top = self.size, self.size.pad + len(foot) * line_height(self.size.note)
        self.lines(size.pad, top, foot, points=size.note, color=self.theme.quiet)
        self.rule(size.pad, size.width - size.pad, top + size.tick / 72 / 3)

    def rule(self, left: float, right: float, y: float) -> None:
        """Draw a thin horizontal rule, inches."""
        xs, ys = (left / self.size.width, right / self.size.width), (y / self.height, y / self.height)
        self.figure.add_artist(Line2D(xs, ys, color=self.theme.faint, linewidth=0.8))

    def text(
        self, x: float, y: float, text: str, *, points: float = 0, color: str = "", bold: bool = False,
        ha: str = "left", va: str = "baseline",
    ) -> Text:  # fmt: skip
        """Set one line of text at x, y inches; size and colour default to those of a label."""
        return self.figure.text(
            x / self.size.width,
            y / self.height,
            legible(text),
            fontsize=points or self.size.label,
            color=color or self.theme.ink,
            fontweight="bold" if bold else "normal",
            ha=ha,
            va=va,
        )

    def lines(
        self,
        x: float,
        top: float,
        lines: Sequence[str],
        *,
        points: float,
        color: str = "",
        bold: bool = False,
    ) -> float:
        """Set lines of text downward from `top`; return the height at which the next would begin."""
        for line in lines:
            self.text(x, top - 0.98 * points / 72, line, points=points, color=color, bold=bold)
            top -= line_height(points)
        return top

    def axes(self, box: Box) -> Axes:
        """Add bare axes that fill a box."""
        place = (
            box.left / self.size.width,
            box.bottom / self.height,
            box.width / self.size.width,
            box.height / self.height,
        )
        axes = self.figure.add_axes(place, facecolor="none")
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set(color=self.theme.rule, linewidth=0.8)
        axes.tick_params(
            color=self.theme.rule,
            labelcolor=self.theme.ink,
            labelsize=self.size.tick,
            width=0.8,
            length=3,
            pad=2,
        )
        axes.tick_params(axis="y", length=0)
        return axes

    def swatch(self, box: Box, *, color: str, hatch: str = "") -> None:
        """Draw a tinted, hatched rectangle in inches, for a key."""
        corner = (box.left / self.size.width, box.bottom / self.height)
        extent = (box.width / self.size.width, box.height / self.height)
        self.figure.add_artist(Rectangle(corner, *extent, facecolor=color, alpha=STATE_TINT, linewidth=0))
        self.figure.add_artist(
            Rectangle(corner, *extent, fill=False, edgecolor=color, alpha=STATE_HATCH, hatch=hatch or None,
                      hatch_linewidth=0.4, linewidth=0)
        )  # fmt: skip

    def sample(self, x: float, y: float, length: float, **line: object) -> None:
        """Draw a line sample `length` inches long from x, y, for a key."""
        xs, ys = (x / self.size.width, (x + length) / self.size.width), (y / self.height, y / self.height)
        self.figure.add_artist(Line2D(xs, ys, **line))  # type: ignore[arg-type]
