"""Sends messages as emails: as text and HTML, with a link to unsubscribe.

A request to reconnect has no such link, because an admin sends each of them by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timesheet.core import formats
from timesheet.models import Preferences
from timesheet.reminders.mail_messages import (
    Approved,
    Digest,
    Message,
    ReconnectRequest,
    Reminder,
    SentBack,
    Submitted,
)
from timesheet.reminders.sending import MaybeSent, NotSent, is_address

# Sends one message. Raises `NotSent`, `MaybeSent`.
Sender = Callable[[Message | ReconnectRequest], None]


@contextmanager
def mail_sender() -> Iterator[Sender]:
    """Return a function that sends one message at a time.

    Each message has a connection of its own, because servers limit the number of messages in one,
    and close idle ones. Once a connection cannot be opened, all further messages fail at once.
    """
    failures: list[Exception] = []

    def send(message: Message | ReconnectRequest) -> None:
        if failures:
            raise NotSent(failures[0])
        connection = get_connection()
        try:
            connection.open()
        except (SMTPException, OSError) as error:
            failures.append(error)
            raise NotSent(error) from error
        try:
            _email(message, connection).send()
        except (SMTPResponseException, SMTPRecipientsRefused) as error:
            raise NotSent(error) from error
        except (SMTPException, OSError) as error:
            # The server may have accepted the email before the connection broke.
            raise MaybeSent(error) from error
        finally:
            connection.close()

    yield send


def _email(
    message: Message | ReconnectRequest, connection: BaseEmailBackend
) -> EmailMultiAlternatives:
    preferences = Preferences.objects.filter(user__gid=message.to.gid).first() or Preferences()
    with (
        translation.override(settings.LANGUAGE_CODE),
        formats.override(lambda: preferences.duration_style),
    ):
        context = _context(message)
        name = "mail/" + (message.kind if isinstance(message, Message) else "reconnect")
        email = EmailMultiAlternatives(
            _subject(message),
            render_to_string(f"{name}.txt", context),
            to=[message.to.email or ""],
            reply_to=_reply_to(message),
            headers=_headers(context.get("unsubscribe", "")),
            connection=connection,
        )
        email.attach_alternative(render_to_string(f"{name}.html", context), "text/html")
    return email


@dataclass(frozen=True)
class EmailText:
    """An email as its recipient reads it."""

    subject: str
    text: str


def preview(message: Message | ReconnectRequest) -> EmailText:
    """Return the text of an email without sending it."""
    email = _email(message, get_connection())
    return EmailText(str(email.subject), str(email.body))


def _context(message: Message | ReconnectRequest) -> dict[str, Any]:
    if isinstance(message, ReconnectRequest):
        return {"message": message, "address": _absolute(reverse("connection"))}
    page = "team" if isinstance(message, Digest | Submitted) else "week"
    week = message.latest if isinstance(message, Submitted) else message.week
    return {
        "message": message,
        "address": _absolute(reverse(page, args=[message.workspace, week])),
        "unsubscribe": _absolute(reverse("unsubscribe", args=[message.subscription.token])),
    }


def _subject(message: Message | ReconnectRequest) -> str:
    if isinstance(message, ReconnectRequest):
        return _("Reconnect your timesheet to Asana")
    if isinstance(message, Submitted):
        count = len(message.submitted)
        sentence = ngettext(
            "%(number)d week was submitted to you", "%(number)d weeks were submitted to you", count
        )
        return sentence % {"number": count}
    values = {
        "number": message.week.number,
        "start": date_format(message.week.start, "MONTH_DAY_FORMAT"),
    }
    if isinstance(message, Reminder):
        values["time"] = formats.show(message.person_week.missing)
        return _("%(time)s missing in week %(number)d, from %(start)s") % values
    if isinstance(message, SentBack):
        return _("Week %(number)d, from %(start)s, was sent back to you") % values
    if isinstance(message, Approved):
        return _("Week %(number)d, from %(start)s, was approved") % values
    return _("Your team in week %(number)d, from %(start)s") % values


def _headers(unsubscribe: str) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated"}
    if unsubscribe:
        # https://www.rfc-editor.org/rfc/rfc8058
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _reply_to(message: Message | ReconnectRequest) -> list[str]:
    if not isinstance(message, Reminder | ReconnectRequest | SentBack | Approved):
        return []
    by = message.by
    return [by.email] if by and is_address(by.email) else []


def _absolute(path: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + path
