"""The two engines over 10,000 random scenarios (`make proof`): 0 differences, every feature and kind of event used."""

from __future__ import annotations

import pytest

from tests.identity.comparing import Tally, compare_generated
from tests.identity.features import EXCLUDED, all_features, features_of
from tests.identity.traits import all_traits, traits_of
from tests.proof.record import recorded

pytestmark = pytest.mark.proof

N_PARTS = 4
N_SCENARIOS = 10_000


@pytest.mark.parametrize("part", range(N_PARTS))
def test_engines_agree_to_the_last_bit(part: int) -> None:
    """In a quarter of 10,000 scenarios, four runs each, no log, outcome or error differs by a bit."""
    first, last = part * N_SCENARIOS // N_PARTS, (part + 1) * N_SCENARIOS // N_PARTS
    size = {"scenarios": last - first, "runs": 4 * (last - first)}
    tally, features, traits = Tally(), set(), set()
    with recorded(f"identity-{part + 1}-of-{N_PARTS}", size=size, seed=first) as figure:
        for case, log in compare_generated(first, last, tally):
            features |= features_of(case)
            traits |= traits_of(log)
        figure |= {
            "differences": len(tally.differences),
            "events": tally.events,
            "runs_with_an_error": tally.errors,
            "features_used": f"{len(features)} of {len(all_features() - set(EXCLUDED))}",
            "kinds_of_event_seen": f"{len(traits)} of {len(all_traits())}",
        }
        assert tally.differences == []
        assert tally.runs == size["runs"]
        assert sorted(all_features() - set(EXCLUDED) - features) == []
        assert sorted(all_traits() - traits) == []
