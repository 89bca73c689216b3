"""The pages and endpoints of OAuth, at Asana's addresses."""

from __future__ import annotations

from base64 import b64decode

from authlib.oauth2 import OAuth2Error
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from sandbox import clock
from sandbox.access import FULL_SCOPE
from sandbox.envelope import json_response
from sandbox.models import OAuthClient, OAuthToken, Person, PersonalToken
from sandbox.oauth import ERROR_URI, TOKEN_AUTH, server

BAD_CLIENT = "invalid_request: The required parameter client_id is missing or invalid"
BAD_REDIRECT = (
    "invalid_request: The redirect_uri parameter does not match a valid url for the application."
)


def authorize(request: HttpRequest) -> HttpResponse:
    """Show the people to continue as, then the consent of one; POST redirects to the app."""
    client = OAuthClient.objects.filter(client_id=request.GET.get("client_id", "")).first()
    if client is None:
        return _plain(BAD_CLIENT)
    if not client.check_redirect_uri(request.GET.get("redirect_uri", "")):
        return _plain(BAD_REDIRECT)
    try:
        grant = server.get_consent_grant(request)
    except OAuth2Error as error:
        error.redirect_uri = request.GET["redirect_uri"]
        return server.handle_error_response(request, error)
    if request.method != "POST":
        return _consent(request, client)
    person = _person(request.POST.get("person", ""))
    decision = request.POST.get("decision")
    if person is None or decision not in ("allow", "deny"):
        return _consent(request, client)
    request.META["sandbox.user"] = person.gid
    allowed = person if decision == "allow" else None
    response: HttpResponse = server.create_authorization_response(grant.request, allowed, grant)
    return response


def _plain(text: str) -> HttpResponse:
    return HttpResponse(text, status=400, content_type="text/plain; charset=UTF-8")


def _consent(request: HttpRequest, client: OAuthClient) -> HttpResponse:
    query = request.GET.copy()
    person = _person("".join(query.pop("person", [])))
    context = {
        "app_name": client.name,
        "person": person,
        "people": people(),
        "query": query.urlencode(),
    }
    return render(request, "sandbox/authorize.html", context)


def _person(gid_or_slug: str) -> Person | None:
    """Fetch a person by gid, or by slug for tests."""
    return (
        Person.objects.filter(Q(gid=gid_or_slug) | Q(slug=gid_or_slug)).first()
        if gid_or_slug
        else None
    )


def people() -> list[Person]:
    """Return all people with the names of their workspaces, by gid."""
    rows = list(Person.objects.prefetch_related("memberships__workspace").order_by("gid"))
    for row in rows:
        memberships = [membership for membership in row.memberships.all() if membership.is_active]
        row.workspace_names = [membership.workspace.name for membership in memberships]  # type: ignore[attr-defined]
    return rows


def _drop_unreadable_authorization(request: HttpRequest) -> None:
    """Remove a Basic authorization that is no base64 of UTF-8, which Authlib cannot bear."""
    scheme, _, content = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            b64decode(content).decode()
        except ValueError:
            del request.META["HTTP_AUTHORIZATION"]


@require_POST
@transaction.atomic
def token(request: HttpRequest) -> HttpResponse:
    """Issue a token; runs in a transaction, so that a code is valid only once."""
    _drop_unreadable_authorization(request)
    response: HttpResponse = server.create_token_response(request)
    return response


@require_POST
@transaction.atomic
def revoke(request: HttpRequest) -> HttpResponse:
    """Revoke the grant of a refresh token."""
    _drop_unreadable_authorization(request)
    response: HttpResponse = server.create_endpoint_response("revocation", request)
    return response


@require_POST
def token_info(request: HttpRequest) -> HttpResponse:
    """Describe a token."""
    token = request.POST.get("token")
    if not token:
        error = {"error": "invalid_request", "error_uri": ERROR_URI}
        return json_response({**error, "error_description": "Missing 'token' in request."}, 400)
    return json_response(_introspect(token))


def _introspect(token: str) -> dict[str, object]:
    if PersonalToken.objects.filter(token=token, revoked=False).exists():
        return {"token_type": "bearer", "scope": FULL_SCOPE, "active": True}
    valid_tokens = OAuthToken.objects.filter(revoked=False)
    if row := valid_tokens.filter(access_token=token, expires_at__gt=clock.now()).first():
        left = row.expires_at - clock.now()
        return {
            "token_type": "bearer",
            "expires_in": int(left.total_seconds()),
            "exp": int(row.expires_at.timestamp()),
            "scope": row.scope,
            "active": True,
            "client_id": row.client_id,
        }
    if row := valid_tokens.filter(refresh_token=token).first():
        kind = {"token_type": "refresh", "scope": row.scope}
        return {**kind, "active": True, "client_id": row.client_id}
    return {"active": False}


@require_GET
def metadata(request: HttpRequest) -> HttpResponse:
    """Describe the authorization server.

    https://app.asana.com/.well-known/oauth-authorization-server
    """
    root = request.build_absolute_uri("/").rstrip("/")
    return json_response(
        {
            "issuer": root,
            "authorization_endpoint": f"{root}/-/oauth_authorize",
            "token_endpoint": f"{root}/-/oauth_token",
            "revocation_endpoint": f"{root}/-/oauth_revoke",
            "introspection_endpoint": f"{root}/-/token_info",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": TOKEN_AUTH,
            "code_challenge_methods_supported": ["S256"],
        }
    )
