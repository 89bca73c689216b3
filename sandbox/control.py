"""The control side, for tests and the demo. Needs no token and is not logged."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sandbox import (
    clock,
    contract,
    data_import,
    faults,
    issued_secrets,
    late_execution,
    operations,
    rate_limit,
    request_log,
    snapshot,
    webhook_delivery,
    write_log,
)
from sandbox.envelope import json_response
from sandbox.models import Membership, OAuthToken, Person, PersonalToken
from sandbox.request_body import decode_json
from sandbox.runtime_settings import current_settings, settings_store


class _TokensToRevoke(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    user: str
    kind: Literal["all", "oauth", "personal"] = "all"


class _Roles(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    user: str
    workspace: str
    is_active: bool | None = None
    is_admin: bool | None = None
    is_guest: bool | None = None
    is_view_only: bool | None = None
    is_time_reviewer: bool | None = None


class InvalidInput(Exception):
    """The content sent to the control side is invalid; responds 400 with this sentence."""


@require_http_methods(["GET", "DELETE"])
def requests(request: HttpRequest) -> HttpResponse:
    """Show the request log, or clear it."""
    if request.method == "DELETE":
        request_log.clear()
    return json_response(request_log.all_requests())


@require_http_methods(["GET", "DELETE"])
def writes(request: HttpRequest) -> HttpResponse:
    """Show the log of written entries, or clear it."""
    if request.method == "DELETE":
        write_log.clear()
    return json_response(write_log.all_writes())


@require_GET
def secrets(_request: HttpRequest) -> HttpResponse:
    """Show every token, code and secret ever issued, by kind."""
    return json_response(issued_secrets.secrets_by_kind())


@require_GET
def contract_report(_request: HttpRequest) -> HttpResponse:
    """Show which responses were not as described, if the sandbox was started with `--contract`."""
    return json_response(contract.report())


@require_GET
def deliveries(_request: HttpRequest) -> HttpResponse:
    """Show what was sent to the targets of webhooks, in order."""
    return json_response(webhook_delivery.deliveries())


@require_GET
def fired(_request: HttpRequest) -> HttpResponse:
    """Show how many requests met which kind of fault since the start or the last reset."""
    return json_response(faults.fired_counts())


@require_GET
def pending(_request: HttpRequest) -> HttpResponse:
    """Show how many requests are still to be executed after their response."""
    return json_response(late_execution.pending())


@require_http_methods(["GET", "PUT", "DELETE"])
def fault_rules(request: HttpRequest) -> HttpResponse:
    """Show, replace or clear the fault rules."""
    try:
        if request.method == "PUT":
            faults.replace_rules(_json_of(request))
    except (InvalidInput, msgspec.ValidationError) as error:
        return _invalid_input(error)
    if request.method == "DELETE":
        faults.clear_rules()
    return json_response(faults.active_rules())


@require_http_methods(["GET", "PUT"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show or change the runtime settings."""
    if request.method == "PUT":
        try:
            changed = settings_store.change(_json_object_of(request))
        except (InvalidInput, msgspec.ValidationError) as error:
            return _invalid_input(error)
        snapshot.register_app(changed.redirect_uris)
        rate_limit.reset()
    return json_response(current_settings())


@require_POST
def reset(_request: HttpRequest) -> HttpResponse:
    """Restore the seeded data and the settings of the start, and clear all logs."""
    late_execution.cancel_all()
    snapshot.restore_seed()
    _clear_memory()
    return json_response({})


@require_GET
def snapshots(_request: HttpRequest) -> HttpResponse:
    """Show the names of the saved states and when they were saved."""
    times = snapshot.saved_times()
    return json_response([{"name": name, "saved_at": time} for name, time in times.items()])


@require_http_methods(["POST", "DELETE"])
def named_snapshot(request: HttpRequest, name: str) -> HttpResponse:
    """Save the present state under this name, or delete it."""
    try:
        if request.method == "DELETE":
            snapshot.delete(name)
        else:
            snapshot.save(name)
    except snapshot.UnknownSnapshot:
        return _unknown_snapshot(name)
    except snapshot.TooManySnapshots:
        words = f"There are {snapshot.MOST_SNAPSHOTS} snapshots already. Delete some first."
        return _invalid_input(InvalidInput(words))
    return json_response({"name": name})


@require_POST
def restore_snapshot(_request: HttpRequest, name: str) -> HttpResponse:
    """Restore the state saved under this name, and clear all logs and faults."""
    if name not in snapshot.saved_times():
        return _unknown_snapshot(name)
    late_execution.cancel_all()
    snapshot.restore(name)
    _clear_memory()
    return json_response({"name": name})


def _unknown_snapshot(name: str) -> HttpResponse:
    words = f"There is no snapshot {name}. POST /sandbox/snapshots/{name} saves one."
    return json_response({"error": words}, 404)


def _clear_memory() -> None:
    """Clear what is kept outside the database and does not belong to a snapshot."""
    faults.clear_rules()
    faults.clear_fired()
    write_log.clear()
    rate_limit.reset()
    request_log.clear()
    webhook_delivery.clear()


@require_POST
def expire_tokens(_request: HttpRequest) -> HttpResponse:
    """Expire all OAuth access tokens now."""
    count = OAuthToken.objects.update(expires_at=clock.now())
    return json_response({"expired": count})


@require_POST
@transaction.atomic
def revoke_tokens(request: HttpRequest) -> HttpResponse:
    """Revoke all tokens of a user, or those of one kind."""
    try:
        selection = msgspec.convert(_json_of(request), _TokensToRevoke)
    except (InvalidInput, msgspec.ValidationError) as error:
        return _invalid_input(error)
    count = 0
    if selection.kind in ("all", "oauth"):
        tokens = OAuthToken.objects.filter(person=selection.user, revoked=False)
        count += tokens.update(revoked=True)
    if selection.kind in ("all", "personal"):
        personal_tokens = PersonalToken.objects.filter(person=selection.user, revoked=False)
        count += personal_tokens.update(revoked=True)
    return json_response({"revoked": count})


@require_GET
def all_operations(_request: HttpRequest) -> HttpResponse:
    """Show all operations of Asana's API, and whether the sandbox serves them."""
    return json_response(
        [
            {
                "method": operation.method,
                "path": operation.path,
                "name": operation.name,
                "served": operation.is_served,
            }
            for operation in operations.all_operations()
        ]
    )


@require_GET
def people(_request: HttpRequest) -> HttpResponse:
    """Show all people with their personal tokens."""
    rows = Person.objects.prefetch_related("personaltoken_set").order_by("gid")
    return json_response(
        [
            {
                "gid": person.gid,
                "slug": person.slug,
                "name": person.name,
                "email": person.email,
                "tokens": [row.token for row in person.personaltoken_set.all() if not row.revoked],
            }
            for person in rows
        ]
    )


@require_POST
def data(request: HttpRequest) -> HttpResponse:
    """Add records; responds with the gids of each section."""
    try:
        gids = data_import.add(data_import.parse(_json_of(request)))
    except (InvalidInput, data_import.InvalidData) as error:
        return _invalid_input(error)
    return json_response(gids, 201)


@require_http_methods(["PUT"])
def membership(request: HttpRequest) -> HttpResponse:
    """Change the roles of a person in a workspace."""
    try:
        change = msgspec.convert(_json_of(request), _Roles)
    except (InvalidInput, msgspec.ValidationError) as error:
        return _invalid_input(error)
    roles = msgspec.to_builtins(change)
    rows = Membership.objects.filter(person=roles.pop("user"), workspace=roles.pop("workspace"))
    if not rows.exists():
        return json_response({"error": "This person is not in this workspace."}, 404)
    if roles:
        rows.update(**roles)
    return json_response(roles)


def _json_of(request: HttpRequest) -> Any:
    try:
        return decode_json(request.body)
    except ValueError as error:
        raise InvalidInput(f"This is not JSON: {error}") from error


def _json_object_of(request: HttpRequest) -> dict[str, Any]:
    content = _json_of(request)
    if not isinstance(content, dict):
        raise InvalidInput("Send an object of settings and their values as JSON.")
    return content


def _invalid_input(error: Exception) -> HttpResponse:
    return json_response({"error": str(error)}, 400)
