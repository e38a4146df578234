"""A proof that fails says so in its record, also where the record is written by a fixture."""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest

Check = Callable[[pytest.FixtureRequest], None]
FAILED = pytest.StashKey[list[str]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember the tests that failed."""
    report = yield
    if report.failed:
        item.session.stash.setdefault(FAILED, []).append(item.nodeid)
    return report


@pytest.fixture(scope="session")
def assert_none_failed(request: pytest.FixtureRequest) -> Check:
    """Return what a fixture that writes a record calls at its end: it raises where a test of its scope failed."""

    def check(of: pytest.FixtureRequest) -> None:
        failed = request.session.stash.get(FAILED, [])
        assert not [name for name in failed if name.startswith(of.node.nodeid)]

    return check
