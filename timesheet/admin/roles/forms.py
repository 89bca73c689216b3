"""The form that filters the list of roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.workspaces.roles import RoleFilter, RoleKind, RoleState
from timesheet.core.filter_form import FilterForm
from timesheet.core.form_fields import SearchField

KINDS = [
    ("", _("Any role")),
    (RoleKind.ADMIN.value, _("Admins")),
    (RoleKind.MANAGER.value, _("Managers")),
    (RoleKind.MEMBER.value, _("Members")),
]
STATES = [
    ("", _("Everyone")),
    (RoleState.HERE.value, _("Signed in before")),
    (RoleState.NEVER.value, _("Never signed in")),
    (RoleState.OFF.value, _("Deactivated")),
    (RoleState.LEFT.value, _("Left the workspace")),
]


class RoleFilterForm(FilterForm[RoleFilter]):
    """Which role and state, and which words of a name or an address."""

    role = forms.ChoiceField(label=_("Role"), required=False, choices=KINDS)
    state = forms.ChoiceField(label=_("Status"), required=False, choices=STATES)
    words = SearchField(label=_("Name or email"))

    def build_filter(self, values: Mapping[str, Any]) -> RoleFilter:
        """Make the filter."""
        kind, state = values.get("role"), values.get("state")
        return RoleFilter(
            RoleKind(kind) if kind else None,
            RoleState(state) if state else None,
            values.get("words", ""),
        )
