"""The form that narrows the list of roles."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.workspaces.roles import RoleFilter, RoleKind, RoleState
from timesheet.core.form_fields import SearchField

KINDS = [
    ("", _("Any role")),
    (RoleKind.ADMIN.value, _("Admins")),
    (RoleKind.MANAGER.value, _("Managers")),
    (RoleKind.MEMBER.value, _("Members")),
]
STATES = [
    ("", _("Everybody")),
    (RoleState.HERE.value, _("Signed in before")),
    (RoleState.NEVER.value, _("Never signed in")),
    (RoleState.OFF.value, _("Switched off")),
    (RoleState.LEFT.value, _("Has left")),
]


class RolesForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), required=False, choices=KINDS)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    words = SearchField(label=_("Name or e-mail"))

    @property
    def filter(self) -> RoleFilter:
        """As far as what was sent makes sense."""
        given = self.cleaned_data if self.is_valid() else {}
        kind, state = given.get("role"), given.get("state")
        return RoleFilter(
            RoleKind(kind) if kind else None,
            RoleState(state) if state else None,
            given.get("words", ""),
        )
