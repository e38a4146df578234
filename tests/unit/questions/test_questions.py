"""The questions end to end: what goes in is known, so what must come out is."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from scenario.analysis.robustness import robustness
from scenario.errors import DataError
from scenario.experiment.exchange import salib_outputs, salib_problem, to_ema
from scenario.experiment.sweep import run_sweep, sweep
from scenario.experiment.sweep_view import SweepView, view_of, view_of_run
from scenario.questions.answer import Answer, scale_of
from scenario.questions.asking import policy_of
from scenario.questions.boxes import when
from scenario.questions.chance import shares
from scenario.questions.drivers import sensitivity, tornado
from scenario.questions.enough import enough
from scenario.questions.policies import holds_up
from scenario.questions.policies import table_of as policies_table
from scenario.questions.tipping import tip
from scenario.questions.worth import worth_knowing, worth_of_signals
from tests.unit.questions.conftest import CASE, given, small

TRUTH, GO = "act.p_true", "response.p_execute"


def _by(answer: Answer, path: str) -> dict:
    """Return the row of a path."""
    return answer.table[answer.table["path"] == path].iloc[0].to_dict()


# ---- what drives it ----------------------------------------------------------------------------------


def test_a_tornado_finds_the_number_that_decides_truth() -> None:
    """The truth of the allegation hangs on the probability that it is drawn with, and on nothing else."""
    answer = tornado(CASE, outcome="is_true", factors=[TRUTH, GO, "disclosure.never"], n=400, workers=1)
    first = answer.table.iloc[0]
    assert first["path"] == TRUTH
    assert not first["is_noise"]
    assert answer.table["is_noise"].tolist() == [False, True, True]
    assert answer.table["at_low"].iloc[1] == answer.extra["baseline"]


def test_the_ends_of_a_tornado_are_the_probabilities_themselves() -> None:
    """At each end the share of true worlds is the end's value, within its simulation error."""
    row = tornado(CASE, outcome="is_true", factors=[TRUTH], n=2000, workers=1).table.iloc[0]
    for end in ("low", "high"):
        p, share = row[f"{end}_value"], row[f"at_{end}"] / 100
        assert abs(share - p) < 5 * np.sqrt(p * (1 - p) / 2000)


def test_a_tornado_of_a_difference_needs_two_variants() -> None:
    """With B named the bars are of B - A: with words only nobody adopts."""
    answer = tornado(CASE, outcome="responded", a="base", b="words-only", factors=[GO], n=200, workers=1)
    assert answer.extra["baseline"] < 0.0


def test_sobol_says_that_truth_hangs_on_one_number() -> None:
    """First order of the probability p of a Bernoulli draw is Var(p) / (m (1 - m)), the rest is luck."""
    view = small(
        design={"kind": "sobol", "points": 1024},
        replications=1,
        luck="common",
        policies={"base": {}},
        factors={TRUTH: {"range": [0.0, 1.0]}, GO: {"range": [0.0, 1.0]}},
        outcomes=["is_true"],
    )
    answer = sensitivity(view, "is_true")
    truth, other = _by(answer, TRUTH), _by(answer, GO)
    expected = (1 / 12) / (1 / 4)
    assert truth["lower"] <= expected <= truth["upper"]
    assert other["lower"] <= 0.0 <= other["upper"]
    assert other["second"] == pytest.approx(0.0, abs=1e-12)


def test_morris_finds_the_number_that_moves_truth() -> None:
    """The other factors have no effect at all."""
    view = small(
        design={"kind": "morris", "points": 40, "levels": 4},
        policies={"base": {}},
        replications=50,
        luck="common",
    )
    answer = sensitivity(view, "is_true")
    assert answer.table["path"].iloc[0] == TRUTH
    assert answer.table["value"].iloc[1:].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("method", ["shapley", "pawn"])
def test_measures_of_a_spread_design_find_the_number_that_decides_truth(
    spread: SweepView, method: str
) -> None:
    """Whatever the measure, truth hangs on its probability."""
    answer = sensitivity(spread, "is_true", method=method)
    strongest = answer.table[answer.table["path"] != "luck"].iloc[0]
    assert strongest["path"] == TRUTH
    assert not strongest["is_noise"]


def test_a_measure_that_needs_another_design_is_refused(spread: SweepView) -> None:
    """Sobol' indices cannot be told from a Latin hypercube."""
    with pytest.raises(DataError, match=r"must be given a sweep of design sobol \(got latin-hypercube\)"):
        sensitivity(spread, "is_true", method="sobol")
    with pytest.raises(DataError, match="method must be one of"):
        sensitivity(spread, "is_true", method="anova")
    with pytest.raises(DataError, match="must be one that the sweep kept"):
        sensitivity(spread, "measures")


# ---- when does it happen -----------------------------------------------------------------------------


def test_a_box_of_truth_is_where_its_probability_is_high(spread: SweepView) -> None:
    """The box restricts the probability from below."""
    answer = when(spread, "is_true", event="the allegation is true")
    limits = answer.table[answer.table["path"] == TRUTH]
    assert len(limits)
    assert float(limits.iloc[0]["limits"].split(" to ")[0]) > 0.3
    assert answer.sentences[0].startswith("The allegation is true")


@pytest.mark.parametrize(
    ("outcome", "bounds", "why"),
    [
        ("first_adopted_day", {"low": 0.0, "high": 0.0}, "it happened in no run"),
        ("is_true", {"low": 0.0, "high": 1.0}, "it happened in every run"),
    ],
)
def test_a_box_that_is_not_there_is_told(
    spread: SweepView, outcome: str, bounds: dict[str, float], why: str
) -> None:
    """No figure, a sentence that says why none, and the same as data."""
    answer = when(spread, outcome, **bounds)  # type: ignore[arg-type]
    assert any(f"There is no figure, because there is no box to draw: {why}." == s for s in answer.sentences)
    told = answer.as_dict()
    assert (told["figures"], told["box"], answer.figures) == ([], None, ())


def test_a_box_that_is_there_is_told_as_data(spread: SweepView) -> None:
    """Its limits by the paths of the factors, as in the table; and the name of its figure."""
    told = when(spread, "is_true").as_dict()
    rows = {row["path"]: row["limits"] for row in told["table"] if row["method"] == told["method"]}
    assert (told["box"], told["figures"]) == (rows, ["box"])


def test_bounds_count_a_time_that_never_comes_as_above_them(spread: SweepView) -> None:
    """Within 90 days and not within 90 days add up to all runs."""
    within = spread.share("first_adopted_day", high=90.0)
    rows = spread.rows
    first = rows[rows["experiment"] == 0]["first_adopted_day"]
    assert within[0] == pytest.approx((first <= 90.0).mean())


# ---- what would have to be true ----------------------------------------------------------------------


def test_responding_beats_words_from_the_smallest_probability_on() -> None:
    """B with measures responds more often than A without, wherever measures go ahead."""
    answer = tip(
        CASE,
        a="words-only",
        b="base",
        outcome="responded",
        ranges={GO: (0.2, 1.0)},
        n=100,
        levels=3,
        workers=1,
    )
    assert answer.extra["verdict"] == "better"
    assert answer.table["difference"].is_monotonic_increasing


def test_two_numbers_make_a_map() -> None:
    """Every cell of the grid is there once."""
    ranges = {TRUTH: (0.1, 0.9), GO: (0.2, 1.0)}
    answer = tip(
        CASE, a="words-only", b="base", outcome="responded", ranges=ranges, n=60, levels=3, workers=1
    )
    assert len(answer.table) == 9
    assert answer.figures[0].name == "heat"


def test_a_policy_is_a_variant_with_settings() -> None:
    """The words of a policy are read as on the command line."""
    assert policy_of("staged-joint,response.hold_days=3") == {
        "title": "staged-joint,response.hold_days=3",
        "set": {"response.hold_days": 3},
        "variant": "staged-joint",
    }


# ---- which policy holds up ---------------------------------------------------------------------------


def test_words_never_raise_a_false_alarm(spread: SweepView) -> None:
    """Without measures there is no false alarm: no regret, and the largest share of good worlds."""
    answer = holds_up(
        spread, "false_alarm", better="lower", objectives={"false_alarm": "lower", "responded": "higher"}
    )
    rows = answer.table.set_index("policy")
    assert rows.loc["Words", "mean_regret"] == 0.0
    assert rows.loc["Words", "satisficing"] == 1.0
    assert [figure.name for figure in answer.figures] == ["policies", "pareto"]


def test_three_objectives_are_all_drawn(spread: SweepView) -> None:
    """Each has its panel with every policy; the picture of two objectives is drawn only where two are named."""
    ways = {"false_alarm": "lower", "responded": "higher", "first_adopted_day": "lower"}
    answer = holds_up(spread, "responded", objectives=ways)
    figure = answer.figures[1]
    assert len(figure.table) == 3 * 2
    assert set(figure.table["objective"]) == {spread.outcome(name)["meaning"] for name in ways}
    assert "over 3 objectives" in figure.title
    assert any("a panel each" in sentence for sentence in answer.sentences)


def test_the_table_holds_what_is_lost_against_the_baseline(spread: SweepView) -> None:
    """Words never respond: they lose all that measures bring, the baseline loses nothing against itself."""
    answer = holds_up(spread, "responded")
    base, words = answer.table.to_dict("records")
    brought = 100 * spread.rows["responded"].to_numpy()[: 64 * 10].mean()
    assert base["loss_against_baseline"] == 0.0
    assert words["loss_against_baseline"] == pytest.approx(brought)
    assert words["loss_lower"] < brought < words["loss_upper"]
    told = next(sentence for sentence in answer.sentences if sentence.startswith("Against the baseline"))
    assert "“As declared”: “Words” loses" in told


def test_a_largest_regret_is_not_moved_to_the_mean(spread: SweepView) -> None:
    """Replications that fight each other put its estimate below the mean's: it is held at 0, not at the mean."""
    rng = np.random.default_rng(5)
    noisy = rng.normal(size=(spread.n_points, 2, spread.n_replications))
    found = robustness(noisy, policies=spread.policies, direction="higher", threshold=0.0, baseline="base")
    one, other = found.policies
    assert other.measures["regret_max"].estimate < 0.0 < other.measures["regret_mean"].estimate
    half = replace(one.measures["regret_max"], estimate=one.measures["regret_mean"].estimate / 2)
    crossed = replace(one, measures=dict(one.measures) | {"regret_max": half})
    table = policies_table(spread, replace(found, policies=(crossed, other)))
    assert table["max_regret"].tolist() == [half.estimate, 0.0]


def test_one_policy_under_two_names_is_told_as_a_tie() -> None:
    """Not as a doubt that other worlds could settle."""
    policies = {"one": {"title": "One"}, "two": {"title": "Two"}}
    answer = holds_up(
        small(policies=policies, design={"kind": "latin-hypercube", "points": 24}, replications=4),
        "responded",
    )
    assert "“One” and “Two” have the same smallest mean regret" in answer.sentences[0]
    assert "On average: a tie of “One” and “Two” (100 of 100 resamples)." in answer.sentences
    assert "could change" not in " ".join(answer.sentences)
    assert "“Two” is the same in every world" in answer.sentences[1]


def test_one_policy_cannot_be_compared() -> None:
    """There is nothing to choose."""
    view = small(policies={"base": {}}, design={"kind": "latin-hypercube", "points": 4}, replications=2)
    with pytest.raises(DataError, match="must have two policies at least"):
        holds_up(view, "responded")


# ---- what is it worth to know ------------------------------------------------------------------------

WEIGHTS = {"justified": 1.0, "false_alarm": -4.0}


def test_knowing_the_truth_is_worth_most(spread: SweepView) -> None:
    """Of all that could be known the hidden fact decides between measures and words; all values are >= 0."""
    answer = worth_knowing(spread, WEIGHTS)
    values = answer.table.set_index("path")["value"]
    assert (values >= 0.0).all()
    assert values["is_true"] == values.drop("parameters and fact").max()


def made_up(x: np.ndarray, gain: np.ndarray) -> SweepView:
    """Return a sweep in which waiting is worth 0 and acting a gain that one factor decides, one run per point."""
    n = len(x)
    about = {
        "kind": "latin-hypercube",
        "place": "nowhere",
        "as_of": "2024-09-09",
        "horizon_days": 365,
        "policies": {"wait": "Wait", "act": "Act"},
        "factors": {"x": {"title": "x", "unit": "", "kind": "own", "is_structural": False}},
        "outcomes": {"y": {"kind": "quantity", "unit": "u", "meaning": "y"}},
    }
    design = pd.DataFrame(
        {
            "experiment": range(2 * n),
            "policy": np.repeat(["wait", "act"], n),
            "point": np.tile(range(n), 2),
            "luck": np.tile(range(n), 2),
            "part": "",
            "x": np.tile(x, 2),
        }
    )
    runs = np.tile(gain[:, None], (1, 2))  # two replications
    values = np.concatenate([np.zeros(2 * n), runs.ravel()])
    rows = pd.DataFrame(
        {"experiment": np.repeat(range(2 * n), 2), "replication": np.tile([0, 1], 2 * n), "y": values}
    )
    identity = {"replications": 2, "seed": 3, "scenarios": ["0" * 64, "1" * 64]}
    return SweepView(about=about, identity=identity, design=design, rows=rows, n_failed=0)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_study_of_a_number_is_worth_what_it_tells(share: float) -> None:
    """Acting gains N(0, 1): knowing is worth 1 / sqrt(2 pi), a study with share s of the variance sqrt(s) of that."""
    x = (np.random.default_rng(4).permutation(4000) + 0.5) / 4000
    answer = worth_knowing(made_up(x, ndtri(x)), {"y": 1.0}, study=share)
    values = answer.table.set_index("path")["value"]
    perfect = 1 / np.sqrt(2 * np.pi)
    assert values["x"] == pytest.approx(perfect, abs=0.02)
    assert values["study:x"] == pytest.approx(np.sqrt(share) * perfect, abs=0.03)


def test_a_study_of_a_category_is_worth_the_share_in_which_it_tells() -> None:
    """Acting gains 1 or loses 1, evenly: knowing is worth 1/2, a study that tells it in s of cases s / 2."""
    x = np.random.default_rng(5).permutation(np.repeat([False, True], 2000))
    answer = worth_knowing(made_up(x, np.where(x, 1.0, -1.0)), {"y": 1.0}, study=0.5)
    values = answer.table.set_index("path")["value"]
    assert values["x"] == pytest.approx(0.5, abs=1e-9)
    assert values["study:x"] == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("share", [0.0, 1.0, float("nan")])
def test_a_study_that_tells_all_or_nothing_is_refused(spread: SweepView, share: float) -> None:
    """It is knowing, or nothing."""
    with pytest.raises(DataError, match="must lie between 0 and 1"):
        worth_knowing(spread, WEIGHTS, study=share)


def test_a_lever_is_not_known_but_chosen() -> None:
    """It bears the word in tables; what it is worth to know it is refused, and worlds that differ in it are told."""
    hold = {"role": "lever", "range": [0, 30], "title": "Hold"}
    view = small(factors={"response.hold_days": hold, "act.p_true": {"range": [0.2, 0.9]}}, replications=4)
    assert view.levers == ("response.hold_days",)
    assert view.title("response.hold_days") == "Hold (lever)"
    with pytest.raises(DataError, match=r"what is uncertain alone \(got Hold \(lever\)\)"):
        worth_knowing(view, WEIGHTS)
    assert any("ours to choose as well: Hold (lever)" in one for one in holds_up(view, "responded").sentences)


def test_a_signal_is_never_worth_more_than_the_truth() -> None:
    """One more report tells less than the fact that it is about."""
    actions = {"respond": "base", "words": "words-only"}
    answer = worth_of_signals(CASE, actions=actions, weights=WEIGHTS, days=[20], n=1200, workers=1)
    rows = answer.table.set_index("path")
    for name in rows.index.drop("is_true"):
        assert rows.loc[name, "lower"] <= rows.loc["is_true", "upper"]
    assert len(rows) == 6 + 1 + 1


@pytest.mark.parametrize(("field", "value"), [("channels", ["overhaed"]), ("sender", "ukk")])
def test_a_name_that_the_scenario_lacks_is_refused(field: str, value: object) -> None:
    """The nearest name is told."""
    with pytest.raises(DataError, match="must be one of the scenario's"):
        worth_of_signals(
            CASE, actions={"a": "base", "b": "words-only"}, weights=WEIGHTS, n=400, **{field: value}
        )


# ---- chance, and how many runs -----------------------------------------------------------------------


def test_shares_add_up_to_one_and_truth_is_learned_first() -> None:
    """Of the spread of truth its probability explains most; the three sources add up to all."""
    answer = shares(CASE, outcomes=["attribution_day", "responded"], learn="is_true", n=2000, workers=1)
    assert answer.table[["parameters", "fact", "luck"]].sum(axis=1).tolist() == pytest.approx([1.0, 1.0])
    assert answer.extra["first_order"][0]["path"] == TRUTH


def test_runs_are_enough_when_the_interval_is_short() -> None:
    """A share p to within 3 of 100 takes about p (1 - p) (1.96 / 0.03)^2 runs."""
    answer = enough(CASE, outcome="is_true", half_width=0.03)
    p = answer.extra["estimate"]
    assert answer.extra["needed"] == pytest.approx(p * (1 - p) * (1.96 / 0.03) ** 2, rel=0.02)
    assert answer.extra["n"] >= answer.extra["needed"]


def test_what_measures_avert_is_asked_with_the_twins() -> None:
    """An outcome that compares a run with its twins has them run along."""
    answer = enough(CASE, outcome="averted_by_measures_net", half_width=20.0, most=1000)
    assert np.isfinite(answer.extra["estimate"])


def test_a_limit_ends_what_cannot_be_reached() -> None:
    """Ten thousand times more runs would be needed: it stops at the limit, says so, and how many it would take."""
    answer = enough(CASE, outcome="responded", half_width=1e-4, b="words-only", most=1500)
    assert answer.extra["n"] <= 2000
    least, most = answer.extra["needed_interval"]
    assert 10**5 < least < answer.extra["needed"] < most
    assert f"not yet short enough at the limit; it takes {least:,} to {most:,} runs" in answer.sentences[1]


def test_what_no_run_shows_is_not_excluded() -> None:
    """Where no pair differs the interval is that of the rule, and what would do is what the rule asks for."""
    answer = enough(CASE, outcome="joint_adoption", half_width=0.02, b="talks.p_relief=0.9")
    assert answer.extra["estimate"] == 0.0
    assert answer.extra["interval"][1] == pytest.approx(1.962 * 2**0.5 / 1000, rel=0.01)
    assert answer.extra["needed"] == pytest.approx(1.977 * 2**0.5 / 0.02, abs=1)


@pytest.mark.parametrize("b", ["base", "horizon_days=365"])
def test_two_policies_that_are_one_leave_nothing_to_resolve(b: str) -> None:
    """Written alike, or with a value that is declared anyway: the same runs by design, said so, and no run is made."""
    answer = enough(CASE, outcome="responded", half_width=0.01, b=b)
    assert "the same runs by design" in answer.sentences[0]
    assert (answer.extra["n"], answer.extra["is_same_by_design"]) == (0, True)
    assert answer.as_dict()["figures"] == []


def test_a_difference_that_no_run_shows_is_not_called_none() -> None:
    """Another limit of events, which no run reaches, is another scenario: what was seen is said, not more."""
    answer = enough(CASE, outcome="responded", half_width=0.05, b="max_events=99999", most=1000)
    assert "pairs of runs did B differ from A" in " ".join(answer.sentences)
    assert not answer.extra["is_same_by_design"]


# ---- forms of other tools ----------------------------------------------------------------------------


def test_a_sweep_goes_on_in_the_ema_workbench(spread: SweepView) -> None:
    """Its PRIM takes what to_ema gives and finds the probability of truth."""
    experiments, outcomes = to_ema(spread)
    assert {"scenario", "policy", "model"} < set(experiments.columns)
    assert outcomes["is_true"].shape == (128, 10)
    share = outcomes["is_true"].mean(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of packages that it does not need here, and of its own pandas
        from ema_workbench.analysis import prim

        box = prim.Prim(experiments[[TRUTH, GO]], share > 0.5, threshold=0.5).find_box()
    assert box.box_lims[-1][TRUTH].iloc[0] > 0.3


def test_a_sweep_goes_on_in_salib() -> None:
    """Its own analysis of our Sobol' sweep gives our first order."""
    from SALib.analyze import sobol

    view = small(
        design={"kind": "sobol", "points": 256},
        replications=1,
        luck="common",
        policies={"base": {}},
        factors={TRUTH: {"range": [0.0, 1.0]}, GO: {"range": [0.0, 1.0]}},
    )
    problem, y = salib_problem(view), salib_outputs(view, "is_true")
    found = sobol.analyze(problem, y, calc_second_order=False, seed=np.random.default_rng(0))
    ours = sensitivity(view, "is_true").table.set_index("path")["value"]
    assert found["S1"] == pytest.approx([ours[TRUTH], ours[GO]])


# ---- what every sweep must stand ---------------------------------------------------------------------

ZED: dict[str, Any] = {
    "factors": {
        GO: {"range": [0.0, 1.0], "title": "Go-ahead"},
        TRUTH: {"range": [0.02, 0.98], "title": "Truth"},
    },
    "policies": {"zebra": {"title": "As declared"}, "ant": {"title": "Words", "variant": "words-only"}},
}
"""Factors and policies whose order is not that of their names."""


def test_a_folder_gives_the_answers_that_memory_gives(tmp_path: Path) -> None:
    """Whatever the order of names: drivers, policies and worth are the same after writing and reading."""
    spec = given(**ZED)
    kept = view_of_run(*run_sweep(spec, workers=1))
    sweep(spec, tmp_path / "out", workers=1)
    read = view_of(tmp_path / "out")
    assert (read.factors, read.policies) == (kept.factors, kept.policies) == ((GO, TRUTH), ("zebra", "ant"))
    for ask in (
        lambda view: sensitivity(view, "is_true", policy="ant"),
        lambda view: holds_up(view, "responded"),
        lambda view: worth_knowing(view, WEIGHTS),
        lambda view: when(view, "is_true"),
    ):
        assert ask(read).table.equals(ask(kept).table)
    assert sensitivity(read, "is_true").table["path"].iloc[1] == TRUTH
    assert holds_up(read, "responded").table["policy"].iloc[0] == "As declared"


def test_a_sobol_sweep_is_read_in_the_order_of_its_factors(tmp_path: Path) -> None:
    """Truth hangs on its probability, also where the names are in another order than the file."""
    spec = given(**(ZED | {"design": {"kind": "sobol", "points": 256}, "luck": "common", "replications": 1}))
    sweep(spec, tmp_path / "out", workers=1)
    assert sensitivity(view_of(tmp_path / "out"), "is_true").table["path"].iloc[0] == TRUTH


def test_runs_that_failed_are_left_out_and_told() -> None:
    """Every question answers from the points that lost no run, and says how many runs failed."""
    view = small(set={"max_events": 1000}, replications=3, design={"kind": "latin-hypercube", "points": 160})
    assert view.n_failed > 0
    for answer in (
        sensitivity(view, "is_true"),
        when(view, "is_true"),
        holds_up(view, "responded"),
        worth_knowing(view, WEIGHTS),
    ):
        assert any("runs failed" in sentence for sentence in answer.sentences)
    assert enough(CASE, outcome="is_true", half_width=0.1, a="base,max_events=1000").extra["n"] > 0


def test_measures_of_independent_points_refuse_shared_luck() -> None:
    """Under common luck the split between numbers and luck would be wrong, and the value of knowing too."""
    view = small(luck="common")
    for method in ("shapley", "pawn"):
        with pytest.raises(DataError, match=r"luck of their own \(got luck: common\)"):
            sensitivity(view, "is_true", method=method)
    with pytest.raises(DataError, match="luck of their own"):
        worth_knowing(view, WEIGHTS)
    assert any("share their luck" in sentence for sentence in when(view, "is_true").sentences)


TWO = {"act.p_true": {"range": [0.02, 0.98]}, "response.p_execute": {"own": True}}
DEPENDENT = {
    "sobol": {"kind": "sobol", "points": 8},
    "morris": {"kind": "morris", "points": 6},
    "one-at-a-time": {"kind": "one-at-a-time"},
}
"""Designs that make their points from each other."""


@pytest.mark.parametrize("kind", DEPENDENT)
def test_points_made_from_each_other_are_no_worlds(kind: str) -> None:
    """Sobol', Morris and one-at-a-time points count neither as worlds of policies nor for a box."""
    design = DEPENDENT[kind] | ({"levels": 4} if kind == "morris" else {})
    view = small(design=design, factors=TWO, luck="common")
    with pytest.raises(DataError, match=rf"worlds must be drawn one by one .* \(got {kind}\)"):
        holds_up(view, "is_true")
    with pytest.raises(DataError, match=rf"worlds must be drawn one by one .* \(got {kind}\)"):
        when(view, "is_true")


@pytest.mark.parametrize("kind", ["sobol", "morris"])
def test_designs_that_deal_luck_say_nothing_of_one_luck_for_all(kind: str) -> None:
    """Rows of these designs have luck of their own; and a distribution of the scenario has a place on their grid."""
    design = DEPENDENT[kind] | ({"levels": 4} if kind == "morris" else {})
    answer = sensitivity(small(design=design, factors=TWO, luck="common"), "is_true")
    assert set(answer.table["path"]) >= set(TWO)
    assert np.isfinite(answer.table["value"]).all()
    assert not any("share their luck" in sentence for sentence in answer.sentences)


def test_measures_of_single_runs_say_what_to_do_with_summaries() -> None:
    """Keep the rows, or ask what summaries can tell."""
    view = small(keep="summary", design={"kind": "latin-hypercube", "points": 4}, replications=2)
    for method in ("shapley", "pawn"):
        with pytest.raises(
            DataError, match=r"single runs \(got keep: summary\).*\n.*`keep: rows`.*sobol or morris"
        ):
            sensitivity(view, "is_true", method=method)


WRONG: dict[str, tuple[Any, str]] = {
    "a policy of a measure": (
        lambda view: sensitivity(view, "is_true", policy="bse"),
        "policy must be one of",
    ),
    "a policy of a box": (lambda view: when(view, "is_true", policy="bse"), "policy must be one of"),
    "bounds": (
        lambda view: when(view, "first_adopted_day", low=9.0, high=3.0),
        "low must not lie above high",
    ),
    "an outcome": (lambda _: shares(CASE, outcomes=["nope"]), "must be one of the scenario's"),
    "what to learn": (lambda _: shares(CASE, learn="nope"), "must be one of the scenario's"),
    "a size": (lambda _: shares(CASE, n=10), "at least 400 runs"),
}


@pytest.mark.parametrize(("ask", "rule"), WRONG.values(), ids=WRONG)
def test_a_wrong_word_gets_one_sentence(spread: SweepView, ask: Any, rule: str) -> None:
    """Rule and value, not a traceback."""
    with pytest.raises(DataError, match=rule):
        ask(spread)


@pytest.mark.parametrize("days", [-5.0, 0.0, 1000.0])
def test_a_waiting_time_lies_within_the_horizon(days: float) -> None:
    """Before anything runs."""
    with pytest.raises(DataError, match="a waiting time must lie between 0 and 365"):
        worth_of_signals(CASE, actions={"a": "base", "b": "words-only"}, weights=WEIGHTS, days=[days], n=400)


def test_waiting_bears_what_every_action_loses_by_it() -> None:
    """Each action's own hold grows: waiting almost to the horizon leaves nothing of what measures bring."""
    actions = {"respond": "response.hold_days=0", "words": "words-only"}
    answer = worth_of_signals(
        CASE, actions=actions, weights={"justified": 1.0}, channels=["debris"], days=[360], n=600, workers=1
    )
    row = answer.table.set_index("path").loc["360 days"]
    assert row["cost"] > 0.1
    assert row["net"] == pytest.approx(row["value"] - row["cost"])
    told = next(sentence for sentence in answer.sentences if sentence.startswith("Waiting 360 days"))
    assert "holding every response so long loses at most" in told
    assert any("upper bound" in sentence for sentence in answer.sentences)
    assert answer.as_dict()["cost_is"].startswith("What waiting loses is an upper bound")


# ---- answers -----------------------------------------------------------------------------------------


def test_an_answer_is_written_whole(spread: SweepView, tmp_path: Path) -> None:
    """Table, sentences and figures with their data lie in the folder; JSON holds no NaN."""
    answer = when(spread, "responded")
    written = answer.write(tmp_path)
    assert {path.suffix for path in written} >= {".csv", ".json", ".png", ".svg"}
    told = json.loads((tmp_path / "answer-boxes.json").read_text(encoding="utf-8"))
    assert told["sentences"] == list(answer.sentences)
    assert "not a forecast" in told["note"]


def test_shares_are_told_of_a_hundred_runs() -> None:
    """A share is scaled, other units stay."""
    assert scale_of("probability", "probability") == (100.0, "of 100 runs")
    assert scale_of("time", "day") == (1.0, "days")
