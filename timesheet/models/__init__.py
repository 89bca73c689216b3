"""The tables of the timesheet. Django and all other modules import them from here."""

from timesheet.models.approvals import Decision, SentDecision
from timesheet.models.journal import DeliveryLock, DeliveryMark, Edit, EditQuerySet, Step
from timesheet.models.planning import BudgetAlert, ProjectSelection
from timesheet.models.preferences import Preferences, default_targets
from timesheet.models.reminders import MailKind, ReminderRun, SentReminder, Unsubscribed
from timesheet.models.rows import AddedRow, PinnedTask
from timesheet.models.saved_views import SavedView
from timesheet.models.schedules import ReportSchedule
from timesheet.models.workspace_policy import WorkspacePolicy

__all__ = [
    "AddedRow",
    "BudgetAlert",
    "Decision",
    "DeliveryLock",
    "DeliveryMark",
    "Edit",
    "EditQuerySet",
    "MailKind",
    "PinnedTask",
    "Preferences",
    "ProjectSelection",
    "ReminderRun",
    "ReportSchedule",
    "SavedView",
    "SentDecision",
    "SentReminder",
    "Step",
    "Unsubscribed",
    "WorkspacePolicy",
    "default_targets",
]
