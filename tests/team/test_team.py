"""A manager's team: who is on it, what is seen of them, and what is not."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from time_machine import travel

from accounts.asana.rate_limit import READS_AT_ONCE
from accounts.asana.transport import Session
from accounts.connections import rate_limiter
from accounts.connections.rate_limiter import ConnectionRateLimiter
from accounts.models import Connection, Manager, User
from tests.support.asana import count_requests, minutes_of
from tests.support.pages import page, person_rows
from tests.support.people import ADA, BANK_ID, BEN, MIA, OMAR, STUDIO_NAMES, WORKSPACE
from timesheet.models import Preferences
from timesheet.team import snapshot_reading


def short_in_asana(asana, week) -> set[str]:
    """Who has fewer hours in Asana than forty less their days off."""
    return {
        gid
        for gid in STUDIO_NAMES
        if minutes_of(asana, week, gid) < target_in_asana(asana, week, gid)
    }


def target_in_asana(asana, week, gid: str) -> int:
    """Eight hours a day, Monday to Friday, less the days off in Asana."""
    off = asana.get(
        "/ooo_entries",
        "sandbox-mia",
        workspace=WORKSPACE,
        user=gid,
        start_date=week.start,
        end_date=week.end,
    )
    away = {
        day
        for day in week.days[:5]
        for absence in off
        if absence["start_date"] <= str(day) <= absence["end_date"]
    }
    return 480 * (5 - len(away))


@pytest.mark.parametrize("back", [1, 2, 4])
def test_exactly_those_are_named_missing_who_are_short_in_asana(boss, asana, this_week, back):
    for _ in range(back - 1):
        boss.week = boss.week.previous
    assert set(person_rows(page(boss.team(show="missing")))) == short_in_asana(asana, boss.week)


def test_everyone_is_there_whether_or_not_they_ever_signed_in(boss):
    assert set(person_rows(page(boss.team()))) == set(STUDIO_NAMES)


def test_a_persons_own_target_counts(boss, ada):
    boss.week = boss.week.previous
    assert ADA not in person_rows(page(boss.team(show="missing")))
    Preferences.objects.create(user=ada.user, targets=[600] * 5 + [0, 0])
    assert "10:00 missing" in person_rows(page(boss.team(show="missing")))[ADA]


def test_a_warm_page_waits_for_no_reading_and_looks_again_behind(boss, asana):
    boss.team()
    asana.forget_requests()
    assert "refresh" in page(boss.team())
    assert asana.requests() == []


def test_what_asana_does_not_tell_is_not_asked_without_end(boss, asana):
    asana.faults({"path": "ooo_entries", "kind": "status", "status": 503})
    asked = page(boss.team())
    looks = 0
    while values := next_refresh(asked):
        looks += 1
        asked = page(boss.team(**values, htmx=True))
    assert looks == 3
    assert "Time off isn’t known yet for 8 people" in page(boss.team())


def test_without_days_off_nothing_is_called_missing_or_approved_in_bulk(submitted, asana):
    asana.faults({"path": "ooo_entries", "kind": "status", "status": 503})
    shown = page(submitted.team())
    assert "missing</li>" not in shown
    assert "without flags" not in shown
    assert "remind-short" not in shown
    assert person_rows(page(submitted.team(show="missing"))) == {}
    asana.faults()
    assert "without flags" in page(submitted.team(fresh="1"))


def test_time_off_is_read_once_a_day_for_a_whole_month(boss, asana, this_week, time_machine):
    boss.team()
    boss.week = boss.week.previous
    months = {day.month for day in (*this_week.days, *boss.week.days)}
    asana.forget_requests()
    boss.team()
    assert len(months) > 1 or count_requests(asana, path="ooo_entries") == 0
    time_machine.move_to(timezone.now() + timedelta(days=1, minutes=1))
    boss.force_login(boss.user)
    boss.team(fresh="1")
    assert count_requests(asana, path="ooo_entries") >= len(STUDIO_NAMES)


def test_rows_of_a_large_cold_team_come_with_progress(boss, asana, monkeypatch):
    """Twelve requests a step instead of two hundred."""
    monkeypatch.setattr(Session, "batch_size", 6)
    monkeypatch.setattr(snapshot_reading, "MOST_BATCHES", 2)
    shown = page(boss.team())
    rows = person_rows(shown)
    known = {gid for gid, row in rows.items() if "Reading…" not in row}
    assert set(rows) == set(STUDIO_NAMES)
    assert 0 < len(known) < len(rows)
    assert f"Reading from Asana: {len(known)} of {len(rows)} people." in shown
    steps = 0
    while values := next_refresh(shown):
        shown = page(boss.team(**values, htmx=True))
        fresh = person_rows(shown)
        steps += 1
    assert steps
    assert "Reading…" not in shown
    assert set(fresh) == set(rows)
    assert set(person_rows(page(boss.team(show="missing")))) == short_in_asana(asana, boss.week)


def test_a_refresh_sends_only_the_rows_that_changed(boss, asana, this_week):
    boss.week = this_week
    boss.team()
    asana.post(
        f"/tasks/{BANK_ID}/time_tracking_entries",
        duration_minutes=60,
        entered_on=str(this_week.days[0]),
    )
    answer = boss.team(fresh="1", htmx=True)
    assert set(person_rows(page(answer))) == {ADA}
    assert 'id="team-summary"' in page(answer)
    elsewhere = page(boss.team(fresh="1", shown=f"{BEN},{MIA}", htmx=True))
    assert person_rows(elsewhere) == {}


def test_while_our_own_reads_are_in_the_way_what_is_known_is_shown(boss, asana, monkeypatch):
    monkeypatch.setattr(rate_limiter, "MAX_BUSY_SECONDS", 0)
    boss.team()
    connection = Connection.objects.get(user=boss.user)
    with ConnectionRateLimiter(connection.pk).slot(reads=READS_AT_ONCE):
        known = boss.team(fresh="1")
        boss.week = boss.week.previous
        cold = boss.team()
    for answer in (known, cold):
        assert answer.status_code == 200
        assert "slow down" not in page(answer)
        assert set(person_rows(page(answer))) == set(STUDIO_NAMES)
    assert "Updating" in page(cold)
    assert next_refresh(page(cold))
    assert "Reading…" not in page(known)


def test_the_billable_share_is_compared_with_the_week_before_where_that_is_known(boss, asana):
    def share() -> int:
        fields = {"opt_fields": "duration_minutes,billable_status", "workspace": WORKSPACE}
        days = {
            "entered_on_start_date": boss.week.start,
            "entered_on_end_date": boss.week.end,
        }
        path = "/time_tracking_entries"
        entries = [
            entry
            for gid in STUDIO_NAMES
            for entry in asana.get(path, "sandbox-mia", user=gid, **fields, **days)
        ]
        total = sum(entry["duration_minutes"] for entry in entries)
        billable = [one for one in entries if one["billable_status"] == "billable"]
        return round(100 * sum(one["duration_minutes"] for one in billable) / total)

    assert " vs week " not in page(boss.team())
    later = share()
    boss.week = boss.week.previous
    boss.team()
    change = later - share()
    boss.week = boss.week.next
    asana.forget_requests()
    shown = page(boss.team())
    assert count_requests(asana, path="time_tracking_entries") == 0
    assert change
    sign = "+" if change > 0 else "−"
    assert f"{sign}{abs(change)} vs week {boss.week.previous.number}" in shown


def test_the_summary_agrees_with_asana_on_the_first_page(boss, asana, this_week):
    for _week in range(3):
        cache.clear()
        rows = person_rows(page(boss.team()))
        summary = re.search(r'<dl class="summary".*?</dl>', page(boss.team()))[0]
        logged = {gid: minutes_of(asana, boss.week, gid) for gid in STUDIO_NAMES}
        capacity = sum(target_in_asana(asana, boss.week, gid) for gid in STUDIO_NAMES)
        total = sum(logged.values())
        assert f"<b>{shown_time(total)}</b> of {shown_time(capacity)}" in summary
        assert f"<b>{round(100 * total / capacity)}%</b>" in summary
        assert len(rows) == len(STUDIO_NAMES)
        short = short_in_asana(asana, boss.week)
        missing = sum(target_in_asana(asana, boss.week, gid) - logged[gid] for gid in short)
        assert f"<b>{shown_time(missing)}</b> {len(short)} p" in summary
        boss.week = boss.week.previous


def shown_time(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def next_refresh(html: str) -> dict[str, str]:
    """What a page asks for next by itself; nothing when it stopped."""
    form = re.search(r'<form id="team-status".*?</form>', html)[0]
    if 'hx-trigger="load' not in form:
        return {}
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\d+)"', form))


def test_refresh_shows_what_changed_in_asana(boss, asana, this_week):
    boss.week = this_week
    assert "1:45" in person_rows(page(boss.team()))[ADA]
    asana.post(
        f"/tasks/{BANK_ID}/time_tracking_entries",
        duration_minutes=60,
        entered_on=str(this_week.days[0]),
    )
    assert "1:45" in person_rows(page(boss.team()))[ADA]
    shown = page(boss.team(fresh="1", htmx=True))
    assert "2:45" in person_rows(shown)[ADA]
    assert "<html" not in shown


def test_what_was_seen_before_is_shown_while_asana_is_away(boss, asana):
    boss.team()
    asana.faults({"path": "time_tracking_entries", "kind": "status", "status": 503})
    shown = page(boss.team(fresh="1"))
    assert "Showing the hours we last read." in shown
    assert set(person_rows(shown)) == set(STUDIO_NAMES)


def test_search_and_filter_narrow_the_team(boss):
    boss.week = boss.week.previous
    assert set(person_rows(page(boss.team(q="lindq")))) == {ADA}
    submitted = set(person_rows(page(boss.team(show="submitted"))))
    assert ADA in submitted
    assert BEN not in submitted
    assert set(person_rows(page(boss.team(show="returned")))) == {BEN}
    assert "No matches." in page(boss.team(show="approved"))


def test_hours_that_asana_does_not_show_are_said_and_never_zero(manage, asana):
    ben = manage(2, "Ben", ADA, "1201000000000010")
    shown = page(ben.team())
    assert "The hours of 2 people aren’t visible to you in Asana." in shown
    for row in person_rows(shown).values():
        assert "Not visible to you in Asana" in row
        assert "0:00" not in row
        assert "missing" not in row
    assert person_rows(page(ben.team(show="missing"))) == {}
    assert "Asana doesn’t show you this person’s hours" in page(ben.team(f"{ADA}/"))


def test_somebody_of_whom_there_were_never_hours_is_said_to_be_unsure(boss):
    row = person_rows(page(boss.team()))["1201000000000008"]
    assert "40:00 missing" in row
    assert "You’ve never seen any hours of this person" in row


def test_somebody_who_logged_here_of_whom_nothing_is_shown_is_not_called_missing(boss, ada):
    """Asana answers the same for no hours and for hours that it does not show."""
    unseen = "1201000000000008"
    boss.week = ada.week
    ada.save(BANK_ID, ada.week.days[1], "1")
    # The same journal as if Maximiliana had typed it, and Asana kept it from Mia.
    User.objects.filter(pk=ada.user.pk).update(gid=unseen)
    assert "Not visible to you in Asana" in person_rows(page(boss.team()))[unseen]


def test_hours_that_are_shown_no_more_are_not_visible_instead_of_none(manage, ada):
    ben = manage(2, "Ben", ADA)
    ben.week = ada.week
    cache.set(f"sighted:{ben.user.pk}:{WORKSPACE}", {ADA: timezone.now()})
    ada.save(BANK_ID, ada.week.days[1], "1")
    assert "Not visible to you in Asana" in person_rows(page(ben.team()))[ADA]


def test_the_first_hours_of_somebody_are_shown_on_their_page(boss, asana, ada):
    new = "1201000000000008"
    boss.week = ada.week
    assert "never seen any hours" in person_rows(page(boss.team()))[new]
    address = f"/tasks/{BANK_ID}/time_tracking_entries"
    values = {"duration_minutes": 60, "entered_on": str(ada.week.days[0])}
    asana.change_membership(new, WORKSPACE, is_view_only=False)
    asana.post(address, "sandbox-maximiliana", **values)
    assert "All entries" in page(boss.team(f"{new}/"))
    row = person_rows(page(boss.team()))[new]
    assert "1:00" in row
    assert "never seen any hours" not in row


def test_an_unknown_billable_share_is_not_zero(boss, asana):
    asana.settings(strict_list_fields=True)
    boss.week = boss.week.previous
    assert "%" not in person_rows(page(boss.team()))[ADA]


def test_an_admin_is_shown_the_way_to_the_team_from_their_own_week(manage, this_week):
    omar = manage(4, "Omar")
    assert f"/{WORKSPACE}/team/" in page(omar.get(f"/{WORKSPACE}/week/{this_week}/"))


def test_a_member_is_not_shown_the_way_to_the_team(ada):
    assert f"/{WORKSPACE}/team/" not in page(ada.see())


def test_a_person_is_read_with_every_entry_and_the_time_of_its_task(boss):
    boss.week = boss.week.previous
    shown = page(boss.team(f"{ADA}/"))
    assert "Ada Lindqvist" in shown
    assert f'href="/{WORKSPACE}/projects/tasks/' in shown
    assert "Design system: buttons and form fields" in shown
    assert 'class="hours"' not in shown


def test_a_person_is_read_where_lists_leave_out_the_tasks(boss, asana):
    asana.settings(strict_list_fields=True)
    boss.week = boss.week.previous
    shown = page(boss.team(f"{ADA}/"))
    assert "Design system: buttons and form fields" in shown
    assert "Time without a task" not in shown


def test_before_and_after_a_person_come_those_of_the_same_choice(boss):
    boss.week = boss.week.previous
    order = list(person_rows(page(boss.team(show="submitted"))))
    shown = page(boss.team(f"{order[1]}/", show="submitted"))
    links = re.findall(r'rel="(prev|next)"\s+href="[^"]*/(\d+)/\?show=submitted"', shown)
    assert links == [("prev", order[0]), ("next", order[2])]


def test_an_admin_without_people_of_their_own_sees_everyone_else(manage):
    omar = manage(4, "Omar")
    shown = person_rows(page(omar.team()))
    assert OMAR not in shown
    assert {*STUDIO_NAMES, MIA} <= set(shown)


def test_a_team_is_read_side_by_side_in_one_go(boss, asana):
    boss.team()
    paths = Counter(request["path"].rpartition("/")[2] for request in asana.requests())
    # One person more: of Maximiliana there are no hours, and it is looked whether ever.
    assert paths == {
        "time_tracking_entries": 9,
        "ooo_entries": 8,
        "timesheet_approval_statuses": 2,
    }


def test_nobody_to_manage_yet_says_so(manage):
    mia = manage(3, "Mia")
    Manager.objects.create(workspace_gid=WORKSPACE, gid=mia.user.gid)
    assert "You have no team members yet" in page(mia.team())


@pytest.mark.parametrize(("day", "shown"), [(2, "previous"), (3, "this")])
def test_until_wednesday_the_team_is_that_of_the_week_before(boss, this_week, day, shown):
    with travel(datetime.combine(this_week.days[day], time(10), UTC), tick=False):
        boss.force_login(boss.user)
        response = boss.get(f"/{WORKSPACE}/team/")
    week = this_week.previous if shown == "previous" else this_week
    assert response["Location"] == f"/{WORKSPACE}/team/{week}/"


def test_a_persons_page_has_their_projects_decisions_and_the_weeks_around(submitted, asana):
    submitted.decide("return", ADA, message="Friday?")
    submitted.decide("reopen", ADA)
    shown = page(submitted.team(f"{ADA}/", show="submitted"))
    history = re.search(r'id="history-title".*?</ol>', shown)[0]
    assert history.index("Submitted") < history.index("Sent back") < history.index("Friday?")
    assert "Mia" in history
    week = submitted.week
    for name, other in (("previous-week", week.previous), ("next-week", week.next)):
        address = f"/{WORKSPACE}/team/{other}/{ADA}/?show=submitted"
        assert re.search(rf'id="{name}" href="([^"]*)"', shown)[1] == address
    projects = re.search(r'id="projects-title".*?</dl>', shown)[0]
    hours = [text.split(":") for text in re.findall(r"<dd>(\d+:\d\d)</dd>", projects)]
    minutes = sum(60 * int(whole) + int(rest) for whole, rest in hours)
    assert minutes == minutes_of(asana, week, ADA)


def test_the_last_eight_weeks_of_a_person_agree_with_asana(submitted, asana):
    shown = submitted.team(f"{ADA}/trend/", htmx=True)
    weeks = shown.context["weeks"]
    assert [one.week for one in weeks][-1] == submitted.week
    assert len(weeks) == 8
    for one in weeks:
        assert one.total.minutes == minutes_of(asana, one.week, ADA)
        assert one.total.target.minutes == target_in_asana(asana, one.week, ADA)


def test_whose_hours_are_not_shown_have_no_bars(manage):
    assert "<ol>" not in page(manage(2, "Ben", ADA).team(f"{ADA}/trend/", htmx=True))
