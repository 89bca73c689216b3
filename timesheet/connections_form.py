"""The form above the list of connections."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.conditions import Condition
from timesheet.services.connections import EVERYBODY, ORDERS

MOST_PRESSING = "state"

ORDER_NAMES = {
    "state": _("Most pressing first"),
    "name": _("Name"),
    "-success": _("Latest success first"),
    "success": _("Latest success last"),
    "-failure": _("Latest failure first"),
    "-requests": _("Most requests first"),
    "-slowed": _("Most slowed down first"),
    "-edits": _("Most open edits first"),
}


class ConnectionsForm(forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All who are connected")),
            *Condition.choices,
            (EVERYBODY, _("Everybody in the workspace")),
        ],
    )
    q = forms.CharField(
        label=_("Name or mail"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=list(ORDER_NAMES.items()))

    @property
    def order(self) -> str:
        """Any that a column can have, whether the field offers it or not."""
        asked = self.data.get("sort", "")
        return asked if asked.removeprefix("-") in ORDERS else MOST_PRESSING

    @property
    def asked(self) -> dict[str, str]:
        """Which rows are meant, as far as what was sent makes sense."""
        self.is_valid()
        return {
            "state": self.cleaned_data.get("state", ""),
            "text": self.cleaned_data.get("q", ""),
        }
