"""What kinds of scenario are made: each temperament drives runs into other parts of the model.

A pattern is the path of a field in the schema with `*` for a name or an index of the file. What no table
names is made from the schema's own declaration (`numbers`, `build`). No scenario is made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Ranges = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Temperament:
    """How a kind of scenario differs from the common tables below.

    Parameters
    ----------
    weight
        How often it comes, relative to the others.
    horizons
        Lowest and highest horizon in days.
    sizes
        Section to lowest and highest number of entries.
    ranges
        Pattern to the range of its numbers, in their unit.
    spans
        Pattern to the range of its numbers of days, as shares of the horizon.
    choices
        Pattern to what a value that is no number is chosen from.
    given
        Pattern to the probability that an optional field is given.
    at_bounds
        Share of the numbers that stand at a bound of the schema.
    is_whole
        True where every number of days is whole and nothing spreads, so that events fall on one instant.
    """

    weight: int
    horizons: tuple[int, int]
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    ranges: Ranges = field(default_factory=dict)
    spans: Ranges = field(default_factory=dict)
    choices: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)
    at_bounds: float = 0.02
    is_whole: bool = False


SIZES = {
    "groups": (1, 4),
    "channels": (1, 5),
    "senders": (1, 6),
    "forums": (0, 3),
    "measures": (1, 4),
    "exposures": (1, 3),
    "tracks": (0, 3),
    "suppliers": (0, 3),
    "shocks": (0, 3),
    "background": (0, 3),
}

UNITS = {
    "probability": (0.0, 1.0),
    "logit": (-2.0, 2.0),
    "logit per logit": (0.0, 2.0),
    "utility": (-1.5, 1.5),
    "log": (0.0, 1.0),
    "factor": (1.0, 3.0),
    "unit of the act": (5.0, 200.0),
    "unit of the act per year": (0.0, 500.0),
    "index": (-1.0, 1.0),
    "band": (0.0, 4.0),
    "d": (0.0, 2.0),
    "per year": (0.0, 3.0),
    "likelihood ratio": (0.5, 6.0),
    "per unit threat": (0.0, 4.0),
    "share": (-0.6, 0.6),
}
"""The usual range of a number by its unit; days follow the horizon."""

RANGES = {
    "act.contract": (50.0, 900.0),
    "act.stock": (50.0, 900.0),
    "target.pressure_weight": (0.0, 60.0),
    "target.threat_weight": (0.0, 6.0),
    "target.defiance": (0.0, 3.0),
    "senders.*.bars.warn": (0.4, 0.8),
    "senders.*.bars.attribute": (0.6, 0.95),
    "senders.*.bars.dismiss": (0.02, 0.35),
    "senders.*.bars.early": (0.4, 0.8),
    "senders.*.will": (-0.5, 3.0),
    "senders.*.awareness": (0.5, 1.0),
    "channels.*.access": (0.3, 1.0),
    "channels.*.echo": (0.0, 0.7),
    "channels.*.support_if_true": (0.5, 1.0),
    "channels.*.support_if_false": (0.0, 0.5),
    "response.p_execute": (0.5, 1.0),
    "measures.*.share": (0.4, 1.0),
    "disclosure.never": (-3.0, 0.5),
}

SPANS = {
    "act.shipped_days_before": (0.0, 0.3),
    "act.used.median": (0.0, 0.2),
    "senders.*.patience_days": (0.0, 0.15),
    "senders.*.warning_gap_days": (0.0, 0.15),
    "disclosure.slow_lag.median": (0.0, 0.3),
    "disclosure.anchor_window_days": (0.0, 0.6),
    "threat.test_days": (0.02, 0.3),
    "response.hold_days": (0.0, 0.04),
}

CHOICES: Mapping[str, tuple[Any, ...]] = {
    "policy.mode": ("factual",) * 8 + ("words", "silent"),
    "measures.*.enabled": (True,) * 7 + (False,),
    "senders.*.retracts": (True, True, True, False),
    "senders.*.corroboration": (0, 1, 1, 1, 2),
    "senders.*.physical": (0, 0, 0, 1),
    "tracks.*.min_gravity": (0, 0, 1, 2, 3),
    "forums.*.quorum": (1, 1, 2, 100, 100),
    "forums.*.then_every_days": (1, 7, 14, 28, 45, 60, 3650),
    "shocks.*.stops_flow": (False, False, True),
    "senders.*.within": (0.0, 0.3, 0.7),
    "max_events": (20_000,) * 24 + (1_000_000, 3_000, 1_000, 300, 100),
    "act.unit": ("units", "units", "missiles", "another class"),
}

"""What a value that is no number with a spread is chosen from; of `within`, the share of members."""

GIVEN = {
    "belief.p_start": 0.3,
    "senders.*.anchor": 0.4,
    "senders.*.burns": 0.4,
    "senders.*.bars.early": 0.35,
    "measures.*.exposure": 0.8,
    "forums.*.leader": 0.3,
    "forums.*.p_blockade": 0.4,
}
"""Optional fields that no table names are given in half of the cases."""

READY_TO_ACT = {
    "disclosure.prepared": (2.0, 6.0),
    "disclosure.never": (-9.0, -3.0),
    "senders.*.will": (1.0, 5.0),
    "senders.*.participates": (0.85, 1.0),
    "response.p_execute": (0.8, 1.0),
    "response.templates.*": (0.0, 3.0),
    "measures.*.share": (0.7, 1.0),
}

SURE_OF_IT = {
    "act.p_true": (0.85, 0.99),
    "belief.p_start": (0.85, 0.99),
    "senders.*.bars.warn": (0.3, 0.5),
    "senders.*.bars.attribute": (0.5, 0.7),
    "senders.*.bars.dismiss": (0.01, 0.25),
    "senders.*.bars.early": (0.3, 0.6),
}

READY_CHOICES: Mapping[str, tuple[Any, ...]] = {
    "belief.finding_exists": (True, True, False),
    "senders.*.corroboration": (0, 0, 1),
}

DRAFTS = tuple(f"response.draft_{name}.median" for name in ("prepared", "exists", "amend", "new"))
STEPS = (
    "disclosure.prepared_lag.median",
    "response.hold_days",
    "response.consult.median",
    "forums.*.off_calendar_lag.median",
    "measures.*.in_force.median",
)

QUICK = {
    "channels.*.opening_days": (0.0, 0.05),
    "channels.*.gap_days": (0.02, 0.2),
    "channels.*.lag.median": (0.0, 0.02),
    "senders.*.delay_days": (0.0, 0.02),
    "disclosure.prepared_lag.median": (0.0, 0.03),
    "disclosure.slow_lag.median": (0.0, 0.1),
    "senders.*.follow.median": (0.0, 0.05),
    "response.consult.median": (0.0, 0.05),
    **dict.fromkeys(DRAFTS, (0.0, 0.08)),
    "forums.*.off_calendar_lag.median": (0.0, 0.08),
    "measures.*.in_force.median": (0.0, 0.06),
    "tracks.*.lag.median": (0.0, 0.08),
}

RESTLESS = {
    "target.disposition": (-0.5, 1.5),
    "target.escalation": (-1.0, 0.5),
    "target.escalation_cost": (0.0, 0.5),
    "target.second_act_cost": (0.0, 0.3),
    "target.reward": (0.0, 0.8),
}

RESTLESS_SPANS = {
    "target.mood_gap_days": (0.03, 0.2),
    "target.review_gap_days": (0.01, 0.08),
    "target.reaction.median": (0.0, 0.03),
    "talks.verification_days": (0.0, 0.05),
    "talks.relief.median": (0.0, 0.04),
    "act.batch_gap_days": (0.02, 0.1),
    "act.first_shipment_days": (0.02, 0.3),
    "act.usable.median": (0.0, 0.1),
    "act.used.median": (0.0, 0.1),
}

TEMPERAMENTS: Mapping[str, Temperament] = {
    "eager": Temperament(
        weight=3,
        horizons=(60, 500),
        ranges=READY_TO_ACT | SURE_OF_IT | RESTLESS,
        spans=QUICK | RESTLESS_SPANS,
        choices=READY_CHOICES,
    ),
    "settling": Temperament(
        weight=2,
        horizons=(100, 900),
        sizes={"measures": (2, 4), "shocks": (0, 1)},
        ranges=READY_TO_ACT
        | SURE_OF_IT
        | RESTLESS
        | {"act.contract": (3000.0, 9000.0), "act.stock": (3000.0, 9000.0), "talks.p_relief": (0.8, 1.0)}
        | {"target.escalation": (-0.5, 0.6)},
        spans=QUICK | RESTLESS_SPANS | {"target.mood_gap_days": (0.04, 0.12)},
        choices=READY_CHOICES | {"act.kind": ("flow", "ongoing"), "act.gravity": (0, 0, 1)},
    ),
    "edge": Temperament(
        weight=2,
        horizons=(20, 200),
        ranges=READY_TO_ACT | SURE_OF_IT | RESTLESS,
        spans=QUICK | RESTLESS_SPANS,
        choices=READY_CHOICES,
        at_bounds=0.12,
    ),
    "doubtful": Temperament(
        weight=3,
        horizons=(100, 900),
        ranges=READY_TO_ACT
        | {
            "act.p_true": (0.3, 0.6),
            "belief.p_start": (0.44, 0.56),
            "senders.*.signal": (0.0, 0.3),
            "senders.*.bars.dismiss": (0.4, 0.46),
            "senders.*.bars.warn": (0.46, 0.52),
            "senders.*.bars.attribute": (0.52, 0.58),
            "senders.*.bars.early": (0.48, 0.55),
            "senders.*.source_risk": (0.2, 0.9),
            "channels.*.access": (0.8, 1.0),
            "channels.*.echo": (0.0, 0.3),
            "channels.*.support_if_true": (0.6, 0.9),
            "channels.*.support_if_false": (0.1, 0.45),
        },
        spans=QUICK | {"channels.*.gap_days": (0.01, 0.06)},
        choices={"senders.*.corroboration": (0, 1), "senders.*.retracts": (True, True, True, True, False)},
        given={"belief.p_start": 0.7},
    ),
    "fickle": Temperament(
        weight=2,
        horizons=(60, 400),
        sizes={"senders": (2, 5), "channels": (2, 5), "forums": (1, 3), "measures": (1, 2)},
        ranges=READY_TO_ACT
        | {
            "act.p_true": (0.05, 0.5),
            "belief.p_start": (0.55, 0.65),
            "senders.*.signal": (0.0, 0.2),
            "senders.*.bars.dismiss": (0.4, 0.46),
            "senders.*.bars.warn": (0.46, 0.5),
            "senders.*.bars.attribute": (0.5, 0.55),
            "channels.*.access": (0.9, 1.0),
            "channels.*.echo": (0.0, 0.2),
            "channels.*.support_if_true": (0.6, 0.75),
            "channels.*.support_if_false": (0.25, 0.4),
            "forums.*.p_veto": (0.0, 0.2),
        },
        spans=QUICK
        | dict.fromkeys((*DRAFTS, *STEPS), (0.0, 0.02))
        | {"channels.*.opening_days": (0.0, 0.3), "channels.*.gap_days": (0.01, 0.04)},
        choices={
            "belief.finding_exists": (True, True, False),
            "senders.*.corroboration": (0,),
            "senders.*.within": (0.5, 0.8),
            "forums.*.then_every_days": (1, 7, 14),
            "senders.*.retracts": (True, True, True, True, False),
            "forums.*.legal_force": ("binding", "binding", "none"),
        },
        given={"belief.p_start": 0.9},
    ),
    "restless": Temperament(
        weight=3,
        horizons=(100, 900),
        sizes={"senders": (1, 3), "tracks": (1, 3)},
        ranges=READY_TO_ACT
        | RESTLESS
        | {
            "act.p_true": (0.1, 0.8),
            "act.p_other_class": (0.4, 1.0),
            "belief.p_start": (0.7, 0.95),
            "senders.*.bars.warn": (0.3, 0.5),
            "senders.*.bars.attribute": (0.4, 0.6),
            "act.contract": (50.0, 400.0),
            "act.stock": (50.0, 400.0),
            "talks.p_relief": (0.7, 1.0),
            "tracks.*.probability": (0.5, 1.0),
            "tracks.*.effect": (0.5, 1.0),
            "shocks.*.probability": (0.5, 1.0),
        },
        spans=QUICK | RESTLESS_SPANS,
        choices=READY_CHOICES,
        given={"belief.p_start": 0.8},
    ),
    "council": Temperament(
        weight=3,
        horizons=(120, 900),
        sizes={"senders": (2, 6), "forums": (2, 3), "measures": (2, 4)},
        ranges=READY_TO_ACT | SURE_OF_IT | {"forums.*.p_veto": (0.3, 0.9), "forums.*.p_blockade": (0.6, 1.0)},
        spans=QUICK,
        choices={
            **READY_CHOICES,
            "senders.*.within": (0.4, 0.8),
            "forums.*.legal_force": ("binding", "binding", "none"),
        },
    ),
    "whole-day": Temperament(
        weight=4,
        horizons=(10, 120),
        ranges=READY_TO_ACT | SURE_OF_IT | RESTLESS | {"talks.p_relief": (0.7, 1.0)},
        choices=READY_CHOICES,
        is_whole=True,
    ),
    "crowded": Temperament(
        weight=1,
        horizons=(60, 365),
        sizes={"senders": (7, 12), "channels": (4, 8), "forums": (2, 4), "measures": (3, 6)},
        ranges=READY_TO_ACT | SURE_OF_IT,
        spans=QUICK | {"channels.*.gap_days": (0.1, 0.4)},
        choices={"senders.*.corroboration": (0, 1)},
    ),
    "quiet": Temperament(
        weight=1,
        horizons=(700, 2000),
        sizes={section: (0, 2) for section in SIZES if section != "senders"},
        ranges={"act.p_true": (0.05, 0.5), "senders.*.will": (-3.0, 1.0)},
        spans={"channels.*.gap_days": (0.2, 1.5), "act.batch_gap_days": (0.2, 1.5)},
    ),
    "extreme": Temperament(
        weight=4,
        horizons=(1, 40),
        sizes={section: (0, 3) for section in SIZES if section != "senders"},
        choices={
            "senders.*.corroboration": (0, 0, 1, 20),
            "senders.*.physical": (0, 0, 20),
            "horizon_days": (1, 2, 5, 10, 3650),
            "max_events": (2_000, 5_000, 1_000_000, 100),
        },
        at_bounds=0.7,
    ),
    "plain": Temperament(
        weight=2,
        horizons=(180, 730),
        ranges={"act.p_true": (0.4, 0.8), "forums.*.p_veto": (0.0, 0.3)},
    ),
}
"""Every kind of scenario by its name."""


def pick(table: str, pattern: str, temperament: Temperament, common: Mapping[str, Any]) -> Any:
    """Return what a temperament says of a pattern, or else the common table, or None."""
    own: Mapping[str, Any] = getattr(temperament, table)
    return own.get(pattern, common.get(pattern))
