"""The control side: what tests and the demo tell the sandbox. No token, and not logged."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sandbox import clock, faults, issued_secrets, rate_limit, request_log, snapshot, write_log
from sandbox.envelope import answer
from sandbox.models import OAuthToken
from sandbox.runtime_settings import board, switches


class NoGood(Exception):
    """Said in a sentence, with 400."""


@require_http_methods(["GET", "DELETE"])
def requests(request: HttpRequest) -> HttpResponse:
    if request.method == "DELETE":
        request_log.forget()
    return answer(request_log.told())


@require_http_methods(["GET", "DELETE"])
def writes(request: HttpRequest) -> HttpResponse:
    if request.method == "DELETE":
        write_log.forget()
    return answer(write_log.told())


@require_GET
def secrets(_request: HttpRequest) -> HttpResponse:
    """Every token, code and secret that there ever was, by kind."""
    return answer(issued_secrets.told())


@require_GET
def fired(_request: HttpRequest) -> HttpResponse:
    """How many requests met which kind of fault since the start or the last reset."""
    return answer(faults.fired())


@require_http_methods(["GET", "PUT", "DELETE"])
def fault_rules(request: HttpRequest) -> HttpResponse:
    try:
        if request.method == "PUT":
            faults.put(_sent(request))
    except (NoGood, msgspec.ValidationError) as error:
        return _no_good(error)
    if request.method == "DELETE":
        faults.clear()
    return answer(faults.told())


@require_http_methods(["GET", "PUT"])
def settings(request: HttpRequest) -> HttpResponse:
    if request.method == "PUT":
        try:
            changed = board.change(_sent_object(request))
        except (NoGood, msgspec.ValidationError) as error:
            return _no_good(error)
        snapshot.register_app(changed.redirect_uris)
        rate_limit.reset()
    return answer(switches())


@require_POST
def reset(_request: HttpRequest) -> HttpResponse:
    faults.clear()
    faults.forget_fired()
    write_log.forget()
    issued_secrets.forget()
    snapshot.restore()
    snapshot.register_app(board.reset().redirect_uris)
    rate_limit.reset()
    request_log.forget()
    return answer({})


@require_POST
def expire_tokens(_request: HttpRequest) -> HttpResponse:
    count = OAuthToken.objects.update(expires_at=clock.now())
    return answer({"expired": count})


@require_POST
@transaction.atomic
def revoke_tokens(request: HttpRequest) -> HttpResponse:
    try:
        sent = msgspec.convert(_sent(request), dict[str, str])
        user = sent["user"]
    except (NoGood, msgspec.ValidationError, KeyError):
        return _no_good(NoGood('Send {"user": gid} as JSON.'))
    count = OAuthToken.objects.filter(person=user, revoked=False).update(revoked=True)
    return answer({"revoked": count})


def _sent(request: HttpRequest) -> Any:
    try:
        return msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoGood(f"This is not JSON: {error}") from error


def _sent_object(request: HttpRequest) -> dict[str, Any]:
    sent = _sent(request)
    if not isinstance(sent, dict):
        raise NoGood("Send an object of switches and their values as JSON.")
    return sent


def _no_good(error: Exception) -> HttpResponse:
    return answer({"error": str(error)}, 400)
