"""The tables of the timesheet. Django and all other modules import them from here."""

from timesheet.models.approvals import Decision, DecisionMail, SentBackWeek, SentDecision
from timesheet.models.capacity import CapacityChange, HalfDayOff
from timesheet.models.journal import DeliveryLock, DeliveryMark, Edit, EditQuerySet, Step
from timesheet.models.planning import BudgetAlert, ProjectSelection
from timesheet.models.preferences import Preferences, default_targets
from timesheet.models.reminders import MailKind, ReminderRun, SentReminder, Unsubscribed
from timesheet.models.rows import AddedRow, PinnedTask
from timesheet.models.saved_views import SavedView
from timesheet.models.schedules import ReportSchedule
from timesheet.models.stored_weeks import StoredWeek
from timesheet.models.timers import Timer
from timesheet.models.week_templates import WeekTemplate
from timesheet.models.workspace_policy import WorkspacePolicy

__all__ = [
    "AddedRow",
    "BudgetAlert",
    "CapacityChange",
    "Decision",
    "DecisionMail",
    "DeliveryLock",
    "DeliveryMark",
    "Edit",
    "EditQuerySet",
    "HalfDayOff",
    "MailKind",
    "PinnedTask",
    "Preferences",
    "ProjectSelection",
    "ReminderRun",
    "ReportSchedule",
    "SavedView",
    "SentBackWeek",
    "SentDecision",
    "SentReminder",
    "Step",
    "StoredWeek",
    "Timer",
    "Unsubscribed",
    "WeekTemplate",
    "WorkspacePolicy",
    "default_targets",
]
