"""Hostile numbers, names, paths and texts at full size (`make proof`): every declared field of scenarios and sweeps."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenario.engine.tables import draw_points
from scenario.experiment import factors, plan
from scenario.experiment.plan import Plan, plan_of
from scenario.spec import check_numbers
from scenario.spec.document import parse
from scenario.spec.load import load_text
from scenario.spec.register import numbers
from scenario.spec.scenario import Scenario
from scenario.spec.sweep import sweep_from
from tests.proof.record import recorded
from tests.reliability.hostile import (
    SCENARIO,
    SWEEP,
    Verdicts,
    judge,
    scenario_fields,
    sweep_fields,
)
from tests.reliability.hostile_texts import (
    NAMES,
    PLACES,
    TEXTS,
    Sandbox,
    alive_in,
    answers_with,
    sweep_with,
)
from tests.reliability.test_bad_input import HOSTILE, MINIMAL

pytestmark = pytest.mark.proof

N_POINTS = 32


def _holds(case: Scenario) -> bool:
    """Return whether every number that an engine would get is finite and within its declared bounds."""
    values = draw_points(case, seed=0, n_points=N_POINTS).values
    found = [(values[entry.path], entry.quantity) for entry in numbers(case.spec)]
    plain = [*case.spec.costs.target, *case.spec.costs.senders, case.spec.horizon_days]
    return bool(np.isfinite(plain).all()) and all(
        bool((np.isfinite(drawn) & (drawn >= quantity.low) & (drawn <= quantity.high)).all())
        for drawn, quantity in found
    )


def _sweep_holds(found: Plan) -> bool:
    """Return whether scenarios and points of a sweep hold numbers within their declared bounds only."""
    bounds = {entry.path: entry.quantity for entry in numbers(found.scenarios[0].spec)}
    points = [
        (np.asarray(values, dtype=float), bounds[path])
        for path, values in found.design.values.items()
        if path in bounds
    ]
    return all(map(_holds, found.scenarios)) and all(
        bool((np.isfinite(x) & (x >= quantity.low) & (x <= quantity.high)).all()) for x, quantity in points
    )


def _scenarios(fields: list[Any]) -> Verdicts:
    """Try every hostile value at some fields of a scenario."""
    verdicts = Verdicts()
    for one in fields:
        judge(one, SCENARIO, lambda text: load_text(text, file="case.yaml"), verdicts, bounds=_holds)
    return verdicts


def _sweeps(home: Path) -> Verdicts:
    """Try every hostile value at every field of a sweep, up to its plan."""
    (home / "minimal.yaml").write_text(MINIMAL, encoding="utf-8")
    verdicts = Verdicts()

    def read(text: str) -> Plan:
        return plan_of(sweep_from(parse(text, file="sweep.yaml")), folder=home)

    for one in sweep_fields():
        judge(one, SWEEP, read, verdicts, bounds=_sweep_holds)
    return verdicts


def test_the_sound_data_are_taken(tmp_path: Path) -> None:
    """Without a hostile value scenario and sweep are taken: what is refused is refused for the value."""
    (tmp_path / "minimal.yaml").write_text(MINIMAL, encoding="utf-8")
    assert _holds(load_text(json.dumps(SCENARIO), file="case.yaml"))
    assert _sweep_holds(plan_of(sweep_from(parse(json.dumps(SWEEP), file="sweep.yaml")), folder=tmp_path))


def test_hostile_numbers_of_a_scenario_reach_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every declared number x 13 hostile values: refused where it stands, or within its bounds down to the draws."""
    fields = scenario_fields()
    size = {"fields": len(fields), "values": len(HOSTILE), "inputs": len(fields) * len(HOSTILE)}
    with recorded("hostile-numbers-scenario", size=size, seed=0) as figure:
        verdicts = _scenarios(fields)
        figure |= {**verdicts.counts, "wrong": len(verdicts.wrong)}
        monkeypatch.setattr(check_numbers, "findings", lambda *_: [])
        figure["planted"] = {"bounds of numbers not checked": len(_scenarios(fields[:40]).wrong)}
        assert verdicts.wrong == []
        assert verdicts.counts.total() == size["inputs"]
        assert figure["planted"]["bounds of numbers not checked"] > 0


def test_hostile_numbers_of_a_sweep_reach_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for every declared number of a sweep file, settings and ends of factors, down to its points."""
    n = len(sweep_fields())
    size = {"fields": n, "values": len(HOSTILE), "inputs": n * len(HOSTILE)}
    with recorded("hostile-numbers-sweep", size=size, seed=0) as figure:
        verdicts = _sweeps(tmp_path)
        figure |= {**verdicts.counts, "wrong": len(verdicts.wrong)}
        for module, check, answer in ((factors, "_beyond", []), (plan, "_check_ends", None)):
            monkeypatch.setattr(module, check, lambda *_, answer=answer: answer)
        figure["planted"] = {"ends of factors not checked": len(_sweeps(tmp_path).wrong)}
        assert verdicts.wrong == []
        assert verdicts.counts.total() == size["inputs"]
        assert figure["planted"]["ends of factors not checked"] > 0


def test_no_name_or_path_of_a_sweep_leads_out_of_its_folder(tmp_path: Path) -> None:
    """Hostile names and paths at every name of a sweep: refused, or all that is written lies in the output folder."""
    size = {"places": len(PLACES), "names": len(NAMES), "inputs": len(PLACES) * len(NAMES)}
    with recorded("hostile-names-sweep", size=size, seed=0) as figure:
        box, counts = Sandbox(tmp_path), {"refused": 0, "written_inside": 0}
        wrong = []
        for place in PLACES:
            for name in NAMES:
                verdict = box.tried(place, name)
                if verdict in counts:
                    counts[verdict] += 1
                else:
                    wrong.append(f"{place} = {name!r}: {verdict}")
        figure |= {**counts, "wrong": wrong}
        figure["planted"] = {"a file beside the folder": box.tried("title", "x", leak=True)}
        assert wrong == []
        assert counts["written_inside"] > 0
        assert "outside" in figure["planted"]["a file beside the folder"]


def test_no_text_comes_alive_in_what_sweeps_and_answers_write(tmp_path: Path) -> None:
    """Script, formulas and markup in every text of a sweep and its scenario stay text in CSV, JSON and SVG."""
    size = {"texts": len(TEXTS), "answers": 4}
    with recorded("hostile-texts-answers", size=size, seed=0) as figure:
        alive: list[str] = []
        warned = set[str]()
        n_files = 0
        for number, text in enumerate(TEXTS):
            home = tmp_path / str(number)
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                answers_with(sweep_with(text), home)
            warned |= {str(one.message) for one in told}
            files = [path for path in sorted(home.rglob("*")) if path.is_file()]
            n_files += len(files)
            alive += [f"{text!r}: {told}" for path in files for told in alive_in(path)]
        figure |= {"files": n_files, "alive": alive[:40], "n_alive": len(alive), "warnings": sorted(warned)}
        bad = tmp_path / "bad"
        bad.mkdir()
        (bad / "a.csv").write_text('x,y\n"=cmd()",1\n', encoding="utf-8")
        (bad / "b.svg").write_text("<svg><script>alert(1)</script></svg>", encoding="utf-8")
        (bad / "c.svg").write_text('<svg><g onload="x()"/></svg>', encoding="utf-8")
        (bad / "d.json").write_text('{"a": NaN}', encoding="utf-8")
        figure["planted"] = {path.name: alive_in(path) for path in sorted(bad.iterdir())}
        assert all(figure["planted"].values()), json.dumps(figure["planted"])
        assert alive == []
