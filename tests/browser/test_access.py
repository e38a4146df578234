"""Checks 33 to 37: axe, keyboard, texts for screen readers, narrow screens, contrast in the dark."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import NewScreen
from tests.browser.pages import PAGES, PATHS
from tests.browser.server import Server
from tests.browser.waiting import Screen

pytestmark = pytest.mark.browser

NARROW = {"width": 390, "height": 844}


def _grave(screen: Screen) -> list[Any]:
    """Return what axe finds serious or critical."""
    return [
        (finding["id"], [node["html"][:160] for node in finding["nodes"][:3]])
        for finding in Axe().run(screen.page).response["violations"]
        if finding["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_check_33_axe_finds_nothing_serious(
    new_screen: NewScreen, app: Server, path: str, scheme: str
) -> None:
    """No page, and none of its tabs, has a serious or critical finding of axe, light or dark."""
    screen = new_screen(color_scheme=scheme)
    screen.open(f"{app.address}/{path}")
    assert _grave(screen) == []
    for tab in screen.page.get_by_role("tab").all()[1:]:
        screen.after(tab.click)
        assert _grave(screen) == [], tab.inner_text()


_WHERE = """() => {
  const part = document.activeElement, box = part.getBoundingClientRect();
  const sidebar = part.closest('[data-testid=stSidebarContent]'), main = part.closest('[data-testid=stMain]');
  const scroll = (sidebar || main || {scrollTop: 0}).scrollTop;
  const former = window.formerStop;
  window.formerStop = part;
  const follows = !former || !!(former.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING);
  return {follows, place: sidebar ? 'bar' : main ? 'main' : 'top', tag: part.tagName,
          name: part.getAttribute('aria-label') || part.innerText.trim().slice(0, 60),
          bottom: box.top + scroll + box.height};
}"""
"""Where the keyboard is."""


def test_check_34_the_keyboard_reaches_everything_in_order(screen: Screen, app: Server) -> None:
    """The tabulator goes once round: bar, navigation, page, each from top to bottom, and skips no control."""
    screen.open(app.address)
    stops = []
    for _ in range(120):
        screen.page.keyboard.press("Tab")
        stops.append(screen.page.evaluate(_WHERE))
        if len(stops) > 5 and stops[-1]["name"] == stops[0]["name"] == "Skip to main content":
            break
    if stops[0]["name"] != "Skip to main content":
        start = next(i for i, stop in enumerate(stops) if stop["name"] == "Skip to main content")
        stops = stops[start:]
    names = " | ".join(stop["name"] for stop in stops)
    for control in ("How long Washington waits", "Evidence left out of B", "Share", "Download", "Timing"):
        assert control in names
    for title in PAGES:
        assert title in names
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


@pytest.mark.parametrize("path", PATHS)
def test_check_35_charts_say_their_takeaway_and_have_a_table(screen: Screen, app: Server, path: str) -> None:
    """Every chart has a text with its kind and a number, and a button that shows its data as a table."""
    screen.open(f"{app.address}/{path}")
    charts = screen.charts.all()
    for chart in charts:
        said = str(chart.get_attribute("aria-label"))
        assert len(said) > 60
        assert re.search(r"\d", said)
        shows = screen.page.get_by_role("button", name=f"Show data: {said}", exact=True)
        assert shows.count() or screen.main.locator("table").count(), said
    if path == "":
        assert len(charts) == 2
        charts[0].hover()
        screen.page.get_by_role("button", name="Show data").first.click()
        expect(screen.page.get_by_test_id("stDataFrame").first).to_be_visible()


def test_check_35_the_table_of_all_outcomes_is_one_step_away(screen: Screen, app: Server) -> None:
    """Beside the charts a tab holds every outcome as a table with a text of its own."""
    screen.open(app.address)
    screen.tab("All outcomes")
    expect(screen.page.get_by_test_id("stDataFrame").first).to_be_visible()


@pytest.mark.parametrize("path", PATHS)
def test_check_36_a_narrow_screen_has_no_sideways_scroll(
    new_screen: NewScreen, app: Server, path: str
) -> None:
    """At 390 px neither the page nor one of its tabs is wider than the window."""
    screen = new_screen(viewport=NARROW)
    screen.open(f"{app.address}/{path}")
    for tab in [None, *screen.page.get_by_role("tab").all()[1:]]:
        if tab is not None:
            screen.after(tab.click)
        width = screen.page.evaluate(
            "Math.max(document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth)"
        )
        assert width <= NARROW["width"], tab and tab.inner_text()


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


@pytest.mark.parametrize("path", PATHS)
def test_check_37_dark_text_has_contrast(new_screen: NewScreen, app: Server, path: str) -> None:
    """In the dark every text, those in charts included, has a contrast of 4.5:1 to what is behind it (WCAG 1.4.3)."""
    screen = new_screen(color_scheme="dark")
    screen.open(f"{app.address}/{path}")
    texts = screen.page.evaluate(_COLOURS)
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
