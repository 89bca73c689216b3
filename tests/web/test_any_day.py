"""The pages that begin with today, on days on which a date is easily got wrong."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.support.pages import page
from tests.support.people import ADA, MIA, WORKSPACE, Browser, make_manager
from timesheet.domain.mail_schedule import week_to_check
from timesheet.domain.week import Week


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-11-30T00:01Z", "UTC", "2026-11-30"),
        # A year ends while another has begun elsewhere.
        ("2026-12-31T23:58Z", "America/New_York", "2026-12-31"),
        ("2026-12-31T23:58Z", "Pacific/Auckland", "2027-01-01"),
        # The last day of a week 53, in the year after.
        ("2027-01-03T23:59Z", "UTC", "2027-01-03"),
        # The hour that is skipped, and the one that comes twice.
        ("2027-03-28T01:30Z", "Europe/Berlin", "2027-03-28"),
        ("2027-10-31T01:30Z", "Europe/Berlin", "2027-10-31"),
        ("2028-02-29T23:30Z", "UTC", "2028-02-29"),
        ("2028-02-29T23:30Z", "Europe/Berlin", "2028-03-01"),
    ],
)
def test_pages_begin_with_the_persons_own_today(connect, time_machine, moment, zone, day):
    time_machine.move_to(moment, tick=False)
    today = date.fromisoformat(day)
    week = Week.of(today)
    mia = Browser(connect(3, "Mia"), week)
    make_manager(MIA, {ADA: "Ada"})
    mia.cookies["zone"] = zone

    assert mia.get("/").headers["Location"].endswith(f"/week/{week}/")
    grid = page(mia.see())
    assert re.findall(r'<th [^>]*id="day-([\d-]+)"[^>]* data-today', grid) == [day]
    month = page(mia.get(f"/{WORKSPACE}/me/"))
    assert re.search(rf' data-today>\s*<a href="[^"]*day={day}#', month)
    assert month.count(" data-today>") == 1
    year = page(mia.get(f"/{WORKSPACE}/me/weeks/"))
    assert f"<title>Weeks of {today.year} " in year
    team = mia.get(f"/{WORKSPACE}/team/").headers["Location"]
    assert team == f"/{WORKSPACE}/team/{week_to_check(today)}/"
