from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from scenario.experiment.run import Progress
from scenario.experiment.sweep import sweep
from scenario.ui import why_live, why_sizes
from scenario.ui.selection import shipped
from scenario.ui.why_asked import ANSWERS, VIEWS, Asked, timed
from scenario.ui.why_sizes import SECTIONS
from tests.browser.small_app import WHY_SIZES

Start = Callable[..., AppTest]

QUICK = "belarus-2020"
"""The case with the fewest numbers."""

SMALL = WHY_SIZES | {"WAIT_SECONDS": 120.0}


class Ready:
    """Stands in for the preparation of the engine."""

    is_ready = True


@pytest.fixture
def why(start: Start, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Yield a function that opens a section of the Why page; few runs, at once."""
    for name, value in SMALL.items():
        monkeypatch.setattr(why_sizes, name, value)
    monkeypatch.setattr(why_live, "preparation", Ready)

    def opened(section: str, **params: str) -> AppTest:
        app = start("why", **params)
        app.segmented_control(key="why").set_value(section).run()
        return app

    yield opened
    ANSWERS.clear()
    VIEWS.clear()


@pytest.fixture
def slow(why: Start, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Return the page where nothing starts by itself."""
    monkeypatch.setattr(why_sizes, "LIVE_SECONDS", -1.0)
    monkeypatch.setattr(why_sizes, "FIRST_SECONDS", -1.0)
    return why


def _html(app: AppTest) -> str:
    """Return all HTML of a page as one text."""
    return "\n".join(element.value for element in app.html)


def _charts(app: AppTest) -> list[str]:
    """Return the texts that stand for the charts of a page."""
    return [chart.proto.alt for chart in app.get("vega_lite_chart")]


def _finish(app: AppTest, question: str) -> AppTest:
    """Wait for the work on a question and draw the page again."""
    app.session_state[why_live.JOBS][question].job.join(120)
    return app.run()


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("case", [case.name for case in shipped()])
def test_every_section_of_every_case(why: Start, case: str, section: str) -> None:
    """Every section of every case draws a picture with its text and a table, without an error."""
    app = why(section, case=case)
    assert not app.exception
    assert not app.error
    alts = _charts(app)
    assert alts
    assert all(len(alt) > 40 for alt in alts)
    assert _html(app).count("<table") >= len(alts)


def test_nothing_is_asked_without_a_click_where_it_takes_long(slow: Start) -> None:
    """A long answer waits behind a button that says how many runs it takes and how long."""
    app = slow("What drives it", case=QUICK)
    assert not _charts(app)
    assert "on this machine" in _html(app)
    assert app.button(key="compute-drives").label == "Compute"


def test_the_first_answer_of_a_session_is_begun_by_itself(
    slow: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page does not open empty where the answer is near; with other settings it waits for a click."""
    monkeypatch.setattr(why_sizes, "FIRST_SECONDS", 1e9)
    app = _finish(slow("What drives it", case=QUICK), "drives")
    assert any(alt.startswith("Tornado chart") for alt in _charts(app))
    app.selectbox(key="focus").set_value("Target pauses").run()
    assert app.button(key="compute-drives").label == "Compute"


def test_compute_draws_the_answer(slow: Start) -> None:
    """Compute brings the tornado of B, and no button is left."""
    app = slow("What drives it", case=QUICK)
    app.button(key="compute-drives").click().run()
    _finish(app, "drives")
    assert any(alt.startswith("Tornado chart") for alt in _charts(app))
    assert not [button for button in app.button if button.key == "compute-drives"]


def test_other_settings_leave_the_former_answer_marked(slow: Start) -> None:
    """After a change the former answer stays, is called one of former settings, and can be computed anew."""
    app = slow("What drives it", case=QUICK)
    app.button(key="compute-drives").click().run()
    _finish(app, "drives")
    assert "former settings" not in _html(app)
    app.selectbox(key="why_ends").set_value(40).run()
    assert "belongs to former settings" in _html(app)
    assert "n = 30 runs" in _html(app)
    app.button(key="compute-drives").click().run()
    _finish(app, "drives")
    assert "former settings" not in _html(app)
    assert "n = 40 runs" in _html(app)


def test_a_moved_lever_marks_the_answer(slow: Start) -> None:
    """A moved lever of B makes the answer one of former settings."""
    app = slow("Chance or ignorance", case=QUICK)
    app.button(key="compute-chance").click().run()
    _finish(app, "chance")
    lever = app.slider[0]
    lever.set_value(lever.max).run()
    assert "belongs to former settings" in _html(app)


def test_another_case_does_not_show_the_answer_of_the_first(slow: Start) -> None:
    """The answer of one case is never drawn under another."""
    app = slow("Chance or ignorance", case=QUICK)
    app.button(key="compute-chance").click().run()
    _finish(app, "chance")
    app.selectbox(key="case").set_value("missiles-unconfirmed-feb2024").run()
    assert not _charts(app)
    assert "former settings" not in _html(app)


def test_cancel_keeps_the_former_answer(slow: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancel ends the work at once; the former answer stays and nothing new is kept."""
    app = slow("What drives it", case=QUICK)
    app.button(key="compute-drives").click().run()
    _finish(app, "drives")
    release = threading.Event()

    def held(asked: Asked) -> Callable[[Progress], object]:
        def work(progress: Progress) -> object:
            release.wait(60)
            return timed(asked)(progress)

        return work

    monkeypatch.setattr(why_live, "timed", held)
    app.selectbox(key="why_ends").set_value(40).run()
    app.button(key="compute-drives").click().run()
    app.button(key="cancel-drives").click().run()
    release.set()
    working = app.session_state[why_live.JOBS]["drives"]
    working.job.join(60)
    assert not working.job.is_running
    assert ANSWERS.get(working.key) is None
    app.run()
    assert "n = 30 runs" in _html(app)
    assert app.button(key="compute-drives")


def test_difference_names_what_is_not_moved(why: Start) -> None:
    """The tornado of B - A leaves out the numbers in which A and B differ, and names them."""
    app = why("What drives it", case=QUICK, b="Washington alone")
    app.segmented_control(key="why_of").set_value("B − A").run()
    html = _html(app)
    assert "Not moved, because A and B differ in them: All senders: " in html
    assert "paired difference B − A" in html
    assert not app.error


def test_same_scenario_has_nothing_to_tip(why: Start) -> None:
    """A against itself is no difference by design, and nothing is run."""
    app = why("What would tip it", b="Base case")
    assert "no difference by design" in _html(app)
    assert not _charts(app)


def test_empty_range_is_named(why: Start) -> None:
    """A range whose ends are the wrong way round is named in one sentence."""
    app = why("What would tip it")
    app.number_input(key="why_first-low-act.p_true").set_value(0.95).run()
    assert "“from” must lie below “to” (got 0.95 and" in app.error[0].value


def test_impossible_range_is_named(why: Start) -> None:
    """A range beyond what the number may be is refused in one sentence with its bounds."""
    app = why("What would tip it")
    app.number_input(key="why_first-high-act.p_true").set_value(1.5).run()
    assert "act.p_true" in app.error[0].value
    assert "1.5" in app.error[0].value
    assert not app.exception


def test_switch_here_is_the_switch_of_the_bar(why: Start) -> None:
    """An item switched off here stands in the bar, and what moves is shown."""
    app = why("Evidence")
    app.toggle(key="item-E05").set_value(False).run()
    assert app.multiselect(key="without").value == ["E05"]
    assert any("B without E05" in text.value for text in app.subheader)
    assert "With all evidence" in _html(app)
    assert not app.error


def test_choices_survive_another_section(why: Start) -> None:
    """What was chosen in a section stands there again after another one was open."""
    app = why("What drives it", case=QUICK)
    app.segmented_control(key="why_of").set_value("B − A").run()
    app.segmented_control(key="why").set_value("Chance or ignorance").run()
    app.segmented_control(key="why").set_value("What drives it").run()
    assert app.segmented_control(key="why_of").value == "B − A"


def test_link_opens_a_section(why: Start) -> None:
    """The section in the address is not called unknown."""
    app = why("Evidence", why="Evidence")
    assert not app.warning


def test_one_policy_is_too_few(why: Start) -> None:
    """Fewer than two policies are asked for, not computed."""
    app = why("Which policy holds")
    app.multiselect(key="why_policies-iran-russia-missiles-2024").set_value(["Base case"]).run()
    assert "two policies" in app.info[0].value
    assert not _charts(app)


# ---- sweep folders -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small sweep with two policies."""
    from scenario.spec.sweep import sweep_of

    told = {
        "name": "small",
        "title": "A small sweep",
        "scenario": "iran-russia-missiles-2024",
        "replications": 5,
        "luck": "own",
        "design": {"kind": "latin-hypercube", "points": 60},
        "factors": {"act.p_true": {"range": [0.1, 0.9]}, "response.p_execute": {"range": [0.1, 0.9]}},
        "policies": {"base": {"title": "As declared"}, "words": {"title": "Words", "variant": "words-only"}},
        "outcomes": ["attribution_day", "is_true"],
    }
    folder = tmp_path_factory.mktemp("reports") / "mine"
    sweep(sweep_of(told), folder, workers=1)
    return folder


def _read(app: AppTest, key: str, folder: Path | str) -> AppTest:
    """Answer from a folder whose path is typed."""
    app.segmented_control(key=f"{key}-from").set_value("A sweep folder").run()
    app.selectbox(key=f"{key}-which").set_value("another folder").run()
    return app.text_input(key=f"{key}-path").set_value(str(folder)).run()


@pytest.mark.parametrize(
    ("section", "key"),
    [("What drives it", "why_drives"), ("Which policy holds", "why_policy"), ("Worth knowing", "why_worth")],
)
def test_answer_from_a_folder(why: Start, swept: Path, section: str, key: str) -> None:
    """A sweep on this machine answers, and the page says which sweep it is."""
    app = _read(why(section), key, swept)
    assert not app.error
    assert (
        "A small sweep: iran-russia-missiles-2024, 2 policies, 60 points (latin-hypercube), 5 runs"
        in _html(app)
    )
    assert _charts(app)


def test_sweeps_under_reports_are_listed(why: Start, swept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sweeps in the folder of reports can be picked from a list."""
    monkeypatch.setattr("scenario.ui.why_folder.ROOT", str(swept.parent))
    app = why("Which policy holds")
    app.segmented_control(key="why_policy-from").set_value("A sweep folder").run()
    listed = app.selectbox(key="why_policy-which")
    assert [option for option in listed.options if option.endswith("mine")]


def test_outcome_that_a_sweep_did_not_keep(why: Start, swept: Path) -> None:
    """An outcome that the sweep lacks is named, with those that it has."""
    app = why("Which policy holds")
    app.selectbox(key="why_outcome").set_value("joint_adoption").run()
    _read(app, "why_policy", swept)
    assert "it kept: attribution_day, is_true" in app.info[0].value


def test_wrong_folder_is_one_sentence(why: Start, tmp_path: Path) -> None:
    """A folder without a sweep gives one sentence that shows neither a path nor what a file holds."""
    (tmp_path / "file").write_text("secret", encoding="utf-8")
    for name, text in (("empty", ""), ("other", '{"secret": 1}'), ("text", "secret")):
        (tmp_path / name).mkdir()
        if text:
            (tmp_path / name / "manifest.json").write_text(text, encoding="utf-8")
    app = why("Which policy holds", case=QUICK)
    for name in ("none", "file", "empty", "other", "text"):
        _read(app, "why_policy", tmp_path / name)
        (told,) = [error.value for error in app.error]
        assert told.startswith(f"“{name}” must")
        assert told.count("(got ") == 1
        assert "secret" not in told
        assert str(tmp_path) not in told
        assert not app.exception


def test_damaged_sweep_is_one_sentence(why: Start, swept: Path, tmp_path: Path) -> None:
    """A sweep that lost a chunk is refused in one sentence."""
    import shutil

    folder = tmp_path / "lost"
    shutil.copytree(swept, folder)
    next(iter((folder / "chunks").iterdir())).unlink()
    app = _read(why("Which policy holds", case=QUICK), "why_policy", folder)
    (told,) = [error.value for error in app.error]
    assert told.startswith("“lost” must hold a sweep that is whole")
    assert str(tmp_path) not in told
