"""Webhooks: the handshake when one is created, and what belongs to them.

https://developers.asana.com/docs/webhooks-guide
"""

from __future__ import annotations

import ipaddress
import secrets
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse

from sandbox import clock, events, webhook_delivery
from sandbox.access import is_gid
from sandbox.api.events import subscribable
from sandbox.api_request import ApiRequest, writes
from sandbox.errors import ApiError, bad_request, no_access, unknown_object
from sandbox.event_models import Webhook
from sandbox.event_resources import WEBHOOK
from sandbox.models import Membership, Project, Task, Workspace
from sandbox.runtime_settings import current_settings
from sandbox.webhook_delivery import SECRET_HEADER, DeliveryFailed

ACTIONS = ("added", "removed", "deleted", "undeleted", "changed")
FILTER_FIELDS = ("resource_type", "resource_subtype", "action", "fields")
MOST_OF_A_RESOURCE, MOST_OF_AN_APP = 1000, 10_000
NO_HANDSHAKE = (
    "The remote server which is intended to receive the webhook did not respond with the handshake "
    "secret."
)


def list_filtered(request: ApiRequest) -> HttpResponse:
    """List the person's webhooks in a workspace, optionally of one resource."""
    workspace = request.viewer.workspace(request.required("workspace"))
    rows = Webhook.objects.filter(**_owner(request), workspace=workspace.gid)
    if gid := request.query.get("resource"):
        rows = rows.filter(resource_gid=gid)
    return request.listing(WEBHOOK, rows.order_by("gid"))


def show(request: ApiRequest, webhook_gid: str) -> HttpResponse:
    """Show a webhook."""
    return request.single(WEBHOOK, _webhook(request, webhook_gid))


def create(request: ApiRequest) -> HttpResponse:
    """Create a webhook, once its target has answered the handshake.

    No other write waits for that: the target may well write something first.
    """
    request.body.refuse_other_fields(("resource", "target", "filters"))
    gid = request.body.gid("resource")
    resource = subscribable(request.viewer, gid)
    filters = _filters(request)
    if isinstance(resource, Workspace) and not filters:
        raise bad_request("filters: Webhooks of a workspace need filters")
    target = _target(request)
    secret = secrets.token_hex(32)
    _shake_hands(target, secret)
    return _save(request, _new_webhook(request, gid, resource, target, filters, secret))


def _new_webhook(
    request: ApiRequest,
    gid: str,
    resource: Task | Project | Workspace | Membership,
    target: str,
    filters: list[dict[str, Any]],
    secret: str,
) -> Webhook:
    is_task_list = isinstance(resource, Membership)
    named = (
        {"gid": gid, "resource_type": "user_task_list", "name": "My tasks"}
        if is_task_list
        else events.named(resource)
    )
    workspace = resource.gid if isinstance(resource, Workspace) else resource.workspace_id
    return Webhook(
        gid=clock.new_gid(),
        person=request.viewer.person,
        client_id=request.viewer.client_id,
        workspace=workspace,
        resource=named,
        resource_gid=gid,
        target=target,
        filters=filters,
        secret=secret,
        created_at=clock.now(),
    )


@writes
def _save(request: ApiRequest, webhook: Webhook) -> HttpResponse:
    same = Webhook.objects.filter(**_owner(request))
    if same.filter(resource_gid=webhook.resource_gid, target=webhook.target).exists():
        raise bad_request("target: A webhook for this resource and target exists already")
    if Webhook.objects.filter(resource_gid=webhook.resource_gid).count() >= MOST_OF_A_RESOURCE:
        raise bad_request(f"resource: It has {MOST_OF_A_RESOURCE} webhooks already")
    if same.count() >= MOST_OF_AN_APP:
        raise bad_request(f"There are {MOST_OF_AN_APP} webhooks already")
    webhook.save(force_insert=True)
    webhook_delivery.watch()
    extra = {SECRET_HEADER: webhook.secret}
    return request.created(WEBHOOK, webhook, "webhooks", extra)


@writes
def update(request: ApiRequest, webhook_gid: str) -> HttpResponse:
    """Replace the filters of a webhook."""
    webhook = _webhook(request, webhook_gid)
    request.body.refuse_other_fields(("filters",))
    if "filters" in request.body:
        webhook.filters = _filters(request)
        webhook.save()
    return request.single(WEBHOOK, webhook)


@writes
def delete(request: ApiRequest, webhook_gid: str) -> HttpResponse:
    """Delete a webhook."""
    _webhook(request, webhook_gid).delete()
    return request.deleted()


def _owner(request: ApiRequest) -> dict[str, Any]:
    return {"person": request.viewer.person, "client_id": request.viewer.client_id}


def _webhook(request: ApiRequest, gid: str) -> Webhook:
    if not is_gid(gid):
        raise bad_request(f"webhook: Not a recognized ID: {gid}")
    webhook = Webhook.objects.filter(pk=gid).first()
    if webhook is None:
        raise unknown_object("webhook", gid)
    if Webhook.objects.filter(pk=gid, **_owner(request)).exists():
        return webhook
    raise no_access("webhook")


def _target(request: ApiRequest) -> str:
    target = request.body.required("target")
    try:
        parts = urlsplit(target) if isinstance(target, str) else None
        is_address = bool(
            parts and parts.hostname and parts.scheme in ("http", "https") and parts.port != 0
        )
    except ValueError:
        is_address = False
    if not is_address or parts is None:
        raise bad_request(f"target: Not a valid URL: {target}")
    if not current_settings().local_webhooks and _is_local(parts.hostname or ""):
        # https://developers.asana.com/docs/webhooks-guide
        raise ApiError(403, "target: Webhooks to this machine are not allowed")
    return str(target)


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _filters(request: ApiRequest) -> list[dict[str, Any]]:
    filters = request.body.values.get("filters") or []
    if not isinstance(filters, list) or not all(_is_filter(one) for one in filters):
        raise bad_request("filters: Must be an array of filters")
    return filters


def _is_filter(one: Any) -> bool:
    if not isinstance(one, dict) or not set(one) <= set(FILTER_FIELDS):
        return False
    fields = one.get("fields") or []
    words = [one[name] for name in FILTER_FIELDS[:3] if one.get(name) is not None]
    return (
        isinstance(fields, list)
        and all(isinstance(word, str) for word in [*words, *fields])
        and one.get("action") in (None, *ACTIONS)
    )


def _shake_hands(target: str, secret: str) -> None:
    try:
        status, headers = webhook_delivery.post(target, b"{}", {SECRET_HEADER: secret})
    except DeliveryFailed as error:
        raise bad_request(f"target: {error}") from error
    # Header names are in any case.
    echoed = {name.lower(): value for name, value in headers.items()}.get(SECRET_HEADER.lower())
    if status not in (200, 204) or echoed != secret:
        raise bad_request(NO_HANDSHAKE)
