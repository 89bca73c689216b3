"""The form above the list of connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.connections.status import ConnectionState
from timesheet.admin.connections.service import EVERYBODY, ORDERS, ConnectionFilter
from timesheet.core.filter_form import FilterForm
from timesheet.core.form_fields import SearchField

DEFAULT_ORDER = "state"


class ConnectionFilterForm(FilterForm[ConnectionFilter]):
    """Which connections are listed, and in which order."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All connections")),
            *ConnectionState.choices,
            (EVERYBODY, _("Everyone")),
        ],
    )
    q = SearchField(label=_("Name or email"))
    # Set by the links of the columns, and kept when the filter changes.
    sort = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    @property
    def order(self) -> str:
        """A key of `ORDERS`, with "-" before it for descending."""
        sort = self.data.get("sort", "")
        return sort if sort.removeprefix("-") in ORDERS else DEFAULT_ORDER

    def build_filter(self, values: Mapping[str, Any]) -> ConnectionFilter:
        """Make the filter; it does not hold the order."""
        return ConnectionFilter(values.get("state", ""), values.get("q", ""))
