"""Sends events to the targets of webhooks, in order, from one thread.

https://developers.asana.com/docs/webhooks-guide: a delivery has the header X-Hook-Signature, the
HMAC-SHA256 of its body with the secret of the handshake, in hexadecimal; a target that fails gets
it again, for 24 hours, and then the webhook is deleted. How long Asana waits between the attempts
is not documented: here it starts with a second and doubles.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import queue
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.db import connections

from sandbox import clock
from sandbox.event_models import Event, Webhook

SECRET_HEADER, SIGNATURE_HEADER = "X-Hook-Secret", "X-Hook-Signature"
TIMEOUT = 10.0
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(hours=1)
GIVES_UP_AFTER = timedelta(hours=24)
# https://developers.asana.com/docs/webhooks-guide: empty deliveries, at creation and every 8 hours.
HEARTBEAT_EVERY = timedelta(hours=8)
LOOKS_EVERY = 1.0
MOST_RECORDS = 10_000
GONE = 410


class DeliveryFailed(Exception):
    """The target did not respond as it has to; the message is what it did."""


@dataclass
class Delivery:
    """A delivery as it was sent; `status` is null if no response came."""

    webhook: str
    target: str
    events: list[dict[str, Any]]
    signature: str
    status: int | None


_queue: queue.Queue[int] = queue.Queue()
_lock = threading.Lock()
_deliveries: deque[Delivery] = deque(maxlen=MOST_RECORDS)
# By webhook: events that are still to be sent.
_waiting: dict[str, list[int]] = {}
_heartbeats: dict[str, Any] = {}
_thread: threading.Thread | None = None


def post(target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str]]:
    """Send a POST; return the status and the headers of the response; raises `DeliveryFailed`."""
    parts = urlsplit(target)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    sent = {"Content-Type": "application/json", **headers}
    try:
        with closing(kind(parts.hostname or "", parts.port, timeout=TIMEOUT)) as connection:
            connection.request("POST", path, body, sent)
            response = connection.getresponse()
            response.read()
            return response.status, dict(response.headers)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise DeliveryFailed(str(error) or type(error).__name__) from error


def enqueue(event_id: int) -> None:
    """Send an event to all webhooks that want it, soon."""
    if Webhook.objects.exists():
        _queue.put(event_id)
        _start()


def watch() -> None:
    """Send heartbeats from now on, the first at once."""
    _start()
    _queue.put(0)


def deliveries() -> list[dict[str, Any]]:
    """Return everything that was sent, in order."""
    with _lock:
        return [asdict(delivery) for delivery in _deliveries]


def clear() -> None:
    """Forget what was sent and what is to be sent."""
    with _lock:
        while not _queue.empty():
            _queue.get_nowait()
        _deliveries.clear()
        _waiting.clear()
        _heartbeats.clear()


def signature(secret: str, body: bytes) -> str:
    """Return the signature of a delivery."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _start() -> None:
    global _thread
    with _lock:
        if _thread is None:
            _thread = threading.Thread(target=_run, daemon=True)
            _thread.start()


def _run() -> None:
    while True:
        try:
            _sort_in(_queue.get(timeout=LOOKS_EVERY))
            while not _queue.empty():
                _sort_in(_queue.get_nowait())
        except queue.Empty:
            pass
        for webhook in Webhook.objects.filter(active=True):
            _deliver_to(webhook)
        connections.close_all()


def _sort_in(event_id: int) -> None:
    event = Event.objects.filter(pk=event_id).first()
    if event is None:
        return
    gids = [gid for gid in event.heard_by.split(",") if gid]
    with _lock:
        for webhook in Webhook.objects.filter(resource_gid__in=gids):
            if wants(webhook, event):
                _waiting.setdefault(webhook.gid, []).append(event_id)


def wants(webhook: Webhook, event: Event) -> bool:
    """Return whether an event passes one of the filters, or there are none."""
    return not webhook.filters or any(_passes(event, one) for one in webhook.filters)


def _passes(event: Event, one: Mapping[str, Any]) -> bool:
    for name in ("resource_type", "resource_subtype"):
        if one.get(name) not in (None, event.resource.get(name)):
            return False
    if one.get("action") not in (None, event.action):
        return False
    fields = one.get("fields")
    return not fields or (event.change or {}).get("field") in fields


def _deliver_to(webhook: Webhook) -> None:
    now = clock.now()
    if webhook.next_attempt_after and webhook.next_attempt_after > now:
        return
    with _lock:
        ids = list(_waiting.get(webhook.gid, ()))
        is_due = now - _heartbeats.get(webhook.gid, now - HEARTBEAT_EVERY) >= HEARTBEAT_EVERY
    if not ids and not is_due:
        return
    events = [_content(event) for event in Event.objects.filter(pk__in=ids).order_by("pk")]
    body = msgspec.json.encode({"events": events})
    signed = signature(webhook.secret, body)
    delivery = Delivery(webhook.gid, webhook.target, events, signed, None)
    words = ""
    try:
        delivery.status = post(webhook.target, body, {SIGNATURE_HEADER: signed})[0]
        words = "" if delivery.status < 300 else f"Status {delivery.status}"
    except DeliveryFailed as error:
        words = str(error)
    with _lock:
        _deliveries.append(delivery)
        if not words:
            _waiting[webhook.gid] = [it for it in _waiting.get(webhook.gid, ()) if it not in ids]
            _heartbeats[webhook.gid] = now
    _note(webhook, words, is_gone=delivery.status == GONE)


def _content(event: Event) -> dict[str, Any]:
    """Return an event as webhooks have it: with gids instead of names."""
    user = {"gid": event.person_id, "resource_type": "user"}
    content = {
        "user": user,
        "created_at": event.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "action": event.action,
        "resource": _without_name(event.resource),
        "parent": _without_name(event.parent) if event.parent else None,
    }
    if event.change is None:
        return content
    new = event.change.get("new_value")
    return {
        **content,
        "change": {**event.change, **({"new_value": _without_name(new)} if new else {})},
    }


def _without_name(named: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in named.items() if name != "name"}


def _note(webhook: Webhook, failure: str, *, is_gone: bool) -> None:
    now, rows = clock.now(), Webhook.objects.filter(pk=webhook.pk)
    if not failure:
        rows.update(
            last_success_at=now,
            delivery_retry_count=0,
            next_attempt_after=None,
            failure_deletion_timestamp=None,
        )
        return
    gives_up_at = webhook.failure_deletion_timestamp or now + GIVES_UP_AFTER
    if is_gone or gives_up_at <= now:
        rows.delete()
        return
    pause = min(FIRST_PAUSE * 2 ** min(webhook.delivery_retry_count, 20), LONGEST_PAUSE)
    rows.update(
        last_failure_at=now,
        last_failure_content=failure,
        delivery_retry_count=webhook.delivery_retry_count + 1,
        next_attempt_after=now + pause,
        failure_deletion_timestamp=gives_up_at,
    )
