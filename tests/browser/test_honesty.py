"""Checks 22 to 26: what changed, nothing changed, words with range and count, never-shares, noise."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.server import Server
from tests.browser.small_app import N_FEW
from tests.browser.waiting import Screen

pytestmark = pytest.mark.browser

ICD_203 = {
    "almost no chance": (1, 5),
    "very unlikely": (5, 20),
    "unlikely": (20, 45),
    "roughly even chance": (45, 55),
    "likely": (55, 80),
    "very likely": (80, 95),
    "almost certain": (95, 99),
    "practically never": (0, 1),
    "practically always": (99, 100),
}
"""Intelligence Community Directive 203, section D.6.e(2)(a), and a word beyond either end."""

PATIENCE_PATH, BAR_PATH = "senders.us.patience_days", "defaults.sender.bars.attribute"
PATIENCE_AT_FIRST = "discrete: values 0, 3, 7, 14; weights 7, 1, 1, 1"
"""The same number as the scenario file of the base case holds it."""


QUIET = rf"not distinguishable at n = {N_FEW}"
LOUD = r"[+−][\d.,]+ .* on average \(95 % simulation interval [+−][\d.,]+ to [+−][\d.,]+\)"
"""What a metric says of a difference inside the noise, and of one outside."""


def test_check_22_what_changed_lists_exactly_the_differences(screen: Screen, app: Server) -> None:
    """Two moved levers of the base case are two lines with both values and the unit; taken back, one less."""
    screen.open(f"{app.address}/?b=Base+case")
    in_bar = float(screen.lever("Belief needed to attribute").input_value())
    screen.open(f"{app.address}/?b=Base+case&{BAR_PATH}=0.7&{PATIENCE_PATH}=30")
    bar, patience = sorted(row.split("\t") for row in screen.changes.all_inner_texts())
    assert bar[0] == BAR_PATH
    assert float(bar[2].split()[0]) == pytest.approx(in_bar, abs=0.005)
    assert bar[2].endswith("from the evidence")
    assert bar[3:] == ["0.7", "probability"]
    assert patience[0] == PATIENCE_PATH
    assert patience[2:] == [PATIENCE_AT_FIRST, "30", "day"]
    assert bar[1]
    assert patience[1]
    screen.open(f"{app.address}/?b=Base+case&{PATIENCE_PATH}=30")
    expect(screen.changes).to_have_count(1)


def test_check_23_identical_scenarios_are_no_difference_by_design(screen: Screen, app: Server) -> None:
    """A against itself is called no difference by design, nothing is listed, and every pair is the same."""
    screen.open(f"{app.address}/?b=Base+case")
    assert "no difference by design" in screen.sentence.inner_text()
    expect(screen.changes).to_have_count(0)
    expect(screen.page.get_by_text("so there is no difference by design")).to_be_visible()
    for card in screen.cards.locator(".card").all_inner_texts():
        assert f"the same in all {N_FEW} pairs" in card


@pytest.mark.parametrize(
    "state", ["", f"?{BAR_PATH}=0.6&day=180", "?focus=Target+pauses&day=30&b=Words+only"]
)
def test_check_24_each_word_has_its_range_and_its_count(screen: Screen, app: Server, state: str) -> None:
    """The word of the sentence is that of ICD 203 for the count beside it, with its range in brackets."""
    screen.open(f"{app.address}/{state}")
    told = re.search(
        r"in (?:fewer than |more than )?(\d+) of 100 runs, ([a-z ]+) \(([^)]+)\) in this model",
        screen.sentence.inner_text(),
    )
    assert told is not None
    low, high = ICD_203[told[2]]
    assert low <= int(told[1]) <= high
    shown = [int(number) for number in re.findall(r"\d+", told[3])]
    assert shown in ([low, high], [max(low, 1) if high < 50 else low] if "-" not in told[3] else [])


def test_check_25_the_never_share_stands_beside_each_time(screen: Screen, app: Server) -> None:
    """Every day on the page, in metric, chart, alternative text and table, has its share of runs without it."""
    screen.open(app.address)
    median = screen.cards.locator(".card").nth(1).inner_text()
    assert re.search(r"not within 365 days, of 100: A \d+ · B \d+", median)
    chart = screen.charts.first
    assert len(re.findall(r"never: \d+", chart.inner_text())) == 2
    assert "Without official attribution within 365 days" in str(chart.get_attribute("aria-label"))
    screen.tab("Timing")
    table = screen.page.locator("table.plain", has_text="A never")
    rows = [row.split("\t") for row in table.locator("tbody tr").all_inner_texts()]
    assert len(rows) > 5
    for row in rows:
        assert re.fullmatch(r"(over |under )?\d+", row[2]), row
        assert re.fullmatch(r"(over |under )?\d+", row[4]), row


def test_check_26_noise_is_marked(screen: Screen, app: Server) -> None:
    """A difference inside the noise is words with n, greyed, in table and metric; one outside is a number."""
    screen.open(f"{app.address}/?b=Words+only")
    screen.tab("Timing")
    table = screen.page.locator("table.plain", has_text="A never")
    greyed = table.locator("tbody tr.noise").all_inner_texts()
    plain = table.locator("tbody tr:not(.noise)").all_inner_texts()
    quiet = [row for row in greyed if f"not distinguishable at n = {N_FEW}" in row]
    assert quiet
    assert all(re.search(r"not distinguishable|the same in all", row) for row in greyed)
    assert plain
    assert all("days on average" in row for row in plain)
    inks = [
        table.locator(f"tbody tr{kind} td").first.evaluate("cell => getComputedStyle(cell).color")
        for kind in (":not(.noise)", ".noise")
    ]
    assert inks[0] != inks[1]


def test_check_26_noise_is_marked_in_a_metric(screen: Screen, app: Server) -> None:
    """A metric inside the noise is greyed, its frame dashed, words with n; one outside is a number with an interval."""
    screen.open(app.address)
    styled = {}
    for kind, words in ((".noise", QUIET), (":not(.noise)", LOUD)):
        cards = screen.cards.locator(f".card{kind}")
        assert cards.count()
        assert all(re.search(words, text) for text in cards.all_inner_texts())
        styled[kind] = cards.first.evaluate(
            "card => [getComputedStyle(card.querySelector('.change')).color, getComputedStyle(card).borderStyle]"
        )
    assert styled[".noise"][0] != styled[":not(.noise)"][0]
    assert styled[".noise"][1] != styled[":not(.noise)"][1]
