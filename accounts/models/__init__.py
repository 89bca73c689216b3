"""People, their connections to Asana and their roles, in `tables`: Django and everybody else look
for them here. Rules about them live in `connections`, `access` and their like."""

from accounts.models.audit import Action, AppendOnly, Event
from accounts.models.connections import Budget, Connection, Passage, Traffic, Trouble
from accounts.models.installation import App, Attempt, Heartbeat, Served
from accounts.models.managers import Reviewed, Reviewer
from accounts.models.people import Admin, User, UserManager, new_session_salt

__all__ = [
    "Action",
    "Admin",
    "App",
    "AppendOnly",
    "Attempt",
    "Budget",
    "Connection",
    "Event",
    "Heartbeat",
    "Passage",
    "Reviewed",
    "Reviewer",
    "Served",
    "Traffic",
    "Trouble",
    "User",
    "UserManager",
    "new_session_salt",
]
