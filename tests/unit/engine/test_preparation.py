"""The compiled engine is kept under the digest of what it follows from, and says when it has to be made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scenario.draws import beta
from scenario.draws import compile as compile_module
from scenario.draws.compile import is_kept, source_digest
from scenario.engine import preparation
from scenario.engine.preparation import ANNOUNCEMENT, DEPENDS_ON, is_prepared
from scenario.errors import SpecError
from scenario.experiment import run as run_module
from scenario.experiment.stream import stream
from scenario.spec.load import load
from scenario.terminal import announce_preparation

PACKAGE = Path(preparation.__file__).parents[1]
KERNEL = PACKAGE / "engine" / "compiled"


def test_the_loaded_engine_is_prepared() -> None:
    """Once the engine is imported nothing has to be prepared."""
    import scenario.engine.compiled.kernel  # noqa: F401

    assert is_prepared()


def test_an_engine_that_is_not_kept_has_to_be_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither loaded nor kept: it has to be compiled first."""
    monkeypatch.delitem(sys.modules, "scenario.engine.compiled.kernel", raising=False)
    monkeypatch.setattr(preparation, "is_kept", lambda *_: False)
    assert not is_prepared()


def test_without_compilation_nothing_is_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where compilation is switched off the reference runs, at once."""
    monkeypatch.delitem(sys.modules, "scenario.engine.compiled.kernel", raising=False)
    monkeypatch.setattr(preparation, "is_kept", lambda *_: False)
    monkeypatch.setattr(preparation, "is_compiling", lambda: False)
    assert is_prepared()


@pytest.mark.parametrize("engine", ["auto", "compiled"])
def test_the_preparation_is_announced(
    engine: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the engine is compiled the error stream says so, with about how long it takes."""
    monkeypatch.setattr(preparation, "is_prepared", lambda: False)
    announce_preparation(engine)
    assert ANNOUNCEMENT in capsys.readouterr().err


@pytest.mark.parametrize(("engine", "is_ready"), [("auto", True), ("reference", False)])
def test_nothing_is_announced_where_nothing_is_compiled(
    engine: str, is_ready: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A prepared engine, or the reference, begins without a word."""
    monkeypatch.setattr(preparation, "is_prepared", lambda: is_ready)
    announce_preparation(engine)
    assert capsys.readouterr().err == ""


class Helper:
    """Stands for the process beside, and notes what became of it."""

    def __init__(self, *, is_stuck: bool = False) -> None:
        self.ends: list[str] = []
        self.is_stuck = is_stuck

    def wait(self, timeout: float | None = None) -> int:
        """Note that somebody waited for it, without end or not."""
        self.ends.append("waited for" if timeout is None else "given time")
        if self.is_stuck and timeout is not None:
            raise subprocess.TimeoutExpired("helper", timeout)
        return 1

    def kill(self) -> None:
        """Note that it was stopped."""
        self.ends.append("killed")


@pytest.fixture
def unprepared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is prepared, there are two cores and a folder to keep code in."""
    monkeypatch.setattr(preparation, "is_prepared", lambda: False)
    monkeypatch.setattr(preparation, "_n_cores", lambda: 2)
    monkeypatch.setattr(preparation, "cache_folder", lambda *_: tmp_path)


@pytest.mark.usefixtures("unprepared")
@pytest.mark.parametrize("is_stuck", [False, True])
def test_a_second_process_compiles_beside_and_is_waited_for(
    is_stuck: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process beside begins first, the engine is loaded meanwhile; however it ends, nothing is raised."""
    helper, order = Helper(is_stuck=is_stuck), []
    monkeypatch.setattr(subprocess, "Popen", lambda words, **_: order.append(words[-1]) or helper)
    monkeypatch.setattr(preparation, "import_module", order.append)
    preparation.prepare()
    assert order == ["import scenario.draws.beta", "scenario.engine.compiled"]
    assert helper.ends == ["given time", "killed", "waited for"]


@pytest.mark.usefixtures("unprepared")
def test_who_stops_the_preparation_stops_the_second_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interruption ends the process beside too, and goes on."""
    helper = Helper()

    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: helper)
    monkeypatch.setattr(preparation, "import_module", interrupted)
    with pytest.raises(KeyboardInterrupt):
        preparation.prepare()
    assert helper.ends == ["killed", "waited for"]


@pytest.mark.usefixtures("unprepared")
@pytest.mark.parametrize("why", ["one core", "nothing can be kept", "no process can start"])
def test_without_a_second_process_the_engine_is_prepared_all_the_same(
    why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On one core, without a cache folder and where no process can be started this process does all of it."""
    loaded: list[str] = []
    tried: list[object] = []

    def started(words: object, **_: object) -> None:
        tried.append(words)
        raise OSError

    if why == "one core":
        monkeypatch.setattr(preparation, "_n_cores", lambda: 1)
    if why == "nothing can be kept":
        monkeypatch.setattr(preparation, "cache_folder", lambda *_: None)
    monkeypatch.setattr(subprocess, "Popen", started)
    monkeypatch.setattr(preparation, "import_module", loaded.append)
    preparation.prepare()
    assert loaded == ["scenario.engine.compiled"]
    assert bool(tried) == (why == "no process can start")


def test_what_the_second_process_is_told_is_found_from_anywhere(tmp_path: Path) -> None:
    """It compiles the beta distribution, in a folder with files of the same names as modules too."""
    for name in ("scenario", "numpy", "random"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    command = [sys.executable, *preparation.HELP]
    assert subprocess.run(command, cwd=tmp_path, check=False, timeout=120).returncode == 0
    assert preparation.HELP[-1].partition("import ")[2] == beta.__name__


def test_a_wrong_question_is_refused_before_anything_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engine and sizes are checked first: a slip of the pen must not cost the time to compile."""
    monkeypatch.setattr(run_module, "prepare", lambda: pytest.fail("nothing must be compiled"))
    case = load("belarus-2020")
    for wrong in ({"engine": "bogus"}, {"n": 0}, {"n": 8, "outer": 2}):
        with pytest.raises(SpecError, match=r"engine must be one of|n must"):
            run_module.run(case, **wrong)
        with pytest.raises(SpecError, match=r"engine must be one of|n must"):
            stream(case, **wrong)


def test_a_run_prepares_before_it_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine is compiled before the first number is drawn, which asks for the beta distribution."""
    order: list[str] = []
    monkeypatch.setattr(run_module, "prepare", lambda: order.append("prepared"))
    monkeypatch.setattr(run_module, "draw_points", lambda *_, **__: order.append("drawn") or 1 / 0)
    for again in (run_module.run, run_module.run_again):
        with pytest.raises(ZeroDivisionError):
            again(load("belarus-2020"), n=4)
    assert order == ["prepared", "drawn"] * 2


def test_a_prepared_engine_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies ready is neither loaded nor compiled again."""
    monkeypatch.setattr(preparation, "is_prepared", lambda: True)
    monkeypatch.setattr(preparation, "import_module", lambda _: pytest.fail("nothing must be loaded"))
    preparation.prepare()


def _edited(file: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Return the digest of the engine in a copy of the package before and after an edit of a file."""
    shutil.copytree(PACKAGE, folder / "scenario", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compile_module, "__file__", str(folder / "scenario" / "draws" / "compile.py"))
    kernel, path = folder / "scenario" / "engine" / "compiled", folder / "scenario" / file
    before = source_digest(kernel, DEPENDS_ON)
    path.write_text(path.read_text(encoding="utf-8") + "\n# an edit\n", encoding="utf-8")
    return before, source_digest(kernel, DEPENDS_ON)


@pytest.mark.parametrize(
    "file", ["engine/rules.py", "engine/compiled/act.py", "spec/coalition.py", "draws/inverse.py"]
)
def test_an_edit_of_what_the_engine_follows_from_changes_its_digest(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules, the engine's own files, the schema and the draws decide where its code is kept."""
    before, after = _edited(file, tmp_path, monkeypatch)
    assert before != after


@pytest.mark.parametrize("file", ["engine/reference/act.py", "ui/bar.py", "analysis/rates.py", "cli.py"])
def test_an_edit_elsewhere_leaves_the_code_where_it_is(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reference, the app and the statistics are no part of the machine code."""
    before, after = _edited(file, tmp_path, monkeypatch)
    assert before == after


def test_kept_code_is_found_by_the_name_of_its_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index file of the module in the folder of the digest means: kept."""
    monkeypatch.setattr(compile_module, "cache_folder", lambda *_: tmp_path)
    assert not is_kept(KERNEL, "kernel", DEPENDS_ON)
    (tmp_path / "kernel.replicate-352.py311.nbi").write_bytes(b"")
    assert is_kept(KERNEL, "kernel", DEPENDS_ON)
    assert not is_kept(KERNEL, "beliefs", DEPENDS_ON)


def test_the_reference_alone_needs_no_kernel() -> None:
    """A run with the reference engine does not load the compiled one."""
    code = (
        "import sys, scenario; scenario.run(scenario.load('belarus-2020'), 1, engine='reference');"
        "print('scenario.engine.compiled.kernel' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ, timeout=120
    )
    assert found.stdout.strip() == "False"
