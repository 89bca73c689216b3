"""Numbers in the bodies of requests."""

from __future__ import annotations

from typing import Any

from sandbox.errors import bad_request

LARGEST = 1e12


def amount(name: str, value: Any) -> float:
    """Return a number from 0 on; raises `ApiError` 400."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        raise bad_request(f"{name}: Must be a number of at least 0, not: {value}")
    return value
