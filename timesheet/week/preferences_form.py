"""The form of a person's preferences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.workspaces.membership import may_approve_somewhere
from timesheet.core.form_fields import TargetField, weekday_names
from timesheet.models import MailKind, Preferences
from timesheet.reminders.subscriptions import set_wants_emails, wants_emails

# Values of `whose_targets`: each workspace's, or the person's own.
THEIRS, OWN = "theirs", "own"
# The emails that a person can turn off, by the name of their field.
EMAILS = {
    "reminders": (MailKind.SHORT, _("Email me when I’m missing hours")),
    "sent_back": (MailKind.SENT_BACK, _("Email me when a week is sent back to me")),
    "approved": (MailKind.APPROVED, _("Email me when my week is approved")),
}
# Those that managers, and people who stand in for them, can turn off too.
MANAGER_EMAILS = {
    "submitted": (MailKind.SUBMITTED, _("Email me each morning which weeks were submitted to me")),
    "digest": (MailKind.DIGEST, _("Email me a weekly summary of my team")),
}


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person's preferences, and whether they are reminded by mail."""

    whose_targets = forms.ChoiceField(
        required=False,
        choices=[(THEIRS, _("Use workspace hours")), (OWN, _("Use my own hours:"))],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Preferences
        fields = ["duration_format", "weekends", "order", "theme"]
        labels = {
            "duration_format": _("Durations"),
            "weekends": _("Weekends"),
            "order": _("Sort tasks by"),
            "theme": _("Appearance"),
        }
        widgets = dict.fromkeys(fields, forms.RadioSelect)

    def __init__(self, *args: Any, theirs: Sequence[int], **kwargs: Any) -> None:
        """`theirs` is what the workspace that they were in last expects of them, in minutes."""
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.targets = list(self.instance.targets or theirs)
        own, names = self.instance.targets, weekday_names()
        self.fields["whose_targets"].initial = OWN if own else THEIRS
        for place, minutes in enumerate(self.targets):
            field = TargetField(required=False, label=names[place], initial=minutes)
            field.widget.attrs = {"class": "hours", "autocomplete": "off", "inputmode": "text"}
            self.fields[f"target_{place}"] = field
        gid = self.instance.user.gid
        self.emails = EMAILS | (MANAGER_EMAILS if may_approve_somewhere(gid) else {})
        for name, (kind, label) in self.emails.items():
            self.fields[name] = forms.BooleanField(
                required=False, label=label, initial=wants_emails(gid, kind)
            )

    @property
    def target_fields(self) -> list[forms.BoundField]:
        """The fields of the targets, Monday's first."""
        return [self[f"target_{place}"] for place in range(7)]

    @property
    def choice_fields(self) -> list[forms.BoundField]:
        """The fields that are stored as they are."""
        return [self[name] for name in self.Meta.fields]

    @property
    def email_fields(self) -> list[forms.BoundField]:
        """The fields of the emails that the person gets."""
        return [self[name] for name in self.emails]

    @property
    def week_minutes(self) -> int:
        """The target minutes of a week."""
        return sum(self.targets)

    def save(self, commit: bool = True) -> Preferences:
        own = [self.cleaned_data[f"target_{place}"] for place in range(7)]
        # Changing the hours counts as choosing one's own.
        theirs = self.cleaned_data["whose_targets"] == THEIRS and own == self.targets
        self.instance.targets = None if theirs else own
        saved: Preferences = super().save(commit)
        for name, (kind, _label) in self.emails.items():
            if name in self.changed_data:
                set_wants_emails(saved.user.gid, kind, enabled=self.cleaned_data[name])
        return saved
