"""Typing into a cell: what it writes, and what it refuses while keeping what was typed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from uuid import uuid4

import pytest
import requests
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Connection
from tests.support.asana import CREATE, LIST
from tests.support.pages import page, total_of
from tests.support.people import BANK_ID, HARBOUR, STAND_UP, UNSEEN, WORKSPACE, Browser
from timesheet.models import WorkspacePolicy


@pytest.fixture
def bank_id(entries):
    """Ada's 90 minutes of Monday, as her page has seen them."""
    gid = next(entry[3] for entry in entries() if entry[0] == BANK_ID)
    return f"{gid}=90"


# What typing does


@pytest.mark.parametrize(
    ("text", "minutes"), [("1:30", 90), ("1,5", 90), ("45m", 45), ("8", 480), ("+0:30", 30)]
)
def test_typing_into_an_empty_cell_creates_an_entry(ada, entries, saturday, text, minutes):
    answer = ada.save(BANK_ID, saturday, text)
    assert answer.status_code == 200
    assert (BANK_ID, str(saturday), minutes) in [entry[:3] for entry in entries()]


@pytest.mark.parametrize(("text", "minutes"), [("2h", 120), ("+0:30", 120), ("-15m", 75)])
def test_typing_over_an_entry_updates_it(ada, entries, monday, bank_id, text, minutes):
    ada.save(BANK_ID, monday, text, seen=bank_id)
    gid = bank_id.partition("=")[0]
    assert (BANK_ID, str(monday), minutes, gid) in entries()


def test_emptying_a_cell_deletes_its_entry_and_keeps_the_row(ada, entries, monday, bank_id):
    ada.save(BANK_ID, monday, "", seen=bank_id)
    assert [entry[0] for entry in entries()] == [STAND_UP]
    assert f'id="row-{BANK_ID}"' in page(ada.see())


def test_an_edit_costs_little(ada, asana, monday, bank_id):
    ada.save(BANK_ID, monday, "2h", seen=bank_id)
    asana.forget_requests()
    with CaptureQueriesContext(connection) as queries:
        ada.save(BANK_ID, monday, "3h", seen=bank_id.replace("=90", "=120"))
    assert [request["method"] for request in asana.requests()] == ["GET", "PUT"]
    # The transactions of the app are savepoints in this test.
    kinds = [query["sql"].split()[0] for query in queries]
    assert len([kind for kind in kinds if kind not in ("SAVEPOINT", "RELEASE")]) <= 21


def test_settings_are_read_once_and_the_lock_is_taken_once(ada, monday, saturday, bank_id):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE)
    ada.save(BANK_ID, saturday, "1:30")
    with CaptureQueriesContext(connection) as queries:
        ada.save(BANK_ID, monday, "2", seen=bank_id)
    tables = re.compile(r'^(SELECT|UPDATE).* "timesheet_(\w+)"')
    counts = Counter(found.groups() for query in queries if (found := tables.match(query["sql"])))
    assert counts["SELECT", "workspacepolicy"] == 1
    assert counts["SELECT", "preferences"] == 1
    # Taken as it is written down, extended for the batch, released.
    assert counts["SELECT", "deliverylock"] == 0
    assert counts["UPDATE", "deliverylock"] == 3


def test_the_answer_brings_the_totals_along(ada, saturday):
    answer = page(ada.save(BANK_ID, saturday, "2"))
    for place, total in (
        (BANK_ID, "3:30"),
        (saturday, "2:00"),
        ("week", "3:45"),
    ):
        assert total_of(answer, place) == total


def test_what_is_there_already_writes_nothing(ada, asana, monday, bank_id):
    asana.forget_requests()
    answer = ada.save(BANK_ID, monday, "1.5", seen=bank_id)
    assert answer.status_code == 200
    assert {request["method"] for request in asana.requests()} == {"GET"}


def test_the_same_edit_twice_writes_once(ada, entries, saturday):
    edit = str(uuid4())
    answers = [ada.save(BANK_ID, saturday, "1:30", edit=edit) for _ in range(2)]
    assert [entry[2] for entry in entries()].count(90) == 2  # Monday's and this one
    assert [answer.status_code for answer in answers] == [200, 200]
    assert f'id="cell-{BANK_ID}-{saturday}" data-state="value"' in page(answers[1])
    assert 'value="1:30"' in page(answers[1])


def test_the_same_edit_answers_with_its_result_even_when_asana_is_down(
    ada, asana, settings, saturday
):
    edit = str(uuid4())
    ada.save(BANK_ID, saturday, "1:30", edit=edit)
    settings.ASANA_URL = "http://127.0.0.1:9"
    assert 'value="1:30"' in page(ada.save(BANK_ID, saturday, "1:30", edit=edit))


@pytest.fixture
def several(ada, entries, this_week):
    """A cell of last week with two entries: the day, and what the page has seen of it."""
    ada.week = this_week.previous
    day = ada.week.days[1]
    there = [entry for entry in entries(1) if entry[:2] == (BANK_ID, str(day))]
    assert len(there) == 2
    return day, ",".join(f"{entry[3]}={entry[2]}" for entry in there)


def test_an_amount_to_add_is_one_more_entry_among_several(ada, entries, several):
    day, seen = several
    before = entries(1)
    ada.save(BANK_ID, day, "+0:30", seen=seen)
    added = set(entries(1)) - set(before)
    assert [entry[:3] for entry in added] == [(BANK_ID, str(day), 30)]
    assert set(before) < set(entries(1))


@pytest.mark.parametrize("text", ["3:00", "", "-0:30"])
def test_anything_else_asks_which_of_several_is_meant(ada, entries, several, text):
    day, seen = several
    before = entries(1)
    answer = ada.save(BANK_ID, day, text, seen=seen)
    assert answer.status_code == 422
    assert 'data-asks="which"' in page(answer)
    assert "Open it to choose which one" in page(answer)
    assert entries(1) == before


# What is refused

FORMS = "Try 1:30, 1.5 or 90m."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("25:99", "Minutes go up to 59. " + FORMS),
        ("25:00", "A day has 24 hours."),
        ("abc", "We can’t read that as a time. " + FORMS),
        ("-1", "There’s no time here to subtract from."),
        ("0:00", "To delete an entry, clear its cell."),
        ("1e9", "We can’t read that as a time. " + FORMS),
        ("9" * 10_000, "We can’t read that as a time. " + FORMS),
        ("<b>1</b>", "We can’t read that as a time. " + FORMS),
    ],
)
@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no script"])
def test_a_text_that_is_no_duration_stays_typed(ada, entries, saturday, text, sentence, htmx):
    before = entries()
    answer = ada.save(BANK_ID, saturday, text, htmx=htmx)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert f'value="{text}"' in page(answer)
    assert entries() == before


def test_more_than_a_day_has_is_refused(ada, entries, monday):
    before = entries()
    answer = ada.save(STAND_UP, monday, "+23:00", seen=_seen(before, STAND_UP))
    assert answer.status_code == 422
    assert "a day has 24 hours" in page(answer)
    assert entries() == before


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"day": "2026-02-30"}, "That day doesn’t exist"),
        ({"day": "yesterday"}, "That day doesn’t exist"),
        ({"day": ""}, "The day is missing"),
        ({"task": "12x"}, "isn’t an Asana task"),
        ({"task": "१२३"}, "isn’t an Asana task"),
        ({"task": ""}, "The task is missing"),
        ({"seen": "nonsense"}, "is out of date"),
        ({"seen": "1=2," * 2000}, "is out of date"),
        ({"edit": "1"}, "arrived incomplete"),
        ({"edit": ""}, "arrived incomplete"),
        ({"entry": "../1"}, "which entry this is"),
    ],
)
@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no script"])
def test_a_place_that_does_not_fit_is_rejected_and_nothing_is_written(
    ada, asana, entries, saturday, values, sentence, htmx
):
    before = entries()
    asana.forget_requests()
    fields = {"task": BANK_ID, "day": str(saturday), "text": "1:30", "edit": str(uuid4())}
    answer = ada.send("cells/", htmx=htmx, **{**fields, **values})
    assert answer.status_code == 400
    assert sentence in page(answer)
    assert asana.requests() == []
    assert entries() == before


def test_a_day_outside_the_week_is_refused(ada, entries, this_week):
    before = entries(), entries(1)
    answer = ada.save(BANK_ID, this_week.start - timedelta(days=1), "1:30")
    assert answer.status_code == 400
    assert "That day isn’t in this week." in page(answer)
    assert (entries(), entries(1)) == before


@pytest.mark.parametrize("task", [UNSEEN, "1205000000000097", "1205000000000044", "999"])
def test_a_task_that_is_not_in_the_week_is_refused(ada, entries, saturday, task):
    before = entries()
    answer = ada.save(task, saturday, "1:30")
    assert answer.status_code == 422
    assert "This task isn’t in your week." in page(answer)
    assert 'value="1:30"' in page(answer)
    assert entries() == before


def test_a_cell_that_changed_in_asana_meanwhile_is_not_overwritten(
    ada, asana, entries, monday, bank_id
):
    gid = bank_id.partition("=")[0]
    asana.put(f"/time_tracking_entries/{gid}", duration_minutes=200, entered_on=str(monday))
    answer = ada.save(BANK_ID, monday, "1:00", seen=bank_id)
    assert "to 3:20" in page(answer)
    assert 'data-state="conflict"' in page(answer)
    assert 'value="1:00"' in page(answer)
    assert (BANK_ID, str(monday), 200, gid) in entries()


def test_an_entry_that_was_deleted_in_asana_meanwhile_is_not_created_again(
    ada, asana, entries, monday, bank_id
):
    asana.delete(f"/time_tracking_entries/{bank_id.partition('=')[0]}")
    answer = ada.save(BANK_ID, monday, "1:00", seen=bank_id)
    assert "deleted this in Asana" in page(answer)
    assert 'value="1:00"' in page(answer)
    assert [entry[0] for entry in entries()] == [STAND_UP]


@pytest.mark.parametrize(
    ("fault", "status", "state"),
    [
        ({"kind": "status", "status": 400}, 422, "refused"),
        ({"kind": "status", "status": 402}, 422, "refused"),
        ({"kind": "status", "status": 403}, 422, "refused"),
        ({"kind": "status", "status": 404}, 422, "refused"),
        ({"kind": "status", "status": 401}, 200, "queued"),
        ({"kind": "status", "status": 429, "retry_after": 1}, 200, "queued"),
        ({"kind": "status", "status": 500}, 200, "in_doubt"),
        ({"kind": "status", "status": 503}, 200, "in_doubt"),
        ({"kind": "drop_before"}, 200, "in_doubt"),
    ],
    ids=lambda value: str(value.get("status", value["kind"])) if isinstance(value, dict) else None,
)
@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no script"])
def test_what_asana_does_not_take_stays_in_its_cell_with_a_sentence(
    ada, asana, entries, saturday, fault, status, state, htmx
):
    before = entries()
    asana.faults({**CREATE, **fault})
    answer = ada.save(BANK_ID, saturday, "1:30", htmx=htmx)
    asana.faults()
    # A token that Asana no longer takes means reconnecting; what was typed is there after it.
    Connection.objects.update(state=Connection.TokenState.HEALTHY)
    assert answer.status_code == (status if htmx or status == 422 else 302)
    html = page(ada.see() if answer.status_code == 302 else answer)
    assert f'data-state="{state}"' in html
    assert 'value="1:30"' in html
    assert f'id="why-{BANK_ID}-{saturday}"' in html
    assert entries() == before


def test_an_answer_that_is_no_json_leaves_the_edit_in_doubt(
    ada, asana, entries, saturday, settings
):
    before = entries()
    with nonsense_to_writes(asana.url) as settings.ASANA_URL:
        answer = ada.save(BANK_ID, saturday, "1:30")
    assert 'data-state="in_doubt"' in page(answer)
    assert 'value="1:30"' in page(answer)
    assert entries() == before


def test_half_an_answer_leaves_the_edit_in_doubt(ada, asana, entries, saturday):
    asana.faults({**CREATE, "kind": "truncate"})
    answer = ada.save(BANK_ID, saturday, "1:30")
    assert 'data-state="in_doubt"' in page(answer)
    assert [entry[1] for entry in entries()].count(str(saturday)) == 1


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ({"kind": "status", "status": 400}, "refused"),
        ({"kind": "status", "status": 401}, "queued"),
        ({"kind": "status", "status": 402}, "refused"),
        ({"kind": "status", "status": 403}, "refused"),
        ({"kind": "status", "status": 404}, "refused"),
        ({"kind": "status", "status": 429}, "queued"),
        ({"kind": "status", "status": 500}, "queued"),
        ({"kind": "truncate"}, "queued"),
    ],
    ids=lambda value: str(value.get("status", value["kind"])) if isinstance(value, dict) else None,
)
def test_when_the_week_cannot_be_read_nothing_is_written(
    ada, asana, entries, saturday, fault, state
):
    before = entries()
    asana.faults({**LIST, **fault})
    answer = ada.save(BANK_ID, saturday, "1:30")
    asana.faults()
    assert f'data-state="{state}"' in page(answer)
    assert 'value="1:30"' in page(answer)
    assert entries() == before


def test_a_missing_csrf_token_is_rejected_and_nothing_is_written(ada, entries, saturday, this_week):
    before = entries()
    strict = Browser(ada.user, this_week, enforce_csrf_checks=True)
    answer = strict.save(BANK_ID, saturday, "1:30")
    assert answer.status_code == 403
    assert 'id="problem"' in page(answer)
    assert entries() == before


@pytest.mark.parametrize("workspace", ["1200000000000009", HARBOUR])
def test_a_workspace_that_is_not_hers_is_refused_and_nothing_is_written(
    ada, asana, entries, saturday, workspace
):
    before = entries()
    answer = ada.post(
        ada.at("cells/", workspace),
        {"task": BANK_ID, "day": str(saturday), "text": "1:30", "edit": str(uuid4())},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 422
    assert 'data-state="refused"' in page(answer)
    assert 'value="1:30"' in page(answer)
    assert entries() == before


# Who may


def test_somebody_signed_out_is_asked_to_sign_in(ada, entries, saturday):
    before = entries()
    ada.logout()
    answer = ada.save(BANK_ID, saturday, "1:30")
    assert answer.status_code == 401
    assert reverse("sign_in") in page(answer)
    assert entries() == before


def test_ben_does_not_change_adas_entry(ada, ben, entries, monday, bank_id):
    before = entries()
    answer = ben.save(BANK_ID, monday, "8:00", seen=bank_id)
    assert 'value="8:00"' in page(answer)
    assert entries() == before


def test_only_a_post_saves(ada):
    assert ada.see("cells/").status_code == 405


def _seen(entries, task: str) -> str:
    return ",".join(f"{entry[3]}={entry[2]}" for entry in entries if entry[0] == task)


@contextmanager
def nonsense_to_writes(url: str) -> Iterator[str]:
    """An Asana that reads as the one at `url` and answers every write with a web page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            sent = {"Authorization": self.headers["Authorization"]}
            answer = requests.get(url + self.path, headers=sent, timeout=60)
            self.answer(answer.status_code, answer.content)

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(201, b"<h1>It works!</h1>")

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
