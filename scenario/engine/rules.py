"""The decisions of the model as pure functions of plain numbers: no state, no chance, no time.

Both engines call these, compiled once, so a decision is written once. Floats and integers in, floats
and integers out, `draws.portable` for exp and log: nothing here raises, and every bit is the same on every
processor. `docs/model.md` explains each one.
"""

from __future__ import annotations

import math

from scenario.draws.compile import compiled
from scenario.draws.portable import exp, log, power

PERSIST, PAUSE, ESCALATE = 0, 1, 2
PREPARED, SLOW, NEVER = 0, 1, 2
STATEMENT, LEADER, QUORUM, UNANIMITY = 0, 1, 2, 3
LN2 = 0.6931471805599453
LOG_RATIO_LIMIT = 30.0
"""One item moves the log odds by at most this much; keeps a perfect channel finite."""

_NODES = (0.1127016653792583, 0.5, 0.8872983346207417)
_WEIGHTS = (0.2777777777777778, 0.4444444444444444, 0.2777777777777778)


# ---- belief ------------------------------------------------------------------------------------------


@compiled("f8(f8)")
def logit(p: float) -> float:
    """Return ln(p / (1 - p)), with p held within [1e-9, 1 - 1e-9]."""
    p = min(max(p, 1e-9), 1.0 - 1e-9)
    return log(p / (1.0 - p))


@compiled("f8(f8)")
def expit(x: float) -> float:
    """Return 1 / (1 + exp(-x)) without overflow."""
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    odds = exp(x)
    return odds / (1.0 + odds)


@compiled("f8(f8, f8, f8)")
def correlated(z_common: float, z_own: float, correlation: float) -> float:
    """Return a standard normal whose pairwise correlation with its peers is `correlation`."""
    return math.sqrt(correlation) * z_common + math.sqrt(1.0 - correlation) * z_own


@compiled("f8(f8, f8, f8)")
def loaded(z_factor: float, z_own: float, correlation: float) -> float:
    """Return a standard normal whose correlation with the factor itself is `correlation`."""
    return correlation * z_factor + math.sqrt(1.0 - correlation * correlation) * z_own


@compiled("f8(f8, b1, f8)")
def private_signal(strength: float, is_true: bool, z: float) -> float:
    """Return L ~ Normal(+-d^2/2, d^2), the log likelihood ratio of private knowledge of strength d."""
    middle = 0.5 * strength * strength
    return (middle if is_true else -middle) + strength * z


@compiled("f8(f8, f8, i8)")
def support_probability(support: float, echo: float, last: int) -> float:
    """Return P(report supports | last verdict): rho [last = supports] + (1 - rho) P(support)."""
    if last == 0:
        return support
    return (echo if last > 0 else 0.0) + (1.0 - echo) * support


@compiled("f8(i8, f8, f8, f8, i8)")
def item_log_ratio(verdict: int, if_true: float, if_false: float, echo: float, last: int) -> float:
    """Return the log likelihood ratio of one report, given the group's last verdict and a recognised echo."""
    p = support_probability(if_true, echo, last)
    q = support_probability(if_false, echo, last)
    if verdict < 0:
        p, q = 1.0 - p, 1.0 - q
    if p <= 0.0 and q <= 0.0:
        return 0.0
    if p <= 0.0:
        return -LOG_RATIO_LIMIT
    if q <= 0.0:
        return LOG_RATIO_LIMIT
    return min(max(log(p / q), -LOG_RATIO_LIMIT), LOG_RATIO_LIMIT)


@compiled("f8(f8, f8)")
def channel_log_ratio(log_items: float, access: float) -> float:
    """Return ln(a exp(l) + 1 - a): what all reports of a channel add when access itself is uncertain."""
    if access <= 0.0:
        return 0.0
    if access >= 1.0:
        return log_items
    if log_items > 0.0:
        return log_items + log(access + (1.0 - access) * exp(-log_items))
    return log((1.0 - access) + access * exp(log_items))


@compiled("f8(f8, f8, i8)")
def voice_log_ratio(ratio: float, discount: float, n_earlier: int) -> float:
    """Return (1 - c)^k ln LR: what the k-th voice with one source adds."""
    return log(ratio) * power(1.0 - discount, n_earlier)


@compiled("b1(f8, f8, i8, i8, i8, i8)")
def is_finding(
    belief: float, bar: float, n_groups: int, k_groups: int, n_physical: int, k_physical: int
) -> bool:
    """Return whether belief and corroboration both suffice."""
    return belief >= bar and n_groups >= k_groups and n_physical >= k_physical


@compiled("b1(b1, b1, b1, f8, f8)")
def warns(has_new_item: bool, is_armed: bool, has_attributed: bool, since_last: float, gap: float) -> bool:
    """Return whether a sender whose belief has crossed the bar speaks: on news, once per crossing, not too often."""
    return has_new_item and is_armed and not has_attributed and since_last >= gap


# ---- disclosure and response -------------------------------------------------------------------------


@compiled("f8(f8, f8, f8, f8, b1, f8, b1, f8, b1, f8, f8)")
def prepared_utility(
    constant: float,
    will_weight: float,
    will: float,
    package: float,
    is_prepared: bool,
    leaked: float,
    is_leaked: bool,
    anchor: float,
    has_anchor: bool,
    risk_weight: float,
    risk: float,
) -> float:
    """Return the utility of a prepared disclosure over a slow one."""
    return (
        constant
        + will_weight * will
        + (package if is_prepared else 0.0)
        + (leaked if is_leaked else 0.0)
        + (anchor if has_anchor else 0.0)
        - risk_weight * risk
    )


@compiled("f8(f8, f8, f8, f8, f8, f8, f8)")
def never_utility(
    constant: float,
    will_weight: float,
    will: float,
    relation_weight: float,
    relation: float,
    risk_weight: float,
    risk: float,
) -> float:
    """Return the utility of never disclosing a finding over doing it slowly."""
    return constant - will_weight * will + relation_weight * relation + risk_weight * risk


@compiled("i8(f8, f8, f8)")
def disclosure_choice(u: float, utility_prepared: float, utility_never: float) -> int:
    """Return PREPARED, SLOW or NEVER by a multinomial logit with slow as reference (utility 0)."""
    top = max(utility_prepared, utility_never, 0.0)
    prepared = exp(utility_prepared - top)
    slow = exp(-top)
    never = exp(utility_never - top)
    target = u * (prepared + slow + never)
    if target < prepared:
        return PREPARED
    return SLOW if target < prepared + slow else NEVER


@compiled("f8(f8, f8)")
def package_share(share: float, shift: float) -> float:
    """Return the share of packages that hold a measure after a template's logit shift; 0 and 1 stay."""
    if share <= 0.0 or share >= 1.0:
        return share
    return expit(logit(share) + shift)


@compiled("f8(f8, i8)")
def member_veto(p_slot: float, n_members: int) -> float:
    """Return v with 1 - (1 - v)^n = P(the slot is vetoed)."""
    return 1.0 - exp(log(1.0 - p_slot) / n_members)


@compiled("b1(i8, i8, i8, b1, i8)")
def passes(rule: int, n_members: int, n_vetoes: int, is_leader_against: bool, quorum: int) -> bool:
    """Return whether a forum's rule is met despite the vetoes."""
    if rule == UNANIMITY:
        return n_vetoes == 0
    if rule == LEADER:
        return not is_leader_against
    if rule == QUORUM:
        return n_members - n_vetoes >= quorum
    return True


@compiled("b1(i8, i8, i8, b1, i8)")
def speaks(rule: int, n_members: int, n_named: int, has_leader_named: bool, quorum: int) -> bool:
    """Return whether enough members have named the act for a statement; members are those that are senders."""
    if rule == LEADER:
        return has_leader_named
    if rule == QUORUM:
        return n_named >= quorum
    return n_named == n_members if rule == UNANIMITY else n_named > 0


@compiled("f8(f8, i8)")
def working_time(time: float, weekday_at_start: int) -> float:
    """Return the first moment at or after `time` on a working day (a weekend moves to Monday 09:00).

    `weekday_at_start` is the weekday of t = 0, Monday = 0. Beyond a billion days there are no weekends.
    """
    if not time < 1e9:
        return time
    day = math.floor(time)
    weekday = (weekday_at_start + day) % 7
    if weekday < 5:
        return time
    return day + (7 - weekday) + 0.375


@compiled("f8(f8, f8, f8)")
def joint_time(own: float, latest: float, deadline: float) -> float:
    """Return when a sender acts: with the latest route of its partners where its patience lasts, else at once."""
    return max(own, latest) if latest <= deadline else own


# ---- threat, pressure, target ------------------------------------------------------------------------


@compiled("f8(f8, f8, f8)")
def decayed(value: float, elapsed: float, half_life: float) -> float:
    """Return value x 2^(-elapsed / half-life)."""
    return value * exp(-LN2 * elapsed / half_life)


@compiled("f8(f8, f8)")
def shifted(share: float, shift: float) -> float:
    """Return a share moved by a shift and held within 0 and 1."""
    return min(max(share + shift, 0.0), 1.0)


@compiled("f8(f8, f8)")
def raised(value: float, gain: float) -> float:
    """Return value plus a share `gain` of what is missing to 1."""
    return value + (1.0 - value) * gain


@compiled("f8(f8, f8, f8)")
def enforcement(elapsed: float, rate_per_year: float, floor: float) -> float:
    """Return e(t): 1 at the first day in force, fading exponentially to the floor."""
    return floor + (1.0 - floor) * exp(-rate_per_year * elapsed / 365.0)


@compiled("f8(f8, f8, f8)")
def exposure_pressure(size: float, saturation: float, spared: float) -> float:
    """Return size x (1 - saturation) x (1 - product over measures of what each spares)."""
    return size * (1.0 - saturation) * (1.0 - spared)


@compiled("f8(f8, f8, i8)")
def use_allowed(denial: float, fade: float, n_adopters: int) -> float:
    """Return the share of use that a kind of aid leaves; each adopter denies its own part of the rest."""
    return power(1.0 - denial * fade, n_adopters)


@compiled("i8(f8, f8)")
def quadrature_pieces(span: float, rate_per_year: float) -> int:
    """Return into how many pieces to cut a span so that on each the curve fades by a factor e^0.5 at most."""
    return max(1, math.ceil(2.0 * span * rate_per_year / 365.0))


@compiled("UniTuple(UniTuple(f8, 2), 3)(f8, f8)")
def quadrature(start: float, end: float) -> tuple[tuple[float, float], ...]:
    """Return (time, weight) of a three-point Gauss rule on [start, end]; weights sum to its length."""
    span = end - start
    return (
        (start + _NODES[0] * span, _WEIGHTS[0] * span),
        (start + _NODES[1] * span, _WEIGHTS[1] * span),
        (start + _NODES[2] * span, _WEIGHTS[2] * span),
    )


@compiled("f8(f8, f8, f8, f8, f8, f8, f8, f8, f8, f8, f8, f8)")
def pause_utility(
    relief_belief: float,
    removable: float,
    pressure_weight: float,
    threat: float,
    threat_weight: float,
    engagement: float,
    engagement_weight: float,
    reward: float,
    urgency: float,
    disposition: float,
    shock: float,
    shock_weight: float,
) -> float:
    """Return U(pause) - U(persist). Cost already imposed is sunk: only what complying removes counts."""
    return (
        relief_belief * removable * pressure_weight
        + threat * threat_weight
        + engagement * engagement_weight
        - reward * urgency
        + disposition
        - shock * shock_weight
    )


@compiled("f8(f8, f8, f8, f8, f8, f8, f8)")
def escalate_utility(
    defiance: float,
    threat: float,
    pressure: float,
    reward: float,
    urgency: float,
    cost: float,
    disposition: float,
) -> float:
    """Return U(escalate) - U(persist)."""
    return defiance * (threat + pressure) + reward * urgency - cost + disposition


@compiled("i8(f8, f8, f8, f8, f8, b1)")
def policy_choice(
    u_pause: float,
    u_escalate: float,
    mood_persist: float,
    mood_pause: float,
    mood_escalate: float,
    can_pause: bool,
) -> int:
    """Return the option with the largest utility plus mood; persist wins ties."""
    best, choice = mood_persist, PERSIST
    if can_pause and u_pause + mood_pause > best:
        best, choice = u_pause + mood_pause, PAUSE
    if u_escalate + mood_escalate > best:
        choice = ESCALATE
    return choice


@compiled("f8(f8, f8, f8)")
def deterred_hazard(deterrence: float, credibility: float, threat: float) -> float:
    """Return the factor by which credible threat lowers the hazard of the first shipment."""
    return exp(-deterrence * credibility * threat)


@compiled("f8(f8, f8, f8)")
def time_left(left: float, elapsed: float, rate: float) -> float:
    """Return what is left of a running clock after `elapsed` at `rate`: rescaled, never drawn again."""
    return max(0.0, left - elapsed * rate)


@compiled("f8(i8, f8, f8)")
def delivery_rate(policy: int, escalation_rate: float, deterrence: float) -> float:
    """Return the pace of deliveries relative to an undeterred, persisting target; `deterrence` is a factor."""
    if policy == PAUSE:
        return 0.0
    return (escalation_rate if policy == ESCALATE else 1.0) * deterrence


@compiled("f8(f8, f8, f8, f8)")
def replaced(spare: float, lost: float, elasticity: float, equivalence: float) -> float:
    """Return min(spare capacity, lost flow) x elasticity x equivalence."""
    return min(spare, max(0.0, lost)) * elasticity * equivalence


@compiled("i8(f8, UniTuple(f8, 4))")
def band(value: float, bounds: tuple[float, float, float, float]) -> int:
    """Return the ordinal band 0 to 4 of a value, given the upper bounds of bands 0 to 3."""
    for index in range(4):
        if value <= bounds[index]:
            return index
    return 4
