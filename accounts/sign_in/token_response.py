"""Checks the responses of Asana's token endpoint before Authlib sees them.

Authlib takes any JSON object for a token, even that of a rate limit.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Annotated, Any

import msgspec

from accounts.asana.errors import AsanaError, Malformed, Refused, error_for

logger = logging.getLogger(__name__)

# Other statuses come from something between here and Asana, or say that Asana has a problem.
# https://www.rfc-editor.org/rfc/rfc6749#section-5.2
_REFUSALS = (400, 401)

Gid = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,32}$")]


class TokenOwner(msgspec.Struct, frozen=True):
    """The person whose token it is.

    https://developers.asana.com/docs/oauth: older responses had an `id` and no `gid`.
    """

    gid: Gid | None = None
    id: int | Gid | None = None
    name: str | None = None
    email: str | None = None


class TokenResponse(msgspec.Struct, frozen=True):
    """A successful response of the token endpoint. `expires_in` is in seconds."""

    access_token: Annotated[str, msgspec.Meta(min_length=1)]
    refresh_token: str | None = None
    expires_in: Annotated[int, msgspec.Meta(gt=0)] = 3600
    data: TokenOwner | None = None

    def __repr__(self) -> str:
        return f"TokenResponse(expires_in={self.expires_in}, data={self.data})"

    @property
    def gid(self) -> str:
        """The gid of the token's owner; empty where it is missing, as it may be after a refresh."""
        if self.data is None:
            return ""
        return self.data.gid or str(self.data.id or "")


class _TokenError(msgspec.Struct):
    """An error in the form of RFC 6749, section 5.2; Asana's API errors have another form."""

    error: str
    error_description: str | None = None


def check_response(response: Any) -> Any:
    """Return a response that Authlib can read; raise an `AsanaError` for any other.

    A hook for Authlib's `access_token_response` and `refresh_token_response`.
    """
    logger.info("asana POST /-/oauth_token %s", response.status_code)
    succeeded = response.status_code == 200
    if not succeeded and response.status_code not in _REFUSALS:
        raise error_for(response.status_code, response.headers, response.content)
    try:
        msgspec.json.decode(response.content, type=TokenResponse if succeeded else _TokenError)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if succeeded:
            raise Malformed(f"Asana's token response is invalid: {error}", 200) from error
        raise error_for(response.status_code, response.headers, response.content) from error
    return response


def revocation_error(response: Any) -> AsanaError:
    """Return the error for a response of the revocation endpoint that is no success."""
    status = response.status_code
    if status in _REFUSALS:
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            refusal = msgspec.json.decode(response.content, type=_TokenError)
            return Refused(refusal.error_description or refusal.error, status)
    return error_for(status, response.headers, response.content)


def read_token(token: dict[str, Any]) -> TokenResponse:
    """Return Authlib's token as a `TokenResponse`."""
    return msgspec.convert(dict(token), TokenResponse)
