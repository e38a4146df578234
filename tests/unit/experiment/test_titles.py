from __future__ import annotations

from collections import Counter

import pytest

from scenario.experiment.factors import title_of
from scenario.spec.files import list_scenarios
from scenario.spec.load import load

CASE = "iran-russia-missiles-2024"


@pytest.mark.parametrize("case", [listed.name for listed in list_scenarios()])
def test_no_two_numbers_are_called_the_same(case: str) -> None:
    """Every number of a shipped case has a title of its own."""
    scenario = load(case)
    declared = {scenario.declared_at.get(entry.path, entry.path): entry for entry in scenario.numbers}
    titles = Counter(title_of(path, entry, scenario) for path, entry in declared.items())
    assert [title for title, n in titles.items() if n > 1] == []


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("act.p_true", "Act: probability that the allegation is true at as_of"),
        ("senders.us.patience_days", "How long Washington waits"),
        (
            "senders.france.follows.us",
            "France: probability of following this leader without a finding (United States)",
        ),
        ("response.draft_new.median", "Response: median delay (draft new)"),
        ("forums.nato.off_calendar_lag.median", "NATO: median delay (off calendar lag)"),
    ],
)
def test_titles_say_whose_a_number_is_and_what(path: str, title: str) -> None:
    """A lever has its own title; others say owner and meaning, and in brackets what tells them from their like."""
    scenario = load(CASE)
    entry = next(entry for entry in scenario.numbers if entry.path == path)
    assert title_of(path, entry, scenario) == title
