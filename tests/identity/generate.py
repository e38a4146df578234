"""Random legal scenarios: number in, checked scenario out, always the same for the same number.

The data is checked as a file's would be, by the functions behind `spec.load`, without writing YAML.
"""

from __future__ import annotations

import random
from typing import Any

from scenario.errors import SpecError
from scenario.spec import check, check_numbers
from scenario.spec.complaints import Places, validate
from scenario.spec.defaults import fill
from scenario.spec.document import dotted
from scenario.spec.load import BASE
from scenario.spec.register import numbers
from scenario.spec.scenario import Scenario
from scenario.spec.schema import ScenarioSpec
from tests.identity.build import Builder
from tests.identity.plan import make_plan


def generate(number: int) -> Scenario:
    """Return a random scenario.

    Parameters
    ----------
    number
        Which one, any whole number >= 0.

    Raises
    ------
    SpecError
        The generator has made what the project refuses: a bug here, or a schema that has grown a rule.
    """
    return loaded(plain_data(number), file=f"random-{number}")


def plain_data(number: int) -> dict[str, Any]:
    """Return what a file would hold for the random scenario of a number."""
    return Builder(make_plan(random.Random(number))).build()


def loaded(data: dict[str, Any], *, file: str) -> Scenario:
    """Return plain data as a scenario that passed every check."""
    filled, inherited = fill(data)
    places = Places(file=file, lines={}, inherited=inherited)
    spec = validate(ScenarioSpec, filled)
    found = [*check.findings(spec), *check_numbers.findings(numbers(spec), None)]
    if found:
        raise SpecError([places.problem(f.path, f.rule, f.got, code=f.code, hint=f.hint) for f in found])
    origins = {entry.path: places.declared(tuple(entry.path.split("."))) for entry in numbers(spec)}
    return Scenario(
        spec=spec,
        ledger=None,
        variant=BASE,
        overrides=(),
        without=(),
        data=filled,
        declared_at={path: dotted(origin) for path, origin in origins.items() if dotted(origin) != path},
        file=file,
    )
