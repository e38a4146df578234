"""Sizes, themes and settings of every figure: what a chart looks like, declared once.

No drawing lives here. Colours: of the Okabe-Ito set only four reach 3:1 on white; dark has its own four.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from scenario.errors import DataError, Problem

Declared = TypeVar("Declared")


@dataclass(frozen=True, kw_only=True)
class Size:
    """One format: measures in inches, type in points.

    Parameters
    ----------
    width, height
        Canvas in inches; height 0 means "as tall as the content asks".
    pad
        Empty border in inches.
    title, subtitle, label, tick, note
        Type sizes in points.
    line
        Width of the main line in points.
    is_narrow
        Whether labels go below the plot instead of beside it.
    """

    width: float
    height: float
    pad: float
    title: float
    subtitle: float
    label: float
    tick: float
    note: float
    line: float
    is_narrow: bool = False


SIZES: Mapping[str, Size] = MappingProxyType(
    {
        "report": Size(
            width=6.5, height=0, pad=0.06, title=11.5, subtitle=8, label=8, tick=7.5, note=6.5, line=1.8
        ),
        "half": Size(
            width=3.15, height=0, pad=0.04, title=9, subtitle=6.5, label=6.8, tick=6.3, note=5.5, line=1.5,
            is_narrow=True,
        ),
        "slide": Size(
            width=12, height=6, pad=0.35, title=18, subtitle=11.5, label=11.5, tick=10.5, note=8, line=2.6
        ),
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Colours of one theme.

    Parameters
    ----------
    background, ink, quiet, rule, faint
        Paper, main text, secondary text (>= 7:1), axis lines, grid lines.
    noise
        Grey for what cannot be told from noise.
    series
        Colour of A, the baseline, and of up to three further variants B, C, D.
    further
        Two more colours, for states.
    """

    background: str
    ink: str
    quiet: str
    rule: str
    faint: str
    noise: str
    series: Mapping[str, str]
    further: tuple[str, str]


THEMES: Mapping[str, Theme] = MappingProxyType(
    {
        "light": Theme(
            background="#ffffff", ink="#1a1a1a", quiet="#545454", rule="#8c8c8c", faint="#e4e4e4",
            noise="#8a8a8a",
            series=MappingProxyType({"A": "#0072B2", "B": "#D55E00", "C": "#009E73", "D": "#CC79A7"}),
            further=("#009E73", "#CC79A7"),
        ),
        "dark": Theme(
            background="#14171a", ink="#f2f2f2", quiet="#bdbdbd", rule="#8c8c8c", faint="#30353a",
            noise="#9a9a9a",
            series=MappingProxyType({"A": "#56B4E9", "B": "#F0A348", "C": "#2CC79B", "D": "#E3A3C8"}),
            further=("#2CC79B", "#E3A3C8"),
        ),
    }
)  # fmt: skip

DASHES: Mapping[str, Any] = MappingProxyType(
    {"A": "-", "B": (0, (3.2, 1.4)), "C": (0, (1.0, 1.0)), "D": (0, (5.0, 1.2, 1.0, 1.2))}
)
"""Second cue of a line: A solid, B dashed, C dotted, D dashes and dots."""

MARKERS: Mapping[str, str] = MappingProxyType({"A": "o", "B": "D", "C": "s", "D": "^"})
"""Second cue of a point: A a circle, B a diamond, C a square, D a triangle."""

RC: Any = MappingProxyType(
    {
        "font.family": ["DejaVu Sans"],
        "text.parse_math": False,  # "$" in a title stays "$"
        "text.usetex": False,
        "axes.unicode_minus": True,
        "svg.fonttype": "none",
        "svg.hashsalt": "sanctions-scenario",
        "pdf.fonttype": 42,
        "path.simplify": False,
        "savefig.bbox": None,
        "figure.dpi": 300.0,
        "savefig.dpi": 300.0,
    }
)
"""matplotlib settings in force while a figure is drawn or written, and never outside."""


def size_named(name: str) -> Size:
    """Return the declared size, or say which there are (`DataError`)."""
    return _known(SIZES, name, "size")


def theme_named(name: str) -> Theme:
    """Return the declared theme, or say which there are (`DataError`)."""
    return _known(THEMES, name, "theme")


def _known(table: Mapping[str, Declared], name: str, what: str) -> Declared:
    """Look a name up."""
    if name not in table:
        raise DataError(
            Problem(rule=f"{what} must be one of {', '.join(table)}", got=repr(name), code="E620")
        )
    return table[name]
