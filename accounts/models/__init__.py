"""People, their connections to Asana, their roles and the audit log.

Import models from here. What is done with them lives in `connections`, `workspaces`, `sign_in`,
`setup` and `audit`.
"""

from accounts.models.audit import Action, AppendOnly, Event
from accounts.models.connections import (
    ApiUsage,
    Connection,
    ConnectionProblem,
    InFlightRequest,
    RateBudget,
)
from accounts.models.installation import AllowedWorkspace, AsanaApp, Heartbeat, RefusedSignIn
from accounts.models.managers import Delegate, ManagedPerson, Manager
from accounts.models.people import Admin, User, UserManager, UserWorkspace, new_session_salt
from accounts.models.sessions import BrowserSession

__all__ = [
    "Action",
    "Admin",
    "AllowedWorkspace",
    "ApiUsage",
    "AppendOnly",
    "AsanaApp",
    "BrowserSession",
    "Connection",
    "ConnectionProblem",
    "Delegate",
    "Event",
    "Heartbeat",
    "InFlightRequest",
    "ManagedPerson",
    "Manager",
    "RateBudget",
    "RefusedSignIn",
    "User",
    "UserManager",
    "UserWorkspace",
    "new_session_salt",
]
