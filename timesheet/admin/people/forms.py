"""The forms of the list of people: its filter, and what is done to those selected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.asana.records import AsanaUser
from accounts.models import Manager
from accounts.workspaces.roles import NO_MANAGER, RoleFilter, RoleKind, RoleState
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
    manager = forms.ChoiceField(label=_("Manager"), required=False)
    words = SearchField(label=_("Name or email"))

    def __init__(self, *args: Any, workspace: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        managers = Manager.objects.filter(workspace_gid=workspace).order_by("name", "gid")
        names = [(manager.gid, manager.name or manager.gid) for manager in managers]
        field = self.fields["manager"]
        field.choices = [  # type: ignore[attr-defined]
            ("", _("Any manager")),
            (NO_MANAGER, _("No manager")),
            *names,
        ]

    def build_filter(self, values: Mapping[str, Any]) -> RoleFilter:
        """Make the filter."""
        kind, state = values.get("role"), values.get("state")
        return RoleFilter(
            RoleKind(kind) if kind else None,
            RoleState(state) if state else None,
            values.get("words", ""),
            values.get("manager", ""),
        )


class BulkRole(models.TextChoices):
    """What selected people can be made at once."""

    ADMIN = "admin", _("Make admin")
    NO_ADMIN = "no_admin", _("Remove admin role")
    MANAGER = "manager", _("Make manager")
    NO_MANAGER = "no_manager", _("Remove as manager")


class AssignForm(forms.Form):
    """The manager whom the selected people get."""

    manager = forms.ChoiceField(
        label=_("Manager"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose a manager.")),
    )
    replace = forms.BooleanField(label=_("Instead of their current managers"), required=False)

    def __init__(self, *args: Any, people: Mapping[str, AsanaUser], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        names = [(gid, person.name or gid) for gid, person in people.items()]
        field = self.fields["manager"]
        field.choices = [("", _("Choose a person")), *names]  # type: ignore[attr-defined]


class BulkRoleForm(forms.Form):
    """What the selected people become."""

    become = forms.ChoiceField(
        label=_("Role"),
        choices=[("", _("Choose a change")), *BulkRole.choices],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose a change.")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
