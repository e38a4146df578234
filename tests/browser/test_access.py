"""Checks 33 to 37: axe, keyboard, texts for screen readers, narrow screens, contrast in the dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.conftest import WIDE, NewScreen
from tests.browser.pages import PAGES, PLACES
from tests.browser.server import Server
from tests.browser.waiting import Screen

pytestmark = pytest.mark.browser

NARROW: ViewportSize = {"width": 390, "height": 844}

WITHOUT_CHARTS = ("assumptions", "report", "method")
KINDS = "chart|Diagram|Timeline|plot|map|Dots|bars"
"""The pages without a chart of the screen; the word at the beginning that says what kind of picture it is."""


def _grave(screen: Screen) -> list[Any]:
    """Return what axe finds serious or critical."""
    return [
        (finding["id"], [node["html"][:160] for node in finding["nodes"][:3]])
        for finding in Axe().run(screen.page).response["violations"]
        if finding["impact"] in ("serious", "critical")
    ]


@pytest.fixture(scope="module", params=PLACES)
def place(request: pytest.FixtureRequest) -> str:
    """Return one of `PLACES`: tests of the same one follow each other."""
    return str(request.param)


@pytest.fixture(scope="module")
def scheme(request: pytest.FixtureRequest) -> str:
    """Return light or dark."""
    return str(request.param)


@pytest.fixture(scope="module")
def visited(opened: Browser, app: Server, place: str, scheme: Literal["light", "dark"]) -> Iterator[Screen]:
    """Yield a screen with a place on it, opened once for the tests that only look at it."""
    context = opened.new_context(viewport=WIDE, color_scheme=scheme)
    found = Screen(context.new_page())
    found.open_place(app.address, place)
    yield found
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"], indirect=True)
def test_check_33_axe_finds_nothing_serious(visited: Screen) -> None:
    """No page, no section of Why and no tab has a serious or critical finding of axe, light or dark."""
    assert _grave(visited) == []
    first, *others = visited.page.get_by_role("tab").all() or [None]
    for tab in others:
        visited.after(tab.click)
        assert _grave(visited) == [], tab.inner_text()
    if first is not None:
        visited.after(first.click)


_WHERE = """() => {
  const part = document.activeElement, box = part.getBoundingClientRect();
  const sidebar = part.closest('[data-testid=stSidebarContent]'), main = part.closest('[data-testid=stMain]');
  const scroll = (sidebar || main || {scrollTop: 0}).scrollTop;
  const former = window.formerStop;
  window.formerStop = part;
  const follows = !former || !!(former.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING);
  return {follows, place: sidebar ? 'bar' : main ? 'main' : 'top', tag: part.tagName,
          name: part.getAttribute('aria-label') || part.innerText.trim().slice(0, 60),
          number: window.controls.indexOf(part), bottom: box.top + scroll + box.height};
}"""
"""Where the keyboard is; `number` is that of `_CONTROLS`."""

_CONTROLS = """() => {
  window.controls = [...document.querySelectorAll('a[href], button, input, select, textarea, [tabindex]')].filter(
    part => part.tabIndex >= 0 && !part.disabled && part.checkVisibility() && part.getClientRects().length
      && !(part.type === 'radio' && !part.checked));
  return window.controls.map(part => part.getAttribute('aria-label') || part.innerText.trim().slice(0, 60)
    || (part.labels && part.labels.length ? part.labels[0].innerText : '') || part.outerHTML.slice(0, 160));
}"""
"""The name of every control that is to be seen and not disabled; of a group of radio buttons the chosen one."""


def _round(screen: Screen) -> list[dict[str, Any]]:
    """Return every stop of the tabulator, from the first one of the page until it is there again."""
    first, stops = "Skip to main content", []
    for _ in range(300):
        screen.page.keyboard.press("Tab")
        stop = screen.page.evaluate(_WHERE)
        if stop["name"] == first and stops:
            return stops
        if stop["name"] == first or stops:
            stops.append(stop)
    raise AssertionError(f"the tabulator must come round to {first} (got {len(stops)} stops)")


def test_check_34_the_keyboard_reaches_everything_in_order(screen: Screen, app: Server) -> None:
    """The tabulator goes once round: bar, navigation, page, each from top to bottom, and skips no control."""
    screen.open(app.address)
    controls = screen.page.evaluate(_CONTROLS)
    stops = _round(screen)
    reached = {stop["number"] for stop in stops}
    assert [name for number, name in enumerate(controls) if number not in reached] == []
    names = " | ".join(controls)
    for control in (
        *PAGES,
        "How long Washington waits",
        "Evidence left out of B",
        "Share",
        "Download",
        "Timing",
    ):
        assert control in names
    for former, stop in pairwise(stops):
        assert stop["follows"] or stop["place"] != former["place"], (former["name"], stop["name"])
    bottoms = [stop["bottom"] for stop in stops if stop["place"] == "bar"]
    assert len(bottoms) > 5
    assert all(later >= earlier - 90 for earlier, later in pairwise(bottoms))


def test_check_34_a_lever_is_moved_and_a_tab_opened_by_keyboard(screen: Screen, app: Server) -> None:
    """Arrow keys move a lever and open the next tab: nothing needs a mouse."""
    screen.open(app.address)
    screen.press("Relief for verified restraint", "ArrowRight")
    assert "talks.p_relief=" in screen.page.url
    screen.page.get_by_role("tab", name="Timing").focus()
    screen.page.keyboard.press("ArrowRight")
    screen.page.keyboard.press("Enter")
    expect(screen.page.get_by_role("tab", name="Flows")).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("scheme", ["light"], indirect=True)
def test_check_35_charts_say_their_takeaway_and_have_a_table(visited: Screen, place: str) -> None:
    """Every picture says its kind and, but for the diagram of the model, a number; its data are one step away.

    A button shows the data of a chart; on One run a table stands below.
    """
    screen = visited
    if place not in WITHOUT_CHARTS:
        expect(screen.charts.first).to_be_visible()
    charts = screen.charts.all()
    texts = [str(chart.get_attribute("aria-label")) for chart in charts]
    images = [str(image.get_attribute("alt")) for image in screen.main.locator("img:visible").all()]
    assert (len(charts) > 0, len(images) > 0) == (place not in WITHOUT_CHARTS, place in ("report", "method"))
    assert len(set(texts)) == len(texts)
    for said in (*texts, *images):
        assert len(said) > 60, said
        assert re.search(KINDS, said[:60]), said
        assert place == "method" or re.search(r"\d", said), said
    if place == "one-run":
        assert screen.main.locator("table tbody tr").count() > 5
        return
    for chart, said in zip(charts, texts, strict=True):
        chart.hover()
        shows = screen.page.get_by_role("button", name=f"Show data: {said}", exact=True)
        expect(shows).to_have_count(1)
    if charts:
        shows.dispatch_event("click")  # the bar of buttons fades when the mouse leaves the chart
        expect(screen.page.get_by_test_id("stDataFrame").first).to_be_visible()


def test_check_35_the_table_of_all_outcomes_is_one_step_away(screen: Screen, app: Server) -> None:
    """Beside the charts a tab holds every outcome as a table with a text of its own."""
    screen.open(app.address)
    screen.tab("All outcomes")
    expect(screen.page.get_by_test_id("stDataFrame").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light"], indirect=True)
def test_check_36_a_narrow_screen_has_no_sideways_scroll(visited: Screen) -> None:
    """At 390 px neither the page nor one of its tabs is wider than the window."""
    visited.page.set_viewport_size(NARROW)
    visited.settle()
    assert _too_wide(visited) == []
    visited.page.set_viewport_size(WIDE)


def test_check_36_a_page_opened_on_a_narrow_screen_has_no_sideways_scroll(
    new_screen: NewScreen, app: Server
) -> None:
    """The first page, opened at 390 px, is no wider than the window either."""
    screen = new_screen(viewport=NARROW)
    screen.open(app.address)
    assert _too_wide(screen) == []


def _too_wide(screen: Screen) -> list[tuple[str, int]]:
    """Return what is wider than a narrow window, the page or one of its tabs; the tab that was open is open again."""
    found = []
    for tab in [None, *screen.page.get_by_role("tab").all()[1:]]:
        if tab is not None:
            screen.after(tab.click)
        width = screen.page.evaluate(
            "Math.max(document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth)"
        )
        if width > NARROW["width"]:
            found.append((tab.inner_text() if tab else "the page", width))
    if screen.page.get_by_role("tab").count():
        screen.after(screen.page.get_by_role("tab").first.click)
    return found


_COLOURS = """() => {
  const found = [], chart = '[data-testid=stVegaLiteChart]';
  const paper = (part) => {
    const layers = [];
    for (; part; part = part.parentElement) {
      const [r, g, b, a = 1] = (getComputedStyle(part).backgroundColor.match(/[\\d.]+/g) || []).map(Number);
      if (a > 0) layers.unshift([r, g, b, a]);
      if (a === 1) break;
    }
    const mixed = layers.reduce((under, [r, g, b, a]) =>
      [r, g, b].map((channel, place) => a * channel + (1 - a) * under[place]), [255, 255, 255]);
    return `rgb(${mixed.join(', ')})`;
  };
  const hasText = (part) => [...part.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  for (const part of document.querySelectorAll('[data-testid=stMain] :is(h1, h2, h3, p, td, th, span, small)'))
    if (hasText(part) && part.offsetParent)
      found.push([part.textContent.trim().slice(0, 50), getComputedStyle(part).color, paper(part)]);
  for (const part of document.querySelectorAll(`${chart} svg text`))
    if (part.textContent.trim())
      found.push([part.textContent, getComputedStyle(part).fill, paper(part.closest(chart))]);
  return found;
}"""
"""Every text with its colour and what is behind it."""


@pytest.mark.parametrize("scheme", ["dark"], indirect=True)
def test_check_37_dark_text_has_contrast(visited: Screen) -> None:
    """In the dark every text, those in charts included, has a contrast of 4.5:1 to what is behind it (WCAG 1.4.3)."""
    texts = visited.page.evaluate(_COLOURS)
    assert len(texts) > 10
    assert _luminance(texts[0][2]) < 0.05
    assert [text for text in texts if _contrast(text[1], text[2]) < 4.5] == []


def _contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour written as rgb() (WCAG 2.2)."""
    channels = [float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
