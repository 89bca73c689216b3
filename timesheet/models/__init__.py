"""What we keep beside Asana: Django and everybody else look for it here."""

from timesheet.models.approvals import Decision
from timesheet.models.journal import DeliveryLock, Edit, EditQuerySet, Step
from timesheet.models.preferences import Preferences, default_targets
from timesheet.models.reminders import MailKind, ReminderRun, SentReminder, Unsubscribed
from timesheet.models.rows import AddedRow, PinnedTask
from timesheet.models.saved_views import SavedView
from timesheet.models.workspace_policy import WorkspacePolicy

__all__ = [
    "AddedRow",
    "Decision",
    "DeliveryLock",
    "Edit",
    "EditQuerySet",
    "MailKind",
    "PinnedTask",
    "Preferences",
    "ReminderRun",
    "SavedView",
    "SentReminder",
    "Step",
    "Unsubscribed",
    "WorkspacePolicy",
    "default_targets",
]
