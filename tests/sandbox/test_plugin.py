"""What the pytest plugin gives a test: people, clients, faults, the clock and snapshots."""

from __future__ import annotations

from datetime import date

import pytest
from asana_sandbox.client import Asana, Refused
from asana_sandbox.process import StartFailed, start


@pytest.fixture
def asana(sandbox):
    asana = Asana(sandbox.url)
    yield asana
    asana.close()


def test_everybody_has_a_token_and_a_client(asana):
    ada = asana.people["ada"]
    assert (ada.name, ada.token) == ("Ada Lindqvist", asana.tokens["ada"])
    assert asana.client("ada").get("/users/me")["gid"] == ada.gid
    assert asana.client(ada.token).get("/users/me", opt_fields="email")["email"] == ada.email


def test_a_client_creates_reads_changes_and_deletes(asana, task):
    ada = asana.client("ada")
    path = f"/tasks/{task}/time_tracking_entries"
    gid = ada.post(path, duration_minutes=30, entered_on=date(2026, 1, 5))["gid"]
    assert ada.put(f"/time_tracking_entries/{gid}", duration_minutes=45)["duration_minutes"] == 45
    assert ada.delete(f"/time_tracking_entries/{gid}") == {}
    with pytest.raises(Refused) as refused:
        ada.get(f"/time_tracking_entries/{gid}")
    assert (refused.value.status, "Unknown object" in refused.value.message) == (404, True)
    assert [write["act"] for write in asana.writes()] == ["create", "update", "delete"]


def test_the_tokens_of_own_data_are_known(asana, studio):
    person = {"name": "Grace Hopper", "email": "grace@acme.example", "tokens": ["hers"]}
    assert "grace" not in asana.tokens
    asana.add(people=[{**person, "memberships": [{"workspace": studio}]}])
    assert asana.tokens["grace"] == "hers"


def test_faults_add_up_and_can_be_cleared(asana):
    ada = asana.client("ada")
    asana.fail(503, times=1)
    asana.lose_response(path="/users/me")
    assert ada.send("GET", "/users/me").status == 503
    with pytest.raises(ConnectionError):
        ada.get("/users/me")
    assert asana.fired() == {"503": 1, "drop_after": 1}
    asana.clear_faults()
    assert ada.get("/users/me")["name"] == "Ada Lindqvist"


def test_a_slow_response_is_for_one_person(asana):
    asana.slow_down(50, user="ben")
    asana.client("ada").get("/users/me")
    asana.client("ben").get("/users/me")
    assert [request["milliseconds"] >= 50 for request in asana.requests()] == [False, True]


@pytest.mark.parametrize("moment", ["2030-03-01", "2030-03-01T12:00:00+00:00", date(2030, 3, 1)])
def test_the_clock_is_set_and_moved(asana, task, moment):
    ada = asana.client("ada")
    asana.set_clock(moment)
    path = f"/tasks/{task}/time_tracking_entries"
    assert ada.post(path, duration_minutes=1)["entered_on"] == "2030-03-01"
    asana.move_clock(days=1)
    assert ada.post(path, duration_minutes=1)["entered_on"] == "2030-03-02"


def test_a_saved_state_is_restored(asana, task):
    asana.settings(plan="none")
    asana.save("no-plan")
    asana.reset()
    assert asana.settings()["plan"] == "timesheets"
    asana.restore("no-plan")
    assert asana.settings()["plan"] == "none"


def test_tokens_are_revoked(asana):
    ada = asana.client("ada")
    asana.revoke_tokens("ada", kind="oauth")
    assert ada.send("GET", "/users/me").status == 200
    asana.revoke_tokens("ada")
    assert ada.send("GET", "/users/me").status == 401


def test_a_wrong_rule_is_refused_with_the_reason(asana):
    with pytest.raises(ValueError, match="needs status"):
        asana.fault("status")


def test_a_start_with_wrong_arguments_fails(capfd):
    with pytest.raises(StartFailed), start(["--size", "huge"]):
        pass
    assert "invalid choice: 'huge'" in capfd.readouterr().err
