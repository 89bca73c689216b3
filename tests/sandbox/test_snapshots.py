"""Named snapshots: a state that took many requests is restored by one."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox_process import start_sandbox
from tests.support.waiting import cpu_seconds

PATH = "/tasks/1205000000000001/time_tracking_entries"


@pytest.fixture(autouse=True)
def _no_snapshot_is_left(sandbox):
    yield
    for snapshot in requests.get(f"{sandbox.url}/sandbox/snapshots", timeout=60).json():
        requests.delete(f"{sandbox.url}/sandbox/snapshots/{snapshot['name']}", timeout=60)


def test_a_restore_brings_back_the_saved_data(sandbox):
    saved = sandbox.post(PATH, duration_minutes=7)["gid"]
    sandbox.save_snapshot("one-entry")
    later = sandbox.post(PATH, duration_minutes=8)["gid"]
    sandbox.delete(f"/time_tracking_entries/{saved}")
    sandbox.restore_snapshot("one-entry")
    assert sandbox.get(f"/time_tracking_entries/{saved}")["duration_minutes"] == 7
    assert sandbox.call("GET", f"/time_tracking_entries/{later}").status_code == 404


def test_a_snapshot_outlives_a_reset_and_is_restored_again_and_again(sandbox):
    entry = f"/time_tracking_entries/{sandbox.post(PATH, duration_minutes=7)['gid']}"
    sandbox.save_snapshot("kept")
    for _ in range(2):
        sandbox.reset()
        assert sandbox.call("GET", entry).status_code == 404
        sandbox.restore_snapshot("kept")
        sandbox.put(entry, duration_minutes=8)
    sandbox.restore_snapshot("kept")
    assert sandbox.get(entry)["duration_minutes"] == 7


def test_a_restore_is_as_fast_as_a_reset(sandbox):
    sandbox.save_snapshot("fast")
    before = cpu_seconds(sandbox.process)
    for _ in range(5):
        sandbox.restore_snapshot("fast")
    assert cpu_seconds(sandbox.process) - before < 0.5


def test_the_settings_come_back_with_the_data(sandbox):
    sandbox.settings(plan="time_tracking", lock_approved=False)
    sandbox.save_snapshot("small-plan")
    sandbox.reset()
    sandbox.restore_snapshot("small-plan")
    settings = sandbox.settings()
    assert (settings["plan"], settings["lock_approved"]) == ("time_tracking", False)
    sandbox.reset()
    assert sandbox.settings()["plan"] == "timesheets"


def secrets(sandbox):
    return requests.get(f"{sandbox.url}/sandbox/secrets", timeout=60).json()


def code(sandbox):
    """A new authorization code of Ada's."""
    redirect_uri = sandbox.settings()["redirect_uris"][0]
    query = {"client_id": "sandbox-client", "redirect_uri": redirect_uri, "response_type": "code"}
    response = requests.post(
        f"{sandbox.url}/-/oauth_authorize",
        params=query,
        data={"person": "ada", "decision": "allow"},
        allow_redirects=False,
        timeout=60,
    )
    return response.headers["Location"].rpartition("code=")[2]


def test_tokens_and_their_list_come_back_with_the_data(sandbox):
    before = code(sandbox)
    sandbox.save_snapshot("signed-in")
    code(sandbox)
    sandbox.reset()
    assert "code" not in secrets(sandbox)
    sandbox.restore_snapshot("signed-in")
    assert secrets(sandbox)["code"] == [before]


def test_a_restore_clears_faults_logs_and_quotas_as_a_reset_does(sandbox):
    sandbox.settings(requests_per_minute=2)
    sandbox.save_snapshot("limited")
    sandbox.post(PATH, duration_minutes=7)
    sandbox.faults({"kind": "status", "status": 500, "path": "users"})
    assert sandbox.call("GET", "/users/me").status_code == 500
    sandbox.get("/workspaces")
    assert sandbox.call("GET", "/workspaces").status_code == 429
    sandbox.restore_snapshot("limited")
    assert (sandbox.requests(), sandbox.writes(), sandbox.fired()) == ([], [], {})
    assert sandbox.call("GET", "/users/me").status_code == 200


def test_saving_again_replaces_the_state(sandbox):
    sandbox.save_snapshot("state")
    entry = f"/time_tracking_entries/{sandbox.post(PATH, duration_minutes=7)['gid']}"
    sandbox.save_snapshot("state")
    sandbox.reset()
    sandbox.restore_snapshot("state")
    assert sandbox.get(entry)["duration_minutes"] == 7


def test_an_unknown_snapshot_is_refused_and_changes_nothing(sandbox):
    entry = f"/time_tracking_entries/{sandbox.post(PATH, duration_minutes=7)['gid']}"
    url = f"{sandbox.url}/sandbox/snapshots/nothing"
    for response in (requests.post(f"{url}/restore", timeout=60), requests.delete(url, timeout=60)):
        assert response.status_code == 404
        assert "no snapshot nothing" in response.json()["error"]
    assert sandbox.get(entry)["duration_minutes"] == 7


def test_the_snapshots_are_listed_also_on_the_start_page(sandbox):
    assert "None is saved." in requests.get(sandbox.url, timeout=60).text
    sandbox.save_snapshot("week-2")
    listed = requests.get(f"{sandbox.url}/sandbox/snapshots", timeout=60).json()
    assert [snapshot["name"] for snapshot in listed] == ["week-2"]
    assert "<code>week-2</code>" in requests.get(sandbox.url, timeout=60).text


def test_there_are_at_most_a_hundred_snapshots():
    with start_sandbox() as sandbox:
        for number in range(100):
            sandbox.save_snapshot(f"number-{number}")
        sandbox.save_snapshot("number-0")
        response = requests.post(f"{sandbox.url}/sandbox/snapshots/number-100", timeout=60)
    assert response.status_code == 400
    assert response.json()["error"] == "There are 100 snapshots already. Delete some first."
