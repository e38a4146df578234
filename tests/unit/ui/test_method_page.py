from __future__ import annotations

import base64
import csv
import json
import re
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import scenario
from scenario.analysis.words import SCALE
from scenario.charts.style import THEMES
from scenario.spec.document import parse
from scenario.ui import method_data, method_page
from scenario.ui.method_diagram import ALT, ARROWS, BOXES, diagram_html
from scenario.ui.selection import Selection, presets, scenario_from, shipped

ROOT = Path(__file__).resolve().parents[3]
VALIDATION = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")

Start = Callable[..., AppTest]


def _html(app: AppTest) -> str:
    """Return all HTML of a page as one text."""
    return "\n".join(element.value for element in app.html)


def _rows(mark: str) -> list[list[str]]:
    """Return the cells of a generated table of the validation page, without its head."""
    found = re.search(rf"<!-- {mark} -->\n(.*?)<!-- /{mark} -->", VALIDATION, re.DOTALL)
    assert found is not None
    lines = found[1].strip().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("case", [case.name for case in shipped()])
def test_every_case_draws(start: Start, case: str) -> None:
    """The page draws for every shipped case without an error, with all its parts."""
    app = start("method", case=case)
    assert not app.exception
    assert not app.error
    parts = [header.value for header in app.subheader]
    assert parts == [
        "The model",
        "How the numbers come about",
        "How far it has been checked",
        "Words for how likely",
        "Words used here",
        "Data, licence, how to cite",
    ]
    assert "What this tool can tell, and what it cannot" in _html(app)


def test_search_of_the_words(start: Start) -> None:
    """Only words that hold what is looked for are listed, and none at all is said."""
    app = start("method")
    app.text_input(key="word_search").set_value("CHOOSE number").run()
    listed = next(element.value for element in app.html if 'class="glossary"' in element.value)
    assert re.findall(r"<dt>(.*?)</dt>", listed) == ["lever", "uncertainty"]
    app.text_input(key="word_search").set_value("no such word").run()
    assert "No word holds that." in _html(app)


# ---- held against the records ------------------------------------------------------------------------


def test_kinds_of_validation_are_those_of_the_document() -> None:
    """Each kind holds as docs/validation.md says, in its order."""
    found = re.search(r"## Kinds of validation\n(.*?)\n## ", VALIDATION, re.DOTALL)
    assert found is not None
    lines = [line for line in found[1].splitlines() if line.startswith("|")][2:]
    told = [tuple(cell.strip() for cell in line.strip("|").split("|"))[:2] for line in lines]
    kinds = method_data.method()["validation"]["kinds"]
    assert [(kind["kind"], kind["holds"]) for kind in kinds] == told


def test_bands_are_those_of_the_proof() -> None:
    """So many bands are met of so many as the record of the proof says."""
    path = ROOT / "reports" / "proofs" / "plausibility.json"
    bands = json.loads(path.read_text(encoding="utf-8"))["figure"].values()
    said = method_data.method()["validation"]
    assert (said["bands_met"], said["bands"]) == (sum(band["met"] for band in bands), len(bands))


def test_rates_are_those_of_the_document() -> None:
    """Of the rates with a historical value beside them so many are inside."""
    rows = [row for row in _rows("rates") if row[2] != "-"]
    said = method_data.method()["validation"]
    assert (said["rates_inside"], said["rates"]) == (sum(row[4] == "yes" for row in rows), len(rows))


def test_citation_is_that_of_the_citation_file() -> None:
    """Title, authors and licence are those of CITATION.cff, and its version is that of the package."""
    cff = parse((ROOT / "CITATION.cff").read_bytes(), file="CITATION.cff").data
    cite = method_data.method()["cite"]
    assert (cite["title"], cite["license"]) == (cff["title"], cff["license"])
    assert cite["authors"] == cff["authors"][0]["name"]
    assert str(cff["version"]) == scenario.__version__
    assert f"Version {cff['version']}. Licence {cff['license']}." in method_data.citation()
    assert f"version = {{{cff['version']}}}" in method_data.bibtex()


def test_number_of_episodes_is_that_of_the_table() -> None:
    """The table of episodes has as many rows as the page says."""
    with (ROOT / "configs" / "episodes.csv").open(encoding="utf-8") as stream:
        n_rows = sum(1 for _ in csv.DictReader(stream))
    covers = {entry["name"]: entry["covers"] for entry in method_data.method()["data"]}
    assert covers["Episodes"].startswith(f"{n_rows} cases")


def test_data_files_go_into_the_wheel() -> None:
    """The glossary and the texts lie inside the package, all of which the wheel takes."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert "scenario" in build["targets"]["wheel"]["only-include"]
    assert method_data.FOLDER.is_relative_to(Path(scenario.__file__).parent)
    assert {"glossary.toml", "method.toml"} <= {path.name for path in method_data.FOLDER.iterdir()}


# ---- words, counts, picture --------------------------------------------------------------------------


def test_glossary_is_sorted_and_closed() -> None:
    """Words stand in the order of the alphabet, each with a sentence; what is named to look up is there."""
    terms = method_data.glossary()
    names = [term.name for term in terms]
    assert names == sorted(names)
    assert all(term.meaning.endswith(".") and term.see in ("", *names) for term in terms)
    assert {"lever", "uncertainty", "policy", "experiment", "replication", "run", "horizon"} <= set(names)


def test_likelihood_words_have_their_ranges() -> None:
    """All seven words of ICD 203 stand with the range that the program uses."""
    html = method_page.likelihood_html()
    for band in SCALE:
        assert f'<td class="num">{band.word}</td><td class="num">{band.range_text}</td>' in html
    assert [band.range_text for band in SCALE][4] == "55-80 %"


@pytest.mark.parametrize("case", shipped(), ids=lambda case: case.name)
def test_grounds_count_every_number_once(case: object) -> None:
    """The counts of stated, inferred and assumed add up to the numbers that are declared, those inherited once."""
    chosen = scenario_from(case, presets(case)["Base case"])  # type: ignore[arg-type]
    declared = {chosen.declared_at.get(entry.path, entry.path) for entry in chosen.numbers}
    found = method_data.statuses(chosen)
    assert sum(found.values()) == len(declared)
    assert {status for _, status in found} <= set(method_data.STATUSES)
    n_levers = len({chosen.declared_at.get(e.path, e.path) for e in chosen.numbers if e.quantity.lever})
    assert sum(count for (role, _), count in found.items() if role == "lever") == n_levers


def test_page_tells_the_counts(selection: Selection) -> None:
    """What is counted stands in the table."""
    counts = method_data.statuses(selection.b)
    html = method_page.grounds_html(selection)
    n_assumed = counts["lever", "assumed"] + counts["uncertainty", "assumed"]
    assert re.search(rf'assumed<br>[^\n]*?</td><td class="num">{n_assumed}</td>', html)
    assert "2 documents, 27 items" in html


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_diagram_is_a_picture_with_words_for_who_cannot_see_it(theme: str) -> None:
    """Both layouts are well-formed SVG with every part's title, in the ink of the theme, and carry the text."""
    html = diagram_html(THEMES[theme])
    assert html.count(f'alt="{ALT}"') == 2
    for coded in re.findall(r"base64,([A-Za-z0-9+/=]+)", html):
        svg = base64.b64decode(coded).decode()
        root = ET.fromstring(svg)
        titles = [node.text for node in root.iter() if node.get("class") == "name"]
        assert titles == [box.title for box in BOXES]
        assert THEMES[theme].ink in svg
    assert [end for _, end in ARROWS][:3] == ["traces", "channels", "beliefs"]


def test_diagram_stays_on_its_paper() -> None:
    """Nothing of the picture is drawn beyond its edge."""
    for coded in re.findall(r"base64,([A-Za-z0-9+/=]+)", diagram_html(THEMES["light"])):
        root = ET.fromstring(base64.b64decode(coded).decode())
        width, height = (float(size) for size in root.get("viewBox", "").split()[2:])
        points = [
            tuple(map(float, pair.split(",")))
            for node in root.iter()
            for pair in node.get("points", "").split()
        ]
        for node in root.iter():
            if node.tag.endswith("rect"):
                x, y, w, h = (float(node.get(name, "0")) for name in ("x", "y", "width", "height"))
                points += [(x, y), (x + w, y + h)]
        assert points
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points)
