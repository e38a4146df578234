"""The briefing for Word and PowerPoint."""

from __future__ import annotations

import io
import sys
import zipfile

import pytest
from docx import Document
from pptx import Presentation

from scenario.errors import SpecError
from scenario.report import office
from scenario.report.briefing import briefing_of
from scenario.report.bundle import require
from scenario.report.study import Study


def test_the_document_says_what_the_page_says(small: Study, files: dict[str, bytes]) -> None:
    """Headings are the sections in order; every table and figure is there, with the words of the figure."""
    made = Document(io.BytesIO(files["briefing.docx"]))
    briefing = briefing_of(small)
    heads = [p.text for p in made.paragraphs if p.style.name == "Heading 1"]
    assert heads == [section.title for section in briefing.sections]
    alts = [shape._inline.docPr.get("descr") for shape in made.inline_shapes]
    assert alts == [figure.alt for group in small.figures.values() for figure in group]
    assert any(cell.text == "official attribution" for t in made.tables for cell in t.columns[0].cells)


def test_every_picture_of_the_slides_has_its_words(small: Study, files: dict[str, bytes]) -> None:
    """One slide per figure, with its alternative text, within the slide."""
    deck = Presentation(io.BytesIO(files["slides.pptx"]))
    pictures = [shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == 13]
    alts = [shape._element.nvPicPr.cNvPr.get("descr") for shape in pictures]
    assert alts == [figure.alt for group in small.figures.values() for figure in group]
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height


@pytest.mark.parametrize("name", ["briefing.docx", "slides.pptx"])
def test_office_files_carry_no_date_and_no_person(files: dict[str, bytes], name: str) -> None:
    """Entries are dated 1980; the properties name no person, and a date that is none."""
    with zipfile.ZipFile(io.BytesIO(files[name])) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = packed.read("docProps/core.xml").decode()
    assert core.count("2000-01-01T00:00:00Z") >= 2
    assert "python" not in core.lower()
    assert "Steve" not in core


def test_without_the_extra_one_sentence_says_what_to_install(
    small: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where python-pptx is missing, nothing is run; the sentence names it and the extra."""
    known = office.find_spec
    monkeypatch.setattr(office, "find_spec", lambda name: None if name == "pptx" else known(name))
    with pytest.raises(
        SpecError, match=r"must have python-docx .*got no python-pptx.*\n.*sanctions-scenario\[office\]"
    ):
        require(small.request)


def test_the_command_line_needs_neither() -> None:
    """Importing the report loads nothing of either format."""
    import subprocess

    code = (
        "import sys, scenario.report.bundle; print([m for m in ('docx', 'pptx', 'lxml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
