"""Forms for the query strings of My hours."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from timesheet.core.form_fields import SearchField
from timesheet.domain.date_range import DateRange

_MONTH = re.compile(r"([12]\d{3})-(\d{2})", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1901, 2998


class MonthField(forms.CharField):
    """A month written 2026-11, cleaned to its first day; None if it is left out."""

    def clean(self, value: Any) -> date | None:
        """Return the first day of the month. Raises `ValidationError`."""
        text = super().clean(value)
        if not text:
            return None
        match = _MONTH.fullmatch(text)
        if match is None or not 1 <= int(match[2]) <= 12 or not _is_year(int(match[1])):
            raise forms.ValidationError(_("There is no such month."))
        return date(int(match[1]), int(match[2]), 1)


class PeriodForm(forms.Form):
    """The month or the year to show, and what of it."""

    month = MonthField(required=False)
    year = forms.IntegerField(required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    # Limits the entries that are listed.
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    project = forms.CharField(required=False, max_length=32)
    query = SearchField()

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None and not _is_year(day.year):
            raise forms.ValidationError(_("There is no such day."))
        return day

    def month_on(self, today: date) -> DateRange:
        """Return the month that is asked for; the one of `today` by default."""
        return DateRange.month_of(self.cleaned_data["month"] or today)

    def year_on(self, today: date) -> DateRange:
        """Return the year that is asked for; the one of `today` by default."""
        year = self.cleaned_data["year"] or today.year
        return DateRange(date(year, 1, 1), date(year, 12, 31))

    def period_on(self, today: date) -> DateRange:
        """Return the year if one is asked for, else the month."""
        return self.year_on(today) if self.cleaned_data["year"] else self.month_on(today)


def _is_year(year: int) -> bool:
    return FIRST_YEAR <= year <= LAST_YEAR
