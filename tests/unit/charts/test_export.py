"""Files: the same bytes each time, live text, embedded fonts, no date, numbers to the last digit."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from scenario.charts.data import FigureData
from scenario.charts.export import csv_text, export, json_text, picture
from scenario.errors import DataError


def test_export_gives_the_same_bytes_twice(data: FigureData, tmp_path: Path) -> None:
    """Two exports of one description agree in every byte of every file."""
    first = {path.name: path.read_bytes() for path in export(data, tmp_path / "a", size="half")}
    second = {path.name: path.read_bytes() for path in export(data, tmp_path / "b", size="half")}
    assert first == second
    assert set(first) == {f"{data.name}-half.{e}" for e in ("png", "svg", "pdf")} | {
        f"{data.name}.csv",
        f"{data.name}.json",
    }


def test_files_hold_no_date(figures: dict[str, FigureData]) -> None:
    """Neither PDF nor SVG says when it was made."""
    pdf = picture(figures["incidence"], "pdf")
    assert b"CreationDate" not in pdf
    assert b"ModDate" not in pdf
    assert b"dc:date" not in picture(figures["incidence"], "svg")


def test_pdf_embeds_its_fonts(figures: dict[str, FigureData]) -> None:
    """The PDF carries TrueType fonts (a FontFile2 stream), none of type 3."""
    pdf = picture(figures["incidence"], "pdf")
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf


def test_svg_text_is_live(data: FigureData) -> None:
    """The words of the title are text elements of the SVG, one per line."""
    tree = ET.fromstring(picture(data, "svg"))
    words = [e.text or "" for e in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert data.title in " ".join(words)


def test_live_text_names_fonts_that_stand_in(figures: dict[str, FigureData]) -> None:
    """Every text of an SVG asks for the drawn font first, then for one of the same widths, then for any."""
    tree = ET.fromstring(picture(figures["flow"], "svg"))
    styles = [e.get("style") or "" for e in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert len(styles) > 10
    assert all("font-family: 'DejaVu Sans', Verdana, sans-serif" in style for style in styles)


def test_markup_in_svg_is_escaped(figures: dict[str, FigureData]) -> None:
    """A title with tags and mathematics is text in the SVG, and adds no element."""
    odd = "<b>x</b> $y$ <script>alert(1)</script>"
    tree = ET.fromstring(picture(replace(figures["flow"], title=odd), "svg"))
    words = [e.text or "" for e in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert odd in words
    assert not list(tree.iter("{http://www.w3.org/2000/svg}script"))


def test_png_has_300_dpi(figures: dict[str, FigureData]) -> None:
    """A report PNG is 6.5 in at 300 dpi: 1,950 pixels wide, and says so."""
    image = Image.open(io.BytesIO(picture(figures["flow"], "png")))
    assert image.width == 1950
    assert round(image.info["dpi"][0]) == 300


def test_csv_equals_the_drawn_numbers(data: FigureData) -> None:
    """Reading the CSV back gives the table, to the last digit."""
    back = pd.read_csv(io.StringIO(csv_text(data)))
    pd.testing.assert_frame_equal(back, data.table, check_dtype=False, check_exact=True)


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_formulas_in_csv_stay_text(figures: dict[str, FigureData], start: str) -> None:
    """A text cell that begins like a formula is guarded; numbers keep their minus."""
    table = figures["difference"].table.assign(name=f"{start}1+1")
    text = csv_text(replace(figures["difference"], table=table))
    back = pd.read_csv(io.StringIO(text))
    assert set(back["name"]) == {f"'{start}1+1"}
    assert back["difference"].min() < 0


def test_json_says_what_the_figure_is(data: FigureData) -> None:
    """The JSON holds words, hashes, version, seed and n."""
    found = json.loads(json_text(data))
    assert found["scenarios"]["A"] == {"name": "Baseline", "hash": "3f2a91c0d4" + "0" * 54}
    assert (found["seed"], found["n"], found["version"]) == (1, 400, "0.1.0")
    assert found["source"].startswith(
        "Model output, not a forecast. Scenario A 3f2a91c0, B 81be02f5; n = 400"
    )
    assert found["title"] in found["alt"]
    assert found["columns"] == list(data.table.columns)


def test_sizes_share_their_numbers(figures: dict[str, FigureData], tmp_path: Path) -> None:
    """Two sizes in one folder are two pictures and one table."""
    for size in ("report", "half"):
        export(figures["flow"], tmp_path, size=size, formats=("png",))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["flow-half.png", "flow-report.png", "flow.csv", "flow.json"]


def test_unknown_format_is_refused_before_writing(figures: dict[str, FigureData], tmp_path: Path) -> None:
    """A format that is not declared writes nothing."""
    with pytest.raises(DataError, match=r"format must be one of png, svg, pdf .got 'gif'"):
        export(figures["flow"], tmp_path / "new", formats=("gif",))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["../x", "a b", "A", "", "a--b", "x/y"])
def test_name_cannot_leave_the_folder(figures: dict[str, FigureData], name: str) -> None:
    """A figure's name is letters, digits and hyphens, never a path."""
    with pytest.raises(DataError, match=re.escape(f"(got {name!r})")):
        replace(figures["flow"], name=name)
