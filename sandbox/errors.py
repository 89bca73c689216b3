"""What a request is refused with, in Asana's words where they are known."""

from __future__ import annotations

from collections.abc import Mapping

NO_ROUTE = "No matching route for request"
NOT_AUTHORIZED = "Not Authorized"
EXPIRED = (
    "The bearer token has expired. If you have a refresh token, please use it to request a new "
    "bearer token, otherwise allow the user to re-authenticate."
)
RATE_LIMITED = (
    "You've made too many requests and hit a rate limit. "
    "Please retry after the given amount of time."
)
TOO_LARGE = (
    "The result is too large. You should use pagination (may require specifying a workspace)!"
)
ONE_TASK_FILTER = (
    "Must specify exactly one of project, tag, section, user task list, or assignee + workspace"
)


class Refused(Exception):
    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}


def bad(message: str) -> Refused:
    return Refused(400, message)


def missing(name: str) -> Refused:
    return Refused(400, f"{name}: Missing input")


def not_a_gid(name: str, text: str) -> Refused:
    return Refused(400, f"{name}: Not a recognized ID: {text}")


def unknown(name: str, gid: str, status: int = 404) -> Refused:
    return Refused(status, f"{name}: Unknown object: {gid}")


def hidden(kind: str) -> Refused:
    return Refused(403, f"You do not have access to this {kind}.")
