"""Small scenarios whose answers are known in closed form, in both engines; statistics reject beyond |z| = 5."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from scenario.spec.document import parse
from tests.unit.engine import factory
from tests.unit.engine.factory import (
    COUNCIL,
    ENGINES,
    FINDING_AT_START,
    HORIZON,
    MINIMAL,
    NO_SIGNAL,
    PERSISTING,
    PLAIN_CHANNEL,
    SURE_TO_ACT,
    SURE_TO_DISCLOSE,
    OneRun,
    minimal,
)

Runs = Callable[..., Iterator[OneRun]]

ENDLESS = {
    "act.p_true": 0.999999,
    "act.p_planned": 0,
    "act.kind": "ongoing",
    "act.stock": 1e9,
    "policy.mode": "silent",
    "shocks": {},
}
"""A true act whose batches go on without an end, and nobody says or does anything."""


@pytest.fixture(params=ENGINES)
def runs(request: pytest.FixtureRequest) -> Runs:
    """Return what runs a scenario with each engine in turn."""
    return partial(factory.runs, engine=request.param)


def _number(value: float) -> dict[str, object]:
    """Return a number as a file writes it."""
    return {"point": value, "why": "made up"}


def _channel(group: str, gap: float, **other: object) -> dict[str, object]:
    """Return a plain second channel."""
    return {
        "title": "second source",
        "group": group,
        "opens": "as_of",
        "opening_days": _number(0),
        "gap_days": _number(gap),
        "support_if_true": _number(0.8),
        "support_if_false": _number(0.3),
        "access": _number(1),
        "echo": _number(0),
        "lag": {"median": _number(0), "sigma": _number(0)},
    } | other


def _z_of_mean(values: list[float], mean: float, sd: float) -> float:
    """Return how many standard errors a sample mean lies from its expected value."""
    return (math.fsum(values) / len(values) - mean) / (sd / math.sqrt(len(values)))


# ---- waiting -----------------------------------------------------------------------------------------


def test_competing_sources_report_first_in_proportion_to_their_rates(runs: Runs) -> None:
    """Of sources with mean gaps 10 and 20 the first reports first in 2 of 3 runs, after Exp(20/3) days."""
    sources = {"channels.press.gap_days": 10, "channels.other": _channel("leak", 20)}
    case = minimal(PLAIN_CHANNEL, sources, {"policy.mode": "silent", "horizon_days": 100})
    firsts = [first for run in runs(case, 1200) if (first := run.first("item")) is not None]
    assert len(firsts) == 1200  # none in 100 days: e^-15
    wins = sum(first.actor == "press" for first in firsts)
    assert abs(wins - 800.0) < 5.0 * math.sqrt(1200 * 2 / 9)
    assert stats.kstest([first.time for first in firsts], stats.expon(scale=20 / 3).cdf).pvalue > 1e-6


def test_first_report_after_a_planned_shipment_is_hypoexponential(runs: Runs) -> None:
    """A source that opens with the shipment reports first after Exp(60) + Exp(20) days (KS test)."""
    case = minimal(
        PLAIN_CHANNEL, {"channels.press.opens": "shipment", "act.p_planned": 1, "channels.press.gap_days": 20}
    )
    times = [first.time for run in runs(case, 1500) if (first := run.first("item")) is not None]

    def cdf(t: np.ndarray) -> np.ndarray:
        return 1.0 - (60.0 * np.exp(-t / 60.0) - 20.0 * np.exp(-t / 20.0)) / 40.0

    seen = float(cdf(np.array(HORIZON)))
    assert stats.kstest(times, lambda t: cdf(t) / seen).pvalue > 1e-6


def test_third_report_comes_after_an_erlang_time(runs: Runs) -> None:
    """The third report of a source with mean gap 20 comes after an Erlang(3) time (KS test)."""
    case = minimal(PLAIN_CHANNEL)
    times = [run.of("item")[2].time for run in runs(case, 1000) if len(run.of("item")) > 2]
    law = stats.gamma(3, scale=20.0)
    assert stats.kstest(times, lambda t: law.cdf(t) / law.cdf(HORIZON)).pvalue > 1e-6


def test_batches_of_an_endless_flow_are_poisson(runs: Runs) -> None:
    """After the first, batches of mean gap 20 in a year are Poisson with mean 365/20."""
    case = minimal(PERSISTING, ENDLESS, {"act.batch_gap_days": 20})
    counts = [float(run.row["batches_shipped"]) - 1.0 for run in runs(case, 1000)]
    mean = HORIZON / 20.0
    assert abs(_z_of_mean(counts, mean, math.sqrt(mean))) < 5.0
    # Var of a sample variance of a Poisson(mu): (mu + 2 mu^2) / n.
    assert abs(np.var(counts) - mean) < 5.0 * math.sqrt((mean + 2 * mean**2) / len(counts))


# ---- belief ------------------------------------------------------------------------------------------


def test_one_perfect_source_makes_attribution_certain_in_a_true_world_and_impossible_in_a_false_one(
    runs: Runs,
) -> None:
    """A source that is never wrong leads to attribution of every true act it reports on, and of no other."""
    case = minimal(
        PLAIN_CHANNEL,
        NO_SIGNAL,
        SURE_TO_DISCLOSE,
        {"channels.press.support_if_true": 1, "channels.press.support_if_false": 0, "act.p_true": 0.5},
    )
    for run in runs(case, 400):
        first = run.first("item")
        assert first is not None
        is_in_time = bool(run.row["is_true"]) and first.time < HORIZON - 3.0  # a weekend may lie between
        assert bool(run.row["attributed"]) == is_in_time
        finding = run.first("finding")
        assert finding is None or finding.time == first.time


def test_belief_after_reports_is_the_access_mixture(runs: Runs) -> None:
    """After s supporting and c contradicting reports the odds are odds(p) (a (8/3)^s (2/7)^c + 1 - a)."""
    case = minimal(PLAIN_CHANNEL, NO_SIGNAL, {"act.p_true": 0.6, "channels.press.access": 0.7})
    checked = 0
    for run in runs(case, 60):
        verdicts = {event.sequence: event.value for event in run.of("item")}
        s = c = 0
        for event in run.of("received"):
            s, c = (s + 1, c) if verdicts[event.cause] > 0 else (s, c + 1)
            odds = 1.5 * (0.7 * (8 / 3) ** s * (2 / 7) ** c + 0.3)
            assert event.value == pytest.approx(odds / (1.0 + odds), rel=1e-9)
            checked += 1
    assert checked > 500


@pytest.mark.parametrize(("awareness", "ratio"), [(1.0, (0.3 + 0.7 * 0.8) / (0.3 + 0.7 * 0.3)), (0.0, 8 / 3)])
def test_echo_is_discounted_only_by_who_recognises_it(runs: Runs, awareness: float, ratio: float) -> None:
    """The first supporting report after a supporting leak multiplies the odds by 0.86/0.51, or by 8/3 unaware."""
    case = minimal(
        PLAIN_CHANNEL,
        NO_SIGNAL,
        {"channels.press.echo": 0.3, "act.p_true": 0.5, "senders.us.awareness": awareness},
    )
    firsts = [run.of("received")[0].value for run in runs(case, 50) if run.of("item")[0].value > 0]
    assert len(firsts) > 10
    assert firsts == pytest.approx([ratio / (1.0 + ratio)] * len(firsts), rel=1e-12)


@pytest.mark.parametrize("is_true", [True, False])
def test_private_knowledge_is_a_gaussian_log_ratio(runs: Runs, is_true: bool) -> None:
    """With d = 1.5 the start logit is Normal(logit p +- 1.125, 2.25), + in a true world (mean, variance, KS)."""
    d, p = 1.5, 0.5
    case = minimal(
        FINDING_AT_START,
        {"senders.us.signal": d, "act.p_true": p, "policy.mode": "silent"},
        {
            f"senders.us.bars.{bar}": value
            for bar, value in (("dismiss", 0), ("warn", 1e-6), ("attribute", 1e-6))
        },
    )
    starts = [
        math.log(finding.value / (1.0 - finding.value))
        for run in runs(case, 1500)
        if run.row["is_true"] is is_true and (finding := run.first("finding")) is not None
    ]
    assert len(starts) > 600
    mean = 0.5 * d * d if is_true else -0.5 * d * d
    assert abs(_z_of_mean(starts, mean, d)) < 5.0
    assert stats.kstest(starts, stats.norm(mean, d).cdf).pvalue > 1e-6


# ---- response ----------------------------------------------------------------------------------------


def _acts_at_start() -> dict[str, object]:
    """Return overrides under which the sender has a finding, speaks and answers at once."""
    return {**FINDING_AT_START, **SURE_TO_DISCLOSE, **SURE_TO_ACT, **PERSISTING}


def test_meetings_until_adoption_are_geometric_under_a_constant_veto(runs: Runs) -> None:
    """With two of five meetings blocked the number of meetings until adoption is geometric (chi-square)."""
    case = minimal(
        _acts_at_start(), {"forums.council": COUNCIL, "senders.us.adopts": {"designations": "council"}}
    )
    n = 1000
    meetings = Counter(len(run.of("considered")) for run in runs(case, n))
    observed = [meetings[k] for k in (1, 2, 3, 4)] + [sum(v for k, v in meetings.items() if k > 4)]
    expected = [n * 0.6 * 0.4**k for k in range(4)] + [n * 0.4**4]
    assert stats.chisquare(observed, expected).pvalue > 1e-6


def test_adoption_in_council_falls_on_a_meeting(runs: Runs) -> None:
    """What only a council can adopt is adopted at noon of a day on which it meets, whatever the veto."""
    case = minimal(
        _acts_at_start(), {"forums.council": COUNCIL, "senders.us.adopts": {"designations": "council"}}
    )
    days = [event.time for run in runs(case, 100) for event in run.of("adopted")]
    assert len(days) == 100
    assert {(day - 0.5) % 7.0 for day in days} == {0.0}


@pytest.mark.parametrize("per_year", [0.3, 2.0, 12.0, 50.0])
def test_accumulated_pressure_is_the_erosion_integral(runs: Runs, per_year: float) -> None:
    """One measure from day T0: bite cov size (1 - sat) (f T + (1 - f)(1 - e^(-r T))/r) with T to the horizon."""
    case = minimal(_acts_at_start(), {"measures.designations.erosion_per_year": per_year})
    for run in runs(case, 40):
        start = float(run.row["first_in_force_day"])
        rate, floor, span = per_year / 365.0, 0.4, HORIZON - start
        integral = floor * span + (1.0 - floor) * (1.0 - math.exp(-rate * span)) / rate
        assert run.row["pressure_days"] == pytest.approx(0.2 * 0.5 * 1.0 * 0.4 * integral, rel=1e-4)
        assert run.row["peak_pressure"] == pytest.approx(0.2 * 0.5 * 0.4, rel=1e-12)


@pytest.mark.parametrize(("within", "covered"), [("eu", 0.5 + 0.2), (None, 0.5 + 0.2 + 0.15)])
def test_a_union_covers_its_members(runs: Runs, within: str | None, covered: float) -> None:
    """Where three act, a member's share counts within its union's; a member of none adds its own."""
    us = parse(MINIMAL.read_text(encoding="utf-8"), file="minimal.yaml").data["senders"]["us"]
    shares = {"us": 0.5, "eu": 0.2, "member": 0.15}
    others = {
        "senders.eu": {**us, "title": "a union"},
        "senders.member": {**us, "title": "m", "within": within},
    }
    at_start = _acts_at_start()
    same = {
        f"senders.{name}.{path[11:]}": v
        for path, v in at_start.items()
        if path.startswith("senders.us.")
        for name in ("eu", "member")
    }
    world = {
        "measures.designations.at_once_for": ["us", "eu", "member"],
        "measures.designations.erosion_per_year": 0,
        **{f"exposures.trade.coverage.{name}": share for name, share in shares.items()},
    }
    for run in runs(minimal(others, at_start, same, world), 20):
        assert {event.actor for event in run.of("in_force")} == {"us", "eu", "member"}
        assert run.row["peak_pressure"] == pytest.approx(0.2 * covered * 0.4, rel=1e-12)


def test_a_working_day_carries_every_attribution_and_national_adoption(runs: Runs) -> None:
    """Nothing is attributed or adopted nationally on a Saturday or Sunday (as_of is a Monday)."""
    case = minimal(SURE_TO_DISCLOSE, {"act.p_true": 0.8})
    days = [e.time for run in runs(case, 200) for e in run.of("attribution", "adopted")]
    assert len(days) > 100
    assert {math.floor(day) % 7 for day in days} <= {0, 1, 2, 3, 4}


# ---- the act -----------------------------------------------------------------------------------------


def _planned(deterrence: float, **other: object) -> dict[str, object]:
    """Return overrides of a planned act that nobody answers, under a threat that stays 0.8 x 0.5."""
    return {
        **PERSISTING,
        "act.p_true": 0.999999,
        "act.p_planned": 1,
        "act.first_shipment_days": 30,
        "policy.mode": "silent",
        "threat.at_start": 0.8,
        "threat.credibility": 0.5,
        "threat.deterrence": deterrence,
        **other,
    }


def test_threat_stretches_the_clock_of_the_first_shipment_by_its_hazard_factor(runs: Runs) -> None:
    """Reviewed once, a credible threat of 0.4 at deterrence 2 delays each shipment by the factor e^0.8, run by run."""
    once = {"target.review_gap_days": 3650}
    free, held = (list(runs(minimal(_planned(d, **once)), 300)) for d in (0.0, 2.0))
    checked = 0
    for a, b in zip(free, held, strict=True):
        is_reviewed_once = len(a.of("review")) == 1
        expected = float(a.row["first_shipment_day"]) * math.exp(0.8)
        if is_reviewed_once and expected < HORIZON:
            assert b.row["first_shipment_day"] == pytest.approx(expected, rel=1e-9)
            checked += 1
    assert checked > 200


def test_first_shipment_clock_runs_down_at_the_rate_felt_at_each_review(runs: Runs) -> None:
    """With reviews the clock keeps what is left: the integral of the felt rate up to shipment is the free time."""
    changing = {"target.review_gap_days": 10, "threat.half_life_days": 20}
    free, held = (list(runs(minimal(_planned(d, **changing)), 200)) for d in (0.0, 3.0))
    checked = 0
    for a, b in zip(free, held, strict=True):
        end = float(b.row["first_shipment_day"])
        if not end < HORIZON:
            continue
        reviews = [event.time for event in b.of("review") if event.time < end]
        spans = zip(reviews, [*reviews[1:], end], strict=True)
        ran = sum((t - s) * math.exp(-3.0 * 0.5 * 0.8 * 0.5 ** (s / 20.0)) for s, t in spans)
        assert ran == pytest.approx(float(a.row["first_shipment_day"]), rel=1e-9)
        checked += 1
    assert checked > 150


def _gaps(run: OneRun) -> list[float]:
    """Return the days between batches after the first."""
    times = [event.time for event in run.of("shipped")]
    return [later - earlier for earlier, later in pairwise(times)]


def test_a_pause_stops_the_clock_of_the_next_batch_and_does_not_draw_it_again(runs: Runs) -> None:
    """Take the days of pause out of each gap and it is, run by run, the gap of a target that never pauses."""
    moody = {"target.escalation_cost": 20, "target.disposition": 1.5, "target.review_gap_days": 20}
    steady = list(runs(minimal(ENDLESS, PERSISTING), 60))
    checked = 0
    for a, b in zip(steady, runs(minimal(ENDLESS, moody), 60), strict=True):
        ships = [event.time for event in b.of("shipped")]
        policies = [(0.0, 0.0)] + [(event.time, event.value) for event in b.of("policy")] + [(HORIZON, 0.0)]
        pauses = [(s, e) for (s, value), (e, _) in pairwise(policies) if value == 1.0]
        for start, end, plain in zip(ships, ships[1:], _gaps(a), strict=False):
            paused = sum(max(0.0, min(end, e) - max(start, s)) for s, e in pauses)
            assert end - start - paused == pytest.approx(plain, rel=1e-9, abs=1e-9)
            checked += paused > 0.0
    assert checked > 20


# ---- flow and substitution ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["flow", "one_shot", "ongoing"])
def test_nothing_is_lost_where_nobody_stops_anything(runs: Runs, kind: str) -> None:
    """Where the target persists undeterred, what left is what would have left: lost and replaced are 0."""
    case = minimal(PERSISTING, {"threat.deterrence": 0, "act.kind": kind, "act.p_true": 0.9})
    some = list(runs(case, 100))
    assert sum(float(run.row["quantity_shipped"]) > 0.0 for run in some) > 50
    assert {float(run.row["quantity_lost"]) for run in some} == {0.0}
    assert {float(run.row["quantity_replaced"]) for run in some} == {0.0}


def test_net_flow_is_what_left_plus_what_is_replaced(runs: Runs) -> None:
    """Replaced is min(100 spare, lost) x 0.5 x 0.8, and net is shipped plus replaced."""
    case = minimal(PERSISTING, {"act.p_true": 0.99, "threat.deterrence": 20, "target.mood_gap_days": 30})
    some = [run.row for run in runs(case, 100)]
    assert sum(row["quantity_lost"] > 0.0 for row in some) > 5
    for row in some:
        assert row["quantity_replaced"] == pytest.approx(min(100.0, row["quantity_lost"]) * 0.4)
        assert row["quantity_net"] == pytest.approx(row["quantity_shipped"] + row["quantity_replaced"])
