"""The compiled engine itself: its codes and tables, room that grows, addresses, threads; logs as the reference's."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import numpy as np
import pytest

from scenario.draws.streams import Streams
from scenario.engine import compiled, reference, rules
from scenario.engine.compiled import Engine, codes, records, rows_of
from scenario.engine.compiled.clock import N_NEAR
from scenario.engine.compiled.memory import address
from scenario.engine.compiled.numbers import Columns
from scenario.engine.compiled.room import FIRST_SIZE, LOG_SIZE, Room
from scenario.engine.tables import cast_of, draw_points
from scenario.engine.trajectory import KINDS, Event
from scenario.engine.twins import with_twins
from scenario.errors import RunError
from scenario.spec.document import parse
from scenario.spec.load import load
from scenario.spec.outcomes import outcomes_of
from scenario.spec.register import numbers
from scenario.spec.scenario import Scenario
from scenario.spec.schema import Mode
from tests.identity.generate import generate
from tests.unit.engine.factory import (
    BASE_CASE,
    COUNCIL,
    HORIZON,
    MINIMAL,
    OneRun,
    minimal,
    runs,
    world_of,
)

SEED = 17
LAST = 2**32 - 1
FILE = parse(MINIMAL.read_text(encoding="utf-8"), file="minimal.yaml").data
SCENARIOS = ("minimal", "base case", "generated 1", "generated 2", "generated 3", "generated 4")


def _scenario(name: str) -> Scenario:
    """Return a scenario by its name in `SCENARIOS`."""
    if name.startswith("generated"):
        return generate(int(name.split()[1]))
    return minimal() if name == "minimal" else load(BASE_CASE)


# ---- codes and records -------------------------------------------------------------------------------


def test_kinds_have_the_codes_of_their_places() -> None:
    """Every kind of event is, in capitals, a code of its place in the list of kinds."""
    assert [getattr(codes, kind.upper()) for kind in KINDS] == list(range(len(KINDS)))


def test_kinds_fit_into_the_bits_that_note_them() -> None:
    """A run notes the kinds that it has seen in the bits of one signed whole number."""
    assert len(KINDS) < 63


@pytest.mark.parametrize(
    ("first", "words"),
    [
        ("NOBODY", ("", "case", "coalition", "target", "recipient")),
        ("W_PREPARED", ("prepared", "slow", "never")),
        ("W_PARTNERS", ("partners", "patience")),
        ("W_SCHEDULED", ("scheduled", "warning", "attribution", "adoption")),
        ("W_PERSIST", ("persist", "pause", "escalate")),
        ("W_CONTRACT", ("contract", "denial", "stock", "shock")),
        ("W_INSPECTION", ("inspection", "another class")),
    ],
)
def test_words_stand_at_their_codes(first: str, words: tuple[str, ...]) -> None:
    """Each family of words begins at its code and goes on in its order."""
    start = getattr(codes, first)
    assert codes.WORDS[start : start + len(words)] == words


def test_tasks_have_codes_of_their_own() -> None:
    """No two things that can be due share a code."""
    found = {name: code for name, code in vars(codes).items() if name[:2] in ("T_", "S_", "I_", "C_")}
    assert sorted(found.values()) == list(range(len(found)))


def test_choices_are_in_the_order_of_the_rules() -> None:
    """What the rules choose can be added to the first word of its family."""
    assert [codes.WORDS[codes.W_PREPARED + kind] for kind in (rules.PREPARED, rules.SLOW, rules.NEVER)] == [
        "prepared",
        "slow",
        "never",
    ]
    assert [
        codes.WORDS[codes.W_PERSIST + policy] for policy in (rules.PERSIST, rules.PAUSE, rules.ESCALATE)
    ] == [
        "persist",
        "pause",
        "escalate",
    ]


def test_a_table_that_is_not_contiguous_has_no_address() -> None:
    """Every other row of a table is refused: compiled code would read the rows between."""
    with pytest.raises(ValueError, match=r"^table must be contiguous \(got strides \(32,\)\)\.$"):
        address(np.zeros(10, records.record_type(a="f8", b="f8"))[::2])


# ---- numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_number_has_a_column_of_its_own(name: str) -> None:
    """No number of a scenario is without a column, and no two share one."""
    spec = _scenario(name).spec
    columns, paths = Columns(spec), [entry.path for entry in numbers(spec)]
    found = [columns.column(path) for path in paths]
    assert len(set(found)) == len(paths) > 50
    assert set(found) <= set(range(columns.n))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_row_holds_every_number_of_its_point(name: str) -> None:
    """The row of outer point 2 holds the samples of that point, each in its column, and 0 in all others."""
    case = _scenario(name)
    points = draw_points(case, seed=SEED, n_points=3)
    engine = Engine(cast_of(case), Streams(SEED))
    row = rows_of(engine, points)[2]
    places = {path: engine.columns.column(path) for path in points.values}
    assert {path: row[place] for path, place in places.items()} == {
        path: values[2] for path, values in points.values.items()
    }
    assert set(np.delete(row, list(places.values()))) <= {0.0}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_world_and_its_point_are_the_same_row(name: str) -> None:
    """The numbers of a world tree are laid as those of the point that it was made from."""
    case = _scenario(name)
    engine, points = Engine(cast_of(case), Streams(SEED)), draw_points(case, seed=SEED, n_points=2)
    world = world_of(case, seed=SEED, point=1)
    row = engine.columns.row_of(world, [entry.path for entry in numbers(case.spec)])
    assert np.array_equal(row[0], rows_of(engine, points)[1])


@pytest.mark.parametrize("name", SCENARIOS)
def test_outcomes_stand_in_the_order_of_their_declaration(name: str) -> None:
    """The columns that are kept, with twins and without, are the declared outcomes in their order."""
    case = _scenario(name)
    engine = Engine(cast_of(case), Streams(SEED))
    for twins in (True, False):
        kept = [list(engine.outcomes)[place] for place in engine.kept(twins=twins)]
        assert kept == list(outcomes_of(case.spec, twins=twins))


# ---- the reference's logs, whatever room they need ---------------------------------------------------


def _pair(case: Scenario, n: int, **settings: Any) -> tuple[list[OneRun], list[OneRun]]:
    """Return the same runs from both engines."""
    first, second = (
        list(runs(case, n, seed=SEED, engine=engine, **settings)) for engine in ("compiled", "reference")
    )
    return first, second


def _differences(case: Scenario, n: int, **settings: Any) -> list[int]:
    """Return which runs differ between the engines in their log or in an outcome (NaN equals NaN)."""
    pairs = zip(*_pair(case, n, **settings), strict=True)
    return [
        place
        for place, (a, b) in enumerate(pairs)
        if a.events != b.events
        or a.row.keys() != b.row.keys()
        or any(a.row[name] != value and value == value for name, value in b.row.items())
    ]


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> list[Room]:
    """Every room that an engine makes from here on, to look at afterwards."""
    found: list[Room] = []

    class Watched(Room):
        """A room that can be found again, and counts how often it has grown."""

        n_grown = 0

        def __init__(self, *arguments: Any, **settings: Any) -> None:
            super().__init__(*arguments, **settings)
            found.append(self)

        def grow(self) -> None:
            self.n_grown += 1
            super().grow()

    monkeypatch.setattr(compiled, "Room", Watched)
    return found


def _many_channels(n: int, **changes: Any) -> dict[str, Any]:
    """Return n more channels like the press."""
    return {f"channels.press{i}": {**FILE["channels"]["press"], **changes} for i in range(n)}


def _point(value: float) -> dict[str, Any]:
    """Return a number as a file writes it."""
    return {"point": value, "why": "made up"}


SLOW_NEWS = {
    "channels.press.gap_days": 0.9,
    "channels.press.opening_days": 0,
    "channels.press.lag.median": 170,
    "channels.press.lag.sigma": 0.02,
}
"""Reports that take half a year to arrive: some 190 wait at once."""

BUSIER = {**SLOW_NEWS, "max_events": 1_000_000, "channels.press.gap_days": 0.2}
"""Some 850 reports on their way at once."""

MANY_BATCHES = {
    "act.p_true": 0.999999,
    "act.p_planned": 0,
    "act.kind": "ongoing",
    "act.stock": 1e9,
    "act.batch_gap_days": 0.2,
    "act.usable.median": 200,
    "max_events": 1_000_000,
}
"""Some 1,800 batches, most of which wait to become usable."""

CROWD: dict[str, Any] = {
    **{f"senders.s{i:02}": {**FILE["senders"]["us"], "title": f"government {i}"} for i in range(12)},
    **_many_channels(8, lag={"median": _point(150), "sigma": _point(0.3)}, gap_days=_point(2)),
    "forums.council": COUNCIL | {"members": ["us", *(f"s{i:02}" for i in range(5))]},
    "senders.us.adopts": {"designations": "council"},
    "senders.s03.waits_for": ["s04", "us"],
    "senders.s05.follows": {"us": _point(1)},
}
"""Thirteen governments, nine sources whose reports reach each of them late, one council."""

LARGE = {
    "pending beyond the sorted list": (minimal(SLOW_NEWS), 6),
    "pending beyond the first tables": (minimal(BUSIER), 3),
    "batches beyond the first table": (minimal(MANY_BATCHES), 3),
    "many governments and sources": (minimal(CROWD), 3),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_runs_are_those_of_the_reference(name: str) -> None:
    """However much waits at once, logs and outcomes are the reference's, to the bit."""
    case, n = LARGE[name]
    assert _differences(case, n) == []


def test_the_heap_is_used_where_much_waits(rooms: list[Room]) -> None:
    """With some 150 and more tasks waiting, keys lie beyond the sorted list, and no table had to grow."""
    list(runs(LARGE["pending beyond the sorted list"][0], 1, seed=SEED))
    (room,) = rooms
    assert N_NEAR < room.head["n_tasks"][0] <= FIRST_SIZE
    assert room.n_grown == 0


@pytest.mark.parametrize(
    "name",
    ["pending beyond the first tables", "batches beyond the first table", "many governments and sources"],
)
def test_tables_grow_where_a_run_needs_more(name: str, rooms: list[Room]) -> None:
    """A run with more waiting than the first tables hold is done again with larger ones."""
    case, n = LARGE[name]
    list(runs(case, n, seed=SEED))
    (room,) = rooms
    assert room.n_grown >= 1


def test_a_log_longer_than_its_first_room_is_whole(rooms: list[Room]) -> None:
    """A run with more events than the first log holds has the log of the reference."""
    gap = HORIZON / LOG_SIZE
    case = minimal({"channels.press.gap_days": gap, "channels.press.lag.median": 0, "max_events": 1_000_000})
    (ours,), (theirs,) = _pair(case, 1)
    assert len(theirs.events) > LOG_SIZE
    assert ours.events == theirs.events
    assert rooms[0].n_grown >= 1


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("name", ["minimal", "base case"])
def test_every_mode_is_that_of_the_reference(name: str, mode: Mode) -> None:
    """Factual, words only and silent: logs and outcomes are the reference's, to the bit."""
    assert _differences(_scenario(name), 15, inner=2, mode=mode) == []


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("name", ["minimal", "base case"])
def test_twins_are_those_of_the_reference(name: str, mode: Mode) -> None:
    """What compares a run with its twins is what the reference's twins give, to the bit."""
    case, n = _scenario(name), 25
    job = _done(case, n, mode=mode, has_twins=True)[0]
    by_mode = {each: list(runs(case, n, seed=SEED, mode=each, engine="reference")) for each in Mode}
    compared = sorted(set(outcomes_of(case.spec)) - set(outcomes_of(case.spec, twins=False)))
    places = [list(outcomes_of(case.spec)).index(name) for name in compared]
    for i in range(n):
        row, _ = with_twins(lambda each, i=i: (dict(by_mode[each][i].row), by_mode[each][i].events), mode)
        assert job.rows[i, places].tolist() == [row[name] for name in compared]


# ---- alone, in a batch, in threads -------------------------------------------------------------------


def _done(
    case: Scenario, outer: int, *, engine: Engine | None = None, spoil: Any = None, **settings: Any
) -> tuple[Any, Any]:
    """Run some outer points as one batch, their table of numbers changed first; return the job and what it gave."""
    engine = Engine(cast_of(case), Streams(SEED)) if engine is None else engine
    table = rows_of(engine, draw_points(case, seed=SEED, n_points=outer))
    if spoil is not None:
        spoil(engine.columns, table)
    job = engine.job(table, **({"mode": Mode.FACTUAL} | settings))
    return job, engine.do(job)


def _alone(case: Scenario, n: int, m: int) -> list[Event]:
    """Return the log of one run that is run by itself."""
    world = world_of(case, seed=SEED, point=m)
    return compiled.simulate(cast_of(case), world, Streams(SEED), n=n, m=m, mode=Mode.FACTUAL)[1]


def test_a_run_has_the_same_log_alone_and_in_a_batch() -> None:
    """Nothing of one run is left for the next: each log of a batch is that of the run by itself."""
    case = load(BASE_CASE)
    engine = Engine(cast_of(case), Streams(SEED))
    _, done = _done(case, 8, engine=engine, n_inner=2, keeps_log=True)
    assert [engine.events(done.logs[i]) for i in range(16)] == [
        _alone(case, i % 2, i // 2) for i in range(16)
    ]


def test_a_row_is_the_same_with_its_log_and_without() -> None:
    """Keeping logs moves no outcome, with twins and without."""
    case = load(BASE_CASE)
    for has_twins in (True, False):
        kept, left = (
            _done(case, 20, has_twins=has_twins, keeps_log=keeps)[0].rows.tobytes() for keeps in (True, False)
        )
        assert kept == left


def test_no_log_is_returned_that_was_not_asked_for() -> None:
    """Without `keeps_log` there is none."""
    assert _done(minimal(), 3)[1].logs == {}


def test_twins_leave_the_log_of_the_run_itself() -> None:
    """The logs of runs with twins are those of the runs alone."""
    case = minimal()
    alone, beside = (_done(case, 20, has_twins=twins, keeps_log=True)[1].logs for twins in (False, True))
    assert {i: log.tobytes() for i, log in alone.items()} == {i: log.tobytes() for i, log in beside.items()}


def _busy_in_the_middle(columns: Columns, table: Any) -> None:
    """Give outer point 3 a source whose reports fill the tables, and outer point 5 one that is no source."""
    table[3, columns.column("channels.press.gap_days")] = 0.2
    table[3, columns.column("channels.press.lag.median")] = 170.0
    table[3, columns.column("channels.press.lag.sigma")] = 0.02
    table[5, columns.column("channels.press.gap_days")] = np.nan


def test_a_run_that_needs_more_room_leaves_its_neighbours_alone(rooms: list[Room]) -> None:
    """In a batch whose fourth run grows the tables and whose sixth fails, the other logs and rows are unmoved."""
    case = minimal({"max_events": 1_000_000})
    plain, first = _done(case, 8, keeps_log=True)
    spoiled, second = _done(case, 8, spoil=_busy_in_the_middle, keeps_log=True)
    others = [0, 1, 2, 4, 6, 7]
    assert [room.n_grown > 0 for room in rooms] == [False, True]
    assert list(second.failures) == [5]
    assert sorted(second.logs) == [0, 1, 2, 3, 4, 6, 7]
    assert [first.logs[i].tobytes() for i in others] == [second.logs[i].tobytes() for i in others]
    assert plain.rows[others].tobytes() == spoiled.rows[others].tobytes()


def test_runs_of_a_failed_batch_are_each_named() -> None:
    """Where every run fails, each place has its error with the id of its run."""
    case = minimal({"max_events": 100, "channels.press.gap_days": 0.1})
    _, done = _done(case, 2, n_inner=2, first_m=6, first_n=3, keeps_log=True)
    assert [str(error).split(":")[0] for error in done.failures.values()] == [
        "run e0006-r003",
        "run e0006-r004",
        "run e0007-r003",
        "run e0007-r004",
    ]
    assert all(isinstance(error, RunError) for error in done.failures.values())
    assert done.logs == {}


@pytest.mark.parametrize(("n", "m"), [(LAST, 0), (0, LAST), (LAST, LAST)])
def test_the_last_addresses_are_those_of_the_reference(n: int, m: int) -> None:
    """Replication and outer point 2^32 - 1 give the log of the reference."""
    case, streams = minimal(), Streams(SEED)
    cast, world = cast_of(case), world_of(case)
    ours, theirs = (
        engine.simulate(cast, world, streams, n=n, m=m, mode=Mode.FACTUAL)[1]
        for engine in (compiled, reference)
    )
    assert ours == theirs
    assert len(ours) > 20


def test_a_batch_counts_on_from_its_first_addresses() -> None:
    """A batch from outer point 2^32 - 2 and replication 2^32 - 2 ends with the last run there is."""
    case = minimal()
    engine = Engine(cast_of(case), Streams(SEED))
    table = np.repeat(rows_of(engine, draw_points(case, seed=SEED, n_points=1)), 2, axis=0)
    job = engine.job(table, first_m=LAST - 1, first_n=LAST - 1, n_inner=2, mode=Mode.FACTUAL, keeps_log=True)
    last = engine.events(engine.do(job).logs[3])
    world = world_of(case, seed=SEED)
    assert (
        last == reference.simulate(cast_of(case), world, Streams(SEED), n=LAST, m=LAST, mode=Mode.FACTUAL)[1]
    )


def test_threads_that_share_an_engine_get_the_same_rows_and_logs() -> None:
    """Four threads that run one engine at once, three times each, get the rows and logs of one alone."""
    case = load(BASE_CASE)
    engine = Engine(cast_of(case), Streams(SEED))
    together = Barrier(4, timeout=60)

    def once(_: int) -> list[tuple[bytes, list[bytes]]]:
        """Run the same batch three times, beginning with the others."""
        together.wait()
        found = [_done(case, 30, engine=engine, has_twins=True, keeps_log=True) for _ in range(3)]
        return [(job.rows.tobytes(), [done.logs[i].tobytes() for i in range(30)]) for job, done in found]

    job, done = _done(case, 30, engine=engine, has_twins=True, keeps_log=True)
    expected = (job.rows.tobytes(), [done.logs[i].tobytes() for i in range(30)])
    with ThreadPoolExecutor(4) as pool:
        found = [one for some in pool.map(once, range(4)) for one in some]
    assert [one == expected for one in found] == [True] * 12


def test_parts_of_a_job_add_up_to_the_whole() -> None:
    """A job done in three parts, the last first, has the rows and logs of the job done at once."""
    case = minimal()
    engine = Engine(cast_of(case), Streams(SEED))
    whole, at_once = _done(case, 10, engine=engine, n_inner=2, keeps_log=True)
    table = rows_of(engine, draw_points(case, seed=SEED, n_points=10))
    parts = engine.job(table, n_inner=2, mode=Mode.FACTUAL, keeps_log=True)
    logs = {}
    for start, stop in ((13, 20), (0, 7), (7, 13)):
        logs |= engine.do(parts, start, stop).logs
    assert parts.rows.tobytes() == whole.rows.tobytes()
    assert {i: log.tobytes() for i, log in logs.items()} == {
        i: log.tobytes() for i, log in at_once.logs.items()
    }


# ---- a part is no function ---------------------------------------------------------------------------

CALL_A_PART = """
from scenario.engine.compiled.clock import is_delay

for _ in range(2):
    try:
        is_delay(1.0)
    except TypeError:
        print("TypeError")
"""


def test_a_part_that_python_calls_is_a_type_error_and_no_crash() -> None:
    """Whoever calls a part from Python is told that there is nothing to call, and the process goes on."""
    command = [sys.executable, "-c", CALL_A_PART]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.split() == ["TypeError", "TypeError"]


COMPILE_WITH_DRAWS = """
import scenario.engine.compiled.kernel
import numba
from scenario.draws.philox import philox4x32, uniform_at
from scenario.draws.portable import exp, log

@numba.njit
def both(key, x):
    return philox4x32(1, 2, 3, 4, key, key)[0], uniform_at(key, 5, 6, 7), exp(x), log(x)

print(both(9, 0.3) == (philox4x32(1, 2, 3, 4, 9, 9)[0], uniform_at(9, 5, 6, 7), exp(0.3), log(0.3)))
"""


def test_what_is_compiled_after_the_engine_calls_the_draws_themselves() -> None:
    """The engine's own copies of the draws, which are called otherwise, are given to nobody else in the process."""
    command = [sys.executable, "-c", COMPILE_WITH_DRAWS]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stdout.strip()) == (0, "True"), finished.stderr[-500:]
