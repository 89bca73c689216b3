"""What we keep beside Asana, in `tables`: Django and everybody else look for it here."""

from timesheet.tables.approval import Decision
from timesheet.tables.house import House
from timesheet.tables.journal import Edit, EditQuerySet, Outbox, Step
from timesheet.tables.preferences import Preferences, usual_targets
from timesheet.tables.reminders import Kind, Reminded, Round, Unsubscribed
from timesheet.tables.reports import SavedView
from timesheet.tables.rows import Pin, Row

__all__ = [
    "Decision",
    "Edit",
    "EditQuerySet",
    "House",
    "Kind",
    "Outbox",
    "Pin",
    "Preferences",
    "Reminded",
    "Round",
    "Row",
    "SavedView",
    "Step",
    "Unsubscribed",
    "usual_targets",
]
