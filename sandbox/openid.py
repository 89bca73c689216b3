"""OpenID Connect: discovery, keys and user info. id_tokens.py signs.

https://developers.asana.com/docs/openid-connect. The exact content of the discovery document, the
address of the keys and the algorithm are not documented: they are our choice.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from sandbox.envelope import API_ROOT, error_response, json_response
from sandbox.errors import NOT_AUTHORIZED, ApiError
from sandbox.scopes import IDENTITY_SCOPES, missing_scope
from sandbox.tokens import bearer_token, viewer_of_access_token

ALGORITHM = "RS256"


def issuer(request: HttpRequest) -> str:
    """Return the address of this provider."""
    return request.build_absolute_uri("/").rstrip("/")


@require_GET
def discovery(request: HttpRequest) -> HttpResponse:
    """Describe the provider; needs no token."""
    root = issuer(request)
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
    # What signs takes 9 MB and a tenth of a second: only for those who use it.
    from sandbox import id_tokens

    return json_response(id_tokens.public_keys())


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
