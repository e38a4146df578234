"""A small app for tests: four paired runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from scenario.ui import results, running, settings, shell
from scenario.ui.selection import Case, Selection, presets, scenario_from, shipped

APP = Path(__file__).resolve().parents[3] / "app.py"

Start = Callable[..., AppTest]


class Ready:
    """Stands in for the preparation of the engine."""

    is_ready = True


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Yield a function that opens a page of the app with parameters of a link; few runs."""
    monkeypatch.setattr(settings, "FEW", 4)
    monkeypatch.setattr(settings, "MANY", 8)
    for module in (shell, running):
        monkeypatch.setattr(module, "preparation", Ready)

    def opened(path: str = "", **params: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=120)
        app._page_hash = calc_hash(path) if path else ""
        for name, value in params.items():
            app.query_params[name] = value
        return app.run()

    yield opened
    results.STORE.clear()


@pytest.fixture(scope="session")
def case() -> Case:
    """Return the base case."""
    return shipped()[0]


@pytest.fixture(scope="session")
def selection(case: Case) -> Selection:
    """Return the base case against the first of its variants."""
    chosen = dict(zip("AB", presets(case).values(), strict=False))
    return Selection(
        case=case,
        sides={letter: scenario_from(case, preset) for letter, preset in chosen.items()},
        names={letter: preset.title for letter, preset in chosen.items()},
        focus=settings.FOCUSES[0],
        day=90,
    )
