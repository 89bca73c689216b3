"""What we keep beside Asana. Django looks for all of it here."""

from timesheet.models.approval import Decision
from timesheet.models.journal import Edit, EditQuerySet, Outbox, Step
from timesheet.models.preferences import Preferences, usual_targets
from timesheet.models.rows import Pin, Row

__all__ = [
    "Decision",
    "Edit",
    "EditQuerySet",
    "Outbox",
    "Pin",
    "Preferences",
    "Row",
    "Step",
    "usual_targets",
]
