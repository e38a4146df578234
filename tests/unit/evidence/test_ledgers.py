"""The shipped ledgers: complete, placed in their documents, free of contradictions."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from scenario.spec.ledger import complaints

CONFIGS = Path(__file__).resolve().parents[3] / "configs"
SHIPPED = sorted(path.stem for path in (CONFIGS / "evidence").glob("*.yaml"))
BASE = "iran-russia-missiles-2024"


def table(name):
    """The rows of a table of configs."""
    with (CONFIGS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_three_ledgers_ship():
    """There is one ledger per shipped case."""
    assert SHIPPED == ["belarus-2020", BASE, "missiles-unconfirmed-feb2024"]


@pytest.mark.parametrize("name", SHIPPED)
def test_ledger_is_sound(shipped, name):
    """A ledger breaks none of the rules between its parts."""
    assert list(complaints(shipped(name))) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_every_line_lies_in_its_document(shipped, name):
    """No item points beyond the paragraphs of its document."""
    ledger = shipped(name)
    beyond = [item.id for item in ledger.items if item.line > ledger.documents[item.document].paragraphs]
    assert beyond == []


@pytest.mark.parametrize("name", SHIPPED)
def test_tables_named_as_documents_have_the_lines(shipped, name):
    """A table that serves as a document exists and has as many lines as the ledger says."""
    documents = [source for source in shipped(name).documents.values() if source.file.startswith("configs/")]
    counted = [len((CONFIGS.parent / source.file).read_text("utf-8").splitlines()) for source in documents]
    assert counted == [source.paragraphs for source in documents]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_prior_says_why(shipped, name):
    """Each prior is inferred or assumed, gives a reason and names its source."""
    silent = [
        key
        for key, parameter in shipped(name).parameters.items()
        if not (
            parameter.prior.why and parameter.source and parameter.prior.status in {"inferred", "assumed"}
        )
    ]
    assert silent == []


@pytest.mark.parametrize("name", SHIPPED)
def test_parameters_are_named_as_in_the_base_case(shipped, name):
    """Other ledgers use names, roles, units and scales of the base case."""
    base = shipped(BASE).parameters
    other = shipped(name).parameters
    assert [
        key
        for key, parameter in other.items()
        if (parameter.role, parameter.unit, parameter.scale)
        != (base[key].role, base[key].unit, base[key].scale)
    ] == []


def test_base_case_holds_27_items_and_3_conflicts(shipped):
    """Items run from E01 to E27, conflicts from X1 to X3."""
    ledger = shipped(BASE)
    assert [item.id for item in ledger.items] == [f"E{number:02d}" for number in range(1, 28)]
    assert [conflict.id for conflict in ledger.conflicts] == ["X1", "X2", "X3"]


@pytest.mark.parametrize(
    ("document", "lines"),
    [
        ("S0", [1, 2, 2, 3, 3, 3, 4, 5, 5, 6, 7, 8, 9, 9, 10, 10]),
        ("S1", [1, 1, 2, 2, 3, 3, 3, 4, 5, 6, 6]),
    ],
)
def test_base_items_stand_on_their_lines(shipped, document, lines):
    """The items of each news text stand in the order and on the lines of the text."""
    assert [item.line for item in shipped(BASE).items if item.document == document] == lines


def test_one_kremlin_remark_counts_once(shipped):
    """E24 shares its origin with E11 and stands in for it."""
    ledger = shipped(BASE)
    remark, retold = ledger.item("E11"), ledger.item("E24")
    assert (retold.alternative_to, retold.origin) == ("E11", remark.origin)


def test_february_items_stand_on_their_rows(shipped):
    """Items of the February ledger name the line of the row that they report."""
    rows = ["header", *[row["id"] for row in table("episodes.csv")]]
    placed = {
        i.id: rows[i.line - 1] for i in shipped("missiles-unconfirmed-feb2024").items if i.document == "EP"
    }
    assert {placed[name] for name in ("F01", "F02", "F03", "F04", "F05")} == {"IRN_RUS_BM_FEB2024"}
    assert {placed["F06"], placed["F07"]} == {"IRN_RUS_UAV_2022"}
    assert (placed["F08"], placed["F12"]) == ("PRK_RUS_BM_2024", "EGY_RUS_ROCKETS_2023")


def test_february_dates_stand_on_their_rows(shipped):
    """Legal bases and listings of the February ledger name the right line of the dates."""
    rows = ["header", *[row["what"] for row in table("known_dates.csv")]]
    placed = {
        i.id: rows[i.line - 1] for i in shipped("missiles-unconfirmed-feb2024").items if i.document == "KD"
    }
    assert placed["F09"].startswith("the EU has a legal basis")
    assert placed["F10"].startswith("the United Kingdom has a legal basis")
    assert placed["F11"].startswith("about one American listing a month")


def test_belarus_items_stand_on_their_row(shipped):
    """All items of the Belarus ledger name the line of its row."""
    rows = ["header", *[row["id"] for row in table("episodes.csv")]]
    assert {rows[item.line - 1] for item in shipped("belarus-2020").items} == {"BLR_ELECTION_2020"}


def test_hindsight_is_marked(shipped):
    """Every Belarus item that was not known on the day of the vote says so."""
    later = {
        item.id for item in shipped("belarus-2020").items if item.caution.startswith("later than the date")
    }
    assert later == {"B02", "B03", "B04", "B05", "B06", "B07"}
