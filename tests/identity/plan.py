"""What the parts of a random scenario refer to: names, horizon, unions, which forums can adopt.

Decided before anything is built, since the schema does not declare references. No values are made here.
"""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass

from tests.identity.temperaments import CHOICES, SIZES, TEMPERAMENTS, Temperament, pick

NAMES = (
    *("us", "uk", "eu", "France", "Zeta", "alpha", "m-1", "m_1", "B", "a", "zz", "Omega", "council"),
    *("target", "coalition", "inspection", "case", "recipient", "supplier", "channel", "arrival", "act"),
    *("partners", "patience", "contract", "scheduled", "prepared", "never", "persist", "shock", "talks"),
)
"""Names for every section alike, so that one often stands for two things, or for a word of the event log."""

OUTSIDERS = ("Sweden", "them", "target", "a country without a name here", "one:two", "")
"""Members of forums that are no senders, or only by chance."""

FIRST_DAY = datetime.date(1999, 12, 27)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a scenario's parts refer to.

    Parameters
    ----------
    rng
        The scenario's generator.
    temperament
        Its temperament.
    as_of, horizon
        Its first day, and its length in days.
    names
        Section to the names of its entries, in order.
    forces
        Forum to its legal force.
    routes
        Measure to the forum that most senders adopt it through, where one can adopt.
    unions
        Sender to the sender it lies within.
    """

    rng: random.Random
    temperament: Temperament
    as_of: datetime.date
    horizon: int
    names: dict[str, list[str]]
    forces: dict[str, str]
    routes: dict[str, str]
    unions: dict[str, str]

    def some(self, names: list[str], *, most: int) -> list[str]:
        """Return some of the names, each once, in any order."""
        return self.rng.sample(names, self.rng.randint(0, min(most, len(names))))

    def others(self, sender: str) -> list[str]:
        """Return the senders but one."""
        return [name for name in self.names["senders"] if name != sender]

    def day(self) -> str:
        """Return a date: often the first or the last day, the horizon itself, or one beyond."""
        ends = (0, 0, self.horizon - 1, self.horizon, self.horizon + 30)
        ahead = self.rng.choice([*ends, *(self.rng.randint(0, self.horizon) for _ in range(6))])
        return self.date(ahead)

    def date(self, ahead: int) -> str:
        """Return the date some days after the first."""
        return (self.as_of + datetime.timedelta(days=ahead)).isoformat()


def make_plan(rng: random.Random) -> Plan:
    """Return the plan of one scenario."""
    kinds = list(TEMPERAMENTS.values())
    temperament = rng.choices(kinds, [kind.weight for kind in kinds])[0]
    horizon = rng.randint(*temperament.horizons)
    if "horizon_days" in temperament.choices and rng.random() < 0.5:
        horizon = rng.choice(temperament.choices["horizon_days"])
    names = {section: _names(rng, *pick("sizes", section, temperament, SIZES)) for section in SIZES}
    if not names["groups"]:
        names["channels"] = []
    kinds_of_forum = pick("choices", "forums.*.legal_force", temperament, CHOICES) or ("binding", "none")
    forces = {forum: rng.choice(kinds_of_forum) for forum in names["forums"]}
    binding = [forum for forum, force in forces.items() if force == "binding"]
    return Plan(
        rng=rng,
        temperament=temperament,
        as_of=FIRST_DAY + datetime.timedelta(days=rng.randint(0, 20_000)),
        horizon=horizon,
        names=names,
        forces=forces,
        routes={measure: rng.choice(binding) for measure in names["measures"] if binding},
        unions=_unions(rng, names["senders"], pick("choices", "senders.*.within", temperament, CHOICES)),
    )


def _names(rng: random.Random, low: int, high: int) -> list[str]:
    """Return names for one section, in any order."""
    return rng.sample(NAMES, rng.randint(low, high))


def _unions(rng: random.Random, senders: list[str], shares: tuple[float, ...]) -> dict[str, str]:
    """Return who lies within whom, without a circle, for a share of the senders."""
    share = rng.choice(shares)
    order = rng.sample(senders, len(senders))
    return {
        name: rng.choice(order[: min(place, 2)])
        for place, name in enumerate(order)
        if place > 0 and rng.random() < share
    }
