"""Figures made from the synthetic tables, once for all tests of charts."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from scenario.charts.data import FigureData

NAMES = (
    "incidence",
    "incidence-senders",
    "difference",
    "difference-noise",
    "difference-probability",
    "difference-flow",
    "actors",
    "run",
    "flow",
)


def _loaded(name: str) -> ModuleType:
    """Return the module of a file beside this one."""
    place = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert place is not None
    assert place.loader is not None
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def synthetic() -> ModuleType:
    """Return the generator of synthetic tables."""
    return _loaded("synthetic")


@pytest.fixture(scope="session")
def laboratory() -> ModuleType:
    """Return the tables of the experiments laboratory and what looks at a drawing."""
    return _loaded("laboratory")


@pytest.fixture(scope="session")
def studies(laboratory: ModuleType, synthetic: ModuleType) -> dict[str, FigureData]:
    """Return every figure of the laboratory by name."""
    made: dict[str, FigureData] = laboratory.figures(synthetic.context())
    return made


@pytest.fixture(scope="session")
def figures(synthetic: ModuleType) -> dict[str, FigureData]:
    """Return every kind of figure by name."""
    made: dict[str, FigureData] = synthetic.figures()
    assert tuple(made) == NAMES
    return made


@pytest.fixture(params=NAMES)
def data(request: pytest.FixtureRequest, figures: dict[str, FigureData]) -> FigureData:
    """Return one figure after the other."""
    return figures[request.param]
