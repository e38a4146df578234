"""The scenario file: everything a declared world holds. Data only.

Units, bounds and meanings are declared here once; they feed the check, the JSON schema, the
documentation table, the command line and the sliders.
"""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from scenario.spec.coalition import Disclosure, Exposure, Forum, Measure, Response, Sender, Track
from scenario.spec.number import Model, Number, days, probability, quantity
from scenario.spec.verification import Act, Belief, Channel, Group, Lag


class Mode(StrEnum):
    """Which world runs: as declared, words without measures, or neither words nor measures."""

    FACTUAL = "factual"
    WORDS = "words"
    SILENT = "silent"


class Policy(Model):
    """Levers that belong to no single sender."""

    mode: Mode = Field(
        default=Mode.FACTUAL, description="factual, words (no measures) or silent (no words either)"
    )
    demarche: bool = Field(default=False, description="talks are open from the start, in private")


class Threat(Model):
    """How words press: what is already threatened, what a warning adds, and what wears out."""

    at_start: Annotated[
        Number, probability("threat in the air at as_of, as a share of the largest conceivable")
    ]
    half_life_days: Annotated[Number, days("half-life of a threat that nobody repeats", low=0.1)]
    credibility: Annotated[
        Number, probability("probability that the target gives to a threat being carried out")
    ]
    warning_vague: Annotated[
        Number, probability("share of the missing threat that a vague warning adds", lever=True)
    ]
    warning_specific: Annotated[Number, probability("the same for a warning that names measures", lever=True)]
    attribution: Annotated[Number, probability("the same for an attribution")]
    spent: Annotated[Number, probability("share of the threat that an adoption uses up")]
    test_days: Annotated[
        Number, days("days after which a warning without any measure costs credibility", low=0.1)
    ]
    wear: Annotated[Number, probability("share of credibility that such a warning costs")]
    proof: Annotated[Number, probability("share of the missing credibility that an adoption gives")]
    deterrence: Annotated[
        Number,
        quantity(
            "per unit threat",
            "log reduction of the first-shipment hazard per unit of credible threat",
            high=20.0,
        ),
    ]


class Target(Model):
    """What the target weighs when it reviews its policy: utilities in units of the mood (Gumbel, scale 1)."""

    title: str = Field(max_length=60)
    disposition: Annotated[
        Number, quantity("utility", "mean taste for pausing over persisting", low=-10.0, high=10.0)
    ]
    disposition_sd: Annotated[Number, quantity("utility", "its standard deviation between runs", high=5.0)]
    stage_correlation: Annotated[
        Number, probability("how much lower the taste is in stage S, as a correlation")
    ]
    escalation: Annotated[
        Number, quantity("utility", "mean taste for escalating over persisting", low=-10.0, high=10.0)
    ]
    escalation_sd: Annotated[Number, quantity("utility", "its standard deviation between runs", high=5.0)]
    reward: Annotated[
        Number, quantity("utility", "what the recipient's full urgency is worth to the target", high=10.0)
    ]
    urgency: Annotated[Number, probability("the recipient's need")]
    engagement: Annotated[Number, probability("weight the target puts on talks with the senders")]
    engagement_weight: Annotated[
        Number, quantity("utility", "utility of full engagement, for pausing", high=10.0)
    ]
    relief_belief: Annotated[
        Number, probability("probability the target gives to relief if it complies", lever=True)
    ]
    pressure_weight: Annotated[
        Number, quantity("utility", "utility of having a unit of pressure removed for certain", high=500.0)
    ]
    threat_weight: Annotated[
        Number, quantity("utility", "utility of a unit of credible threat, for pausing", high=50.0)
    ]
    shock_weight: Annotated[
        Number,
        quantity("utility", "utility of the shock of being named, against pausing", low=-10.0, high=10.0),
    ]
    shock_half_life_days: Annotated[Number, days("half-life of that shock", low=0.1)]
    defiance: Annotated[
        Number, quantity("utility", "utility of a unit of threat and pressure, for escalating", high=50.0)
    ]
    escalation_cost: Annotated[Number, quantity("utility", "cost of escalating", high=20.0)]
    second_act_cost: Annotated[
        Number, quantity("utility", "further cost of escalating where nothing had been agreed", high=20.0)
    ]
    review_gap_days: Annotated[Number, days("mean days between scheduled reviews", low=0.1)]
    mood_gap_days: Annotated[Number, days("mean days between moods", low=0.1)]
    reaction: Annotated[Lag, Field(description="from a warning, attribution or adoption to a re-evaluation")]
    retaliation: Annotated[Number, probability("probability of answering a sender's adoption")]
    retaliation_lag: Annotated[Lag, Field(description="from the adoption to the answer")]


class Talks(Model):
    """The channel through which restraint is verified and measures are lifted."""

    verification_days: Annotated[
        Number, days("days of pause that must pass before relief is considered", lever=True)
    ]
    relief: Annotated[Lag, Field(description="from verified restraint to the lifting of measures")]
    p_relief: Annotated[
        Number, probability("probability that verified restraint is answered with relief", lever=True)
    ]
    share: Annotated[Number, probability("share of the pressure that relief lifts", lever=True)]
    engagement_gain: Annotated[
        Number, probability("share of the missing engagement that open talks add", lever=True)
    ]


class Supplier(Model):
    """An alternative supplier that delivers in both worlds and can replace part of what is lost."""

    title: str = Field(max_length=60)
    gap_days: Annotated[Number, days("mean days between its deliveries", low=0.01)]
    size: Annotated[Number, quantity("unit of the act", "median size of a delivery", high=1e9)]
    sigma: Annotated[Number, quantity("log", "standard deviation of the logarithm of a delivery", high=4.0)]
    spare_per_year: Annotated[
        Number, quantity("unit of the act per year", "spare capacity beyond what it sends anyway", high=1e9)
    ]
    elasticity: Annotated[Number, probability("share of the lost flow that it would replace")]
    equivalence: Annotated[Number, probability("worth of one of its units in units of the act")]


class Shock(Model):
    """A dated event that moves a parameter for the rest of the run, if it happens."""

    title: str = Field(max_length=80)
    date: datetime.date = Field(description="the day on which it happens, if it does")
    probability: Annotated[Number, probability("probability that it happens")]
    will: Annotated[
        Number | None, quantity("logit", "added to every sender's will", low=-10, high=10, default=None)
    ]
    engagement: Annotated[
        Number | None, quantity("share", "added to engagement", low=-1, high=1, default=None)
    ]
    urgency: Annotated[Number | None, quantity("share", "added to urgency", low=-1, high=1, default=None)]
    credibility: Annotated[
        Number | None, quantity("share", "added to credibility", low=-1, high=1, default=None)
    ]
    stops_flow: bool = Field(default=False, description="ends deliveries for good")


class Background(Model):
    """Listings of this target that happen anyway and are never counted as a response."""

    title: str = Field(max_length=80)
    gap_days: Annotated[Number, days("mean days between them", low=0.01)]


class Costs(Model):
    """Upper bounds of the cost bands 0 to 3 (band 4 lies above the last)."""

    why: str = Field(default="", max_length=600, description="the reason for the bounds")
    target: tuple[float, float, float, float] = Field(description="accumulated pressure, in index x days")
    senders: tuple[float, float, float, float] = Field(description="sum of domestic cost and retaliation")


class Lever(Model):
    """A number offered as a slider in the app's scenario bar."""

    path: str
    title: str = Field(max_length=60)
    low: float
    high: float
    step: float = Field(gt=0)


class Variant(Model):
    """Named overrides on the base."""

    title: str = Field(max_length=80)
    why: str = Field(max_length=600)
    set: dict[str, Any] = Field(description="path to value")


class ScenarioSpec(Model):
    """The root of a scenario file, after defaults are filled in and overrides applied."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    title: str = Field(max_length=120)
    question: str = Field(max_length=400)
    as_of: datetime.date
    horizon_days: int = Field(
        ge=1, le=3650, description="days that a run lasts; what comes later counts as never"
    )
    evidence: str | None = Field(default=None, description="the evidence ledger, relative to this file")
    act: Act
    belief: Belief
    groups: dict[str, Group]
    channels: dict[str, Channel]
    senders: dict[str, Sender] = Field(min_length=1)
    forums: dict[str, Forum] = Field(default_factory=dict)
    disclosure: Disclosure
    response: Response
    measures: dict[str, Measure]
    exposures: dict[str, Exposure]
    tracks: dict[str, Track] = Field(default_factory=dict)
    threat: Threat
    target: Target
    talks: Talks
    suppliers: dict[str, Supplier] = Field(default_factory=dict)
    shocks: dict[str, Shock] = Field(default_factory=dict)
    background: dict[str, Background] = Field(default_factory=dict)
    costs: Costs
    policy: Policy = Policy()
    levers: tuple[Lever, ...] = ()
    variants: dict[str, Variant] = Field(default_factory=dict)
    max_events: int = Field(default=20_000, ge=100, le=1_000_000, description="event limit of one run")


DEFAULTS = {
    "channel": "channels",
    "sender": "senders",
    "forum": "forums",
    "measure": "measures",
    "exposure": "exposures",
}
"""What `defaults.<kind>` in a file fills in, and the section that it fills."""

__all__ = ["DEFAULTS", "Lag", "Mode", "ScenarioSpec"]
