"""Small reports, made once for all tests of this folder."""

from __future__ import annotations

import pytest

import scenario
from scenario.report.bundle import bundle
from scenario.report.request import Request
from scenario.report.study import Study, study

BASE = "iran-russia-missiles-2024"
FOUR = ("base", "staged-joint", "proof-first", "words-only")


@pytest.fixture(scope="session")
def small() -> Study:
    """Return a study of 24 runs: two variants, all formats, one figure."""
    sides = {key: scenario.load(BASE, variant=name) for key, name in zip("AB", FOUR, strict=False)}
    request = Request(
        scenarios=sides, n=24, figures=("incidence",), formats=("png", "svg", "pdf"), office=True, stress=True
    )
    return study(request)


@pytest.fixture(scope="session")
def files(small: Study) -> dict[str, bytes]:
    """Return the bundle of the small study."""
    return bundle(small)


@pytest.fixture(scope="session")
def four() -> Study:
    """Return a study of 24 runs of four variants, with the figures that draw them."""
    sides = {key: scenario.load(BASE, variant=name) for key, name in zip("ABCD", FOUR, strict=True)}
    return study(
        Request(
            scenarios=sides, n=24, figures=("incidence", "difference", "actors", "drivers"), formats=("svg",)
        )
    )
