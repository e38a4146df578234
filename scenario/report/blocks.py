"""What a written briefing consists of, whatever it is written as: sections of paragraphs, lists, tables, figures."""

from __future__ import annotations

from dataclasses import dataclass

from scenario.charts.data import FigureData

OPEN = "To be stated by people: "
"""How a cell begins that the program cannot fill."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a quiet one is set small."""

    text: str
    is_quiet: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table of texts: its head, its rows, what it shows, and the columns (from 0) that hold running text."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wide: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Picture:
    """A figure, with its title as caption and its alternative text."""

    figure: FigureData


@dataclass(frozen=True)
class Command:
    """A command line."""

    text: str


Block = Paragraph | Bullets | Table | Picture | Command


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """A written report.

    Parameters
    ----------
    kind
        What kind of document it is.
    title, subtitle
        The case, and what is compared.
    facts
        Name and value of what stands at the head: as-of date, period, runs, seed, version.
    sections
        In reading order.
    """

    kind: str = "Briefing"
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
