"""Path converters of the timesheet's addresses."""

from __future__ import annotations

from timesheet.domain.week import Week


class WeekConverter:
    """Converts a week, written 2026-W48."""

    regex = "[0-9]{4}-W[0-9]{2}"

    def to_python(self, value: str) -> Week:
        """Parse a week. Raises `ValueError`, which Django answers with 404."""
        return Week.parse(value)

    def to_url(self, value: Week) -> str:
        """Write a week as its address has it."""
        return str(value)
