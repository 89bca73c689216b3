"""The form of a workspace's rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.audit import Value
from timesheet.core.form_fields import TargetField, weekday_names
from timesheet.domain.duration import DAY, show
from timesheet.domain.policy import STEPS, Rule
from timesheet.models import WorkspacePolicy
from timesheet.sheets.holidays import countries, subdivisions
from timesheet.sheets.policy import save_columns

LONGEST_WORDS = 300
LONGEST_NAME = 60
MOST_DAYS_BACK = 3660
NO_DAYS = _("Enter a number of days from 0 to 3660, or leave it empty.")
DAY_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class HolidayForm(forms.Form):
    """A day off of the workspace's own, or a half one."""

    day = forms.DateField(
        label=_("Date"),
        widget=DAY_INPUT,
        error_messages=dict.fromkeys(("invalid", "required"), _("Choose a date.")),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={
            "required": _("Give it a name."),
            "max_length": _("Use up to 60 characters."),
        },
    )
    is_half = forms.BooleanField(label=_("Half day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class HolidayDayForm(forms.Form):
    """The day of a holiday that is removed."""

    day = forms.DateField()


def _back_days(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_DAYS_BACK,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), NO_DAYS),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """All rules of a workspace; `target_0` to `target_6` are its weekdays, Monday first."""

    lock_date = forms.DateField(
        label=_("Locked through (inclusive)"),
        required=False,
        widget=DAY_INPUT,
        error_messages={"invalid": _("This isn’t a date. Try 2026-09-30, or leave it empty.")},
    )
    most_minutes = TargetField(label=_("Maximum hours a day"), required=False)
    back_days_members = _back_days(_("Days back for members"))
    back_days_managers = _back_days(_("Days back for managers and admins"))
    rounding_minutes = forms.TypedChoiceField(
        label=_("Round to"),
        coerce=int,
        choices=[(0, _("No rounding")), *((step, _("%d minutes") % step) for step in STEPS)],
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    subdivision = forms.ChoiceField(label=_("Region"), required=False)

    class Meta:
        model = WorkspacePolicy
        fields = [
            *("lock_date", "no_future", "back_days_members", "back_days_managers"),
            *("most_minutes", "note_required", "rounding_minutes", "rounding"),
            *("country", "subdivision", "own_targets_may_lower"),
        ]
        labels = {
            "no_future": _("Don’t allow future dates"),
            "note_required": _("Every entry needs a note"),
            "rounding": _("Direction"),
            "own_targets_may_lower": _("Allow people to set lower working hours"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        if self.instance.most_minutes >= DAY:
            self.initial["most_minutes"] = ""
        self._offer_countries()
        self._add_targets()
        self._add_words()

    def clean_most_minutes(self) -> int:
        """Take an empty field and 0 for all minutes of a day."""
        return self.cleaned_data["most_minutes"] or DAY

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        part, country = values.get("subdivision"), values.get("country", "")
        if part and part not in dict(subdivisions(country)):
            # It belongs to the country that was selected before.
            values["subdivision"] = ""
        return values

    def save(self, commit: bool = True) -> WorkspacePolicy:
        values = self.cleaned_data
        self.instance.targets = [values[f"target_{weekday}"] for weekday in range(7)]
        sentences = {rule.value: values[f"words_{rule}"] for rule in Rule}
        self.instance.custom_messages = {rule: text for rule, text in sentences.items() if text}
        if commit:
            save_columns(self.instance, (*self.Meta.fields, "targets", "custom_messages"))
        workspace_policy: WorkspacePolicy = self.instance
        return workspace_policy

    @property
    def target_fields(self) -> list[forms.BoundField]:
        """The fields of the weekdays' target hours, Monday first."""
        return [self[f"target_{weekday}"] for weekday in range(7)]

    @property
    def words(self) -> dict[str, forms.BoundField]:
        """The fields of the admins' own messages, by rule."""
        return {rule.value: self[f"words_{rule}"] for rule in Rule}

    def _offer_countries(self) -> None:
        self.fields["country"].choices = [("", _("None")), *countries()]  # type: ignore[attr-defined]
        country = self.data.get("country") if self.is_bound else self.instance.country
        stored_parts = subdivisions(self.instance.country)
        parts = dict([*stored_parts, *subdivisions(country or "")])
        field = self.fields["subdivision"]
        field.choices = [("", _("Whole country")), *parts.items()]  # type: ignore[attr-defined]

    def _add_targets(self) -> None:
        names = weekday_names()
        for weekday, minutes in enumerate(self.instance.targets):
            field = TargetField(required=False, label=names[weekday], initial=minutes)
            field.widget.attrs = {"class": "hours", "autocomplete": "off", "inputmode": "text"}
            self.fields[f"target_{weekday}"] = field

    def _add_words(self) -> None:
        for rule in Rule:
            self.fields[f"words_{rule}"] = forms.CharField(
                label=_("Custom message (optional)"),
                required=False,
                max_length=LONGEST_WORDS,
                initial=self.instance.custom_messages.get(rule.value, ""),
                widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
            )


def audit_values(workspace_policy: WorkspacePolicy) -> dict[str, Value]:
    """Return all rules as plain values for the audit log."""
    return {
        "lock_date": workspace_policy.lock_date and workspace_policy.lock_date.isoformat(),
        "no_future": workspace_policy.no_future,
        "back_days_members": workspace_policy.back_days_members,
        "back_days_managers": workspace_policy.back_days_managers,
        "most_hours": show(workspace_policy.most_minutes),
        "note_required": workspace_policy.note_required,
        "rounding_minutes": workspace_policy.rounding_minutes,
        "rounding": str(workspace_policy.get_rounding_display()),
        "targets": " ".join(show(minutes) for minutes in workspace_policy.targets),
        "own_targets_may_lower": workspace_policy.own_targets_may_lower,
        "country": workspace_policy.country,
        "subdivision": workspace_policy.subdivision,
        **{f"words_{rule}": workspace_policy.custom_messages.get(rule.value, "") for rule in Rule},
    }
