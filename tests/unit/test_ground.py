"""The ground: packaging, lock, configuration, and what must never be in the code."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
STREAMLIT = tomllib.loads((REPO / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
SOURCES = sorted((REPO / "scenario").rglob("*.py"))

BANNED_IMPORTS = {"dill", "marshal", "matplotlib.pyplot", "pickle", "pylab", "shelve"}
BANNED_CALLS = {
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen"),
    *(
        "yaml.load",
        "yaml.load_all",
        "yaml.full_load",
        "yaml.unsafe_load",
        "pandas.read_pickle",
        "pd.read_pickle",
    ),
}


def _project_files() -> list[Path]:
    """List what git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPO,
        capture_output=True,
        check=True,
    )
    names = {name for name in listed.stdout.decode().split("\0") if name}
    return [path for path in sorted(REPO / name for name in names) if path.is_file()]


def _files_with(*, words: list[str]) -> list[str]:
    """Name each project file that carries one of the words, with the word."""
    return [
        f"{path.relative_to(REPO)}: {word}"
        for path in _project_files()
        for word in words
        if word.encode() in path.read_bytes()
    ]


def _imports(tree: ast.AST) -> set[str]:
    """Name every module, and every name of a module, that a file imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return names


def _banned(source: str) -> list[str]:
    """Name what a file imports or calls although it must not."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    shells = [
        "shell=True"
        for call in calls
        for keyword in call.keywords
        if keyword.arg == "shell"
        and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
    ]
    called = {ast.unparse(call.func) for call in calls}
    return sorted((_imports(tree) & BANNED_IMPORTS) | (called & BANNED_CALLS) | set(shells))


def test_lock_names_no_address() -> None:
    """The lock holds no address of any host."""
    lock = (REPO / "requirements.lock").read_text(encoding="utf-8")
    assert ":" + "//" not in lock
    assert "--index" not in lock
    assert "--find-links" not in lock


def test_lock_hashes_every_package() -> None:
    """Each package in the lock has an exact version and at least one sha256."""
    lock = (REPO / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert len(entries) > 50
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_lock_holds_every_declared_dependency() -> None:
    """Each runtime, development and build requirement is in the lock."""
    project = PYPROJECT["project"]
    wanted = [
        *PYPROJECT["build-system"]["requires"],
        *project["dependencies"],
        *project["optional-dependencies"]["dev"],
    ]
    names = {re.split(r"[^\w.-]", requirement)[0].lower() for requirement in wanted}
    lock = (REPO / "requirements.lock").read_text(encoding="utf-8")
    assert names - set(re.findall(r"^([\w.-]+)==", lock, flags=re.MULTILINE)) == set()


def test_project_stands_alone() -> None:
    """No file of the project points into the folder beside it or to a tool of the workplace."""
    assert (
        _files_with(words=["../" + "shared", "/." + "library", "farm" + "-bench", "farm" + "-studio"]) == []
    )


def test_no_file_carries_this_checkout_path() -> None:
    """No file of the project holds the absolute path of this checkout."""
    assert _files_with(words=[f"{REPO}/"]) == []


def test_versions_agree() -> None:
    """CITATION.cff, pyproject.toml, the changelog and the installed package name the same version."""
    version = PYPROJECT["project"]["version"]
    citation = (REPO / "CITATION.cff").read_text(encoding="utf-8")
    changelog = (REPO / "CHANGELOG.md").read_text(encoding="utf-8")
    printed = subprocess.run(
        [sys.executable, "-c", "import scenario; print(getattr(scenario, '__version__', ''))"],
        cwd=REPO,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.strip()
    assert re.findall(r"^version: (.+)$", citation, flags=re.MULTILINE) == [version]
    assert f"## {version}" in changelog
    assert printed in {version, ""}


def test_app_listens_on_this_machine_only() -> None:
    """The app's server binds to 127.0.0.1 and reports nothing to anyone."""
    assert STREAMLIT["server"]["address"] == "127.0.0.1"
    assert STREAMLIT["browser"]["gatherUsageStats"] is False
    assert STREAMLIT["client"]["showErrorDetails"] == "none"


def test_streamlit_knows_every_setting() -> None:
    """Each key of the Streamlit configuration is one that the installed Streamlit documents."""
    from streamlit.config import get_config_options

    known = set(get_config_options())
    written = {
        ".".join([section, *([key] if not isinstance(value, dict) else [key, inner])])
        for section, table in STREAMLIT.items()
        for key, value in table.items()
        for inner in (value if isinstance(value, dict) else [""])
    }
    assert len(written) > 10
    assert written - known == set()


def test_wheel_carries_the_configs(tmp_path: Path) -> None:
    """A built wheel holds every file of configs/ under scenario/_configs."""
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(REPO)]
    subprocess.run([sys.executable, *build], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("scenario/_configs/")}
    configs = REPO / "configs"
    kept = [path for path in _project_files() if path.is_relative_to(configs)]
    assert {f"scenario/_configs/{path.relative_to(configs).as_posix()}" for path in kept} == packed


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(REPO).as_posix())
def test_source_runs_no_foreign_code(path: Path) -> None:
    """A source file uses no pyplot, eval, exec, pickle, shell, nor YAML loader that builds objects.

    Dask's own transport between the processes that the user named carries a plan as bytes; no file is read so.
    """
    carried = ["pickle"] if path.name == "cluster.py" else []
    assert _banned(path.read_text(encoding="utf-8")) == carried


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import matplotlib.pyplot as plt", ["matplotlib.pyplot"]),
        ("from matplotlib import pyplot", ["matplotlib.pyplot"]),
        ("import pickle", ["pickle"]),
        ("from pickle import loads", ["pickle"]),
        ("eval('1')", ["eval"]),
        ("import yaml\nyaml.load('')", ["yaml.load"]),
        ("import subprocess\nsubprocess.run('ls', shell=True)", ["shell=True"]),
        ("import yaml, re\nyaml.compose('')\nre.compile('')", []),
    ],
)
def test_ban_sees_planted_code(source: str, found: list[str]) -> None:
    """The ban names what is planted and nothing else."""
    assert _banned(source) == found


@pytest.mark.parametrize(
    "skips",
    [
        "def test_skipped():\n    pytest.skip('no browser')\n",
        "def test_passes():\n    pass\n\npytest.skip('no browser', allow_module_level=True)\n",
        "@pytest.fixture\ndef page():\n    pytest.skip('no browser')\n\ndef test_page(page):\n    pass\n",
    ],
    ids=["test", "module", "fixture"],
)
@pytest.mark.parametrize("ci", ["true", ""])
def test_skip_fails_in_ci_only(tmp_path: Path, ci: str, skips: str) -> None:
    """Pytest fails on a skipped test when CI is true and passes otherwise."""
    conftest = (REPO / "tests" / "conftest.py").read_text(encoding="utf-8")
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "test_passes.py").write_text("def test_passes():\n    pass\n", encoding="utf-8")
    (tmp_path / "test_skips.py").write_text(f"import pytest\n\n{skips}", encoding="utf-8")
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(tmp_path)],
        env=os.environ | {"CI": ci},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (finished.returncode != 0) == bool(ci), finished.stdout
    assert ("every test must run" in finished.stdout) == bool(ci)
