"""Every code and token ever issued, including invalid ones, since the last reset.

Tests of an app search its logs and database for these.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Literal

from sandbox.models import OAuthClient, PersonalToken

SecretKind = Literal["code", "access token", "refresh token"]

_lock = threading.Lock()
_issued: list[tuple[SecretKind, str]] = []


def record(kind: SecretKind, secret: str) -> None:
    """Remember a code or token that was issued."""
    with _lock:
        _issued.append((kind, secret))


def issued() -> list[tuple[SecretKind, str]]:
    """Return a copy of all codes and tokens, in the order in which they were issued."""
    with _lock:
        return list(_issued)


def replace(secrets: Sequence[tuple[SecretKind, str]]) -> None:
    """Remember these codes and tokens only."""
    with _lock:
        _issued[:] = secrets


def clear() -> None:
    """Forget all codes and tokens."""
    with _lock:
        _issued.clear()


def secrets_by_kind() -> dict[str, list[str]]:
    """Return all secrets by kind, including personal tokens and client secrets."""
    by_kind: dict[str, list[str]] = {
        "personal token": list(PersonalToken.objects.values_list("token", flat=True)),
        "client secret": list(OAuthClient.objects.values_list("client_secret", flat=True)),
    }
    for kind, secret in issued():
        by_kind.setdefault(kind, []).append(secret)
    return by_kind
