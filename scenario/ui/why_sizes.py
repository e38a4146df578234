"""Sections and sizes of the Why page, declared once. Tests make the sizes small."""

from __future__ import annotations

SECTIONS = (
    "What drives it",
    "What would tip it",
    "Evidence",
    "Chance or ignorance",
    "Which policy holds",
    "Worth knowing",
)
"""In the order of the page, and as the address holds them."""

END_RUNS = (200, 500, 1000)
"""Runs at each end of a tornado's bars, to choose from."""

TIP_LEVELS, TIP_RUNS = 9, 400
"""Values of one number, and paired runs at each."""

MAP_LEVELS, MAP_RUNS = 7, 200
"""Values of each of two numbers, and paired runs in each cell."""

ITEM_RUNS = 2000
"""Paired runs without each item of evidence."""

CHANCE_RUNS = (4000, 10_000, 40_000)
"""Runs whose spread is split, to choose from."""

WORLDS = (100, 250, 600)
"""Worlds for policies, to choose from."""

WORLD_RUNS = 20
"""Runs of each policy in each world."""

LIVE_SECONDS = 3.0
"""What is expected to take no longer starts by itself."""

FIRST_SECONDS = 15.0
"""What is expected to take no longer starts by itself when a session asks for the first time."""

WAIT_SECONDS = 0.9
"""So long a page waits for an answer before it shows progress."""
