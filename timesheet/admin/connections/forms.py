"""The form above the list of connections."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.connections.status import ConnectionState
from timesheet.admin.connections.service import EVERYBODY, ORDERS
from timesheet.core.form_fields import SearchField

MOST_PRESSING = "state"


class ConnectionsForm(forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All who are connected")),
            *ConnectionState.choices,
            (EVERYBODY, _("Everybody")),
        ],
    )
    q = SearchField(label=_("Name or e-mail"))
    # Chosen by the columns, and kept when something else is searched for.
    sort = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    @property
    def order(self) -> str:
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
