"""What the builders say: titles that match the numbers, sides, stacks, lanes, states."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from scenario.analysis.paired import Paired
from scenario.charts.actors import actors_figure, flow_figure
from scenario.charts.difference import difference_figure
from scenario.charts.incidence import incidence_figure, sender_incidence_figure
from scenario.charts.swimlane import swimlane_figure
from scenario.errors import DataError

SENDERS = {"us": "United States", "eu": "European Union"}


def paired(**changes: object) -> Paired:
    """Return a paired difference of 100 runs, 30 of them higher."""
    given: dict[str, object] = {
        "a": 1.0, "b": 4.0, "difference": 3.0, "interval": (2.0, 4.0), "differ": 0.3, "higher": 0.3,
        "lower": 0.0, "equal": 0.7, "noise": False, "n": 100,
    }  # fmt: skip
    return Paired(**(given | changes))  # type: ignore[arg-type]


def curve(**ends: float) -> pd.DataFrame:
    """Return curves that rise in a straight line to their end."""
    parts = [
        pd.DataFrame(
            {"cause": c, "time": [0.0, 365.0], "share": [0.0, e], "lower": e - 0.02, "upper": e + 0.03}
        )
        for c, e in ends.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_incidence_title_counts_both_variants(synthetic: ModuleType) -> None:
    """The title says how many runs of 100 come to it under each variant."""
    data = incidence_figure({"A": curve(attributed=0.4), "B": curve(attributed=0.55)}, synthetic.context())
    expected = (
        "Official attribution comes in 55 of 100 runs under “Staged joint announcement”, against 40 under"
    )
    assert data.title == f"{expected} “Baseline”"
    assert "Simulation error at day 365 (95 %): A ±2.5 and B ±2.5 of 100." in data.note


def test_incidence_title_admits_noise(synthetic: ModuleType) -> None:
    """A difference inside the noise is not announced as one."""
    curves = {"A": curve(attributed=0.4), "B": curve(attributed=0.41)}
    data = incidence_figure(curves, synthetic.context(), paired=paired(noise=True))
    assert (
        data.title
        == "Official attribution: A and B not distinguishable within 365 days (40 and 41 of 100 runs)"
    )


def test_incidence_title_says_that_no_run_differs(synthetic: ModuleType) -> None:
    """Identical variants are said to be identical."""
    curves = {"A": curve(attributed=0.4), "B": curve(attributed=0.4)}
    data = incidence_figure(curves, synthetic.context(), paired=paired(noise=True, differ=0.0))
    assert data.title.endswith("no run differs")


def test_incidence_title_says_never(synthetic: ModuleType) -> None:
    """Where nobody ever attributes, the title says so."""
    curves = {"A": curve(attributed=0.0), "B": curve(attributed=0.0)}
    data = incidence_figure(curves, synthetic.context())
    assert data.title == "Official attribution never comes within 365 days in any run"


def test_incidence_of_one_variant(synthetic: ModuleType) -> None:
    """One variant alone makes a figure too, and is not called paired."""
    alone = synthetic.context(names={"A": "Baseline"}, hashes={"A": "0" * 64})
    data = incidence_figure({"A": curve(attributed=0.4)}, alone)
    assert data.title == "Official attribution comes in 40 of 100 runs within 365 days"
    assert data.subtitle.endswith("n = 400 runs.")


def test_sender_title_names_most_and_least(synthetic: ModuleType) -> None:
    """The title names the sender that acts most often under B and the one that does least."""
    ends = {"US": (0.5, 0.6), "EU": (0.7, 0.2)}
    curves = {who: {"A": curve(adopted=a), "B": curve(adopted=b)} for who, (a, b) in ends.items()}
    data = sender_incidence_figure(curves, synthetic.context())
    assert data.title.endswith("US most often (60 of 100 runs), EU least (20)")


def test_sender_title_says_that_nobody_acts(synthetic: ModuleType) -> None:
    """Where nobody acts there is no most often."""
    curves = {"US": {"A": curve(adopted=0.0), "B": curve(adopted=0.0)}}
    data = sender_incidence_figure(curves, synthetic.context())
    assert data.title.startswith("No sender comes to its first linked measure within 365 days")


@pytest.mark.parametrize(
    ("kind", "unit", "change", "title"),
    [
        ("quantity", "missiles", 3.0, "Flow: on average 3 missiles higher under “Staged joint announcement”"),
        ("time", "day", -3.0, "Flow: on average 3 days earlier under “Staged joint announcement”"),
        ("time", "day", 1.0, "Flow: on average 1 day later under “Staged joint announcement”"),
        ("probability", "probability", 0.3, "Flow: in 30 of 100 runs more under “Staged joint announcement”"),
        (
            "probability",
            "probability",
            -0.3,
            "Flow: in 30 of 100 runs fewer under “Staged joint announcement”",
        ),
    ],
)
def test_difference_title_says_size_and_direction(
    synthetic: ModuleType, kind: str, unit: str, change: float, title: str
) -> None:
    """The title says by how much and which way, in the words of the kind."""
    words = {"outcome": "flow", "unit": unit, "kind": kind}
    data = difference_figure([0.0, change], paired(difference=change), synthetic.context(), **words)
    assert data.title == title


def test_difference_counts_runs(synthetic: ModuleType) -> None:
    """The sentence counts how many runs differ, and which way."""
    shares = paired(differ=0.31, higher=0.2, lower=0.11, equal=0.69)
    data = difference_figure([1.0], shares, synthetic.context(), outcome="x", unit="y", kind="quantity")
    assert data.counts == "B and A differ in 31 of 100 runs: higher in 20, lower in 11, equal in 69"


def test_dots_keep_their_sign(synthetic: ModuleType) -> None:
    """A difference however small never lands on the stack of zero; zero always does."""
    values = [-0.001, 0.0, 0.001, 100.0]
    data = difference_figure(values, paired(), synthetic.context(), outcome="x", unit="y", kind="quantity")
    assert np.sign(data.table["drawn_at"]).tolist() == [-1.0, 0.0, 1.0, 1.0]
    assert data.table["difference"].tolist() == values


def test_dots_stack_upward(synthetic: ModuleType) -> None:
    """Equal dots stand on each other."""
    data = difference_figure([0.0] * 3, paired(), synthetic.context(), outcome="x", unit="y", kind="quantity")
    assert data.table["height"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("dots", [[], [1.0, float("nan")]])
def test_dots_must_be_finite(synthetic: ModuleType, dots: list[float]) -> None:
    """No dot and a dot that is no number are refused."""
    with pytest.raises(DataError, match=r"dots must be finite numbers, at least one .got \["):
        difference_figure(dots, paired(), synthetic.context(), outcome="x", unit="y", kind="quantity")


def timing(median: float) -> pd.DataFrame:
    """Return a table of one sender with this median."""
    row = {"label": "EU", "q5": 1.0, "q25": 2.0, "q50": median, "q75": np.nan, "q95": np.nan, "never": 0.4}
    return pd.DataFrame([row])


def test_actors_title_names_the_first(synthetic: ModuleType) -> None:
    """The title says who leads and by which day half of the runs are there, for both variants."""
    data = actors_figure({"A": timing(np.nan), "B": timing(12.0)}, synthetic.context())
    days = "by day 12 under “Staged joint announcement”, no day under “Baseline”"
    assert data.title == f"First linked measure adopted: EU leads, in half of the runs {days}"
    assert "EU B: median day 12, never 40 of 100" in data.alt


def test_actors_title_says_that_nobody_acts(synthetic: ModuleType) -> None:
    """Medians that are never reached are not ranked."""
    data = actors_figure({"A": timing(3.0), "B": timing(np.nan)}, synthetic.context())
    assert "no sender acts in half of the runs within 365 days" in data.title


def flow(fact: float) -> pd.DataFrame:
    """Return a flow table with these means, fact first."""
    rows = [{"world": w, "mean": m} for w, m in (("fact", fact), ("words", 90.0), ("silent", 100.0))]
    return pd.DataFrame(rows).assign(q5=1.0, q25=2.0, q50=3.0, q75=4.0, q95=5.0)


def test_flow_title_compares_with_silence(synthetic: ModuleType) -> None:
    """The title gives the mean against the silent twin, and admits noise."""
    noise = {"A": paired(noise=True)}
    data = flow_figure({"A": flow(99.0), "B": flow(80.0)}, synthetic.context(), unit="missiles", paired=noise)
    expected = "“Baseline” not distinguishable, “Staged joint announcement” −20 missiles"
    assert data.title == f"Mean net flow against silence: {expected}"


def run_of(synthetic: ModuleType, *rows: tuple[float, str, str, float]) -> pd.DataFrame:
    """Return the table of a run made of (time, kind, actor, value)."""
    log = pd.DataFrame(rows, columns=["time", "kind", "actor", "value"])
    log = log.assign(subject="", experiment=0, replication=0, sequence=range(len(rows)), cause=-1)
    data = swimlane_figure(log, synthetic.context(), run=(0, 0), senders=SENDERS, target="Iran")
    return data.table


def test_target_bars_follow_policy(synthetic: ModuleType) -> None:
    """The target persists until its first change; each state lasts to the next change or the horizon."""
    table = run_of(synthetic, (100.0, "policy", "iran", 1.0), (150.0, "policy", "iran", 2.0))
    bars = table[table["lane"] == "Iran"][["label", "start_day", "end_day"]].to_numpy().tolist()
    assert bars == [["persists", 0.0, 100.0], ["pauses", 100.0, 150.0], ["escalates", 150.0, 365.0]]


def test_sender_bars_show_waiting_and_force(synthetic: ModuleType) -> None:
    """A sender waits from ready to adopted; its measures are in force until they are lifted."""
    rows = [(10.0, "ready", "eu", 1.0), (35.0, "adopted", "eu", 1.0), (36.0, "in_force", "eu", 1.0)]
    table = run_of(synthetic, *rows, (90.0, "lifted", "eu", 1.0))
    bars = table[(table["lane"] == "European Union") & (table["form"] == "bar")]
    found = bars[["label", "start_day", "end_day"]].to_numpy().tolist()
    assert found == [["waiting", 10.0, 35.0], ["in force", 36.0, 90.0]]


def test_same_events_of_a_day_are_one_mark(synthetic: ModuleType) -> None:
    """Three measures adopted at once are one mark with its count and its date."""
    table = run_of(synthetic, *[(35.0, "adopted", "eu", 1.0)] * 3)
    mark = table[table["form"] == "mark"]
    found = mark[["label", "count", "start_date"]].to_numpy().tolist()
    assert found == [["measure adopted", 3, "14 Oct 2024"]]


def test_received_items_are_not_drawn(synthetic: ModuleType) -> None:
    """The arrivals of items, which are many, stay out of the picture."""
    table = run_of(synthetic, (3.0, "received", "us", 0.5), (4.0, "heard", "us", 0.5))
    assert table[table["form"] == "mark"].empty


def test_missing_run_is_refused(synthetic: ModuleType) -> None:
    """A run that the log does not hold is named."""
    with pytest.raises(DataError, match=r"run must be in the event log .got e0099-r001"):
        swimlane_figure(synthetic.events(), synthetic.context(), run=(99, 1), senders=SENDERS, target="Iran")


def test_run_title_tells_the_story(synthetic: ModuleType) -> None:
    """The title says who attributes, who adopts, and what leaves; nothing is a fact too."""
    log = synthetic.events().query("kind == 'shipped'").head(1)
    data = swimlane_figure(log, synthetic.context(), run=(12, 3), senders=SENDERS, target="Iran")
    assert data.title == "One run: nobody attributes; nobody adopts a measure; 1 batch leaves"
