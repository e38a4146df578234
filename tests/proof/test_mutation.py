"""A sample of 300 mutants of engine, draws and analysis (`make proof`): how many of them the tests notice.

Long: leave it out with `-m "proof and not mutation"`.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.proof.judging import Verdict, judge
from tests.proof.mutants import Mutant, mutants_of, sample
from tests.proof.record import recorded

pytestmark = [pytest.mark.proof, pytest.mark.mutation, pytest.mark.xdist_group("mutation")]

N_MUTANTS, SEED = 300, 2026
LEAST_SCORE = 0.9

EQUIVALENT: dict[str, str] = {}
"""Mutants that change nothing anyone can see, as they are printed, and why; they are left out of the score."""


def test_nine_of_ten_mutants_are_killed() -> None:
    """Of 300 random changes of the code the tests notice 90 %; those that they miss are listed."""
    with recorded("mutation", size={"mutants": N_MUTANTS}, seed=SEED) as figure:
        verdicts = list(judge(sample(N_MUTANTS, seed=SEED)))
        survived = [str(v.mutant) for v in verdicts if v.word == "survived"]
        equivalent = [name for name in survived if name in EQUIVALENT]
        n = len(verdicts) - len(equivalent)
        score = 1 - (len(survived) - len(equivalent)) / n
        figure |= {
            "score": round(score, 4),
            "killed": sum(v.word == "killed" for v in verdicts),
            "timed_out": sum(v.word == "timeout" for v in verdicts),
            "survived": sorted(set(survived) - set(equivalent)),
            "equivalent": {name: EQUIVALENT[name] for name in equivalent},
            "by_part": _by_part(verdicts),
        }
        assert score >= LEAST_SCORE


def _by_part(verdicts: list[Verdict]) -> dict[str, str]:
    """Return, part by part, how many of how many were killed."""
    n = Counter(v.mutant.file.partition("/")[0] for v in verdicts)
    killed = Counter(v.mutant.file.partition("/")[0] for v in verdicts if v.word != "survived")
    return {part: f"{killed[part]} of {n[part]}" for part in sorted(n)}


def test_an_unchanged_file_survives_and_a_wrong_one_is_killed() -> None:
    """An unchanged file survives its tests; the same file with an operator exchanged does not."""
    every = mutants_of("analysis/timing.py")
    source = "analysis/timing.py"
    silent = Mutant(file=source, line=1, kind="no change", start=0, end=0, instead="", before="")
    words = [v.word for v in judge([silent, _first(every, "operator")])]
    assert words[0] == "survived"
    assert words[1] in ("killed", "timeout")


def _first(mutants: list[Mutant], kind: str) -> Mutant:
    """Return the first mutant of a kind, else the first."""
    return next((one for one in mutants if one.kind == kind), mutants[0])
