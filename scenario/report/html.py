"""A briefing as one HTML page: nothing is fetched, everything is escaped, and it prints on paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from types import MappingProxyType

from scenario.charts.data import FigureData
from scenario.charts.export import picture
from scenario.report.blocks import OPEN, Block, Briefing, Bullets, Command, Paragraph, Picture, Section, Table

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1a1a1a; font: 16px/1.55 "DejaVu Sans", Verdana, "Segoe UI", sans-serif;
  font-size: 15px; }
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
header { border-bottom: 3px solid #1a1a1a; padding-bottom: 1rem; margin-bottom: 1.5rem; }
.kind { margin: 0 0 .4rem; font-size: .8rem; letter-spacing: .04em; color: #545454; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .3rem; }
.sub { font-size: 1.1rem; margin: 0 0 1rem; color: #333; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; font-size: .85rem; }
dt { color: #545454; } dd { margin: 0; }
h2 { font-size: 1.25rem; margin: 2.4rem 0 .6rem; border-top: 1px solid #c8c8c8; padding-top: 1rem; }
section:first-of-type { background: #f4f6f8; padding: .2rem 1.25rem 1rem; border-left: 4px solid #0072B2; }
section:first-of-type h2 { border: 0; margin-top: .6rem; padding-top: .2rem; }
p { margin: .6rem 0; } ul { margin: .6rem 0; padding-left: 1.2rem; } li { margin: .4rem 0; }
.quiet { font-size: .82rem; color: #545454; overflow-wrap: anywhere; }
figure { margin: 1.6rem 0; border: 1px solid #e4e4e4; padding: .75rem; break-inside: avoid; }
figure svg { display: block; width: 100%; height: auto; }
.wrap { overflow-x: auto; margin: 1.2rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .78rem; line-height: 1.35; }
caption { text-align: left; font-size: .85rem; font-weight: 600; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid #e4e4e4; }
th { border-bottom: 1.5px solid #8c8c8c; font-weight: 600; color: #545454; }
td { white-space: nowrap; } td.wide { white-space: normal; min-width: 8rem; overflow-wrap: anywhere; }
td.short { white-space: normal; }
td.open { background: #fff4d6; border-left: 4px solid #D55E00; padding-left: .5rem; font-weight: 600; }
pre { background: #f4f6f8; padding: .75rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .82rem; }
footer { margin-top: 3rem; border-top: 1px solid #c8c8c8; padding-top: .75rem; font-size: .82rem; color: #545454; }
@media print {
  @page { size: A4; margin: 18mm 16mm; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; }
  h2 { break-after: avoid; } tr { break-inside: avoid; } .wrap { overflow: visible; }
  thead { display: table-header-group; }
}
"""


LONG_CELL = 24
"""Letters from which on a cell may break."""


def page(briefing: Briefing, *, note: str, files: Mapping[str, bytes] = MappingProxyType({})) -> str:
    """Return a briefing as a page.

    Parameters
    ----------
    briefing
        What is told.
    note
        What stands at the foot.
    files
        Files of the bundle: a figure that is already drawn among them is not drawn again.
    """
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in briefing.facts)
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        # Nothing may be fetched or run, whatever a scenario's texts hold.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{escape(briefing.title)}: {escape(briefing.subtitle)}</title>",
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>",
        f'<header><p class="kind">{escape(briefing.kind)} · model output, not a forecast</p>',
        f"<h1>{escape(briefing.title)}</h1>",
        f'<p class="sub">{escape(briefing.subtitle)}</p><dl>{facts}</dl></header>',
        *(_section(section, files) for section in briefing.sections),
        f"<footer>{escape(note)}</footer>\n</main>\n</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _section(section: Section, files: Mapping[str, bytes]) -> str:
    """Return one section."""
    blocks = "\n".join(_block(block, files) for block in section.blocks)
    return f"<section>\n<h2>{escape(section.title)}</h2>\n{blocks}\n</section>"


def _block(block: Block, files: Mapping[str, bytes]) -> str:
    """Return one block."""
    match block:
        case Paragraph(text, is_quiet):
            return f'<p class="quiet">{escape(text)}</p>' if is_quiet else f"<p>{escape(text)}</p>"
        case Bullets(items):
            return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
        case Command(text):
            return f"<pre><code>{escape(text)}</code></pre>"
        case Table():
            return _table(block)
        case Picture(figure):
            return _figure(figure, files.get(f"figures/{figure.name}-report.svg"))


def _table(table: Table) -> str:
    """Return a table; it can be reached by keyboard where it scrolls."""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in table.head)
    rows = "".join(
        f"<tr>{''.join(_cell(table, i, cell) for i, cell in enumerate(row))}</tr>\n" for row in table.rows
    )
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    return (
        f'<div class="wrap" tabindex="0"><table>{caption}'
        f"<thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></div>"
    )


def _cell(table: Table, place: int, text: str) -> str:
    """Return one cell: running text and long cells may break, short ones do not."""
    kinds = ["wide"] if place in table.wide else ["short"] if len(text) > LONG_CELL else []
    kinds += ["open"] if text.startswith(OPEN) else []
    kind = f' class="{" ".join(kinds)}"' if kinds else ""
    return f"<td{kind}>{escape(text)}</td>"


def _figure(figure: FigureData, drawn: bytes | None) -> str:
    """Return a figure as live SVG, its words as the text that stands for it."""
    svg = inline_svg(figure, drawn or picture(figure, "svg"))
    return f'<figure role="img" aria-label="{escape(figure.alt)}">{svg}</figure>'


def inline_svg(figure: FigureData, drawn: bytes) -> str:
    """Return the exported SVG of a figure as it can stand in a page with others: no prologue, ids of its own."""
    text = drawn.decode()
    text = text[text.index("<svg") :].strip()
    text = re.sub(r"<metadata>.*?</metadata>", "", text, count=1, flags=re.DOTALL)
    own = figure.name
    text = re.sub(r'(\sid=")([^"]+")', rf"\g<1>{own}-\g<2>", text)
    text = re.sub(r"url\(#", f"url(#{own}-", text)
    text = re.sub(r'((?:xlink:)?href=")#', rf"\g<1>#{own}-", text)
    return text.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
