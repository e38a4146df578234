"""The page Report: what is chosen is what the command names and the download holds."""

from __future__ import annotations

import io
import json
import os
import shlex
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from scenario.cli import app as commands
from scenario.report.figures import CHOICES
from scenario.report.request import Request
from scenario.report.study import Study
from scenario.ui import report_files, report_job, results, settings
from scenario.ui.recent import Recent
from scenario.ui.selection import Selection
from scenario.ui.why_asked import Pace

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
    with zipfile.ZipFile(io.BytesIO(report_files.bundle_archive(request, _quiet))) as packed:
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
    with zipfile.ZipFile(io.BytesIO(report_files.bundle_archive(request, _quiet))) as packed:
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


class Writes:
    """Every file that this process opens for writing while it is watched: by `open`, `os.open`, or a library."""

    def __init__(self) -> None:
        self.is_watching, self.paths = False, list[str]()
        sys.addaudithook(self._heard)  # stays for good; deaf but while it is watched

    def _heard(self, event: str, args: tuple[object, ...]) -> None:
        """Note a file that is opened for writing."""
        if not self.is_watching or event != "open":
            return
        path, mode, flags = args
        is_written = isinstance(mode, str) and set(mode) & set("wax+")
        if is_written or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
            self.paths.append(str(path))

    @contextmanager
    def watched(self) -> Iterator[list[str]]:
        """Watch for as long as the block lasts."""
        self.is_watching = True
        try:
            yield self.paths
        finally:
            self.is_watching = False


@pytest.fixture(scope="session")
def writes() -> Writes:
    """Return what hears of every opened file."""
    return Writes()


def test_the_watch_hears_every_way_to_write(writes: Writes, tmp_path: Path) -> None:
    """The built-in open, a path, an archive on disk, a figure on disk and a bare descriptor are all heard."""
    from matplotlib.figure import Figure

    (tmp_path / "read").write_text("x")
    with writes.watched() as paths:
        with open(tmp_path / "open", "w"):  # noqa: PTH123
            pass
        (tmp_path / "path").write_text("x")
        zipfile.ZipFile(tmp_path / "zip", "w").close()
        Figure().savefig(tmp_path / "figure.svg")
        os.close(os.open(tmp_path / "bare", os.O_CREAT | os.O_WRONLY))
        (tmp_path / "read").read_text()
        heard = {Path(path).name for path in paths}
    assert {"open", "path", "zip", "figure.svg", "bare"} <= heard
    assert "read" not in heard


@pytest.mark.usefixtures("few")
def test_nothing_is_written_to_disk(
    selection: Selection, writes: Writes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making a bundle for the page opens no file for writing, once everything that it needs is loaded."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(report_files, "_BUNDLES", Recent(1))
    request = report_files.request_of(
        selection, n=4, figures=["difference"], sizes=["slide"], formats=["pdf"], office=True, stress=True
    )
    first = report_files.bundle_archive(
        request, _quiet
    )  # loads libraries: they may write caches of their own
    results.STORE.clear()
    monkeypatch.setattr(report_files, "_BUNDLES", Recent(1))
    writes.paths.clear()
    with writes.watched() as paths:
        again = report_files.bundle_archive(request, _quiet)
    assert paths == []
    assert again == first
    assert list(tmp_path.iterdir()) == []


# ---- made in the background --------------------------------------------------------------------------


def _request(selection: Selection) -> Request:
    """Return a small report."""
    return report_files.request_of(
        selection, n=4, figures=["incidence"], sizes=["half"], formats=["svg"], office=False, stress=False
    )


def _small(start: Start) -> AppTest:
    """Open the page with a small report chosen."""
    app = start("report")
    app.session_state["report_figures"] = ["incidence"]
    app.session_state["report_formats"] = ["svg"]
    return app.run()


def _downloads(app: AppTest) -> list[str]:
    """Return the labels of the downloads of whole reports."""
    labels = [button.label for button in app.get("download_button")]  # type: ignore[attr-defined]
    return [label for label in labels if "report (zip)" in label]


def _finish(app: AppTest) -> AppTest:
    """Wait for the report that was begun, and draw the page again."""
    app.session_state[report_job.JOB].job.join(60)
    return app.run()


def test_the_report_is_prepared_and_then_downloaded(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no download before the click; after it there is one, of the bytes that were made."""
    monkeypatch.setattr(report_files, "_BUNDLES", Recent(3))
    app = _small(start)
    assert _downloads(app) == []
    app.button(key="report_prepare").click().run()
    app = _finish(app)
    assert not app.exception
    assert _downloads(app) == ["Download the report (zip)"]
    with zipfile.ZipFile(io.BytesIO(app.session_state[report_job.JOB].made)) as packed:
        assert json.loads(packed.read("manifest.json"))["command"] == app.code[0].value


def test_a_former_report_stays_and_is_marked(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """With another setting the report that was made is offered as a former one, beside the button for a new one."""
    monkeypatch.setattr(report_files, "_BUNDLES", Recent(3))
    app = _small(start)
    app.button(key="report_prepare").click().run()
    app = _finish(app)
    app.session_state["report_stress"] = True
    app.run()
    assert _downloads(app) == ["Download the former report (zip)"]
    assert any("belongs to former settings" in html.body for html in app.get("html"))  # type: ignore[attr-defined]
    assert app.button(key="report_prepare")
    app.session_state["report_stress"] = False
    app.run()
    assert _downloads(app) == ["Download the report (zip)"]


def test_the_expected_time_follows_the_pace_of_the_machine(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that makes 10 runs a second needs half an hour for what one of 1,000 does in about 20 seconds."""
    monkeypatch.setattr(report_files, "_BUNDLES", Recent(3))
    monkeypatch.setattr(report_files, "runs_of_bundle", lambda _: 17_990)
    monkeypatch.setattr(report_files, "DRAWING", Pace(1e12))
    told = []
    for per_second in (10.0, 1000.0):
        monkeypatch.setattr(report_files, "PACE", Pace(per_second))
        told.append(" ".join(html.body for html in _small(start).get("html")))  # type: ignore[attr-defined]
    assert "17,990 runs, twins counted, and their figures: about 30 minutes on this machine" in told[0]
    assert "17,990 runs, twins counted, and their figures: about 20 seconds on this machine" in told[1]


@pytest.mark.usefixtures("few")
def test_drawing_has_its_own_measured_pace(selection: Selection, monkeypatch: pytest.MonkeyPatch) -> None:
    """One picture at a promised thousandth of a second; once drawn in truth, which takes longer, twice that."""
    monkeypatch.setattr(report_files, "_BUNDLES", Recent(3))
    monkeypatch.setattr(report_files, "PACE", Pace(1e12))
    monkeypatch.setattr(report_files, "DRAWING", Pace(1e6))
    request = _request(selection)
    assert report_files.seconds_of_bundle(request) == pytest.approx(0.001, abs=1e-6)
    report_files.bundle_archive(request, _quiet)
    assert report_files.seconds_of_bundle(request) == pytest.approx(0.002, rel=0.1)


@pytest.mark.usefixtures("few")
def test_progress_counts_what_was_promised(selection: Selection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress rises to the announced number of runs: twice 4 with twins, then 17 points of 8 on two sides."""
    monkeypatch.setattr(report_files, "_BUNDLES", Recent(3))
    request, told = _request(selection), list[tuple[int, int]]()
    assert report_files.runs_of_bundle(request) == 2 * 4 * 3 + 17 * 8 * 2
    report_files.bundle_archive(request, lambda done, total: told.append((done, total)))
    assert {total for _, total in told} == {2 * 4 * 3 + 17 * 8 * 2}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert max(done for done, _ in told[:-2]) == told[-1][0]
    assert report_files.runs_of_bundle(request) == 17 * 8 * 2  # the sides are kept


@pytest.mark.usefixtures("few")
def test_a_cancelled_report_keeps_nothing(selection: Selection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelled while figures are drawn, a report is neither kept nor offered; the next one has its turn."""
    monkeypatch.setattr(report_files, "_BUNDLES", Recent(3))
    from scenario.report import bundle as module

    known, request, begun = module.bundle, _request(selection), list[report_job.Preparing]()

    def slow(whole: Study) -> dict[str, bytes]:
        while not begun:
            time.sleep(0.01)
        begun[0].job.cancel()
        return known(whole)

    with monkeypatch.context() as patched:
        patched.setattr(module, "bundle", slow)
        begun.append(report_job.Preparing(request))
        begun[0].job.join(60)
    assert not begun[0].job.is_running
    assert begun[0].made == b""
    assert not begun[0].job.has_failed
    assert report_files.kept_bundle(report_files.bundle_key(request)) is None
    again = report_job.Preparing(request)
    again.job.join(60)
    assert again.made
