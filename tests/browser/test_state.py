"""Checks 8 to 15: the address holds the state; sessions, reloads and restarts; what is ignored is named."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

import scenario
from scenario.spec.files import find
from tests.browser.conftest import NewScreen
from tests.browser.pages import PAGES
from tests.browser.server import Server
from tests.browser.small_app import N_FEW, N_MANY
from tests.browser.waiting import Screen

pytestmark = pytest.mark.browser

MOVED = "defaults.sender.bars.attribute=0.6"


def _csv(screen: Screen) -> bytes:
    """Return the table of outcomes that the page offers."""
    screen.open_downloads()
    name, content = screen.download("Outcomes of all sides (CSV)")
    screen.page.keyboard.press("Escape")
    assert name == "comparison.csv"
    return content


def _ask_long(screen: Screen) -> None:
    """Ask for the long run and wait until its numbers are there."""
    screen.button(f"{N_MANY} runs with twins").click()
    screen.until(lambda: f"n = {N_MANY}" in screen.foot.inner_text(), "the long run must end")
    screen.settle()


def test_check_08_the_address_restores_the_numbers(
    screen: Screen, new_screen: NewScreen, app: Server
) -> None:
    """What was picked by hand on one screen stands on another after opening its address, number by number."""
    screen.open(app.address)
    screen.pick("compared with it", "Words only")
    screen.pick("Look at", "First measure announced")
    screen.pick("Count what happens within", "60")
    screen.press("Belief needed to attribute", "Home")
    screen.press("Relief for verified restraint", "ArrowRight")
    other = new_screen()
    other.open(screen.page.url)
    assert other.numbers() == screen.numbers()
    assert other.changes.all_inner_texts() == screen.changes.all_inner_texts()
    assert "“Words only (2 numbers changed)”" in other.sentence.inner_text()
    assert "linked measures are announced within 60 days" in other.sentence.inner_text()


def test_check_08_the_link_under_share_restores_the_numbers(
    screen: Screen, new_screen: NewScreen, app: Server
) -> None:
    """The link that Share shows opens the same numbers in a new browser session."""
    screen.open(f"{app.address}/?{MOVED}&without=E05&a=Words+only&b=Quiet+deal")
    screen.page.get_by_role("button", name="Share").click()
    link = screen.page.get_by_test_id("stCode").inner_text().strip()
    assert link.endswith(f"v={scenario.__version__}")
    other = new_screen()
    other.open(link)
    assert other.numbers() == screen.numbers()
    assert other.alerts.count() == 0


def test_check_09_ignored_parts_of_a_link_are_named(screen: Screen, app: Server) -> None:
    """What a link holds and the app does not take is named to the user, with what would be taken."""
    screen.open(f"{app.address}/?b=Nonsense&senders.us.patience_days=9999&colour=red")
    notes = screen.alerts.first
    expect(notes).to_contain_text("“Nonsense” is no choice for “b”")
    expect(notes).to_contain_text("“9999” for “senders.us.patience_days” was ignored")
    expect(notes).to_contain_text("from 0 to 60")
    expect(notes).to_contain_text("“colour” is no setting of this case")


def test_check_10_a_link_of_another_version_says_so(screen: Screen, app: Server) -> None:
    """A link that another version of the model made is told apart from one of this version."""
    screen.open(f"{app.address}/?v=0.0.1")
    expect(screen.alerts.first).to_contain_text(
        f"made with version 0.0.1 of the model; this is {scenario.__version__}, so numbers can differ"
    )


def test_check_11_state_survives_pages_reload_and_back(screen: Screen, app: Server) -> None:
    """A moved lever stays moved on every page, after a reload, and on the way back of the browser."""
    screen.open(app.address)
    screen.press("Belief needed to attribute", "Home")
    before = screen.numbers()
    first, *others = PAGES
    for title in (*others, first):
        screen.visit(title)
        expect(screen.page.get_by_text("1 changed", exact=True)).to_be_visible()
        assert MOVED in screen.page.url
    assert screen.numbers() == before
    screen.after(screen.page.reload)
    assert screen.numbers() == before
    screen.visit("One run")
    screen.after(screen.page.go_back)
    screen.until(screen.cards.count, "the first page must come back")
    assert screen.numbers() == before
    assert MOVED in screen.page.url


def test_check_12_reset_is_one_click_and_undo_another(screen: Screen, app: Server) -> None:
    """Reset puts every lever back in one click; Undo takes that back."""
    screen.open(app.address)
    untouched = screen.numbers()
    screen.press("Belief needed to attribute", "Home")
    screen.press("How long Washington waits", "End")
    moved = screen.numbers()
    screen.after(screen.button("Reset").click)
    expect(screen.page.get_by_text("none changed", exact=True)).to_be_visible()
    assert screen.numbers() == untouched
    screen.after(screen.button("Undo").click)
    expect(screen.page.get_by_text("2 changed", exact=True)).to_be_visible()
    assert screen.numbers() == moved


def test_check_13_two_sessions_never_touch(new_screen: NewScreen, app: Server) -> None:
    """What one session moves, leaves out or uploads is nowhere in another, also after that one runs anew."""
    first, second = new_screen(), new_screen()
    first.open(app.address)
    second.open(app.address)
    plain = second.numbers()
    text = find("iran-russia-missiles-2024").read_text(encoding="utf-8")
    first.upload("mine.yaml", text.replace("title: Iranian ballistic", "title: My ballistic").encode())
    first.press("Belief needed to attribute", "Home")
    second.tab("Costs")
    assert second.numbers() == plain
    second.press("How long Washington waits", "End")
    assert "1 number changed" in second.sentence.inner_text()
    assert "My ballistic" not in second.text()
    second.after(second.button("Reset").click)
    assert second.numbers() == plain
    assert "1 number changed" in first.sentence.inner_text()


def test_check_13_a_long_run_of_one_session_is_not_shown_to_another(
    new_screen: NewScreen, app: Server
) -> None:
    """Who asks for the long run sees it; another session of the same link keeps its own numbers, also run anew."""
    address = f"{app.address}/?{MOVED}&day=60"
    asking, other = new_screen(), new_screen()
    for one in (asking, other):
        one.open(address)
    plain, table = other.numbers(), _csv(other)
    assert f"n = {N_FEW}" in plain[2]
    _ask_long(asking)
    other.tab("Costs")
    assert other.numbers() == plain
    assert _csv(other) == table
    other.press("How long Washington waits", "End")
    other.after(other.button("Undo").click)
    assert other.numbers() == plain
    assert "n" not in parse_qs(urlsplit(other.page.url).query)
    assert f"n = {N_MANY}" in asking.foot.inner_text()


def test_check_15_a_link_holds_how_many_runs(new_screen: NewScreen, app: Server) -> None:
    """The link of a long run gives its numbers to whoever opens it; the former link still gives the former ones."""
    address = f"{app.address}/?{MOVED}&day=30"
    asking = new_screen()
    asking.open(address)
    plain = asking.numbers()
    _ask_long(asking)
    assert parse_qs(urlsplit(asking.page.url).query)["n"] == [str(N_MANY)]
    many, table = asking.numbers(), _csv(asking)
    assert many != plain
    again, former = new_screen(), new_screen()
    again.open(asking.page.url)
    again.until(lambda: f"n = {N_MANY}" in again.foot.inner_text(), "the link must bring the long run")
    again.settle()
    assert again.numbers() == many
    assert _csv(again) == table
    former.open(address)
    assert former.numbers() == plain
    assert "n" not in parse_qs(urlsplit(former.page.url).query)


def test_check_14_a_server_restart_restores(screen: Screen, app: Server) -> None:
    """After a restart of the server the open page keeps its numbers and goes on, and a reload gives the same."""
    screen.open(f"{app.address}/?{MOVED}")
    screen.press("How long Washington waits", "End")
    before, n_sockets = screen.numbers(), screen.n_sockets
    app.stop()
    app.start()
    screen.until(lambda: screen.n_sockets > n_sockets, "the page must find its server again")
    assert screen.numbers() == before
    screen.press("Relief for verified restraint", "ArrowRight")
    assert "3 numbers changed" in screen.sentence.inner_text()
    screen.press("Relief for verified restraint", "ArrowLeft")
    assert screen.numbers() == before
    screen.after(screen.page.reload)
    assert screen.numbers() == before


def test_check_15_same_link_same_numbers_to_the_last_digit(new_screen: NewScreen, app: Server) -> None:
    """The same link gives two sessions the same text on the screen and the same bytes of CSV."""
    screens = [new_screen(), new_screen()]
    for one in screens:
        one.open(f"{app.address}/?{MOVED}&b=Wait+for+the+EU")
    assert screens[0].main.inner_text() == screens[1].main.inner_text()
    tables = [_csv(one) for one in screens]
    assert tables[0] == tables[1]
    assert tables[0].count(b"\n") > 30
