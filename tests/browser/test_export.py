"""Checks 28 to 32: what is downloaded, what it says, and that downloading changes nothing."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from tests.browser.server import REPO, Server
from tests.browser.small_app import N_FEW
from tests.browser.waiting import Screen

pytestmark = pytest.mark.browser

INCHES = {"report, 6.5 in": 6.5, "half, 3.15 in": 3.15, "slide, 12 × 6 in": 12.0}
DPI = 300


def _figure(screen: Screen, *, kind: str, size: str = "report, 6.5 in", what: str = "") -> dict[str, bytes]:
    """Return the files of a figure that the page offers, by their ending."""
    screen.open_downloads()
    for label, choice in (("Figure", what), ("Size", size), ("Format", kind)):
        if choice:
            screen.choose(label, choice)
    name, content = screen.download("Figure with its numbers (zip)")
    assert name == f"figure-{kind}.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {Path(part).suffix[1:]: packed.read(part) for part in packed.namelist()}


@pytest.mark.parametrize("size", INCHES)
def test_check_28_pictures_have_the_size_they_say(screen: Screen, app: Server, size: str) -> None:
    """A PNG is as wide as its format at 300 dots per inch, and comes with its numbers and its description."""
    from PIL import Image

    screen.open(app.address)
    files = _figure(screen, kind="png", size=size)
    assert set(files) == {"png", "csv", "json"}
    with Image.open(io.BytesIO(files["png"])) as picture:
        assert picture.format == "PNG"
        assert picture.width == round(INCHES[size] * DPI)
        assert picture.info["dpi"] == pytest.approx((DPI, DPI), abs=0.1)


def test_check_28_svg_has_live_text_and_pdf_its_fonts(screen: Screen, app: Server) -> None:
    """Words of an SVG are text, a PDF brings the fonts it uses, and both say the same finding."""
    screen.open(app.address)
    files = _figure(screen, kind="svg")
    words = " ".join(re.findall(r"<text[^>]*>([^<]+)</text>", files["svg"].decode()))
    assert "Official attribution" in words
    assert "n = 400 paired runs" in words
    pdf = _figure(screen, kind="pdf")["pdf"]
    assert pdf.startswith(b"%PDF-1.")
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) [\d.]+ \]", pdf)
    assert box is not None
    assert float(box[1]) == pytest.approx(6.5 * 72, abs=0.5)
    assert b"/FontFile2" in pdf
    assert pdf.count(b"/FontDescriptor ") <= pdf.count(b"/FontFile2 ") * 2


def test_check_29_the_csv_reproduces_the_drawn_numbers(screen: Screen, app: Server) -> None:
    """The shares at the end of each curve on the screen are those of the CSV, and the curve is the same."""
    screen.open(app.address)
    table = pd.read_csv(io.BytesIO(_figure(screen, kind="svg")["csv"]))
    ends = table.sort_values("day").groupby("variant")["share"].last()
    shown = screen.charts.first.inner_text()
    for side, share in ends.items():
        assert f"{side}: {100 * share:.0f} of 100" in shown
        assert f"never: {100 * (1 - share):.0f}" in shown
    by_day = {side: part.set_index("day")["share"] for side, part in table.groupby("variant")}
    for side, name in (("A", "Base case"), ("B", "Staged joint announcement")):
        told = screen.sentence.inner_text()
        assert f"{100 * by_day[side][90]:.0f} of 100" in told
        assert name in told


@pytest.mark.parametrize("what", ["Cumulative incidence", "Who acts when", "Paired difference B − A"])
def test_check_30_no_text_of_a_figure_is_clipped(screen: Screen, app: Server, what: str) -> None:
    """Drawn by the browser, every text of a downloaded SVG lies within its sheet."""
    screen.open(app.address)
    drawing = _figure(screen, kind="svg", what=what)["svg"].decode()
    page = screen.page.context.new_page()
    page.set_content(f"<body style='margin:0'>{drawing[drawing.index('<svg') :]}</body>")
    boxes = page.evaluate(
        """() => {
          const sheet = document.querySelector('svg').getBoundingClientRect();
          return [...document.querySelectorAll('text')].map(text => {
            const box = text.getBoundingClientRect();
            return [text.textContent, box.left - sheet.left, sheet.right - box.right,
                    box.top - sheet.top, sheet.bottom - box.bottom];
          });
        }"""
    )
    assert len(boxes) > 8
    assert [box for box in boxes if min(box[1:]) < -1] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_check_30_no_text_on_the_page_is_clipped(screen: Screen, app: Server, width: int) -> None:
    """Every text of the first page, its charts included, has the room that it needs."""
    screen.page.set_viewport_size({"width": width, "height": 900})
    screen.open(app.address)
    cut = screen.page.evaluate(
        """() => {
          const found = [];
          for (const part of document.querySelectorAll('[data-testid=stMain] :is(h1, h2, h3, p, td, th, span)')) {
            const style = getComputedStyle(part);
            if (style.overflowX !== 'visible' && part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 1)
              found.push(part.textContent.slice(0, 80));
          }
          for (const chart of document.querySelectorAll('[data-testid=stVegaLiteChart] svg')) {
            const sheet = chart.getBoundingClientRect();
            for (const text of chart.querySelectorAll('text')) {
              const box = text.getBoundingClientRect();
              if (box.left < sheet.left - 3 || box.right > sheet.right + 3) found.push(text.textContent);
            }
          }
          return found;
        }"""
    )
    assert cut == []


def test_check_31_the_shown_command_makes_the_same_numbers(
    screen: Screen, app: Server, tmp_path: Path
) -> None:
    """The command on Assumptions, run in a terminal, writes the numbers of the screen to the last digit."""
    screen.open(f"{app.address}/?b=Words+only&senders.us.patience_days=30&without=E05")
    screen.open_downloads()
    _, content = screen.download("Outcomes of all sides (CSV)")
    screen.page.keyboard.press("Escape")
    screen.visit("Assumptions")
    screen.tab("Files")
    command = screen.page.get_by_test_id("stCode").first.inner_text().split()
    assert command[:2] == ["scenario", "compare"]
    subprocess.run(
        [Path(sys.executable).with_name("scenario"), *shlex.split(" ".join(command[1:])), "-o", tmp_path],
        env=os.environ | {"PYTHONPATH": str(REPO)},
        check=True,
        capture_output=True,
    )
    written = (tmp_path / "differences.csv").read_text(encoding="utf-8")
    rows = {row["outcome"]: row for row in csv.DictReader(io.StringIO(content.decode()))}
    again = {row["outcome"]: row for row in csv.DictReader(io.StringIO(written))}
    assert len(again) > 30
    for outcome, row in again.items():
        for column in ("a", "b", "difference", "lower", "upper"):
            assert rows[outcome][column] == row[column], (outcome, column)


def test_check_32_downloading_changes_nothing(screen: Screen, app: Server) -> None:
    """A download runs no script of the page and leaves numbers and address as they were."""
    screen.open(app.address)
    screen.open_downloads()
    screen.settle()
    before = screen.main.inner_text(), screen.page.url, screen.n_started
    names = ("Figure with its numbers (zip)", "Outcomes of all sides (CSV)", "Every run of all sides (zip)")
    first = {name: screen.download(name) for name in names}
    screen.settle()
    assert (screen.main.inner_text(), screen.page.url, screen.n_started) == before
    assert all(screen.download(name) == content for name, content in first.items())
    with zipfile.ZipFile(io.BytesIO(first[names[0]][1])) as packed:
        (described,) = (name for name in packed.namelist() if name.endswith(".json"))
        assert json.loads(packed.read(described))["n"] == N_FEW
