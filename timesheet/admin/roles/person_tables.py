"""Where data about a person is stored: which rows are exported, erased, or kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from accounts.encrypted_field import EncryptedTextField
from accounts.models import (
    Admin,
    ApiUsage,
    BrowserSession,
    Connection,
    ConnectionProblem,
    Delegate,
    Event,
    ManagedPerson,
    Manager,
    User,
    UserWorkspace,
)
from timesheet.models import (
    AddedRow,
    BudgetAlert,
    CapacityChange,
    Decision,
    DecisionMail,
    Edit,
    HalfDayOff,
    PinnedTask,
    Preferences,
    ProjectSelection,
    ReminderRun,
    ReportSchedule,
    SavedView,
    SentBackWeek,
    SentDecision,
    SentReminder,
    Step,
    StoredWeek,
    Timer,
    Unsubscribed,
    WeekTemplate,
)

# Not in an export: who has them could act as the person.
SECRET_FIELDS = frozenset({"session_salt", "session_key", "session_data"})


class DataGroup(StrEnum):
    """What rows are about, as people read it."""

    ACCOUNT = "account"
    CONNECTION = "connection"
    ROLES = "roles"
    CAPACITY = "capacity"
    JOURNAL = "journal"
    OWN = "own"
    WEEKS = "weeks"
    DECISIONS = "decisions"
    AUDIT = "audit"

    @property
    def is_kept(self) -> bool:
        """Whether its rows stay when a person is erased."""
        return self in (DataGroup.DECISIONS, DataGroup.AUDIT)


@dataclass(frozen=True)
class PersonTable:
    """A table with rows about people."""

    model: type[Model]
    group: DataGroup
    # Lookups that lead to the person's gid; a row is theirs if one of them does.
    person: tuple[str, ...] = ("user__gid",)
    # The lookup that leads to the workspace's gid; empty for what all workspaces share.
    workspace: str = "workspace_gid"

    def rows(self, gids: Sequence[str], workspace: str = "") -> QuerySet[Any]:
        """Return the rows about these people, of all workspaces or of one."""
        about = reduce(or_, (Q(**{f"{lookup}__in": list(gids)}) for lookup in self.person))
        rows = self.model._default_manager.filter(about)
        return rows.filter(**{self.workspace: workspace}) if workspace and self.workspace else rows

    def gids(self, workspace: str) -> set[str]:
        """Return the gids of those about whom there are rows of a workspace."""
        rows = self.model._default_manager.filter(**{self.workspace: workspace}).order_by()
        found: set[str] = set()
        for lookup in self.person:
            if lookup.endswith("user__gid"):
                # Asked of each user, because there can be millions of rows.
                of_user = rows.filter(**{lookup.removesuffix("__gid"): OuterRef("pk")})
                found.update(User.objects.filter(Exists(of_user)).values_list("gid", flat=True))
            else:
                found.update(rows.values_list(lookup, flat=True).distinct())
        return found

    def exported(self, row: Model) -> dict[str, object]:
        """Return the values of a row by column, without secrets."""
        return {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if not isinstance(field, EncryptedTextField) and field.name not in SECRET_FIELDS
        }


_GID = ("gid",)
_PERSON = ("person_gid",)
_CONNECTION = ("connection__user__gid",)
TABLES = (
    PersonTable(User, DataGroup.ACCOUNT, _GID, ""),
    PersonTable(BrowserSession, DataGroup.ACCOUNT, workspace=""),
    PersonTable(UserWorkspace, DataGroup.ACCOUNT),
    PersonTable(Preferences, DataGroup.ACCOUNT, workspace=""),
    PersonTable(Unsubscribed, DataGroup.ACCOUNT, _PERSON, ""),
    PersonTable(SentReminder, DataGroup.ACCOUNT, _PERSON),
    PersonTable(ReminderRun, DataGroup.ACCOUNT, ("manager_gid",)),
    PersonTable(Connection, DataGroup.CONNECTION, workspace=""),
    PersonTable(ConnectionProblem, DataGroup.CONNECTION, _CONNECTION),
    PersonTable(ApiUsage, DataGroup.CONNECTION, _CONNECTION, ""),
    PersonTable(StoredWeek, DataGroup.CONNECTION, _CONNECTION),
    PersonTable(Admin, DataGroup.ROLES, _GID),
    PersonTable(Manager, DataGroup.ROLES, _GID),
    PersonTable(ManagedPerson, DataGroup.ROLES, _GID, "manager__workspace_gid"),
    PersonTable(Delegate, DataGroup.ROLES, _GID, "manager__workspace_gid"),
    PersonTable(CapacityChange, DataGroup.CAPACITY, _PERSON),
    PersonTable(HalfDayOff, DataGroup.CAPACITY, _PERSON),
    PersonTable(Edit, DataGroup.JOURNAL),
    PersonTable(Step, DataGroup.JOURNAL),
    PersonTable(AddedRow, DataGroup.OWN),
    PersonTable(PinnedTask, DataGroup.OWN),
    PersonTable(WeekTemplate, DataGroup.OWN),
    PersonTable(Timer, DataGroup.OWN),
    PersonTable(SavedView, DataGroup.OWN),
    PersonTable(ReportSchedule, DataGroup.OWN, ("view__user__gid",), "view__workspace_gid"),
    PersonTable(ProjectSelection, DataGroup.OWN),
    PersonTable(BudgetAlert, DataGroup.OWN),
    PersonTable(SentDecision, DataGroup.WEEKS, ("user__gid", "person_gid")),
    PersonTable(SentBackWeek, DataGroup.WEEKS, _PERSON),
    PersonTable(DecisionMail, DataGroup.WEEKS, _PERSON),
    PersonTable(Decision, DataGroup.DECISIONS, ("person_gid", "by_gid")),
    PersonTable(Event, DataGroup.AUDIT, ("actor_gid", "subject_gid")),
)
