"""The authorization server: Authlib's, with Asana's responses.

https://developers.asana.com/docs/oauth
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from authlib.integrations.django_oauth2 import AuthorizationServer, RevocationEndpoint
from authlib.oauth2 import OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from django.http import HttpResponse

from sandbox import clock, issued_secrets, openid
from sandbox.access import FULL_SCOPE
from sandbox.envelope import json_response
from sandbox.models import OAuthClient, OAuthCode, OAuthToken, Person
from sandbox.runtime_settings import current_settings

CODE_LIFETIME = timedelta(minutes=10)
ERROR_URI = "https://asana.com/developers/documentation/getting-started/authentication"
TOKEN_AUTH = ["client_secret_post", "client_secret_basic"]


class ForbiddenScopes(OAuth2Error):  # type: ignore[misc]
    """The app asked for scopes it is not registered for."""

    error = "forbidden_scopes"


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """The authorization code grant, with optional PKCE."""

    TOKEN_ENDPOINT_AUTH_METHODS = TOKEN_AUTH

    def validate_requested_scope(self) -> None:
        """Raise `ForbiddenScopes` if a scope is requested that the app is not registered for.

        https://developers.asana.com/docs/oauth-scopes: without a scope it asks for `default`.
        """
        registered = self.request.client.scopes
        requested = (self.request.payload.scope or FULL_SCOPE).split()
        others = [scope for scope in requested if scope not in registered]
        if FULL_SCOPE in others:
            raise ForbiddenScopes(
                "Your app is not allowed to request user authorization for default identity scopes"
            )
        if others:
            words = " ".join(others)
            raise ForbiddenScopes(
                f"Your app is not allowed to request user authorization for '{words}' scopes."
            )

    def create_authorization_response(
        self, redirect_uri: str, grant_user: Person | None
    ) -> tuple[int, str, list[tuple[str, str]]]:
        """Redirect with a code, or with `access_denied` if the person declined."""
        if grant_user is None:
            raise OAuth2Error(error="access_denied", description="", redirect_uri=redirect_uri)
        response: tuple[int, str, list[tuple[str, str]]] = super().create_authorization_response(
            redirect_uri, grant_user
        )
        return response

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        """Store a new code."""
        form = request.payload.data
        issued_secrets.record("code", code)
        OAuthCode.objects.create(
            code=code,
            client=request.client,
            person=request.user,
            redirect_uri=request.payload.redirect_uri,
            scope=request.payload.scope or FULL_SCOPE,
            nonce=form.get("nonce", ""),
            code_challenge=form.get("code_challenge", ""),
            code_challenge_method=form.get("code_challenge_method", ""),
            expires_at=clock.now() + CODE_LIFETIME,
        )

    def query_authorization_code(self, code: str, client: OAuthClient) -> OAuthCode:
        """Fetch a valid code; raises `InvalidGrantError` if there is none."""
        rows = OAuthCode.objects.filter(client=client, expires_at__gt=clock.now())
        row = rows.select_related("person").filter(code=code).first()
        if row is None:
            raise InvalidGrantError("The `code` provided was invalid.")
        return row

    def delete_authorization_code(self, authorization_code: OAuthCode) -> None:
        """Delete a used code."""
        authorization_code.delete()

    def authenticate_user(self, authorization_code: OAuthCode) -> Person:
        """Return the person who granted the code."""
        return authorization_code.person


class S256Challenge(CodeChallenge):  # type: ignore[misc]
    """PKCE with SHA-256 only."""

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        """Raise `InvalidRequestError` for a challenge of another form."""
        form = grant.request.payload.data
        if form.get("code_challenge") and form.get("code_challenge_method") != "S256":
            raise InvalidRequestError("The code_challenge_method must be S256.")
        super().validate_code_challenge(grant, redirect_uri)


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    """The refresh token grant."""

    TOKEN_ENDPOINT_AUTH_METHODS = TOKEN_AUTH

    @property
    def INCLUDE_NEW_REFRESH_TOKEN(self) -> bool:  # noqa: N802 - Authlib's name
        """Return whether a refresh also issues a new refresh token."""
        return current_settings().rotate_refresh_tokens

    def validate_token_request(self) -> None:
        """Check the refresh token first, then the client."""
        # Asana reports a bad token even if the client is wrong too (observed).
        if token := self.request.form.get("refresh_token"):
            self.authenticate_refresh_token(token)
        super().validate_token_request()

    def authenticate_refresh_token(self, refresh_token: str) -> OAuthToken:
        """Fetch a valid refresh token; raises `InvalidGrantError` if there is none."""
        rows = OAuthToken.objects.filter(refresh_token=refresh_token, revoked=False)
        row = rows.select_related("person").first() if refresh_token else None
        if row is None:
            raise InvalidGrantError("The `refresh_token` provided was invalid.")
        return row

    def authenticate_user(self, refresh_token: OAuthToken) -> Person:
        """Return the person who granted the token."""
        return refresh_token.person

    def revoke_old_credential(self, refresh_token: OAuthToken) -> None:
        """End the old refresh token; access tokens of the grant stay valid until they expire."""
        if current_settings().rotate_refresh_tokens:
            old = OAuthToken.objects.filter(refresh_token=refresh_token.refresh_token)
            old.update(refresh_token="")


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """The revocation endpoint: takes refresh tokens only."""

    CLIENT_AUTH_METHODS = TOKEN_AUTH

    def query_token(self, token: str, _hint: str | None) -> OAuthToken | None:
        """Fetch a refresh token; raises `InvalidRequestError` for an access token."""
        if OAuthToken.objects.filter(access_token=token).exists():
            raise InvalidRequestError("The `token` must be a refresh token.")
        return OAuthToken.objects.filter(refresh_token=token).exclude(refresh_token="").first()

    def revoke_token(self, token: OAuthToken, _request: OAuth2Request) -> None:
        """Revoke all tokens of the grant."""
        OAuthToken.objects.filter(grant=token.grant).update(revoked=True)


class Server(AuthorizationServer):  # type: ignore[misc]
    """The authorization server, with Asana's token and error responses."""

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        """Store a token, and add the person's data to the response."""
        person: Person = request.user
        before: OAuthToken | None = getattr(request, "refresh_token", None)
        scope = token.pop("scope")
        refresh_token = token.get("refresh_token") or (before.refresh_token if before else "")
        OAuthToken.objects.create(
            grant=before.grant if before else secrets.token_hex(16),
            refresh_token=refresh_token,
            access_token=token["access_token"],
            client=request.client,
            person=person,
            scope=scope,
            issued_at=clock.now(),
            expires_at=clock.now() + timedelta(seconds=token["expires_in"]),
        )
        if "openid" in scope.split():
            token["id_token"] = _id_token(request, person)
        token["data"] = {
            "id": int(person.gid),
            "gid": person.gid,
            "name": person.name,
            "email": person.email,
        }
        request._request.META["sandbox.user"] = person.gid

    def handle_error_response(self, request: OAuth2Request, error: OAuth2Error) -> HttpResponse:
        """Return an OAuth error: a redirect, or JSON with status 400."""
        if error.redirect_uri:
            response: HttpResponse = super().handle_error_response(request, error)
            return response
        content = {"error": error.error, "error_uri": ERROR_URI}
        if error.description:
            content["error_description"] = error.description
        # Asana always responds 400, also to a wrong secret.
        return json_response(content, 400)

    def handle_response(
        self, status_code: int, payload: Any, headers: list[tuple[str, str]]
    ) -> HttpResponse:
        """Return an OAuth response as JSON that is not cached."""
        if isinstance(payload, dict):
            return json_response(payload, status_code, {"Cache-Control": "no-store"})
        return HttpResponse(payload, status=status_code, headers=dict(headers))


def _id_token(request: OAuth2Request, person: Person) -> str:
    # It is imported only for those who use it: see openid.keys.
    from sandbox import id_tokens

    code: OAuthCode | None = getattr(request, "authorization_code", None)
    issuer = openid.issuer(request._request)
    return id_tokens.id_token(issuer, person, request.client.client_id, code.nonce if code else "")


def _make_token(
    *, include_refresh_token: bool, scope: str | None, **_about: object
) -> dict[str, Any]:
    access_token, refresh_token = secrets.token_hex(20), secrets.token_hex(34)
    issued_secrets.record("access token", access_token)
    token = {
        "access_token": access_token,
        "expires_in": current_settings().access_token_seconds,
        "token_type": "bearer",
        "scope": scope or FULL_SCOPE,
    }
    if include_refresh_token:
        issued_secrets.record("refresh token", refresh_token)
        token["refresh_token"] = refresh_token
    return token


server = Server(OAuthClient, OAuthToken)
server.register_token_generator("default", _make_token)
server.register_grant(CodeGrant, [S256Challenge(required=False)])
server.register_grant(RefreshGrant)
server.register_endpoint(Revocation)
