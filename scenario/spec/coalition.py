"""What a file says about those who respond: senders, forums, measures, disclosure, response, other tracks."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from scenario.spec.number import Model, Number, days, probability, quantity
from scenario.spec.verification import Lag


class LegalBasis(StrEnum):
    """What a sender must do in law before it can act."""

    EXISTS = "exists"
    AMEND = "amend"
    NEW = "new"


class Rule(StrEnum):
    """How a forum decides."""

    STATEMENT = "statement"
    LEADER = "leader"
    QUORUM = "quorum"
    UNANIMITY = "unanimity"


class LegalForce(StrEnum):
    """What a forum's decision does: nothing in law (a pledge), or it adopts measures."""

    NONE = "none"
    BINDING = "binding"


class Procedure(StrEnum):
    """How a forum can decide between its meetings."""

    CLOSED = "closed"
    WRITTEN = "written"
    EMERGENCY = "emergency"


class TrackKind(StrEnum):
    """Answers that are not sanctions and are decided apart from them."""

    EXPULSION = "expulsion"
    STRIKE = "strike"
    INSPECTION = "inspection"


class Bars(Model):
    """The beliefs at which a sender moves."""

    warn: Annotated[Number, probability("belief at which a sender warns in public", lever=True)]
    attribute: Annotated[Number, probability("belief at which a sender makes a finding", lever=True)]
    dismiss: Annotated[Number, probability("belief under which a sender closes the file", lever=True)]
    early: Annotated[
        Number | None,
        probability(
            "bar for a finding until the first shipment-dated channel opens", lever=True, default=None
        ),
    ]


class Sender(Model):
    """A government or institution that judges, speaks and acts."""

    title: str = Field(max_length=60)
    why: str = Field(
        default="", max_length=600, description="the reason for its plain numbers: corroboration, physical"
    )
    within: str | None = Field(
        default=None, description="the sender whose measures cover this one's territory"
    )
    partner: bool = Field(
        description="shares intelligence with the other partners: correlated private signals"
    )
    signal: Annotated[Number, quantity("d", "strength d of private knowledge at as_of", high=6.0)]
    delay_days: Annotated[Number, days("days by which every report reaches this sender later")]
    awareness: Annotated[
        Number,
        probability(
            "share of the echo that the sender recognises; 1 is calibrated, 0 counts every echo as news"
        ),
    ]
    bars: Bars
    corroboration: int = Field(
        default=1, ge=0, le=20, description="origin groups that must support a finding"
    )
    physical: int = Field(default=0, ge=0, le=20, description="of which with a physical channel")
    specificity: Annotated[Number, probability("probability that a warning names measures", lever=True)]
    warning_gap_days: Annotated[Number, days("shortest time between two warnings of one sender")]
    will: Annotated[
        Number, quantity("logit", "mean readiness to name the act and answer it", low=-10.0, high=10.0)
    ]
    relation: Annotated[
        Number, quantity("index", "relation to the target: -1 adversary, 1 friend", low=-1.0, high=1.0)
    ]
    source_risk: Annotated[Number, probability("risk to the source if the finding is made public")]
    anchor: datetime.date | None = Field(
        default=None, description="a date that draws disclosure to itself: a visit, a joint day"
    )
    burns: str | None = Field(default=None, description="the channel that closes when this sender discloses")
    retracts: bool = Field(
        default=True, description="withdraws an attribution in public when belief falls under dismiss"
    )
    prepared: Annotated[Number, probability("probability that a package lies prepared at as_of", lever=True)]
    legal_basis: LegalBasis = Field(
        description="what must be done in law before it can act; chooses the drafting time"
    )
    participates: Annotated[
        Number,
        probability("probability that the sender takes part, given a finding and that the case goes ahead"),
    ]
    waits_for: tuple[str, ...] = Field(default=(), description="partners it would act together with")
    patience_days: Annotated[Number, days("days it waits for them, from its own readiness", lever=True)]
    follows: dict[
        str,
        Annotated[Number, probability("probability of following this leader without a finding", lever=True)],
    ] = Field(default_factory=dict)
    follow: Annotated[Lag, Field(description="from a leader's attribution to the decision to follow")]
    adopts: dict[str, str] = Field(description="competence: measure kind to national or the name of a forum")


class Forum(Model):
    """A body with members, a calendar and a rule."""

    title: str = Field(max_length=80)
    why: str = Field(
        default="", max_length=600, description="the reason for its plain numbers: calendar, quorum"
    )
    members: tuple[str, ...] = Field(
        min_length=1, description="who takes part; names of senders count as such"
    )
    legal_force: LegalForce = Field(
        description="none for statements, binding for a forum that adopts measures"
    )
    rule: Rule = Field(
        description="how it decides: by statement, by a leader's attribution, by a quorum, or all together"
    )
    leader: str | None = Field(default=None, description="for rule leader: whose attribution suffices")
    quorum: int = Field(
        default=1, ge=1, le=100, description="for rule quorum: how many votes, or attributions"
    )
    slots: tuple[datetime.date, ...] = Field(default=(), description="meetings, in order")
    then_every_days: int = Field(
        default=28, ge=1, le=3650, description="gap between meetings after the last listed"
    )
    off_calendar: Procedure = Field(default=Procedure.CLOSED, description="how it decides between meetings")
    off_calendar_lag: Annotated[
        Lag, Field(description="how long deciding between meetings, or a statement, takes")
    ]
    p_veto: Annotated[Number, probability("probability that some member blocks a slot, for whatever reason")]
    p_blockade: Annotated[
        Number | None,
        probability("the same for meetings before the end of a blockade", default=None),
    ]
    blockade_until: datetime.date | None = Field(default=None, description="the day a blockade ends")


class Measure(Model):
    """A kind of measure: how often it is chosen, what it hits, how it fades."""

    title: str = Field(max_length=60)
    enabled: bool = Field(default=True, description="false takes the measure out of every package")
    share: Annotated[Number, probability("share of first packages that hold it, over the four templates")]
    exposure: str | None = Field(default=None, description="the exposure it hits; none for aid")
    bite: Annotated[Number, probability("share of the covered exposure that is lost at full enforcement")]
    erosion_per_year: Annotated[Number, quantity("per year", "rate at which enforcement fades", high=50.0)]
    floor: Annotated[Number, probability("enforcement that never fades")]
    in_force: Annotated[Lag, Field(description="from adoption to in force")]
    binds_all: bool = Field(
        default=False, description="reaches the whole exposure, whoever adopts it (a UN measure)"
    )
    at_once_for: tuple[str, ...] = Field(
        default=(), description="senders whose measure is in force at adoption"
    )
    denial: Annotated[Number, probability("share of the use that it denies the recipient (aid, defence)")]
    domestic_cost: Annotated[Number, quantity("band", "cost to the sender: 0 none to 4 severe", high=4.0)]


class Exposure(Model):
    """Something the target can lose: size, how much is lost already, and who controls it."""

    title: str = Field(max_length=60)
    size: Annotated[
        Number, quantity("index", "weight of the exposure; the exposures of a file sum to about 1", high=10.0)
    ]
    saturation: Annotated[Number, probability("share already lost to earlier measures")]
    coverage: dict[str, Annotated[Number, probability("share of it within reach of this sender")]]


class Disclosure(Model):
    """The multinomial logit of what a government does with a finding: prepared (days), slow (months), never."""

    prepared: Annotated[Number, quantity("logit", "constant of prepared over slow", low=-10.0, high=10.0)]
    never: Annotated[Number, quantity("logit", "constant of never over slow", low=-10.0, high=10.0)]
    will: Annotated[
        Number, quantity("logit per logit", "weight of will: for prepared, against never", high=10.0)
    ]
    package: Annotated[Number, quantity("logit", "weight of a prepared package, for prepared", high=10.0)]
    leaked: Annotated[
        Number, quantity("logit", "weight of the case being public already, for prepared", high=10.0)
    ]
    anchor: Annotated[Number, quantity("logit", "weight of an anchor date, for prepared", high=10.0)]
    source_risk: Annotated[
        Number, quantity("logit", "weight of source risk, against prepared and for never", high=10.0)
    ]
    relation: Annotated[Number, quantity("logit", "weight of a friendly relation, for never", high=10.0)]
    is_leaked: bool = Field(description="the case is public at as_of")
    prepared_lag: Annotated[Lag, Field(description="from finding to attribution when prepared")]
    slow_lag: Annotated[Lag, Field(description="from finding to attribution when slow")]
    anchor_window_days: Annotated[Number, days("an anchor at most this far ahead replaces the lag")]
    will_correlation: Annotated[Number, probability("share of the variance of will that is common to all")]
    will_sd: Annotated[Number, quantity("logit", "standard deviation of will between runs", high=5.0)]


class Response(Model):
    """From attribution to adoption: whether, with what, how fast."""

    p_execute: Annotated[
        Number, probability("probability that the case goes ahead at all, given attribution; shared by all")
    ]
    hold_days: Annotated[
        Number, days("days for which no response is decided after an attribution", lever=True)
    ]
    consult: Annotated[
        Lag, Field(description="consultation before a joint step, shared by all at one gravity level")
    ]
    draft_prepared: Annotated[Lag, Field(description="drafting with a prepared package")]
    draft_exists: Annotated[Lag, Field(description="drafting on an existing legal basis")]
    draft_amend: Annotated[Lag, Field(description="drafting when the legal basis must be amended")]
    draft_new: Annotated[Lag, Field(description="drafting when a legal basis must be made")]
    templates: tuple[
        Annotated[Number, quantity("logit", "light package", low=-10.0, high=10.0)],
        Annotated[Number, quantity("logit", "standard package", low=-10.0, high=10.0)],
        Annotated[Number, quantity("logit", "heavy package", low=-10.0, high=10.0)],
        Annotated[Number, quantity("logit", "maximal package", low=-10.0, high=10.0)],
    ] = Field(description="logit shift of every measure's share at gravity 0, 1, 2, 3")


class Track(Model):
    """An answer apart from sanctions, decided by one sender after its attribution."""

    title: str = Field(max_length=80)
    kind: TrackKind = Field(description="an expulsion of diplomats, a strike on stock, or an inspection")
    sender: str
    probability: Annotated[
        Number, probability("probability that it is taken, given the sender's attribution")
    ]
    lag: Annotated[Lag, Field(description="from attribution to the step")]
    min_gravity: int = Field(default=0, ge=0, le=3, description="gravity level from which it is considered")
    effect: Annotated[
        Number,
        probability(
            "strike: share of the unused stock destroyed; inspection: accuracy of its verdict; expulsion: 0"
        ),
    ]
