"""The mechanisms of the model, and for each the settings that neutralise it (printed in docs/model.md).

A row starts from the base case, a variant of it, or overrides that make the mechanism frequent enough to be
seen; then it sets what switches the mechanism off. `vanish` names events that must be there before and not
after ("kind", "kind/subject", "kind@actor" or "kind=value"); `moves` names the outcome (or "n:" and a kind
of event) whose mean must move, and which way. Times count min(T, horizon).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Mechanism:
    """One row of the table.

    Parameters
    ----------
    name
        What the mechanism is called in docs/model.md.
    set
        Path to value: the `--set` that neutralises it.
    moves
        Outcome, or "n:kind[/subject]" for a number of events, and "up" or "down".
    vanish
        Events that must vanish.
    variant, start
        Where the row starts from: a variant of the base case, and overrides on it.
    n
        Runs on each side, at least.
    """

    name: str
    set: Mapping[str, Any]
    moves: tuple[str, str]
    vanish: tuple[str, ...] = ()
    variant: str = "base"
    start: Mapping[str, Any] = field(default_factory=dict)
    n: int = 40


def _number(value: float) -> dict[str, Any]:
    """Return a number as a file writes it."""
    return {"point": value, "why": "made up for a test"}


_LAG = {"median": _number(5.0), "sigma": _number(0.5)}
_INSPECTORS = {
    "title": "inspectors publish a verdict",
    "kind": "inspection",
    "sender": "us",
    "probability": _number(1.0),
    "lag": _LAG,
    "effect": _number(0.95),
}
_PLANNED = {"act.p_true": 0.999, "act.p_planned": 1, "act.first_shipment_days": 60}
_OFTEN_IN_DOUBT = {
    "senders.*.bars.warn": 0.55,
    "senders.*.bars.attribute": 0.6,
    "senders.*.bars.dismiss": 0.5,
    "act.p_true": 0.6,
}

_NO_CORROBORATION = {"senders.*.corroboration": 0, "senders.*.physical": 0}

_ONLY_US_READS = {
    "groups.*.received_by": ["us"],
    "belief.finding_exists": True,
    "belief.attribution_ratio": 50,
    "channels.*.access": 1,
    "senders.*.signal": 0,
    "act.p_true": 0.5,
} | _NO_CORROBORATION

ACT = (
    Mechanism(
        name="stage P: agreed, not shipped",
        set={"act.p_planned": 0},
        moves=("is_planned", "down"),
        vanish=("shipped@later",),
        start=_PLANNED | {"act.kind": "one_shot", "target.escalation_cost": 20},
    ),
    Mechanism(
        name="further batches of a flow",
        set={"act.kind": "one_shot"},
        moves=("batches_shipped", "down"),
    ),
    Mechanism(
        name="the contract ends a flow",
        set={"act.kind": "ongoing"},
        moves=("quantity_shipped", "up"),
        vanish=("contract_completed", "flow_stopped/contract"),
    ),
    Mechanism(
        name="the stock ends a flow",
        set={"act.stock": 1e9},
        moves=("quantity_shipped", "up"),
        vanish=("flow_stopped/stock",),
        start={"act.stock": 150, "tracks": {}},
    ),
    Mechanism(
        name="lag until usable",
        set={"act.usable.median": 0},
        moves=("quantity_usable", "up"),
        start={"act.usable.median": 200},
    ),
    Mechanism(
        name="use",
        set={"act.used.median": 3650, "act.used.sigma": 0},
        moves=("quantity_used", "down"),
        vanish=("used", "item@debris"),
    ),
    Mechanism(
        name="deterrence of the first shipment",
        set={"threat.deterrence": 0},
        moves=("first_shipment_day", "down"),
        start=_PLANNED | {"threat.deterrence": 3, "threat.at_start": 0.8},
    ),
    Mechanism(
        name="escalation",
        set={"target.escalation_cost": 20},
        moves=("gravity", "down"),
        vanish=("policy/escalate",),
        start={"target.escalation": 1},
    ),
    Mechanism(
        name="a second act",
        set={"target.escalation_cost": 20},
        moves=("second_act", "down"),
        vanish=("second_act",),
        start={"act.p_true": 0.3, "target.escalation": 1},
    ),
    Mechanism(
        name="pace and size of an escalated flow",
        set={"act.escalation_rate": 1, "act.escalation_contract": 1},
        moves=("quantity_shipped", "down"),
        start={"target.escalation": 2},
    ),
)

CHANNELS = (
    Mechanism(
        name="channels open and report",
        set={"channels.*.opening_days": 3650},
        moves=("attributed", "down"),
        vanish=("item", "received", "finding", "attribution"),
    ),
    Mechanism(
        name="opening at as-if dates",
        set={"channels.overhead.opens": "as_of", "channels.debris.opens": "as_of"},
        moves=("n:item", "up"),
    ),
    Mechanism(
        name="uncertain access",
        set={"channels.*.access": 1},
        moves=("first_finding_day", "down"),
        start={"act.p_true": 0.9, "channels.*.access": 0.05, "senders.*.signal": 0} | _NO_CORROBORATION,
    ),
    Mechanism(
        name="accuracy of reports",
        set={"channels.*.support_if_true": 0.4, "channels.*.support_if_false": 0.4},
        moves=("n:finding", "down"),
    ),
    Mechanism(
        name="echo",
        set={"channels.*.echo": 0},
        moves=("first_finding_day", "down"),
        start={
            "channels.*.echo": 0.95,
            "channels.*.access": 1,
            "senders.*.awareness": 1,
            "senders.*.signal": 0,
            "act.p_true": 0.8,
        },
    ),
    Mechanism(
        name="circular reporting (awareness below 1)",
        set={"defaults.sender.awareness": 1},
        moves=("n:finding", "down"),
        variant="circular-reporting",
        start={"channels.*.echo": 0.95, "channels.*.access": 1, "senders.*.signal": 0, "act.p_true": 0.5},
    ),
    Mechanism(
        name="lags on the way to a sender",
        set={"channels.*.lag.median": 0, "senders.*.delay_days": 0},
        moves=("first_finding_day", "down"),
        start={"channels.*.lag.median": 20},
    ),
    Mechanism(
        name="disclosure closes its source",
        set={"senders.us.burns": None, "senders.uk.burns": None},
        moves=("n:item", "up"),
        vanish=("source_closed",),
        variant="prebuttal",
    ),
    Mechanism(
        name="who hears an origin group",
        set={"groups.shared-intelligence.received_by": ["us"]},
        moves=("n:received", "down"),
    ),
)

BELIEF = (
    Mechanism(
        name="private knowledge",
        set={"senders.*.signal": 0},
        moves=("n:dismissal", "down"),
        start={"senders.*.signal": 4},
    ),
    Mechanism(
        name="shared intelligence among partners",
        set={"belief.partner_correlation": 0},
        moves=("first_finding_day", "down"),
        start={
            "belief.partner_correlation": 1,
            "belief.attribution_ratio": 1,
            "senders.*.partner": True,
            "senders.*.signal": 1.5,
            "act.p_true": 0.5,
            "channels.*.support_if_true": 0.5,
            "channels.*.support_if_false": 0.5,
        }
        | _NO_CORROBORATION,
        n=60,
    ),
    Mechanism(
        name="an attribution is news to others",
        set={"belief.attribution_ratio": 1},
        moves=("attributions", "down"),
        start=_ONLY_US_READS,
    ),
    Mechanism(
        name="discount of a shared source",
        set={"belief.shared_source_discount": 0},
        moves=("attributions", "up"),
        start=_ONLY_US_READS | {"belief.shared_source_discount": 1},
    ),
    Mechanism(
        name="corroboration",
        set={"senders.*.corroboration": 0, "senders.*.physical": 0},
        moves=("first_finding_day", "down"),
        variant="proof-first",
    ),
    Mechanism(
        name="the early bar",
        set={"senders.us.bars.early": None, "senders.uk.bars.early": None},
        moves=("finding_day.us", "up"),
        variant="prebuttal",
        start={"senders.us.bars.early": 0.4, "senders.us.bars.warn": 0.3, "act.p_planned": 1},
    ),
    Mechanism(
        name="a finding needs a new item",
        set={"belief.finding_exists": True},
        moves=("first_finding_day", "down"),
        start={"channels.*.gap_days": 60},
    ),
    Mechanism(
        name="warnings",
        set={"senders.*.bars.warn": 1},
        moves=("warnings", "down"),
        vanish=("warning", "credibility"),
        start={"horizon_days": 120, "channels.*.support_if_false": 0.3},
    ),
    Mechanism(
        name="specific warnings",
        set={"senders.*.specificity": 0},
        moves=("days_pausing", "down"),
        vanish=("warning=1",),
        start={
            "senders.*.specificity": 1,
            "threat.warning_specific": 1,
            "threat.warning_vague": 0,
            "threat.at_start": 0,
            "threat.attribution": 0,
            "threat.credibility": 0.9,
            "target.threat_weight": 8,
            "senders.*.bars.warn": 0.6,
        },
    ),
    Mechanism(
        name="dismissal",
        set={"senders.*.bars.dismiss": 0},
        moves=("dismissal_day", "up"),
        vanish=("dismissal", "reopening", "retraction"),
        start=_OFTEN_IN_DOUBT,
    ),
    Mechanism(
        name="retraction lifts measures",
        set={"senders.*.retracts": False},
        moves=("pressure_days", "up"),
        vanish=("retraction", "lifted"),
        start=_OFTEN_IN_DOUBT | {"exposures.*.saturation": 0, "measures.*.bite": 0.8, "act.p_true": 0.4},
        n=60,
    ),
)

DISCLOSURE = (
    Mechanism(
        name="a finding that is never disclosed",
        set={"disclosure.never": -10},
        moves=("attributions", "up"),
        vanish=("disclosure/never",),
        start={"disclosure.never": 1},
    ),
    Mechanism(
        name="prepared disclosure",
        set={"disclosure.prepared": -10},
        moves=("attribution_day", "up"),
        vanish=("disclosure/prepared",),
    ),
    Mechanism(
        name="a prepared package speeds disclosure",
        set={"disclosure.package": 0},
        moves=("n:disclosure/prepared", "down"),
        start={"disclosure.package": 5, "senders.*.prepared": 1, "disclosure.prepared": -3},
    ),
    Mechanism(
        name="a leak speeds disclosure",
        set={"disclosure.is_leaked": False},
        moves=("n:disclosure/prepared", "down"),
        start={"disclosure.leaked": 4, "disclosure.prepared": -3},
    ),
    Mechanism(
        name="an anchor date draws disclosure",
        set={"disclosure.anchor_window_days": 0},
        moves=("attribution_day", "up"),
        start={
            "senders.*.anchor": "2024-10-01",
            "disclosure.anchor_window_days": 60,
            "disclosure.prepared": 10,
            "disclosure.prepared_lag.median": 100,
        },
        n=60,
    ),
    Mechanism(
        name="source risk holds disclosure back",
        set={"disclosure.source_risk": 0},
        moves=("attributions", "up"),
        start={"disclosure.source_risk": 8},
    ),
    Mechanism(
        name="relation to the target",
        set={"disclosure.relation": 0},
        moves=("n:disclosure/never", "up"),
        start={"disclosure.relation": 8, "senders.*.relation": -0.8, "disclosure.never": 2},
    ),
    Mechanism(
        name="will is common to all",
        set={"disclosure.will_correlation": 0},
        moves=("attributed", "up"),
        start={
            "disclosure.will_correlation": 1,
            "disclosure.will_sd": 5,
            "disclosure.will": 5,
            "senders.*.will": -3,
        },
    ),
)

RESPONSE = (
    Mechanism(
        name="execution of the case",
        set={"response.p_execute": 0},
        moves=("measures", "down"),
        vanish=("participation", "ready", "announced", "adopted", "in_force", "considered", "retaliation"),
    ),
    Mechanism(
        name="participation of each sender",
        set={"senders.*.participates": 0},
        moves=("measures", "down"),
        vanish=("ready", "announced", "adopted", "in_force"),
    ),
    Mechanism(
        name="a hold before responding",
        set={"response.hold_days": 0},
        moves=("first_adopted_day", "down"),
        variant="quiet-deal",
    ),
    Mechanism(
        name="drafting a package",
        set={"response.draft_exists.median": 0},
        moves=("first_adopted_day", "down"),
        start={"senders.*.prepared": 0},
    ),
    Mechanism(
        name="packages prepared in advance",
        set={"senders.*.prepared": 0},
        moves=("first_adopted_day", "up"),
        start={"senders.*.prepared": 1},
    ),
    Mechanism(
        name="consultation before a joint step",
        set={"response.consult.median": 0},
        moves=("first_adopted_day", "down"),
        start={"response.consult.median": 30, "senders.*.patience_days": 20},
    ),
    Mechanism(
        name="waiting for partners",
        set={"senders.*.waits_for": []},
        moves=("first_adopted_day", "down"),
        vanish=("released",),
        variant="wait-for-eu",
    ),
    Mechanism(
        name="patience runs out",
        set={"senders.*.patience_days": 3650},
        moves=("adopted_day.us", "up"),
        vanish=("released/patience",),
        variant="wait-for-eu",
        start={"senders.*.patience_days": 5},
    ),
    Mechanism(
        name="following a leader",
        set={"senders.*.follows": {}},
        moves=("n:participation", "down"),
        vanish=("follow",),
        start={
            "senders.uk.follows.us": 1,
            "senders.eu.follows.us": 1,
            "senders.canada.follows.us": 1,
            "senders.*.bars.attribute": 0.99,
            "senders.us.bars.attribute": 0.8,
        },
        n=60,
    ),
    Mechanism(
        name="gravity chooses the package",
        set={"response.templates.*": 0},
        moves=("measures", "down"),
        start={"act.gravity": 3},
    ),
    Mechanism(
        name="a veto in the Council",
        set={"forums.eu-council.p_veto": 0},
        moves=("adopted_day.eu", "down"),
        vanish=("vetoed",),
        start={"forums.eu-council.p_veto": 0.9, "forums.eu-council.off_calendar": "closed"},
    ),
    Mechanism(
        name="a blockade of the Council",
        set={"forums.eu-council.p_blockade": None, "forums.eu-council.blockade_until": None},
        moves=("adopted_day.eu", "down"),
        variant="brussels-blocked",
        start={"forums.eu-council.p_blockade": 1, "senders.eu.corroboration": 0},
    ),
    Mechanism(
        name="deciding between meetings",
        set={"forums.eu-council.off_calendar": "closed"},
        moves=("adopted_day.eu", "up"),
        start={"forums.eu-council.off_calendar_lag.median": 3},
    ),
    Mechanism(
        name="statements of forums",
        set={
            "forums.g7.rule": "quorum",
            "forums.g7.quorum": 7,
            "forums.e3.rule": "quorum",
            "forums.e3.quorum": 3,
            "forums.nato.quorum": 5,
        },
        moves=("statements", "down"),
        vanish=("statement@g7",),
    ),
)

MEASURES = (
    Mechanism(
        name="lag until in force",
        set={"measures.*.in_force.median": 0},
        moves=("first_in_force_day", "down"),
        start={"measures.*.at_once_for": [], "measures.*.in_force.median": 30},
    ),
    Mechanism(
        name="erosion of enforcement",
        set={"measures.*.erosion_per_year": 0},
        moves=("pressure_days", "up"),
    ),
    Mechanism(
        name="saturation by earlier measures",
        set={"exposures.*.saturation": 0},
        moves=("pressure_days", "up"),
    ),
    Mechanism(
        name="a union covers its members",
        set={"senders.france.within": None, "senders.germany.within": None},
        moves=("pressure_days", "up"),
        start={"exposures.*.saturation": 0, "measures.*.bite": 0.8},
    ),
    Mechanism(
        name="aid denies use",
        set={"measures.military_aid.denial": 0},
        moves=("quantity_used", "up"),
        start={
            "measures.military_aid.denial": 0.5,
            "measures.military_aid.share": 0.9,
            "measures.military_aid.in_force.median": 5,
            "act.usable.median": 20,
            "act.used.median": 30,
        },
    ),
    Mechanism(
        name="retaliation",
        set={"target.retaliation": 0},
        moves=("retaliations", "down"),
        vanish=("retaliation",),
    ),
)

TARGET = (
    Mechanism(
        name="pausing",
        set={"target.disposition": -10, "target.reward": 10},
        moves=("days_pausing", "down"),
        vanish=("policy/pause",),
        start={"target.disposition": 1},
    ),
    Mechanism(
        name="moods change",
        set={"target.mood_gap_days": 3650},
        moves=("first_pause_day", "up"),
        start={"act.p_true": 0.99, "target.disposition": 0, "target.mood_gap_days": 30},
    ),
    Mechanism(
        name="scheduled reviews",
        set={"target.review_gap_days": 3650},
        moves=("first_pause_day", "up"),
        start={"act.p_true": 0.99, "target.disposition": 0, "target.mood_gap_days": 30},
    ),
    Mechanism(
        name="triggered re-evaluations",
        set={"target.reaction.median": 3650, "target.reaction.sigma": 0},
        moves=("n:review", "down"),
        vanish=("review/warning", "review/attribution", "review/adoption"),
    ),
    Mechanism(
        name="threat moves the target",
        set={"target.threat_weight": 0},
        moves=("days_pausing", "down"),
        start={"target.threat_weight": 6, "act.p_planned": 0},
    ),
    Mechanism(
        name="threat fades",
        set={"threat.half_life_days": 3650},
        moves=("days_pausing", "up"),
        start={
            "target.threat_weight": 6,
            "act.p_planned": 0,
            "threat.half_life_days": 10,
            "threat.at_start": 1,
        },
    ),
    Mechanism(
        name="empty warnings wear credibility out",
        set={"threat.wear": 0},
        moves=("days_pausing", "up"),
        start={
            "threat.wear": 0.9,
            "threat.test_days": 5,
            "threat.half_life_days": 3650,
            "threat.at_start": 1,
            "target.threat_weight": 6,
            "response.p_execute": 0,
            "senders.*.bars.warn": 0.7,
        },
    ),
    Mechanism(
        name="an adoption proves the next threat",
        set={"threat.proof": 0},
        moves=("days_pausing", "down"),
        start={
            "threat.proof": 0.9,
            "threat.spent": 0,
            "threat.credibility": 0.1,
            "threat.half_life_days": 3650,
            "threat.at_start": 1,
            "target.threat_weight": 6,
        },
    ),
    Mechanism(
        name="an adoption spends threat",
        set={"threat.spent": 0},
        moves=("days_pausing", "up"),
        start={
            "threat.spent": 0.9,
            "threat.half_life_days": 3650,
            "threat.at_start": 1,
            "threat.credibility": 0.9,
            "target.threat_weight": 6,
        },
    ),
    Mechanism(
        name="removable pressure moves the target",
        set={"target.pressure_weight": 0},
        moves=("days_pausing", "down"),
        start={
            "target.pressure_weight": 50,
            "target.relief_belief": 1,
            "talks.share": 1,
            "exposures.*.saturation": 0,
        },
    ),
    Mechanism(
        name="shock of being named",
        set={"target.shock_weight": 0},
        moves=("days_pausing", "up"),
        start={"target.shock_weight": 10, "target.shock_half_life_days": 200, "target.disposition": 1},
    ),
    Mechanism(
        name="defiance",
        set={"target.defiance": 0},
        moves=("days_escalating", "down"),
        start={"target.defiance": 8, "exposures.*.saturation": 0},
    ),
    Mechanism(
        name="engagement",
        set={"target.engagement_weight": 0},
        moves=("days_pausing", "down"),
        start={"target.engagement_weight": 5},
    ),
    Mechanism(
        name="a private demarche",
        set={"policy.demarche": False},
        moves=("days_pausing", "down"),
        vanish=("talks",),
        variant="quiet-deal",
        start={"target.engagement": 0.1, "talks.engagement_gain": 0.9, "target.engagement_weight": 5},
    ),
    Mechanism(
        name="relief for verified restraint",
        set={"talks.p_relief": 0},
        moves=("relief_day", "up"),
        vanish=("relief",),
        start={
            "talks.p_relief": 1,
            "talks.verification_days": 120,
            "talks.relief.median": 5,
            "target.disposition": 4,
        },
    ),
    Mechanism(
        name="the stage is priced in",
        set={"target.stage_correlation": 0},
        moves=("attributed_nothing_left", "down"),
        start={
            "target.stage_correlation": 1,
            "target.disposition_sd": 5,
            "target.disposition": 0,
            "target.reward": 0,
            "act.p_planned": 0.5,
            "act.p_true": 0.99,
        },
        n=60,
    ),
)

SURROUNDINGS = (
    Mechanism(
        name="substitution",
        set={"suppliers.north-korea.elasticity": 0},
        moves=("quantity_replaced", "down"),
        start={"target.disposition": 1},
    ),
    Mechanism(
        name="deliveries of another supplier",
        set={"suppliers": {}},
        moves=("quantity_alternative", "down"),
        vanish=("alternative_delivery",),
    ),
    Mechanism(
        name="background listings",
        set={"background": {}},
        moves=("background_listings", "down"),
        vanish=("listing",),
    ),
    Mechanism(
        name="dated shocks",
        set={"shocks": {}},
        moves=("days_pausing", "down"),
        vanish=("shock",),
        start={
            "act.p_true": 0.99,
            "shocks.us-election.engagement": 1,
            "target.engagement": 0,
            "target.engagement_weight": 8,
        },
    ),
    Mechanism(
        name="expulsions and lowered relations",
        set={"tracks.kyiv-downgrade.probability": 0},
        moves=("expulsions", "down"),
        vanish=("expulsion",),
        start={"tracks.kyiv-downgrade.probability": 1},
    ),
    Mechanism(
        name="a strike",
        set={"tracks.strike.probability": 0},
        moves=("quantity_shipped", "up"),
        vanish=("strike", "flow_stopped/denial"),
        start={
            "tracks.strike.probability": 1,
            "tracks.strike.min_gravity": 0,
            "tracks.strike.effect": 1,
            "act.kind": "ongoing",
        },
    ),
    Mechanism(
        name="an inspection",
        set={"tracks.inspectors.probability": 0},
        moves=("n:received/inspection", "down"),
        vanish=("inspection", "received/inspection"),
        start={"tracks.inspectors": _INSPECTORS},
    ),
    Mechanism(
        name="measures (twin without them)",
        set={"policy.mode": "words"},
        moves=("measures", "down"),
        vanish=("execution", "follow", "adopted", "in_force", "expulsion", "retaliation", "considered"),
    ),
    Mechanism(
        name="words (twin with neither)",
        set={"policy.mode": "silent"},
        moves=("attributions", "down"),
        vanish=("warning", "attribution", "heard", "statement", "source_closed", "credibility"),
        start={"policy.mode": "words", "senders.us.burns": "allied-intelligence"},
    ),
)

MECHANISMS = (
    *ACT,
    *CHANNELS,
    *BELIEF,
    *DISCLOSURE,
    *RESPONSE,
    *MEASURES,
    *TARGET,
    *SURROUNDINGS,
)
"""Every row, in the order of section 5 of the model."""
