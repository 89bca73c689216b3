"""Reminding people, and who should have been."""

from __future__ import annotations

import re
from html import unescape

from tests.timesheet.conftest import STUDIO, WORKSPACE, Browser
from timesheet.domain.week import Week

ADA, BEN, MIA, OMAR = (f"1201{number:012}" for number in (1, 2, 3, 4))
YUI, PRIYA, MAXIMILIANA = (f"1201{number:012}" for number in (10, 11, 8))
LEFT = "1201000000000099"


def page(response) -> str:
    return unescape(response.content.decode())


def remind(browser: Browser, *people: str):
    return browser.post(f"/{WORKSPACE}/team/{browser.week}/remind/", {"person": people})


def said(browser: Browser) -> str:
    """The messages on the page that follows."""
    shown = page(browser.get(f"/{WORKSPACE}/team/{browser.week}/"))
    found = re.findall(r'<p class="(?:success|info|warning)">(.*?)</p>', shown)
    return "\n".join(found).replace("\u2068", "").replace("\u2069", "")


def mailed(mailoutbox) -> set[str]:
    return {address for mail in mailoutbox for address in mail.to}


def minutes_of(asana, week: Week, gid: str) -> int:
    found = asana.get(
        "/time_tracking_entries",
        "sandbox-mia",
        workspace=WORKSPACE,
        user=gid,
        entered_on_start_date=week.start,
        entered_on_end_date=week.end,
    )
    return sum(one["duration_minutes"] for one in found)


def short(asana, week: Week) -> set[str]:
    """Who has less than 40 hours in a week without days off, as Asana has it."""
    return {mail for gid, mail in STUDIO.items() if minutes_of(asana, week, gid) < 5 * 480}
