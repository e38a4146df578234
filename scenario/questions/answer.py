"""An answer: sentences, a table and figures, and how they are written down."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenario.charts.data import DISCLAIMER, FigureData
from scenario.charts.export import export, guarded_csv
from scenario.charts.wording import plural
from scenario.experiment.store import refusal

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """What was asked, and what was found.

    Parameters
    ----------
    question
        In words.
    sentences
        The finding first; then what it rests on, and what to bear in mind.
    table
        The numbers.
    figures
        Descriptions of the pictures.
    name
        Of the files.
    """

    question: str
    sentences: tuple[str, ...]
    table: pd.DataFrame
    figures: tuple[FigureData, ...] = ()
    name: str
    extra: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data, for `--json`; what cannot be told is null."""
        rows = [
            {str(key): _plain(value) for key, value in row.items()} for row in self.table.to_dict("records")
        ]
        told = {"question": self.question, "sentences": list(self.sentences), "table": rows}
        told |= {"figures": [figure.name for figure in self.figures]}
        return told | {"note": DISCLAIMER} | {key: _plain(value) for key, value in self.extra.items()}

    def write(
        self, folder: str | Path, *, size: str = "report", formats: Sequence[str] = ("png", "svg")
    ) -> list[Path]:
        """Write the table as CSV, the sentences as text, and the figures with their data; return the paths.

        Raises
        ------
        StoreError
            The folder cannot be written.
        """
        home = Path(folder)
        try:
            home.mkdir(parents=True, exist_ok=True)
            table, text = home / f"answer-{self.name}.csv", home / f"answer-{self.name}.json"
            table.write_text(guarded_csv(self.table), encoding="utf-8", newline="")
            text.write_text(json.dumps(self.as_dict(), indent=2, allow_nan=False) + "\n", encoding="utf-8")
        except OSError as error:
            raise refusal(home, error) from error
        drawn = [path for figure in self.figures for path in export(figure, home, size=size, formats=formats)]
        return [table, text, *drawn]


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(entry) for entry in value]
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def scale_of(kind: str, unit: str) -> tuple[float, str]:
    """Return by what an outcome is multiplied for people, and its unit: shares are told of 100 runs."""
    if kind == "probability":
        return 100.0, "of 100 runs"
    return 1.0, plural(unit)


def named(title: str, unit: str) -> str:
    """Return a factor's title with its unit in brackets."""
    return f"{title} ({unit})" if unit and unit != "probability" else title
