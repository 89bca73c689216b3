"""The form that filters the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import EventFilter
from accounts.models import Action
from timesheet.core.filter_form import FilterForm
from timesheet.core.form_fields import SearchField

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class EventFilterForm(FilterForm[EventFilter]):
    """Which action, by or about whom, and on which days, the first and the last included."""

    action = forms.ChoiceField(
        label=_("Event"), required=False, choices=[("", _("All events")), *Action.choices]
    )
    who = SearchField(label=_("Who"))
    start = forms.DateField(label=_("From"), required=False, widget=DAY)
    end = forms.DateField(label=_("To"), required=False, widget=DAY)

    def build_filter(self, values: Mapping[str, Any]) -> EventFilter:
        """Make the filter; its moments are midnights in the time zone of the request."""
        end: date | None = values.get("end")
        return EventFilter(
            values.get("action", ""),
            values.get("who", ""),
            _midnight(values.get("start")),
            _midnight(end + timedelta(days=1)) if end and end < date.max else None,
        )


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
