"""The form of a workspace's email schedule."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.audit import Value
from timesheet.models import WorkspacePolicy
from timesheet.sheets.policy import save_columns

SCHEDULE = ("reminders_on", "digest", "remind_weekday", "remind_at", "time_zone")


@cache
def _zones() -> list[tuple[str, str]]:
    cities = (name for name in available_timezones() if "/" in name and name[:4] != "Etc/")
    return [(name, name.replace("_", " ")) for name in ["UTC", *sorted(cities)]]


class RemindersForm(forms.ModelForm):  # type: ignore[type-arg]
    """The weekly reminders and digests of a workspace."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_zones)

    class Meta:
        model = WorkspacePolicy
        fields = SCHEDULE
        labels = {
            "reminders_on": _("Email people with missing hours"),
            "digest": _("Email managers a digest of their team"),
            "remind_weekday": _("Every"),
            "remind_at": _("At"),
        }
        widgets = {"remind_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def save(self, commit: bool = True) -> WorkspacePolicy:
        if commit:
            save_columns(self.instance, (*SCHEDULE, "schedule_changed_at"))
        workspace_policy: WorkspacePolicy = self.instance
        return workspace_policy

    @property
    def audit_values(self) -> dict[str, Value]:
        """The current values, for the audit log."""
        workspace_policy: WorkspacePolicy = self.instance
        return {
            "reminders": workspace_policy.reminders_on,
            "digest": workspace_policy.digest,
            "weekday": workspace_policy.get_remind_weekday_display(),
            "time": workspace_policy.remind_at.strftime("%H:%M"),
            "time_zone": workspace_policy.time_zone,
        }
