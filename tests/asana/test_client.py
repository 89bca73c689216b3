"""The Asana client against the sandbox, on good days and on bad ones."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.asana import errors, listings
from accounts.asana.client import Client
from accounts.asana.records import EntryFields
from accounts.asana.transport import FixedToken, Session
from tests.support.asana import CREATE
from tests.support.people import ADA, BANK_ID, UNSEEN, WORKSPACE
from tests.support.waiting import fastest

READ = {"method": "GET", "path": "/users/me$"}


def client_for(url: str, bearer=None, timeout=(1.0, 5.0)) -> Client:
    return Client(Session(f"{url}/api/1.0", bearer or FixedToken("sandbox-ada"), timeout))


@pytest.fixture
def asana(sandbox):
    return client_for(sandbox.url)


@pytest.fixture
def today():
    return timezone.localdate()


def sent(sandbox, method: str) -> int:
    return sum(request["method"] == method for request in sandbox.requests())


# One method an endpoint


def test_who_i_am_and_where(asana):
    me = asana.get_user()
    assert (me.gid, me.name) == (ADA, "Ada Lindqvist")
    assert [workspace.name for workspace in me.workspaces] == ["Nordlicht Studio"]


def test_a_task_has_its_projects_and_workspace(asana):
    task = asana.get_task(BANK_ID)
    assert task.projects[0].name == "Fjord Bank mobile app"
    assert task.workspace.gid == WORKSPACE


def test_tasks_are_found_by_name(asana):
    found = asana.find_tasks(WORKSPACE, "stand-up", count=3)
    assert "Studio stand-up" in [task.name for task in found]
    assert len(found) <= 3


def test_an_entry_is_created_changed_and_deleted(asana, today):
    made = asana.create_entry(BANK_ID, EntryFields(25, today))
    assert (made.duration_minutes, made.entered_on, made.task.gid) == (25, today, BANK_ID)
    changed = asana.update_entry(made.gid, EntryFields(35, today))
    assert (changed.gid, changed.duration_minutes) == (made.gid, 35)
    assert asana.get_entry(made.gid) == changed
    assert changed in asana.list_all(listings.entries_of_task(BANK_ID))
    asana.delete_entry(made.gid)
    with pytest.raises(errors.NotFound):
        asana.get_entry(made.gid)


def test_a_list_holds_all_its_pages_in_steps_of_a_hundred(asana, sandbox, today):
    start = today - timedelta(weeks=8)
    sandbox.forget_requests()
    entries = asana.list_all(listings.entries(WORKSPACE, start=start, end=today))
    asked = [request["query"] for request in sandbox.requests()]
    assert len(asked) == -(-len(entries) // 100)
    assert len(asked) > 1
    assert {query["limit"] for query in asked} == {"100"}
    assert len({entry.gid for entry in entries}) == len(entries)
    assert all(start <= entry.entered_on <= today for entry in entries)


# Bad days


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.Refused),
        (402, errors.PaymentRequired),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (429, errors.RateLimited),
        (500, errors.Unavailable),
    ],
)
def test_a_write_that_asana_answers_badly_is_sent_once(asana, sandbox, today, status, kind):
    sandbox.faults({**CREATE, "kind": "status", "status": status})
    sandbox.forget_requests()
    with pytest.raises(kind):
        asana.create_entry(BANK_ID, EntryFields(25, today))
    assert sent(sandbox, "POST") == 1


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncate"])
def test_a_write_without_a_whole_answer_is_sent_once_and_may_have_arrived(
    asana, sandbox, today, kind
):
    sandbox.faults({**CREATE, "kind": kind})
    sandbox.forget_requests()
    with pytest.raises(errors.Unreachable) as lost:
        asana.create_entry(BANK_ID, EntryFields(25, today))
    assert lost.value.sent
    assert sent(sandbox, "POST") == 1


@pytest.mark.parametrize("body", ["OK", "<h1>Hello</h1>", "{}", ""])
def test_a_deletion_is_done_once_asana_itself_says_so(asana, sandbox, today, body):
    entry = asana.create_entry(BANK_ID, EntryFields(25, today))
    sandbox.faults({"method": "DELETE", "kind": "status", "status": 200, "body": body, "times": 1})
    with pytest.raises(errors.Malformed):
        asana.delete_entry(entry.gid)
    asana.delete_entry(entry.gid)
    with pytest.raises(errors.NotFound):
        asana.get_entry(entry.gid)


def test_a_write_that_hangs_ends_at_the_deadline(sandbox, today):
    sandbox.faults({**CREATE, "kind": "hang_before", "ms": 20_000})
    asana = client_for(sandbox.url, timeout=(1.0, 0.3))
    started = time.monotonic()
    with pytest.raises(errors.Unreachable) as lost:
        asana.create_entry(BANK_ID, EntryFields(25, today))
    assert lost.value.sent
    assert time.monotonic() - started < 10


def test_a_read_is_tried_again(asana, sandbox):
    sandbox.faults({**READ, "kind": "status", "status": 500, "times": 1})
    assert asana.get_user().gid == ADA


def test_a_read_is_not_tried_for_ever(asana, sandbox):
    sandbox.faults({**READ, "kind": "status", "status": 500})
    sandbox.forget_requests()
    with pytest.raises(errors.Unavailable):
        asana.get_user()
    assert sent(sandbox, "GET") == 3


def test_where_nobody_listens_nothing_was_sent(today, caplog):
    with pytest.raises(errors.Unreachable) as lost:
        client_for("http://127.0.0.1:9").create_entry(BANK_ID, EntryFields(25, today))
    assert not lost.value.sent
    # Each attempt to connect may take seconds, and a write must not leave so late.
    assert "Retrying" not in caplog.text


def test_a_read_connects_again(caplog):
    with pytest.raises(errors.Unreachable):
        client_for("http://127.0.0.1:9").get_user()
    assert caplog.text.count("Retrying") == 2


def test_what_one_may_not_see_is_forbidden(asana):
    with pytest.raises(errors.Forbidden):
        asana.get_task(UNSEEN)


def test_a_wrong_token_is_unauthorized(sandbox):
    with pytest.raises(errors.Unauthorized):
        client_for(sandbox.url, FixedToken("nobody")).get_user()


def test_a_netrc_file_does_not_replace_the_token(asana, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    assert asana.get_user().gid == ADA


# Tokens that end


class Renewing:
    """A bearer whose first token is no good."""

    def __init__(self) -> None:
        self.current = "expired"
        self.renewed: list[str] = []

    def token(self) -> str:
        return self.current

    def renew(self, rejected: str) -> str:
        self.renewed.append(rejected)
        self.current = "sandbox-ada"
        return self.current


def test_a_token_that_ended_is_renewed_once_and_the_request_sent_again(sandbox, today):
    bearer = Renewing()
    made = client_for(sandbox.url, bearer).create_entry(BANK_ID, EntryFields(25, today))
    assert made.duration_minutes == 25
    assert bearer.renewed == ["expired"]


def test_side_by_side_a_token_is_renewed_once_for_all(sandbox):
    bearer = Renewing()
    found = client_for(sandbox.url, bearer).gather([Client.get_user] * 5)
    assert [user.gid for user in found] == [ADA] * 5
    assert bearer.renewed == ["expired"]


# Side by side


def test_reads_side_by_side_take_less_than_one_after_the_other(asana, sandbox):
    sandbox.faults({**READ, "kind": "latency", "ms": 100})
    one_by_one = fastest(lambda: [asana.get_user() for _ in range(6)], times=1)
    assert fastest(lambda: asana.gather([Client.get_user] * 6), times=3) < one_by_one / 2


def test_reads_side_by_side_are_answered_in_order(asana):
    gids = [f"12050000000000{number:02}" for number in range(1, 20)]
    reads = [lambda client, gid=gid: client.get_task(gid) for gid in gids]
    assert [task.gid for task in asana.gather(reads)] == gids


def test_the_error_of_a_read_side_by_side_is_raised(asana):
    with pytest.raises(errors.Forbidden):
        asana.gather([Client.get_user, lambda client: client.get_task(UNSEEN)])


def test_nothing_side_by_side_asks_nothing(asana, sandbox):
    sandbox.forget_requests()
    assert asana.gather([]) == []
    assert sandbox.requests() == []
