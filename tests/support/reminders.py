"""Sending reminders from the team page, and reading who got one."""

from __future__ import annotations

import re

from tests.support.pages import page
from tests.support.people import WORKSPACE, Browser


def remind(browser: Browser, *people: str):
    """Reminds these people of the browser's week."""
    return browser.post(f"/{WORKSPACE}/team/{browser.week}/remind/", {"person": people})


def next_messages(browser: Browser) -> str:
    """The messages on the team page that follows, without the marks for text direction."""
    html = page(browser.get(f"/{WORKSPACE}/team/{browser.week}/"))
    messages = re.findall(r'<p class="(?:success|info|warning)">(.*?)</p>', html)
    return "\n".join(messages).replace("\u2068", "").replace("\u2069", "")


def mailed(mailoutbox) -> set[str]:
    """The addresses that were written to."""
    return {address for mail in mailoutbox for address in mail.to}
