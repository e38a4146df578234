"""Checks 16 to 21: files, addresses and pages that go wrong; and a world in which nobody acts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from scenario.spec.files import find
from tests.browser.broken_app import SECRET
from tests.browser.conftest import NewScreen
from tests.browser.pages import PAGES, PATHS
from tests.browser.server import BROKEN, Server, server
from tests.browser.waiting import Screen

pytestmark = pytest.mark.browser

LEAK = re.compile(
    r"Traceback|File \"|\.py\b|site-packages|/home/|/tmp/|/usr/|/root/|Streamlit|streamlit|uvicorn|numpy|pandas|"
    r"Error:|Exception",
)
"""What an analyst must never read: our insides, places of the machine, names of the parts we are built from."""


@pytest.fixture(scope="module")
def text() -> str:
    """Return the base case as a file."""
    return find("iran-russia-missiles-2024").read_text(encoding="utf-8")


def _line(text: str, part: str) -> int:
    """Return the number of the line in which a part begins."""
    return 1 + text[: text.index(part)].count("\n")


def test_check_16_an_invalid_file_is_refused_with_its_place(screen: Screen, app: Server, text: str) -> None:
    """A broken scenario file is refused with file, line, field, value and range; the former numbers stay."""
    screen.open(app.address)
    before = screen.numbers()
    broken = text.replace("horizon_days: 365", "horizon_days: 99999")
    screen.upload("mine.yaml", broken.encode())
    place = f"mine.yaml, line {_line(broken, 'horizon_days: 99999')}, field horizon_days"
    said = screen.alerts.filter(has_text=place)
    expect(said).to_be_visible()
    expect(said).to_contain_text("got 99999")
    expect(said).to_contain_text("3,650" if "3,650" in said.inner_text() else "3650")
    expect(screen.page.get_by_text("The former scenario stays.")).to_be_visible()
    assert screen.numbers() == before


def test_check_16_a_sound_file_becomes_the_case(screen: Screen, app: Server, text: str) -> None:
    """A sound scenario file becomes the case, with its own title and variants, and the comparison runs."""
    screen.open(app.address)
    screen.upload("mine.yaml", text.replace("title: Iranian ballistic", "title: My ballistic").encode())
    expect(screen.page.get_by_text("My ballistic missiles to Russia", exact=False).first).to_be_visible()
    expect(screen.cards.locator(".card")).to_have_count(3)


def test_check_17_each_kind_of_broken_file_has_its_own_message(
    screen: Screen, app: Server, text: str
) -> None:
    """Syntax, encoding, empty, unknown key, key twice, NaN and too big are told apart in words."""
    screen.open(app.address)
    broken = {
        "syntax.yaml": (b"a: [1", "YAML"),
        "encoding.yaml": (b"\xff\xfe\x00a", "UTF-8"),
        "empty.yaml": (b"", "empty"),
        "unknown.yaml": (text.replace("horizon_days: 365", "horizn_days: 365").encode(), "did you mean"),
        "twice.yaml": (b"a: 1\na: 2\n", "once"),
        "nan.yaml": (text.replace("horizon_days: 365", "horizon_days: .nan").encode(), "nan"),
        "big.yaml": (b"#" * 1_000_001, "at most 1,000,000 bytes"),
    }
    told = []
    for name, (content, words) in broken.items():
        screen.upload(name, content)
        said = screen.alerts.filter(has_text=name).filter(has_text=words).first
        expect(said).to_be_visible()
        told.append(said.inner_text().replace(name, ""))
        assert not LEAK.search(said.inner_text())
    assert len(set(told)) == len(broken)


def test_check_18_a_fault_shows_a_reference_and_nothing_else(new_screen: NewScreen, app: Server) -> None:
    """A page that raises shows a reference; its message, its place and the names of our parts stay hidden."""
    with server(app.folder / "broken", BROKEN) as broken:
        screen = new_screen()
        screen.after(lambda: screen.page.goto(broken.address))
        expect(screen.alerts.first).to_contain_text("reference")
        assert SECRET not in screen.text()
        assert not LEAK.search(screen.text())
        screen.after(lambda: screen.page.goto(f"{broken.address}/one-run"))
        expect(screen.alerts.first).to_contain_text("the table must have rows (got none)")
        assert not LEAK.search(screen.text())
        assert SECRET in broken.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PATHS)
def test_check_18_no_page_names_our_insides(screen: Screen, app: Server, path: str) -> None:
    """No page shows a stack trace, a path of the machine, or the name of a part that we are built from."""
    screen.open(f"{app.address}/{path}?b=Nonsense")
    shown = screen.text()
    assert "Model output, not a forecast." in shown
    assert LEAK.findall(shown) == []


def test_check_19_an_unknown_page_helps(screen: Screen, app: Server) -> None:
    """An address without a page says so, shows the first page behind it, and leads to all others."""
    screen.open(f"{app.address}/no-such-page")
    said = screen.page.get_by_role("dialog")
    expect(said).to_contain_text("does not seem to exist")
    assert not LEAK.search(said.inner_text())
    screen.page.keyboard.press("Escape")
    expect(said).to_have_count(0)
    expect(screen.cards).to_be_visible()
    for title in PAGES:
        expect(screen.page.get_by_role("link", name=title, exact=True)).to_be_visible()


def test_check_20_impossible_combinations_name_both_fields(screen: Screen, app: Server, text: str) -> None:
    """A bar to warn above the bar to attribute is refused at its field, with the other field and its value."""
    screen.open(app.address)
    broken = re.sub(r"\bwarn: \{[^}]*\}", "warn: {point: 0.99, status: assumed, why: a test}", text, count=1)
    assert broken != text
    screen.upload("mine.yaml", broken.encode())
    said = screen.alerts.filter(has_text=f"line {_line(broken, 'warn: {point: 0.99')}").first
    expect(said).to_contain_text("bars.warn must be ≤ attribute, ")
    expect(said).to_contain_text("(got 0.99)")


def test_check_21_nobody_ever_acts(screen: Screen, app: Server) -> None:
    """Where no measure is ever adopted, sentence, metric, charts and table say so instead of showing a day."""
    screen.open(f"{app.address}/?b=Words+only&focus=First+measure+adopted")
    assert "in 0 of 100 runs, practically never (below 1 %)" in screen.sentence.inner_text()
    median = screen.cards.locator(".card").nth(1).inner_text()
    assert "B never" in median.replace("B\n", "B ").replace("Bnever", "B never")
    assert "B 100" in median
    expect(screen.charts.first).to_contain_text("never: 100")
    assert "Words only 100 of 100" in str(screen.charts.first.get_attribute("aria-label"))
    screen.tab("Timing")
    row = screen.page.get_by_role("row").filter(has_text="first linked measure adopted").inner_text()
    assert row.split("\t")[3:5] == ["never", "100"]
