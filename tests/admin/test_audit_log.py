"""The audit log: it grows only, and admins read it."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.audit import PersonRef
from accounts.models import Action, AppendOnly, Event, User
from accounts.request_context import address_of, override_context
from tests.support.pages import page
from tests.support.people import HARBOUR, WORKSPACE
from timesheet.domain.date_range import DateRange, Preset

ADA = PersonRef("1201000000000001", "Ada Lindqvist")
ZOE = PersonRef("1201000000000005", "Zoe Castellanos")


def log() -> str:
    return reverse("audit_log", args=[WORKSPACE])


def test_what_happened_is_shown_with_who_and_what_changed(omar):
    audit.record(
        Action.POLICY_CHANGED,
        omar.user,
        workspace=WORKSPACE,
        before={"most_minutes": 1440},
        after={"most_minutes": 600},
    )
    html = page(omar.get(log()))
    assert "Rules changed" in html
    assert "1440 → 600" in html


def test_it_tells_nothing_of_other_workspaces_and_their_people(omar):
    audit.record(Action.WEEK_APPROVED, ZOE, workspace=HARBOUR, to=ADA)
    audit.record(Action.SIGNED_IN, ZOE)
    audit.record(Action.SIGNED_IN, ADA)
    html = page(omar.get(log()))
    assert "Zoe" not in html
    assert html.count("<bdi>Ada Lindqvist</bdi>") == 1


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("action=signed_in", {"Signed in"}),
        ("who=lindq", {"Signed in", "Deactivated"}),
        ("who=1201000000000001", {"Signed in", "Deactivated"}),
        ("who=nobody", set()),
        ("end=2001-01-01", set()),
        ("start=2001-01-01", {"Signed in", "Deactivated"}),
    ],
)
def test_it_is_narrowed(omar, query, shown):
    audit.record(Action.SIGNED_IN, ADA)
    audit.record(Action.DEACTIVATED, omar.user, workspace=WORKSPACE, to=ADA)
    events = omar.get(f"{log()}?{query}").context["page"].rows
    assert {str(event.get_action_display()) for event in events} == shown


def test_a_field_that_makes_no_sense_leaves_the_others_in_force(omar):
    audit.record(Action.SIGNED_IN, ADA)
    audit.record(Action.DEACTIVATED, omar.user, workspace=WORKSPACE, to=ADA)
    page = omar.get(f"{log()}?start=soon&action=signed_in").context["page"]
    assert [event.action for event in page.rows] == [Action.SIGNED_IN]


def test_a_day_that_is_none_is_said_and_all_is_shown(omar):
    audit.record(Action.SIGNED_IN, ADA)
    answer = omar.get(f"{log()}?start=soon")
    assert "Enter a valid date." in page(answer)
    assert len(answer.context["page"].rows) == 1


def test_older_events_are_on_the_next_page(omar):
    for _ in range(51):
        audit.record(Action.SIGNED_IN, ADA)
    listing = omar.get(log()).context["page"]
    assert len(listing.rows) == 50
    # What happens in between moves nothing to another listing.
    audit.record(Action.SIGNED_IN, ADA)
    older = omar.get(f"{log()}?after={listing.next}").context["page"]
    assert [event.pk for event in older.rows] == [listing.rows[-1].pk - 1]
    assert older.next == ""


def test_links_of_a_page_keep_the_filter(omar):
    for _ in range(51):
        audit.record(Action.SIGNED_IN, ADA)
    answer = omar.get(f"{log()}?who=lindq")
    cursor = answer.context["page"].next
    assert f'href="?who=lindq&amp;after={cursor}"' in answer.content.decode()
    older = omar.get(f"{log()}?who=lindq&after={cursor}").content.decode()
    assert 'href="?who=lindq"' in older
    assert f'href="{reverse("export_audit_log", args=[WORKSPACE])}?who=lindq"' in older


@pytest.mark.parametrize("cursor", ["", "-1", "1-2", "none", "９", "9" * 19])
def test_a_cursor_of_no_page_shows_the_newest(omar, cursor):
    audit.record(Action.SIGNED_IN, ADA)
    listing = omar.get(log(), {"after": cursor}).context["page"]
    assert listing.is_first
    assert len(listing.rows) == 1


def test_the_file_has_what_the_page_is_narrowed_to(omar):
    audit.record(Action.SIGNED_IN, PersonRef(ADA.gid, "=cmd()"))
    audit.record(Action.SIGNED_OUT_EVERYWHERE, ADA)
    answer = omar.get(reverse("export_audit_log", args=[WORKSPACE]) + "?action=signed_in")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    assert rows[0][:2] == ["When", "Who"]
    assert [row[1] for row in rows[1:]] == ["'=cmd()"]


def test_it_cannot_be_changed(db):
    event = audit.record(Action.SIGNED_IN, ADA)
    event.actor_name = "Nobody"
    for change in (
        event.save,
        event.delete,
        Event.objects.all().delete,
        lambda: Event.objects.update(actor_name="Nobody"),
        lambda: Event.objects.bulk_update([event], ["actor_name"]),
    ):
        with pytest.raises(AppendOnly):
            change()
    assert Event.objects.get().actor_name == "Ada Lindqvist"


def test_it_outlives_the_person_it_is_about(db):
    user = User.objects.create_user(ADA.gid, ADA.name)
    audit.record(Action.SIGNED_IN, user)
    user.delete()
    assert Event.objects.get().actor_name == "Ada Lindqvist"


def test_it_says_from_where(db):
    with override_context("192.0.2.7") as origin:
        event = audit.record(Action.SIGNED_IN, ADA)
    assert (event.address, event.request_id) == ("192.0.2.7", origin.request_id)
    assert timezone.now() >= event.at


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "told"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9", 0, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9", 1, "198.51.100.9"),
        ("192.0.2.1", "203.0.113.5, 198.51.100.9", 1, "198.51.100.9"),
        ("192.0.2.1", "203.0.113.5, 198.51.100.9", 2, "203.0.113.5"),
        ("192.0.2.1", "198.51.100.9", 5, "198.51.100.9"),
        ("192.0.2.1", "<script>", 1, ""),
        ("", "", 0, ""),
        ("192.0.2.1", "2001:db8::1", 1, "2001:db8::1"),
        ("fe80::1%eth0", "", 0, "fe80::1"),
        ("192.0.2.1", f"fe80::1%<b>{'x' * 60}", 1, "fe80::1"),
    ],
)
def test_the_address_is_what_the_trusted_proxy_saw(peer, forwarded, proxies, told):
    assert address_of(peer, forwarded, proxies) == told


def test_every_answer_carries_an_id_of_its_own(client):
    ids = {client.get("/healthz")["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3


def test_decisions_about_weeks_are_in_it(ada, mia, manages):
    """Without what was said with them: that stays between the two."""
    manages(mia)
    week = mia.week.previous
    person = ada.user.gid
    shown = mia.get(reverse("person_week", args=[WORKSPACE, week, person]))
    mark = shown.context["person_week"].fingerprint
    mia.post(
        reverse("return_weeks", args=[WORKSPACE, week]),
        {"person": person, f"fingerprint:{person}": mark, "message": "Thursday is wrong."},
    )
    event = Event.objects.get(action=Action.WEEK_RETURNED)
    assert (event.actor_gid, event.subject_gid) == (mia.user.gid, person)
    assert event.before == {"status": "submitted"}
    assert event.after == {"week": str(week), "status": "rejected"}
    assert "Thursday" not in str(vars(event))


@pytest.mark.parametrize(("address", "kind"), [("export_csv", "csv"), ("export_xlsx", "xlsx")])
def test_files_that_were_taken_along_are_in_it(mia, manages, address, kind):
    manages(mia, ADA.gid)
    answer = mia.get(reverse(address, args=[WORKSPACE]) + "?rows=entries")
    assert answer.status_code == 200
    told = Event.objects.get(action=Action.EXPORTED).after
    assert told["format"] == kind
    assert told["rows"] == "entries"
    assert len(told["people"]) == 2


def test_a_file_that_could_not_be_made_is_not_in_it(mia, manages, asana):
    manages(mia, ADA.gid)
    asana.faults({"kind": "status", "status": 500, "path": "/rates"})
    answer = mia.get(reverse("export_csv", args=[WORKSPACE]), {"money": "1"})
    assert answer.status_code != 200
    assert not Event.objects.filter(action=Action.EXPORTED).exists()


@pytest.mark.parametrize(
    ("address", "kind"), [("export_projects_csv", "csv"), ("export_projects", "xlsx")]
)
def test_files_of_projects_are_in_it(omar, address, kind):
    span = DateRange.of(Preset.LAST_MONTH, timezone.localdate())
    answer = omar.get(reverse(address, args=[WORKSPACE]), {"range": "last-month"})
    assert answer.status_code == 200
    told = Event.objects.get(action=Action.EXPORTED).after
    days = {"from": f"{span.start}", "to": f"{span.end}"}
    assert told == {"format": kind, "rows": "projects", **days}
    assert "Data exported" in page(omar.get(reverse("audit_log", args=[WORKSPACE])))
