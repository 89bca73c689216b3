"""The forms of the page of open edits: what narrows it, and why edits are discarded."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from timesheet.admin.unsynced import messages
from timesheet.admin.unsynced.listing import EditFilter
from timesheet.core.form_fields import SearchField


class EditFilterForm(forms.Form):
    why = forms.ChoiceField(
        label=_("Why"), required=False, choices=[("", _("Anything")), *messages.TITLES.items()]
    )
    who = SearchField(label=_("Who"))

    @property
    def filter(self) -> EditFilter:
        """As far as what was sent makes sense."""
        given = self.cleaned_data if self.is_valid() else {}
        return EditFilter(given.get("why", ""), given.get("who", ""))


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why? Whoever typed it reads this."),
        max_length=500,
        error_messages={
            "required": messages.NO_REASON,
            "max_length": _("That is too long: 500 characters at most. Nothing was discarded."),
        },
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )

    def clean_reason(self) -> str:
        """In one line: it stands in the middle of a sentence."""
        return " ".join(self.cleaned_data["reason"].split())
