"""Checks 16 to 21: files, addresses and pages that go wrong; and a world in which nobody acts."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from scenario.spec.files import find
from tests.browser.broken_app import SECRET
from tests.browser.conftest import NewScreen
from tests.browser.pages import PAGES, PLACES
from tests.browser.server import BROKEN, REPO, Server, server
from tests.browser.waiting import Screen

pytestmark = pytest.mark.browser

PATIENCE = "senders.us.patience_days"

LEAK = re.compile(
    r"Traceback|File \"|\.py\b|site-packages|Streamlit|streamlit|uvicorn|numpy|pandas|Error:|Exception|"
    rf"{re.escape(str(REPO))}|(?<![\w.:/])/[\w.-]+/[\w./-]+|\b[A-Z]:\\",
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


@pytest.mark.parametrize("place", PLACES)
def test_check_18_no_page_names_our_insides(screen: Screen, app: Server, place: str) -> None:
    """No page and no section shows a stack trace, a path of the machine, or the name of one of our parts."""
    screen.open_place(app.address, f"{place}{'&' if '?' in place else '?'}b=Nonsense")
    shown = screen.text()
    assert "“Nonsense” is no choice for “b”" in shown
    assert "Model output, not a forecast." in shown
    assert LEAK.findall(shown) == []


@pytest.mark.parametrize(
    "text", [f"at {REPO}/configs/case.yaml", "in /opt/any/place.txt", "/data/x", "(/srv/app/a)", "C:\\app"]
)
def test_check_18_what_a_leak_is(text: str) -> None:
    """Any absolute path is a leak; an address, a fraction and a choice of words are none."""
    assert LEAK.search(text)
    assert not LEAK.search("http://127.0.0.1:8501/why?b=x, 1/2, and/or/not, 12 / 400, A / B")


def test_check_18_an_edit_out_of_range_names_the_field_only(screen: Screen, app: Server) -> None:
    """A number typed outside its bounds is refused with file name, field, rule and value; it cannot be applied."""
    screen.open(f"{app.address}/assumptions?number={PATIENCE}")
    entry = screen.page.get_by_test_id("stNumberInput").first.locator("input")
    entry.fill("99999")
    screen.after(lambda: entry.press("Enter"))
    said = screen.alerts.filter(has_text=PATIENCE).inner_text()
    assert said.startswith("iran-russia-missiles-2024.yaml, field")
    assert "3650" in said.replace(",", "")
    assert "(got 99999" in said
    assert LEAK.findall(screen.text()) == []
    expect(screen.page.get_by_role("button", name=re.compile("^Apply"))).to_be_disabled()


@pytest.mark.parametrize("edit", [f"{PATIENCE}=99999", "nonsense.path=3", f"{PATIENCE}=[1", "no-equals-sign"])
def test_check_18_a_bad_edit_in_a_link_names_the_field_only(screen: Screen, app: Server, edit: str) -> None:
    """An edit of a link that cannot be is named without a path of the machine; the numbers are those without it."""
    screen.open(app.address)
    plain = screen.numbers()
    screen.open(f"{app.address}/?set={quote(edit)}")
    expect(screen.alerts.first).to_contain_text("An edited number of the link was ignored:")
    assert LEAK.findall(screen.text()) == []
    assert screen.numbers() == plain


def test_check_18_an_edit_against_a_lever_keeps_the_former_page(screen: Screen, app: Server) -> None:
    """A lever moved against an edit is refused in words without a path; the numbers on the screen stay."""
    screen.open(f"{app.address}/?set={quote('defaults.sender.bars.warn=0.9')}")
    before = screen.numbers()
    screen.press("Belief needed to attribute", "Home")
    expect(screen.alerts.first).to_contain_text("cannot stand together")
    expect(screen.alerts.first).to_contain_text("must be ≤ attribute")
    assert LEAK.findall(screen.text()) == []
    assert screen.numbers() == before
    screen.press("Belief needed to attribute", "End")
    assert screen.alerts.count() == 0
    assert screen.numbers() != before


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
