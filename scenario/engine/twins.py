"""A run and its twins: the same luck without measures (words), and without words as well (silent).

A twin in which nothing would be suppressed is the run itself and is not simulated again.
"""

from __future__ import annotations

from collections.abc import Callable

from scenario.engine.trajectory import Event, Row
from scenario.spec.schema import Mode

Simulate = Callable[[Mode], tuple[Row, list[Event]]]

MEASURES = frozenset({"execution", "follow", "expulsion", "strike", "inspection"})
WORDS = frozenset({"warning", "attribution", "statement", "retraction", "heard"})


def with_twins(simulate: Simulate, mode: Mode) -> tuple[Row, list[Event]]:
    """Return the row of a run with the columns that compare it with its twins, and its events.

    Parameters
    ----------
    simulate
        Runs one mode under the luck of this run.
    mode
        The mode of the run itself; twins are less than it, never more.
    """
    row, events = simulate(mode)
    kinds = {event.kind for event in events}
    words, word_kinds = (row, kinds)
    if mode is Mode.FACTUAL and kinds & MEASURES:
        words, word_events = simulate(Mode.WORDS)
        word_kinds = {event.kind for event in word_events}
    silent = simulate(Mode.SILENT)[0] if mode is not Mode.SILENT and word_kinds & WORDS else words
    return row | _comparison(row, words, silent), events


def _comparison(row: Row, words: Row, silent: Row) -> Row:
    """Return the columns that compare a run with its twins."""
    return {
        "shipped_words": words["quantity_shipped"],
        "shipped_silent": silent["quantity_shipped"],
        "net_words": words["quantity_net"],
        "net_silent": silent["quantity_net"],
        "averted_by_measures": words["quantity_shipped"] - row["quantity_shipped"],
        "averted_by_words": silent["quantity_shipped"] - words["quantity_shipped"],
        "averted_by_measures_net": words["quantity_net"] - row["quantity_net"],
        "averted_by_words_net": silent["quantity_net"] - words["quantity_net"],
    }
