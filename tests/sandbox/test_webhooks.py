"""Webhooks: the handshake, signed deliveries, filters, retries, and who may see them."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from tests.support.waiting import until

SECRET, SIGNATURE = "X-Hook-Secret", "X-Hook-Signature"


class Target:
    """Receives webhooks; `status` is what it responds to events."""

    def __init__(self) -> None:
        self.secret, self.status, self.echoes = "", 200, True
        self.received: list[tuple[str, bytes]] = []
        target = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if secret := self.headers.get(SECRET):
                    target.secret = secret
                    self.send_response(204)
                    if target.echoes:
                        self.send_header(SECRET, secret)
                else:
                    target.received.append((self.headers[SIGNATURE], body))
                    self.send_response(target.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?project=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def events(self) -> list[dict]:
        return [event for _, body in self.received for event in json.loads(body)["events"]]

    def wait_for(self, number: int) -> list[dict]:
        until(lambda: len(self.events) >= number)
        return self.events


@pytest.fixture
def target() -> Iterator[Target]:
    target = Target()
    yield target
    target.server.shutdown()
    target.server.server_close()


@pytest.fixture
def webhook(sandbox, task, target):
    return sandbox.post("/webhooks", resource=task, target=target.url)


def test_is_created_once_the_target_has_answered(sandbox, task, target):
    sent = {"data": {"resource": task, "target": target.url}}
    response = sandbox.call("POST", "/webhooks", json=sent)
    assert response.status_code == 201
    assert response.json()[SECRET] == target.secret
    assert len(target.secret) == 64
    made = response.json()["data"]
    assert (made["active"], made["target"], made["filters"]) == (True, target.url, [])
    assert made["resource"]["gid"] == task
    again = sandbox.call("POST", "/webhooks", json=sent)
    assert (again.status_code, "exists already" in again.text) == (400, True)


def test_events_are_signed(sandbox, task, target, webhook):
    sandbox.put(f"/tasks/{task}", name="Other")
    [event] = target.wait_for(1)
    assert event["resource"] == {
        "gid": task,
        "resource_type": "task",
        "resource_subtype": "default_task",
    }
    assert event["change"] == {"field": "name", "action": "changed"}
    for signature, body in target.received:
        expected = hmac.new(target.secret.encode(), body, hashlib.sha256).hexdigest()
        assert signature == expected

    def statuses() -> list[int]:
        deliveries = requests.get(f"{sandbox.url}/sandbox/deliveries", timeout=60).json()
        return [delivery["status"] for delivery in deliveries]

    # A delivery is noted once it is answered.
    until(lambda: statuses() == [200] * len(target.received))
    until(lambda: sandbox.get(f"/webhooks/{webhook['gid']}")["last_success_at"])


def test_a_heartbeat_comes_at_once_and_every_eight_hours(sandbox, target, webhook):
    def heartbeats(number):
        until(lambda: len(target.received) >= number)
        return [json.loads(body) for _, body in target.received]

    assert heartbeats(1) == [{"events": []}]
    sandbox.settings(clock_offset_seconds=8 * 3600 + 1)
    assert heartbeats(2) == [{"events": []}] * 2


def test_only_what_passes_a_filter_is_sent(sandbox, task, target):
    filters = [{"resource_type": "task", "action": "changed", "fields": ["name"]}]
    made = sandbox.post("/webhooks", resource=task, target=target.url, filters=filters)
    assert made["filters"] == filters
    sandbox.put(f"/tasks/{task}", notes="Not this")
    sandbox.put(f"/tasks/{task}", name="This")
    assert [one["change"]["field"] for one in target.wait_for(1)] == ["name"]
    changed = sandbox.put(f"/webhooks/{made['gid']}", filters=[{"action": "deleted"}])
    assert changed["filters"] == [{"action": "deleted"}]


def test_my_tasks_can_be_listened_to(sandbox, studio, task, target):
    mine = sandbox.get("/users/me/user_task_list", workspace=studio)["gid"]
    sandbox.post("/webhooks", resource=mine, target=target.url)
    sandbox.put(f"/tasks/{task}", name="Other")
    assert [one["resource"]["gid"] for one in target.wait_for(1)] == [task]
    assert len(sandbox.get("/webhooks", workspace=studio, resource=mine)) == 1


def test_a_target_that_fails_gets_it_again(sandbox, task, target, webhook):
    target.status = 500
    sandbox.put(f"/tasks/{task}", name="Other")
    target.wait_for(1)
    target.status = 200
    events = target.wait_for(2)
    assert events[0] == events[1]
    path = f"/webhooks/{webhook['gid']}"
    until(lambda: not sandbox.get(path)["delivery_retry_count"])
    assert sandbox.get(path)["last_failure_content"] == "Status 500"


def test_after_a_day_of_failures_or_a_410_it_is_deleted(sandbox, task, target, webhook):
    target.status = 410
    sandbox.put(f"/tasks/{task}", name="Other")
    path = f"/webhooks/{webhook['gid']}"
    until(lambda: sandbox.call("GET", path).status_code == 404)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"target": "ftp://x/"}, "target: Not a valid URL"),
        ({"target": "http://127.0.0.1:9/"}, "target: "),
        ({"resource": "5"}, "resource: Unknown object: 5"),
        ({"resource": "1200000000000001"}, "need filters"),
        ({"filters": [{"action": "sung"}]}, "filters: Must be an array of filters"),
        ({"active": False}, "active: Cannot write this property"),
    ],
)
def test_what_is_no_webhook_is_refused(sandbox, task, target, values, words):
    sent = {"data": {"resource": task, "target": target.url, **values}}
    response = sandbox.call("POST", "/webhooks", json=sent)
    assert response.status_code == 400
    assert words in response.json()["errors"][0]["message"]


def test_without_the_secret_it_is_refused(sandbox, task, target):
    target.echoes = False
    sent = {"data": {"resource": task, "target": target.url}}
    response = sandbox.call("POST", "/webhooks", json=sent)
    assert (response.status_code, "handshake" in response.text) == (400, True)


def test_targets_on_this_machine_can_be_refused_as_in_asana(sandbox, task, target):
    sandbox.settings(local_webhooks=False)
    for url in (target.url, "http://localhost:9/", "http://[::1]:9/"):
        sent = {"data": {"resource": task, "target": url}}
        assert sandbox.call("POST", "/webhooks", json=sent).status_code == 403


def test_everybody_has_their_own(sandbox, studio, target, webhook):
    mine = sandbox.get("/webhooks", workspace=studio)
    assert [row["gid"] for row in mine] == [webhook["gid"]]
    assert sandbox.get("/webhooks", workspace=studio, resource="5") == []
    assert sandbox.get("/webhooks", "sandbox-ben", workspace=studio) == []
    path = f"/webhooks/{webhook['gid']}"
    assert sandbox.call("DELETE", path, "sandbox-ben").status_code == 403
    assert sandbox.delete(path) == {}
    assert sandbox.call("GET", path).status_code == 404
