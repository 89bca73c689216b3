"""Chance that falls the same way every time, one stream for each subject."""

from __future__ import annotations

from random import Random


def chance(*subject: object) -> Random:
    """A stream of its own: a task more does not move anybody's hours."""
    return Random(" ".join(str(word) for word in subject))  # noqa: S311 - made-up data, no secrets
