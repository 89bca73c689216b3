"""The control side: the log, the settings, the limit, the reset, and the process itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection

import pytest
import requests

from tests.sandbox_process import READY, ROOT, Sandbox, start_sandbox
from tests.support.waiting import cpu_seconds, until


def test_the_log_has_every_request_in_order(sandbox):
    me = sandbox.get("/users/me", opt_fields="name")["gid"]
    sandbox.call("GET", "/tasks/5", token="")
    sandbox.session.post(f"{sandbox.url}/-/token_info", timeout=60)
    first, second, third = sandbox.requests()
    assert (first["method"], first["path"]) == ("GET", "/api/1.0/users/me")
    assert (first["query"], first["status"]) == ({"opt_fields": "name"}, 200)
    assert first["user"] == me
    assert first["started_at"].endswith("Z")
    assert first["milliseconds"] > 0
    assert (second["status"], second["user"]) == (401, None)
    assert third["path"] == "/-/token_info"
    sandbox.forget_requests()
    assert sandbox.requests() == []


def test_the_settings_are_shown_and_changed_one_by_one(sandbox):
    before = sandbox.settings()
    after = sandbox.settings(plan="none")
    assert after == {**before, "plan": "none"}
    assert before["redirect_uris"] == [
        "http://127.0.0.1:8000/sign-in/callback/",
        "http://localhost:8000/sign-in/callback/",
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": "red"}, "unknown field `colour`"),
        ({"plan": "gold"}, "Invalid enum value 'gold'"),
        ({"lock_approved": "yes"}, "Expected `bool`"),
        ({"access_token_seconds": 0}, ">= 1"),
        ({"redirect_uris": ["nowhere"]}, "redirect_uris"),
        ([], "Send an object"),
    ],
)
def test_a_bad_setting_is_refused_in_a_sentence(sandbox, changes, words):
    before = sandbox.settings()
    response = requests.put(f"{sandbox.url}/sandbox/settings", json=changes, timeout=60)
    assert response.status_code == 400
    assert words in response.json()["error"]
    assert sandbox.settings() == before


def test_a_limit_counts_for_each_token_and_says_when_to_come_back(sandbox):
    sandbox.settings(requests_per_minute=3)
    responses = [sandbox.call("GET", "/users/me") for _ in range(4)]
    assert [response.status_code for response in responses] == [200, 200, 200, 429]
    assert responses[-1].headers["Retry-After"].isdigit()
    assert int(responses[-1].headers["Retry-After"]) >= 20
    assert "rate limit" in responses[-1].json()["errors"][0]["message"]
    assert sandbox.call("GET", "/users/me", token="sandbox-ben").status_code == 200


def test_a_client_that_waits_as_asked_gets_through(sandbox):
    sandbox.settings(requests_per_minute=60)
    while (response := sandbox.call("GET", "/users/me")).status_code == 200:
        pass
    time.sleep(int(response.headers["Retry-After"]))
    assert sandbox.call("GET", "/users/me").status_code == 200


def test_a_reset_forgets_everything_at_once(sandbox, entry):
    sandbox.settings(plan="none", requests_per_minute=1, redirect_uris=["http://a/"])
    sandbox.faults({"kind": "status", "status": 500})
    before = cpu_seconds(sandbox.process)
    for _ in range(5):
        sandbox.reset()
    assert cpu_seconds(sandbox.process) - before < 0.5
    assert sandbox.requests() == []
    assert sandbox.call("GET", f"/time_tracking_entries/{entry['gid']}").status_code == 404
    assert sandbox.settings()["plan"] == "timesheets"
    assert sandbox.settings()["redirect_uris"] != ["http://a/"]


def test_the_start_page_shows_people_tokens_and_settings(sandbox):
    page = requests.get(sandbox.url, timeout=60).text
    for words in ("Ada Lindqvist", "sandbox-ada", "sandbox-secret", "12 people", "timesheets"):
        assert words in page
    assert requests.get(f"{sandbox.url}/sandbox/style.css", timeout=60).ok


def test_a_connection_is_kept_for_the_next_request(sandbox):
    connection = HTTPConnection(sandbox.url.removeprefix("http://"), timeout=60)
    connection.connect()
    connection.auto_open = 0
    for _ in range(2):
        connection.request("GET", "/sandbox/settings")
        assert b"plan" in connection.getresponse().read()
    connection.close()


def test_it_stops_at_once_whatever_is_going_on():
    with start_sandbox() as sandbox:
        sandbox.get("/users/me")
        sandbox.faults({"kind": "hang_before"})
        with pytest.raises(requests.ReadTimeout):
            sandbox.call("GET", "/users/me", timeout=0.1)
        started = time.monotonic()
    # It hangs for a minute.
    assert time.monotonic() - started < 20


def test_a_restart_keeps_what_was_written_and_the_reset(tmp_path):
    db = str(tmp_path / "kept.sqlite3")
    with start_sandbox("--db", db) as before:
        task = before.get("/time_tracking_entries", user="me", opt_fields="task")[0]["task"]["gid"]
        path = f"/tasks/{task}/time_tracking_entries"
        gid = before.post(path, duration_minutes=5)["gid"]
    with start_sandbox("--db", db, "--redirect-uri", "http://a/") as after:
        assert after.get(f"/time_tracking_entries/{gid}")["duration_minutes"] == 5
        assert after.settings()["redirect_uris"][-1] == "http://a/"
        after.reset()
        assert after.call("GET", f"/time_tracking_entries/{gid}").status_code == 404


def test_it_listens_on_this_machine_only_unless_told_otherwise():
    with start_sandbox("--host", "0.0.0.0", "--size", "none") as everywhere:  # noqa: S104
        assert everywhere.url.startswith("http://0.0.0.0:")
        port = everywhere.url.rpartition(":")[2]
        assert requests.get(f"http://127.0.0.2:{port}", timeout=60).status_code == 200
    with start_sandbox("--size", "none") as here:
        port = here.url.rpartition(":")[2]
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://127.0.0.2:{port}", timeout=60)


def test_without_a_file_the_data_end_with_the_sandbox(tmp_path):
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--size", "none"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        process.stdout.readline()
        assert list(tmp_path.glob("asana-sandbox-*/sandbox.sqlite3"))
        process.terminate()
    assert list(tmp_path.iterdir()) == []


def test_a_sandbox_that_is_ended_logs_what_it_has_written(tmp_path):
    log = tmp_path / "writes"
    os.mkfifo(log)
    # A full pipe stops the sandbox between its write and the line in the log.
    pipe = os.open(log, os.O_RDWR | os.O_NONBLOCK)
    with suppress(BlockingIOError):
        while True:
            os.write(pipe, b"\n" * 4096)
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--write-log", str(log)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        sandbox = Sandbox(process.stdout.readline().removeprefix(READY).strip())
        path = "/tasks/1205000000000001/time_tracking_entries"
        known = sandbox.get(path)
        values = {"duration_minutes": 7, "entered_on": "2026-01-05"}
        with ThreadPoolExecutor() as pool:
            # Its client may get no answer.
            pool.submit(Sandbox(sandbox.url).call, "POST", path, json={"data": values})
            until(lambda: len(sandbox.get(path)) > len(known))
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
            lines = os.read(pipe, 1_000_000)
            process.wait(10)
            lines += os.read(pipe, 1_000_000)
    os.close(pipe)
    assert json.loads(lines)["minutes"] == 7


def test_a_taken_port_is_named(sandbox, tmp_path):
    port = sandbox.url.rpartition(":")[2]
    command = [sys.executable, "-m", "sandbox", "--port", port, "--db", str(tmp_path / "db")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}: Address already in use" in ended.stderr


def test_every_write_that_took_place_is_logged_in_order(sandbox):
    path = "/tasks/1205000000000001/time_tracking_entries"
    made = sandbox.post(path, duration_minutes=7, entered_on="2026-01-05")["gid"]
    sandbox.put(f"/time_tracking_entries/{made}", duration_minutes=8, entered_on="2026-01-05")
    sandbox.delete(f"/time_tracking_entries/{made}")
    sandbox.call("POST", path, json={"data": {"duration_minutes": -1}})
    writes = [
        (write["act"], write["entry"], write["minutes"], write["was"]) for write in sandbox.writes()
    ]
    assert writes == [
        ("create", made, 7, None),
        ("update", made, 8, 7),
        ("delete", made, None, 8),
    ]


def test_a_write_whose_answer_was_cut_off_is_logged_and_the_fault_is_counted(sandbox):
    path = "/tasks/1205000000000001/time_tracking_entries"
    sandbox.faults({"kind": "drop_after", "times": 1}, {"kind": "status", "status": 503})
    with pytest.raises(requests.ConnectionError):
        sandbox.post(path, duration_minutes=7, entered_on="2026-01-05")
    assert sandbox.call("GET", path).status_code == 503
    assert sandbox.call("GET", path, headers={"X-Sandbox-Sound": "1"}).status_code == 200
    assert [write["minutes"] for write in sandbox.writes()] == [7]
    assert sandbox.fired() == {"503": 1, "drop_after": 1}


def test_the_roles_of_a_person_can_be_changed(sandbox, studio):
    ada = sandbox.get("/users/me")["gid"]
    sandbox.change_membership(ada, studio, is_admin=True, is_guest=True)
    query = {"user": "me", "opt_fields": "is_admin,is_guest,is_active"}
    membership = sandbox.get(f"/workspaces/{studio}/workspace_memberships", **query)[0]
    assert [membership[name] for name in ("is_admin", "is_guest", "is_active")] == [True] * 3
    sandbox.change_membership(ada, studio, is_active=False)
    assert sandbox.get("/workspaces") == []
    sandbox.reset()
    assert len(sandbox.get("/workspaces")) == 1


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({"user": "1201000000000001"}, 400),
        ({"user": "1201000000000001", "workspace": "1200000000000001", "is_boss": True}, 400),
        ({"user": "1201000000000001", "workspace": "1200000000000001", "is_admin": "yes"}, 400),
        ({"user": "1201000000000001", "workspace": "1200000000000002", "is_admin": True}, 404),
        ([], 400),
    ],
)
def test_a_bad_change_of_roles_is_refused(sandbox, content, status):
    response = requests.put(f"{sandbox.url}/sandbox/memberships", json=content, timeout=60)
    assert response.status_code == status
    assert response.json()["error"]
