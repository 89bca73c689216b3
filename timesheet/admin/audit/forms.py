"""The form that narrows the audit log."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import EventFilter
from accounts.models import Action
from timesheet.core.form_fields import SearchField

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AuditForm(forms.Form):
    action = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("Anything")), *Action.choices]
    )
    who = SearchField(label=_("Who"))
    start = forms.DateField(label=_("From"), required=False, widget=DAY)
    end = forms.DateField(label=_("To"), required=False, widget=DAY)

    @property
    def filter(self) -> EventFilter:
        """As far as what was sent makes sense."""
        given = self.cleaned_data if self.is_valid() else {}
        end: date | None = given.get("end")
        return EventFilter(
            given.get("action", ""),
            given.get("who", ""),
            _midnight(given.get("start")),
            _midnight(end + timedelta(days=1)) if end and end < date.max else None,
        )


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
