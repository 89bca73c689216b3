"""Edits of people who are connected through an app that Asana does not accept any more."""

from __future__ import annotations

import requests
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Connection
from tests.support.people import STAND_UP
from timesheet.core import clock
from timesheet.journal import dispatch
from timesheet.models import Edit


def test_what_waits_waits_while_asana_does_not_accept_the_app(ada, asana, settings, saturday, here):
    """Once the client secret is corrected it is sent by itself."""
    with_app(ada, asana, settings)
    settings.ASANA_CLIENT_SECRET = "wrong"
    ada.save(STAND_UP, saturday, "1")
    edit = Edit.objects.get()
    assert edit.state == "queued"
    assert "Asana rejected this timesheet’s app" in edit.reason
    assert Connection.objects.get().healthy
    settings.ASANA_CLIENT_SECRET = "sandbox-secret"
    Edit.objects.update(due_at=timezone.now())
    dispatch.deliver_due(ada.user.pk, clock.now)
    assert (STAND_UP, str(saturday), 60) in here()


def with_app(browser, asana, settings) -> None:
    """Connects them through the app, with an access token that has just ended."""
    settings.PUBLIC_URL = "http://testserver"
    asana.settings(redirect_uris=["http://testserver/sign-in/callback/"])
    to = browser.get("/sign-in/asana/")["Location"]
    allowed = {"person": "ada", "decision": "allow"}
    answer = requests.post(to, data=allowed, allow_redirects=False, timeout=60)
    browser.get(answer.headers["Location"].removeprefix("http://testserver"))
    Connection.objects.update(expires_at=timezone.now())
    cache.clear()
