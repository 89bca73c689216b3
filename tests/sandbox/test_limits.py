"""How many requests of a token may be in flight at once, and what happens to those that wait."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

PATH = "/tasks/1205000000000001/time_tracking_entries"
BODY = {"data": {"duration_minutes": 7, "entered_on": "2026-01-05"}}


def at_once(sandbox, *requests_to_send, ms: int = 500):
    """Send these at the same time; each is held for so many milliseconds."""
    sandbox.faults({"kind": "latency", "ms": ms})

    def send(request):
        method, token = request
        content: dict[str, Any] = {"json": BODY} if method == "POST" else {}
        headers = {"Authorization": f"Bearer sandbox-{token}"}
        return requests.request(
            method, f"{sandbox.api}{PATH}", headers=headers, timeout=60, **content
        )

    with ThreadPoolExecutor(len(requests_to_send)) as pool:
        return list(pool.map(send, requests_to_send))


def statuses(responses):
    return sorted(response.status_code for response in responses)


def test_the_limits_are_asanas(sandbox):
    settings = sandbox.settings()
    assert (settings["concurrent_reads"], settings["concurrent_writes"]) == (50, 15)


@pytest.mark.parametrize(
    ("method", "name", "good"),
    [("GET", "concurrent_reads", 200), ("POST", "concurrent_writes", 201)],
)
def test_more_than_the_limit_are_refused_and_not_executed(sandbox, method, name, good):
    sandbox.settings(**{name: 3})
    responses = at_once(sandbox, *[(method, "ada")] * 5, ms=1000)
    assert statuses(responses) == [good] * 3 + [429] * 2
    refused = next(response for response in responses if response.status_code == 429)
    assert "rate limit" in refused.json()["errors"][0]["message"]
    assert "Retry-After" not in refused.headers
    assert len(sandbox.writes()) == (3 if method == "POST" else 0)


def test_reads_writes_and_people_are_counted_apart(sandbox):
    sandbox.settings(concurrent_reads=1, concurrent_writes=1)
    responses = at_once(sandbox, ("GET", "ada"), ("POST", "ada"), ("GET", "mia"), ("POST", "mia"))
    assert statuses(responses) == [200, 200, 201, 201]


@pytest.mark.parametrize("no_limit", [0, None])
def test_a_limit_can_be_switched_off(sandbox, no_limit):
    sandbox.settings(concurrent_reads=no_limit)
    assert statuses(at_once(sandbox, *[("GET", "ada")] * 60)) == [200] * 60


def test_a_request_that_was_answered_is_not_in_flight(sandbox):
    sandbox.settings(concurrent_reads=1, concurrent_writes=1)
    for _ in range(20):
        assert sandbox.call("POST", PATH, json=BODY).status_code == 201
        assert sandbox.call("GET", PATH).status_code == 200


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncate", "status"])
def test_a_fault_ends_a_flight_too(sandbox, kind):
    sandbox.settings(concurrent_reads=1)
    sandbox.faults({"kind": kind, "times": 1, **({"status": 500} if kind == "status" else {})})
    with contextlib.suppress(requests.RequestException):
        sandbox.call("GET", "/users/me")
    assert sandbox.call("GET", "/users/me").status_code == 200


def test_requests_for_tokens_have_no_such_limit_and_keep_their_faults(sandbox):
    sandbox.settings(concurrent_writes=1)
    sandbox.faults(
        {"kind": "latency", "ms": 300}, {"path": "oauth_token", "kind": "status", "status": 502}
    )

    def send(_number):
        return requests.post(f"{sandbox.url}/-/oauth_token", auth=("a", "b"), timeout=60)

    with ThreadPoolExecutor(5) as pool:
        assert statuses(pool.map(send, range(5))) == [502] * 5


def test_an_unknown_token_is_not_authorized_also_beyond_the_limit(sandbox):
    sandbox.settings(concurrent_reads=1)
    assert statuses(at_once(sandbox, *[("GET", "nobody")] * 3)) == [401] * 3


def test_an_observer_is_not_limited_nor_counted(sandbox):
    sandbox.settings(concurrent_reads=1, requests_per_minute=1)
    observer = {"X-Sandbox-Sound": "1"}
    for _ in range(3):
        assert sandbox.call("GET", "/users/me", headers=observer).status_code == 200
    assert sandbox.call("GET", "/users/me").status_code == 200


def test_many_write_at_once_and_nothing_is_lost(sandbox):
    sandbox.settings(concurrent_writes=None)
    headers = {"Authorization": "Bearer sandbox-ada"}

    def write(_number):
        return requests.post(f"{sandbox.api}{PATH}", json=BODY, headers=headers, timeout=60)

    with ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(write, range(100)))
    assert {response.status_code for response in responses} == {201}
    assert len({response.json()["data"]["gid"] for response in responses}) == 100
    stored = sandbox.get("/time_tracking_entries", task=PATH.split("/")[2])
    assert [entry["duration_minutes"] for entry in stored].count(7) == 100


def test_a_write_whose_client_has_gone_is_not_executed(sandbox):
    sandbox.faults({"kind": "latency", "ms": 300, "times": 1})
    content = json.dumps(BODY).encode()
    host = sandbox.url.removeprefix("http://")
    head = (
        f"POST /api/1.0{PATH} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer sandbox-ada\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    name, _, port = host.partition(":")
    with socket.create_connection((name, int(port))) as connection:
        connection.sendall(head.encode() + content)
        time.sleep(0.1)
    time.sleep(0.5)
    assert sandbox.writes() == []
