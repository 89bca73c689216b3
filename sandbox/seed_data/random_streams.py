"""Random streams that are the same on every run."""

from __future__ import annotations

from random import Random


def random_stream(*subject: object) -> Random:
    """Return a stream for this subject only, so that a new task changes no hours."""
    return Random(" ".join(str(word) for word in subject))  # noqa: S311 - made-up data, no secrets
