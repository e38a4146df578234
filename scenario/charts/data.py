"""What every figure is before it is drawn: a finding, a measure, a table of numbers, and their source.

No matplotlib here: a figure description can be tested, exported as a table or read aloud without drawing.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scenario.charts.wording import date_text
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

DISCLAIMER = "Model output, not a forecast."


@dataclass(frozen=True, kw_only=True)
class Context:
    """Where the numbers of a figure come from; the same for all figures of one comparison.

    Parameters
    ----------
    place
        Whom it is about, in words ("Iran and Russia").
    as_of
        Day 0.
    horizon_days
        Length of the period, days > 0.
    n
        Number of runs (paired runs where there are several variants), >= 1.
    seed
        Root seed.
    version
        Version of the model that ran.
    names
        Title of each variant, keys "A" and, where there are more, "B" to "D"; A is the baseline.
    hashes
        Scenario hash of each variant, same keys.
    """

    place: str
    as_of: datetime.date
    horizon_days: float
    n: int
    seed: int
    version: str
    names: Mapping[str, str]
    hashes: Mapping[str, str]

    @property
    def period(self) -> str:
        """The period in words."""
        return f"{date_text(self.as_of, 0)} to {date_text(self.as_of, self.horizon_days)}"

    @property
    def days(self) -> str:
        """The horizon in words ("365 days")."""
        return f"{self.horizon_days:g} days"

    @property
    def runs(self) -> str:
        """The number of runs in words."""
        return f"{self.n:,} paired runs" if len(self.names) > 1 else f"{self.n:,} runs"

    @property
    def source(self) -> str:
        """The source line: disclaimer, hashes, n, seed, version."""
        hashes = ", ".join(f"{key} {value[:8]}" for key, value in self.hashes.items())
        numbers = f"n = {self.n:,}; seed {self.seed}; sanctions-scenario {self.version}"
        return f"{DISCLAIMER} Scenario {hashes}; {numbers}."


@dataclass(frozen=True, kw_only=True, eq=False)
class FigureData:
    """A figure before drawing.

    Parameters
    ----------
    name
        File name without ending: lower-case letters, digits, hyphens.
    title
        The finding, one sentence.
    measure, unit
        What is counted and in what.
    note
        How to read it; what the marks mean; simulation error.
    alt
        The takeaway and the main numbers for someone who cannot see the figure.
    table
        Exactly the drawn numbers, long form.
    context
        Where the numbers come from.

    Raises
    ------
    DataError
        If the name could not be a file name.
    """

    name: str
    title: str
    measure: str
    unit: str
    note: str
    alt: str
    table: pd.DataFrame = field(repr=False)
    context: Context

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            rule = "figure name must be lower-case letters, digits and single hyphens"
            raise DataError(Problem(rule=rule, got=repr(self.name), code="E621"))

    @property
    def place(self) -> str:
        """Whom it is about."""
        return self.context.place

    @property
    def period(self) -> str:
        """From when to when."""
        return self.context.period

    @property
    def n(self) -> int:
        """Number of runs."""
        return self.context.n

    @property
    def source(self) -> str:
        """The source line."""
        return self.context.source

    @property
    def subtitles(self) -> tuple[str, str]:
        """What is measured and in what; where, when and over how many runs."""
        return f"{self.measure}, {self.unit}.", f"{self.place}, {self.period}, n = {self.context.runs}."

    @property
    def subtitle(self) -> str:
        """Measure, unit, place, period and n, in one line."""
        return " ".join(self.subtitles)
