"""Pages of the public functions and classes: a list per package, which mkdocstrings fills from the docstrings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import scenario
from docs.generator.markdown import page, table

PACKAGE = Path(scenario.__file__).parent
PACKAGES = ("spec", "evidence", "draws", "engine", "experiment", "analysis", "charts", "questions", "report")
"""What a script may use; the app and the command line have pages of their own."""


def names_page() -> str:
    """Return the page of the names that `import scenario` gives."""
    homes = {name: getattr(scenario, name).__module__ for name in sorted(scenario.__all__) if name[0] != "_"}
    rows = [
        (f"[`scenario.{name}`][{home}.{name}]", _first_sentence(home, name)) for name, home in homes.items()
    ]
    return page(
        "Python",
        "The names that `import scenario` gives, with links to where each is explained. "
        "Everything else is imported from its module, as the pages of the packages name it.",
        table(("name", "what it is"), rows),
    )


def package_page(package: str) -> str:
    """Return the page of one package: its modules in the order of their names."""
    parts = [f"::: scenario.{package}\n    options:\n      members: []"]
    parts += [f"## {module}\n\n::: {module}" for module in modules(package)]
    return page(f"scenario.{package}", *parts)


def modules(package: str) -> Iterator[str]:
    """Yield the modules of a package that have a public function or class."""
    for path in sorted((PACKAGE / package).rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        if name != f"scenario.{package}" and any(_public(path)):
            yield name


def _public(path: Path) -> Iterator[str]:
    """Yield the public functions and classes of a file."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name


def _first_sentence(home: str, name: str) -> str:
    """Return the first line of the docstring of a function or class."""
    path = PACKAGE.parent / Path(*home.split(".")).with_suffix(".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [
        node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name
    ]
    return (ast.get_docstring(found[0]) or "").split("\n")[0]
