"""The compiled engine gives the reference's event logs and outcomes, to the last bit, whatever the scenario."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import pytest

import scenario
from scenario.engine.trajectory import Event
from scenario.experiment import processes, threads
from scenario.experiment.chunk import spans_of
from scenario.experiment.run import run
from scenario.experiment.store import digest
from scenario.spec.load import list_scenarios
from scenario.spec.schema import Mode
from tests.identity.comparing import (
    Tally,
    compare_generated,
    compare_scenario,
    log_difference,
    row_difference,
)
from tests.identity.features import EXCLUDED, all_features, features_of
from tests.identity.traits import all_traits, traits_of

N_SCENARIOS = 300
CASES = {entry.name: entry for entry in list_scenarios()}


@dataclass
class Seen:
    """What the generated scenarios used, and what the comparison found."""

    tally: Tally = field(default_factory=Tally)
    features: set[str] = field(default_factory=set)
    traits: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Return the comparison over the first generated scenarios."""
    seen = Seen()
    for case, log in compare_generated(0, N_SCENARIOS, seen.tally):
        seen.features |= features_of(case)
        seen.traits |= traits_of(log)
    return seen


def test_generated_scenarios_give_the_same_logs_and_outcomes(seen: Seen) -> None:
    """Over 300 random scenarios and 1,200 runs no event, outcome or error differs by a bit."""
    assert seen.tally.differences == []
    assert seen.tally.runs == 4 * N_SCENARIOS


def test_every_feature_of_the_schema_was_compared(seen: Seen) -> None:
    """No feature that the schema declares is left out of the comparison."""
    assert sorted(all_features() - set(EXCLUDED) - seen.features) == []


def test_every_kind_of_event_was_compared(seen: Seen) -> None:
    """Every kind of event, and every fixed thing that one can name, occurs in the runs that were compared."""
    assert sorted(all_traits() - seen.traits) == []


def test_runs_with_an_error_end_with_the_same_words(seen: Seen) -> None:
    """Some of the random runs pass the event limit, in both engines with one text."""
    assert seen.tally.errors > 10


@pytest.mark.parametrize("name", CASES)
def test_shipped_cases_give_the_same_logs_in_every_variant_and_mode(name: str) -> None:
    """Base, every variant and every mode of a shipped case agree, derived numbers included."""
    tally = Tally()
    for variant in ("base", *CASES[name].variants):
        case = scenario.load(name, variant=variant)
        for _ in compare_scenario(case, seed=3, modes=Mode, n_points=3, tally=tally):
            pass
    assert tally.differences == []
    assert tally.events > 1000


@pytest.mark.parametrize("name", CASES)
def test_twins_give_the_same_rows(name: str) -> None:
    """With twins every column is the same from either engine."""
    case = scenario.load(name)
    compiled, reference = (
        run(case, 24, seed=5, engine=engine).outcomes for engine in ("compiled", "reference")
    )
    assert compiled.equals(reference)


def _digests(case: scenario.Scenario, **settings: object) -> tuple[str, str]:
    """Return the digests of outcomes and events of 24 runs."""
    result = run(case, outer=12, inner=2, seed=1, events=True, **settings)
    return digest(result, "outcomes"), digest(result, "events")


def test_forty_ways_to_run_give_the_same_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines, 1 to 4 threads or processes, chunks of 1 to 24 runs and two orders: one pair of digests."""
    case = scenario.load("iran-russia-missiles-2024", variant="wait-for-eu")
    found, n_ways = set(), 0
    for workers, chunk in itertools.product((1, 2), (4, 24)):
        monkeypatch.setattr(processes, "_CHUNK_RUNS", chunk)
        found.add(_digests(case, engine="reference", workers=workers))
        n_ways += 1
    for workers, chunk, backwards in itertools.product((1, 2, 3, 4), (1, 4, 6, 10, 24), (False, True)):
        monkeypatch.setattr(threads, "_CHUNK_RUNS", chunk)
        monkeypatch.setattr(threads, "spans_of", _backwards if backwards else spans_of)
        found.add(_digests(case, engine="compiled", workers=workers))
        n_ways += 1
    assert n_ways > 40
    assert len(found) == 1


def _backwards(*arguments: object) -> list[tuple[int, int]]:
    """Return the chunks in reverse."""
    return list(reversed(spans_of(*arguments)))  # type: ignore[arg-type]


EVENT = Event(0, 1.0, "policy", "target", "pause", -1, 1.0)


@pytest.mark.parametrize(
    "other",
    [
        EVENT._replace(time=1.0000000000000002),
        EVENT._replace(value=-1.0),
        EVENT._replace(cause=0),
        EVENT._replace(actor="coalition"),
        EVENT._replace(subject="persist"),
    ],
)
def test_a_last_bit_or_a_word_is_a_difference(other: Event) -> None:
    """Two logs that differ in one field of one event are told apart, with the event's number and both sides."""
    assert log_difference([EVENT, other], [EVENT, EVENT]).startswith("event 1: reference (0, ")


def test_a_missing_event_is_a_difference() -> None:
    """A log that ends early is told apart."""
    assert log_difference([EVENT, EVENT], [EVENT]).endswith("compiled nothing")


def test_minus_zero_is_a_difference_and_never_is_none() -> None:
    """Outcomes are compared by their bits; two times that never came are the same."""
    assert row_difference({"a": 0.0}, {"a": -0.0}) == "outcome a: reference 0.0; compiled -0.0"
    assert row_difference({"a": float("nan")}, {"a": float("nan")}) == ""
