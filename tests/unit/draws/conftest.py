"""The plain twins: the same sources with the compiler taken out."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from scenario.draws import compile as compile_module
from scenario.draws import inverse, philox


def _load_plain(module: ModuleType) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"plain_{module.__name__}", module.__file__)
    twin = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compile_module, "compiled", lambda *_: lambda function: function)
        spec.loader.exec_module(twin)
    assert not hasattr(twin, "py_func")
    return twin


@pytest.fixture(scope="session")
def plain_philox() -> ModuleType:
    """Give `philox` as plain Python, inner calls included."""
    return _load_plain(philox)


@pytest.fixture(scope="session")
def plain_inverse() -> ModuleType:
    """Give `inverse` as plain Python, inner calls included."""
    return _load_plain(inverse)
