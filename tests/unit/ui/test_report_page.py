"""The page Report: what is chosen is what the command names and the download holds."""

from __future__ import annotations

import io
import json
import shlex
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from scenario.cli import app as commands
from scenario.report.figures import CHOICES
from scenario.ui import report_files, results, settings
from scenario.ui.selection import Selection

Start = Callable[..., AppTest]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make four runs enough."""
    monkeypatch.setattr(settings, "FEW", 4)
    results.STORE.clear()


def _quiet(_done: int, _total: int) -> None:
    """Say nothing."""


def test_the_page_shows_the_command_of_what_is_chosen(start: Start) -> None:
    """Out of the box all figures are chosen, at report width, as PNG and SVG; the command says so."""
    app = start("report")
    assert not app.exception
    assert app.code[0].value == (
        "scenario report iran-russia-missiles-2024 --a base --b staged-joint -n 4 --seed 0 "
        f"--figures {','.join(CHOICES)} --sizes report --formats png,svg -o report"
    )


def test_choices_reach_the_command(start: Start) -> None:
    """Fewer figures, another width and the checklist stand in the command at once."""
    app = start("report")
    app.session_state["report_figures"] = ["run", "actors"]
    app.session_state["report_sizes"] = ["half"]
    app.session_state["report_stress"] = True
    app.run()
    assert "--figures actors,run --sizes half --formats png,svg --stress -o report" in app.code[0].value


def test_nothing_chosen_offers_no_download(start: Start) -> None:
    """Without a figure the page asks for one and shows no command."""
    app = start("report")
    app.session_state["report_figures"] = []
    app.run()
    assert not app.exception
    assert [info.value for info in app.info] == ["Choose at least one figure, one width and one format."]
    assert not any("scenario report" in code.value for code in app.code)


@pytest.mark.parametrize("name", list(CHOICES))
def test_every_figure_can_be_looked_at(start: Start, name: str) -> None:
    """Each choice of the preview draws without an error."""
    app = start("report")
    app.selectbox(key="report_preview").set_value(name).run()
    assert not app.exception
    assert not app.error


@pytest.mark.usefixtures("few")
def test_the_download_holds_what_the_command_writes(selection: Selection, tmp_path: Path) -> None:
    """The archive of the page and the folder of the shown command hold the same files, byte for byte."""
    request = report_files.request_of(
        selection,
        n=4,
        figures=["flow", "incidence"],
        sizes=["half"],
        formats=["svg"],
        office=False,
        stress=True,
    )
    with zipfile.ZipFile(io.BytesIO(report_files.bundle_archive(request))) as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    words = shlex.split(request.command)
    done = CliRunner().invoke(commands, [*words[1:-1], str(tmp_path / "report")])
    assert done.exit_code == 0, done.output
    written = {
        path.relative_to(tmp_path / "report").as_posix(): path.read_bytes()
        for path in (tmp_path / "report").rglob("*")
        if path.is_file()
    }
    assert held == written
    assert json.loads(held["manifest.json"])["command"] == request.command


@pytest.mark.usefixtures("few")
def test_the_preview_is_the_file_of_the_bundle(selection: Selection) -> None:
    """What is shown on white paper is the PNG that the bundle holds, at the chosen width."""
    (figure,) = report_files.figures_at(selection, "actors", n=4, progress=_quiet)
    shown = report_files.picture_of(figure, "png", "half")
    request = report_files.request_of(
        selection, n=4, figures=["actors"], sizes=["half"], formats=["png"], office=False, stress=False
    )
    with zipfile.ZipFile(io.BytesIO(report_files.bundle_archive(request))) as packed:
        assert packed.read("figures/actors-half.png") == shown
    assert Image.open(io.BytesIO(shown)).width == 945


@pytest.mark.usefixtures("few")
def test_looking_again_runs_and_draws_nothing(selection: Selection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A figure that was made is kept: neither runs nor drawing a second time."""
    (figure,) = report_files.figures_at(selection, "incidence", n=4, progress=_quiet)
    first = report_files.picture_of(figure, "png", "report")

    def never(*_args: object, **_options: object) -> None:
        raise AssertionError("made a second time")

    monkeypatch.setattr(results, "run_all", never)
    monkeypatch.setattr("scenario.charts.export.picture", never)
    (again,) = report_files.figures_at(selection, "incidence", n=4, progress=_quiet)
    assert report_files.picture_of(again, "png", "report") == first


@pytest.mark.usefixtures("few")
def test_nothing_is_written_to_disk(
    selection: Selection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making a bundle for the page opens no file for writing."""
    opened: list[str] = []
    known = Path.open

    def watched(self: Path, mode: str = "r", *args: object, **options: object) -> object:
        if set(mode) & set("wax+"):
            opened.append(str(self))
        return known(self, mode, *args, **options)  # type: ignore[call-overload]

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Path, "open", watched)
    request = report_files.request_of(
        selection, n=4, figures=["difference"], sizes=["slide"], formats=["pdf"], office=True, stress=True
    )
    assert report_files.bundle_archive(request)
    assert opened == []
    assert list(tmp_path.iterdir()) == []
