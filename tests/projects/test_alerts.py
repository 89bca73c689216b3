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


@pytest.mark.parametrize("recipients", [[], [OMAR]])
def test_an_alert_that_is_changed_while_it_is_checked_stays_changed(
    alert, mias, connect, recipients
):
    """Its owner saves it, or turns it off, while the first of two emails is sent."""
    connect(4, "Omar")
    alert(MUSEUM, recipients=[MIA, OMAR])
    sent = []

    def change_meanwhile(mail):
        sent.append(mail.to.gid)
        alerts.store_alert(mias.client.user, WORKSPACE, MUSEUM, 75, recipients)

    alerts.check_due(NOW, send_mail=change_meanwhile)
    assert sent == [MIA]
    stored = BudgetAlert.objects.values_list("percent", "recipients", "notified", "checked_at")
    assert list(stored) == ([(75, [OMAR], [], None)] if recipients else [])


def disconnect(_asana):
    Connection.objects.update(state=Connection.TokenState.NEEDS_RECONNECTING)


def hide_budgets(asana):
    asana.faults({"kind": "status", "status": 403, "path": "/budgets", "method": "GET"})


@pytest.mark.parametrize("lose", [disconnect, hide_budgets])
def test_it_does_not_come_again_after_the_budget_could_not_be_read(alert, asana, settings, lose):
    alert(MUSEUM)
    with mail_server(settings) as server:
        check()
        lose(asana)
        check(later(2))
        asana.faults()
        Connection.objects.update(state=Connection.TokenState.HEALTHY)
        check(later(4))
        assert server.got == ["mia@example.com"]


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
