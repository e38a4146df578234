"""Sizes and choices of the app, declared once. Tests make `FEW` and `MANY` small."""

from __future__ import annotations

from dataclasses import dataclass

FEW = 10_000
"""Paired runs that follow a lever at once."""

MANY = 20_000
"""Paired runs of the long run, with twins."""

SEED = 0
"""Root seed of everything on the screen."""

DEFAULT_CASE = "iran-russia-missiles-2024"
DEFAULT_DAY = 90
DAYS = (7, 14, 30, 60, 90, 180, 365)
SIZES = {"report": "report, 6.5 in", "half": "half, 3.15 in", "slide": "slide, 12 × 6 in"}
"""Widths of a figure, as they are called on the screen."""

MAX_UPLOAD = 1_000_000
"""Largest scenario file, in bytes."""


@dataclass(frozen=True, kw_only=True)
class Focus:
    """A time outcome that the first screen is about.

    Parameters
    ----------
    label
        In the bar and in a link.
    column
        Column of the outcome table.
    clause
        What happens, as a clause in the present tense.
    event
        The same as a noun.
    """

    label: str
    column: str
    clause: str
    event: str


FOCUSES = tuple(
    Focus(label=label, column=column, clause=clause, event=event)
    for label, column, clause, event in (
        (
            "Official attribution",
            "attribution_day",
            "the act is officially attributed",
            "official attribution",
        ),
        (
            "First measure announced",
            "first_announced_day",
            "linked measures are announced",
            "first announcement",
        ),
        ("First measure adopted", "first_adopted_day", "linked measures are adopted", "first linked measure"),
        (
            "First measure in force",
            "first_in_force_day",
            "linked measures are in force",
            "first measure in force",
        ),
        ("Target pauses", "first_pause_day", "the target pauses", "first pause by the target"),
    )
)
DEFAULT_FOCUS = FOCUSES[0].label
