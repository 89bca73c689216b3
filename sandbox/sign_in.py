"""The pages and endpoints of OAuth, at the addresses where Asana has them."""

from __future__ import annotations

from authlib.oauth2 import OAuth2Error
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from sandbox import clock
from sandbox.envelope import answer
from sandbox.models import OAuthClient, OAuthToken, Person, PersonalToken
from sandbox.oauth import ERROR_URI, SCOPE, TOKEN_AUTH, server

BAD_CLIENT = "invalid_request: The required parameter client_id is missing or invalid"
BAD_REDIRECT = (
    "invalid_request: The redirect_uri parameter does not match a valid url for the application."
)


def authorize(request: HttpRequest) -> HttpResponse:
    """GET shows whom to continue as and, with `person`, what it means; POST answers the app."""
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
    chosen = _person("".join(query.pop("person", [])))
    context = {
        "app_name": client.name,
        "person": chosen,
        "people": people(),
        "query": query.urlencode(),
    }
    return render(request, "sandbox/authorize.html", context)


def _person(named: str) -> Person | None:
    """By gid, or by first name for those who write tests."""
    return Person.objects.filter(Q(gid=named) | Q(slug=named)).first() if named else None


def people() -> list[Person]:
    """Everybody with the names of their workspaces, in the order in which they were made."""
    rows = list(Person.objects.prefetch_related("memberships__workspace").order_by("gid"))
    for row in rows:
        seats = [seat for seat in row.memberships.all() if seat.is_active]
        row.workspace_names = [seat.workspace.name for seat in seats]  # type: ignore[attr-defined]
    return rows


@require_POST
@transaction.atomic
def token(request: HttpRequest) -> HttpResponse:
    """One transaction, and SQLite lets one write at a time: a code is good once."""
    response: HttpResponse = server.create_token_response(request)
    return response


@require_POST
@transaction.atomic
def revoke(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = server.create_endpoint_response("revocation", request)
    return response


@require_POST
def token_info(request: HttpRequest) -> HttpResponse:
    sent = request.POST.get("token")
    if not sent:
        error = {"error": "invalid_request", "error_uri": ERROR_URI}
        return answer({**error, "error_description": "Missing 'token' in request."}, 400)
    return answer(_told_about(sent))


def _told_about(sent: str) -> dict[str, object]:
    if PersonalToken.objects.filter(token=sent, revoked=False).exists():
        return {"token_type": "bearer", "scope": SCOPE, "active": True}
    live = OAuthToken.objects.filter(revoked=False)
    if row := live.filter(access_token=sent, expires_at__gt=clock.now()).first():
        left = row.expires_at - clock.now()
        return {
            "token_type": "bearer",
            "expires_in": int(left.total_seconds()),
            "exp": int(row.expires_at.timestamp()),
            "scope": row.scope,
            "active": True,
            "client_id": row.client_id,
        }
    if row := live.filter(refresh_token=sent).first():
        kind = {"token_type": "refresh", "scope": row.scope}
        return {**kind, "active": True, "client_id": row.client_id}
    return {"active": False}


@require_GET
def metadata(request: HttpRequest) -> HttpResponse:
    """As seen at https://app.asana.com/.well-known/oauth-authorization-server"""
    root = request.build_absolute_uri("/").rstrip("/")
    return answer(
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
