"""One way to compile: Numba, the same options everywhere, and a cache that cannot go stale.

Numba's own cache looks only at the file of the function itself, so an edit in an imported module
would go on giving the old answer. Here the cache folder is named after a digest of every source
file that compiled code may come from: `scenario/draws`, the folder of the function, and what it says that
it depends on.

What does not live here: anything about chance.
"""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

OPTIONS = {"error_model": "numpy", "nogil": True, "fastmath": False}
N_KEPT_FOLDERS = 3

_njit: Any = numba.njit
_config: Any = numba.config
# Read before anything is changed: the folder that the user asked for, or "".
_USER_FOLDER: str = _config.CACHE_DIR


def compiled(
    *signatures: object, pipeline: type | None = None, depends_on: tuple[str, ...] = ()
) -> Callable[[Function], Function]:
    """Compile a function of scalars and arrays to machine code, cached between processes.

    The options are Numba's `nopython` mode with `error_model="numpy"` (a division by zero gives inf
    or NaN), `nogil`, and no `fastmath`, so that the result has the same bits as the plain function.
    When no cache folder can be written, or what is in it is damaged, the function is compiled
    afresh in this process: slower, never wrong, never an error.

    Parameters
    ----------
    signatures
        Numba signatures such as "float64(float64, float64)". With them the function is compiled
        when its module is imported and accepts nothing else; without, at the first call for each
        combination of argument types.
    pipeline
        A Numba compiler class in place of the usual one.
    depends_on
        Further packages of `scenario` ("engine") whose sources decide what the code does.

    Returns
    -------
    A decorator. The decorated function keeps the plain one: see `plain`.

    Raises
    ------
    numba.core.errors.NumbaError
        The function cannot be compiled.

    Examples
    --------
    >>> @compiled("float64(float64)")
    ... def halve(x: float) -> float:
    ...     return x / 2
    >>> halve(3.0), plain(halve)(3.0)
    (1.5, 1.5)
    """

    def decorate(function: Function) -> Function:
        folder = cache_folder(Path(function.__code__.co_filename).parent, depends_on)
        if folder is not None:
            # Any failure of the cache (disk full, damaged file) is answered by doing without it;
            # a fault of the function itself shows again, uncaught, in the last line.
            try:
                with _numba_cache_in(folder):
                    return _compile(function, signatures, pipeline, is_cached=True)
            except Exception:  # noqa: BLE001 - the reason is given above
                shutil.rmtree(folder, ignore_errors=True)
        return _compile(function, signatures, pipeline, is_cached=False)

    return decorate


def is_kept(source_folder: Path, module: str, depends_on: tuple[str, ...] = ()) -> bool:
    """Tell whether code compiled from a module lies in the cache, so that it need not be compiled anew.

    Parameters
    ----------
    source_folder, depends_on
        As in `cache_folder`.
    module
        Name of the file, without its ending.
    """
    folder = cache_folder(source_folder, depends_on)
    return folder is not None and any(folder.rglob(f"{module}.*.nbi"))


def is_compiling() -> bool:
    """Tell whether functions are compiled at all (`NUMBA_DISABLE_JIT=1` leaves them plain)."""
    return not _config.DISABLE_JIT


def plain(function: Function) -> Function:
    """Return the plain Python function behind a compiled one.

    The functions that it calls stay compiled.

    Parameters
    ----------
    function
        A function decorated with `compiled`; any other (or with `NUMBA_DISABLE_JIT=1`) is its own.
    """
    return cast(Function, getattr(function, "py_func", function))


@cache
def cache_folder(source_folder: Path, depends_on: tuple[str, ...] = ()) -> Path | None:
    """Find a folder to keep compiled code of one source folder, named after what it depends on.

    Tried in turn: the folder in `NUMBA_CACHE_DIR` if set; else `__pycache__` beside the sources,
    then the user's `.cache`. Of older digests the two youngest stay, the others are removed.

    Parameters
    ----------
    source_folder
        Folder of the Python file that defines the function.
    depends_on
        Further packages of `scenario`, as in `compiled`.

    Returns
    -------
    The folder, made and writable; None if there is none.
    """
    name = f"numba-{source_digest(source_folder, depends_on)}"
    for parent in _candidates(source_folder):
        if _is_writable(parent / name):
            _forget_old(parent, kept=name)
            return parent / name
    return None


def source_digest(source_folder: Path, depends_on: tuple[str, ...] = ()) -> str:
    """Digest the sources that code compiled from one folder may depend on.

    sha256 over the names and bytes of `*.py` in `scenario/draws`, in the folder itself, and in the
    packages of `scenario` that are named.

    Parameters
    ----------
    source_folder
        Folder of the Python file that defines the function.
    depends_on
        Further packages of `scenario`, as in `compiled`.

    Returns
    -------
    16 hexadecimal digits.
    """
    digest, package = hashlib.sha256(), Path(__file__).parents[1]
    for folder in (Path(__file__).parent, source_folder, *(package / name for name in depends_on)):
        for path in sorted(folder.glob("*.py")):
            content = path.read_bytes()
            digest.update(f"{path.name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()[:16]


def _compile(
    function: Function, signatures: tuple[object, ...], pipeline: type | None, *, is_cached: bool
) -> Function:
    """Call Numba's decorator with our options."""
    options = OPTIONS if pipeline is None else OPTIONS | {"pipeline_class": pipeline}
    with _collector_at_rest():
        return cast(Function, _njit(list(signatures) or None, cache=is_cached, **options)(function))


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Let no garbage be collected meanwhile: a compiler makes millions of objects that live until it is done."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _numba_cache_in(folder: Path) -> Iterator[None]:
    """Let Numba place the cache of the functions decorated inside the block in a folder."""
    before = _config.CACHE_DIR
    _config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        _config.CACHE_DIR = before


def _candidates(source_folder: Path) -> list[Path]:
    """List the parents of possible cache folders, best first."""
    if _USER_FOLDER:
        return [Path(_USER_FOLDER)]
    # In the user's cache one folder per source folder: two checkouts must not evict each other.
    place = hashlib.sha256(os.fsencode(source_folder)).hexdigest()[:16]
    candidates = [source_folder / "__pycache__"]
    with suppress(RuntimeError):  # an account without a home
        candidates.append(Path.home() / ".cache" / "scenario" / place)
    return candidates


def _is_writable(folder: Path) -> bool:
    """Tell whether a folder exists, or can be made, and takes a file."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def _forget_old(parent: Path, *, kept: str) -> None:
    """Remove all but the youngest cache folders and one by name, so that edits do not pile up."""
    try:
        folders = sorted(parent.glob("numba-*"), key=lambda path: path.stat().st_mtime)
    except OSError:  # another process is cleaning up too
        return
    others = [folder for folder in folders if folder.name != kept]
    for folder in others[: 1 - N_KEPT_FOLDERS]:
        shutil.rmtree(folder, ignore_errors=True)
