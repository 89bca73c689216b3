"""The form that narrows the list of roles."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.workspaces.roles import Kind, Narrowed, State
from timesheet.core.form_fields import SearchField

KINDS = [
    ("", _("Any role")),
    (Kind.ADMIN.value, _("Admins")),
    (Kind.MANAGER.value, _("Managers")),
    (Kind.MEMBER.value, _("Members")),
]
STATES = [
    ("", _("Everybody")),
    (State.HERE.value, _("Signed in before")),
    (State.NEVER.value, _("Never signed in")),
    (State.OFF.value, _("Switched off")),
    (State.LEFT.value, _("Has left")),
]


class RolesForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), required=False, choices=KINDS)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    words = SearchField(label=_("Name or e-mail"))

    @property
    def narrowed(self) -> Narrowed:
        """As far as what was sent makes sense."""
        given = self.cleaned_data if self.is_valid() else {}
        kind, state = given.get("role"), given.get("state")
        return Narrowed(
            Kind(kind) if kind else None,
            State(state) if state else None,
            given.get("words", ""),
        )
