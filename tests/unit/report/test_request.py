"""What a report is made of, and its command line."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

import scenario
from scenario.errors import SpecError
from scenario.report.request import Request, chosen, first_variant, request_of
from scenario.spec.load import load_text
from scenario.spec.scenario import Scenario

BASE = "iran-russia-missiles-2024"
MINIMAL = Path(__file__).parents[2] / "minimal.yaml"


def _sides(**b: object) -> dict[str, Scenario]:
    """Return the base case and a changed one."""
    return {"A": scenario.load(BASE), "B": scenario.load(BASE, **b)}  # type: ignore[arg-type]


def test_the_command_names_everything_that_was_chosen() -> None:
    """Variants, overrides, evidence, size, seed and choices stand in the command, in a fixed order."""
    b = {"variant": "staged-joint", "overrides": {"response.hold_days": 3.5}, "without": ["E05"]}
    request = request_of(_sides(**b), n=400, seed=7, figures="run,incidence", formats="pdf", stress=True)
    assert request.command == (
        f"scenario report {BASE} --a base --b staged-joint --set response.hold_days=3.5 --without E05 "
        "-n 400 --seed 7 --figures incidence,run --sizes report --formats pdf --stress -o report"
    )


def test_overrides_of_any_variant_come_back_the_same() -> None:
    """The words behind --set load a scenario of the same hash: numbers, texts, lists and distributions."""
    values = {
        "response.hold_days": "3.25",
        "senders.us.patience_days": "{lognormal: {median: 20, range90: [10, 40]}, why: slower}",
        "policy.mode": "words",
        "senders.us.waits_for": "[eu, uk]",
    }
    changed = scenario.load(BASE, overrides=[f"{path}={text}" for path, text in values.items()])
    words = shlex.split(Request(scenarios={"A": changed, "B": scenario.load(BASE)}).command)
    given = [words[i + 1] for i, word in enumerate(words) if word == "--set-a"]
    assert len(given) == 4
    assert scenario.load(BASE, overrides=given).hash == changed.hash


def test_a_file_of_ones_own_stands_by_its_name(tmp_path: Path) -> None:
    """A command never holds a folder: not that of a file, nor that of the output."""
    own = tmp_path / "own.yaml"
    own.write_bytes(MINIMAL.read_bytes())
    command = Request(scenarios={"A": scenario.load(own), "B": scenario.load(own)}).command
    assert command.startswith("scenario report own.yaml --a base --b base ")
    assert str(tmp_path) not in command


def test_an_uploaded_case_is_taken_for_a_yaml_file() -> None:
    """A case that was uploaded has a name alone; the command adds the ending."""
    own = load_text(MINIMAL.read_text(encoding="utf-8"), file="my-case")
    assert Request(scenarios={"A": own, "B": own}).command.startswith("scenario report my-case.yaml ")


def test_choices_come_in_the_order_of_their_declaration() -> None:
    """Names are taken once, in the declared order, whatever order and spaces they were given in."""
    assert chosen("c, a,a", ("a", "b", "c"), option="--x") == ("a", "c")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"figures": "incidenc"},
            r"--figures must be one or more of incidence, .* .got incidenc.*\n.*incidence",
        ),
        ({"sizes": "poster"}, r"--sizes must be one or more of report, half, slide, .* .got poster"),
        ({"formats": "png,gif"}, r"--formats must be one or more of png, svg, pdf, .* .got gif"),
        ({"n": 1}, r"n must be a whole number >= 2 .* .got 1"),
    ],
)
def test_a_wrong_choice_is_one_sentence(options: dict[str, object], message: str) -> None:
    """A name that is not declared is named, with those that are."""
    with pytest.raises(SpecError, match=message):
        request_of(_sides(), **options)  # type: ignore[arg-type]


def test_one_variant_alone_is_refused() -> None:
    """A report compares: A alone is refused, and so is a C without a B."""
    a = scenario.load(BASE)
    for sides in ({"A": a}, {"A": a, "C": a}):
        with pytest.raises(SpecError, match="a report must compare two to four variants, A first"):
            Request(scenarios=sides)


def test_the_first_variant_of_the_file_is_the_default() -> None:
    """B is what the file declares first; base where it declares nothing."""
    assert first_variant(scenario.load(BASE)) == "staged-joint"
    assert (
        first_variant(load_text(MINIMAL.read_text(encoding="utf-8").split("\nvariants:")[0], file="x"))
        == "base"
    )
