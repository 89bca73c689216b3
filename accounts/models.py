"""People, their connections to Asana and their roles, in `tables`: Django and everybody else look
for them here. Rules about them live in `connections`, `access` and their like."""

from accounts.tables.audit import Action, AppendOnly, Event
from accounts.tables.connections import Budget, Connection, Passage, Traffic, Trouble
from accounts.tables.installation import App, Attempt, Heartbeat, Served
from accounts.tables.people import Admin, User, UserManager, new_session_salt
from accounts.tables.reviewers import Reviewed, Reviewer

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
