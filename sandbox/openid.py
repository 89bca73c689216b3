"""OpenID Connect: discovery, keys, id tokens and user info.

https://developers.asana.com/docs/openid-connect. The exact content of the discovery document, the
address of the keys and the algorithm are not documented: they are our choice.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from joserfc import jwt
from joserfc.jwk import RSAKey

from sandbox import clock
from sandbox.envelope import API_ROOT, error_response, json_response
from sandbox.errors import NOT_AUTHORIZED, ApiError
from sandbox.models import Person
from sandbox.scopes import IDENTITY_SCOPES, missing_scope
from sandbox.tokens import bearer_token, viewer_of_access_token

ALGORITHM = "RS256"
ID_TOKEN_LIFETIME = timedelta(hours=1)


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


@require_GET
def discovery(request: HttpRequest) -> HttpResponse:
    """Describe the provider; needs no token."""
    root = _root(request)
    return json_response(
        {
            "issuer": root,
            "authorization_endpoint": f"{root}/-/oauth_authorize",
            "token_endpoint": f"{root}/-/oauth_token",
            "userinfo_endpoint": f"{root}{API_ROOT}/openid_connect/userinfo",
            "jwks_uri": f"{root}{API_ROOT}/openid_connect/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "scopes_supported": list(IDENTITY_SCOPES),
            "claims_supported": ["sub", "name", "email", "picture"],
        }
    )


@require_GET
def keys(_request: HttpRequest) -> HttpResponse:
    """Show the public key of the id tokens."""
    return json_response({"keys": [_key().as_dict(private=False)]})


@require_GET
def user_info(request: HttpRequest) -> HttpResponse:
    """Show the person of an access token: what the scopes email and profile allow of them."""
    try:
        token = bearer_token(request.headers.get("Authorization", ""))
        if not token:
            raise ApiError(401, NOT_AUTHORIZED)
        is_observer: bool = request.META["sandbox.is_observer"]
        viewer = viewer_of_access_token(token, is_observer=is_observer)
        if "openid" not in viewer.scopes:
            raise missing_scope("openid")
    except ApiError as error:
        return error_response(error.status, error.message)
    request.META["sandbox.user"] = viewer.person.gid
    claims: dict[str, str | None] = {"sub": viewer.person.gid}
    if "email" in viewer.scopes:
        claims["email"] = viewer.person.email
    if "profile" in viewer.scopes:
        claims |= {"name": viewer.person.name, "picture": None}
    return json_response(claims)


def id_token(request: HttpRequest, person: Person, client_id: str, nonce: str) -> str:
    """Return a signed token that tells the app who has signed in."""
    now = clock.now()
    claims = {
        "iss": _root(request),
        "sub": person.gid,
        "aud": client_id,
        "iat": int(now.timestamp()),
        "exp": int((now + ID_TOKEN_LIFETIME).timestamp()),
        **({"nonce": nonce} if nonce else {}),
    }
    return jwt.encode({"alg": ALGORITHM, "kid": _key().kid}, claims, _key())


@cache
def _key() -> RSAKey:
    """Return the key of this run; making one takes some tenths of a second."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
