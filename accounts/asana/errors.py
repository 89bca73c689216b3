"""The errors of the Asana client, and which HTTP status becomes which of them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class AsanaError(Exception):
    """A request to Asana failed.

    `message` is Asana's own text, or ours where it sent none. `status` is the HTTP status, or None
    where there was no response.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


class Unreachable(AsanaError):
    """No complete response came. `sent` tells whether Asana may have received the request."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class Malformed(AsanaError):
    """A response came, but not one that Asana's documentation describes.

    Something between here and Asana may have sent it, so it says nothing about a write.
    """


class Refused(AsanaError):
    """Asana understood the request and refused it; repeating it will not help."""


class Unauthorized(AsanaError):
    """401: the token is expired or revoked, or the app is blocked; renewing once did not help."""


class AppRefused(AsanaError):
    """Asana does not accept our app, or none is set up. Nobody's own permission is at fault."""


class PaymentRequired(Refused):
    """402: the workspace's plan lacks the feature, or a field needs an add-on."""


class Forbidden(Refused):
    """403: the record exists, but this person may not use it."""


class NotFound(Refused):
    """404: Asana has no such record, or hides it from this person."""


class RateLimited(AsanaError):
    """429: too many requests. `retry_after` is in seconds, or None where Asana sent none."""

    def __init__(self, message: str, *, retry_after: int | None) -> None:
        super().__init__(message, 429)
        self.retry_after = retry_after


class Busy(RateLimited):
    """We have as many requests under way as Asana allows a token at once; Asana refused nothing."""


class Unavailable(AsanaError):
    """5xx: Asana failed; a write may or may not have taken place."""


# Asana, or something on the way to it, isn't working at this moment.
AWAY = (Unreachable, Unavailable, RateLimited, Malformed)


def may_have_taken_place(error: AsanaError) -> bool:
    """Return whether a write that failed with this error may have taken place anyway.

    Nothing was written only if the answer is Asana's own refusal.
    """
    if isinstance(error, Unreachable):
        return error.sent
    return not isinstance(error, (Refused, RateLimited, Unauthorized, AppRefused))


# https://developers.asana.com/docs/errors
_BY_STATUS: dict[int, type[AsanaError]] = {
    400: Refused,
    401: Unauthorized,
    402: PaymentRequired,
    403: Forbidden,
    404: NotFound,
    451: Refused,
}


class _Problem(msgspec.Struct):
    message: str
    phrase: str | None = None


class _Problems(msgspec.Struct):
    errors: list[_Problem]


_problems = msgspec.json.Decoder(_Problems)


def error_for(status: int, headers: Mapping[str, str], body: bytes) -> AsanaError:
    """Return the error for a response of status 300 or above, with Asana's message.

    Only Asana can refuse a request: a status below 500 counts as its answer if Asana documents the
    status and the body has the form of its errors. Everything else is `Malformed`.
    """
    message = _message(body)
    if status == 429:
        wait = retry_after_seconds(headers.get("Retry-After"))
        return RateLimited(message or "HTTP 429", retry_after=wait)
    if status >= 500:
        return Unavailable(message or f"HTTP {status}", status)
    kind = _BY_STATUS.get(status, Malformed) if message else Malformed
    return kind(message or f"HTTP {status}", status)


def _message(body: bytes) -> str:
    """Return Asana's messages in an error body; empty if the body is not in Asana's form."""
    try:
        problems = _problems.decode(body).errors
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return " ".join(
        f"{problem.message} ({problem.phrase})" if problem.phrase else problem.message
        for problem in problems
    )


def retry_after_seconds(value: str | None) -> int | None:
    """Parse a Retry-After header into seconds; None where it is missing or a date."""
    return int(value) if value and value.isascii() and value.isdigit() else None
