"""What the pictures of the Why page share: rows with their labels above them, axes, bands, thinned colours.

Labels stand above their bars, so that long names fit a narrow screen.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from scenario.charts.style import Theme
from scenario.ui.vega import Spec

WRAP = 44
"""Letters of a line of a label: as many as a screen of 390 px holds."""

LINE, GAP = 15, 12
"""Pixels of a line of a label, and below a row."""


def places(labels: Sequence[str], bar: int) -> tuple[list[str], list[float], list[float], float]:
    """Return wrapped labels, the top of each, the top of each bar under it, and the height of all rows."""
    texts, tops, bars, y = [], [], [], 4.0
    for label in labels:
        lines = textwrap.wrap(label, WRAP) or [""]
        texts.append("\n".join(lines))
        tops.append(y)
        y += LINE * len(lines) + 2
        bars.append(y)
        y += bar + GAP
    return texts, tops, bars, y


def y_place(height: float, field: str = "y") -> Spec:
    """Return the vertical place in pixels from the top."""
    scale = {"domain": [height, 0], "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": None}


def labels_layer(
    texts: Sequence[str], tops: Sequence[float], quiet: Sequence[bool], height: float, theme: Theme
) -> Spec:
    """Return the labels of rows; those of noise are quiet."""
    values = [
        {"y": top, "label": text, "is_quiet": bool(is_quiet)}
        for text, top, is_quiet in zip(texts, tops, quiet, strict=True)
    ]
    colour = {"condition": {"test": "datum.is_quiet", "value": theme.quiet}, "value": theme.ink}
    return {
        "data": {"values": values},
        "mark": {"type": "text", "align": "left", "baseline": "top", "lineBreak": "\n", "x": 0},
        "encoding": {"y": y_place(height), "text": {"field": "label"}, "color": colour},
    }


def x_axis(title: str, ends: tuple[float, float], **axis: Any) -> Spec:
    """Return the horizontal axis."""
    scale = {"domain": list(ends), "nice": False, "zero": False}
    shown = {"title": wrapped(title), "tickCount": 5, "labelOverlap": True} | axis
    return {"type": "quantitative", "scale": scale, "axis": shown}


def wrapped(text: str, width: int = WRAP) -> list[str]:
    """Return a caption in lines."""
    return textwrap.wrap(text, width) or [""]


def padded(values: Iterable[float], share: float = 0.08) -> tuple[float, float]:
    """Return ends round finite values with some air."""
    kept = [float(value) for value in values if math.isfinite(value)]
    low, high = min(kept, default=0.0), max(kept, default=1.0)
    room = share * (high - low) or max(abs(high), 1.0) * share
    return low - room, high + room


def band(low: float, high: float, theme: Theme) -> Spec:
    """Return the band that noise alone fills."""
    return {
        "data": {"values": [{"low": low, "high": high}]},
        "mark": {"type": "rect", "color": theme.noise, "opacity": 0.2},
        "encoding": {
            "x": {"field": "low", "type": "quantitative"},
            "x2": {"field": "high"},
        },
    }


def mixed(colour: str, paper: str, share: float) -> str:
    """Return a colour thinned with the paper's."""
    parts = [(int(colour[i : i + 2], 16), int(paper[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * c + (1 - share) * p):02x}" for c, p in parts)


def upright(at: float, ends: tuple[str, str], height: float, colour: str) -> Spec:
    """Return an upright line in pieces, one in every row, clear of the labels."""
    return {
        "mark": {"type": "rule", "color": colour},
        "encoding": {"x": {"datum": at}, "y": y_place(height, ends[0]), "y2": {"field": ends[1]}},
    }
