"""What we keep beside Asana: Django and everybody else look for it here."""

from timesheet.models.approvals import Decision
from timesheet.models.journal import Edit, EditQuerySet, Outbox, Step
from timesheet.models.preferences import Preferences, usual_targets
from timesheet.models.reminders import Kind, Reminded, Round, Unsubscribed
from timesheet.models.rows import Pin, Row
from timesheet.models.saved_views import SavedView
from timesheet.models.workspace_policy import House

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
