"""Whose token or code this is."""

from __future__ import annotations

from sandbox.access import Viewer
from sandbox.errors import EXPIRED, NOT_AUTHORIZED, ApiError
from sandbox.models import OAuthCode, OAuthToken, Person, PersonalToken


def bearer_token(authorization: str) -> str:
    """Return the token of an `Authorization` header, empty if it has none."""
    scheme, _, token = authorization.partition(" ")
    return token if scheme.lower() == "bearer" else ""


def viewer_of_access_token(token: str, *, is_observer: bool) -> Viewer:
    """Return whom a valid access token or personal token stands for; raises `ApiError` 401.

    An observer's personal token stays valid when it is revoked.
    """
    personal_token = PersonalToken.objects.select_related("person").filter(token=token).first()
    if personal_token is not None and (is_observer or not personal_token.revoked):
        return Viewer(personal_token.person)
    access_token = OAuthToken.objects.select_related("person").filter(access_token=token).first()
    if access_token is None or access_token.revoked:
        raise ApiError(401, NOT_AUTHORIZED)
    if access_token.has_expired:
        raise ApiError(401, EXPIRED)
    return Viewer(access_token.person, access_token.client_id, access_token.scope)


def owner_of(secret: str) -> Person | None:
    """Return the person of a token or code of any kind, also of an invalid one."""
    if not secret:
        return None
    searches = (
        PersonalToken.objects.filter(token=secret),
        OAuthToken.objects.filter(access_token=secret),
        OAuthToken.objects.filter(refresh_token=secret),
        OAuthCode.objects.filter(code=secret),
    )
    for rows in searches:
        row = rows.select_related("person").first()
        if row is not None:
            return row.person
    return None
