"""Values of writes that several resources share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import unescape
from typing import Any

from sandbox.access import Viewer
from sandbox.errors import ApiError, bad_request, unknown_object
from sandbox.models import Person
from sandbox.request_body import RequestBody

_BODY = re.compile(r"\s*<body>(.*)</body>\s*", re.DOTALL)
_BREAK = re.compile(r"</(?:p|h1|h2|li|ul|ol|hr|blockquote|pre)\s*>|<(?:br|hr)\s*/?>")
_TAG = re.compile(r"<[^<>]*>")


class Changes:
    """What a write changes: the names with their new values, and related rows to save after it."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}
        self._later: list[Callable[[], Any]] = []

    def set(self, row: Any, name: str, value: Any) -> None:
        """Set an attribute, and remember it if it is another value than before."""
        if getattr(row, name) != value:
            setattr(row, name, value)
            self.names[name] = value

    def later(self, save: Callable[[], Any]) -> None:
        """Save a related row when the row itself is saved."""
        self._later.append(save)

    def save_related(self) -> None:
        """Save the related rows."""
        for save in self._later:
            save()


def nothing_but(body: RequestBody, not_stored: Iterable[str]) -> None:
    """Raise `ApiError` 400 if a field that is not stored has a value."""
    for name in not_stored:
        if body.values.get(name):
            raise bad_request(f"{name}: The sandbox does not store this field")


def user_of(viewer: Viewer, value: Any, name: str, workspace_gid: str) -> Person:
    """Fetch a user by gid, e-mail address or `me`, who is in the workspace; raises `ApiError`."""
    if not isinstance(value, str):
        raise bad_request(f"{name}: Not a valid user: {value}")
    try:
        person = viewer.user(value, name)
    except ApiError as error:
        # In a body an unknown object is no 404.
        raise ApiError(400, error.message) if error.status == 404 else error from None
    if not person.memberships.filter(workspace=workspace_gid, is_active=True).exists():
        raise unknown_object(name, value, 400)
    return person


def read_notes(body: RequestBody) -> str:
    """Return the text of `html_notes`; raises `ApiError` 400 if it is no HTML as Asana wants it.

    https://developers.asana.com/docs/rich-text: it is wrapped in <body>.
    """
    text = body.text("html_notes")
    if not text:
        return ""
    html = _BODY.fullmatch(text)
    if html is None:
        raise bad_request("html_notes: Must be wrapped in <body>")
    return unescape(_TAG.sub("", _BREAK.sub("\n", html[1]))).strip("\n")
