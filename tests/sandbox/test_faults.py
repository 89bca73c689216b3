"""Faults on demand. *before* and *after* are proved by what is stored afterwards."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

from tests.support.waiting import until

CREATE = {"method": "POST", "path": "/time_tracking_entries$"}


@pytest.fixture
def create(sandbox, task, monday):
    """Tries to log 7 minutes."""

    def created(**given):
        body = {"data": {"duration_minutes": 7, "entered_on": str(monday)}}
        path = f"/tasks/{task}/time_tracking_entries"
        return sandbox.call("POST", path, json=body, **given)

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


def test_a_status_may_come_after_the_write(sandbox, create, stored):
    sandbox.faults({**CREATE, "kind": "status_after", "status": 500})
    response = create()
    assert response.status_code == 500
    assert len(response.json()["errors"][0]["phrase"].split()) == 5
    assert stored() == 1


def test_a_late_write_is_executed_after_its_client_has_gone(sandbox, create, stored):
    sandbox.faults({**CREATE, "kind": "execute_late", "ms": 1000})
    with pytest.raises(requests.ConnectionError):
        create()
    assert sandbox.writes() == []
    assert sandbox.pending() == 1
    until(lambda: not sandbox.pending())
    assert [write["act"] for write in sandbox.writes()] == ["create"]
    assert stored() == 1


def test_a_late_write_may_have_a_status(sandbox, create, stored):
    sandbox.faults({**CREATE, "kind": "execute_late", "ms": 800, "status": 504})
    assert create().status_code == 504
    assert sandbox.writes() == []
    until(lambda: not sandbox.pending())
    assert stored() == 1


@pytest.mark.parametrize("restart", ["reset", "restore"])
def test_a_late_write_does_not_outlive_a_reset(sandbox, create, stored, restart):
    sandbox.save_snapshot("before")
    sandbox.faults({**CREATE, "kind": "execute_late", "ms": 200, "status": 504})
    assert create().status_code == 504
    if restart == "reset":
        sandbox.reset()
    else:
        sandbox.restore_snapshot("before")
    time.sleep(0.5)
    assert sandbox.writes() == []
    assert stored() == 0


CHANGE = "name=new_goals;info=https://example.com;affected=true"


@pytest.mark.parametrize("values", [CHANGE, [CHANGE, CHANGE.replace("goals", "rules")]])
def test_responses_can_have_more_headers(sandbox, values):
    sandbox.faults({"kind": "headers", "headers": {"Asana-Change": values}})
    response = sandbox.call("GET", "/users/me")
    assert response.status_code == 200
    expected = values if isinstance(values, list) else [values]
    assert response.raw.headers.getlist("Asana-Change") == expected


def test_made_up_responses_can_have_them_too(sandbox):
    sandbox.faults(
        {"kind": "headers", "headers": {"X-First": "1"}},
        {"kind": "status", "status": 503, "headers": {"X-Second": "2"}},
    )
    response = sandbox.call("GET", "/users/me")
    assert (response.headers["X-First"], response.headers["X-Second"]) == ("1", "2")
    assert response.status_code == 503


@pytest.mark.parametrize("user", ["ada", "1201000000000001"])
def test_a_rule_may_be_for_one_person(sandbox, user):
    sandbox.faults({"kind": "status", "status": 500, "user": user})
    assert sandbox.call("GET", "/users/me").status_code == 500
    assert sandbox.call("GET", "/users/me", "sandbox-ben").status_code == 200
    assert sandbox.call("GET", "/users/me", "nobody").status_code == 401
    assert sandbox.call("GET", "/users/me", "").status_code == 401


def test_a_rule_for_one_person_fits_their_tokens_of_every_kind(sandbox):
    redirect = sandbox.settings()["redirect_uris"][0]
    query = {"client_id": "sandbox-client", "redirect_uri": redirect, "response_type": "code"}
    form = {"person": "ada", "decision": "allow"}
    url = f"{sandbox.url}/-/oauth_authorize"
    back = requests.post(url, params=query, data=form, allow_redirects=False, timeout=60)
    code = back.headers["Location"].rpartition("code=")[2]
    client = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}

    def token(**values):
        form = {**client, "redirect_uri": redirect, **values}
        return requests.post(f"{sandbox.url}/-/oauth_token", data=form, timeout=60)

    rule = {"kind": "status", "status": 500}
    exchange = {"grant_type": "authorization_code", "code": code}
    sandbox.faults({**rule, "user": "ada"})
    assert token(**exchange).status_code == 500
    sandbox.faults({**rule, "user": "ben"})
    tokens = token(**exchange).json()
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert token(**refresh).status_code == 200
    sandbox.faults({**rule, "user": "ada"})
    assert token(**refresh).status_code == 500
    assert sandbox.call("GET", "/users/me", tokens["access_token"]).status_code == 500


def test_a_rule_may_skip_the_first_requests(sandbox):
    sandbox.faults({"kind": "status", "status": 503, "skip": 2, "times": 1})
    answers = [sandbox.call("GET", "/users/me").status_code for _ in range(4)]
    assert answers == [200, 200, 503, 200]


def test_the_clock_can_be_wrong(sandbox, create):
    sandbox.settings(clock_offset_seconds=-7200)
    before = datetime.now(UTC)
    response = create()
    date = parsedate_to_datetime(response.headers["Date"])
    made = datetime.fromisoformat(response.json()["data"]["created_at"])
    for moment in (date, made):
        assert -7230 < (moment - before).total_seconds() < -7170


def test_moving_the_clock_expires_tokens_and_offsets(sandbox):
    page = sandbox.call("GET", "/users?limit=1").json()["next_page"]
    sandbox.settings(clock_offset_seconds=901)
    message = sandbox.call("GET", page["path"]).json()["errors"][0]["message"]
    assert message == "offset: Your pagination token has expired."
    sandbox.settings(clock_offset_seconds=0)
    assert sandbox.call("GET", page["path"]).status_code == 200


def test_moving_the_clock_moves_today(sandbox, task):
    sandbox.settings(clock_offset_seconds=10 * 86_400)
    made = sandbox.post(f"/tasks/{task}/time_tracking_entries", duration_minutes=5)
    assert date.fromisoformat(made["entered_on"]) - date.today() == timedelta(days=10)  # noqa: DTZ011


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
    assert requests.get(f"{sandbox.url}/sandbox/settings", timeout=60).ok


def test_the_token_endpoint_can_fail_too(sandbox):
    sandbox.faults({"path": "oauth_token", "kind": "status", "status": 502})
    assert requests.post(f"{sandbox.url}/-/oauth_token", timeout=60).status_code == 502


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("no list", "Expected `array`"),
        ([{"kind": "explode"}], "Invalid enum value 'explode'"),
        ([{"kind": "status"}], "needs status"),
        ([{"kind": "latency"}], "needs ms"),
        ([{"kind": "status_after"}], "needs status"),
        ([{"kind": "execute_late"}], "needs ms"),
        ([{"kind": "headers"}], "needs headers"),
        ([{"kind": "headers", "headers": {"X Y": "1"}}], "X Y: 1 is no header"),
        ([{"kind": "headers", "headers": {"X": "1\r\nY: 2"}}], "is no header"),
        ([{"kind": "headers", "headers": {"X": "\u0416"}}], "is no header"),
        ([{"kind": "headers", "headers": {"X": 5}}], "Expected `str | array`"),
        ([{"kind": "drop_before", "path": "("}], "( is no regular expression: missing )"),
        ([{"kind": "drop_before", "colour": "red"}], "unknown field `colour`"),
        ([{"kind": "drop_before", "probability": 2}], "<= 1"),
    ],
)
def test_a_bad_rule_is_refused_in_a_sentence(sandbox, rules, words):
    response = requests.put(f"{sandbox.url}/sandbox/faults", json=rules, timeout=60)
    assert response.status_code == 400
    assert words in response.json()["error"]
