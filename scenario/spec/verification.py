"""What a file says about the act and about how it becomes known: act, origin groups, channels, belief."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from scenario.spec.number import Model, Number, days, probability, quantity


class ActKind(StrEnum):
    """How the act unfolds: one batch, batches up to a contract, or batches without an end."""

    ONE_SHOT = "one_shot"
    FLOW = "flow"
    ONGOING = "ongoing"


class Verdict(StrEnum):
    """What a report says about the allegation."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    NONE = "none"


class Opening(StrEnum):
    """The as-if date at which a channel opens, the same law in a true and in a false world."""

    AS_OF = "as_of"
    SHIPMENT = "shipment"
    USE = "use"


class Lag(Model):
    """A lognormal delay: its spread is luck (drawn per run), its median is uncertain (drawn per experiment)."""

    median: Annotated[Number, days("median delay; 0 means at once")]
    sigma: Annotated[Number, quantity("log", "standard deviation of the logarithm of the delay", high=4.0)]


class Act(Model):
    """The alleged act, what may be true about it, and how it goes on."""

    kind: ActKind = Field(
        description="how the act unfolds: one batch, batches up to a contract, or batches without an end"
    )
    title: str = Field(max_length=120, description="what is alleged, in words")
    unit: str = Field(max_length=40, description="what a batch is counted in, for example missiles")
    why: str = Field(default="", max_length=600, description="the reason for kind and gravity")
    gravity: int = Field(ge=0, le=3, description="gravity level at as_of; chooses the package template")
    p_true: Annotated[
        Number, probability("probability that the allegation is true at as_of, for the analyst")
    ]
    p_other_class: Annotated[
        Number, probability("probability that something else moved, given that the allegation is false")
    ]
    p_planned: Annotated[
        Number, probability("probability of stage P (agreed, not shipped) rather than S (shipped)")
    ]
    shipped_days_before: Annotated[Number, days("days from the first shipment to as_of in stage S")]
    first_shipment_days: Annotated[
        Number, days("mean days from as_of to the first shipment in stage P when nothing deters", low=0.01)
    ]
    batch_gap_days: Annotated[Number, days("mean days between batches while the policy is persist", low=0.01)]
    batch_size: Annotated[Number, quantity("unit of the act", "median size of a batch", high=1e9)]
    batch_sigma: Annotated[
        Number, quantity("log", "standard deviation of the logarithm of a batch", high=4.0)
    ]
    contract: Annotated[
        Number, quantity("unit of the act", "quantity agreed; a flow ends when it is reached", high=1e9)
    ]
    stock: Annotated[
        Number, quantity("unit of the act", "quantity the supplier can give away at all", high=1e9)
    ]
    usable: Annotated[Lag, Field(description="from shipping to usable: launchers, training, acceptance")]
    used: Annotated[Lag, Field(description="from usable to used")]
    escalation_rate: Annotated[
        Number,
        quantity("factor", "delivery rate while the policy is escalate, over persist", low=0.01, high=100.0),
    ]
    escalation_contract: Annotated[
        Number,
        quantity("factor", "contract after an escalation, over the contract before", low=1.0, high=100.0),
    ]


class Group(Model):
    """An origin group: channels that share a source. A sender receives all of it or none, in order of emission."""

    title: str = Field(max_length=120)
    last_verdict: Verdict = Field(description="the latest verdict known at as_of; what an echo would repeat")
    received_by: tuple[str, ...] = Field(default=("all",), description="names of senders, or all")


class Channel(Model):
    """A source that reports again and again, with known accuracy and perhaps without access."""

    title: str = Field(max_length=120)
    group: str = Field(description="its origin group")
    physical: bool = Field(default=False, description="true for debris, imagery, inspection")
    opens: Opening = Field(
        description="from when `opening_days` counts: as_of, the shipment or the use (as-if dates in a false world)"
    )
    opening_days: Annotated[Number, days("days from the opening date to the first possible report")]
    gap_days: Annotated[Number, days("mean days between reports, the same whether true or false", low=0.01)]
    support_if_true: Annotated[
        Number, probability("probability that a report supports, true world with access")
    ]
    support_if_false: Annotated[
        Number, probability("probability that a report supports, false world or no access")
    ]
    access: Annotated[Number, probability("probability that the channel sees the act at all, once per run")]
    echo: Annotated[Number, probability("probability that a report only repeats the group's latest verdict")]
    lag: Annotated[Lag, Field(description="from a report to its reaching a sender")]


class Belief(Model):
    """How senders start and how much the word of another government weighs."""

    finding_exists: bool = Field(
        default=False, description="true where a finding may rest on what was known before as_of"
    )
    p_start: Annotated[
        Number | None,
        probability(
            "belief from which senders start, where it is not the probability of the truth", default=None
        ),
    ]
    partner_correlation: Annotated[
        Number, probability("correlation of private signals among intelligence partners")
    ]
    attribution_ratio: Annotated[
        Number,
        quantity(
            "likelihood ratio", "what another government's attribution adds to belief", low=0.01, high=100
        ),
    ]
    shared_source_discount: Annotated[
        Number, probability("discount of a second voice with the same source: it counts (1 - c) of the first")
    ]
