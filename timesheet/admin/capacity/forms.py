"""The forms of people's capacity."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from timesheet.admin.capacity.csv_lines import decode
from timesheet.core.form_fields import TargetField, weekday_names

LONGEST_FILE = 1_000_000
TOO_LARGE = _("This file is too large. Choose one up to 1 MB.")
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_NO_DAY = {"invalid": _("Choose a date."), "required": _("Choose a date.")}


class CapacityForm(forms.Form):
    """Hours of each weekday, from a date on; `hours_0` to `hours_6`, Monday first."""

    starts_on = forms.DateField(label=_("From"), widget=_DAY, error_messages=_NO_DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for weekday, name in enumerate(weekday_names()):
            field = TargetField(required=False, label=name)
            field.widget.attrs = {"class": "hours", "autocomplete": "off", "inputmode": "text"}
            self.fields[f"hours_{weekday}"] = field

    @property
    def hours_fields(self) -> list[forms.BoundField]:
        """The fields of the weekdays."""
        return [self[f"hours_{weekday}"] for weekday in range(7)]

    @property
    def minutes(self) -> list[int]:
        """The minutes of each weekday, of a valid form."""
        return [self.cleaned_data[f"hours_{weekday}"] for weekday in range(7)]


class DayForm(forms.Form):
    """One day."""

    day = forms.DateField(label=_("Day"), widget=_DAY, error_messages=_NO_DAY)


class ImportForm(forms.Form):
    """A file of managers and capacities, or its text."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        error_messages={"empty": _("This file is empty.")},
        widget=forms.FileInput(
            attrs={
                "accept": ".csv,.txt,text/csv",
                "data-largest": LONGEST_FILE,
                "data-too-large": TOO_LARGE,
            }
        ),
    )
    text = forms.CharField(
        label=_("Or paste its text"),
        required=False,
        max_length=LONGEST_FILE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        upload = values.get("file")
        if upload is not None:
            if upload.size > LONGEST_FILE:
                raise forms.ValidationError(TOO_LARGE)
            try:
                values["text"] = decode(upload.read())
            except UnicodeDecodeError as error:
                raise forms.ValidationError(
                    _("This isn’t a CSV file. In a spreadsheet, save it as CSV first.")
                ) from error
        if not (values.get("text") or "").strip():
            raise forms.ValidationError(_("Choose a file or paste its text."))
        return values
