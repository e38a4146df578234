"""Hold the two engines against each other, run by run and event by event.

`python -m tests.identity.comparing FIRST LAST` does it for generated scenarios and ends with exit code 1 and the
first difference where there is one: a test plants a fault in a copy of the package and runs this there.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from scenario.draws.streams import Streams
from scenario.engine.compiled import Engine, rows_of
from scenario.engine.compiled import simulate as simulate_compiled
from scenario.engine.faults import run_id
from scenario.engine.reference import simulate
from scenario.engine.tables import cast_of, draw_points, world_at
from scenario.engine.trajectory import Event, Row
from scenario.errors import RunError
from scenario.spec.scenario import Scenario
from scenario.spec.schema import Mode
from tests.identity.generate import generate

N_INNER = 2
N_POINTS = 2

LIMIT_EVERY = 16
"""Of the generated scenarios one in so many has its timed events counted too."""


@dataclass
class Tally:
    """What was compared, and what differed.

    Parameters
    ----------
    runs, events, errors
        Numbers of runs, of events in them, and of runs that ended with an error in both engines.
    differences
        One sentence for every run that differs.
    logs
        The reference's log of every run, where they are asked for.
    """

    runs: int = 0
    events: int = 0
    errors: int = 0
    differences: list[str] = field(default_factory=list)


def compare_scenario(
    case: Scenario, *, seed: int, modes: Iterable[Mode] = (), n_points: int = N_POINTS, tally: Tally
) -> Iterator[list[Event]]:
    """Run a scenario with both engines, note every difference, and yield the reference's logs.

    Parameters
    ----------
    case
        The scenario.
    seed
        Root seed.
    modes
        Modes to run; the scenario's own where none is given.
    n_points
        Outer points, with two replications each.
    tally
        Where the counts and differences go.
    """
    points, cast, streams = draw_points(case, seed=seed, n_points=n_points), cast_of(case), Streams(seed)
    engine = Engine(cast, streams)
    numbers = rows_of(engine, points)
    for mode in list(modes) or [case.spec.policy.mode]:
        job = engine.job(numbers, n_inner=N_INNER, mode=mode, keeps_log=True)
        done = engine.do(job)
        for place in range(len(job.rows)):
            m, n = divmod(place, N_INNER)
            try:
                found: tuple[Row, list[Event]] | str = simulate(
                    cast, world_at(points, m), streams, n=n, m=m, mode=mode
                )
            except RunError as error:
                found = str(error)
            other: tuple[Row, list[Event]] | str
            if place in done.failures:
                other = str(done.failures[place])
            else:
                row = dict(zip(engine.outcomes, job.rows[place].tolist(), strict=True))
                other = {name: row[name] for name in cast.outcomes}, engine.events(done.logs[place])
            _note(tally, f"{case.spec.name}, seed {seed}, {mode}, run {run_id(m, n)}", found, other)
            if not isinstance(found, str):
                yield found[1]


def _note(
    tally: Tally, where: str, found: tuple[Row, list[Event]] | str, other: tuple[Row, list[Event]] | str
) -> None:
    """Count a run, and note how it differs."""
    tally.runs += 1
    if isinstance(found, str) or isinstance(other, str):
        tally.errors += 1
        if found != other:
            tally.differences.append(f"{where}: reference {_short(found)}; compiled {_short(other)}")
        return
    tally.events += len(found[1])
    difference = log_difference(found[1], other[1]) or row_difference(found[0], other[0])
    if difference:
        tally.differences.append(f"{where}, {difference}")


def _short(found: object) -> str:
    """Return an error, or the word for a run that finished."""
    return found if isinstance(found, str) else "finishes"


def log_difference(reference: list[Event], compiled: list[Event]) -> str:
    """Return the first event at which two logs part, with both sides, or an empty text."""
    for number, (a, b) in enumerate(zip(reference, compiled, strict=False)):
        if _bits(a) != _bits(b):
            return f"event {number}: reference {tuple(a)}; compiled {tuple(b)}"
    number = min(len(reference), len(compiled))
    if len(reference) == len(compiled):
        return ""
    a, b = ((tuple(log[number]) if number < len(log) else "nothing") for log in (reference, compiled))
    return f"event {number}: reference {a}; compiled {b}"


def _bits(event: Event) -> tuple[object, ...]:
    """Return an event with its floats as bits."""
    floats = struct.pack("<dd", event.time, event.value)
    return (event.sequence, floats, event.kind, event.actor, event.subject, event.cause)


def row_difference(reference: Row, compiled: Row) -> str:
    """Return the first outcome in which two rows differ, or an empty text; never equals never."""
    for name, value in reference.items():
        a, b = float(value), float(compiled[name])
        if struct.pack("<d", a) != struct.pack("<d", b) and not (a != a and b != b):
            return f"outcome {name}: reference {a!r}; compiled {b!r}"
    return ""


def compare_generated(first: int, last: int, tally: Tally) -> Iterator[tuple[Scenario, list[Event]]]:
    """Compare the generated scenarios first <= number < last and yield each with every log of its runs."""
    for number in range(first, last):
        case = generate(number)
        for log in compare_scenario(case, seed=number, tally=tally):
            yield case, log
        if number % LIMIT_EVERY == 0:
            compare_limits(case, seed=number, tally=tally)


def compare_limits(case: Scenario, *, seed: int, tally: Tally) -> None:
    """Note where the engines count timed events differently: the least limit that a run keeps must be the same."""
    found = [_least_limit(case, one, seed=seed) for one in (simulate, simulate_compiled)]
    if found[0] != found[1]:
        where = f"{case.spec.name}, seed {seed}, run {run_id(0, 0)}, timed events"
        tally.differences.append(f"{where}: reference {found[0]}; compiled {found[1]}")


def _least_limit(case: Scenario, one: Callable[..., object], *, seed: int) -> int:
    """Return the least `max_events` under which the first run finishes, by halving."""
    cast, points, streams = cast_of(case), draw_points(case, seed=seed, n_points=1), Streams(seed)
    low, high = 0, 1 << 15
    while high - low > 1:
        middle = (low + high) // 2
        world = world_at(points, 0)
        world.max_events = middle
        limited = replace(cast, spec=case.spec.model_copy(update={"max_events": middle}))
        try:
            one(limited, world, streams, n=0, m=0, mode=case.spec.policy.mode)
            high = middle
        except RunError:
            low = middle
    return high


def main() -> int:
    """Compare generated scenarios; say the first difference and return 1 where there is one."""
    tally = Tally()
    for _ in compare_generated(int(sys.argv[1]), int(sys.argv[2]), tally):
        if tally.differences:
            break
    sys.stdout.write(
        f"{tally.runs} runs, {tally.events} events; {(tally.differences or ['no difference'])[0]}\n"
    )
    return int(bool(tally.differences))


if __name__ == "__main__":
    sys.exit(main())
