"""Reports by email, by a real mail server on loopback: figures and links, and when they stop."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Admin, Connection, Manager, User
from accounts.workspaces.membership import own_role_cache_key
from tests.support.mail_server import mail_server
from tests.support.pages import minutes, report_rows, report_total
from tests.support.people import (
    ADA,
    BANK_ID,
    BEN,
    MIA,
    OMAR,
    WORKSPACE,
    YUI,
    ReportBrowser,
    make_manager,
)
from timesheet.domain.week import Week
from timesheet.models import ReportSchedule, SavedView
from timesheet.scheduled_reports import sending
from timesheet.scheduled_reports.forms import ScheduleForm
from timesheet.scheduled_reports.views import possible_recipients

QUERY = "range=last-week&by=person"
# Minutes after the due time at which a report is tried.
TRIES = (0, 1, 3, 7, 15)


@pytest.fixture
def reader(mia) -> ReportBrowser:
    make_manager(MIA, {ADA: "Ada", BEN: "Ben"})
    return ReportBrowser(mia)


@pytest.fixture
def now(this_week) -> datetime:
    """Monday at nine."""
    return datetime.combine(this_week.start, time(9), UTC)


@pytest.fixture
def schedule(reader, now):
    def schedule(*recipients: str, query: str = QUERY, **fields) -> ReportSchedule:
        view = SavedView.objects.create(
            user=reader.browser.user, workspace_gid=WORKSPACE, name="Studio", query=query
        )
        usual = {"changed_at": now - timedelta(days=9), "at": time(8)}
        people = list(recipients or [MIA])
        return ReportSchedule.objects.create(view=view, recipients=people, **{**usual, **fields})

    return schedule


def text_of(message) -> str:
    return message.get_body(("plain",)).get_content()


def test_a_report_arrives_with_its_figures_and_links_once(schedule, reader, settings, now):
    schedule()
    html = reader.page(range="last-week")
    with mail_server(settings) as server:
        # In between, the clock is set back to before the time at which it was due.
        for minute in (0, 1, -61, 2, 60, 300):
            sending.send_due(now + timedelta(minutes=minute))
        assert server.got == ["mia@example.com"]
        message = server.messages[0]
    text = text_of(message)
    figures = {label: minutes(time) for label, time in re.findall(r"- (.*): ([\d:]+) \(", text)}
    assert figures == report_rows(html)
    assert f"Total: {report_total(html) // 60}:" in text
    assert message["Subject"].startswith("Studio: ")
    assert "<http" in message["List-Unsubscribe"]
    addresses = [urlsplit(line) for line in text.splitlines() if line.startswith("http")]
    page = reader.browser.get(f"{addresses[0].path}?{addresses[0].query}")
    assert report_total(" ".join(page.content.decode().split())) == report_total(html)
    file = reader.browser.get(f"{addresses[1].path}?{addresses[1].query}")
    assert b"".join(file.streaming_content).startswith(b"PK")


@pytest.mark.parametrize(
    ("status", "costs"),
    [
        (None, "so their hours have no cost here: Studio operations"),
        (402, "Your Asana plan doesn’t include rates"),
        (403, "Asana doesn’t show you the rates of these projects"),
    ],
)
def test_costs_are_in_it_where_asana_shows_rates(schedule, asana, settings, now, status, costs):
    if status:
        asana.faults({"kind": "status", "status": status, "path": "/rates", "method": "GET"})
    schedule(query=f"{QUERY}&money=1&person={ADA}")
    with mail_server(settings) as server:
        sending.send_due(now)
        message = server.messages[0]
    for kind in ("plain", "html"):
        content = message.get_body((kind,)).get_content()
        assert ("EUR" in content) == (status is None)
        assert ("Billable amount" in content) == (status is None)
        assert content.count(costs) == 1


def test_a_monthly_report_comes_on_the_first(schedule, settings):
    schedule(frequency="monthly", changed_at=datetime(2026, 9, 1, tzinfo=UTC))
    with mail_server(settings) as server:
        sending.send_due(datetime(2026, 11, 2, 9, tzinfo=UTC))
        assert server.got == []
        sending.send_due(datetime(2026, 12, 1, 9, tzinfo=UTC))
        assert server.got == ["mia@example.com"]


@pytest.mark.parametrize(
    ("zone", "at", "due", "fields"),
    [
        # The clock skips this time, or has it twice.
        ("Europe/Berlin", time(2, 30), "2027-03-28T01:30", {"weekday": 6}),
        ("Europe/Berlin", time(2, 30), "2027-10-31T00:30", {"weekday": 6}),
        ("America/New_York", time(1), "2026-11-01T05:00", {"frequency": "monthly"}),
    ],
)
def test_a_report_comes_once_on_the_day_on_which_clocks_change(
    schedule, settings, zone, at, due, fields
):
    due_at = datetime.fromisoformat(due).replace(tzinfo=UTC)
    changed_at = due_at - timedelta(days=40)
    schedule(time_zone=zone, at=at, changed_at=changed_at, tried_at=changed_at, **fields)
    with mail_server(settings) as server:
        sending.send_due(due_at - timedelta(minutes=1))
        assert server.got == []
        for minute in (0, 1, 61, 300):
            sending.send_due(due_at + timedelta(minutes=minute))
        assert server.got == ["mia@example.com"]


@pytest.mark.parametrize(
    ("zone", "at", "due", "minutes"),
    [
        ("UTC", time(23, 59), "2026-11-29T23:59", 2),
        # It is Monday in Auckland already.
        ("Pacific/Auckland", time(0, 1), "2026-11-29T11:01", 0),
        ("America/Los_Angeles", time(20), "2026-11-30T04:00", 600),
    ],
)
def test_a_report_is_about_the_day_for_which_it_was_due(schedule, settings, zone, at, due, minutes):
    """However long after that the worker sends it, and wherever it runs."""
    due_at = datetime.fromisoformat(due).replace(tzinfo=UTC)
    week = Week.of(due_at.astimezone(ZoneInfo(zone)).date())
    fields = {"weekday": due_at.astimezone(ZoneInfo(zone)).weekday()}
    row = schedule(query="range=this-week", time_zone=zone, at=at, **fields)
    ReportSchedule.objects.update(changed_at=due_at - timedelta(days=1))
    with mail_server(settings) as server:
        sending.send_due(due_at + timedelta(minutes=minutes))
        text = text_of(server.messages[0])
    row.refresh_from_db()
    assert row.sent_for == due_at
    assert f"from={week.start}&to={week.end}" in text


def stop_managing(_asana) -> None:
    Manager.objects.all().delete()


def disconnect(_asana) -> None:
    Connection.objects.all().delete()


def leave(asana) -> None:
    asana.change_membership(MIA, WORKSPACE, is_active=False)


def lose_a_person(_asana) -> None:
    Manager.objects.get().people.filter(gid=ADA).delete()


@pytest.mark.parametrize(
    ("lose", "query", "reason"),
    [
        (stop_managing, QUERY, "access"),
        (disconnect, QUERY, "connection"),
        (leave, QUERY, "access"),
        (lose_a_person, f"{QUERY}&person={ADA}", "access"),
    ],
)
def test_it_stops_when_the_owner_loses_access(
    schedule, asana, settings, now, lose, query, reason, reader
):
    row = schedule(query=query)
    with mail_server(settings) as server:
        lose(asana)
        cache.clear()
        for minute in (*TRIES, 7 * 24 * 60):
            sending.send_due(now + timedelta(minutes=minute))
        row.refresh_from_db()
        assert row.stopped == reason
        assert_owner_was_told(server, row)


def assert_owner_was_told(server, row: ReportSchedule) -> None:
    assert server.got == ["mia@example.com"]
    message = server.messages[0]
    assert message["Subject"] == "“Studio” is no longer emailed"
    for kind in ("plain", "html"):
        content = message.get_body((kind,)).get_content()
        assert row.get_stopped_display() in content
        assert f"/reports/saved/{row.view.slug}/schedule/" in content


def test_it_stops_when_its_view_cannot_be_read_any_more(schedule, reader, settings, now):
    row = schedule(query="range=last-week&by=mood")
    with mail_server(settings) as server:
        sending.send_due(now)
        row.refresh_from_db()
        assert row.stopped == "unreadable"
        assert_owner_was_told(server, row)
    page = reader.page(f"saved/{row.view.slug}/schedule/")
    assert "This saved view can’t be read any more." in page


def test_it_is_sent_if_the_owner_reconnects_soon(schedule, settings, now):
    row = schedule()
    Connection.objects.update(state=Connection.TokenState.NEEDS_RECONNECTING)
    with mail_server(settings) as server:
        sending.send_due(now)
        Connection.objects.update(state=Connection.TokenState.HEALTHY)
        sending.send_due(now + timedelta(minutes=1))
        assert [each["Subject"][:8] for each in server.messages] == ["Studio: "]
    row.refresh_from_db()
    assert row.stopped == ""


def test_it_stops_when_asana_hides_the_hours(schedule, asana, settings, now):
    row = schedule(query=f"{QUERY}&person={ADA}")
    rule = {"kind": "status", "status": 403, "path": "/time_tracking_entries"}
    asana.faults({**rule, "method": "GET"})
    with mail_server(settings) as server:
        sending.send_due(now)
        row.refresh_from_db()
        assert row.stopped == "access"
        assert_owner_was_told(server, row)


def test_only_those_who_may_see_the_same_hours_get_it(schedule, connect, settings, now):
    """Omar is an admin; Yui manages somebody else; Ben manages Ada, but Asana shows him nothing."""
    connect(4, "Omar")
    connect(10, "Yui")
    connect(2, "Ben")
    make_manager(YUI, {BEN: "Ben"})
    make_manager(BEN, {ADA: "Ada"})
    schedule(OMAR, YUI, BEN, MIA, query=f"{QUERY}&person={ADA}")
    with mail_server(settings) as server:
        sending.send_due(now)
        assert server.got == ["omar@example.com", "mia@example.com"]


def test_hours_logged_between_two_readings_cost_nobody_the_email(
    schedule, reader, connect, asana, settings, now, this_week
):
    """What Mia saw a moment ago is cached; Omar's reading comes after Ada logged more."""
    connect(4, "Omar")
    query = {"range": "this-week", "by": "person", "person": ADA}
    schedule(OMAR, MIA, query=urlencode(query))
    before = report_total(reader.page(**query))
    path = f"/tasks/{BANK_ID}/time_tracking_entries"
    asana.post(path, duration_minutes=25, entered_on=f"{this_week.start}")
    with mail_server(settings) as server:
        sending.send_due(now)
        assert server.got == ["omar@example.com", "mia@example.com"]
        hours, rest = divmod(before + 25, 60)
        assert f"Total: {hours}:{rest:02}" in text_of(server.messages[0])


def test_it_is_tried_again_while_the_mail_server_is_down(schedule, settings, now, post_is_down):
    row = schedule()
    sending.send_due(now)
    row.refresh_from_db()
    assert (row.tries, row.sent_to) == (1, [])
    with mail_server(settings) as server:
        sending.send_due(now + timedelta(minutes=5))
        assert server.got == ["mia@example.com"]
    row.refresh_from_db()
    assert row.tries == 0


def test_it_is_tried_again_while_asana_is_down(schedule, asana, settings, now):
    row = schedule()
    asana.faults({"kind": "status", "status": 500, "path": "/time_tracking_entries"})
    with mail_server(settings) as server:
        sending.send_due(now)
        asana.faults()
        sending.send_due(now + timedelta(minutes=5))
        assert server.got == ["mia@example.com"]
    row.refresh_from_db()
    assert row.stopped == ""


def test_a_manager_schedules_changes_and_stops_a_report(reader):
    reader.post("saved/", name="Studio", query=QUERY)
    slug = SavedView.objects.get().slug
    assert f"saved/{slug}/schedule/" in reader.page(range="last-week")
    reader.page(f"saved/{slug}/schedule/")
    values = {"frequency": "weekly", "weekday": "4", "at": "16:30", "recipients": [MIA]}
    assert reader.post(f"saved/{slug}/schedule/", **values).status_code == 302
    row = ReportSchedule.objects.get()
    assert (row.weekday, row.at, row.recipients) == (4, time(16, 30), [MIA])
    reader.post(f"saved/{slug}/schedule/delete/")
    assert not ReportSchedule.objects.exists()


def test_saving_a_schedule_forgets_nothing_that_was_sent_meanwhile(schedule, reader, settings, now):
    row = schedule()
    values = {"frequency": "weekly", "weekday": "0", "at": "08:00", "recipients": [MIA]}
    form = ScheduleForm(values, instance=row, people=[reader.browser.user])
    with mail_server(settings) as server:
        sending.send_due(now)
        assert form.is_valid()
        form.save()
        assert server.got == ["mia@example.com"]
    assert ReportSchedule.objects.get().sent_to == [MIA]


@pytest.mark.parametrize("bad", [{"recipients": []}, {"recipients": [ADA]}, {"at": "noon"}])
def test_a_schedule_that_makes_no_sense_is_not_saved(reader, bad):
    reader.post("saved/", name="Studio", query=QUERY)
    slug = SavedView.objects.get().slug
    values = {"frequency": "weekly", "weekday": "0", "at": "08:00", "recipients": [MIA], **bad}
    assert reader.post(f"saved/{slug}/schedule/", **values).status_code == 422
    assert not ReportSchedule.objects.exists()


def people(start: int, end: int) -> None:
    """Connects managers, admins made here, admins in Asana, and others, in turn."""
    for number in range(start, end):
        user = User.objects.create_user(f"77{number}", f"Person {number}", f"p{number}@x.example")
        Connection.objects.create(user=user, method="token", access_token="t")
        if number % 4 == 0:
            make_manager(user.gid, {})
        elif number % 4 == 1:
            Admin.objects.create(workspace_gid=WORKSPACE, gid=user.gid, granted=True)
        elif number % 4 == 2:
            cache.set(own_role_cache_key(user, WORKSPACE), True)


def test_many_possible_recipients_take_as_many_queries_as_few(mia):
    people(0, 4)
    with CaptureQueriesContext(connection) as few:
        names = [user.name for user in possible_recipients(mia.user, WORKSPACE)]
    assert names == ["Mia", "Person 0", "Person 1", "Person 2"]
    people(4, 32)
    with CaptureQueriesContext(connection) as many:
        assert len(possible_recipients(mia.user, WORKSPACE)) == 25
    assert len(many) == len(few)


def test_recipients_of_the_same_name_are_told_apart(reader, connect):
    for number in (4, 10):
        person = connect(number, "Omar")
        person.email = f"omar{number}@example.com"
        person.save()
        make_manager(person.gid, {ADA: "Ada"})
    reader.post("saved/", name="Studio", query=QUERY)
    html = reader.page(f"saved/{SavedView.objects.get().slug}/schedule/")
    assert "<bdi>Omar (omar4@example.com)</bdi>" in html
    assert "<bdi>Omar (omar10@example.com)</bdi>" in html
