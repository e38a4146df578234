"""The pages that nobody writes by hand are those that the code gives now."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from docs.generator import errors, fields, gallery, pages
from docs.generator.doctests import with_section
from docs.generator.meanings import MEANINGS
from scenario.spec.ledger import Ledger
from scenario.spec.schema import ScenarioSpec
from scenario.spec.sweep import SweepSpec

MADE = pages.pages()
PACKAGE = Path(errors.PACKAGE)


@pytest.mark.parametrize("name", MADE)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    """The committed page is the one that would be written now."""
    path = pages.DOCS / name
    assert path.read_text(encoding="utf-8") == MADE[name], "write it with: python -m docs.generator"


def test_every_key_of_the_base_case_has_its_row() -> None:
    """Each key that the base case writes stands in the reference of scenario files."""
    text = (pages.DOCS.parent / "configs" / "iran-russia-missiles-2024.yaml").read_text(encoding="utf-8")
    written = set(re.findall(r"^ {0,2}([a-z_]+):", text, flags=re.MULTILINE))
    page = MADE["reference/scenario-file.md"]
    free = {name for name in written if f"| `{name}` |" not in page}
    declared = set(re.findall(r"^  ([a-z_]+):", text, flags=re.MULTILINE))
    assert free <= declared | {"defaults"}
    assert {"act", "horizon_days", "p_true", "credibility", "p_execute", "pressure_weight"} <= written - free


def test_no_meaning_is_given_twice_or_for_nothing() -> None:
    """Each meaning that the generator adds is of a key to which the schema gives none."""
    known, described = set[str](), set[str]()
    stack = [ScenarioSpec, Ledger, SweepSpec]
    while stack:
        model = stack.pop()
        for name, info in model.model_fields.items():
            known.add(f"{model.__name__}.{name}")
            if info.description:
                described.add(f"{model.__name__}.{name}")
        stack += [
            kind
            for kind in _models_below(model)
            if f"{kind.__name__}.{next(iter(kind.model_fields))}" not in known
        ]
    assert set(MEANINGS) <= known
    assert set(MEANINGS) & described == set()


def _models_below(model: type[ScenarioSpec]) -> list[type[ScenarioSpec]]:
    """Return the models that stand directly under a model's keys."""
    slots = [
        part
        for slot in fields.fields(model).values()
        for part in (slot, slot.entries, *slot.elements)
        if part
    ]
    return [slot.model for slot in slots if slot.model is not None]


def test_the_unit_and_range_of_a_number_are_on_the_page() -> None:
    """The patience of a sender is told in days, 0 to 3,650, as a lever; the floor of a measure as no lever."""
    page = MADE["reference/scenario-file.md"]
    assert re.search(
        r"\| `patience_days` \|.*\[number\]\(#numbers\), day \(\*\*lever\*\*\) \| 0 to 3,650 \|", page
    )
    assert re.search(r"\| `floor` \|.*\[number\]\(#numbers\), probability \| 0 to 1 \| required \|", page)


def test_every_command_and_each_of_its_options_has_its_row() -> None:
    """The page names each option that the command line's sources declare."""
    page = MADE["reference/commands.md"]
    sources = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("cli*.py"))
    options = set(re.findall(r'"(--?[a-z][a-z-]*)"', sources))
    assert {"--json", "--seed", "--half-width", "--without", "-n"} <= options
    assert {name for name in options if f"`{name}" not in page} == set()


def test_every_code_in_the_package_has_a_rule() -> None:
    """Each code that stands in the sources is on the page with what must hold."""
    rules = errors.rules_of_codes()
    text = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    assert set(re.findall(r'"([AE][1-9]\d\d)"', text)) - {"E100"} == set(rules)
    assert {code for code, found in rules.items() if not any(found)} == set()
    assert rules["E306"] == ["--run must be a run's id such as e0012-r003"]


def test_every_public_function_of_the_packages_is_in_the_reference() -> None:
    """Each module with a public function or class stands on the page of its package."""
    listed = set(re.findall(r"^::: (scenario\.\S+)", "".join(MADE.values()), flags=re.MULTILINE))
    for path in PACKAGE.rglob("*.py"):
        inside = path.relative_to(PACKAGE)
        public = [
            node
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"
        ]
        if public and len(inside.parts) > 1 and inside.parts[0] != "ui":
            name = ".".join(("scenario", *inside.with_suffix("").parts)).removesuffix(".__init__")
            assert name in listed, name


def test_examples_in_running_text_get_a_section_of_their_own() -> None:
    """A doctest moves to the end, under Examples; a docstring with such a section stays as it is."""
    text = "Do a thing.\n\n>>> thing(1)\n2\n\nReturns\n-------\nA number."
    assert (
        with_section(text)
        == "Do a thing.\n\nReturns\n-------\nA number.\n\nExamples\n--------\n>>> thing(1)\n2\n"
    )
    kept = "Do it.\n\nExamples\n--------\n>>> thing(1)\n2"
    assert with_section(kept) == kept


def test_every_script_of_the_gallery_is_on_the_page_and_short() -> None:
    """Each script stands on the page once, and has at most 40 lines."""
    scripts = {path.stem: path for path in gallery.SCRIPTS.glob("*.py")}
    assert sorted(scripts) == sorted(gallery.ORDER)
    assert all(len(path.read_text(encoding="utf-8").splitlines()) <= 40 for path in scripts.values())


def test_every_picture_of_the_gallery_was_made_from_its_script_as_it_stands() -> None:
    """Beside each picture stands the digest of the script that drew it."""
    made = {name: gallery.digest(name) for name in gallery.ORDER}
    assert gallery.recorded() == made, "make them with: python -m docs.generator --pictures"
    assert {path.stem for path in gallery.PICTURES.glob("*.png")} == set(made)
