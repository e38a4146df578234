"""The memory in which one thread runs: the head of a run and its tables, larger when a run asks for more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from scenario.engine.compiled import codes, records
from scenario.engine.compiled.facts import Facts
from scenario.engine.compiled.memory import address
from scenario.engine.compiled.numbers import Columns

FIRST_SIZE = 256
"""Records of each growing table at first."""

LOG_SIZE = 1 << 15
WORD = 8


class Room:
    """The memory of one thread for one scenario.

    Parameters
    ----------
    facts
        The scenario's facts; they may be shared between rooms.
    columns
        Where its numbers stand.
    n_logs
        Runs whose event log is kept; 0 where none is.
    """

    def __init__(self, facts: Facts, columns: Columns, *, n_logs: int) -> None:
        self._facts = facts
        self.head = np.zeros(1, records.RUN)
        self._state = np.zeros(0, "i8")
        self._growing: dict[str, np.ndarray[Any, Any]] = {}
        self._log = np.empty(LOG_SIZE if n_logs else 0, records.EVENT)
        self._log_ends = np.zeros(n_logs, "i8")
        self._n_taken = 0
        self._has_handed_over = False
        self.head["keeps_log"] = n_logs > 0
        for name, table in facts.tables.items():
            self.head[f"facts_{name}"] = address(table)
        for name, start in columns.starts.items():
            self.head[f"offset_{name}"] = start * WORD
        self.head["point_size"] = columns.n * WORD
        self._lay_state(_sizes(facts.dimensions))
        self._lay_growing(FIRST_SIZE)

    @property
    def address(self) -> int:
        """Return the address of the head."""
        return address(self.head)

    def grow(self) -> None:
        """Make room for the run that asked for it, which is done again: a log was full, or another table."""
        if self.head["error_place"][0] != codes.FULL_LOG:
            self._lay_growing(2 * len(self._growing["task"]))
        elif not self._has_handed_over:  # one run alone is longer than the log
            self._log = np.empty(2 * len(self._log), records.EVENT)
            self._note_log()

    def take_logs(
        self, run_at: Callable[[int], int], logs: dict[int, np.ndarray[Any, Any]], first: int, reached: int
    ) -> None:
        """Hand over the logs of the runs at the places before `reached`, and make room for those to come."""
        self._has_handed_over = bool(self.head["log_used"][0])
        if self._has_handed_over:
            ends, start = self._log_ends.tolist(), 0
            for i in range(self._n_taken, reached - first):
                if ends[i]:
                    logs[run_at(first + i)], start = self._log[start : ends[i]], ends[i]
            self._log = np.empty(len(self._log), records.EVENT)
            self._note_log()
        self._n_taken, self.head["log_used"] = reached - first, 0

    def _lay_state(self, sizes: Mapping[str, int]) -> None:
        """Lay the tables that every run begins anew one behind the other, each at a whole word."""
        starts, n_words = {}, 0
        for name, dtype in records.TABLES.items():
            starts[name] = n_words
            n_words += -(-dtype.itemsize * sizes[name] // WORD)
        self._state = np.zeros(n_words, "i8")
        self.head["state"], self.head["state_words"] = address(self._state), n_words
        for name, start in starts.items():
            self.head[name] = address(self._state) + start * WORD

    def _lay_growing(self, size: int) -> None:
        """Lay the tables whose size the run decides."""
        n_listeners = self._facts.dimensions["senders"]
        sizes = dict.fromkeys(records.GROWING, size) | {"arrival": size * n_listeners}
        self._growing = {name: np.zeros(sizes[name], dtype) for name, dtype in records.GROWING.items()}
        for name, table in self._growing.items():
            self.head[name], self.head[f"size_{name}"] = address(table), size
        self._note_log()

    def _note_log(self) -> None:
        """Tell the head where the log lies."""
        self.head["log"], self.head["log_size"] = address(self._log), len(self._log)
        self.head["log_ends"] = address(self._log_ends)


def _sizes(n: Mapping[str, int]) -> dict[str, int]:
    """Return the number of records of each table of the state."""
    levels = n["senders"] * records.N_LEVELS
    return {
        "sender": n["senders"],
        "hearing": n["senders"] * n["groups"],
        "items": n["senders"] * n["channels"],
        "known": n["channels"] * records.N_KNOWN,
        "bar": n["senders"] * records.N_BARS,
        "level": levels,
        "awaited": n["wait_edges"] * records.N_LEVELS,
        "heard": n["senders"] ** 2,
        "package": levels * n["measures"],
        "book": n["senders"] * n["measures"],
        "measure": n["measures"],
        "exposure": n["exposures"],
        "channel": n["channels"],
        "group": n["groups"],
        "forum": n["forums"],
        "pending": n["forums"] * levels,
        "adopted": n["forums"] * records.N_LEVELS * n["measures"],
        "planned": n["forums"] * levels,
        "blocked": n["slots"],
        "delivery": n["suppliers"],
        "act": 1,
        "target": 1,
    }
