"""The forms of the page of open edits: its filter, and the reason why edits are discarded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from timesheet.admin.unsynced import messages
from timesheet.admin.unsynced.listing import EditFilter
from timesheet.core.filter_form import FilterForm
from timesheet.core.form_fields import SearchField


class EditFilterForm(FilterForm[EditFilter]):
    """For which reason edits are open, and whose they are."""

    why = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        choices=[("", _("All reasons")), *messages.TITLES.items()],
    )
    who = SearchField(label=_("Person"))

    def build_filter(self, values: Mapping[str, Any]) -> EditFilter:
        """Make the filter."""
        return EditFilter(values.get("why", ""), values.get("who", ""))


class ReasonForm(forms.Form):
    """Why an admin discards other people's edits, for these people to read."""

    reason = forms.CharField(
        label=_("Reason (shown to the people affected)"),
        max_length=500,
        error_messages={
            "required": messages.NO_REASON,
            "max_length": _("Use up to 500 characters."),
        },
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_reason(self) -> str:
        """Join the lines: the reason is shown in the middle of a sentence."""
        return " ".join(self.cleaned_data["reason"].split())
