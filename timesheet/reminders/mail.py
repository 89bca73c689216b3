"""How letters become mails: text and HTML, and the way to unsubscribe. An appeal to connect again
has none: an admin sends each of them by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

from timesheet.core import formats
from timesheet.models import Preferences
from timesheet.reminders.letters import Digest, Message, ReconnectRequest, Reminder
from timesheet.reminders.sending import MaybeSent, NotSent, is_address

# Sends one of them. Raises `NotSent`, `InDoubt`.
Sender = Callable[[Message | ReconnectRequest], None]


@contextmanager
def mail_sender() -> Iterator[Sender]:
    """Sends any number of letters, each by a connection of its own: a server may take only so many
    by one, or hang up meanwhile. Once none can be opened the rest are not waited for."""
    closed: list[Exception] = []

    def post(letter: Message | ReconnectRequest) -> None:
        if closed:
            raise NotSent(closed[0])
        connection = get_connection()
        try:
            connection.open()
        except (SMTPException, OSError) as error:
            closed.append(error)
            raise NotSent(error) from error
        try:
            _mail(letter, connection).send()
        except (SMTPResponseException, SMTPRecipientsRefused) as error:
            raise NotSent(error) from error
        except (SMTPException, OSError) as error:
            # The server may have taken the mail before it fell silent.
            raise MaybeSent(error) from error
        finally:
            connection.close()

    yield post


def _mail(
    letter: Message | ReconnectRequest, connection: BaseEmailBackend
) -> EmailMultiAlternatives:
    prefers = Preferences.objects.filter(user__gid=letter.to.gid).first() or Preferences()
    with (
        translation.override(settings.LANGUAGE_CODE),
        formats.override(lambda: prefers.duration_style),
    ):
        context = _context(letter)
        name = "mail/" + (letter.kind if isinstance(letter, Message) else "reconnect")
        mail = EmailMultiAlternatives(
            _subject(letter),
            render_to_string(f"{name}.txt", context),
            to=[letter.to.email or ""],
            reply_to=_reply_to(letter),
            headers=_headers(context.get("unsubscribe", "")),
            connection=connection,
        )
        mail.attach_alternative(render_to_string(f"{name}.html", context), "text/html")
    return mail


def _context(letter: Message | ReconnectRequest) -> dict[str, Any]:
    if isinstance(letter, ReconnectRequest):
        return {"letter": letter, "address": _whole(reverse("connection"))}
    page = "team" if isinstance(letter, Digest) else "week"
    return {
        "letter": letter,
        "address": _whole(reverse(page, args=[letter.workspace, letter.week])),
        "unsubscribe": _whole(reverse("unsubscribe", args=[letter.subscription.token])),
    }


def _subject(letter: Message | ReconnectRequest) -> str:
    if isinstance(letter, ReconnectRequest):
        return _("Please connect your timesheet to Asana again")
    said = {
        "number": letter.week.number,
        "start": date_format(letter.week.start, "MONTH_DAY_FORMAT"),
    }
    if isinstance(letter, Reminder):
        said["time"] = formats.show(letter.looked.missing)
        return _("%(time)s missing in week %(number)d, from %(start)s") % said
    return _("Your team in week %(number)d, from %(start)s") % said


def _headers(unsubscribe: str) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated"}
    if unsubscribe:
        # https://www.rfc-editor.org/rfc/rfc8058
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _reply_to(letter: Message | ReconnectRequest) -> list[str]:
    by = letter.by if isinstance(letter, Reminder | ReconnectRequest) else None
    return [by.email] if by and is_address(by.email) else []


def _whole(path: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + path
