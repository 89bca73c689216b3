"""What can go wrong between us and Asana, as one small family; statuses become errors here."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class AsanaError(Exception):
    """Asana did not do what was asked.

    `message` is Asana's own sentence, or ours where there is none; `status` its HTTP status, or
    None without an answer.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


class Unreachable(AsanaError):
    """No whole answer came. `sent` tells whether Asana may have seen the request all the same."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class Malformed(AsanaError):
    """An answer came, but not one that Asana's documentation describes."""


class Refused(AsanaError):
    """Asana understood and said no: the same request will be refused again."""


class Unauthorized(AsanaError):
    """401: the token is expired, revoked, or the app is blocked. Renewing it once did not help."""


class AppRefused(AsanaError):
    """Asana does not accept the app that asks, or none is set up: no person's permission is at
    fault, and nothing was asked in anybody's name."""


class PaymentRequired(Refused):
    """402: the workspace's plan lacks the feature, or a field needs an add-on."""


class Forbidden(Refused):
    """403: it exists, but not for this person."""


class NotFound(Refused):
    """404: Asana does not know it."""


class RateLimited(AsanaError):
    """429: too many requests. `retry_after` is in seconds, None where Asana does not say."""

    def __init__(self, message: str, *, retry_after: int | None) -> None:
        super().__init__(message, 429)
        self.retry_after = retry_after


class Unavailable(AsanaError):
    """5xx: Asana's side failed; a write may or may not have taken place."""


# https://developers.asana.com/docs/errors
_BY_STATUS: dict[int, type[AsanaError]] = {
    401: Unauthorized,
    402: PaymentRequired,
    403: Forbidden,
    404: NotFound,
}


class _Problem(msgspec.Struct):
    message: str
    phrase: str | None = None


class _Problems(msgspec.Struct):
    errors: list[_Problem]


_problems = msgspec.json.Decoder(_Problems)


def error_for(status: int, headers: Mapping[str, str], body: bytes) -> AsanaError:
    """The error that an answer of 300 and above stands for, with Asana's own words."""
    message = _message(body) or f"HTTP {status}"
    if status == 429:
        return RateLimited(message, retry_after=seconds(headers.get("Retry-After")))
    if status >= 500:
        return Unavailable(message, status)
    if status < 400:
        return Malformed(message, status)
    return _BY_STATUS.get(status, Refused)(message, status)


def _message(body: bytes) -> str:
    try:
        problems = _problems.decode(body).errors
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return " ".join(
        f"{problem.message} ({problem.phrase})" if problem.phrase else problem.message
        for problem in problems
    )


def seconds(value: str | None) -> int | None:
    """What a Retry-After says; None where it says nothing that we know."""
    return int(value) if value and value.isascii() and value.isdigit() else None
