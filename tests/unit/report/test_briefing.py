"""The written briefing: what it says, that nothing in it runs or is fetched, and that it counts."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import scenario
from scenario.analysis.words import likelihood
from scenario.report.blocks import Bullets, Table
from scenario.report.briefing import briefing_of
from scenario.report.bundle import bundle
from scenario.report.findings import (
    bands_table,
    differences_table,
    events_table,
    first_sentences,
    never_sentence,
    signed,
)
from scenario.report.request import Request
from scenario.report.study import Study, study

BASE = "iran-russia-missiles-2024"
MINIMAL = Path(__file__).parents[2] / "minimal.yaml"
SECTIONS = [
    *("In short", "The question", "What was changed", "What the runs say", "What drives it"),
    *("What is assumed", "Limits", "Sources", "How to reproduce"),
]


class Reader(HTMLParser):
    """Collects tags with their attributes, and checks that they close."""

    VOID = frozenset({"meta", "br", "img", "link", "input", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _read(html: str) -> Reader:
    """Parse a page."""
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


def _hostile() -> Study:
    """Return a study whose texts are markup."""
    text = MINIMAL.read_text(encoding="utf-8")
    text = text.replace(
        "title: One act, one source, one government", 'title: <script>alert(1)</script> & "co"'
    )
    text = text.replace("title: United States", 'title: "<img src=x onerror=alert(2)>"')
    text = text.replace("question: Does the one", 'question: "</main><iframe src=//x></iframe> does the one')
    text = text.replace("answer the one act?", 'answer the one act?"', 1)
    case = scenario.spec.load.load_text(text, file="hostile.yaml")
    return study(Request(scenarios={"A": case, "B": case}, n=16, figures=("incidence", "senders")))


def test_the_sections_stand_in_reading_order(small: Study) -> None:
    """Question, assumptions, findings, drivers, limits, sources and the command follow one another."""
    assert [section.title for section in briefing_of(small).sections] == SECTIONS


def test_the_page_is_whole_and_fetches_nothing(files: dict[str, bytes]) -> None:
    """Every tag closes; no script, frame, link or source of any kind; a policy forbids to fetch."""
    html = files["briefing.html"].decode()
    reader = _read(html)
    assert {tag for tag, _ in reader.tags} & {"script", "iframe", "img", "link", "object", "form"} == set()
    for tag, attributes in reader.tags:
        assert not any(name.startswith("on") or name in ("src", "srcset") for name in attributes), tag
        assert all((attributes.get(name) or "#").startswith("#") for name in ("href", "xlink:href")), tag
    assert "url(http" not in html
    assert "@import" not in html
    policy = next(a["content"] for t, a in reader.tags if t == "meta" and a.get("http-equiv"))
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_every_figure_has_its_words(files: dict[str, bytes], small: Study) -> None:
    """A figure is an image to a screen reader, with the alternative text of its description."""
    figures = [a for t, a in _read(files["briefing.html"].decode()).tags if t == "figure"]
    alts = [figure.alt for group in small.figures.values() for figure in group]
    assert [(a["role"], a["aria-label"]) for a in figures] == [("img", alt) for alt in alts]


def test_hostile_titles_stay_text() -> None:
    """Markup in titles and questions adds no element to the page, and can be read there as text."""
    html = bundle(_hostile())["briefing.html"].decode()
    reader = _read(html)
    assert {tag for tag, _ in reader.tags} & {"script", "iframe", "img"} == set()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script" not in html


def test_identical_variants_say_so() -> None:
    """Of two times the same scenario the briefing says that there is no difference by design, and draws it."""
    base = scenario.load(BASE)
    found = study(Request(scenarios={"A": base, "B": base}, n=16, figures=("difference", "drivers")))
    html = bundle(found)["briefing.html"].decode()
    assert "B and A are the same scenario: no difference by design." in html
    assert "no difference by design" in first_sentences(found.sides)[0]
    assert found.drivers.figures[0].context.names.keys() == {"A"}


def test_nobody_ever_acts_is_said() -> None:
    """Where no measure can come, sentence, table and title say so, and no figure fails."""
    sides = {key: scenario.load(BASE, variant=name) for key, name in (("A", "words-only"), ("B", "silent"))}
    found = study(Request(scenarios=sides, n=16, figures=("senders", "difference", "actors", "flow", "run")))
    text = " ".join(first_sentences(found.sides))
    assert "In no run of “Silent” and “Words only” does it happen that linked measures are adopted" in text
    assert "100 of 100 runs under A, practically always (above 99 %)" in never_sentence(found.sides)
    cells = {row[:2]: row[2:] for row in events_table(found.sides).rows}
    assert cells["first measure adopted", "B"][1:] == (
        "practically never (below 1 %)",
        "never (never–never)",
        "100",
    )
    assert "briefing.html" in bundle(found)


def test_counts_words_and_never_shares_are_those_of_the_runs(small: Study) -> None:
    """Each row of the table of events counts its column: share, word for it, and the runs without it."""
    table = events_table(small.sides)
    rows = {(row[0], row[1]): row for row in table.rows}
    for key, runs in small.sides.tables.items():
        share = float(np.isfinite(runs["attribution_day"]).mean())
        row = rows["official attribution", key]
        assert row[2].split(" ")[0] == f"{round(100 * share)}"
        assert row[3] == str(likelihood(share))
        assert re.fullmatch(r"[a-z ]+ \((\d+-\d+|below 1|above 99) %\)", row[3])
        assert row[5] == f"{round(100 * (1 - share))}"
    assert table.head[-1] == "never, of 100 runs"


def test_every_likelihood_word_carries_its_range_and_count(small: Study, four: Study) -> None:
    """In the short findings a word of likelihood is followed by its range and stands beside a count."""
    for found in (small, four):
        short = briefing_of(found).sections[0].blocks[0]
        assert isinstance(short, Bullets)
        for sentence in short.items:
            for word in re.finditer(r"(almost no chance|very unlikely|(?<!very )unlikely|roughly even chance|"
                                    r"almost certain|(?<!un)(?<!very )likely|very likely)", sentence):  # fmt: skip
                assert re.match(r" \(\d+-\d+ %\)", sentence[word.end() :]), sentence
                assert re.search(r"\d+ of 100 runs|\d+ of 100 in", sentence), sentence


def test_differences_are_those_of_the_comparison(small: Study) -> None:
    """A difference of shares stands in points of 100; what differs nowhere says so; noise says its n."""
    table = differences_table(small.sides, "B", ["attributed", "first_adopted_day", "measures"])
    found = small.sides.comparisons["B"].outcomes
    for row, name in zip(table.rows, ("attributed", "first_adopted_day", "measures"), strict=True):
        paired = found[name]
        if paired.differ == 0:
            assert row[3] == "the same in every run"
        elif paired.noise:
            assert row[3] == "not distinguishable at n = 24"
        else:
            value = float(row[3].split(" ")[0].replace("−", "-").replace(",", ""))
            scale = 100 if name == "attributed" else 1
            assert value == pytest.approx(scale * paired.difference, rel=0.01)


def test_costs_are_told_by_band(four: Study) -> None:
    """Each cost and variant has its five counts of 100 runs, and how often it is higher and lower than under A."""
    table = bands_table(four.sides)
    assert table.head[2:7] == ("0 none", "1 low", "2 moderate", "3 high", "4 severe")
    rows = {row[:2]: row[2:] for row in table.rows}
    assert set(rows) == {(f"Cost to the {who}", key) for who in ("target", "senders") for key in "ABCD"}
    a, d = (four.sides.tables[key]["cost_target"].to_numpy() for key in "AD")
    counts = [round(100 * sum(int(band) == i for band in d) / 24) for i in range(5)]
    cells = rows["Cost to the target", "D"]
    assert [int(cell) for cell in cells[:5]] == counts
    assert int(cells[6]) == round(100 * sum(int(y) < int(x) for x, y in zip(a, d, strict=True)) / 24)
    assert rows["Cost to the target", "A"][5:] == ("–", "–")


def test_no_mean_of_a_band_stands_in_the_briefing(small: Study) -> None:
    """The tables of differences leave bands out, asked for or not; the bands stand in a table of their own."""
    found = next(section for section in briefing_of(small).sections if section.title == "What the runs say")
    tables = [block for block in found.blocks if isinstance(block, Table)]
    differences = [row[0] for table in tables if table.head[0] == "Outcome" for row in table.rows]
    assert not [told for told in differences if "cost to the" in told]
    assert [table.head[0] for table in tables].count("Cost") == 1
    assert differences_table(small.sides, "B", ["cost_target"]).rows == ()


def test_evidence_left_out_is_named_for_every_side() -> None:
    """A, B and C leave out other items: the sources and the table of evidence name each under its letter."""
    left_out = {"A": ("E05",), "B": (), "C": ("E01", "E05")}
    sides = {key: scenario.load(BASE, without=items) for key, items in left_out.items()}
    found = study(Request(scenarios=sides, n=16, figures=("incidence",), formats=("svg",)))
    sources = next(s for s in briefing_of(found).sections if s.title == "Sources").blocks[0]
    assert "Switched off under A: E05. Switched off under C: E01, E05." in sources.text  # type: ignore[union-attr]
    assert "under B" not in sources.text  # type: ignore[union-attr]
    rows = csv.DictReader(io.StringIO(bundle(found)["tables/evidence.csv"].decode()))
    off = {row["item"]: row["switched_off"] for row in rows}
    assert (off["E05"], off["E01"], off["E02"]) == ("A C", "C", "")


def test_the_reason_of_an_edit_stands_beside_it() -> None:
    """What was changed with a reason carries it in the briefing and in the table; without one there is no column."""
    edit = 'act.p_true={"point": 0.9, "status": "assumed", "why": "two more officials said so"}'
    sides = {
        "A": scenario.load(BASE),
        "B": scenario.load(BASE, overrides=[edit, "forums.g7.quorum=2"]),
        "C": scenario.load(BASE, overrides=["act.p_true=0.8"]),
    }
    found = study(Request(scenarios=sides, n=16, figures=("incidence",), formats=("svg",)))
    changed = next(s for s in briefing_of(found).sections if s.title == "What was changed").blocks
    tables = [block for block in changed if isinstance(block, Table)]
    assert [table.head[-1] for table in tables] == ["reason", "unit"]
    assert [row[-1] for row in tables[0].rows] == ["two more officials said so", ""]
    rows = csv.DictReader(io.StringIO(bundle(found)["tables/changes.csv"].decode()))
    assert [(row["path"], row["why"]) for row in rows if row["variant"] == "B"] == [
        ("act.p_true", "two more officials said so"),
        ("forums.g7.quorum", ""),
    ]


def test_four_variants_are_told_and_drawn(four: Study) -> None:
    """Each of B, C, D has its difference figure and table; the short findings name all four."""
    files = bundle(four)
    assert {f"figures/difference{tail}-report.svg" for tail in ("", "-c", "-d")} <= set(files)
    sentence = first_sentences(four.sides)[0]
    assert re.findall(r"([A-D]), “", sentence) == ["A", "B", "C", "D"]
    tables = [
        block
        for section in briefing_of(four).sections
        for block in section.blocks
        if isinstance(block, Table)
    ]
    assert [t.head[2] for t in tables if t.head[0] == "Outcome"] == ["B", "C", "D"]


def test_negative_numbers_carry_a_true_minus() -> None:
    """A hyphen before a number is a minus; within a word or a range it stays."""
    assert signed("-1.5 to +2, 45-55 %, E-5") == "−1.5 to +2, 45-55 %, E-5"
