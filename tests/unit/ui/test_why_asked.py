from __future__ import annotations

import numpy as np
import pytest

import scenario
from scenario.experiment.factors import spread_numbers
from scenario.questions.drivers import tornado
from scenario.ui import settings
from scenario.ui.jobs import Job
from scenario.ui.recent import Recent
from scenario.ui.selection import Selection, presets, scenario_from, shipped
from scenario.ui.why_asked import ANSWERS, Asked, Pace, duration, timed
from scenario.ui.why_choices import is_policy, numbers, range_of
from scenario.ui.why_evidence import effect_of, evidence_asked, moved_by
from scenario.ui.why_plan import plan_with, run_plan, shared_numbers
from scenario.ui.why_questions import better_of, changed, outcomes, tornado_asked
from scenario.ui.why_worlds import policies_of, strongest

QUIET = lambda _done, _total: None  # noqa: E731


def _selection(case: str, *titles: str, without: tuple[str, ...] = ()) -> Selection:
    """Return variants of a case side by side; evidence is left out of B."""
    chosen = next(one for one in shipped() if one.name == case)
    known = presets(chosen)
    picked = dict(zip("AB", (known[title] for title in titles), strict=True))
    sides = {letter: scenario_from(chosen, preset) for letter, preset in picked.items()}
    sides["B"] = scenario_from(chosen, picked["B"], without=without)
    names = {letter: preset.title for letter, preset in picked.items()}
    return Selection(case=chosen, sides=sides, names=names, focus=settings.FOCUSES[0], day=90)


def _asked(*choices: object, n_runs: int = 0) -> Asked:
    """Return a question whose answer is 42."""
    return Asked(question="six by nine", hashes=("a",), choices=choices, n_runs=n_runs, work=lambda _: 42)


def test_an_answer_is_kept_under_its_settings_alone() -> None:
    """Work keeps its answer under the question; the same question with another choice has none."""
    asked = _asked("x")
    try:
        timed(asked)(QUIET)
        assert ANSWERS.get(_asked("x").key) == 42
        assert ANSWERS.get(_asked("y").key) is None
    finally:
        ANSWERS.clear()


def test_cancelled_work_keeps_nothing() -> None:
    """Work that was cancelled while it ran leaves no answer."""
    asked = _asked("cancelled", n_runs=10)
    job: list[Job] = []

    def work(_: object) -> int:
        while not job:
            pass
        job[0].cancel()
        return 42

    held = Asked(question=asked.question, hashes=asked.hashes, choices=asked.choices, n_runs=10, work=work)
    job.append(Job(timed(held), key=held.key))
    job[0].join(30)
    assert ANSWERS.get(asked.key) is None
    assert not job[0].has_failed


def test_the_oldest_answer_goes() -> None:
    """A store of two forgets the answer that was not used for longest."""
    kept: Recent[int] = Recent(2)
    keys = [_asked(i).key for i in range(3)]
    kept.put(keys[0], 0)
    kept.put(keys[1], 1)
    assert kept.get(keys[0]) == 0
    kept.put(keys[2], 2)
    assert [kept.get(key) for key in keys] == [0, None, 2]


def test_pace_follows_what_was_seen() -> None:
    """A machine seen to make 2,000 runs a second instead of 1,000 is taken for one of 1,500."""
    pace = Pace(1000.0)
    pace.learn(4000, 2.0)
    assert pace.seconds(3000) == pytest.approx(2.0)
    pace.learn(10, 100.0)
    assert pace.seconds(3000) == pytest.approx(2.0)


def test_durations_are_round() -> None:
    """Promises are rounded up."""
    told = [duration(seconds) for seconds in (0.2, 3.2, 17, 61, 80, 400)]
    assert told == [
        "about a second",
        "about 4 seconds",
        "about 20 seconds",
        "about a minute",
        "about a minute and a half",
        "about 7 minutes",
    ]


def test_plan_of_scenarios_in_memory_gives_the_rows_of_a_sweep_file() -> None:
    """A tornado of B asked on the screen has the numbers of the command line's."""
    selection = _selection("belarus-2020", "Base case", "Washington alone")
    paths = list(spread_numbers(selection.b))[:4]
    policies = {"B": ("b", selection.b)}
    plan = plan_with(
        policies,
        design={"kind": "one-at-a-time"},
        factors={path: {"own": True} for path in paths},
        replications=40,
        outcomes=["first_adopted_day"],
    )
    from scenario.questions.drivers import tornado_of

    here = tornado_of(run_plan(plan, QUIET), "first_adopted_day").table
    there = tornado(
        "belarus-2020", a="washington-alone", outcome="first_adopted_day", factors=paths, n=40, workers=1
    ).table
    columns = ["path", "at_low", "at_high"]
    assert here[columns].equals(there[columns])


def test_evidence_left_out_reaches_the_plan() -> None:
    """A plan runs the scenario that it was given: without an item the probability of truth is another."""
    whole = _selection("iran-russia-missiles-2024", "Base case", "Base case")
    less = _selection("iran-russia-missiles-2024", "Base case", "Base case", without=("E05",))
    told = {"design": {"kind": "one-at-a-time"}, "replications": 400, "outcomes": ["is_true"]}
    means = [
        float(run_plan(plan_with({"B": ("b", chosen.b)}, **told), QUIET).means("is_true")[0])
        for chosen in (whole, less)
    ]
    runs = [
        scenario.run(chosen.b, outer=400, inner=1, seed=0, twins=False).outcomes["is_true"].mean()
        for chosen in (whole, less)
    ]
    assert np.allclose(means, runs)
    assert means[0] != means[1]


def test_numbers_in_which_sides_differ_are_not_shared() -> None:
    """What B sets is compared, not moved; a derived number counts as different without its evidence."""
    selection = _selection("iran-russia-missiles-2024", "Base case", "Wait for the EU")
    same, differing = shared_numbers({"A": selection.a, "B": selection.b})
    assert "senders.us.patience_days" in differing
    assert "act.p_true" in same
    less = _selection("iran-russia-missiles-2024", "Base case", "Base case", without=("E05",))
    same, differing = shared_numbers({"A": less.a, "B": less.b})
    assert "act.p_true" in differing
    assert set(same) | set(differing) == set(spread_numbers(less.a))


def test_tornado_of_b_counts_its_runs() -> None:
    """As many runs are announced as are run: both ends of every number, and the baseline."""
    selection = _selection("belarus-2020", "Base case", "Washington alone")
    asked = tornado_asked(selection, "first_adopted_day", is_difference=False, n=30)
    assert asked.n_runs == 30 * (1 + 2 * len(spread_numbers(selection.b)))


def test_changed_keeps_variant_and_levers() -> None:
    """A scenario without an item is the same variant with the same levers, less that item."""
    selection = _selection("iran-russia-missiles-2024", "Base case", "Staged joint announcement")
    moved = changed(selection, selection.b, sets={"talks.p_relief": 0.75})
    less = changed(selection, moved, without=("E05",))
    assert less.variant == "staged-joint"
    assert less.flat["talks.p_relief"] == moved.flat["talks.p_relief"] != selection.b.flat["talks.p_relief"]
    assert less.without == ("E05",)
    assert changed(selection, selection.b).hash == selection.b.hash


def test_outcome_in_focus_comes_first() -> None:
    """The list of outcomes begins with the one of the bar and holds every other once."""
    selection = _selection("belarus-2020", "Base case", "Words only")
    names = list(outcomes(selection))
    assert names[0] == "attribution_day"
    assert len(names) == len(set(names))
    assert "quantity_net" in names


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("attribution_day", "lower"),
        ("false_alarm", "lower"),
        ("justified", "higher"),
        ("cost_senders", "lower"),
    ],
)
def test_better_until_said_otherwise(name: str, way: str) -> None:
    """Sooner, fewer errors and less cost are better; more justified measures are."""
    selection = _selection("belarus-2020", "Base case", "Words only")
    assert better_of(outcomes(selection)[name]) == way


def test_policies_are_what_a_coalition_can_choose() -> None:
    """Waiting for the EU is a policy; a wrong weapon is another world."""
    selection = _selection("iran-russia-missiles-2024", "Base case", "Wait for the EU")
    told = {title: is_policy(one) for title, one in policies_of(selection).values()}
    assert told["Base case"]
    assert told["Wait for the EU"]
    assert not told["Wrong or different weapon"]
    assert not told["Brussels blocked"]


def test_policies_share_what_is_known() -> None:
    """Evidence left out of B is left out of every policy, and B is among them once."""
    selection = _selection("iran-russia-missiles-2024", "Base case", "Wait for the EU", without=("E05",))
    known = policies_of(selection)
    assert all(one.without == ("E05",) for _, one in known.values())
    assert [one.hash for _, one in known.values()].count(selection.b.hash) == 1


def test_ranges_are_those_of_levers_or_of_distributions() -> None:
    """A lever moves over its declared range; another number from its 5 % to its 95 % point."""
    selection = _selection("iran-russia-missiles-2024", "Base case", "Wait for the EU")
    assert range_of("response.hold_days", selection.a) == (0.0, 90.0)
    values = scenario.run(selection.a, outer=1000, inner=1, seed=0, twins=False).p_true
    low, high = range_of("act.p_true", selection.a)
    assert np.mean(values < low) == pytest.approx(0.05, abs=0.03)
    assert np.mean(values > high) == pytest.approx(0.05, abs=0.03)
    assert next(iter(numbers(selection))) == "act.p_true"


def test_strongest_finds_the_number_that_parts_the_policies() -> None:
    """Where one policy is words only, the readiness to go ahead parts the policies more than the chance of a veto."""
    from scenario.experiment.sweep import run_sweep
    from scenario.experiment.sweep_view import view_of_run
    from scenario.spec.sweep import sweep_of

    told = {
        "name": "small",
        "title": "small",
        "scenario": "iran-russia-missiles-2024",
        "replications": 20,
        "luck": "own",
        "design": {"kind": "latin-hypercube", "points": 80},
        "factors": {"channels.press.gap_days": {"own": True}, "response.p_execute": {"range": [0.0, 1.0]}},
        "policies": {"base": {}, "words": {"variant": "words-only"}},
        "outcomes": ["responded"],
    }
    view = view_of_run(*run_sweep(sweep_of(told), workers=1))
    assert strongest(view, "responded", most=1) == ["response.p_execute"]


# ---- evidence ----------------------------------------------------------------------------------------


def test_every_item_has_its_effect_and_those_that_move_nothing_have_none() -> None:
    """An item that moves no parameter changes no run; the others move what their runs say."""
    selection = _selection("iran-russia-missiles-2024", "Base case", "Staged joint announcement")
    answer = evidence_asked(selection, "attribution_day", n=60).work(QUIET)
    effects = {item.id: item for item in answer.items}  # type: ignore[attr-defined]
    assert set(effects) == {item.id for item in selection.b.ledger.items}  # type: ignore[union-attr]
    still = [item for item in effects.values() if not item.parameters]
    assert still
    assert all(item.outcome.text == "the same in all pairs" for item in still)
    less = changed(selection, selection.b, without=("E05",))
    days = [
        scenario.run(one, 60, seed=0, twins=False).outcomes["attribution_day"].fillna(365).clip(upper=365)
        for one in (selection.b, less)
    ]
    assert effects["E05"].outcome.difference == pytest.approx(float((days[1] - days[0]).mean()))


def test_moved_parameters_are_those_that_the_item_informs() -> None:
    """What moves without an item is among what the ledger says it informs."""
    selection = _selection("iran-russia-missiles-2024", "Base case", "Base case")
    item = next(one for one in selection.b.ledger.items if one.id == "E05")  # type: ignore[union-attr]
    less = changed(selection, selection.b, without=("E05",))
    assert set(moved_by(selection.b, less)) <= {effect.parameter for effect in item.informs}
    assert moved_by(selection.b, selection.b) == ()


def test_effects_of_shares_are_told_of_a_hundred() -> None:
    """A share that rises in every second of 400 runs rises by 50 of 100."""
    from scenario.analysis.paired import paired_difference

    before, after = np.zeros(400), np.tile([0.0, 1.0], 200)
    effect = effect_of(
        paired_difference(before, after, np.arange(400), kind="probability", horizon=1.0), "probability", ""
    )
    assert effect.difference == pytest.approx(50.0)
    assert effect.text == "+50.0 of 100"
    assert not effect.is_noise
