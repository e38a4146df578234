"""The bundle: the same bytes everywhere, files that are what they say, numbers that come from the runs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import scenario
from scenario.errors import StoreError
from scenario.report.bundle import MANIFEST, bundle, write
from scenario.report.pack import archive
from scenario.report.study import Study

REPO = Path(__file__).parents[3]


def test_the_shown_command_makes_the_same_bytes_elsewhere(files: dict[str, bytes], tmp_path: Path) -> None:
    """The command of the manifest, in another process, folder, time zone and language, writes the same files."""
    words = shlex.split(json.loads(files[MANIFEST])["command"])
    home = tmp_path / "elsewhere"
    home.mkdir()
    started = [sys.executable, "-c", "from scenario.cli import main; main()", *words[1:], "--workers", "2"]
    environment = os.environ | {
        "PYTHONPATH": str(REPO),
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
    }
    done = subprocess.run(started, cwd=home, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = {
        path.relative_to(home / "report").as_posix(): path.read_bytes()
        for path in (home / "report").rglob("*")
        if path.is_file()
    }
    assert [name for name in {*files, *made} if files.get(name) != made.get(name)] == []


def test_a_second_bundle_is_the_same(small: Study, files: dict[str, bytes]) -> None:
    """Made again in the same process, every file has the same bytes, and so has the archive."""
    again = bundle(small)
    assert [name for name in {*files, *again} if files.get(name) != again.get(name)] == []
    assert archive(files) == archive(again)


def test_the_bundle_holds_what_it_promises(files: dict[str, bytes]) -> None:
    """Briefing, figures with numbers, scenarios, evidence, tables, checklist, office files and manifest are there."""
    figure = {f"figures/incidence-report.{kind}" for kind in ("png", "svg", "pdf")}
    assert set(files) == figure | {
        *("briefing.html", "briefing.docx", "slides.pptx", "stress-des.html", "manifest.json"),
        *("figures/incidence.csv", "figures/incidence.json", "scenarios/a.json", "scenarios/b.json"),
        "scenarios/evidence/iran-russia-missiles-2024.yaml",
        *(f"tables/{name}.csv" for name in ("outcomes", "bands", "changes", "assumptions", "evidence")),
    }


def test_the_manifest_names_every_other_file_with_its_digest(files: dict[str, bytes]) -> None:
    """Each file but the manifest itself stands in it with the sha256 of its bytes."""
    told = json.loads(files[MANIFEST])
    expected = {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != MANIFEST
    }
    assert told["files"] == expected
    assert (told["n"], told["seed"]) == (24, 0)


def test_pictures_have_their_type_size_and_fonts(files: dict[str, bytes]) -> None:
    """PNG: 6.5 in at 300 dpi. PDF: TrueType fonts embedded, none of type 3. SVG: live text, no script."""
    image = Image.open(io.BytesIO(files["figures/incidence-report.png"]))
    assert (image.format, image.width, round(image.info["dpi"][0])) == ("PNG", 1950, 300)
    pdf = files["figures/incidence-report.pdf"]
    assert pdf.startswith(b"%PDF-")
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    tree = ET.fromstring(files["figures/incidence-report.svg"])
    assert len(list(tree.iter("{http://www.w3.org/2000/svg}text"))) > 10
    assert tree.get("width") == "468pt"  # 6.5 in of 72 points


def test_the_drawn_numbers_are_those_of_the_runs(small: Study, files: dict[str, bytes]) -> None:
    """The last point of each curve is the share of runs attributed, counted in the table of runs."""
    rows = list(csv.DictReader(io.StringIO(files["figures/incidence.csv"].decode())))
    for key, table in small.sides.tables.items():
        last = [row for row in rows if (row["variant"], row["cause"]) == (key, "attributed")][-1]
        assert float(last["share"]) == pytest.approx(np.isfinite(table["attribution_day"]).mean(), abs=1e-12)


def test_scenario_files_load_again(small: Study, files: dict[str, bytes], tmp_path: Path) -> None:
    """Each variant's file gives the same hash, its evidence read from the bundle."""
    write(files, tmp_path / "report")
    for key, told in json.loads(files[MANIFEST])["scenarios"].items():
        loaded = scenario.load(tmp_path / "report" / told["file"], without=told["without"])
        assert loaded.hash == told["hash"] == small.sides.scenarios[key].hash
    ledger = tmp_path / "report" / "scenarios" / "evidence" / "iran-russia-missiles-2024.yaml"
    ledger.write_text("{}", encoding="utf-8")
    with pytest.raises(scenario.errors.DataError, match="documents"):
        scenario.load(tmp_path / "report" / "scenarios" / "a.json")


def test_tables_say_what_changed_and_what_is_assumed(files: dict[str, bytes]) -> None:
    """tables/changes.csv holds what `scenario changes` lists; tables/assumptions.csv every number of both."""
    from scenario.spec.register import difference

    a, b = (
        scenario.load("iran-russia-missiles-2024"),
        scenario.load("iran-russia-missiles-2024", variant="staged-joint"),
    )
    changes = list(csv.DictReader(io.StringIO(files["tables/changes.csv"].decode())))
    assert [row["path"] for row in changes] == [change.path for change in difference(a, b)]
    rows = list(csv.DictReader(io.StringIO(files["tables/assumptions.csv"].decode())))
    for key, side in (("A", a), ("B", b)):
        told = [row["path"] for row in rows if row["variant"] == key]
        assert len(told) == len(set(told))
        assert set(told) == {side.declared_at.get(entry.path, entry.path) for entry in side.numbers}
    assert {row["status"] for row in rows} <= {"stated", "inferred", "assumed"}
    assert all(row["source"] and row["unit"] for row in rows)


def test_no_file_says_when_or_where_it_was_made(files: dict[str, bytes]) -> None:
    """No file holds the year of the clock beside the scenario's own, nor the folder of this checkout."""
    for name, content in files.items():
        assert str(REPO).encode() not in content, name
    with zipfile.ZipFile(io.BytesIO(archive(files))) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert packed.namelist() == list(files)


def test_an_earlier_report_is_replaced(files: dict[str, bytes], tmp_path: Path) -> None:
    """A folder with a report takes a new one, and keeps no file of the old."""
    write(files, tmp_path)
    fewer = {name: content for name, content in files.items() if not name.endswith(".pdf")}
    write(fewer, tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == set(
        fewer
    )


def test_a_folder_with_other_files_is_refused(files: dict[str, bytes], tmp_path: Path) -> None:
    """Nothing is written into a folder that no report made."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match=r"must be a new or an empty folder, or one of an earlier report"):
        write(files, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_manifest_cannot_make_it_remove_files_elsewhere(files: dict[str, bytes], tmp_path: Path) -> None:
    """Names that lead out of the folder are left alone."""
    outside, home = tmp_path / "outside.txt", tmp_path / "report"
    outside.write_text("mine", encoding="utf-8")
    home.mkdir()
    (home / MANIFEST).write_text(json.dumps({"files": {"../outside.txt": ""}}), encoding="utf-8")
    write(files, home)
    assert outside.read_text(encoding="utf-8") == "mine"


def test_svg_ids_of_one_page_do_not_meet(four: Study) -> None:
    """The figures of one briefing share no id, and every reference in them has its target."""
    html = bundle(four)["briefing.html"].decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) | set(re.findall(r"url\(#([^)]+)\)", html)) <= set(ids)


def test_bands_are_told_by_their_shares_and_never_by_a_mean(small: Study, files: dict[str, bytes]) -> None:
    """tables/bands.csv holds the share of runs of every band, counted by hand; tables/outcomes.csv has no band."""
    rows = list(csv.DictReader(io.StringIO(files["tables/bands.csv"].decode())))
    told = {(row["variant"], row["outcome"], int(row["band"])): float(row["share"]) for row in rows}
    for key, table in small.sides.tables.items():
        for name in ("cost_target", "cost_senders"):
            values = table[name].tolist()
            assert [told.pop((key, name, band)) for band in range(5)] == [
                values.count(b) / 24 for b in range(5)
            ]
    assert told == {}
    outcomes = {row["outcome"] for row in csv.DictReader(io.StringIO(files["tables/outcomes.csv"].decode()))}
    assert "measures" in outcomes
    assert outcomes & {"cost_target", "cost_senders"} == set()
