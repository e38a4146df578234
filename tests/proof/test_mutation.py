"""A sample of 300 mutants of engine, draws and analysis (`make proof`): how many of them the tests notice.

Long: leave it out with `-m "proof and not mutation"`.
"""

from __future__ import annotations

import pytest

from tests.proof.judging import judge
from tests.proof.mutants import Mutant, mutants_of, sample, sources
from tests.proof.record import recorded

pytestmark = [pytest.mark.proof, pytest.mark.mutation]

SEED = 2026
N_MUTANTS = {"analysis": 127, "draws": 31, "engine, reference": 43, "engine, compiled": 99}
"""How many of each part: 300 in all, about as they would fall where all parts are drawn from at once."""

LEAST_SCORE = 0.9

EQUIVALENT: dict[str, str] = {
    "analysis/cart.py: if left >= 0: -> if left > 0:": (
        "A node without sides has the side -1; place 0 is the root, which is no node's side."
    ),
    "analysis/cart.py: yield limits, left < 0 -> yield limits, left < 1": (
        "A node without sides has the side -1; place 0 is the root, which is no node's side."
    ),
    "analysis/conditional_mean.py: inner = np.unique(np.quantile(x, np.arange(1, _N_KNOTS + 1) / "
    "(_N_KNOTS + 1))) -> inner = np.unique(np.quantile(x, np.arange(1, _N_KNOTS + 2) / (_N_KNOTS + 1)))": (
        "The quantile that is added is the largest value, and the next line leaves the largest value out."
    ),
    "analysis/crossings.py: if told[a] * told[b] > 0: -> if told[a] * told[b] >= 0:": (
        "Only places where the sign is not 0 are compared, so the product is never 0."
    ),
    "analysis/crossings.py: if _inside(places, band, np.array([middle]))[0] < 0: -> if _inside(places, "
    "band, np.array([middle]))[0] <= 0:": (
        "Where the middle is the root itself, both halves that it may leave end there."
    ),
    "analysis/noisy_maximum.py: apart = utilities - utilities.mean(axis=2, keepdims=True) -> apart = "
    "utilities + utilities.mean(axis=2, keepdims=True)": (
        "What all actions have in common moves no choice: the map from means to choices leaves it out."
    ),
    "analysis/pair_tally.py: for column in np.flatnonzero((self.changed < FEW) & "
    "change.any(axis=1)).tolist(): -> for column in np.flatnonzero((self.changed < FEW) | "
    "change.any(axis=1)).tolist():": (
        "What is kept beyond need is let go of again in the last line of the same method."
    ),
    'analysis/pareto.py: n, signs = len(table), np.array([1.0 if directions[name] == "higher" else -1.0 '
    'for name in objectives]) -> n, signs = len(table), np.array([1.0 if directions[name] == "higher" '
    "else -2.0 for name in objectives])": (
        "Only the order of turned values is read, so any negative number turns them."
    ),
    "analysis/quantities.py: found = _counted(numbers.astype(np.int64, copy=False), ranks) -> found = "
    "_counted(numbers.astype(np.int64, copy=True), ranks)": ("A copy of the numbers has the same numbers."),
    "analysis/robustness.py: sign = 1.0 if found.is_better else -1.0 -> sign = 2.0 if found.is_better "
    "else -1.0": ("Only the order of turned values is read, so any positive number serves."),
    "analysis/shapley.py: _, near = cKDTree(places).query(places, k=most + 1) -> _, near = "
    "cKDTree(places).query(places, k=most + 2)": (
        "One more neighbour is asked for than is used: the nearest `most` others are the same."
    ),
    "analysis/shapley.py: used = [place for place, mask in enumerate(self._masks) if not mask & "
    "~subset][: self._limit + 1] -> used = [place for place, mask in enumerate(self._masks) if not mask &"
    " ~subset][: self._limit + 2]": ("Ends beyond the limit are left out two lines further on."),
    "analysis/sobol.py: if n & (n - 1): -> if n & (n - 2):": (
        "For n >= 2, which is checked, n & (n - 2) is 0 for powers of two alone, as n & (n - 1) is."
    ),
    "analysis/sobol.py: n=len(blocks[0]), -> n=len(blocks[1]),": (
        "Both blocks have the same number of rows, which is checked."
    ),
    'analysis/streaming.py: told.update(counts.astype("<i8", copy=False).tobytes()) -> '
    'told.update(counts.astype("<i8", copy=True).tobytes())': ("A copy of the counts has the same bytes."),
    "analysis/streaming.py: return bool(((step[:, 0] > 0) | ((step[:, 0] == 0) & (step[:, 1] > "
    "0))).all()) -> return bool(((step[:, 0] > 0) | ((step[:, 1] == 0) & (step[:, 1] > 0))).all())": (
        "Rows that stand in order but are not seen to are sorted, which leaves them as they are."
    ),
    "analysis/world_metrics.py: found = self._average(of, is_better=True) -> found = self._average(of, "
    "is_better=False)": (
        "Only estimate, plain value and draws are taken from this one; the direction is set in the next return."
    ),
    "analysis/world_metrics.py: halves = self.table[..., : 2 * half : 2].mean(axis=2), self.table[..., 1 "
    ": 2 * half : 2].mean(axis=2) -> halves = self.table[..., : 2 * half : 2].mean(axis=2), "
    "self.table[..., 1 : 3 * half : 2].mean(axis=2)": (
        "The odd places below the number of replications are the same."
    ),
    "draws/beta.py: if i > 0 and _LEAST < table[i - 1, 1] < _MOST: -> if i >= 0 and _LEAST < table[i - 1, 1] "
    "< _MOST:": ("The first row would look at the last one, which still holds zeros."),
    "draws/beta.py: rise = _log_1p(beyond / a) if b * odds > 0.5 * a else log(b * odds / a) -> rise = "
    "_log_1p(beyond / a) if b * odds >= 0.5 * a else log(b * odds / a)": (
        "Where the two sides are equal, both forms are log(1/2)."
    ),
    "draws/beta.py: step = min(max((log(p) - front - log(slope)) * slope, -600.0), 600.0) -> step = "
    "min(max((log(p) - front - log(slope)) * slope, -601.0), 600.0)": (
        "A first step that long is cut either way, and Newton's method goes on to the same root."
    ),
    "draws/portable.py: k = int(x * LOG2_E + (0.5 if x > 0.0 else -0.5)) -> k = int(x * LOG2_E + (0.5 if "
    "x >= 0.0 else -0.5))": ("They differ for x = 0 alone, where 0.5 and -0.5 are both cut to 0."),
    "engine/compiled/act.py: step(w, codes.I_ACT, 0, 0, 0, 0) -> step(w, codes.I_ACT, 0, 0, 0, 1)": (
        "I_ACT reads none of its numbers."
    ),
    "engine/compiled/act.py: ring(w, w.now, case_facts(w.facts_case, 0).place_act, codes.T_WAKE, "
    "act.wake, 0, 0, 0, 0.0) -> ring(w, w.now, case_facts(w.facts_case, 0).place_act, codes.T_WAKE, "
    "act.wake, 0, 0, 1, 0.0)": ("T_WAKE reads its first number only."),
    "engine/compiled/act.py: wait(w, act.left / act.rate, place, codes.T_BATCH, act.clock, 0, 0, 0, 0.0) "
    "-> wait(w, act.left / act.rate, place, codes.T_BATCH, act.clock, 1, 0, 0, 0.0)": (
        "T_BATCH reads its first number only."
    ),
    "engine/compiled/act.py: act.state, act.wake, act.is_awake = codes.SLEEPING, act.wake + 1, False -> "
    "act.state, act.wake, act.is_awake = codes.SLEEPING, act.wake + 2, False": (
        "The counter is compared for equality alone: any new number serves."
    ),
    "engine/compiled/act.py: fail(w, codes.E_FULL, 0, 0, 0.0) -> fail(w, codes.E_FULL, 0, 0, 1.0)": (
        "A full table has the run done again with more room; the value of this error is not read."
    ),
    "engine/compiled/channels.py: wait(w, gap, facts.place, codes.T_REPORT, c, 0, 0, 0, 0.0) -> wait(w, "
    "gap, facts.place, codes.T_REPORT, c, 0, 1, 0, 0.0)": ("T_REPORT reads its first number only."),
    "engine/compiled/clock.py: if child + 1 < w.n_far: -> if child + 1 <= w.n_far:": (
        "The key beyond the last is the one being put down: where it is the smaller, it ends in the same place."
    ),
    "engine/compiled/clock.py: return place * SEQUENCES + w.sequence - 1 -> return place * SEQUENCES + "
    "w.sequence + 1": ("All ranks move by two alike, so their order stays."),
    "engine/compiled/facts.py: return -1 if name is None else self.names[section].index(name) -> return -2 if "
    "name is None else self.names[section].index(name)": (
        "Whoever reads it asks only whether it is negative."
    ),
    "engine/compiled/perception.py: wait(w, delay, facts.place_retaliation, codes.T_RETALIATION, s, 0, 0,"
    " cause, 0.0) -> wait(w, delay, facts.place_retaliation, codes.T_RETALIATION, s, 0, 0, cause, 1.0)": (
        "T_RETALIATION reads its first number and its cause only."
    ),
    "engine/compiled/senders.py: step(w, codes.I_DISCLOSURE, s, me.disclosure, 0, 0) -> step(w, "
    "codes.I_DISCLOSURE, s, me.disclosure, 1, 0)": ("I_DISCLOSURE reads its first two numbers only."),
    "engine/reference/world.py: self.is_planned: bool = stage < act.p_planned -> self.is_planned: bool = stage <= "
    "act.p_planned": ("A uniform number is never 0 or 1, and any other with a chance of 2^-53."),
    "engine/compiled/waiting.py: ring(w, w.now, place, codes.T_NEWS, s, me.news_since, w.moment, 0, 0.0) "
    "-> ring(w, w.now, place, codes.T_NEWS, s, me.news_since, w.moment, 1, 0.0)": (
        "T_NEWS reads three numbers and no cause."
    ),
}
"""Keys of mutants that change nothing anyone can see, and why; they are left out of the score."""


def part_of(file: str) -> str:
    """Return the part to which a file below `scenario` belongs."""
    part = file.partition("/")[0]
    return part if part != "engine" else f"engine, {'compiled' if 'compiled' in file else 'reference'}"


@pytest.mark.parametrize("part", N_MUTANTS)
def test_nine_of_ten_mutants_are_killed(part: str) -> None:
    """Of random changes of a part of the code the tests notice 90 %; those that they miss are listed."""
    n = N_MUTANTS[part]
    name = f"mutation-{part.replace(', ', '-')}"
    with recorded(name, size={"mutants": n}, seed=SEED) as figure:
        verdicts = list(judge(sample([file for file in sources() if part_of(file) == part], n, seed=SEED)))
        survived = [v.mutant for v in verdicts if v.word == "survived"]
        equivalent = [mutant.key for mutant in survived if mutant.key in EQUIVALENT]
        missed = [str(mutant) for mutant in survived if mutant.key not in EQUIVALENT]
        score = 1 - len(missed) / (len(verdicts) - len(equivalent))
        figure |= {
            "score": round(score, 4),
            "killed": sum(v.word == "killed" for v in verdicts),
            "timed_out": sum(v.word == "timeout" for v in verdicts),
            "survived": sorted(missed),
            "equivalent": {key: EQUIVALENT[key] for key in equivalent},
        }
        assert len(verdicts) == n
        assert score >= LEAST_SCORE


def test_every_mutant_called_equivalent_is_one_of_todays_code() -> None:
    """A key of the list whose lines were edited since is stale: look at them again."""
    keys = {
        mutant.key for file in {key.partition(":")[0] for key in EQUIVALENT} for mutant in mutants_of(file)
    }
    assert set(EQUIVALENT) <= keys


def test_an_unchanged_file_survives_and_a_wrong_one_is_killed() -> None:
    """An unchanged file survives its tests; the same file with an operator exchanged does not."""
    every = mutants_of("analysis/timing.py")
    source = "analysis/timing.py"
    silent = Mutant(file=source, line=1, kind="no change", start=0, end=0, instead="", before="", after="")
    words = [v.word for v in judge([silent, _first(every, "operator")])]
    assert words[0] == "survived"
    assert words[1] in ("killed", "timeout")


def _first(mutants: list[Mutant], kind: str) -> Mutant:
    """Return the first mutant of a kind, else the first."""
    return next((one for one in mutants if one.kind == kind), mutants[0])
