"""What a moved number does not touch need not run again: the guards of a run tell which those are."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import scenario
from scenario.draws.streams import Streams
from scenario.engine.compiled import Engine, Job, rows_of
from scenario.engine.tables import cast_of, draw_points
from scenario.experiment.run import run, run_again
from tests.identity.generate import generate

CASE = "iran-russia-missiles-2024"
N_SCENARIOS = 200


def _moved(engine: Engine, job: Job, path: str, luck: random.Random) -> np.ndarray:
    """Return the job's numbers with another value of a guarded number at every outer point."""
    numbers, column = job.numbers.copy(), engine.columns.column(path)
    is_days = path.endswith("days")
    for m in range(len(numbers)):
        near = numbers[m, column] + luck.choice([-1.0, 1.0]) * (luck.random() * (3.0 if is_days else 0.1))
        far = luck.uniform(0.0, 60.0) if is_days else luck.random()
        value = luck.choice([near, far, 0.0, 1.0, numbers[m, column]])
        numbers[m, column] = max(0.0, value if is_days else min(1.0, value))
    return numbers


def _kind(path: str) -> str:
    """Return a path with the names of the file left out."""
    section, *rest = path.split(".")
    return path if section in ("response", "talks") else f"{section}.*.{'.'.join(rest[1:])}"


def _same(a: Job, b: Job) -> bool:
    """Return whether two jobs have the same outcomes, bit for bit."""
    return a.rows.tobytes() == b.rows.tobytes()


def _check(engine: Engine, job: Job, path: str, luck: random.Random) -> tuple[int, int]:
    """Move a number, do what is touched again, hold it against a full run; return runs touched and left."""
    moved = _moved(engine, job, path, luck)
    which = engine.touched(job, moved, engine=engine)
    again = replace(job, numbers=moved, rows=job.rows.copy(), guards=job.guards.copy(), which=which)
    full = engine.job(moved, n_inner=job.n_inner, mode=job.mode, has_twins=job.has_twins, keeps_guards=True)
    assert engine.do(full).failures == engine.do(again).failures == {}, path
    assert _same(again, full), path
    assert again.guards.tobytes() == full.guards.tobytes(), path
    return len(which), len(job.rows) - len(which)


@pytest.mark.parametrize("has_twins", [False, True])
def test_what_is_not_touched_is_the_same(has_twins: bool) -> None:
    """In 200 random scenarios guarded numbers move, and the touched runs done again give all rows of a full run.

    Every kind of guarded number touches some runs and leaves others.
    """
    luck = random.Random(11)
    touched: Counter[str] = Counter()
    left: Counter[str] = Counter()
    kinds: set[str] = set()
    for number in range(N_SCENARIOS):
        case = generate(number)
        engine = Engine(cast_of(case), Streams(number))
        numbers = rows_of(engine, draw_points(case, seed=number, n_points=8))
        mode = case.spec.policy.mode
        job = engine.job(numbers, n_inner=2, mode=mode, has_twins=has_twins, keeps_guards=True)
        if engine.do(job).failures:
            continue
        paths = [path for path in engine.guarded if path]
        kinds |= set(map(_kind, paths))
        waiting = [
            f"senders.{name}.patience_days" for name, one in case.spec.senders.items() if one.waits_for
        ]
        for path in [*luck.sample(paths, min(3, len(paths))), luck.choice(paths[:5]), *waiting]:
            n_touched, n_left = _check(engine, job, path, luck)
            touched[_kind(path)] += n_touched
            left[_kind(path)] += n_left
    assert sorted(kind for kind in kinds if not touched[kind]) == []
    assert sorted(kind for kind in kinds if not left[kind]) == []


@pytest.mark.parametrize(
    "override",
    [
        "senders.us.patience_days=30",
        "defaults.sender.bars.attribute=0.9",
        "talks.p_relief=0.9",
        "act.p_true=0.5",
    ],
)
def test_running_again_gives_the_table_of_running(override: str) -> None:
    """A lever moved, or a number that is not guarded: the outcomes are those of a plain run."""
    former = run_again(scenario.load(CASE), n=80, seed=2)
    case = scenario.load(CASE, overrides=[override])
    assert former.trail is not None
    again = run_again(case, [former.trail], 80, seed=2)
    assert again.outcomes.equals(run(case, 80, seed=2).outcomes)


def test_a_lever_that_touches_few_runs_runs_few() -> None:
    """The probability of relief matters where somebody pauses long enough: most runs are not done again."""
    former = run_again(scenario.load(CASE), n=200, seed=2, twins=False)
    again = run_again(
        scenario.load(CASE, overrides=["talks.p_relief=0.9"]), [former.trail], 200, seed=2, twins=False
    )
    touched = former.trail.engine.touched(
        former.trail.job, again.trail.job.numbers, engine=again.trail.engine
    )
    assert 0 < len(touched) < 100


@pytest.mark.parametrize(
    "other",
    [{"variant": "quiet-deal"}, {"overrides": ["act.kind=ongoing"]}, {"overrides": ["policy.mode=words"]}],
)
def test_another_structure_touches_every_run(other: dict) -> None:
    """A scenario that differs by more than guarded numbers is run as a whole."""
    former = run_again(scenario.load(CASE), n=40, seed=2, twins=False)
    case = scenario.load(CASE, **other)
    again = run_again(case, [former.trail], 40, seed=2, twins=False)
    assert again.outcomes.equals(run(case, 40, seed=2, twins=False).outcomes)


def test_a_run_that_failed_leaves_no_trail_to_follow() -> None:
    """After a failed run everything is run again."""
    short = scenario.load(CASE, overrides=["max_events=800"])
    former = run_again(short, n=80, seed=2, twins=False)
    assert len(former.failures)
    assert former.trail.job.guards is None
    again = run_again(short, [former.trail], 80, seed=2, twins=False)
    assert again.failures.equals(former.failures)
    assert again.outcomes.equals(former.outcomes)
