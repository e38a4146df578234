"""Words and numbers of the pages as HTML. Every text is escaped here; no Streamlit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from scenario.analysis.paired import Paired
from scenario.analysis.quantities import quantiles
from scenario.analysis.sentence import per_hundred
from scenario.charts.wording import number, of_hundred

SHORT_CELL = 22
"""Letters up to which a cell of a table stays on one line."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One metric: what B and A are, the change, and what stands beside it.

    Parameters
    ----------
    title, a, b, unit
        Its name, the two values and their unit, as texts.
    change
        The paired difference in words.
    beside
        What must stand beside it: the never-share, or how it is counted.
    is_noise
        Whether the difference cannot be told from none.
    """

    title: str
    a: str
    b: str
    unit: str
    change: str
    beside: str
    is_noise: bool


def cards_html(cards: Iterable[Card]) -> str:
    """Return metrics side by side."""
    return f'<div class="cards">{"".join(map(_card, cards))}</div>'


def _card(card: Card) -> str:
    """Return one metric."""
    values = "".join(
        f'<span class="{side.lower()}"><span class="tag {side.lower()}">{side}</span>'
        f'<span class="value">{escape(text)} <small>{escape(card.unit)}</small></span></span>'
        for side, text in (("B", card.b), ("A", card.a))
    )
    beside = f"<p>{escape(card.beside)}</p>" if card.beside else ""
    kind = "card noise" if card.is_noise else "card"
    return (
        f'<section class="{kind}"><h3>{escape(card.title)}</h3><div class="pair">{values}</div>'
        f'<p class="change">{escape(card.change)}</p>{beside}</section>'
    )


def noise_text(n: int) -> str:
    """Return what is said of a difference that cannot be told from none."""
    return f"not distinguishable at n = {n:,}"


def change_text(paired: Paired, *, kind: str, unit: str, n: int) -> str:
    """Return a paired difference in words, with its simulation error.

    Parameters
    ----------
    paired
        The difference B - A.
    kind, unit
        As declared for the outcome.
    n
        Number of pairs.
    """
    if paired.differ == 0:
        return f"the same in all {n:,} pairs"
    if paired.noise:
        return noise_text(n)
    scale, what = (100, "of 100") if kind == "probability" else (1, "days" if unit == "day" else unit)
    low, high = (scale * end for end in paired.interval)
    decimals = decimals_for(high - low)
    middle, *ends = (signed(value, decimals) for value in (scale * paired.difference, low, high))
    return f"{middle} {what} on average (simulation error {' to '.join(ends)})"


def decimals_for(width: float) -> int:
    """Return how many decimals an interval of that width bears: the width to two digits."""
    return min(max(1 - math.floor(math.log10(width)), 0), 6) if width > 0 and math.isfinite(width) else 2


def signed(value: float, decimals: int) -> str:
    """Return a number with its sign and a true minus."""
    text = f"{abs(value):,.{decimals}f}"
    return text if not float(text.replace(",", "")) else f"{'−' if value < 0 else '+'}{text}"


def share_card(title: str, paired: Paired, *, n: int) -> Card:
    """Return the metric of a share of runs."""
    return Card(
        title=title,
        a=of_hundred(paired.a),
        b=of_hundred(paired.b),
        unit="of 100",
        change=change_text(paired, kind="probability", unit="", n=n),
        beside=f"differs in {per_hundred(paired.differ)} pairs",
        is_noise=paired.noise,
    )


def time_card(title: str, a: Any, b: Any, paired: Paired, *, horizon: int, n: int) -> Card:
    """Return the metric of a day: medians with the never-share, and the mean paired difference.

    Parameters
    ----------
    title
        Its name.
    a, b
        Shape [R] each: days, NaN = never.
    paired
        Their paired difference.
    horizon, n
        Length of a run in days; number of pairs.
    """
    never = " · ".join(
        f"{side} {of_hundred(float((column != column).mean()))}" for side, column in (("A", a), ("B", b))
    )
    return Card(
        title=title,
        a=median_day(a),
        b=median_day(b),
        unit="",
        change=change_text(paired, kind="time", unit="day", n=n),
        beside=f"not within {horizon} days, of 100: {never}",
        is_noise=paired.noise,
    )


def median_day(values: Any) -> str:
    """Return the median of a day, runs that never get there included."""
    (middle,) = quantiles(values, [0.5], never=True)
    return "never" if middle is None else f"day {middle:.0f}"


def quantity_card(title: str, paired: Paired, *, unit: str, n: int, beside: str) -> Card:
    """Return the metric of a mean quantity."""
    return Card(
        title=title,
        a=number(paired.a),
        b=number(paired.b),
        unit=unit,
        change=change_text(paired, kind="quantity", unit=unit, n=n),
        beside=beside,
        is_noise=paired.noise,
    )


def sentence_html(text: str, names: Mapping[str, str]) -> str:
    """Return the first sentence, with A and B in their colours.

    Parameters
    ----------
    text
        The sentence; A and B stand in it as “name”.
    names
        "A" and "B" -> name.
    """
    html = escape(text)
    for side in ("B", "A"):
        quoted = escape(f"“{names[side]}”")
        html = html.replace(quoted, f'<span class="{side.lower()}">{quoted}</span>', 1)
        if names["A"] == names["B"]:
            break
    return f'<h1 class="sentence">{html}</h1>'


def title_html(text: str) -> str:
    """Return the title of a page that has no first sentence."""
    return f'<h1 class="sentence">{escape(text)}</h1>'


def paragraph(text: str, kind: str = "note") -> str:
    """Return a paragraph of one of the kinds of the style sheet."""
    return f'<p class="{kind}">{escape(text)}</p>'


def legend_html(names: Mapping[str, str]) -> str:
    """Return what A and B are, in their colours and dashes."""
    dashes = {"A": "──", "B": "╌╌"}
    parts = [
        f'<span><span class="tag {side.lower()}">{side}</span>'
        f'<span class="{side.lower()}" aria-hidden="true">{dashes[side]}</span> {escape(name)}</span>'
        for side, name in names.items()
    ]
    return f'<div class="legend">{"".join(parts)}</div>'


def key_html(keys: Iterable[tuple[str, str, str]]) -> str:
    """Return the key of a picture: sign ("" for a bar of the colour), its colour, what it means."""
    parts = []
    for sign, colour, text in keys:
        kind, style = ("sign", "color") if sign else ("swatch", "background")
        mark = f'<span class="{kind}" style="{style}: {colour}" aria-hidden="true">{sign}</span>'
        parts.append(f"<span>{mark} {escape(text)}</span>")
    return f'<div class="legend key">{"".join(parts)}</div>'


def table_html(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, quiet: Iterable[bool] = (), wide: int = 0
) -> str:
    """Return a table of texts.

    Parameters
    ----------
    head, rows
        Column titles; cells as texts.
    quiet
        Per row whether it is greyed.
    wide
        Index of the column that takes the room.
    """
    titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    greyed = list(quiet)
    body = []
    for index, row in enumerate(rows):
        cells = "".join(
            f'<td class="{_cell_class(cell, is_wide=place == wide)}">{escape(cell)}</td>'
            for place, cell in enumerate(row)
        )
        kind = ' class="noise"' if index < len(greyed) and greyed[index] else ""
        body.append(f"<tr{kind}>{cells}</tr>")
    return (
        f'<div class="table-wrap" tabindex="0"><table class="plain"><thead><tr>{titles}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _cell_class(cell: str, *, is_wide: bool) -> str:
    """Return the class of a cell: short ones never break."""
    return "wide" if is_wide else "num" if len(cell) <= SHORT_CELL else "long"


def value_text(value: Any) -> str:
    """Return a value of "what changed" as a short text: a number, a distribution, a list."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(float(value))
    if isinstance(value, dict):
        return "; ".join(f"{kind} {value_text(inner)}" for kind, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(value_text(inner) for inner in value) or "none"
    return str(value)
