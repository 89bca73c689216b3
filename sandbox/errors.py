"""Errors of the API, in Asana's words where they are known."""

from __future__ import annotations

from collections.abc import Mapping

NO_ROUTE = "No matching route for request"
NOT_SERVED = "The sandbox does not serve this operation"
NOT_AUTHORIZED = "Not Authorized"
EXPIRED = (
    "The bearer token has expired. If you have a refresh token, please use it to request a new "
    "bearer token, otherwise allow the user to re-authenticate."
)
RATE_LIMITED = (
    "You've made too many requests and hit a rate limit. "
    "Please retry after the given amount of time."
)
VIEW_ONLY = "You have view-only access to this workspace."
TOO_LARGE = (
    "The result is too large. You should use pagination (may require specifying a workspace)!"
)
ONE_TASK_FILTER = (
    "Must specify exactly one of project, tag, section, user task list, or assignee + workspace"
)


class ApiError(Exception):
    """A request is refused with this status and message."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}


def bad_request(message: str) -> ApiError:
    """Return a 400."""
    return ApiError(400, message)


def missing_input(name: str) -> ApiError:
    """Return the 400 for a missing parameter or field."""
    return ApiError(400, f"{name}: Missing input")


def not_a_gid(name: str, text: str) -> ApiError:
    """Return the 400 for a value that is not a gid."""
    return ApiError(400, f"{name}: Not a recognized ID: {text}")


def unknown_object(name: str, gid: str, status: int = 404) -> ApiError:
    """Return the error for a gid that does not exist: 404 in a path, 400 in a body."""
    return ApiError(status, f"{name}: Unknown object: {gid}")


def no_access(kind: str) -> ApiError:
    """Return the 403 for an object that the person may not see or change."""
    return ApiError(403, f"You do not have access to this {kind}.")
