"""What we keep beside Asana, in `tables`: Django and everybody else look for it here."""

from timesheet.tables.approval import Decision
from timesheet.tables.journal import Edit, EditQuerySet, Outbox, Step
from timesheet.tables.preferences import Preferences, usual_targets
from timesheet.tables.reports import SavedView
from timesheet.tables.rows import Pin, Row

__all__ = [
    "Decision",
    "Edit",
    "EditQuerySet",
    "Outbox",
    "Pin",
    "Preferences",
    "Row",
    "SavedView",
    "Step",
    "usual_targets",
]
