"""The forms of the list of people: its filter, and what is done to those selected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.asana.records import AsanaUser
from accounts.models import Manager
from accounts.workspaces.roles import NO_MANAGER, RoleFilter, RoleKind, RoleState
from timesheet.admin.roles.changes import RoleChange
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


# What selected people can be made at once, in the groups of a menu.
CHANGES = (
    (_("Admins"), (RoleChange.ADMIN, RoleChange.NO_ADMIN)),
    (_("Managers"), (RoleChange.MANAGER, RoleChange.NO_MANAGER)),
    (_("Who can assign people"), (RoleChange.NOBODY, RoleChange.TEAMS, RoleChange.ANYONE)),
)


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


class AssignForm(forms.Form):
    """The manager whom the selected people get."""

    # The list of people sends its forms together: one that is not used must not be in the way.
    use_required_attribute = False

    manager = forms.ChoiceField(
        label=_("Manager"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose a manager.")),
    )
    replace = forms.BooleanField(label=_("Replace their current managers"), required=False)

    def __init__(self, *args: Any, people: Mapping[str, AsanaUser], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        names = [(gid, person.name or gid) for gid, person in people.items()]
        field = self.fields["manager"]
        field.choices = [("", _("Choose a person")), *names]  # type: ignore[attr-defined]


class BulkRoleForm(forms.Form):
    """What the selected people become."""

    use_required_attribute = False

    become = forms.ChoiceField(
        label=_("Role"),
        choices=[
            ("", _("Choose a change")),
            *((name, [(one.value, one.label) for one in group]) for name, group in CHANGES),
        ],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose a change.")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
