"""What a run knows, as records: the numbers of an outer point, the facts of a scenario, the state of a run.

    numbers   every `Number` of the schema, as sampled at one outer point: floats only, one row per point
    facts     what no outer point changes: who is where in the file, keys of streams, places, calendars
    state     what a run changes

`<thing>_numbers`, `<thing>_facts` and `<thing>_at` give record i of a table; a table of pairs (a, b) is
read at a x n_b + b. `facts`, `numbers` and `room` build the tables.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import BaseModel

from scenario.engine.compiled.memory import numbers_type, record_type, records
from scenario.spec.coalition import Disclosure, Exposure, Forum, Measure, Response, Sender, Track
from scenario.spec.outcomes import FIXED_NAMES
from scenario.spec.schema import Background, Shock, Supplier, Talks, Target, Threat
from scenario.spec.shape import Slot, fields
from scenario.spec.verification import Act, Belief, Channel

N_LEVELS = 4
"""Gravity levels 0 to 3."""

N_BARS = 4
"""Warn, attribute, dismiss, early."""


def number_names(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the paths of a model's numbers below it ("bars.warn"), without those in mappings with free keys."""
    return tuple(name for key, slot in fields(model).items() for name in _below(key, slot))


def _below(path: str, slot: Slot) -> list[str]:
    """Return the paths of the numbers at and under a slot."""
    if slot.is_number:
        return [path]
    parts = fields(slot.model).items() if slot.model is not None else enumerate(slot.elements)
    return [name for key, below in parts for name in _below(f"{path}.{key}", below)]


def _numbers(model: type[BaseModel]) -> np.dtype[Any]:
    """Return the record of a model's numbers."""
    return numbers_type(tuple(name.replace(".", "_") for name in number_names(model)))


ONE: dict[str, type[BaseModel]] = {
    "act": Act,
    "belief": Belief,
    "disclosure": Disclosure,
    "response": Response,
    "threat": Threat,
    "target": Target,
    "talks": Talks,
}
"""Sections of a file that hold one thing."""

MANY: dict[str, type[BaseModel]] = {
    "channels": Channel,
    "senders": Sender,
    "forums": Forum,
    "measures": Measure,
    "exposures": Exposure,
    "tracks": Track,
    "suppliers": Supplier,
    "shocks": Shock,
    "background": Background,
}
"""Sections of a file that hold any number of things by name."""

_MODELS: dict[str, type[BaseModel]] = {**ONE, **MANY}
NUMBERS = {section: _numbers(model) for section, model in _MODELS.items()}
PAIR_NUMBERS = {"follows": ("senders", "senders"), "coverage": ("exposures", "senders")}
"""Mappings with free keys: table of pairs -> the sections of the two names."""

act_numbers = records(NUMBERS["act"])
belief_numbers = records(NUMBERS["belief"])
disclosure_numbers = records(NUMBERS["disclosure"])
response_numbers = records(NUMBERS["response"])
threat_numbers = records(NUMBERS["threat"])
target_numbers = records(NUMBERS["target"])
talks_numbers = records(NUMBERS["talks"])
channel_numbers = records(NUMBERS["channels"])
sender_numbers = records(NUMBERS["senders"])
forum_numbers = records(NUMBERS["forums"])
measure_numbers = records(NUMBERS["measures"])
exposure_numbers = records(NUMBERS["exposures"])
track_numbers = records(NUMBERS["tracks"])
supplier_numbers = records(NUMBERS["suppliers"])
shock_numbers = records(NUMBERS["shocks"])
background_numbers = records(NUMBERS["background"])

FLOAT = record_type(x="f8")
WHOLE = record_type(x="i8")
FLAG = record_type(x="?")
float_at, whole_at, flag_at = records(FLOAT), records(WHOLE), records(FLAG)
"""Tables of one field: x."""

# ---- facts ---------------------------------------------------------------------------------------------


def keys(*names: str) -> dict[str, str]:
    """Return fields for the keys of streams."""
    return {f"key_{name}": "u8" for name in names}


def _fields(code: str, *names: str) -> dict[str, str]:
    """Return several fields of one type."""
    return dict.fromkeys(names, code)


DIMENSIONS = ("groups", *MANY, "wait_edges", "slots", "members", "columns")

CASE_KEYS = (
    *("truth", "other_class", "stage", "first_shipment"),
    *("batch_gap", "batch_size", "batch_usable", "batch_used"),
    *("signal_common", "will_common", "disposition", "disposition_escalation"),
    *("execution", "consultation", "review_gap", "mood_gap", "mood_persist", "mood_pause", "mood_escalate"),
    *("relief", "relief_lag"),
)
CASE_PLACES = ("act", "batch", "target", "mood", "trigger", "credibility", "talks")

CASE_FACTS = record_type(
    horizon="f8",
    **_fields("i8", "max_events", "weekday", "act_kind", "gravity", "unit_word"),
    **_fields("?", "is_leaked", "finding_exists", "has_p_start", "has_demarche"),
    **_fields("f8", *(f"cost_{who}_{i}" for who in ("target", "senders") for i in range(4))),
    **{f"n_{name}": "i8" for name in DIMENSIONS},
    **{f"word_{name}": "i8" for name in ("groups", *MANY, "members")},
    **{f"place_{name}": "i8" for name in CASE_PLACES},
    **keys(*CASE_KEYS),
)

SENDER_KEYS = (
    *("signal", "will", "prepared", "specific", "exposed", "disclosure_kind", "disclosure_lag"),
    *("participation", "draft", "reaction_warning", "reaction_attribution", "reaction_adoption"),
    *("retaliation", "retaliation_lag"),
)
SENDER_PLACES = ("disclosure", "follow", "route", "response", "retaliation")
SENDER_FACTS = record_type(
    anchor="f8",
    **_fields("i8", "within", "corroboration", "physical", "burns", "legal_basis", "first_wait", "n_waits"),
    **_fields("?", "is_partner", "has_early", "retracts"),
    **{f"place_{name}": "i8" for name in SENDER_PLACES},
    **keys(*SENDER_KEYS),
)
CHANNEL_FACTS = record_type(
    **_fields("i8", "group", "opens", "place"),
    is_physical="?",
    **keys("access", "report_gap", "echo", "verdict", "report_lag"),
)
GROUP_FACTS = record_type(last_verdict="i8")
HEARING_FACTS = record_type(receives="?", place="i8")
PAIR_FACTS = record_type(follows="?", **keys("follow", "follow_lag"))
FORUM_FACTS = record_type(
    **_fields("i8", "rule", "quorum", "leader_member", "first_member", "n_members", "first_slot"),
    blockade_end="f8",
    **_fields("?", "is_binding", "has_procedure"),
    place="i8",
    **keys("forum_lag"),
)
MEMBER_FACTS = record_type(sender="i8", **keys("veto"))
MEASURE_FACTS = record_type(exposure="i8", **_fields("?", "enabled", "binds_all"))
COMPETENCE_FACTS = record_type(route="i8", place="i8", at_once="?", **keys("content", "in_force"))
TRACK_FACTS = record_type(
    **_fields("i8", "kind", "sender", "min_gravity", "place"), **keys("track", "track_lag", "track_verdict")
)
SUPPLIER_FACTS = record_type(place="i8", **keys("delivery_gap", "delivery_size"))
SHOCK_FACTS = record_type(day="f8", place="i8", stops_flow="?", **keys("shock"))
BACKGROUND_FACTS = record_type(place="i8", **keys("listing"))
COLUMN_FACTS = record_type(place="i8", is_time="?")
"""Of an outcome that does not compare a run with its twins."""


case_facts = records(CASE_FACTS)
sender_facts = records(SENDER_FACTS)
channel_facts = records(CHANNEL_FACTS)
group_facts = records(GROUP_FACTS)
hearing_facts = records(HEARING_FACTS)
pair_facts = records(PAIR_FACTS)
forum_facts = records(FORUM_FACTS)
member_facts = records(MEMBER_FACTS)
measure_facts = records(MEASURE_FACTS)
competence_facts = records(COMPETENCE_FACTS)
track_facts = records(TRACK_FACTS)
supplier_facts = records(SUPPLIER_FACTS)
shock_facts = records(SHOCK_FACTS)
background_facts = records(BACKGROUND_FACTS)
column_facts = records(COLUMN_FACTS)

# ---- state ---------------------------------------------------------------------------------------------

SENDER = record_type(
    **_fields("f8", "will", "start", "voices", "log_odds", "early_until", "last_warning", "found_at"),
    **_fields("f8", "finding_day", "dismissal_day", "attributed_day", "announced_day", "adopted_day"),
    in_force_day="f8",
    **_fields("i8", "n_voices", "finding", "n_warnings", "n_attributions", "n_adoptions", "n_responses"),
    **_fields("i8", "disclosure", "disclosure_cause", "news_since", "inspection"),
    **_fields("?", "is_prepared", "has_new_item", "is_closed", "is_armed", "has_attributed", "is_disclosing"),
    is_attributing="?",
)
HEARING = record_type(arrival="f8", verdict="i8", is_physical="?")
"""Of a pair (sender, group)."""

ITEMS = record_type(**_fields("f8", "log_items", "log_ratio"), n="i8")
"""Of a pair (sender, channel)."""

N_KNOWN = 8
KNOWN = record_type(**_fields("f8", "log_items", "log_ratio"), n="i8")
"""Of a channel: what its n-th item has made of the evidence, N_KNOWN times; most senders arrive at the same."""

BAR = record_type(**_fields("f8", "below", "above"))
"""Of a sender and a bar: log odds under which belief is certainly below the bar, and over which it is not."""

LEVEL = record_type(
    **_fields("f8", "drafting_since", "ready_at", "deadline"),
    **_fields("i8", "answer", "cause", "n_kinds", "forum", "awaits", "condition", "timer"),
    **_fields(
        "?", "is_decided", "is_attributed", "has_response", "has_national", "has_triggered", "retaliated"
    ),
    has_package="?",
)
"""Of a pair (sender, gravity level): the response there, and what was decided."""

PACKAGE = record_type(**_fields("?", "is_in", "is_pending", "is_chosen"))
"""Of (sender, level, measure): in the package; waiting for the union to adopt it; chosen for what is done now."""

BOOK = record_type(**_fields("?", "is_adopted", "presses"))
"""Of a pair (sender, measure)."""

MEASURE = record_type(
    **_fields("f8", "since", "kept", "bite"), n_users="i8", **_fields("?", "is_used", "was_in_force")
)
EXPOSURE = record_type(spared="f8")
CHANNEL = record_type(
    **_fields("f8", "support", "next_gap", "next_echo", "next_verdict", "next_lag"),
    number="i8",
    is_closed="?",
)
"""Of a channel; `next_` are the uniform numbers of its next report, where they came with those of this one."""
GROUP = record_type(last="i8")
FORUM = record_type(n_pending="i8", stated_levels="i8")
BATCH = record_type(**_fields("f8", "quantity", "time"), is_used="?")

ACT = record_type(
    **_fields("f8", "shipped", "usable", "used", "contract", "stock", "second_act_day", "first_day_after"),
    **_fields("f8", "left", "rate", "started"),
    **_fields("i8", "state", "number", "clock", "wake", "stop_reason", "last", "n_batches"),
    **_fields("?", "is_escalated", "is_awake", "is_active"),
)
TARGET = record_type(
    **_fields("f8", "threat", "credibility", "engagement", "urgency", "shock", "felt_at", "disposition"),
    **_fields("f8", "escalation", "mood_persist", "mood_pause", "mood_escalate"),
    **_fields("f8", "held_persist", "held_pause", "held_escalate", "held_engagement", "held_urgency"),
    **_fields("f8", "days_persist", "days_pause", "days_escalate", "policy_since", "last_adoption"),
    **_fields("f8", "first_pause", "first_escalation"),
    **_fields("i8", "policy", "n_moods", "n_reviews", "relief", "relief_alive", "n_reliefs", "relief_level"),
    **_fields("i8", "relieved_levels"),
    can_pause="?",
)
COUNTS = (
    "attributions",
    "measures",
    "vetoes",
    "statements",
    "retaliations",
    "expulsions",
    "listings",
    "warnings",
)

FLIGHT = record_type(**_fields("i8", "n", "next", "channel", "verdict", "cause"))
"""A report on its way to those who hear it."""

ARRIVAL = record_type(**_fields("f8", "time", "log_ratio"), **_fields("i8", "rank", "sender"))
"""Of (flight, listener), soonest first."""

GUARD = record_type(**_fields("f8", "below", "above"))
"""Of a guarded number: the largest x for which x < number was found true, the smallest for which it was not."""

KEY = record_type(time="f8", rank="i8", slot="i8")
"""When something is due: (time, place and sequence), and where it is kept."""

TASK = record_type(x="f8", **_fields("i8", "task", "a", "b", "c", "cause"))
"""What is due."""

EVENT = record_type(**_fields("f8", "time", "value"), **_fields("i4", "kind", "actor", "subject", "cause"))
"""One line of the event log; its sequence number is its place."""

TABLES = {
    "sender": SENDER,
    "hearing": HEARING,
    "items": ITEMS,
    "known": KNOWN,
    "bar": BAR,
    "level": LEVEL,
    "awaited": FLAG,
    "heard": FLAG,
    "package": PACKAGE,
    "book": BOOK,
    "measure": MEASURE,
    "exposure": EXPOSURE,
    "channel": CHANNEL,
    "group": GROUP,
    "forum": FORUM,
    "pending": WHOLE,
    "adopted": WHOLE,
    "planned": FLOAT,
    "blocked": FLAG,
    "delivery": WHOLE,
    "act": ACT,
    "target": TARGET,
}
"""State that is laid anew for every run."""

GROWING = {
    "batch": BATCH,
    "key": KEY,
    "far": KEY,
    "task": TASK,
    "free": WHOLE,
    "step": TASK,
    "condition": TASK,
    "flight": FLIGHT,
    "free_flight": WHOLE,
    "arrival": ARRIVAL,
}
"""State whose size the run decides: a full one ends the run with E_FULL."""

RUN = record_type(
    **_fields("f8", "now", "p_true", "domestic_cost", "alternative", "relief_day", "first_warning_day"),
    **_fields(
        "f8", "peak", "accumulated", "last_advance", "shipment", "use", "first_shipment_clock", "z_stage"
    ),
    error_value="f8",
    **_fields("i8", "n", "m", "mode", "gravity", "n_events", "sequence", "n_logged", "kinds", "moment"),
    **_fields("i8", "error", "error_place", "executed", "goes_ahead", "n_waiting"),
    **_fields(
        "i8", "n_near", "n_far", "n_free", "n_tasks", "n_flights", "n_free_flights", "step_head", "step_tail"
    ),
    **_fields(
        "i8",
        "condition_head",
        "condition_tail",
        "log",
        "log_size",
        "log_used",
        "log_ends",
        "log_first",
        "state",
        "state_words",
    ),
    error_key="u8",
    **{f"n_{name}_done": "i8" for name in COUNTS},
    **_fields("?", "is_true", "is_other_class", "is_planned", "has_retracted", "is_dirty", "keeps_log"),
    **{
        f"facts_{name}": "i8"
        for name in (
            "case",
            "group",
            "hearing",
            "wait",
            "pair",
            "slot",
            "member",
            "competence",
            "column",
            *MANY,
        )
    },
    **{f"numbers_{name}": "i8" for name in (*ONE, *MANY, *PAIR_NUMBERS)},
    **{f"offset_{name}": "i8" for name in (*ONE, *MANY, *PAIR_NUMBERS)},
    point_size="i8",
    **_fields(
        "i8", "n_inner", "first_n", "first_m", "all_numbers", "run_mode", "rows", "row_size", "scratch"
    ),
    **_fields("i8", "which", "points", "guards", "guard_size", "guard"),
    **_fields("?", "has_twins", "keeps_guards"),
    **dict.fromkeys((*TABLES, *GROWING), "i8"),
    **{f"size_{name}": "i8" for name in GROWING},
)
"""The head of a run: its address, counters, and where every table lies."""

run_at = records(RUN)
sender_at, hearing_at, items_at = records(SENDER), records(HEARING), records(ITEMS)
known_at, bar_at = records(KNOWN), records(BAR)
level_at, package_at, book_at = records(LEVEL), records(PACKAGE), records(BOOK)
measure_at, exposure_at, channel_at = records(MEASURE), records(EXPOSURE), records(CHANNEL)
group_at, forum_at, batch_at = records(GROUP), records(FORUM), records(BATCH)
act_at, target_at = records(ACT), records(TARGET)
key_at, task_at, event_at = records(KEY), records(TASK), records(EVENT)
guard_at = records(GUARD)
flight_at, arrival_at = records(FLIGHT), records(ARRIVAL)

OUTCOMES = numbers_type(FIXED_NAMES)
outcomes_at = records(OUTCOMES)
