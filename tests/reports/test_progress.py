"""Reading the hours of many people: a few at a time, with how far it is."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts.connections import rate_limiter
from accounts.models import Connection, RateBudget
from tests.support.pages import page, report_total
from tests.support.people import WORKSPACE
from timesheet.reports import hours

LAST = {"range": "last-week"}


@pytest.fixture
def one_by_one(monkeypatch):
    """Each person is a portion of their own."""
    monkeypatch.setattr(hours, "LISTS_AT_ONCE", 1)


def step(reader, address: str):
    return reader.browser.get(address, headers={"HX-Request": "true"})


NEXT = re.compile(r'hx-get="([^"]*/prepare/[^"]*)"')


def next_of(html: str) -> str:
    return NEXT.search(html)[1].replace("&amp;", "&")


def test_an_export_is_prepared_person_after_person(mias, one_by_one, asana):
    answer = mias.get("prepare/", **LAST, goal="csv", rows="entries", htmx=True)
    told = []
    while NEXT.search(html := page(answer)):
        told.append(re.search(r"\d of \d people read", html)[0])
        answer = step(mias, next_of(html))
    assert told == ["1 of 3 people read", "2 of 3 people read"]
    asana.forget_requests()
    address = re.search(r'href="([^"]*)" data-start download', html)[1].replace("&amp;", "&")
    assert address.startswith(f"/{WORKSPACE}/reports/export.csv?")
    content = b"".join(mias.browser.get(address).streaming_content)
    assert content.decode("utf-8-sig").startswith("Day,Person")
    assert not [request for request in asana.requests() if "time_tracking" in request["path"]]


def test_what_is_read_already_is_ready_at_once(mias):
    mias.page(**LAST)
    html = page(mias.get("prepare/", **LAST, goal="xlsx", htmx=True))
    assert "Ready." in html
    assert "export.xlsx?range=last-week" in html


def test_without_script_the_way_to_the_file_is_straight(mias):
    assert "/reports/export.csv?" in mias.get("prepare/", **LAST, goal="csv").url


def test_a_page_about_too_many_shows_how_far_it_is(omar, one_by_one):
    html = omar.page(**LAST)
    assert re.search(r"2 of \d+ people read", html)
    assert '<progress max="' in html
    assert "Continue</a>" in html
    # Without script, by looking again; with it, by itself.
    assert re.search(r"4 of \d+ people read", omar.page(**LAST))
    answer = step(omar, next_of(html))
    while NEXT.search(page(answer)):
        answer = step(omar, next_of(page(answer)))
    assert answer["HX-Redirect"].endswith("/reports/?range=last-week&by=person")
    assert report_total(omar.page(**LAST)) > 0


def test_the_page_of_entries_waits_in_the_same_way(omar, one_by_one):
    html = omar.page("entries/", **LAST)
    assert "people read" in html
    assert "goal=entries" in next_of(html)


def test_when_asana_asks_for_time_it_is_given(mias, asana):
    asana.faults({"kind": "status", "status": 429, "path": "time_tracking_entries"})
    html = page(mias.get("prepare/", **LAST, goal="csv", htmx=True))
    assert "0 of 3 people read" in html
    assert "Asana is limiting our requests. Continuing in" in html
    assert re.search(r'hx-trigger="load delay:\d+s, again"', html)


def test_the_figures_do_not_hang_on_how_they_were_read(mias, monkeypatch):
    whole = report_total(mias.page(**LAST))
    monkeypatch.setattr(hours, "LISTS_AT_ONCE", 1)
    assert "people read" in mias.page(**LAST)
    assert report_total(mias.page(**LAST)) == whole


def test_a_reading_that_takes_longer_than_it_is_kept_comes_to_its_end(
    mias, one_by_one, monkeypatch
):
    # The cache may be Redis, whose clock can't be faked, so real time has to pass.
    monkeypatch.setattr(hours, "CACHED_SECONDS", 3)
    answer = mias.get("prepare/", **LAST, goal="csv", htmx=True)
    steps = 0
    while NEXT.search(html := page(answer)):
        steps += 1
        assert steps < 4
        time.sleep(1.6)
        answer = step(mias, next_of(html))
    assert "Ready." in html


def test_where_asana_allows_little_a_long_report_comes_to_its_end(omar, monkeypatch, this_week):
    """A budget that is used up, and fills as the steps wait."""
    later = [0.0]

    def now():
        return timezone.now() + timedelta(seconds=later[0])

    def sleep(seconds: float) -> None:
        later[0] += seconds

    monkeypatch.setattr(rate_limiter, "timezone", SimpleNamespace(now=now))
    monkeypatch.setattr(rate_limiter, "time", SimpleNamespace(sleep=sleep))
    used_up = {"per_minute": 150, "left": 1, "at": now(), "learned_at": now()}
    connection = Connection.objects.get(user__name="Omar")
    RateBudget.objects.update_or_create(connection=connection, defaults=used_up)
    days = {"from": f"{this_week.start - timedelta(days=390)}", "to": f"{this_week.end}"}
    answer = omar.get("prepare/", **days, goal="csv", htmx=True)
    steps = 0
    while NEXT.search(html := page(answer)):
        steps += 1
        assert steps < 25
        wait = re.search(r"delay:(\d+)s", html)
        sleep(int(wait[1]) if wait else 0)
        answer = step(omar, next_of(html))
    assert "Ready." in html
