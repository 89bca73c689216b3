"""Values read from addresses and forms: each is parsed once, in one way."""

from __future__ import annotations

from uuid import UUID


def as_uuid(text: str) -> UUID | None:
    """Parse a UUID in any spelling that Python accepts; None if `text` is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def positive_int(text: str, *, most_digits: int = 18) -> int | None:
    """Parse a whole number of 0 or more, written in ASCII digits alone.

    None if `text` is anything else or has more than `most_digits` digits: 18 always fit into a
    64-bit key of the database.
    """
    is_number = text.isascii() and text.isdigit() and len(text) <= most_digits
    return int(text) if is_number else None
