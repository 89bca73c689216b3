"""The form of a report's schedule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from timesheet.core.form_fields import weekday_names
from timesheet.domain.report_entry import distinct_names
from timesheet.models import ReportSchedule


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg]
    """When a report is sent, and to whom."""

    weekday = forms.TypedChoiceField(label=_("Weekday"), coerce=int)
    recipients = forms.MultipleChoiceField(
        label=_("Send to"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )

    class Meta:
        model = ReportSchedule
        fields = ("frequency", "weekday", "at", "recipients")
        labels = {"frequency": _("Send"), "at": _("At")}
        widgets = {"at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        names = {person.gid: person.name or person.email for person in people}
        labels = distinct_names(names, {person.gid: person.email for person in people})
        self.fields["recipients"].choices = list(labels.items())  # type: ignore[attr-defined]
        self.fields["weekday"].choices = list(enumerate(weekday_names()))  # type: ignore[attr-defined]

    def save(self, commit: bool = True) -> ReportSchedule:
        if commit:
            # What the worker has sent, it may be storing at this moment.
            names = (*self.Meta.fields, "time_zone", "changed_at", "stopped")
            values = {name: getattr(self.instance, name) for name in names}
            ReportSchedule.objects.update_or_create(view_id=self.instance.view_id, defaults=values)
        schedule: ReportSchedule = self.instance
        return schedule
