"""A week that was seen before opens from its stored copy, and is refreshed from Asana."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Connection
from tests.support.asana import LIST, entries_of
from tests.support.pages import page
from tests.support.people import BANK_ID, STAND_UP, WORKSPACE, Browser
from timesheet.core.sessions import ZONE_COOKIE
from timesheet.domain.week import Week
from timesheet.models import Edit, StoredWeek
from timesheet.sheets import stored_weeks


@pytest.fixture
def ada(ada) -> Browser:
    """Her browser runs scripts, which refresh a page."""
    ada.cookies[ZONE_COOKIE] = "UTC"
    ada.see()
    return ada


def refresh(browser: Browser, shown: str, **query):
    """Asks for what differs, as the page `shown` does."""
    version = re.search(r"refresh/\?shown=(\w+)", shown)[1]
    rows = re.findall(r'data-row="(\d+)"', shown)
    return browser.see("refresh/", htmx=True, shown=version, row=rows, **query)


def make_older(**ago):
    StoredWeek.objects.update(read_at=timezone.now() - timedelta(**ago))


def change_in_asana(asana, monday, minutes=45):
    entries = entries_of(asana, Week.of(monday), opt_fields="entered_on,task.gid")
    entry = next(
        entry
        for entry in entries
        if (entry["task"]["gid"], entry["entered_on"]) == (BANK_ID, str(monday))
    )
    asana.put(f"/time_tracking_entries/{entry['gid']}", duration_minutes=minutes)


def test_a_week_that_was_seen_is_shown_without_asking_asana(ada, asana, monday):
    asana.forget_requests()
    shown = page(ada.see())
    assert asana.requests() == []
    assert f'name="hours:{BANK_ID}:{monday}" value="1:30"' in shown
    assert 'hx-trigger="load, cells:saved from:document"' in shown


def test_it_asks_the_database_little(ada, saturday, django_assert_max_num_queries):
    ada.see()
    with django_assert_max_num_queries(5):
        ada.see()
    ada.save(STAND_UP, saturday, "1")
    ada.see()
    # Also what can be undone, and the versions of cells.
    with django_assert_max_num_queries(7):
        ada.see()


def test_a_browser_without_script_is_shown_what_asana_has_now(ada, asana, monday):
    change_in_asana(asana, monday)
    del ada.cookies[ZONE_COOKIE]
    shown = page(ada.see())
    assert f'name="hours:{BANK_ID}:{monday}" value="0:45"' in shown
    assert "refresh/?shown=" not in shown


def test_nothing_comes_where_nothing_differs(ada):
    answer = page(refresh(ada, page(ada.see())))
    assert "data-refreshed" in answer
    assert 'class="cell"' not in answer


def test_only_the_cells_that_differ_come(ada, asana, monday):
    shown = page(ada.see())
    change_in_asana(asana, monday)
    answer = page(refresh(ada, shown))
    assert re.findall(r'id="cell-(\S+)"', answer) == [f"{BANK_ID}-{monday}"]
    assert f'name="hours:{BANK_ID}:{monday}" value="0:45"' in answer
    assert 'id="total-week" hx-swap-oob="true"' in answer
    assert f'name="hours:{BANK_ID}:{monday}" value="0:45"' in page(ada.see())


def test_a_task_that_is_new_in_asana_becomes_a_row(ada, asana, monday):
    shown = page(ada.see())
    other = "1205000000000002"
    asana.post(f"/tasks/{other}/time_tracking_entries", duration_minutes=25, entered_on=str(monday))
    answer = page(refresh(ada, shown))
    assert 'hx-swap-oob="beforeend:#rows"' in answer
    assert f'id="row-{other}"' in answer


def test_after_an_edit_all_cells_come_to_be_compared_in_the_browser(ada, asana, monday, saturday):
    shown = page(ada.see())
    ada.save(STAND_UP, saturday, "1")
    answer = page(refresh(ada, shown))
    assert f'id="cell-{BANK_ID}-{monday}"' in answer
    assert f'id="cell-{STAND_UP}-{saturday}"' in answer


def test_a_saved_edit_is_on_the_page_when_it_is_opened_again(ada, asana, saturday):
    ada.save(STAND_UP, saturday, "1:10")
    asana.forget_requests()
    assert f'name="hours:{STAND_UP}:{saturday}" value="1:10"' in page(ada.see())
    assert asana.requests() == []


def test_an_old_copy_says_of_when_it_is(ada):
    assert "Hours as of" not in page(ada.see())
    make_older(hours=3)
    assert "Hours as of" in page(ada.see())


def test_without_asana_the_week_opens_says_so_and_takes_hours(ada, asana, saturday):
    asana.faults({"kind": "status", "status": 503})
    shown = page(ada.see())
    assert "Asana isn’t responding" in page(refresh(ada, shown))
    ada.save(STAND_UP, saturday, "1:10")
    assert Edit.objects.get().state == "queued"
    assert f'name="hours:{STAND_UP}:{saturday}" value="1:10"' in page(ada.see())


def test_the_copy_goes_with_the_connection(ada):
    assert StoredWeek.objects.exists()
    Connection.objects.all().delete()
    assert not StoredWeek.objects.exists()


def test_nobody_gets_the_copy_of_somebody_else(ada, ben):
    ben.cookies[ZONE_COOKIE] = "UTC"
    ben.see()
    owners = StoredWeek.objects.values_list("connection__user__gid", flat=True)
    assert sorted(owners) == sorted([ada.user.gid, ben.user.gid])
    assert page(ben.see()) != page(ada.see())


def test_a_week_that_asana_does_not_show_any_more_is_forgotten(ada, asana):
    shown = page(ada.see())
    asana.faults({"kind": "status", "status": 403, **LIST})
    answer = refresh(ada, shown)
    assert answer.headers["HX-Redirect"] == ada.at()
    assert not StoredWeek.objects.exists()


def test_a_week_that_was_submitted_in_asana_is_loaded_again(ada, asana, this_week):
    shown = page(ada.see())
    record = asana.post(
        "/timesheet_approval_statuses",
        workspace=WORKSPACE,
        user=ada.user.gid,
        start_date=str(this_week.start),
        end_date=str(this_week.end),
    )
    asana.put(f"/timesheet_approval_statuses/{record['gid']}", approval_status="SUBMITTED")
    assert refresh(ada, shown).headers["HX-Refresh"] == "true"
    assert "Recall" in page(ada.see())


def test_a_neighbour_is_stored_once(ada, asana, this_week):
    ada.week = this_week.previous
    assert ada.see("prefetch/").status_code == 204
    asana.forget_requests()
    ada.see("prefetch/")
    ada.see()
    assert asana.requests() == []


def test_a_week_that_nobody_opened_for_long_is_deleted(ada):
    stored_weeks.forget_old(timezone.now())
    assert StoredWeek.objects.exists()
    make_older(days=61)
    stored_weeks.forget_old(timezone.now())
    assert not StoredWeek.objects.exists()


def test_an_admin_has_their_links_on_a_stored_page(omar):
    omar.cookies[ZONE_COOKIE] = "UTC"
    omar.see()
    cache.clear()
    assert "/admin/" in page(omar.see())


def test_a_copy_that_misses_a_confirmed_edit_is_not_shown(ada, saturday):
    """As when the process ends after the edit is confirmed and before the copy is brought up to
    date."""
    before = StoredWeek.objects.values("entries", "read_at").get()
    ada.save(BANK_ID, saturday, "2")
    StoredWeek.objects.update(**before)
    shown = page(ada.see())
    assert f'name="hours:{BANK_ID}:{saturday}" value="2:00"' in shown
