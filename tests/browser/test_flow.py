"""Checks 1 to 6: what comes first, what follows a lever, what stays during a run. How fast: test_times.py."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewScreen
from tests.browser.server import Server
from tests.browser.small_app import N_FEW, N_MANY
from tests.browser.waiting import Screen

pytestmark = pytest.mark.browser

LONG = f"{N_MANY} runs with twins"
STALE = "numbers below still belong to the former settings"


def test_check_01_first_page_is_filled(screen: Screen, app: Server) -> None:
    """The first page opens with a sentence, three metrics and a chart, all whole above the fold at 1280 x 720."""
    screen.open(app.address)
    expect(screen.cards.locator(".card")).to_have_count(3)
    for part in (screen.sentence, screen.cards, screen.charts.first):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 720
    assert "against" in screen.sentence.inner_text()
    assert "of 100 runs" in screen.sentence.inner_text()


def test_check_02_numbers_follow_a_lever(screen: Screen, app: Server) -> None:
    """Moving a lever is all it takes: sentence, metrics, chart, bar and link follow."""
    screen.open(app.address)
    before = screen.cards.inner_text(), screen.charts.first.inner_html()
    screen.press("Belief needed to attribute", "Home")
    expect(screen.page.get_by_text("1 changed", exact=True)).to_be_visible()
    assert "1 number changed" in screen.sentence.inner_text()
    assert "defaults.sender.bars.attribute=0.6" in screen.page.url
    assert screen.cards.inner_text() != before[0]


def test_check_03_a_drag_is_at_most_two_runs(screen: Screen, app: Server) -> None:
    """Dragging a lever over twenty places makes at most two runs of the page; the last place counts."""
    screen.open(app.address)
    knob = screen.knob("Belief needed to attribute")
    knob.scroll_into_view_if_needed()
    start = knob.bounding_box()
    assert start is not None
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    before, n_started = screen.n_whole, screen.n_started

    def drag() -> None:
        screen.page.mouse.move(x, y)
        screen.page.mouse.down()
        screen.page.mouse.move(x - 120, y, steps=20)
        screen.page.mouse.up()

    screen.after(drag)
    assert 1 <= screen.n_whole - before <= 2
    assert screen.n_started - n_started <= 2
    place = float(screen.lever("Belief needed to attribute").input_value())
    assert place < 0.9
    assert f"defaults.sender.bars.attribute={place:g}" in screen.page.url


def test_check_04_controls_and_old_results_stay_during_a_run(screen: Screen, app: Server) -> None:
    """While runs are missing, the former numbers and every control stay on the screen."""
    screen.open(f"{app.address}/?talks.p_relief=0.35")
    before = screen.numbers()
    n_controls = screen.page.get_by_role("slider").count()
    handle = screen.lever("Belief needed to attribute")
    with app.held():
        handle.focus()
        handle.press("Home")
        expect(screen.progress.filter(has_text=STALE)).to_be_visible()
        assert screen.numbers()[:2] == before[:2]
        assert screen.page.get_by_role("slider").count() == n_controls
        expect(handle).to_be_enabled()
        expect(screen.charts.first).to_be_visible()
    expect(screen.cards).not_to_have_text(before[1], use_inner_text=True)


def test_check_05_cancel_keeps_the_former_result(screen: Screen, app: Server) -> None:
    """Cancelling the long run brings its button back, and the former numbers were never gone."""
    screen.open(app.address)
    before = screen.numbers()
    with app.held():
        screen.after(screen.button(LONG).click)
        assert screen.numbers() == before
        screen.button("Cancel").click()
        screen.button(LONG).wait_for()
        screen.settle()
        assert screen.numbers() == before
    assert screen.progress.count() == 0


def test_check_06_never_old_numbers_under_a_new_lever(
    screen: Screen, new_screen: NewScreen, app: Server
) -> None:
    """Under a moved lever the former numbers are marked until the new ones are there: those of a fresh start."""
    screen.open(f"{app.address}/?talks.p_relief=0.6")
    before = screen.numbers()
    handle = screen.lever("Belief needed to attribute")
    with app.held():
        handle.focus()
        handle.press("Home")
        expect(screen.progress.filter(has_text=STALE)).to_be_visible()
    screen.until(lambda: screen.cards.inner_text() != before[1], "new numbers must come")
    screen.settle()
    assert screen.progress.count() == 0
    other = new_screen()
    other.open(screen.page.url)
    assert other.numbers() == screen.numbers()
    assert screen.numbers()[0] != before[0]


def test_check_06_a_second_lever_ends_the_runs_of_the_first(screen: Screen, app: Server) -> None:
    """A lever that is moved during a run ends it: only the numbers of both levers ever come to rest."""
    screen.open(f"{app.address}/?talks.p_relief=0.65")
    n_started, n_whole = screen.n_started, screen.n_whole
    with app.held():
        for title in ("Belief needed to attribute", "How long Washington waits"):
            handle = screen.lever(title)
            handle.focus()
            handle.press("Home")
            expect(screen.progress.filter(has_text=STALE)).to_be_visible()
        screen.until(
            lambda: screen.n_started >= n_started + 2, "the second lever must start a script of its own"
        )
    screen.until(lambda: "3 numbers changed" in screen.sentence.inner_text(), "both levers must count")
    screen.settle()
    assert screen.n_whole == n_whole + 1
    assert f"n = {N_FEW}" in screen.foot.inner_text()
