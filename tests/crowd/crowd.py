"""Many visitors of one server at once: what each does, and what its page must say.

Every visitor moves levers to values of its own, so that no two of them ever look at the same scenario B; what
stands on a page is judged by the hash of that scenario, and by numbers computed in this process alone.
"""

from __future__ import annotations

import asyncio
import random
import re
from dataclasses import dataclass, field
from typing import Any

import scenario
from tests.crowd.client import Page, Visitor

CASE = "iran-russia-missiles-2024"
BAR, WAIT = (
    ("Belief needed to attribute", "defaults.sender.bars.attribute"),
    (
        "How long Washington waits",
        "senders.us.patience_days",
    ),
)
VARIANTS = {"Staged joint announcement": "staged-joint", "Words only": "words-only", "Silent": "silent"}
DAYS = (30, 60, 180, 365)


@dataclass(kw_only=True)
class State:
    """What a visitor has chosen.

    Parameters
    ----------
    variant, levers, day, path
        Of B, moved levers of B, the day counted by, the page.
    """

    variant: str = "staged-joint"
    levers: dict[str, float] = field(default_factory=dict)
    day: int = 90
    path: str = ""

    @property
    def b(self) -> Any:
        """Return scenario B, made without the app."""
        return scenario.load(CASE, variant=self.variant, overrides=self.levers)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One answer: what was asked for, what stood on the page, and how long it took.

    Parameters
    ----------
    visitor, step, kind
        Who, which interaction, what it was.
    hash_b, day, counts
        What must stand there: hash of B, day; what stood in the sentence: runs of 100 in B and A.
    seconds
        From the click to the end of the script.
    faults
        What was wrong.
    """

    visitor: int
    step: int
    kind: str
    state: State
    counts: tuple[str, ...]
    seconds: float
    faults: tuple[str, ...]


def plan(visitor: int, n_steps: int, seed: int) -> list[tuple[str, Any]]:
    """Return what a visitor does: mostly levers, and now and then a variant, a day, a page and back."""
    rng = random.Random(f"{seed}-{visitor}")
    steps: list[tuple[str, Any]] = []
    while len(steps) < n_steps:
        kind = rng.choices(["bar", "wait", "variant", "day", "page"], [3, 3, 1, 1, 1])[0]
        if kind == "bar":
            steps.append((kind, round(0.60 + 0.01 * rng.randrange(32), 2)))
        elif kind == "wait":
            steps.append((kind, 11 + visitor if not steps else rng.randrange(11, 60)))
        elif kind == "variant":
            steps.append((kind, rng.choice(list(VARIANTS))))
        elif kind == "day":
            steps.append((kind, rng.choice(DAYS)))
        else:
            steps += [("page", "one-run"), ("page", "")]
    return steps[:n_steps]


async def visit(
    address: str, visitor: int, steps: list[tuple[str, Any]], pause: float, seed: int
) -> list[Seen]:
    """Let one visitor do its steps, with pauses of that many seconds on average between them."""
    rng, state, found = random.Random(f"pause-{seed}-{visitor}"), State(), []
    async with Visitor(address) as one:
        await one.open()
        for step, (kind, value) in enumerate(steps):
            await asyncio.sleep(rng.uniform(0, 2 * pause))
            page = await _step(one, state, kind, value)
            found.append(_seen(visitor, step, kind, state, page))
    return found


async def _step(one: Visitor, state: State, kind: str, value: Any) -> Page:
    """Do one step and note what is chosen now."""
    if kind == "page":
        state.path = value
        return await one.visit(value)
    if kind == "day":
        state.day = value
        return await one.pick("Count what happens", str(value))
    if kind == "variant":
        if VARIANTS[value] != state.variant:
            state.levers = {}
        state.variant = VARIANTS[value]
        return await one.pick("compared with it", value)
    title, path = BAR if kind == "bar" else WAIT
    state.levers = state.levers | {path: value}
    return await one.move(title, value)


def _seen(visitor: int, step: int, kind: str, state: State, page: Page) -> Seen:
    """Judge one answer by the hash of B and by the day."""
    faults = list(page.faults)
    text = page.text
    expected = state.b.hash[:8]
    shown = re.search(r"scenario A\s+(\w{8})\s+B\s+(\w{8})", text)
    if shown is None:
        faults.append(f"the footer must show both scenarios (got {text[-200:]!r})")
    elif shown[2] != expected:
        faults.append(f"scenario B must be {expected} (got {shown[2]})")
    counts: tuple[str, ...] = ()
    if state.path == "":
        told = re.search(rf"within {state.day} days in (.*? of 100) runs,.* against (.*? of 100) in", text)
        counts = told.groups() if told else ()
        if not told:
            faults.append(f"the sentence must count by day {state.day} (got {text[:300]!r})")
    copied = State(variant=state.variant, levers=dict(state.levers), day=state.day, path=state.path)
    return Seen(
        visitor=visitor, step=step, kind=kind, state=copied, counts=counts, seconds=page.seconds,
        faults=tuple(faults),
    )  # fmt: skip


async def crowd(address: str, n_visitors: int, n_steps: int, *, pause: float, seed: int) -> list[Seen]:
    """Let many visitors do their steps at once and return every answer."""
    visits = [
        visit(address, visitor, plan(visitor, n_steps, seed), pause, seed) for visitor in range(n_visitors)
    ]
    return [seen for answers in await asyncio.gather(*visits) for seen in answers]


def wrong_counts(answers: list[Seen], n: int, seed: int) -> list[str]:
    """Return the answers whose sentence holds other counts than runs in this process give."""
    days: dict[str, Any] = {}

    def of_hundred(chosen: Any, day: int) -> str:
        if chosen.hash not in days:
            result = scenario.run(chosen, n, seed=seed, twins=False)
            days[chosen.hash] = result.outcomes["attribution_day"].to_numpy()
        share = float((days[chosen.hash] <= day).mean())
        count = round(100 * share)
        if count in (0, 100) and share not in (0, 1):
            return "fewer than 1 of 100" if count == 0 else "more than 99 of 100"
        return f"{count} of 100"

    base, found = scenario.load(CASE), []
    for seen in answers:
        if seen.counts:
            expected = of_hundred(seen.state.b, seen.state.day), of_hundred(base, seen.state.day)
            if seen.counts != expected:
                found.append(
                    f"visitor {seen.visitor}, step {seen.step}: {expected} expected (got {seen.counts})"
                )
    return found
