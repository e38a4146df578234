"""The compiler's cache: used, never stale, never in the way."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from scenario.draws import compile as compile_module
from scenario.draws.compile import cache_folder, compiled, plain, source_digest

INNER = """
from scenario.draws import compiled

@compiled("float64(float64)")
def inner(x):
    return x + {term}
"""
OUTER = """
from scenario.draws import compiled
from cache_probe_inner import inner

@compiled("float64(float64)")
def outer(x):
    return 2.0 * inner(x)
"""


@pytest.fixture
def probe(tmp_path, monkeypatch):
    """A folder of two modules; calling gives the outer one, loaded afresh."""
    monkeypatch.syspath_prepend(tmp_path)
    # Python's own cache looks at whole seconds and the size: two quick edits would look the same.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "cache_probe_outer.py").write_text(OUTER, encoding="utf-8")

    def load(term):
        (tmp_path / "cache_probe_inner.py").write_text(INNER.format(term=term), encoding="utf-8")
        importlib.invalidate_caches()
        cache_folder.cache_clear()
        for name in ("cache_probe_inner", "cache_probe_outer"):
            sys.modules.pop(name, None)
            module = load_file(name, tmp_path / f"{name}.py")
        return module.outer

    def load_file(name, path):
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    load.folder = tmp_path
    yield load
    cache_folder.cache_clear()
    for name in ("cache_probe_inner", "cache_probe_outer"):
        sys.modules.pop(name, None)


def n_hits(function):
    """How often Numba found the function in its cache."""
    return sum(function.stats.cache_hits.values())


def test_second_load_comes_from_the_cache(probe):
    """Unchanged sources are compiled once."""
    first, second = probe("1.0"), probe("1.0")
    assert (n_hits(first), n_hits(second)) == (0, 1)
    assert first(3.0) == second(3.0) == 8


def test_edit_in_an_imported_module_acts_at_once(probe):
    """The outer function gives the new answer although its own file is as it was."""
    assert [probe(term)(3.0) for term in ("1.0", "2.0", "1.0")] == [8, 10, 8]


def test_folder_without_write_access_compiles_all_the_same(probe, monkeypatch):
    """When no folder can be written the function works, uncached."""
    blocked = probe.folder / "blocked"
    blocked.write_text("a file where a folder should be", encoding="utf-8")
    monkeypatch.setattr(compile_module, "_USER_FOLDER", str(blocked))
    assert probe("1.0")(3.0) == 8
    assert cache_folder(probe.folder) is None


def test_second_best_folder_is_taken(probe, monkeypatch):
    """With no room beside the sources the cache goes to the user's folder."""
    (probe.folder / "__pycache__").write_text("a file where a folder should be", encoding="utf-8")
    monkeypatch.setenv("HOME", str(probe.folder / "home"))
    assert probe("1.0")(3.0) == 8
    assert cache_folder(probe.folder).is_relative_to(probe.folder / "home" / ".cache")


def test_damaged_cache_is_compiled_afresh(probe):
    """Cut or garbled cache files give the right answer, and the next load is cached again."""
    probe("1.0")
    folder = cache_folder(probe.folder)
    for path in folder.rglob("*.nb?"):
        path.write_bytes(b"\x80 not what was written")
    assert probe("1.0")(3.0) == 8
    probe("1.0")
    assert n_hits(probe("1.0")) == 1


def test_full_disk_compiles_all_the_same(probe, monkeypatch):
    """An error while the cache is written is not the user's problem."""

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numba.core.caching.IndexDataCacheFile.save", refuse)
    assert probe("1.0")(3.0) == 8


def test_old_cache_folders_do_not_pile_up(probe):
    """After six versions of the sources three cache folders are left, the current among them."""
    for term in range(6):
        probe(f"{term}.0")
    left = list((probe.folder / "__pycache__").glob("numba-*"))
    assert len(left) == 3
    assert cache_folder(probe.folder) in left


def test_users_cache_setting_is_left_alone(probe):
    """Numba's own setting is as before once a function is compiled."""
    import numba

    before = numba.config.CACHE_DIR
    probe("1.0")
    assert before == numba.config.CACHE_DIR


def test_digest_sees_content_and_names(tmp_path):
    """A changed byte or another file name is another digest; the same again is the same."""
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    digests = [source_digest(tmp_path)]
    (tmp_path / "a.py").write_text("x = 2\n", encoding="utf-8")
    digests.append(source_digest(tmp_path))
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    digests.append(source_digest(tmp_path))
    assert len(set(digests)) == 3
    assert source_digest(tmp_path) == digests[-1]


def test_digest_sees_the_generator_from_everywhere(tmp_path, monkeypatch):
    """An edit in the folder of the generator changes the digest of every other folder."""
    draws, engine = tmp_path / "draws", tmp_path / "engine"
    draws.mkdir()
    engine.mkdir()
    monkeypatch.setattr(compile_module, "__file__", str(draws / "compile.py"))
    before = source_digest(engine)
    (draws / "philox.py").write_text("N_ROUNDS = 9\n", encoding="utf-8")
    assert source_digest(engine) != before


def test_plain_is_the_function_as_written():
    """The plain function behind a compiled one is the very object that was decorated."""

    def double(x):
        return 2 * x

    assert plain(compiled("int64(int64)")(double)) is double


def test_plain_of_a_plain_function_is_itself():
    """A function that was never compiled is its own plain version."""
    assert plain(len) is len


def test_division_by_zero_gives_infinity_not_an_error():
    """Compiled arithmetic follows IEEE 754, as NumPy does."""

    @compiled("float64(float64, float64)")
    def ratio(x, y):
        return x / y

    assert ratio(1.0, 0.0) == float("inf")
