"""Emails when a budget passes a threshold, by a real mail server on loopback."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Connection
from tests.projects.conftest import BANK, MUSEUM
from tests.support.mail_server import mail_server
from tests.support.people import ADA, MIA, OMAR, WORKSPACE
from timesheet.models import BudgetAlert, MailKind
from timesheet.projects import alerts
from timesheet.projects.mail import send_budget_mail
from timesheet.reminders.subscriptions import Subscription

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TOKEN = "sandbox-mia"


def check(now=NOW):
    alerts.check_due(now, send_mail=send_budget_mail)


def later(hours):
    return NOW + timedelta(hours=hours)


@pytest.fixture
def alert(mias):
    def alert(project=BANK, percent=70, recipients=(MIA,)):
        return BudgetAlert.objects.create(
            user=mias.client.user,
            workspace_gid=WORKSPACE,
            project_gid=project,
            percent=percent,
            recipients=list(recipients),
        )

    return alert


def set_total(asana, project, value):
    budget = asana.get("/budgets", TOKEN, parent=project)[0]
    asana.put(f"/budgets/{budget['gid']}", TOKEN, total={"value": value, "enabled": True})


def test_an_email_comes_once_the_threshold_is_passed(alert, asana, settings):
    alert()
    used = asana.get("/budgets", TOKEN, parent=BANK)[0]["actual"]["value"]
    with mail_server(settings) as server:
        set_total(asana, BANK, used * 2)
        check()
        assert server.messages == []
        set_total(asana, BANK, used / 0.9)
        check(later(0.5))
        assert server.messages == []
        check(later(2))
        check(later(4))
        assert server.got == ["mia@example.com"]
        message = server.messages[0]
    text = message.get_body(("plain",)).get_content()
    assert message["Subject"] == "Fjord Bank mobile app has used 90% of its budget"
    assert f"{settings.PUBLIC_URL.rstrip('/')}/{WORKSPACE}/projects/{BANK}/" in text
    assert "(90%)" in text
    assert "List-Unsubscribe" in message


def test_it_comes_again_after_the_budget_was_raised(alert, asana, settings):
    alert()
    used = asana.get("/budgets", TOKEN, parent=BANK)[0]["actual"]["value"]
    with mail_server(settings) as server:
        for number, part in enumerate((0.9, 0.5, 0.8)):
            set_total(asana, BANK, used / part)
            check(later(2 * number))
        assert len(server.got) == 2


def test_nobody_learns_more_than_asana_shows_them(alert, connect, settings):
    connect(1, "Ada")
    connect(4, "Omar")
    alert(MUSEUM, recipients=[ADA, OMAR])
    with mail_server(settings) as server:
        check()
        assert server.got == ["omar@example.com"]


def test_no_email_comes_to_those_who_unsubscribed_or_disconnected(alert, asana, settings):
    alert(MUSEUM)
    with mail_server(settings) as server:
        Subscription(MIA, WORKSPACE, MailKind.BUDGET).end()
        check()
        Subscription(MIA, WORKSPACE, MailKind.BUDGET).resume()
        Connection.objects.all().delete()
        check(later(2))
        assert server.got == []


def test_an_email_that_was_not_sent_is_tried_again(alert, settings, post_is_down):
    alert(MUSEUM)
    check()
    assert BudgetAlert.objects.get().notified == []
    with mail_server(settings) as server:
        check(later(2))
        assert server.got == ["mia@example.com"]


def test_nothing_of_the_budget_is_stored(alert, settings):
    row = alert(MUSEUM)
    with mail_server(settings):
        check()
    stored = BudgetAlert.objects.filter(pk=row.pk).values().get()
    assert stored["notified"] == [MIA]
    assert set(stored) == {
        *("id", "user_id", "workspace_gid", "project_gid", "percent", "recipients", "notified"),
        "checked_at",
    }
