"""The STRESS-DES checklist: every item there, filled or marked."""

from __future__ import annotations

from scenario.report.blocks import OPEN, Table
from scenario.report.briefing import Writer
from scenario.report.stress import checklist
from scenario.report.study import Study

ITEMS = [
    *("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "2.5.5"),
    *("3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1"),
]
"""The items for discrete-event simulation (Monks et al. 2019, table 2)."""


def _rows(study: Study) -> list[tuple[str, ...]]:
    """Return all rows of the checklist."""
    blocks = [block for section in checklist(Writer(study)).sections for block in section.blocks]
    return [row for block in blocks if isinstance(block, Table) for row in block.rows]


def test_every_item_is_there_in_order(small: Study) -> None:
    """The items 1.1 to 6.1 follow one another, each with an answer."""
    rows = _rows(small)
    assert list(dict.fromkeys(row[0] for row in rows)) == ITEMS
    assert all(len(row[2]) > 10 for row in rows)


def test_what_only_people_know_is_marked(small: Study, files: dict[str, bytes]) -> None:
    """Time and machine, readers, judges, access and address are open, and stand out on the page."""
    still_open = [row[0] for row in _rows(small) if row[2].startswith(OPEN)]
    assert still_open == ["1.1", "3.1", "3.4", "5.3", "5.4", "6.1"]
    assert files["stress-des.html"].decode().count('class="wide open"') == len(still_open)


def test_settings_and_generator_are_told(small: Study) -> None:
    """Runs, draws, horizon, seed and generator of this study stand in the answers."""
    text = " ".join(row[2] for row in _rows(small))
    for part in (
        "24 runs of each variant: 6 draws",
        "4 replications",
        "365 days",
        "Philox4x32-10",
        "root seed 0",
    ):
        assert part in text
