"""Words and numbers of the pages as HTML. Every text is escaped here; no Streamlit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from scenario.analysis.paired import Paired
from scenario.analysis.quantities import quantiles
from scenario.analysis.sentence import per_hundred
from scenario.charts.wording import number, of_hundred, plural

SHORT_CELL = 22
"""Letters up to which a cell of a table stays on one line."""


MOST_DECIMALS = 6


@dataclass(frozen=True, kw_only=True)
class Card:
    """One metric: what each side is, the changes from A, and what stands beside it.

    Parameters
    ----------
    title, unit
        Its name, and the unit of the values.
    values
        Letter -> value as a text, A first.
    changes
        Letter of each further side -> its paired difference from A in words.
    beside
        What must stand beside it: the never-share, or how it is counted.
    noise
        Letters whose difference cannot be told from none.
    """

    title: str
    unit: str
    values: Mapping[str, str]
    changes: Mapping[str, str]
    beside: str
    noise: frozenset[str]


def cards_html(cards: Iterable[Card]) -> str:
    """Return metrics side by side."""
    return f'<div class="cards">{"".join(map(_card, cards))}</div>'


def _card(card: Card) -> str:
    """Return one metric: two sides next to each other, more of them below each other."""
    beside = f"<p>{escape(card.beside)}</p>" if card.beside else ""
    kind = "card noise" if len(card.noise) == len(card.changes) else "card"
    body = _two_sides(card) if len(card.changes) == 1 else _many_sides(card)
    return f'<section class="{kind}"><h3>{escape(card.title)}</h3>{body}{beside}</section>'


def _two_sides(card: Card) -> str:
    """Return B, large, beside A, and what changes."""
    values = "".join(_value(card, side) for side in ("B", "A"))
    return f'<div class="pair">{values}</div><p class="change">{escape(card.changes["B"])}</p>'


def _many_sides(card: Card) -> str:
    """Return a line for each side, with its change from A."""
    lines = []
    for side in card.values:
        kind = "change noise" if side in card.noise else "change"
        change = f'<p class="{kind}">{escape(card.changes[side])}</p>' if side in card.changes else ""
        lines.append(f'<div class="line">{_value(card, side)}{change}</div>')
    return "".join(lines)


def _value(card: Card, side: str) -> str:
    """Return the value of one side with its letter."""
    return (
        f'<span class="{side.lower()}"><span class="tag {side.lower()}">{side}</span>'
        f'<span class="value">{escape(card.values[side])} <small>{escape(card.unit)}</small></span></span>'
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
    scale, what = (100, "of 100") if kind == "probability" else (1, plural(unit))
    low, high = (scale * end for end in paired.interval)
    decimals = decimals_for(high - low)
    while decimals < MOST_DECIMALS and any(end and not round(end, decimals) for end in (low, high)):
        decimals += 1  # an end that is not 0 must not look so: the difference is told because 0 lies outside
    middle, *ends = (signed(value, decimals) for value in (scale * paired.difference, low, high))
    return f"{middle} {what} on average (95 % simulation interval {' to '.join(ends)})"


def decimals_for(width: float) -> int:
    """Return how many decimals an interval of that width bears: the width to two digits."""
    return (
        min(max(1 - math.floor(math.log10(width)), 0), MOST_DECIMALS)
        if width > 0 and math.isfinite(width)
        else 2
    )


def signed(value: float, decimals: int) -> str:
    """Return a number with its sign and a true minus."""
    text = f"{abs(value):,.{decimals}f}"
    return text if not float(text.replace(",", "")) else f"{'−' if value < 0 else '+'}{text}"


def _noise(paired: Mapping[str, Paired]) -> frozenset[str]:
    """Return the letters whose difference cannot be told from none."""
    return frozenset(side for side, found in paired.items() if found.noise)


def _changes(paired: Mapping[str, Paired], *, kind: str, unit: str, n: int) -> dict[str, str]:
    """Return every side's difference from A in words."""
    return {side: change_text(found, kind=kind, unit=unit, n=n) for side, found in paired.items()}


def _values(paired: Mapping[str, Paired], text: Callable[[float], str]) -> dict[str, str]:
    """Return the value of A and of every further side as texts."""
    return {"A": text(next(iter(paired.values())).a)} | {side: text(p.b) for side, p in paired.items()}


def share_card(title: str, paired: Mapping[str, Paired], *, n: int) -> Card:
    """Return the metric of a share of runs.

    Parameters
    ----------
    title, n
        Its name; number of pairs.
    paired
        Letter -> paired difference from A.
    """
    differ = [f"{'' if len(paired) == 1 else f'{s} '}{per_hundred(p.differ)}" for s, p in paired.items()]
    return Card(
        title=title,
        unit="of 100",
        values=_values(paired, of_hundred),
        changes=_changes(paired, kind="probability", unit="", n=n),
        beside=f"differs in {', '.join(differ)} pairs",
        noise=_noise(paired),
    )


def time_card(
    title: str, days: Mapping[str, Any], paired: Mapping[str, Paired], *, horizon: int, n: int
) -> Card:
    """Return the metric of a day: medians with the never-share, and the mean paired differences.

    Parameters
    ----------
    title
        Its name.
    days
        Letter -> shape [R], days, NaN = never; A among them.
    paired
        Letter -> paired difference from A.
    horizon, n
        Length of a run in days; number of pairs.
    """
    never = " · ".join(f"{s} {of_hundred(float((values != values).mean()))}" for s, values in days.items())
    return Card(
        title=title,
        unit="",
        values={side: median_day(values) for side, values in days.items()},
        changes=_changes(paired, kind="time", unit="day", n=n),
        beside=f"not within {horizon} days, of 100: {never}; the mean counts them as day {horizon}",
        noise=_noise(paired),
    )


def median_day(values: Any) -> str:
    """Return the median of a day, runs that never get there included."""
    (middle,) = quantiles(values, [0.5], never=True)
    return "never" if middle is None else f"day {middle:.0f}"


def quantity_card(title: str, paired: Mapping[str, Paired], *, unit: str, n: int, beside: str) -> Card:
    """Return the metric of a mean quantity; parameters as in `share_card`."""
    return Card(
        title=title,
        unit=unit,
        values=_values(paired, number),
        changes=_changes(paired, kind="quantity", unit=unit, n=n),
        beside=beside,
        noise=_noise(paired),
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
    return f'<h1 class="sentence">{_coloured(text, names)}</h1>'


def further_html(text: str, names: Mapping[str, str]) -> str:
    """Return the sentence of a further side, smaller; parameters as in `sentence_html`."""
    return f'<p class="further">{_coloured(text, names)}</p>'


def _coloured(text: str, names: Mapping[str, str]) -> str:
    """Return a text in which each side's name stands in its colour."""
    html, marked = escape(text), set[str]()
    for side in sorted(names, key=lambda letter: letter == "A"):
        quoted = escape(f"“{names[side]}”")
        if names[side] not in marked:
            html = html.replace(quoted, f'<span class="{side.lower()}">{quoted}</span>', 1)
            marked.add(names[side])
    return html


def title_html(text: str) -> str:
    """Return the title of a page that has no first sentence."""
    return f'<h1 class="sentence">{escape(text)}</h1>'


def paragraph(text: str, kind: str = "note") -> str:
    """Return a paragraph of one of the kinds of the style sheet."""
    return f'<p class="{kind}">{escape(text)}</p>'


def legend_html(names: Mapping[str, str]) -> str:
    """Return what each side is, in its colour and dash."""
    dashes = {"A": "──", "B": "╌╌", "C": "┄┄", "D": "─·"}
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


def markdown(text: str) -> str:
    """Return text in which Markdown finds no markup."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>()#+!|$~:" else letter for letter in text)
