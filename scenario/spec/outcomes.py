"""What a run reports: name, unit, kind and meaning of every column of the outcome table.

The engines fill the columns, the analysis reads them; both take the declaration from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scenario.spec.schema import ScenarioSpec

Kind = Literal["probability", "time", "duration", "count", "quantity", "index", "band"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One column of the outcome table.

    Parameters
    ----------
    name, unit, meaning
        Column name; unit in words; one sentence.
    kind
        probability (true or false in a run), time (days from as_of, NaN = never within the horizon),
        duration (days spent), count, quantity, index, or band (0 to 4).
    """

    name: str
    unit: str
    kind: Kind
    meaning: str


def _rows(kind: Kind, unit: str, **meanings: str) -> list[Outcome]:
    """Declare several outcomes of one kind and unit."""
    return [Outcome(name=name, unit=unit, kind=kind, meaning=text) for name, text in meanings.items()]


_FIXED = [
    *_rows(
        "time",
        "day",
        first_warning_day="first public warning after as_of",
        first_finding_day="first sender whose belief reaches its bar with the corroboration it asks for",
        dismissal_day="first sender that closes the file",
        attribution_day="first official attribution",
        first_announced_day="first linked measure announced",
        first_adopted_day="first linked measure adopted",
        first_in_force_day="first linked measure in force",
        first_shipment_day="first batch of the alleged class after as_of (never: none left after as_of)",
        first_pause_day="first review after which the target pauses",
        first_escalation_day="first review after which the target escalates",
        relief_day="measures lifted after verified restraint",
    ),
    *_rows(
        "probability",
        "probability",
        is_true="the allegation is true at as_of",
        is_planned="stage P (agreed, not shipped) in a true world",
        is_other_class="the allegation is false, yet something else moved",
        attributed="some sender attributes the act in public",
        responded="some sender adopts a linked measure",
        justified="a batch of the alleged class had left by the first linked measure",
        premature="a linked measure while the act was planned but nothing had left",
        false_alarm="a linked measure although nothing of the alleged class was under way",
        missed="a batch left and no linked measure came within the horizon",
        rightly_held_back="nothing left and no linked measure came within the horizon",
        attributed_nothing_left="attributed although no batch of the alleged class ever left",
        joint_adoption="two or more senders adopt on the day of the first linked measure",
        second_act="an escalation starts deliveries in a world where the allegation was false",
        retracted="some sender withdraws its attribution",
        ties_strict="success, TIES strict: pausing at the horizon under linked measures, nothing granted",
        ties_lenient="success, TIES lenient: strict, or a settlement with relief",
        behavioural_stop="success, behavioural: pausing at the horizon and nothing of the act left in the last 90 days",
        stopped_contract="the flow ended because the contract was complete (not a success)",
        stopped_pause="the flow stands still at the horizon because the target pauses",
        stopped_denial="the flow ended because a strike destroyed what was left",
        stopped_stock="the flow ended because the stock was used up",
        stopped_shock="the flow ended through a dated shock",
    ),
    *_rows(
        "count",
        "senders",
        acted_within_1d="senders that adopted within 1 day of the first",
        acted_within_7d="senders that adopted within 7 days of the first",
        acted_within_30d="senders that adopted within 30 days of the first",
        acted_within_90d="senders that adopted within 90 days of the first",
        acted_within_180d="senders that adopted within 180 days of the first",
    ),
    *_rows(
        "count",
        "events",
        warnings="public warnings",
        attributions="official attributions, all senders and levels",
        measures="linked measures adopted (sender x kind x gravity level)",
        packages_light="packages adopted at gravity 0, by sender",
        packages_standard="packages adopted at gravity 1, by sender",
        packages_heavy="packages adopted at gravity 2, by sender",
        packages_maximal="packages adopted at gravity 3, by sender",
        vetoes="meetings or procedures of a forum that a member blocked",
        statements="statements of forums without legal force",
        retaliations="answers of the target to measures",
        expulsions="expulsions of diplomats or lowered relations",
        background_listings="unlinked listings that happen anyway",
        batches_shipped="batches of the alleged class that left, those before as_of included",
    ),
    *_rows("index", "gravity level", gravity="gravity level at the horizon"),
    *_rows(
        "index", "index", peak_pressure="largest pressure", pressure_days="pressure accumulated, index x days"
    ),
    *_rows(
        "duration",
        "day",
        days_persisting="days under the policy persist",
        days_pausing="days under the policy pause",
        days_escalating="days under the policy escalate",
    ),
    *_rows(
        "band",
        "band",
        cost_target="cost to the target, 0 none to 4 severe",
        cost_senders="cost to the senders, 0 none to 4 severe",
    ),
]

_FLOW = {
    "quantity_shipped": "shipped by the horizon, of the alleged class, batches before as_of included",
    "quantity_usable": "usable by the horizon",
    "quantity_used": "used by the horizon, net of what aid denies",
    "quantity_lost": "not shipped by the horizon though it would have been without pause, deterrence or strike",
    "quantity_replaced": "of the lost, replaced by alternative suppliers, in equivalents",
    "quantity_net": "shipped plus replaced",
    "quantity_alternative": "delivered by alternative suppliers anyway",
}

_TWINS = {
    "shipped_words": "shipped in the twin with words only",
    "shipped_silent": "shipped in the silent twin",
    "net_words": "shipped plus replaced in the twin with words only",
    "net_silent": "shipped plus replaced in the silent twin",
    "averted_by_measures": "shipped with words only minus shipped in fact: what the measures averted, gross",
    "averted_by_words": "shipped in the silent twin minus shipped with words only: what the words averted, gross",
    "averted_by_measures_net": "what the measures averted, net of substitution",
    "averted_by_words_net": "what the words averted, net of substitution",
}

_PER_SENDER = {
    "finding_day": "first finding",
    "attributed_day": "first attribution",
    "announced_day": "first linked measure announced",
    "adopted_day": "first linked measure adopted",
    "in_force_day": "first linked measure in force",
}

FIXED_NAMES = (*(outcome.name for outcome in _FIXED), *_FLOW, *_TWINS)
"""The outcomes that every scenario has, in column order; those of the twins come last."""

OF_TWINS = tuple(_TWINS)
"""The outcomes that compare a run with its twins."""


def outcomes_of(spec: ScenarioSpec, *, twins: bool = True) -> dict[str, Outcome]:
    """Return the outcomes of a scenario, in column order.

    Parameters
    ----------
    spec
        The scenario: its senders give columns such as "adopted_day.us", its act the unit of quantities.
    twins
        Whether the columns that compare with the twins are part of the table.
    """
    unit = spec.act.unit
    flow = _rows("quantity", unit, **(_FLOW | (_TWINS if twins else {})))
    senders = [
        Outcome(name=f"{column}.{name}", unit="day", kind="time", meaning=f"{meaning}, {sender.title}")
        for column, meaning in _PER_SENDER.items()
        for name, sender in spec.senders.items()
    ]
    kinds = [
        Outcome(
            name=f"uses.{name}",
            unit="probability",
            kind="probability",
            meaning=f"some sender adopts {measure.title}",
        )
        for name, measure in spec.measures.items()
    ]
    return {outcome.name: outcome for outcome in (*_FIXED, *flow, *senders, *kinds)}
