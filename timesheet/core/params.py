"""Values read from addresses and forms: each is parsed once, in one way."""

from __future__ import annotations

from uuid import UUID


def as_uuid(text: str) -> UUID | None:
    """Parse a UUID in any spelling that Python accepts; None if `text` is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None
