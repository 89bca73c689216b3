"""Of a week that fills several pages of Asana's list, only the day of an edit is read before it is
sent, where the rest is known and does not matter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.support.asana import count_requests
from tests.support.pages import page, total_of
from tests.support.people import ADA, BANK_ID, STAND_UP, WORKSPACE, Browser
from timesheet.core.sessions import ZONE_COOKIE
from timesheet.models import Edit, StoredWeek

LIST = "/time_tracking_entries"
# Entries of a minute each, on Tuesday.
MANY = 100


@pytest.fixture
def ada(ada, asana, this_week) -> Browser:
    """Her week has more than 100 entries, and she has opened it."""
    for _ in range(MANY):
        asana.post(
            f"/tasks/{STAND_UP}/time_tracking_entries",
            duration_minutes=1,
            entered_on=str(this_week.days[1]),
        )
    ada.cookies[ZONE_COOKIE] = "UTC"
    ada.see()
    return ada


@pytest.fixture
def on_monday(ada, asana, entries, monday) -> str:
    """What Ada sees in the cell of Monday. Asana's requests are counted from now on."""
    gid = next(entry[3] for entry in entries() if entry[:2] == (BANK_ID, str(monday)))
    asana.forget_requests()
    return f"{gid}=90"


def test_an_edit_looks_once_and_writes_once(ada, asana, monday, on_monday, entries):
    answer = page(ada.save(BANK_ID, monday, "2", seen=on_monday))
    assert [request["method"] for request in asana.requests()] == ["GET", "PUT"]
    [look, _write] = asana.requests()
    assert look["query"]["entered_on_end_date"] == str(monday)
    assert (BANK_ID, str(monday), 120) in [entry[:3] for entry in entries()]
    # Of Monday, and of all seven days: as the page shows them.
    assert total_of(answer, monday) == total_of(page(ada.see()), monday)
    assert total_of(answer, "week") == total_of(page(ada.see()), "week") == "3:55"


def test_the_page_still_says_when_the_other_days_were_read(ada, monday, on_monday):
    StoredWeek.objects.update(read_at=timezone.now() - timedelta(minutes=4))
    ada.save(BANK_ID, monday, "2", seen=on_monday)
    [shown, before] = [timezone.now() - timedelta(minutes=minutes) for minutes in (3, 5)]
    [stored] = StoredWeek.objects.all()
    assert stored.read_at > shown
    assert f'"others_read_at":"{before:%Y-%m-%d}' in stored.rest.replace(" ", "")


def test_nothing_is_refreshed_only_because_one_day_is_newer(ada, monday, on_monday):
    version = page(ada.see()).partition("refresh/?shown=")[2][:16]
    ada.save(BANK_ID, monday, "2", seen=on_monday)
    answer = ada.see("refresh/", htmx=True, shown=version)
    assert "HX-Refresh" not in answer.headers


@pytest.mark.parametrize("why", ["the copy is old", "there is no copy", "the day is empty"])
def test_the_whole_week_is_read_where_the_day_does_not_tell_enough(
    ada, asana, monday, saturday, on_monday, why
):
    day, seen = monday, on_monday
    if why == "the copy is old":
        StoredWeek.objects.update(read_at=timezone.now() - timedelta(minutes=6))
    elif why == "there is no copy":
        StoredWeek.objects.all().delete()
    else:
        day, seen = saturday, ""
    ada.save(BANK_ID, day, "2", seen=seen)
    assert Edit.objects.get().state == "confirmed"
    whole = [
        request
        for request in asana.requests()
        if request["path"].endswith(LIST)
        and request["method"] == "GET"
        and request["query"]["entered_on_start_date"] != request["query"]["entered_on_end_date"]
    ]
    assert len(whole) == 2


def test_an_entry_that_was_moved_in_asana_is_a_conflict(ada, asana, monday, saturday, on_monday):
    gid = on_monday.partition("=")[0]
    asana.put(f"/time_tracking_entries/{gid}", duration_minutes=90, entered_on=str(saturday))
    ada.save(BANK_ID, monday, "2", seen=on_monday)
    assert Edit.objects.get().state == "conflict"


def test_a_week_that_was_submitted_in_asana_takes_no_edit(ada, asana, monday, on_monday, this_week):
    timesheet = asana.post(
        "/timesheet_approval_statuses",
        user=ADA,
        workspace=WORKSPACE,
        start_date=str(this_week.start),
        end_date=str(this_week.end),
    )
    asana.put(f"/timesheet_approval_statuses/{timesheet['gid']}", approval_status="submitted")
    asana.forget_requests()
    ada.save(BANK_ID, monday, "2", seen=on_monday)
    assert Edit.objects.get().state == "refused"
    assert count_requests(asana, method="PUT") == 0
