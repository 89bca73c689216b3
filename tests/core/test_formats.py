"""Days in the order of the person's language."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from timesheet.core.formats import day_with_weekday, short_day, short_span, show_weekdays

DAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("language", "parts", "text"),
    [
        ("en", "", "Nov 1"),
        ("en", "weekday", "Sun, Nov 1"),
        ("en", "year", "Nov 1, 2026"),
        ("en", "weekday year", "Sun, Nov 1, 2026"),
        ("en-gb", "", "1 Nov"),
        ("en-gb", "weekday", "Sun 1 Nov"),
        ("en-gb", "weekday year", "Sun 1 Nov 2026"),
        ("de", "year", "1. Nov 2026"),
    ],
)
def test_a_short_day(language, parts, text):
    with translation.override(language):
        assert short_day(DAY, parts) == text


def test_a_day_with_its_weekday():
    with translation.override("en"):
        assert day_with_weekday(DAY) == "Sunday, November 1"
    with translation.override("en-gb"):
        assert day_with_weekday(DAY) == "Sunday, 1 November"


@pytest.mark.parametrize(
    ("language", "last", "parts", "text"),
    [
        ("en", date(2026, 11, 7), "", "Nov 1 – 7"),
        ("en", date(2026, 11, 7), "year", "Nov 1 – 7, 2026"),
        ("en", date(2026, 12, 5), "year", "Nov 1 – Dec 5, 2026"),
        ("en-gb", date(2026, 11, 7), "year", "1 – 7 Nov 2026"),
        ("en-gb", date(2026, 12, 5), "", "1 Nov – 5 Dec"),
        ("de", date(2026, 11, 7), "", "1. – 7. Nov"),
    ],
)
def test_a_short_span(language, last, parts, text):
    with translation.override(language):
        assert short_span(DAY, last, parts) == text


@pytest.mark.parametrize(
    ("language", "minutes", "text"),
    [
        ("en", (480,) * 5 + (0, 0), "Mon–Fri 8:00"),
        ("en", (480, 480, 480, 480, 240, 0, 0), "Mon–Thu 8:00, Fri 4:00"),
        ("en", (0, 240, 0, 240, 0, 0, 0), "Tue 4:00, Thu 4:00"),
        ("en", (0,) * 7, "0:00"),
        ("de", (480,) * 5 + (0, 0), "Mo–Fr 8:00"),
    ],
)
def test_the_hours_of_weekdays(language, minutes, text):
    with translation.override(language):
        assert show_weekdays(minutes) == text
