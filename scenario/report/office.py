"""The briefing for Word (.docx) and PowerPoint (.pptx): optional, with alternative texts, the same bytes every time."""

from __future__ import annotations

import datetime
import io
import zipfile
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from scenario.charts.export import picture
from scenario.charts.wording import plain
from scenario.errors import Problem, SpecError
from scenario.report.blocks import Briefing, Bullets, Command, Paragraph, Picture, Section, Table
from scenario.report.pack import plain_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scenario.charts.data import FigureData

PARTS = {"docx": "python-docx", "pptx": "python-pptx"}
"""Module -> what it is installed as."""

NO_DATE = datetime.datetime(2000, 1, 1)
"""Both formats want a date; this one says nothing."""

FOOT = "Model output under stated assumptions, not a forecast."
N_ROWS = 7
"""Rows of a table on a slide; the whole stands in the document."""

SLIDE_POINTS, SLIDE_INCHES = (20, 18, 16, 15), 5.2
"""Type sizes of running text on a slide, the largest that fits one slide is taken; the height that it may take."""

LETTER = 118 * 15
"""Letters that fit a line of running text on a slide, on the safe side, times their type size."""

TOLD = {
    "What was changed": "{0}: {1} → {2} {3}",
    "What is assumed": "{0}: {1} ({2}), {4}; {5}",
}
"""Section -> how a row of its table is told on a slide; other tables stand in the document alone."""

WORD_WIDTH = 16.6
"""Width of a table in the document, cm."""

LETTER_WIDTH, CELL_PAD = 0.16, 0.42
"""Width of a letter in a table, on the safe side, and of the margins of a cell, cm."""

MOST_LETTERS = 60
"""Letters from which on a column is no wider for more of them."""


def require_office() -> None:
    """Refuse what cannot be written here.

    Raises
    ------
    SpecError
        The extra `office` is not installed.
    """
    missing = [name for module, name in PARTS.items() if find_spec(module) is None]
    if missing:
        rule, hint = (
            "--office must have python-docx and python-pptx at hand",
            "pip install 'sanctions-scenario[office]'",
        )
        raise SpecError(Problem(rule=rule, got=f"no {' and no '.join(missing)}", hint=hint, code="E352"))


# ---- Word --------------------------------------------------------------------------------------------


def document(briefing: Briefing) -> bytes:
    """Return a briefing as the bytes of a .docx file."""
    require_office()
    from docx import Document
    from docx.shared import Cm

    made: Any = Document()
    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    page.footer.paragraphs[0].text = FOOT
    made.add_heading(plain(briefing.title), level=0)
    made.add_paragraph(plain(briefing.subtitle), style="Subtitle")
    made.add_paragraph(plain("; ".join(f"{name}: {value}" for name, value in briefing.facts)))
    for section in briefing.sections:
        made.add_heading(plain(section.title), level=1)
        for block in section.blocks:
            _word_block(made, block)
    _date(made.core_properties, briefing)
    return _saved(made)


def _word_block(made: Any, block: object) -> None:
    """Add one block to a document."""
    from docx.shared import Pt

    match block:
        case Paragraph(text, is_quiet):
            run = made.add_paragraph().add_run(plain(text))
            run.font.size = Pt(9) if is_quiet else None
        case Bullets(items):
            for item in items:
                made.add_paragraph(plain(item), style="List Bullet")
        case Command(text):
            run = made.add_paragraph().add_run(plain(text))
            run.font.name, run.font.size = "Courier New", Pt(9)
        case Table():
            _word_table(made, block)
        case Picture(figure):
            _word_picture(made, figure)


def _word_table(made: Any, table: Table) -> None:
    """Add a table: its head is repeated on every page."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement
    from docx.shared import Cm, Pt

    if table.caption:
        caption = made.add_paragraph()
        caption.add_run(plain(table.caption)).bold = True
        caption.paragraph_format.keep_with_next = True
    grid = made.add_table(rows=0, cols=len(table.head), style="Light Shading")
    grid.autofit = False
    widths = [Cm(width) for width in _widths(table)]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    look = grid._tbl.tblPr.find(qn("w:tblLook"))
    if look is not None:
        for name, value in (("w:noHBand", "1"), ("w:firstColumn", "0"), ("w:val", "0620")):
            look.set(qn(name), value)
    for place, row in enumerate((table.head, *table.rows)):
        cells = grid.add_row().cells
        for cell, text, width in zip(cells, row, widths, strict=True):
            cell.width = width
            line = cell.paragraphs[0]
            line.paragraph_format.space_after = Pt(1)
            run = line.add_run(plain(text))
            run.font.size, run.bold = Pt(8), place == 0
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(head)
    made.add_paragraph()


def _widths(table: Table) -> list[float]:
    """Return the widths of columns in cm: room for the longest word, and a share of the rest by the longest cell."""
    columns = list(zip(table.head, *table.rows, strict=True))
    words = [min(max(len(word) for cell in column for word in cell.split(" ")), 16) for column in columns]
    least = [CELL_PAD + LETTER_WIDTH * n for n in words]
    weights = [min(max(map(len, column)), MOST_LETTERS) for column in columns]
    rest = max(WORD_WIDTH - sum(least), 0)
    return [width + rest * weight / sum(weights) for width, weight in zip(least, weights, strict=True)]


def _word_picture(made: Any, figure: FigureData) -> None:
    """Add a figure with its alternative text."""
    from docx.shared import Cm

    shape = made.add_picture(io.BytesIO(picture(figure, "png")), width=Cm(16.5))
    shape._inline.docPr.set("descr", plain(figure.alt))
    shape._inline.docPr.set("title", plain(figure.title))


# ---- PowerPoint --------------------------------------------------------------------------------------


def slides(briefing: Briefing) -> bytes:
    """Return a briefing as the bytes of a .pptx file: words in short, and one slide per figure."""
    require_office()
    from pptx import Presentation
    from pptx.util import Inches

    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    facts = [f"{name}: {value}" for name, value in briefing.facts]
    _words(deck, briefing.title, [briefing.subtitle, *facts, FOOT], points=22)
    for section in briefing.sections:
        points, groups = _sheets(list(_texts(section)))
        for place, texts in enumerate(groups):
            _words(deck, f"{section.title}{' (continued)' * bool(place)}", texts, points=points)
        for block in section.blocks:
            if isinstance(block, Picture):
                _figure_slide(deck, block.figure)
    _date(deck.core_properties, briefing)
    return _saved(deck)


def _sheets(texts: list[str]) -> tuple[int, list[list[str]]]:
    """Return a type size, and texts in groups that fit a slide each."""
    for points in SLIDE_POINTS:
        groups = _groups(texts, points)
        if len(groups) <= 1:
            break
    return points, groups


def _groups(texts: list[str], points: int) -> list[list[str]]:
    """Return texts in groups that fit a slide at a type size."""
    groups, height = list[list[str]](), SLIDE_INCHES
    for text in texts:
        n_lines = -(-len(text) * points // LETTER)
        need = (n_lines * 1.2 + 0.5) * points / 72
        if height + need > SLIDE_INCHES:
            groups.append([])
            height = 0.0
        groups[-1].append(text)
        height += need
    return groups


def _texts(section: Section) -> Iterator[str]:
    """Yield the running text of a section, and the first rows of the tables that a slide can hold in words."""
    for block in section.blocks:
        match block:
            case Paragraph(text, is_quiet) if not is_quiet:
                yield text
            case Bullets(items):
                yield from items
            case Command(text):
                yield text
            case Table() if section.title in TOLD:
                yield block.caption
                yield from (TOLD[section.title].format(*row) for row in block.rows[:N_ROWS])
                if len(block.rows) > N_ROWS:
                    yield f"{len(block.rows) - N_ROWS} more in the briefing."


def _words(deck: Any, title: str, texts: list[str], *, points: int) -> None:
    """Add a slide with a title and lines of text."""
    from pptx.util import Inches, Pt

    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = plain(title)
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = Inches(0.7), Inches(0.4), Inches(11.9), Inches(1.0)
    head.text_frame.paragraphs[0].font.size = Pt(30)
    head.text_frame.paragraphs[0].font.bold = True
    head.text_frame.paragraphs[0].alignment = 1
    frame = slide.shapes.add_textbox(Inches(0.7), Inches(1.5), Inches(11.9), Inches(5.4)).text_frame
    frame.word_wrap = True
    for place, text in enumerate(texts):
        line = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        line.text, line.font.size, line.space_after = plain(text), Pt(points), Pt(points * 0.5)


def _figure_slide(deck: Any, figure: FigureData) -> None:
    """Add a slide that a figure fills; a small title says what is measured, the figure itself the finding."""
    from pptx.util import Inches, Pt

    slide = deck.slides.add_slide(deck.slide_layouts[5])
    head = slide.shapes.title
    head.text = plain(figure.measure)
    head.left, head.top, head.width, head.height = Inches(0.667), Inches(0.2), Inches(12), Inches(0.5)
    line = head.text_frame.paragraphs[0]
    line.font.size, line.alignment = Pt(14), 1
    content = io.BytesIO(picture(figure, "png", size="slide"))
    shape = slide.shapes.add_picture(content, Inches(0.667), Inches(0.9), width=Inches(12))
    shape._element.nvPicPr.cNvPr.set("descr", plain(figure.alt))
    shape._element.nvPicPr.cNvPr.set("title", plain(figure.title))


# ---- the same bytes ----------------------------------------------------------------------------------


def _date(properties: Any, briefing: Briefing) -> None:
    """Give a file its title, and no author, date or count of revisions of its own."""
    properties.title, properties.subject = plain(briefing.title), plain(briefing.subtitle)
    properties.author = properties.last_modified_by = "sanctions-scenario"
    properties.created = properties.modified = properties.last_printed = NO_DATE
    properties.comments, properties.revision = FOOT, 1


def _saved(made: Any) -> bytes:
    """Return what was made as bytes, packed anew without dates."""
    buffer, again = io.BytesIO(), io.BytesIO()
    made.save(buffer)
    with zipfile.ZipFile(buffer) as packed, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as fresh:
        for name in packed.namelist():
            fresh.writestr(plain_entry(name), packed.read(name))
    return again.getvalue()
