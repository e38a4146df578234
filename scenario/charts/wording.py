"""Numbers, dates and shares in words, the same in every figure. No drawing, no statistics."""

from __future__ import annotations

import datetime
import math
import unicodedata
from collections.abc import Mapping
from typing import Any

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def plain(text: str) -> str:
    """Return text as one line: white space collapsed, control characters dropped.

    Markup stays the text that it is; nothing is interpreted.

    >>> plain("a\\n <b>\\x07$x$")
    'a <b>$x$'
    """
    return " ".join(
        "".join(c if c.isspace() or unicodedata.category(c) != "Cc" else "" for c in text).split()
    )


def of_hundred(share: float) -> str:
    """Return a share in [0, 1] as a count of 100, honest at both ends.

    >>> [of_hundred(s) for s in (0.0, 0.003, 0.244, 0.997, 1.0)]
    ['0', 'under 1', '24', 'over 99', '100']
    """
    if 0 < share < 0.005:
        return "under 1"
    if 0.995 <= share < 1:
        return "over 99"
    return f"{math.floor(100 * share + 0.5):d}"


def number(value: float, *, sign: bool = False) -> str:
    """Return a number with three significant digits and at most six decimals, thousands parted, a true minus.

    >>> number(1234.5), number(-0.04567, sign=True), number(3.0, sign=True), number(-1e-16, sign=True)
    ('1,234', '−0.0457', '+3', '0')
    """
    size = abs(value)
    if size == 0:
        return "0"
    if math.isnan(size):
        return "not known"
    digits = min(max(0, 2 - math.floor(math.log10(size))), 6)
    text = f"{size:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if text == "0":
        return "0"
    mark = "−" if value < 0 else "+" if sign else ""
    return f"{mark}{text}"


def date_text(as_of: datetime.date, days: float) -> str:
    """Return the date `days` after `as_of` ("9 Sep 2024").

    >>> date_text(datetime.date(2024, 9, 9), 30.7)
    '9 Oct 2024'
    """
    day = as_of + datetime.timedelta(days=math.floor(days))
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def others(texts: Mapping[str, str]) -> str:
    """Return what is told of the variants beyond A and B; nothing where there are none.

    >>> others({"A": "62", "B": "71", "C": "40", "D": "12"}), others({"A": "62", "B": "71"})
    ('; C 40, D 12', '')
    """
    told = [f"{key} {text}" for key, text in texts.items() if key not in ("A", "B")]
    return f"; {', '.join(told)}" if told else ""


def joined(parts: list[str]) -> str:
    """Join words as a sentence does.

    >>> joined(["a"]), joined(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def counted(n: int, thing: str, things: str = "") -> str:
    """Return a number with the word for what it counts, one or many.

    >>> counted(1, "number"), counted(2500, "run"), counted(0, "box", "boxes")
    ('1 number', '2,500 runs', '0 boxes')
    """
    return f"{n:,} {thing if n == 1 else things or thing + 's'}"


def plural(unit: str) -> str:
    """Return a unit as it stands behind a range or a number that is not 1: days for a day, others as they are.

    >>> plural("day"), plural("1/day")
    ('days', '1/day')
    """
    return "days" if unit == "day" else unit


def value_text(value: Any) -> str:
    """Return a plain value of a scenario as a short text: a number, a word, a list, a mapping.

    >>> value_text({"uniform": [1, 2000]}), value_text([]), value_text(True)
    ('uniform 1, 2,000', 'none', 'yes')
    """
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(float(value))
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {value_text(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(value_text, value)) or "none"
    return str(value)
