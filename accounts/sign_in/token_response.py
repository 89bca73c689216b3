"""What Asana's token endpoint may answer, checked before Authlib sees it.

Authlib takes any JSON object for a token, a rate limit's too.
"""

from __future__ import annotations

import logging
from typing import Annotated, Any

import msgspec

from accounts.asana.errors import Malformed, error_for

logger = logging.getLogger(__name__)

Gid = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,32}$")]


class TokenOwner(msgspec.Struct, frozen=True):
    """https://developers.asana.com/docs/oauth: older answers had an `id` and no `gid`."""

    gid: Gid | None = None
    id: int | Gid | None = None
    name: str | None = None
    email: str | None = None


class TokenResponse(msgspec.Struct, frozen=True):
    access_token: Annotated[str, msgspec.Meta(min_length=1)]
    refresh_token: str | None = None
    expires_in: Annotated[int, msgspec.Meta(gt=0)] = 3600
    data: TokenOwner | None = None

    def __repr__(self) -> str:
        return f"TokenAnswer(expires_in={self.expires_in}, data={self.data})"

    @property
    def gid(self) -> str:
        """Whose token this is; empty where the answer does not say, as one to a refresh may."""
        if self.data is None:
            return ""
        return self.data.gid or str(self.data.id or "")


class _TokenError(msgspec.Struct):
    """RFC 6749, section 5.2; the other errors of Asana's look otherwise."""

    error: str
    error_description: str | None = None


def check_response(response: Any) -> Any:
    """Authlib's hook: lets pass what Authlib can read, raises an `AsanaError` for the rest."""
    logger.info("asana POST /-/oauth_token %s", response.status_code)
    good = response.status_code == 200
    try:
        msgspec.json.decode(response.content, type=TokenResponse if good else _TokenError)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if good:
            raise Malformed(f"Asana's token answer is none: {error}", 200) from error
        raise error_for(response.status_code, response.headers, response.content) from error
    return response


def read_token(token: dict[str, Any]) -> TokenResponse:
    return msgspec.convert(dict(token), TokenResponse)
