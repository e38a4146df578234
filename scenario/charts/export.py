"""Write a figure to files: PNG, SVG, PDF, and beside them the drawn numbers (CSV) and what they are (JSON).

The same description gives the same bytes: no date, no random id, no host.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from scenario.charts.data import FigureData
from scenario.charts.style import RC
from scenario.charts.wording import plain
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

FORMATS: Mapping[str, Mapping[str, str | None]] = MappingProxyType(
    {
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": "sanctions-scenario"},
        "pdf": {"CreationDate": None, "ModDate": None, "Creator": "sanctions-scenario", "Producer": None},
    }
)
"""Format -> metadata that keep dates and versions out of it."""


def export(
    data: FigureData,
    folder: Path | str,
    *,
    size: str = "report",
    formats: Sequence[str] = ("png", "svg", "pdf"),
    theme: str = "light",
) -> list[Path]:
    """Write a figure with its numbers; return the paths, pictures first.

    Parameters
    ----------
    data
        A description made by one of the builders.
    folder
        Where to; made when missing.
    size, theme
        As for `draw`.
    formats
        Any of "png" (300 dpi), "svg" (live text), "pdf" (embedded fonts).

    Raises
    ------
    DataError
        If a format, size or theme is not known.
    """
    for name in formats:
        if name not in FORMATS:
            raise DataError(
                Problem(rule=f"format must be one of {', '.join(FORMATS)}", got=repr(name), code="E625")
            )
    place = Path(folder)
    contents = {f"{data.name}-{size}.{name}": picture(data, name, size=size, theme=theme) for name in formats}
    contents |= {f"{data.name}.csv": csv_text(data).encode(), f"{data.name}.json": json_text(data).encode()}
    place.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (place / name).write_bytes(content)
    return [place / name for name in contents]


def picture(data: FigureData, name: str, *, size: str = "report", theme: str = "light") -> bytes:
    """Return a figure as the bytes of a file.

    Parameters
    ----------
    data, size, theme
        As for `draw`.
    name
        "png", "svg" or "pdf".
    """
    import matplotlib

    from scenario.charts.drawing import draw

    figure = draw(data, size=size, theme=theme)
    words = {"Title": plain(data.title), "Subject" if name == "pdf" else "Description": plain(data.alt)}
    buffer = BytesIO()
    with matplotlib.rc_context(dict(RC)):
        figure.savefig(
            buffer,
            format=name,
            dpi=300,
            metadata=dict(FORMATS[name]) | words,
            facecolor=figure.get_facecolor(),
        )
    return with_stand_ins(buffer.getvalue()) if name == "svg" else buffer.getvalue()


def with_stand_ins(svg: bytes) -> bytes:
    """Return a drawing whose live text names fonts of the same widths for machines without the drawn one."""
    return svg.replace(b"font-family: 'DejaVu Sans'", b"font-family: 'DejaVu Sans', Verdana, sans-serif")


def csv_text(data: FigureData) -> str:
    """Return the drawn numbers as CSV, to the last digit; no text cell begins like a formula."""
    table = data.table.copy()
    for column in table.columns[[not _is_numeric(table[c]) for c in table.columns]]:
        table[column] = table[column].map(guarded)
    return table.to_csv(index=False, lineterminator="\n")


def json_text(data: FigureData) -> str:
    """Return what the figure is: words, source, hashes, version, seed, n, columns of its table."""
    context = data.context
    content = {
        "name": data.name,
        "title": data.title,
        "subtitle": data.subtitle,
        "alt": data.alt,
        "measure": data.measure,
        "unit": data.unit,
        "place": data.place,
        "period": data.period,
        "note": data.note,
        "source": data.source,
        "scenarios": {
            key: {"name": name, "hash": context.hashes[key]} for key, name in context.names.items()
        },
        "version": context.version,
        "seed": context.seed,
        "n": context.n,
        "columns": list(data.table.columns),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _is_numeric(column: pd.Series[float]) -> bool:
    """Say whether a column holds numbers."""
    return column.dtype.kind in "biuf"


def guarded_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV whose text cells no spreadsheet takes for formulas; numbers stay as they are."""
    safe = table.map(lambda cell: guarded(cell) if isinstance(cell, str) else cell)
    return str(safe.to_csv(index=False, lineterminator="\n"))


def guarded(cell: object) -> str:
    """Return a text cell that no spreadsheet takes for a formula (a quote in front of =, +, - and @)."""
    text = plain(str(cell))
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
