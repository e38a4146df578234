"""200,000 damaged and random files (`make proof`): no traceback, none slow, every refusal says where; and bombs."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from scenario.errors import SpecError
from scenario.spec import document
from scenario.spec.complaints import Places
from tests.proof.record import recorded
from tests.reliability import fuzz
from tests.reliability.test_bad_input import BOMBS

pytestmark = pytest.mark.proof

N_INPUTS, N_PARTS = 200_000, 4
AT_ONCE = 0.1
"""Seconds of work within which a bomb is refused."""


@pytest.mark.parametrize("part", range(N_PARTS))
def test_no_input_ends_in_a_traceback(part: int) -> None:
    """Of a quarter of 200,000 inputs none crashes or takes a second, and every refusal has its line and path."""
    n = N_INPUTS // N_PARTS
    with recorded(f"fuzz-{part + 1}-of-{N_PARTS}", size={"inputs": n}, seed=part) as figure:
        found = fuzz.fuzz(n, seed=part)
        figure |= {
            "tracebacks": len(found.crashes),
            "slow": len(found.slow),
            "without_place": len(found.vague),
            "slowest_seconds": round(found.slowest, 3),
            "refused": dict(sorted(found.refused.items())),
            "legal": dict(sorted(found.legal.items())),
            "problems_by_code": dict(sorted(found.codes.items())),
        }
        assert found.crashes == []
        assert found.slow == []
        assert found.vague == []
        assert len(found.codes) > 25
        assert found.refused.total() + found.legal.total() == n


def _kind_of_some(value: object) -> str:
    """Name the kind of a value, but not of every value."""
    return {dict: "a mapping", list: "a list"}[type(value)]


def _forgetful(self: Places, *arguments: Any, **options: Any) -> Any:
    """Make a problem and forget its path."""
    return replace(PROBLEM(self, *arguments, **options), path="")


def _slow_decode(text: Any, *, file: str) -> str:
    """Decode, and work for more than a second where there is an anchor."""
    end = time.process_time() + 1.1 * ("&a " in str(text))
    while time.process_time() < end:
        pass
    return DECODE(text, file=file)


PROBLEM, DECODE = Places.problem, document.decode


FAULTS: dict[str, tuple[Any, str, Any, str, int]] = {
    "a kind forgotten": (document, "_kind", _kind_of_some, "crashes", 2_000),
    "a path forgotten": (Places, "problem", _forgetful, "vague", 500),
    "slow with anchors": (document, "decode", _slow_decode, "slow", 100),
}
"""Fault -> where it is planted, what is replaced by what, the list that must not stay empty, and inputs to find it."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash, a refusal without a place and a slow input are each seen within two thousand inputs."""
    place, name, instead, found_in, n = FAULTS[fault]
    monkeypatch.setattr(place, name, instead)
    size = {"inputs": n}
    with recorded(f"fuzz-planted-{fault.replace(' ', '-')}", size=size, seed=0) as figure:
        found = getattr(fuzz.fuzz(n, seed=0), found_in)
        figure[found_in] = len(found)
        assert found


def _seconds(text: str) -> float:
    """Return the least time of work, of three, in which a bomb is refused."""
    found = []
    for _ in range(3):
        start = time.process_time()
        with pytest.raises(SpecError, match="got"):
            document.parse(text, file="bomb.yaml")
        found.append(time.process_time() - start)
    return min(found)


def test_every_bomb_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen bombs are refused within 100 ms of work each; without the limit of values one of them is not."""
    with recorded("bombs", size={"bombs": len(BOMBS)}, seed=0) as figure:
        seconds = {name: _seconds(text) for name, text in BOMBS.items()}
        figure["milliseconds"] = {name: round(1000 * s, 1) for name, s in seconds.items()}
        for name in ("MAX_NODES", "MAX_PROBLEMS"):
            monkeypatch.setattr(document, name, 10**9)
        unbound = {name: _seconds(BOMBS[name]) for name in ("aliases", "merge keys", "duplicate keys")}
        figure["planted"] = {name: round(1000 * s, 1) for name, s in unbound.items()}
        assert max(seconds.values()) < AT_ONCE
        assert min(unbound.values()) > AT_ONCE
