"""What of a week could not be read from Asana."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.asana.records import Entry, Records


@dataclass(frozen=True)
class ReadFailures:
    """The entries of a week that could not be read, or not in full."""

    # Entries without some of their fields, which may be the task; their hours are known.
    partial: int = 0
    partial_minutes: int = 0
    # Entries that are missing from the week altogether, and their minutes as far as known.
    missing: int = 0
    missing_minutes: int = 0

    @property
    def any(self) -> bool:
        """Whether anything could not be read."""
        return bool(self.partial or self.missing)


NO_FAILURES = ReadFailures()


def failures_in(entries: Records[Entry]) -> ReadFailures:
    """Return what could not be read of the entries of a week."""
    partial = [entry.duration_minutes for entry in entries if entry.is_partial]
    missing = [record.minutes or 0 for record in entries.unreadable]
    return ReadFailures(len(partial), sum(partial), len(missing), sum(missing))
