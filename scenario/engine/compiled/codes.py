"""Whole numbers that stand for words in compiled code: kinds of events, tasks, answers, errors.

Kinds are the places in `trajectory.KINDS`; a test holds the two together.
"""

from __future__ import annotations

# ---- kinds of events, in the order of trajectory.KINDS ------------------------------------------------

START, SHOCK, MOOD, REVIEW, POLICY, ITEM, RECEIVED, HEARD, WARNING, FINDING = range(10)
DISMISSAL, REOPENING, DISCLOSURE, ATTRIBUTION, RETRACTION, SOURCE_CLOSED = range(10, 16)
EXECUTION, PARTICIPATION, FOLLOW, READY, RELEASED, ANNOUNCED, ADOPTED = range(16, 23)
IN_FORCE, LIFTED, CONSIDERED, VETOED, STATEMENT, SHIPPED, USABLE, USED = range(23, 31)
SECOND_ACT, CONTRACT_COMPLETED, FLOW_STOPPED, RETALIATION, TALKS, RELIEF = range(31, 37)
ALTERNATIVE_DELIVERY, LISTING, EXPULSION, STRIKE, INSPECTION, CREDIBILITY = range(37, 43)

BELIEFS = (RECEIVED, HEARD, DISMISSAL, REOPENING, FINDING)
"""Kinds whose value is a belief; their records hold its log odds."""

# ---- words that an event can name, before the names of the file ---------------------------------------

WORDS = (
    "",
    "case",
    "coalition",
    "target",
    "recipient",
    "prepared",
    "slow",
    "never",
    "partners",
    "patience",
    "scheduled",
    "warning",
    "attribution",
    "adoption",
    "persist",
    "pause",
    "escalate",
    "contract",
    "denial",
    "stock",
    "shock",
    "inspection",
    "another class",
)
NOBODY, CASE, COALITION, TARGET, RECIPIENT = range(5)
W_PREPARED = 5  # and slow, never: in the order of the rules
W_PARTNERS, W_PATIENCE = 8, 9
W_SCHEDULED, W_WARNING, W_ATTRIBUTION, W_ADOPTION = range(10, 14)
W_PERSIST = 14  # and pause, escalate: in the order of the rules
W_CONTRACT, W_DENIAL, W_STOCK, W_SHOCK = range(17, 21)
W_INSPECTION, W_ANOTHER_CLASS = 21, 22

# ---- what is due: at a time, at once (steps of processes), and after all of that (conditions) ---------

(
    T_OTHER_CLASS,
    T_USABLE,
    T_USE,
    T_CHANNEL_OPENS,
    T_REPORT,
    T_ARRIVAL,
    T_DISCLOSE,
    T_FOLLOW,
    T_HELD,
    T_READY,
    T_TIMER,
    T_NEWS,
    T_WAKE,
    T_BATCH,
    T_IN_FORCE,
    T_TRACK,
    T_PROCEDURE,
    T_MEETING,
    T_STATEMENT,
    T_MOOD,
    T_REVIEW,
    T_REACTION,
    T_CREDIBILITY,
    T_RETALIATION,
    T_VERIFIED,
    T_RELIEF,
    T_SHOCK,
    T_SUPPLY,
    T_LISTING,
    S_ACT,
    S_CHANNEL,
    S_DISCLOSURE,
    S_FOLLOW,
    S_RESPONSE,
    S_TRACK,
    S_ROUTE,
    S_STATEMENT,
    S_MOODS,
    S_REVIEWS,
    S_SHOCK,
    S_SUPPLY,
    S_LISTING,
    S_RELIEF,
    I_ACT,
    I_DISCLOSURE,
    I_RELIEF,
    C_RESPONSE,
) = range(47)

# ---- states ------------------------------------------------------------------------------------------

SLEEPING, RUNNING = 0, 1
"""The act waits to be woken, or for its clock (at rate 0: for an interruption)."""

NO_ANSWER, ANSWER_READY, ANSWER_ADOPTED, ANSWER_DECLINED = 0, 1, 2, 3
AWAITS_PARTNERS, AWAITS_DAY = 1, 2
NO_ROUTE, NATIONAL_ROUTE = -2, -1
NOT_STOPPED = 0
"""What stopped the flow is a word: W_CONTRACT, W_DENIAL, W_STOCK, W_SHOCK."""

EXPULSION_TRACK, STRIKE_TRACK, INSPECTION_TRACK = 0, 1, 2
ONE_SHOT, FLOW, ONGOING = 0, 1, 2
FACTUAL, WORDS_ONLY, SILENT = 0, 1, 2
OPENS_AS_OF, OPENS_SHIPMENT, OPENS_USE = 0, 1, 2

# ---- errors of a run -----------------------------------------------------------------------------------

NO_ERROR = 0
E_WAIT = 1  # a delay that a place asked for
E_LAG = 2  # a delay drawn from a stream
E_OPENING = 3  # the opening of a channel
E_LIMIT = 4  # too many timed events
E_FULL = 5  # a growing table is full: the run is done again with more room
FULL_LOG = 1  # the place of E_FULL where it is the log that is full
E_TASK = 7  # a task that nobody knows: a fault of ours
E_RANGE = 6  # an outcome is not finite
