"""Ledgers turned into points and derivations."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scenario.errors import DataError
from scenario.evidence import derive, posterior_points
from scenario.evidence.derive import Draws

RATIO, SHIFT = "likelihood_ratio", "logit_shift"


def median_of(ledger, **options):
    """The posterior median of p."""
    return derive(ledger, n_points=64, **options).parameters["p"].posterior.middle


def test_unknown_item_is_named_with_the_nearest(small):
    """Switching off an item that does not exist is refused with a suggestion."""
    with pytest.raises(DataError, match=r"without must name an item of the ledger \(got 'E5'\)") as caught:
        posterior_points(small(("E05", "A", RATIO, 2.0)), without=["E5"], seed=1, n_points=4)
    assert "did you mean 'E05'?" in str(caught.value)


def test_every_unknown_item_is_named(small):
    """Two slips give two problems."""
    with pytest.raises(DataError, match="X1") as caught:
        derive(small(("E1", "A", RATIO, 2.0)), without=["X1", "X2"], n_points=4)
    assert [problem.got for problem in caught.value.problems] == ["'X1'", "'X2'"]


def test_item_moves_a_parameter_once_only(small):
    """An item that moves the same parameter twice is refused: it would be a second observation."""
    ledger = small(("E1", "A", RATIO, 2.0))
    (item,) = ledger.items
    doubled = ledger.model_copy(update={"items": (item.model_copy(update={"informs": item.informs * 2}),)})
    with pytest.raises(DataError, match=r"item E1 must move a parameter once \(got p twice\)"):
        derive(doubled, n_points=4)


def test_switching_the_strongest_off_promotes_the_next(small):
    """Without the ratio 2.5 the ratio 2.0 counts fully: odds 1.5 become 3."""
    ledger = small(("E1", "A", RATIO, 2.5), ("E2", "A", RATIO, 2.0))
    derived = derive(ledger, without=["E1"], n_points=64).parameters["p"]
    assert derived.posterior.middle == pytest.approx(0.75)
    assert [(item.id, item.applied, item.place) for item in derived.items] == [
        ("E1", False, None),
        ("E2", True, 0),
    ]


def test_alternative_waits_for_its_original(small):
    """An alternative applies only while the item that it stands in for is off."""
    ledger = small(("E11", "A", RATIO, 2.0), ("E24", "A", RATIO, 0.5, None, None, {"alternative_to": "E11"}))
    assert median_of(ledger) == pytest.approx(3 / 4)
    assert median_of(ledger, without=["E11"]) == pytest.approx(3 / 7)
    assert median_of(ledger, without=["E24"]) == pytest.approx(3 / 4)
    assert median_of(ledger, without=["E11", "E24"]) == pytest.approx(0.6)


def test_context_moves_nothing_and_is_listed(small):
    """A context item leaves the prior as it is and appears as applied."""
    ledger = small(("E1", "A", "context", None))
    on = derive(ledger, n_points=8).parameters["p"]
    off = derive(ledger, without=["E1"], n_points=8).parameters["p"]
    assert on.posterior == on.prior
    assert [(item.applied, item.size) for item in (*on.items, *off.items)] == [(True, None), (False, None)]


def test_evidence_makes_a_number_inferred(small):
    """A parameter with an assumed prior is inferred with evidence and assumed without."""
    ledger = small(("E1", "A", RATIO, 2.0))
    assert derive(ledger, n_points=8).parameters["p"].status == "inferred"
    assert derive(ledger, without=["E1"], n_points=8).parameters["p"].status == "assumed"


def test_one_discount_for_all_items(small):
    """Weights are powers of one c: 1, 0.3, 0.09 with c = 0.7."""
    ledger = small(("E1", "A", RATIO, 4.0), ("E2", "A", RATIO, 3.0), ("E3", "A", RATIO, 2.0))
    weights = [item.weight for item in derive(ledger, n_points=8).parameters["p"].items]
    assert weights == pytest.approx([1.0, 0.3, 0.09])


def test_no_discount_counts_everything(small):
    """A ledger without a discount multiplies all ratios of a group."""
    ledger = small(("E1", "A", RATIO, 2.0), ("E2", "A", RATIO, 2.0)).model_copy(update={"discount": None})
    assert median_of(ledger) == pytest.approx(6 / 7)


def test_points_do_not_depend_on_their_number(small):
    """The first points are the same however many are drawn."""
    ledger = small(("E1", "A", RATIO, 2.0, 1.0, 4.0), prior={"beta": [9, 5]})
    few = posterior_points(ledger, seed=3, n_points=10)["p"]
    many = posterior_points(ledger, seed=3, n_points=50)["p"]
    assert few.tolist() == many[:10].tolist()


def test_switching_an_item_off_moves_nobody_elses_draws(small):
    """Log odds with both items minus log odds with one of them are the other's own draws."""
    options = {"prior": {"beta": [9, 5]}, "discount": 0.0}
    both = small(
        ("E1", "A", SHIFT, 0.5, 0.1, 0.9), ("E2", "B", SHIFT, 0.2, 0.0, 0.4), scale="logit", **options
    )
    alone = small(("E2", "B", SHIFT, 0.2, 0.0, 0.4), scale="logit", **options)
    without = posterior_points(both, without=["E1"], seed=5, n_points=200)["p"]
    assert without.tolist() == posterior_points(alone, seed=5, n_points=200)["p"].tolist()


def test_prior_and_sizes_are_drawn_independently(small):
    """Variances of the prior and of two items add up on the additive scale: 0.3^2 + 0.4^2 + 1.2^2 = 1.3^2."""
    wide, wider = 0.4 * 1.6448536269514722, 1.2 * 1.6448536269514722
    ledger = small(
        ("E1", "A", "utility_shift", 0.0, -wide, wide),
        ("E2", "B", "utility_shift", 0.0, -wider, wider),
        scale="utility",
        prior={"normal": {"mean": 0.0, "sd": 0.3}},
    )
    points = posterior_points(ledger, seed=2, n_points=40_000)["p"]
    assert np.std(points) == pytest.approx(1.3, abs=5 * 1.3 / math.sqrt(80_000))


def test_another_seed_gives_other_points(small):
    """Points follow the seed, and 0 is a seed like any other."""
    ledger = small(prior={"beta": [9, 5]})
    first, second = (posterior_points(ledger, seed=seed, n_points=5)["p"] for seed in (0, 1))
    assert not np.any(first == second)


def test_lognormal_size_has_the_stated_range(small):
    """Ratios with median 2 and range 1 to 4 on even odds lie between 1/2 and 4/5 in 90 % of the points."""
    ledger = small(("E1", "A", RATIO, 2.0, 1.0, 4.0), prior={"point": 0.5})
    posterior = derive(ledger, n_points=40_000).parameters["p"].posterior
    assert (posterior.low, posterior.middle, posterior.high) == pytest.approx(
        (1 / 2, 2 / 3, 4 / 5), abs=0.006
    )


@pytest.mark.parametrize(
    ("scale", "op", "prior", "size", "expected"),
    [
        ("log", "median_factor", {"lognormal": {"median": 5, "sigma": 0.5}}, 0.8, 4.0),
        ("utility", "utility_shift", {"normal": {"mean": -1.2, "sd": 0.5}}, -0.4, -1.6),
    ],
)
def test_medians_and_utilities_move(small, scale, op, prior, size, expected):
    """A factor multiplies the median of a lag, a shift adds to a utility."""
    ledger = small(("E1", "A", op, size), scale=scale, prior=prior)
    middle = derive(ledger, n_points=40_000).parameters["p"].posterior.middle
    assert middle == pytest.approx(expected, abs=0.02)


def test_item_on_the_discount_moves_it_the_same_everywhere(small):
    """A discount that items inform is one set of points, whoever asks for it."""
    ledger = small(("E1", "A", SHIFT, 1.0), discount=0.5)
    informs = (ledger.items[0].informs[0].model_copy(update={"parameter": "c"}),)
    scaled = ledger.parameters["c"].model_copy(update={"scale": ledger.parameters["p"].scale})
    moved = ledger.model_copy(
        update={
            "items": (ledger.items[0].model_copy(update={"informs": informs}),),
            "parameters": ledger.parameters | {"c": scaled},
        }
    )
    assert posterior_points(moved, seed=0, n_points=3)["c"] == pytest.approx([math.e / (1 + math.e)] * 3)


def test_targets_are_never_fed_in(shipped):
    """Points hold every input of the September ledger and no target."""
    ledger = shipped("iran-russia-missiles-2024")
    points = posterior_points(ledger, seed=0, n_points=2)
    assert set(points) == {name for name, parameter in ledger.parameters.items() if parameter.role == "input"}
    assert "coord.eu_lag_days" in ledger.parameters
    assert "coord.eu_lag_days" not in points


def test_derivation_is_plain_data(shipped):
    """The form for --json holds role, status, prior, items and posterior of each parameter."""
    plain = derive(shipped("iran-russia-missiles-2024"), n_points=500).as_dict()
    entry = plain["parameters"]["verif.p_true"]
    assert {"role", "status", "prior", "items", "posterior"} <= set(entry)
    assert set(entry["posterior"]) == {"5", "50", "95"}
    assert {"id", "op", "size", "applied"} <= set(entry["items"][0])
    assert "stage" in plain["context"]


def essence_of(ledger, *, without=(), name="p"):
    """What decides the posterior of a parameter."""
    return Draws(ledger, without=without, seed=0, n_points=1).essence(name)


def test_essence_leaves_texts_out(small):
    """A ledger that only words its reasons otherwise gives a parameter the same essence."""
    ledger = small(("E1", "A", RATIO, 2.0))
    (item,) = ledger.items
    effect = item.informs[0].model_copy(update={"reason": "put otherwise"})
    reworded = item.model_copy(update={"informs": (effect,), "says": "another text"})
    assert essence_of(ledger.model_copy(update={"items": (reworded,)})) == essence_of(ledger)


def test_essence_holds_what_decides_a_posterior(small):
    """Item switched off, size, origin, prior, scale or discount: each gives another essence."""
    items = ("E1", "A", RATIO, 2.0), ("E2", "A", RATIO, 3.0)
    ledger = small(*items)
    others = [
        essence_of(ledger, without=["E2"]),
        essence_of(small(items[0], ("E2", "A", RATIO, 3.5))),
        essence_of(small(items[0], ("E2", "B", RATIO, 3.0))),
        essence_of(small(*items, prior={"point": 0.7})),
        essence_of(small(*items, scale="logit")),
        essence_of(small(*items, discount=0.6)),
    ]
    assert len({essence_of(ledger), *others}) == 7


def test_essence_of_the_discount_is_its_own(small):
    """Evidence about another parameter leaves the discount's essence as it is."""
    one, other = small(("E1", "A", RATIO, 2.0)), small(("E1", "A", RATIO, 3.0))
    assert essence_of(one, name="c") == essence_of(other, name="c")
