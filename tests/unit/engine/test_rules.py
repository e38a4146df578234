"""Each rule against a formula or a value worked out by hand, never against the engine; compiled as written."""

from __future__ import annotations

import datetime
import inspect
import math
import random
import struct
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import types
from scipy import integrate, special

from scenario.draws.compile import plain
from scenario.draws.portable import exp, log
from scenario.engine import rules

UNIT = st.floats(0.001, 0.999)


# ---- belief ------------------------------------------------------------------------------------------


@given(p=UNIT)
def test_logit_and_expit_agree_with_scipy(p: float) -> None:
    """Logit and expit are scipy's, inside the held range."""
    assert rules.logit(p) == pytest.approx(special.logit(p), abs=1e-12)
    assert rules.expit(float(special.logit(p))) == pytest.approx(p, rel=1e-12)


@pytest.mark.parametrize(("p", "expected"), [(0.0, -20.7232658), (1.0, 20.7232658), (0.5, 0.0)])
def test_logit_is_finite_at_the_ends(p: float, expected: float) -> None:
    """A probability of 0 or 1 is held at 1e-9 from the end."""
    assert rules.logit(p) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("x", "expected"), [(-800.0, 0.0), (800.0, 1.0)])
def test_expit_does_not_overflow(x: float, expected: float) -> None:
    """Far out, expit is 0 or 1 and no error."""
    assert rules.expit(x) == expected


@pytest.mark.parametrize("correlation", [0.0, 0.3, 1.0])
def test_correlated_normals_have_unit_variance_and_the_stated_correlation(correlation: float) -> None:
    """Two peers made from a common and own normals have variance 1 and the stated correlation."""
    z = np.random.default_rng(1).standard_normal((3, 40_000))
    x, y = (
        np.array([rules.correlated(a, b, correlation) for a, b in zip(z[0], z[i], strict=True)])
        for i in (1, 2)
    )
    # Standard error of a variance 0.007, of a correlation <= 0.005.
    assert np.var(x) == pytest.approx(1.0, abs=0.035)
    assert np.corrcoef(x, y)[0, 1] == pytest.approx(correlation, abs=0.025)


@pytest.mark.parametrize("correlation", [-0.6, 0.0, 0.4, 1.0])
def test_a_loaded_normal_has_the_stated_correlation_with_its_factor(correlation: float) -> None:
    """A normal loaded on a factor has variance 1 and the stated correlation with the factor itself."""
    factor, own = np.random.default_rng(2).standard_normal((2, 40_000))
    x = np.array([rules.loaded(a, b, correlation) for a, b in zip(factor, own, strict=True)])
    assert np.var(x) == pytest.approx(1.0, abs=0.035)
    assert np.corrcoef(x, factor)[0, 1] == pytest.approx(correlation, abs=0.025)


@pytest.mark.parametrize(("is_true", "expected"), [(True, 2.0 + 2.0 * 0.25), (False, -2.0 + 2.0 * 0.25)])
def test_private_signal_is_shifted_by_half_its_variance(is_true: bool, expected: float) -> None:
    """With d = 2 the signal is +-2 + 2 z."""
    assert rules.private_signal(2.0, is_true, 0.25) == expected


@pytest.mark.parametrize(("last", "expected"), [(0, 0.8), (1, 0.3 + 0.7 * 0.8), (-1, 0.7 * 0.8)])
def test_support_probability_mixes_echo_and_own_report(last: int, expected: float) -> None:
    """A report repeats the last verdict with share 0.3, and else supports with probability 0.8."""
    assert rules.support_probability(0.8, 0.3, last) == pytest.approx(expected, abs=1e-15)


@given(t=UNIT, f=UNIT, echo=st.floats(0, 0.95), last=st.sampled_from([-1, 0, 1]))
def test_item_ratios_average_to_one_in_a_false_world(t: float, f: float, echo: float, last: int) -> None:
    """E[exp(log ratio) | false] = 1: the ratio is a likelihood ratio of the report's own law."""
    q = (echo if last > 0 else 0.0) + (1.0 - (echo if last else 0.0)) * f
    up = math.exp(rules.item_log_ratio(1, t, f, echo, last))
    down = math.exp(rules.item_log_ratio(-1, t, f, echo, last))
    assert q * up + (1.0 - q) * down == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(
    ("t", "f", "verdict", "expected"), [(1.0, 0.0, 1, 30.0), (1.0, 0.0, -1, -30.0), (0.0, 0.0, 1, 0.0)]
)
def test_item_ratio_of_a_perfect_source_is_bounded(t: float, f: float, verdict: int, expected: float) -> None:
    """A perfect source moves the log odds by 30, an impossible report by nothing."""
    assert rules.item_log_ratio(verdict, t, f, 0.0, 0) == expected


def test_full_echo_carries_no_news() -> None:
    """A report that only repeats the last verdict has ratio 1."""
    assert rules.item_log_ratio(1, 0.9, 0.1, 1.0, 1) == 0.0


@given(x=st.floats(-60, 60), access=st.floats(0, 1))
def test_channel_ratio_is_the_access_mixture(x: float, access: float) -> None:
    """ln(a e^l + 1 - a), worked out with exact fractions."""
    a = Fraction(access)
    mixture = a * Fraction(math.exp(x)) + (1 - a)
    expected = math.log(mixture) if mixture > 0 else -math.inf
    assert rules.channel_log_ratio(x, access) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("x", "access"), [(i / 10, j / 7) for i in range(1, 10) for j in range(1, 7)])
def test_a_small_channel_ratio_has_the_form_of_a_large_one(x: float, access: float) -> None:
    """Any l > 0 is l + ln(a + (1 - a) e^-l), to the last bit: both forms are right, but results are kept by bits."""
    assert rules.channel_log_ratio(x, access) == x + log(access + (1.0 - access) * exp(-x))


@pytest.mark.parametrize(
    ("x", "access", "expected"),
    [
        (900.0, 1.0, 900.0),
        (-900.0, 1.0, -900.0),
        (900.0, 0.5, 900.0 - math.log(2.0)),
        (-900.0, 0.5, -math.log(2.0)),
        (900.0, 0.0, 0.0),
        (-900.0, 0.0, 0.0),
        (-40.0, 1.0, -40.0),
    ],
)
def test_channel_ratio_is_finite_however_much_was_reported(x: float, access: float, expected: float) -> None:
    """900 nats for or against give a finite number, and without access they give 0."""
    assert rules.channel_log_ratio(x, access) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("k", "expected"), [(0, math.log(4.0)), (1, 0.3 * math.log(4.0)), (2, 0.09 * math.log(4.0))]
)
def test_kth_voice_counts_a_power_of_what_is_left(k: int, expected: float) -> None:
    """With discount 0.7 the k-th voice of ratio 4 adds 0.3^k ln 4."""
    assert rules.voice_log_ratio(4.0, 0.7, k) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(
    ("belief", "n_groups", "n_physical", "expected"),
    [(0.9, 2, 1, True), (0.95, 3, 2, True), (0.8999, 2, 1, False), (0.9, 1, 1, False), (0.9, 2, 0, False)],
)
def test_finding_needs_belief_and_corroboration(
    belief: float, n_groups: int, n_physical: int, expected: bool
) -> None:
    """At bar 0.9, two groups and one physical, all three must hold; equality suffices."""
    assert rules.is_finding(belief, 0.9, n_groups, 2, n_physical, 1) is expected


@pytest.mark.parametrize(
    ("has_new_item", "is_armed", "has_attributed", "since_last", "expected"),
    [
        (True, True, False, 30.0, True),
        (True, True, False, 29.9, False),
        (False, True, False, 99.0, False),
        (True, False, False, 99.0, False),
        (True, True, True, 99.0, False),
        (True, True, False, math.inf, True),
    ],
)
def test_a_warning_needs_news_a_crossing_and_time(
    has_new_item: bool, is_armed: bool, has_attributed: bool, since_last: float, expected: bool
) -> None:
    """At a gap of 30 days: news, an armed bar, nothing attributed yet, and 30 days since the last one."""
    assert rules.warns(has_new_item, is_armed, has_attributed, since_last, 30.0) is expected


# ---- disclosure and response -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("is_prepared", "is_leaked", "has_anchor", "expected"),
    [
        (False, False, False, 0.25 + 2.0 * 0.5 - 3.0 * 0.25),
        (True, False, False, 0.25 + 1.0 + 10.0 - 0.75),
        (False, True, False, 0.25 + 1.0 + 20.0 - 0.75),
        (False, False, True, 0.25 + 1.0 + 40.0 - 0.75),
        (True, True, True, 0.25 + 1.0 + 70.0 - 0.75),
    ],
)
def test_prepared_utility_adds_what_applies(
    is_prepared: bool, is_leaked: bool, has_anchor: bool, expected: float
) -> None:
    """A package, a leak and an anchor date each speak for speed where there is one; source risk against it."""
    found = rules.prepared_utility(
        0.25, 2.0, 0.5, 10.0, is_prepared, 20.0, is_leaked, 40.0, has_anchor, 3.0, 0.25
    )
    assert found == expected


def test_never_utility_adds_its_terms() -> None:
    """Relation and source risk speak for silence, will against it: -1 - 2 x 0.5 + 4 x (-0.75) + 3 x 0.25."""
    found = rules.never_utility(
        constant=-1.0,
        will_weight=2.0,
        will=0.5,
        relation_weight=4.0,
        relation=-0.75,
        risk_weight=3.0,
        risk=0.25,
    )
    assert found == -1.0 - 1.0 - 3.0 + 0.75


@pytest.mark.parametrize(
    ("rule", "n_vetoes", "is_leader_against", "expected"),
    [
        (rules.UNANIMITY, 0, False, True),
        (rules.UNANIMITY, 1, False, False),
        (rules.LEADER, 4, False, True),
        (rules.LEADER, 1, True, False),
        (rules.QUORUM, 2, True, True),
        (rules.QUORUM, 3, False, False),
        (rules.STATEMENT, 5, True, True),
    ],
)
def test_a_rule_passes_despite_the_vetoes_that_it_bears(
    rule: int, n_vetoes: int, is_leader_against: bool, expected: bool
) -> None:
    """Of five members with a quorum of three: unanimity bears no veto, a leader any but its own, a quorum two."""
    assert rules.passes(rule, 5, n_vetoes, is_leader_against, 3) is expected


@pytest.mark.parametrize(
    ("rule", "n_named", "has_leader_named", "expected"),
    [
        (rules.UNANIMITY, 5, True, True),
        (rules.UNANIMITY, 4, True, False),
        (rules.LEADER, 4, False, False),
        (rules.LEADER, 1, True, True),
        (rules.QUORUM, 3, False, True),
        (rules.QUORUM, 2, True, False),
        (rules.STATEMENT, 1, False, True),
        (rules.STATEMENT, 0, False, False),
    ],
)
def test_a_forum_speaks_once_enough_have_named_the_act(
    rule: int, n_named: int, has_leader_named: bool, expected: bool
) -> None:
    """Of five senders with a quorum of three: all, the leader, three, or any one, as the rule says."""
    assert rules.speaks(rule, 5, n_named, has_leader_named, 3) is expected


@pytest.mark.parametrize(("prepared", "never"), [(0.0, 0.0), (1.3, -0.7), (-2.0, 3.0), (40.0, -40.0)])
def test_disclosure_choice_has_softmax_shares(prepared: float, never: float) -> None:
    """Over a fine grid of u the three kinds have the shares of scipy's softmax, in the order of their codes."""
    grid = (np.arange(20_000) + 0.5) / 20_000
    choices = np.array([rules.disclosure_choice(float(u), prepared, never) for u in grid])
    shares = [np.mean(choices == kind) for kind in (rules.PREPARED, rules.SLOW, rules.NEVER)]
    assert shares == pytest.approx(special.softmax([prepared, 0.0, never]), abs=1e-4)
    assert bool(np.all(np.diff(choices) >= 0))


@pytest.mark.parametrize(
    ("share", "shift", "expected"),
    [(0.5, math.log(3.0), 0.75), (0.2, 0.0, 0.2), (0.0, 5.0, 0.0), (1.0, -5.0, 1.0)],
)
def test_template_shifts_the_logit_of_a_share(share: float, shift: float, expected: float) -> None:
    """One to one becomes three to one at a shift of ln 3; 0 and 1 stay."""
    assert rules.package_share(share, shift) == pytest.approx(expected, abs=1e-12)


@given(p=st.floats(0, 1), n=st.integers(1, 30))
def test_member_veto_reproduces_the_veto_of_the_meeting(p: float, n: int) -> None:
    """1 - (1 - v)^n is the probability that the meeting is blocked."""
    assert 1.0 - (1.0 - rules.member_veto(p, n)) ** n == pytest.approx(p, abs=1e-12)


@given(time=st.floats(0, 400), weekday=st.integers(0, 6))
def test_working_time_moves_weekends_to_monday_morning(time: float, weekday: int) -> None:
    """A weekday stays; a Saturday or Sunday becomes the next Monday at nine, by the calendar of datetime."""
    start = datetime.datetime(2024, 9, 9) + datetime.timedelta(days=weekday)
    date = (start + datetime.timedelta(days=math.floor(time))).date()
    found = rules.working_time(time, weekday)
    if date.weekday() < 5:
        assert found == time
        return
    monday = date + datetime.timedelta(days=7 - date.weekday())
    assert found == (monday - start.date()).days + 9 / 24


@pytest.mark.parametrize(
    ("own", "latest", "deadline", "expected"),
    [(3.0, 9.0, 20.0, 9.0), (3.0, 30.0, 20.0, 3.0), (25.0, 9.0, 20.0, 25.0), (3.0, 20.0, 20.0, 20.0)],
)
def test_joint_day_is_kept_where_patience_lasts(
    own: float, latest: float, deadline: float, expected: float
) -> None:
    """A sender acts with the latest partner within its patience, alone at once beyond it, never before its route."""
    assert rules.joint_time(own, latest, deadline) == expected


# ---- threat, pressure, target ------------------------------------------------------------------------


def test_threat_halves_in_a_half_life() -> None:
    """After one and two half-lives a half and a quarter are left."""
    assert [rules.decayed(0.8, t, 90.0) for t in (0.0, 90.0, 180.0)] == pytest.approx(
        [0.8, 0.4, 0.2], rel=1e-12
    )


@pytest.mark.parametrize(
    ("share", "shift", "expected"),
    [(0.5, 0.25, 0.75), (0.5, -0.25, 0.25), (0.75, 0.5, 1.0), (0.25, -0.5, 0.0)],
)
def test_a_shifted_share_stays_a_share(share: float, shift: float, expected: float) -> None:
    """A shift adds to a share, which ends at 0 and 1."""
    assert rules.shifted(share, shift) == expected


def test_a_raise_takes_a_share_of_what_is_missing() -> None:
    """A third of the missing 0.6 on 0.4 gives 0.6; 1 cannot be passed."""
    assert rules.raised(0.4, 1 / 3) == pytest.approx(0.6)
    assert rules.raised(1.0, 0.9) == 1.0


def test_enforcement_fades_from_one_to_its_floor() -> None:
    """At rate 2 a year and floor 0.4: 1 at once, 0.4 + 0.6 e^-2 after a year, 0.4 in the end."""
    values = [rules.enforcement(t, 2.0, 0.4) for t in (0.0, 365.0, 1e6)]
    assert values == pytest.approx([1.0, 0.4 + 0.6 * math.exp(-2.0), 0.4], rel=1e-12)


def test_exposure_pressure_is_what_is_neither_lost_already_nor_spared() -> None:
    """Size 0.25, a fifth lost already, half spared: 0.1."""
    assert rules.exposure_pressure(0.25, 0.2, 0.5) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("denial", "fade", "n_adopters", "expected"),
    [
        (0.5, 1.0, 2, 0.25),
        (0.5, 0.5, 3, 0.421875),
        (0.5, 1.0, 0, 1.0),
        (1.0, 1.0, 1, 0.0),
        (0.0, 1.0, 9, 1.0),
    ],
)
def test_each_adopter_denies_its_part_of_the_rest(
    denial: float, fade: float, n_adopters: int, expected: float
) -> None:
    """n adopters of aid that denies d, faded to f, leave (1 - d f)^n of the use."""
    assert rules.use_allowed(denial, fade, n_adopters) == expected


@pytest.mark.parametrize(
    ("span", "rate", "expected"),
    [(365.0, 0.5, 1), (365.0, 0.51, 2), (73.0, 50.0, 20), (0.0, 50.0, 1), (9.0, 0.0, 1)],
)
def test_a_fading_span_is_cut_finely_enough(span: float, rate: float, expected: int) -> None:
    """On each piece the curve fades by e^0.5 at most: one piece for half a unit a year, two for a little more."""
    assert rules.quadrature_pieces(span, rate) == expected


@pytest.mark.parametrize("power", range(6))
def test_quadrature_is_exact_up_to_degree_five(power: int) -> None:
    """The rule integrates t^k over [2, 5] exactly for k = 0 to 5."""
    found = sum(weight * t**power for t, weight in rules.quadrature(2.0, 5.0))
    assert found == pytest.approx((5.0 ** (power + 1) - 2.0 ** (power + 1)) / (power + 1), rel=1e-12)


@pytest.mark.parametrize("rate", [0.1, 0.5, 1.0])
def test_quadrature_of_a_fading_measure_agrees_with_scipy(rate: float) -> None:
    """Over a year, at the erosion rates of the base case, the rule agrees with scipy's quad to 1e-5."""
    expected, _ = integrate.quad(lambda t: 0.4 + 0.6 * math.exp(-rate * t / 365.0), 0.0, 365.0)
    found = sum(w * rules.enforcement(t, rate, 0.4) for t, w in rules.quadrature(0.0, 365.0))
    assert found == pytest.approx(expected, rel=1e-5)


def test_pause_utility_adds_its_terms() -> None:
    """Relief, threat, engagement and disposition speak for pausing; reward and shock against it."""
    found = rules.pause_utility(
        relief_belief=0.5,
        removable=0.4,
        pressure_weight=3.0,
        threat=0.2,
        threat_weight=2.0,
        engagement=0.25,
        engagement_weight=4.0,
        reward=1.5,
        urgency=0.6,
        disposition=-0.3,
        shock=0.1,
        shock_weight=5.0,
    )
    assert found == pytest.approx(0.6 + 0.4 + 1.0 - 0.9 - 0.3 - 0.5)


def test_escalate_utility_adds_its_terms() -> None:
    """Defiance of threat and pressure, reward and disposition speak for escalating; its cost against it."""
    found = rules.escalate_utility(
        defiance=2.0, threat=0.3, pressure=0.2, reward=1.5, urgency=0.6, cost=3.0, disposition=0.4
    )
    assert found == pytest.approx(1.0 + 0.9 - 3.0 + 0.4)


@pytest.mark.parametrize(
    ("pause", "escalate", "can_pause", "expected"),
    [
        (0.0, 0.0, True, rules.PERSIST),
        (1.0, 0.5, True, rules.PAUSE),
        (1.0, 0.5, False, rules.ESCALATE),
        (1.0, -0.5, False, rules.PERSIST),
        (0.5, 1.0, True, rules.ESCALATE),
        (1.0, 1.0, True, rules.PAUSE),
    ],
)
def test_policy_is_the_best_option_that_is_open(
    pause: float, escalate: float, can_pause: bool, expected: int
) -> None:
    """The largest utility wins, the milder option wins ties, and nothing can be paused that is not under way."""
    assert rules.policy_choice(pause, escalate, 0.0, 0.0, 0.0, can_pause) == expected


def test_policy_choice_with_gumbel_moods_has_softmax_shares() -> None:
    """With standard Gumbel moods the options have multinomial-logit shares (z < 5 at 40,000 draws)."""
    n = 40_000
    moods = np.random.default_rng(7).gumbel(size=(n, 3))
    choices = np.array([rules.policy_choice(0.5, -0.4, *row, True) for row in moods.tolist()])
    expected = special.softmax([0.0, 0.5, -0.4])
    for option, p in enumerate(expected):
        assert abs(np.mean(choices == option) - p) < 5.0 * math.sqrt(p * (1.0 - p) / n)


def test_threat_lowers_the_hazard_exponentially() -> None:
    """A credible threat of 0.3 at deterrence 2 leaves e^-0.6 of the hazard."""
    assert rules.deterred_hazard(2.0, 0.6, 0.5) == pytest.approx(math.exp(-0.6))


@pytest.mark.parametrize(
    ("policy", "expected"), [(rules.PERSIST, 0.5), (rules.PAUSE, 0.0), (rules.ESCALATE, 0.75)]
)
def test_deliveries_go_at_the_pace_of_the_policy(policy: int, expected: float) -> None:
    """With half of the pace deterred and an escalation at 1.5: a half, nothing, three quarters."""
    assert rules.delivery_rate(policy, 1.5, 0.5) == expected


def test_time_left_is_rescaled_and_never_negative() -> None:
    """Ten days at half pace take five days off a clock; more than all leaves nothing."""
    assert [rules.time_left(12.0, 10.0, 0.5), rules.time_left(3.0, 10.0, 0.5)] == [7.0, 0.0]


@pytest.mark.parametrize(
    ("spare", "lost", "expected"), [(100.0, 40.0, 16.0), (30.0, 40.0, 12.0), (30.0, -5.0, 0.0)]
)
def test_replaced_is_bounded_by_what_is_spare_and_what_is_lost(
    spare: float, lost: float, expected: float
) -> None:
    """min(spare, lost) x 0.5 x 0.8, and nothing where nothing is lost."""
    assert rules.replaced(spare, lost, 0.5, 0.8) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0, 0), (1.0, 0), (1.5, 1), (20.0, 1), (60.5, 3), (1e9, 4)]
)
def test_band_counts_the_bounds_below_a_value(value: float, expected: int) -> None:
    """A value at a bound belongs to the band below it."""
    assert rules.band(value, (1.0, 20.0, 60.0, 120.0)) == expected


# ---- compiled as written -----------------------------------------------------------------------------

RULES = {
    name: rule
    for name, rule in vars(rules).items()
    if hasattr(rule, "py_func") and rule.__module__ == rules.__name__
}
HOSTILE = (math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, -1.0, 5e-324, 1e300, -1e300, 1e18, 745.0)
UNDEFINED_IN_PYTHON = (ZeroDivisionError, OverflowError, ValueError)
"""1 / 0, the whole number below infinity, the root of -1: Python raises where compiled code gives inf or NaN."""

WHOLE_TIMES = ("working_time", "quadrature_pieces")
"""Rules that round to whole numbers; beyond 64 bits the two kinds of whole numbers differ."""


def _float(luck: random.Random, *, is_bounded: bool) -> float:
    """Return a hostile number, a share, or a number of any size."""
    kind = luck.random()
    if kind < 0.35:
        found = luck.choice(HOSTILE)
        return math.copysign(min(abs(found), 1e9), found) if is_bounded and math.isfinite(found) else found
    if kind < 0.7:
        return luck.random()
    return luck.choice((-1.0, 1.0)) * 10.0 ** luck.uniform(-5.0, 5.0)


def _argument(kind: Any, luck: random.Random, *, is_bounded: bool) -> Any:
    """Return a random argument of a compiled function, by its type."""
    if kind == types.float64:
        return _float(luck, is_bounded=is_bounded)
    if kind == types.boolean:
        return luck.random() < 0.5
    if kind == types.int64:
        return luck.randrange(-3, 12)
    assert isinstance(kind, types.UniTuple)
    return tuple(_argument(kind.dtype, luck, is_bounded=is_bounded) for _ in range(kind.count))


def _bits(value: Any) -> Any:
    """Return a value so that equal means equal to the bit, and every NaN is the same."""
    if isinstance(value, tuple):
        return tuple(_bits(part) for part in value)
    if isinstance(value, float):
        return "nan" if math.isnan(value) else struct.pack("<d", value)
    return value


def test_every_function_of_the_rules_is_compiled() -> None:
    """No rule is left to be interpreted in one engine and compiled in the other."""
    written = {
        name
        for name, thing in vars(rules).items()
        if inspect.isfunction(thing) and thing.__module__ == rules.__name__
    }
    assert written == set()
    assert len(RULES) > 30


@pytest.mark.parametrize("name", RULES)
def test_compiled_rule_has_the_bits_of_the_plain_one(name: str) -> None:
    """On 1,000 random arguments of its signature, hostile ones among them, plain and compiled agree to the bit."""
    rule, luck, checked = RULES[name], random.Random(name), 0
    (signature,) = rule.signatures
    for _ in range(1000):
        some = [_argument(kind, luck, is_bounded=name in WHOLE_TIMES) for kind in signature]
        found = rule(*some)
        try:
            expected = plain(rule)(*some)
        except UNDEFINED_IN_PYTHON:
            continue
        assert _bits(found) == _bits(expected), some
        checked += 1
    assert checked > 300
