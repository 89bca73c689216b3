"""What may stand in an address beside gids: weeks."""

from __future__ import annotations

from django.urls import register_converter

from timesheet.domain.week import Week


class WeekConverter:
    regex = "[0-9]{4}-W[0-9]{2}"

    def to_python(self, value: str) -> Week:
        return Week.parse(value)

    def to_url(self, value: Week) -> str:
        return str(value)


register_converter(WeekConverter, "week")
