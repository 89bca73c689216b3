"""One's own hours: a month, a year, a search, changes, files."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from tests.support.asana import count_requests, entries_of
from tests.support.pages import page, text_of
from tests.support.people import BANK_ID, STAND_UP, WORKSPACE
from timesheet.core import clock
from timesheet.domain.date_range import DateRange
from timesheet.domain.week import Week

ME = f"/{WORKSPACE}/me/"


def day_of(html: str, day: date) -> str:
    """The cell of a day in the calendar, in words."""
    cell = re.search(rf'<td [^>]*class="day"[^>]*><a href="[^"]*day={day}#.*?</td>', html)
    return text_of(cell[0])


def week_row(html: str, week: Week) -> str:
    return text_of(re.search(rf'<tr role="row"><th[^>]*><a href="[^"]*{week}/".*?</tr>', html)[0])


def shown(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def month_of(week: Week) -> dict[str, str]:
    """The query for the month that the week begins in."""
    return {"month": f"{week.start:%Y-%m}"}


@pytest.fixture
def last_week(this_week) -> Week:
    return this_week.previous


@pytest.fixture
def first_week(this_week) -> Week:
    """The first week with hours: the sandbox has eight weeks of them."""
    return Week.of(this_week.start - timedelta(weeks=7))


def test_a_month_has_the_hours_of_each_day_and_week_with_its_status(ada, asana, last_week):
    entries = entries_of(asana, last_week)
    html = page(ada.get(ME, month_of(last_week)))
    monday = last_week.start
    minutes = sum(e["duration_minutes"] for e in entries if e["entered_on"] == str(monday))
    assert minutes
    assert shown(minutes) in day_of(html, monday)
    total = sum(entry["duration_minutes"] for entry in entries)
    assert f"{shown(total)} Draft" in week_row(html, last_week)
    for week, status in (
        (last_week.previous, "Submitted"),
        (last_week.previous.previous, "Approved"),
    ):
        assert status in week_row(page(ada.get(ME, month_of(week))), week)


def test_a_day_lists_its_entries_and_a_project_too(ada, asana, last_week):
    monday = last_week.start
    html = page(ada.get(ME, {"month": f"{monday:%Y-%m}", "day": str(monday)}))
    listed = re.search(r'id="entries".*?</section>', html)[0]
    here = [e for e in entries_of(asana, last_week) if e["entered_on"] == str(monday)]
    assert len(re.findall(r'class="when"', listed)) == len(here)
    link = re.search(r'class="card by-project".*?<li[^>]*><a href="([^"]*)"', html)[1]
    by_project = page(ada.get(link.partition("#")[0]))
    assert 'id="entries"' in by_project


def test_projects_add_up_to_the_month(ada, last_week):
    html = page(ada.get(ME, month_of(last_week)))
    section = re.search(r'class="card by-project".*?</section>', html)[0]
    minutes = [int(h) * 60 + int(m) for h, m in re.findall(r"<b>(\d+):(\d\d)</b>", section)]
    heading = re.search(r'class="sum"><b>(\d+):(\d\d)</b>', html)
    assert sum(minutes) == int(heading[1]) * 60 + int(heading[2]) > 0


def test_the_table_of_a_year_has_no_empty_months_at_its_edges(ada, first_week):
    html = page(ada.get(f"{ME}weeks/", {"year": first_week.start.year}))
    sums = re.findall(r"<td[^>]*>(.*?)</td>", re.search(r'class="total".*?</tr>', html)[0])
    months = re.findall(r'/me/\?month=\d{4}-\d\d"', html)
    assert len(months) == len(sums) - 1
    assert sums[0]
    assert sums[-2]


def test_a_year_has_every_week_since_the_first_with_hours(ada, first_week, this_week):
    year = first_week.start.year
    span = DateRange(date(year, 1, 1), date(year, 12, 31))
    expected = [week for week in span.weeks if first_week <= week <= this_week]
    html = page(ada.get(f"{ME}weeks/", {"year": year}))
    weeks = re.search(r'class="card weeks-list".*?</section>', html)[0]
    links = re.findall(r"/week/(\d{4}-W\d\d)/", weeks)
    assert links == [str(week) for week in reversed(expected)]
    has_weeks_before = first_week.year == year and first_week.number > 1
    assert (f"No hours in {year} before week {first_week.number}." in weeks) is has_weeks_before
    assert "Approved" in weeks
    total, target = re.search(r'class="sum"><b>([\d:]+)</b> of (\d+):00', html).groups()
    days = [day for week in expected for day in week.days[:5] if day.year == year]
    assert int(target) == 8 * len(days)
    assert total in re.search(r'class="total".*?</tr>', html)[0]


def test_without_a_choice_it_is_the_current_month_and_year(ada, monkeypatch):
    """Also where the current week began in the year before."""
    monkeypatch.setattr(clock, "today", lambda: date(2027, 1, 3))
    assert f'href="/{WORKSPACE}/me/?month=2026-12"' in page(ada.get(ME))
    html = page(ada.get(f"{ME}weeks/"))
    assert f'href="/{WORKSPACE}/me/weeks/?year=2026"' in html
    assert "<title>Weeks of 2027 " in html


def test_a_year_is_read_in_one_batch_and_then_cached(ada, asana, last_week):
    year = {"year": last_week.start.year}
    asana.forget_requests()
    ada.get(f"{ME}weeks/", year)
    assert len(asana.requests()) <= 18
    asana.forget_requests()
    ada.get(f"{ME}weeks/", year)
    assert count_requests(asana, path="/time_tracking_entries") == 0


def test_what_is_saved_here_shows_at_once(ada, saturday):
    month = {"month": f"{saturday:%Y-%m}"}
    assert "1:30" not in day_of(page(ada.get(ME, month)), saturday)
    ada.save(BANK_ID, saturday, "1:30")
    assert "1:30" in day_of(page(ada.get(ME, month)), saturday)
    ada.send("submit/", htmx=False)
    assert "Submitted" in week_row(page(ada.get(ME, month)), ada.week)


def test_a_search_finds_words_of_notes_and_of_tasks(ada, saturday):
    ada.save(BANK_ID, saturday, "1:30 Called the Notary about it")
    html = page(ada.get(f"{ME}search/", {"query": "notary CALLED"}))
    assert "1 entry, 1:30 hours" in html
    assert "Called the Notary about it" in html
    by_task = page(ada.get(f"{ME}search/", {"query": "stand-up"}))
    assert "Studio stand-up" in by_task
    assert "0 entries" in page(ada.get(f"{ME}search/", {"query": "no such words"}))


def test_changes_tell_what_was_done_to_which_task(ada, saturday):
    ada.save(BANK_ID, saturday, "1:30 with a note")
    ada.see()
    [seen] = re.findall(rf'id="cell-{BANK_ID}-{saturday}"[^>]*data-seen="([^"]*)"', page(ada.see()))
    ada.save(BANK_ID, saturday, "2", seen=seen)
    text = text_of(page(ada.get(f"{ME}changes/")))
    assert "1:30 → 2:00 Sign-in with BankID" in text
    assert "Added 1:30 Sign-in with BankID" in text
    assert "with a note" in text


def test_changes_are_only_the_persons_own(ada, ben, saturday):
    ada.save(BANK_ID, saturday, "1:30")
    assert "No changes yet" in page(ben.get(f"{ME}changes/"))


def test_files_have_every_entry_of_a_month(ada, asana, last_week):
    month = month_of(last_week)
    answer = ada.get(f"{ME}export.csv", month)
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    here = [row for row in rows[1:] if Week.of(date.fromisoformat(row[0])) == last_week]
    assert len(here) == len(entries_of(asana, last_week))
    assert f'filename="my-hours-{last_week.start:%Y-%m}.csv"' in answer["Content-Disposition"]
    xlsx = ada.get(f"{ME}export.xlsx", month)
    sheet = load_workbook(io.BytesIO(b"".join(xlsx.streaming_content))).active
    assert sheet.max_row >= len(rows)


@pytest.mark.parametrize(
    "query", [{"month": "2026-13"}, {"month": "x"}, {"year": "1"}, {"day": "0001-01-01"}]
)
def test_an_address_that_names_no_days_leads_to_the_current_month(ada, query):
    answer = ada.get(ME, query)
    assert answer.status_code == 302
    assert answer["Location"] == ME
    assert ada.get(f"{ME}export.csv", query).status_code == 302


def test_a_week_that_is_approved_here_has_its_status(ada, mia, manages, asana, last_week):
    asana.settings(plan="time_tracking")
    manages(mia)
    ada.week = last_week
    ada.see()
    ada.send("submit/", htmx=False)
    assert "Submitted" in week_row(page(ada.get(ME, month_of(last_week))), last_week)


def test_days_off_and_missing_days_have_their_shade(ada, last_week):
    html = page(ada.get(ME, {"month": f"{last_week.end:%Y-%m}"}))
    assert 'data-shade="full"' in html or 'data-shade="part"' in html
    assert "No hours expected" in day_of(html, last_week.end)


def test_asana_down_is_said(ada, settings):
    settings.ASANA_URL = "http://127.0.0.1:9"
    assert ada.get(ME).status_code in (502, 503)


def test_a_stand_up_row_links_to_its_week(ada, this_week):
    html = page(ada.get(f"{ME}search/", {"query": "stand-up"}))
    assert re.search(rf"/week/{this_week}/\?day=\d{{4}}-\d\d-\d\d", html)
    assert STAND_UP in html


def test_the_calendar_of_a_week_leads_to_other_weeks(ada, last_week):
    html = page(ada.get(ME + "calendar/", {"day": str(last_week.start)}))
    assert html.count("data-chosen") == 1
    assert "<html" in html
    monday = last_week.previous.start
    month = {**month_of(last_week.previous), "day": str(last_week.start)}
    before = page(ada.get(ME + "calendar/", month))
    assert f'href="/{WORKSPACE}/week/{last_week.previous}/?day={monday}"' in before
    assert "Submitted" in week_row(before, last_week.previous)
    fragment = page(ada.get(ME + "calendar/", {"month": "2026-10"}, headers={"HX-Request": "true"}))
    assert fragment.startswith('<div class="week-calendar"')
    assert "October 2026" in fragment
    assert ada.get(ME + "calendar/", {"month": "x"}).status_code == 302


def test_the_calendar_costs_one_batch_of_reads_and_then_none(ada, asana):
    before = count_requests(asana)
    ada.get(ME + "calendar/")
    read = count_requests(asana) - before
    assert 0 < read <= 5
    ada.get(ME + "calendar/")
    assert count_requests(asana) - before == read
