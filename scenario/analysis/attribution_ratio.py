"""The likelihood ratio of an attribution that a simulation implies, beside the one that senders assume."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from scenario.analysis.clusters import Ratio, ratio, t_quantile
from scenario.analysis.rates import Implied

if TYPE_CHECKING:
    import pandas as pd


def implied_attribution_ratio(outcomes: pd.DataFrame, *, bounds: tuple[float, float]) -> Implied:
    """Return P(attributed | true) / P(attributed | false), with an interval on the logarithm.

    Parameters
    ----------
    outcomes
        The outcome table; columns experiment, is_true, attributed.
    bounds
        The 5-95 % range of the ratio with which senders weigh another government's word, > 0.

    Returns
    -------
    An implied rate without a history (NaN): its bounds are an assumed input, not a record of the past.
    """
    truth = outcomes["is_true"].to_numpy(dtype=bool)
    attributed = outcomes["attributed"].to_numpy(dtype=bool)
    experiment = outcomes["experiment"].to_numpy()
    shares = [ratio(attributed & world, world, experiment) for world in (truth, ~truth)]
    implied, interval, reason = None, None, "needs attributions in true and in false runs"
    if all(_is_told(share) for share in shares):
        given_true, given_false = (float(share.estimate) for share in shares)
        implied, reason = given_true / given_false, ""
        spread = math.hypot(*(float(share.error) / float(share.estimate) for share in shares))
        factor = math.exp(t_quantile(min(share.n_clusters for share in shares)) * spread)
        interval = (implied / factor, implied * factor)
    return Implied(
        name="attribution_ratio",
        title="Likelihood ratio of an attribution (beside the input that senders assume)",
        unit="likelihood ratio",
        implied=implied,
        interval=interval,
        historical=math.nan,
        bounds=bounds,
        basis="assumed input, 5-95 %",
        inside=None if implied is None else bool(bounds[0] <= implied <= bounds[1]),
        n=len(outcomes),
        source="belief.attribution_ratio of the scenario file (assumed)",
        caution="any attribution within the horizon; a single early voice is worth less",
        reason=reason,
    )


def _is_told(share: Ratio) -> bool:
    """Return whether a share is positive and has an error."""
    return bool(np.isfinite(share.error) and share.estimate > 0)
