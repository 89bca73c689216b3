"""A week that was sent back: a banner and a badge on every page, and one email with the reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Manager
from tests.support.asana import own_week_status
from tests.support.pages import page, text_of
from tests.support.people import ADA, WORKSPACE, ManagerBrowser
from timesheet.domain.approval import Status
from timesheet.models import Decision, MailKind, SentBackWeek, Unsubscribed
from timesheet.reminders import mail, sent_back
from timesheet.sheets import sent_back as sent_back_weeks

REASON = "Tuesday has 10:30 <b>please</b> split the workshop."


def send_due_emails(now=timezone.now) -> None:
    with mail.mail_sender() as send_message:
        sent_back.send_due(now, send_message=send_message)


@pytest.fixture
def returned(ada, mia, manages, asana, this_week):
    """Sends Ada's last week back, which she submitted."""
    ada.week = this_week.previous
    ada.see()
    ada.send("submit/", htmx=False, comment="Two days were trips.")
    manager = ManagerBrowser(mia.user, this_week.previous)
    manages(mia)

    def returned(message: str = REASON) -> None:
        answer = manager.decide("return", ADA, message=message)
        assert answer.status_code in (200, 302)
        assert own_week_status(asana, this_week.previous) == "REJECTED"

    return returned


def test_every_page_says_so_until_the_week_is_submitted_again(ada, returned, this_week):
    returned()
    last = this_week.previous
    for path in (f"/{WORKSPACE}/me/", "/preferences/", f"/{WORKSPACE}/week/{this_week}/"):
        html = page(ada.get(path))
        assert f"Week {last.number} was sent back by Mia" in text_of(html), path
        assert "1 week was sent back" in html
        assert f'href="/{WORKSPACE}/week/{last}/"' in html
    assert 'class="sent-back"' not in page(ada.see())
    ada.send("submit/", htmx=False)
    assert "was sent back" not in page(ada.get("/preferences/"))


def test_the_reason_is_text_and_not_markup(ada, returned):
    returned()
    assert "&lt;b&gt;please" in ada.get("/preferences/").content.decode()


def test_it_is_told_by_email_once_with_the_reason(ada, returned, this_week, mailoutbox):
    returned()
    send_due_emails()
    send_due_emails()
    [email] = mailoutbox
    last = this_week.previous
    assert email.to == ["ada@example.com"]
    assert email.reply_to == ["mia@example.com"]
    assert email.subject.startswith(f"Week {last.number}, from ")
    html, kind = email.alternatives[0]
    assert kind == "text/html"
    assert REASON in email.body
    assert "&lt;b&gt;please" in html
    for body in (email.body, html):
        assert "Mia sent back week" in body
        assert f"http://127.0.0.1:8000/{WORKSPACE}/week/{last}/" in body
    assert "List-Unsubscribe" in email.extra_headers


def test_a_second_time_is_told_again(ada, returned, mailoutbox):
    returned()
    send_due_emails()
    ada.send("submit/", htmx=False)
    # What Mia's page remembers of the week.
    cache.clear()
    returned("Still 10:30.")
    send_due_emails()
    assert len(mailoutbox) == 2
    assert "Still 10:30." in mailoutbox[1].body


def test_who_wants_no_such_emails_gets_none(ada, returned, mailoutbox):
    returned()
    ada.get("/preferences/")
    form = ada.get("/preferences/").context["form"]
    values = {field.name: field.value() for field in form if field.value() not in (None, False)}
    ada.post("/preferences/", {**values, "whose_targets": "theirs", "sent_back": ""})
    assert Unsubscribed.objects.get().kind == MailKind.SENT_BACK
    send_due_emails()
    assert mailoutbox == []


def test_a_link_in_the_email_unsubscribes(ada, returned, mailoutbox):
    returned()
    send_due_emails()
    link = mailoutbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    path = link.partition("8000")[2]
    assert "sends back one of your weeks" in page(ada.get(path))
    ada.post(path)
    assert Unsubscribed.objects.get().kind == MailKind.SENT_BACK


@pytest.mark.usefixtures("post_is_down")
def test_an_email_that_cannot_be_sent_is_tried_again_for_a_day(ada, returned):
    returned()
    send_due_emails()
    row = SentBackWeek.objects.get()
    assert row.mail_due_at > timezone.now()
    send_due_emails(lambda: row.found_at + timedelta(days=1))
    assert SentBackWeek.objects.get().mail_due_at is None


def test_a_week_that_was_sent_back_in_asana_itself_is_found_when_it_is_read(
    ada, asana, this_week, mailoutbox
):
    last = this_week.previous
    ada.week = last
    ada.see()
    ada.send("submit/", htmx=False)
    [record] = asana.get(
        "/timesheet_approval_statuses",
        workspace=WORKSPACE,
        user="me",
        from_date=last.start,
        to_date=last.start,
    )
    path = f"/timesheet_approval_statuses/{record['gid']}"
    asana.put(path, "sandbox-mia", approval_status="rejected")
    assert "was sent back" not in page(ada.get("/preferences/"))
    Decision.objects.all().delete()
    ada.get(f"/{WORKSPACE}/me/", {"month": f"{last.start:%Y-%m}", "fresh": "1"}, follow=True)
    assert f"Week {last.number} was sent back" in page(ada.get("/preferences/"))
    send_due_emails()
    [email] = mailoutbox
    assert f"Week {last.number} (" in email.body
    assert "The reason:" not in email.body


def test_an_old_week_gets_no_email(ada, this_week):
    old, now = this_week.previous, timezone.now() + timedelta(days=60)
    sent_back_weeks.note(WORKSPACE, ADA, old, Status.REJECTED, now)
    assert SentBackWeek.objects.get().mail_due_at is None


def test_who_approves_reads_the_comment_of_the_submission(ada, mia, manages, this_week):
    manages(mia, ADA)
    ada.week = this_week.previous
    html = page(ada.see())
    assert "Comment (optional)" in html
    ada.send("submit/", htmx=False, comment="Two days were trips.")
    team = page(ManagerBrowser(mia.user, this_week.previous).team())
    assert "Two days were trips." in team


def test_the_submit_form_says_who_approves(ada, mia, manages):
    assert "Your time reviewer in Asana approves your weeks." in page(ada.see())
    manages(mia, ADA)
    Manager.objects.filter(gid=mia.user.gid).update(name="Mia Hartmann")
    assert "Mia Hartmann approves your weeks." in text_of(page(ada.see()))
