"""The plain twins: the same sources with the compiler taken out."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest

from scenario.draws import compile as compile_module
from scenario.draws import inverse, philox, portable


def _load_plain(module: ModuleType, *below: ModuleType) -> ModuleType:
    """Load a module again without the compiler, upon plain twins of the modules below it."""
    spec = importlib.util.spec_from_file_location(f"plain_{module.__name__}", module.__file__)
    twin = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compile_module, "compiled", lambda *_: lambda function: function)
        for other in below:
            patch.setitem(sys.modules, other.__name__.removeprefix("plain_"), other)
        spec.loader.exec_module(twin)
    assert not hasattr(twin, "py_func")
    return twin


@pytest.fixture(scope="session")
def plain_philox() -> ModuleType:
    """Give `philox` as plain Python, inner calls included."""
    return _load_plain(philox)


@pytest.fixture(scope="session")
def plain_portable() -> ModuleType:
    """Give `portable` as plain Python, inner calls included."""
    return _load_plain(portable)


@pytest.fixture(scope="session")
def plain_inverse(plain_portable: ModuleType) -> ModuleType:
    """Give `inverse` as plain Python, inner calls included."""
    twin = _load_plain(inverse, plain_portable)
    assert not hasattr(twin.exp, "py_func")
    return twin
