from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenario.analysis.timing import who_acts
from scenario.errors import DataError

NEVER = float("nan")
OUTCOMES = pd.DataFrame(
    {"adopted_day.us": [1.0, 2.0, 3.0, 4.0, 5.0], "adopted_day.eu": [40.0, NEVER, 43.0, NEVER, NEVER]}
)


def test_each_sender_has_its_quantiles_and_its_never_share() -> None:
    """The US acts on days 1 to 5; the EU on 40 and 43 and in three of five runs never."""
    table = who_acts(OUTCOMES, {"United States": "adopted_day.us", "EU": "adopted_day.eu"})
    assert table["label"].tolist() == ["United States", "EU"]
    assert table.loc[0, ["q5", "q25", "q50", "q75", "q95", "never"]].tolist() == [1, 2, 3, 4, 5, 0]
    assert table.loc[1, ["q5", "q25"]].tolist() == [40, 43]
    assert np.isnan(table.loc[1, ["q50", "q75", "q95"]].astype(float)).all()
    assert table["never"].tolist() == [0.0, 0.6]


def test_a_column_that_is_not_there_is_named() -> None:
    """A sender without a column is refused with the column's name."""
    with pytest.raises(DataError, match=r"time column \(got adopted_day.uk\)"):
        who_acts(OUTCOMES, {"UK": "adopted_day.uk"})
