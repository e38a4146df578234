"""The model as a diagram: boxes and arrows as SVG that follows the theme. Wide for a desk, tall for a telephone."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from scenario.charts.style import Theme
from scenario.ui.look import violet
from scenario.ui.run_log import BELIEF, DECISION, TRUTH

ALT = (
    "Diagram of the model. The act, hidden, leaves traces; source channels report on them; senders form beliefs from "
    "the reports; a belief that reaches its bar can become an attribution, which is news to the other senders and is "
    "felt by the target; forums and routes turn it into measures; measures press on the target; the target goes on, "
    "pauses or does more, and that changes the act."
)

_RULES = """
rect {fill: none; stroke: INK; stroke-width: 1.6}
.truth rect {stroke-dasharray: 5 3; stroke-width: 1.3}
.belief rect {stroke: BELIEF; stroke-width: 2}
.decision rect {stroke-width: 2.2}
text {fill: QUIET; font: 12px "Source Sans 3", "Source Sans Pro", "Segoe UI", "Helvetica Neue", Arial, sans-serif}
text.name {fill: INK; font-size: 15px; font-weight: 650}
.belief text.name {fill: BELIEF}
.arrow {fill: none; stroke: INK; stroke-width: 1.4}
.head {fill: INK}
"""

WIDTH, HEIGHT = 194, 84
"""Size of a box."""


@dataclass(frozen=True)
class Box:
    """A part of the model: its key, its realm, its title, two lines of text."""

    key: str
    realm: str
    title: str
    lines: tuple[str, str]


BOXES = (
    Box("act", TRUTH, "The act", ("true or not, fixed at the start;", "shipments, stock, use")),
    Box("traces", TRUTH, "Traces", ("what an act leaves to be seen,", "or seems to, if there is none")),
    Box(
        "channels", BELIEF, "Source channels", ("press, imagery, debris, partners;", "errors, echoes, delays")
    ),
    Box(
        "beliefs", BELIEF, "Senders’ beliefs", ("each sender’s own probability;", "bars to warn and to find")
    ),
    Box("attribution", DECISION, "Attribution", ("a decision: prepared, slow or", "never; public warnings")),
    Box("forums", DECISION, "Forums and routes", ("waiting for partners, calendar,", "unanimity and vetoes")),
    Box("response", DECISION, "Response", ("measures announced, adopted,", "in force; exposure, erosion")),
    Box("target", DECISION, "Target", ("threat, pressure, relief, mood:", "go on, pause or do more")),
)

ARROWS = (
    ("act", "traces"), ("traces", "channels"), ("channels", "beliefs"), ("beliefs", "attribution"),
    ("attribution", "forums"), ("forums", "response"), ("response", "target"), ("target", "act"),
)  # fmt: skip
"""The way round; the two further ones are drawn in each layout."""

NEWS, FELT = "news to the others", "felt as a threat"


def diagram_html(theme: Theme) -> str:
    """Return both layouts in the colours of a theme, as pictures; the style sheet shows the one that fits.

    Parameters
    ----------
    theme
        Colours.
    """
    pictures = (("wide-only", _wide()), ("tall-only", _tall()))
    images = "".join(
        f'<img class="{kind}" alt="{escape(ALT)}" src="data:image/svg+xml;base64,{_coded(svg, theme)}">'
        for kind, svg in pictures
    )
    return f'<figure class="model">{images}</figure>'


def _coded(svg: str, theme: Theme) -> str:
    """Return a picture with its style sheet, in base 64."""
    rules = _RULES
    for name, colour in (("INK", theme.ink), ("QUIET", theme.quiet), ("BELIEF", violet(theme))):
        rules = rules.replace(name, colour)
    return base64.b64encode(svg.replace("<style/>", f"<style>{rules}</style>").encode()).decode()


def _wide() -> str:
    """Return two rows of four: the upper runs to the right, the lower back to the left."""
    step, low = WIDTH + 52, 190
    places = {box.key: (4 + index * step, 6) for index, box in enumerate(BOXES[:4])}
    places |= {box.key: (4 + (3 - index) * step, low) for index, box in enumerate(BOXES[4:])}
    parts = [_box(box, *places[box.key]) for box in BOXES]
    for index in range(3):
        right, left = 4 + index * step + WIDTH, 4 + (index + 1) * step
        parts.append(_arrow([(right + 4, 6 + HEIGHT / 2), (left - 4, 6 + HEIGHT / 2)]))
        parts.append(_arrow([(left - 4, low + HEIGHT / 2), (right + 4, low + HEIGHT / 2)]))
    last, first = 4 + 3 * step, 4
    parts.append(_arrow([(last + 66, 10 + HEIGHT), (last + 66, low - 4)]))
    parts.append(_arrow([(last + 120, low - 4), (last + 120, 10 + HEIGHT)], is_dashed=True))
    parts.append(_text(last + 128, 145, NEWS, "start", width=1))
    parts.append(_arrow([(first + 92, low - 4), (first + 92, 10 + HEIGHT)]))
    parts.append(_text(first + 100, 145, "ships, pauses, escalates", "start"))
    deep = low + HEIGHT + 30
    bow = [
        (last + 92, low + HEIGHT + 4),
        (last + 92, deep),
        (first + 92, deep),
        (first + 92, low + HEIGHT + 4),
    ]
    parts.append(_arrow(bow, is_dashed=True))
    parts.append(_text((first + last) / 2 + 92, deep - 7, f"warnings and attributions are {FELT}", "middle"))
    return _svg(last + WIDTH + 66, deep + 10, parts)


def _tall() -> str:
    """Return one column, with the ways back at its right."""
    left, step = 4, HEIGHT + 34
    places = {box.key: (left, 6 + index * step) for index, box in enumerate(BOXES)}
    parts = [_box(box, *places[box.key], width=230) for box in BOXES]
    for index in range(7):
        top = 6 + index * step + HEIGHT
        parts.append(_arrow([(left + 115, top + 4), (left + 115, top + 30)]))
    edge = left + 230

    def side(index: int, shift: float) -> float:
        return 6 + index * step + HEIGHT / 2 + shift

    ways = ((4, 3, 28, -16, 16, True), (4, 7, 56, 16, -16, True), (7, 0, 84, 12, 0, False))
    for start, end, out, leave, arrive, is_dashed in ways:
        a, b = side(start, leave), side(end, arrive)
        parts.append(
            _arrow([(edge + 4, a), (edge + out, a), (edge + out, b), (edge + 4, b)], is_dashed=is_dashed)
        )
    return _svg(edge + 96, 6 + 8 * step, parts)


def _svg(width: float, height: float, parts: list[str]) -> str:
    """Return a picture that scales with its column."""
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style/>{"".join(parts)}</svg>'


def _box(box: Box, x: float, y: float, *, width: float = WIDTH) -> str:
    """Return a box in the look of its realm."""
    lines = "".join(
        f'<text x="{x + 12:g}" y="{y + 46 + 18 * index:g}" class="line">{escape(line)}</text>'
        for index, line in enumerate(box.lines)
    )
    return (
        f'<g class="part {box.realm}"><rect x="{x:g}" y="{y:g}" width="{width:g}" height="{HEIGHT}" rx="9"></rect>'
        f'<text x="{x + 12:g}" y="{y + 25:g}" class="name">{escape(box.title)}</text>{lines}</g>'
    )


def _text(x: float, y: float, text: str, anchor: str, *, width: int = 40) -> str:
    """Return a note beside an arrow; a narrow one has a word on each line."""
    rows = text.split() if width == 1 else [text]
    return "".join(
        f'<text x="{x:g}" y="{y + 15 * (index - (len(rows) - 1) / 2):g}" class="way" text-anchor="{anchor}">'
        f"{escape(row)}</text>"
        for index, row in enumerate(rows)
    )


def _arrow(points: Sequence[tuple[float, float]], *, is_dashed: bool = False) -> str:
    """Return a line with a head at its end."""
    (x0, y0), (x1, y1) = points[-2:]
    ux, uy = _sign(x1 - x0), _sign(y1 - y0)
    head = [(x1, y1), (x1 - 8 * ux - 4.5 * uy, y1 - 8 * uy - 4.5 * ux)]
    head.append((x1 - 8 * ux + 4.5 * uy, y1 - 8 * uy + 4.5 * ux))
    line = " ".join(f"{x:g},{y:g}" for x, y in [*points[:-1], (x1 - 6 * ux, y1 - 6 * uy)])
    dash = ' stroke-dasharray="4 3"' if is_dashed else ""
    return (
        f'<polyline points="{line}" class="arrow"{dash}></polyline>'
        f'<polygon points="{" ".join(f"{x:g},{y:g}" for x, y in head)}" class="head"></polygon>'
    )


def _sign(value: float) -> int:
    """Return 1, 0 or -1."""
    return (value > 0) - (value < 0)
