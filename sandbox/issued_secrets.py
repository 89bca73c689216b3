"""Every code and token that was ever handed out, also those that are no good any more: what a test
of an app looks for where it must not be. Kept in memory since the last reset."""

from __future__ import annotations

import threading
from typing import Literal

from sandbox.models import OAuthClient, PersonalToken

Kind = Literal["code", "access token", "refresh token"]

_lock = threading.Lock()
_given: list[tuple[Kind, str]] = []


def note(kind: Kind, secret: str) -> None:
    with _lock:
        _given.append((kind, secret))


def forget() -> None:
    with _lock:
        _given.clear()


def told() -> dict[str, list[str]]:
    """By kind, with what people and apps got when they were made."""
    with _lock:
        given = list(_given)
    found: dict[str, list[str]] = {
        "personal token": list(PersonalToken.objects.values_list("token", flat=True)),
        "client secret": list(OAuthClient.objects.values_list("client_secret", flat=True)),
    }
    for kind, secret in given:
        found.setdefault(kind, []).append(secret)
    return found
