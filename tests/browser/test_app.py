from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Literal

import pytest
from app_server import cards, sentence, settle, slider
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

SLOW = 60_000
"""Milliseconds for the runs of a page on a busy machine, with the engine compiled first."""


def _open(page: Page, address: str) -> None:
    """Open an address and wait for its first sentence."""
    page.goto(address)
    sentence(page).wait_for()
    settle(page)


def test_first_page_is_filled(page: Page, address: str) -> None:
    """The first page opens with a sentence, three metrics and a chart above the fold at 1280 x 720."""
    _open(page, address)
    expect(cards(page).locator(".card")).to_have_count(3)
    for part in (sentence(page), cards(page), page.locator('[data-testid="stVegaLiteChart"]').first):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] < 560
    assert "against" in sentence(page).inner_text()
    assert "of 100 runs" in sentence(page).inner_text()


def test_lever_moves_numbers(page: Page, address: str) -> None:
    """Moving a lever with the keyboard changes the metrics, and the bar counts one changed lever."""
    _open(page, address)
    before = cards(page).inner_text()
    handle = slider(page, "Belief needed to attribute")
    handle.focus()
    handle.press("Home")
    expect(page.get_by_text("1 changed")).to_be_visible(timeout=SLOW)
    expect(cards(page)).not_to_have_text(before, timeout=SLOW, use_inner_text=True)
    settle(page)
    assert "defaults.sender.bars.attribute=0.6" in page.url
    assert cards(page).inner_text() != before


def test_link_restores_numbers(page: Page, address: str) -> None:
    """A link opens the same variants, levers and numbers in a new browser session."""
    _open(page, f"{address}/?b=Words+only&day=60&talks.p_relief=0.5")
    first = sentence(page).inner_text(), cards(page).inner_text()
    assert "“Words only (1 lever moved)”" in first[0]
    assert "within 60 days" in first[0]
    browser = page.context.browser
    assert browser is not None
    other = browser.new_context(viewport={"width": 1280, "height": 720})
    again = other.new_page()
    again.set_default_timeout(SLOW)
    _open(again, page.url)
    assert (sentence(again).inner_text(), cards(again).inner_text()) == first
    other.close()


def test_ignored_link_parts_are_named(page: Page, address: str) -> None:
    """What a link holds and the app does not take is named to the user, with what would be taken."""
    _open(page, f"{address}/?b=Nonsense&senders.us.patience_days=9999&colour=red&v=0.0.1")
    notes = page.get_by_test_id("stAlert").first
    expect(notes).to_contain_text("“Nonsense” is no choice for “b”")
    expect(notes).to_contain_text("“9999” for “senders.us.patience_days” was ignored")
    expect(notes).to_contain_text("from 0 to 60")
    expect(notes).to_contain_text("“colour” is no setting of this case")
    expect(notes).to_contain_text("version 0.0.1")


def test_state_survives_pages(page: Page, address: str) -> None:
    """A moved lever stays moved on the other pages and on the way back."""
    _open(page, f"{address}/?talks.p_relief=0.5")
    for title in ("One run", "Assumptions", "Compare"):
        page.get_by_role("link", name=title).click()
        settle(page)
        expect(page.get_by_text("1 changed")).to_be_visible()
        assert "talks.p_relief=0.5" in page.url


def test_broken_upload_keeps_scenario(page: Page, address: str) -> None:
    """A broken scenario file is refused with file, line and field, and the former numbers stay."""
    _open(page, address)
    before = sentence(page).inner_text()
    page.get_by_text("Use your own scenario file").click()
    source = Path(__file__).resolve().parents[2] / "configs" / "iran-russia-missiles-2024.yaml"
    text = source.read_text(encoding="utf-8").replace("horizon_days: 365", "horizon_days: 99999")
    line = 1 + text[: text.index("horizon_days: 99999")].count("\n")
    upload = {"name": "mine.yaml", "mimeType": "application/yaml", "buffer": text.encode()}
    page.locator('input[type="file"]').set_input_files(upload)  # type: ignore[arg-type]
    expect(page.get_by_text(f"mine.yaml, line {line}, field horizon_days")).to_be_visible()
    expect(page.get_by_text("got 99999")).to_be_visible()
    expect(page.get_by_text("The former scenario stays.")).to_be_visible()
    settle(page)
    assert sentence(page).inner_text() == before


def test_cancel_keeps_result(page: Page, address: str) -> None:
    """Cancelling the long run brings its button back at once, and the former numbers were never gone."""
    _open(page, address)
    before = cards(page).inner_text()
    page.get_by_role("button", name="20,000 runs with twins").click()
    cancel = page.get_by_role("button", name="Cancel")
    cancel.wait_for()
    assert cards(page).inner_text() == before
    page.get_by_text(
        re.compile(r"[1-9][\d,]* of 40,000 runs")
    ).wait_for()  # the panel polls: the page itself is drawn
    start = time.monotonic()
    cancel.click()
    page.get_by_role("button", name="20,000 runs with twins").wait_for()
    assert time.monotonic() - start < 10
    assert cards(page).inner_text() == before


def test_no_request_leaves_the_machine(page: Page, address: str) -> None:
    """Every request of every page goes to 127.0.0.1, and no script error occurs."""
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    for path in ("", "/one-run", "/assumptions"):
        _open(page, address + path)
    outside = [url for url in asked if not url.startswith((address, "ws://127.0.0.1", "data:", "blob:"))]
    assert asked
    assert outside == []
    assert errors == []


@pytest.mark.parametrize("path", ["", "/one-run", "/assumptions"])
def test_narrow_screen_has_no_sideways_scroll(page: Page, address: str, path: str) -> None:
    """At 390 px the page is not wider than the window."""
    page.set_viewport_size({"width": 390, "height": 844})
    _open(page, address + path)
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390


def test_good_upload_becomes_the_case(page: Page, address: str) -> None:
    """A sound scenario file becomes the case, with its own title and variants, and the comparison runs."""
    _open(page, address)
    page.get_by_text("Use your own scenario file").click()
    source = Path(__file__).resolve().parents[2] / "configs" / "iran-russia-missiles-2024.yaml"
    text = source.read_text(encoding="utf-8").replace("title: Iranian ballistic", "title: My ballistic")
    upload = {"name": "mine.yaml", "mimeType": "application/yaml", "buffer": text.encode()}
    page.locator('input[type="file"]').set_input_files(upload)  # type: ignore[arg-type]
    expect(page.get_by_text("My ballistic missiles to Russia", exact=False).first).to_be_visible()
    settle(page)
    expect(cards(page).locator(".card")).to_have_count(3)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "/one-run", "/assumptions"])
def test_no_serious_access_problem(
    opened: Browser, address: str, path: str, scheme: Literal["light", "dark"]
) -> None:
    """No page has a serious or critical finding of axe in either theme."""
    context = opened.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(SLOW)
    _open(page, address + path)
    found = Axe().run(page).response["violations"]
    context.close()
    grave = [
        (finding["id"], [node["html"][:160] for node in finding["nodes"][:3]])
        for finding in found
        if finding["impact"] in ("serious", "critical")
    ]
    assert grave == []
