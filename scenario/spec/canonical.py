"""One text for one meaning: canonical JSON, and the hash that names a scenario."""

from __future__ import annotations

import hashlib
import json
from typing import Any

_EXACT = 2**53
"""Up to here every whole number is a float without loss."""


def canonical_json(data: Any) -> str:
    """Return plain data as JSON that is the same however it was written.

    Keys are sorted, floats are written by `repr`, and a float that is a whole number is written as one, so
    that 1 and 1.0 agree (and 0.0 and -0.0).

    Raises
    ------
    ValueError
        If the data hold NaN or infinity, which no file can hold.

    Examples
    --------
    >>> canonical_json({"b": 1.0, "a": [0.5, 1e3]})
    '{"a":[0.5,1000],"b":1}'
    """
    plain = _normal(data)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=False)


def sha256(data: Any) -> str:
    """Return the sha256 of the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(data).encode("utf-8")).hexdigest()


def _normal(value: Any) -> Any:
    """Return a value with whole floats as integers and large integers as floats, at every depth."""
    if isinstance(value, dict):
        return {str(key): _normal(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_normal(entry) for entry in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if abs(value) > _EXACT:
        return float(value)
    return int(value) if value == int(value) else value
