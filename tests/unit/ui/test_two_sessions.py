"""Sessions that share a process: what one user wrote never reaches another, though the numbers are the same."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scenario.spec.load import load_text
from scenario.ui import report_files, results, settings
from scenario.ui.selection import Case, Selection, identity, scenario_of
from scenario.ui.why_asked import Asked
from scenario.ui.why_evidence import evidence_asked
from scenario.ui.why_questions import (
    chance_asked,
    hashes_of,
    outcomes,
    sides_of,
    tipping_asked,
    tornado_asked,
)
from scenario.ui.why_worlds import policies_asked, worth_asked

MINIMAL = Path(__file__).parents[2] / "minimal.yaml"
WORDS = ("ZANZIBAR", "PATAGONIA")
"""A word in the title, the question, a reason and the title of a sender, in the file of each of two users."""

WORTH = "first_adopted_day"


def _text(word: str) -> str:
    """Return the small scenario with a word in its title, its question, its reasons and the title of its sender."""
    text = MINIMAL.read_text(encoding="utf-8")
    text = text.replace("title: One act, one source", f"title: {word} act, one source")
    text = text.replace("question: Does the one", f"question: {word} does the one")
    text = text.replace("title: United States", f"title: {word} government")
    return text.replace("why: made up", f"why: {word} reason")


def _upload(word: str, *, title_b: str = "Other") -> Selection:
    """Return what a user compares who uploaded such a file under the name that everybody gives it."""
    case = Case(name="mine.yaml", title="mine", variants=("base",), text=_text(word))
    sides = {"A": scenario_of(case), "B": scenario_of(case, sets=("act.p_planned=0.9",))}
    names = {"A": "Base case", "B": title_b}
    return Selection(case=case, sides=sides, names=names, focus=settings.FOCUSES[0], day=90)


def _quiet(_done: int, _total: int) -> None:
    """Say nothing."""


def _questions(selection: Selection) -> list[Asked]:
    """Return every question of the Why page."""
    policies, outcome = sides_of(selection), outcomes(selection)[WORTH]
    tip = {"act.p_true": (0.2, 0.8)}
    return [
        tornado_asked(selection, WORTH, is_difference=True, n=8),
        tornado_asked(selection, WORTH, is_difference=False, n=8),
        tipping_asked(selection, WORTH, tip, better="lower", levels=3, n=8),
        tipping_asked(
            selection, WORTH, tip | {"belief.partner_correlation": (0.1, 0.9)}, better="lower", levels=3, n=8
        ),
        chance_asked(selection, WORTH, n=8),
        evidence_asked(selection, WORTH, n=8),
        policies_asked(policies, WORTH, better="lower", threshold=None, points=8, n=8),
        worth_asked(policies, outcome, better="lower", points=8, n=8),
    ]


def test_two_uploads_have_the_same_numbers_and_other_words() -> None:
    """The premise: the hash that names the numbers is the same, what can be read is not."""
    one, other = map(_upload, WORDS)
    assert [one.sides[key].hash for key in "AB"] == [other.sides[key].hash for key in "AB"]
    assert {identity(one.sides[key]) for key in "AB"}.isdisjoint(identity(other.sides[key]) for key in "AB")


@pytest.mark.parametrize("old", ["title: One act", "question: Does", "why: made up", "status: assumed"])
def test_identity_sees_every_text(old: str) -> None:
    """A word in a title, a question, a reason or a status alone makes it another scenario to read."""
    new = {"status: assumed": "status: inferred, evidence: []"}.get(old, f"{old} X")
    text = MINIMAL.read_text(encoding="utf-8")
    assert old in text
    one, other = (load_text(written, file="mine.yaml") for written in (text, text.replace(old, new, 1)))
    assert one.hash == other.hash
    assert identity(one) != identity(other)
    assert identity(one) == identity(load_text(text, file="mine.yaml"))


def test_identity_sees_the_words_of_the_ledger() -> None:
    """The same file with another reading of its ledger is another scenario to read."""
    case = Case(name="iran-russia-missiles-2024", title="", variants=("base",))
    base = scenario_of(case)
    assert base.ledger is not None
    item = base.ledger.items[0]
    ledger = base.ledger.model_copy(
        update={"items": (item.model_copy(update={"says": "Something else."}), *base.ledger.items[1:])}
    )
    assert identity(replace(base, ledger=ledger)) != identity(base)


@pytest.mark.parametrize("name", ["incidence", "senders", "actors", "run"])
def test_no_figure_of_one_user_reaches_another(name: str) -> None:
    """A figure and its picture that were made for one upload hold no word in the session of another."""
    results.STORE.clear()
    held = []
    for word in WORDS:
        figures = report_files.figures_at(_upload(word), name, n=4, progress=_quiet)
        told = " ".join(f"{vars(figure)} {figure.table.to_csv()}" for figure in figures)
        drawn = b"".join(report_files.picture_of(figure, "svg", "report") for figure in figures)
        held.append(told.encode() + drawn)
    assert WORDS[0].encode() not in held[1]
    assert [word.encode() in kept for word, kept in zip(WORDS, held, strict=True)] == [True, True]


def test_no_comparison_of_one_user_reaches_another() -> None:
    """Runs that are kept by their numbers are told in the words of whoever asks: outcomes name the own sender."""
    results.STORE.clear()
    for word, foreign in zip(WORDS, reversed(WORDS), strict=True):
        one = _upload(word)
        for _ in range(2):
            found = results.compared(one.a, one.b, 4, twins=False, progress=_quiet)
            told = f"{found.a.declared} {found.b.declared}"
            assert word in told
            assert foreign not in told


def test_no_bundle_of_one_user_reaches_another() -> None:
    """The report of the second upload holds its own words in every file that has any, and none of the first."""
    results.STORE.clear()
    for word, foreign in zip(WORDS, reversed(WORDS), strict=True):
        request = report_files.request_of(
            _upload(word),
            n=4,
            figures=["senders"],
            sizes=["half"],
            formats=["svg"],
            office=False,
            stress=False,
        )
        with zipfile.ZipFile(io.BytesIO(report_files.bundle_archive(request, _quiet))) as packed:
            files = {name: packed.read(name) for name in packed.namelist()}
        own = {name for name, content in files.items() if word.encode() in content}
        assert {"briefing.html", "scenarios/a.json", "scenarios/b.json", "tables/assumptions.csv"} <= own
        assert [name for name, content in files.items() if foreign.encode() in content] == []


def test_no_answer_of_one_user_reaches_another() -> None:
    """Every question of the Why page is kept under another key for another upload, and under one for the same."""
    one, again, other = (_questions(_upload(word)) for word in (WORDS[0], WORDS[0], WORDS[1]))
    assert [asked.key for asked in one] == [asked.key for asked in again]
    assert {asked.key for asked in one}.isdisjoint(asked.key for asked in other)
    assert len({asked.key for asked in one}) == len(one)


def test_no_title_of_one_user_reaches_another() -> None:
    """Two who gave the same changed variant other titles have other keys."""
    one, other = (_questions(_upload(WORDS[0], title_b=title)) for title in ("Mine", "Yours"))
    assert {asked.key for asked in one}.isdisjoint(asked.key for asked in other)


def test_worlds_are_kept_by_what_can_be_read() -> None:
    """The rows that several questions share hold titles too: their key tells two uploads apart."""
    from scenario.ui.why_worlds import _worlds_key

    one, other = (_worlds_key(sides_of(_upload(word)), 8, 8) for word in WORDS)
    assert one != other
    made: Callable[[str], tuple[str, ...]] = lambda word: hashes_of(sides_of(_upload(word)))  # noqa: E731
    assert made(WORDS[0]) == made(WORDS[0])
