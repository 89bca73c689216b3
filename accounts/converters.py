"""Converters for addresses."""

from __future__ import annotations


class GidConverter:
    """Matches a gid; views get it as a string."""

    regex = "[0-9]{1,32}"

    def to_python(self, value: str) -> str:
        """Return the gid for the view."""
        return value

    def to_url(self, value: str) -> str:
        """Return the gid for the address."""
        return value
