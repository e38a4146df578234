"""The marker of the longest proof, so that it can be left out."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", 'mutation: the sample of mutants; `-m "proof and not mutation"` leaves it out'
    )
