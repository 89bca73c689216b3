"""Faults on demand. *before* and *after* are proved by what is stored afterwards."""

from __future__ import annotations

import time

import pytest
import requests

CREATE = {"method": "POST", "path": "/time_tracking_entries$"}


@pytest.fixture
def create(sandbox, task, monday):
    """Tries to log 7 minutes; 2 seconds are enough for a sound answer."""

    def created(**given):
        body = {"data": {"duration_minutes": 7, "entered_on": str(monday)}}
        path = f"/tasks/{task}/time_tracking_entries"
        return sandbox.call("POST", path, json=body, **{"timeout": 2, **given})

    return created


@pytest.fixture
def stored(sandbox, task):
    """How often the 7 minutes are there."""

    def counted():
        sandbox.faults()
        entries = sandbox.get(f"/tasks/{task}/time_tracking_entries")
        return [entry["duration_minutes"] for entry in entries].count(7)

    return counted


@pytest.mark.parametrize(("kind", "writes"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_has_no_answer(sandbox, create, stored, kind, writes):
    sandbox.faults({**CREATE, "kind": kind})
    with pytest.raises(requests.ConnectionError):
        create()
    assert sandbox.requests()[-1]["status"] is None
    assert stored() == writes


@pytest.mark.parametrize(("kind", "writes"), [("hang_before", 0), ("hang_after", 1)])
def test_a_hanging_request_times_out(sandbox, create, stored, kind, writes):
    sandbox.faults({**CREATE, "kind": kind})
    with pytest.raises(requests.ReadTimeout):
        create(timeout=0.3)
    assert sandbox.requests()[-1]["status"] is None
    assert stored() == writes


def test_a_hanging_request_is_dropped_in_the_end(sandbox, create):
    sandbox.faults({**CREATE, "kind": "hang_before", "ms": 50})
    with pytest.raises(requests.ConnectionError):
        create()


def test_a_truncated_answer_is_half_of_it(sandbox, create, stored):
    sandbox.faults({**CREATE, "kind": "truncate"})
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        create()
    assert stored() == 1


def test_latency_delays_and_goes_on(sandbox, create):
    sandbox.faults({**CREATE, "kind": "latency", "ms": 100}, {"kind": "latency", "ms": 100})
    started = time.monotonic()
    assert create().status_code == 201
    assert time.monotonic() - started > 0.2
    assert sandbox.requests()[-1]["milliseconds"] > 200


def test_a_status_comes_instead_of_the_request(sandbox, create, stored):
    sandbox.faults({**CREATE, "kind": "status", "status": 429, "retry_after": 3})
    response = create()
    assert (response.status_code, response.headers["Retry-After"]) == (429, "3")
    assert "rate limit" in response.json()["errors"][0]["message"]
    assert stored() == 0


def test_a_status_may_carry_nonsense(sandbox, create):
    sandbox.faults({**CREATE, "kind": "status", "status": 200, "body": "<html>"})
    assert create().text == "<html>"


def test_a_rule_fires_as_often_as_it_says(sandbox):
    sandbox.faults({"kind": "status", "status": 503, "times": 2})
    answers = [sandbox.call("GET", "/users/me").status_code for _ in range(3)]
    assert answers == [503, 503, 200]


def test_a_seed_makes_chance_repeatable(sandbox):
    rule = {"kind": "status", "status": 500, "probability": 0.5, "seed": 7}

    def answers():
        sandbox.faults(rule)
        return [sandbox.call("GET", "/users/me").status_code for _ in range(12)]

    first = answers()
    assert set(first) == {200, 500}
    assert answers() == first


def test_the_other_requests_are_sound(sandbox, task):
    sandbox.faults({**CREATE, "kind": "drop_before"})
    assert sandbox.get("/time_tracking_entries", user="me")
    assert sandbox.get(f"/tasks/{task}/time_tracking_entries") is not None
    assert requests.get(f"{sandbox.url}/sandbox/settings", timeout=2).ok


def test_the_token_endpoint_can_fail_too(sandbox):
    sandbox.faults({"path": "oauth_token", "kind": "status", "status": 502})
    assert requests.post(f"{sandbox.url}/-/oauth_token", timeout=2).status_code == 502


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("no list", "Expected `array`"),
        ([{"kind": "explode"}], "Invalid enum value 'explode'"),
        ([{"kind": "status"}], "needs a status"),
        ([{"kind": "latency"}], "needs ms"),
        ([{"kind": "drop_before", "path": "("}], "( is no regular expression: missing )"),
        ([{"kind": "drop_before", "colour": "red"}], "unknown field `colour`"),
        ([{"kind": "drop_before", "probability": 2}], "<= 1"),
    ],
)
def test_a_bad_rule_is_refused_in_a_sentence(sandbox, rules, words):
    response = requests.put(f"{sandbox.url}/sandbox/faults", json=rules, timeout=2)
    assert response.status_code == 400
    assert words in response.json()["error"]
