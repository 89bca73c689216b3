"""Sends one email at a time, as text and HTML, with a link to unsubscribe."""

from __future__ import annotations

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from timesheet.core import formats
from timesheet.reminders.sending import MaybeSent, NotSent, is_address
from timesheet.reminders.subscriptions import Subscription
from timesheet.sheets.preferences import preferences_of


def send_email(
    to: User,
    template: str,
    context: dict[str, Any],
    *,
    subscription: Subscription,
    by: User | None = None,
) -> None:
    """Send `mail/<template>.txt` and `.html`; its subject is the text's first line.

    Durations are written as the recipient prefers them; answers go to `by`. Raises `NotSent`,
    `MaybeSent`.
    """
    with (
        translation.override(settings.LANGUAGE_CODE),
        formats.override(lambda: preferences_of(to).duration_style),
    ):
        unsubscribe = absolute(reverse("unsubscribe", args=[subscription.token]))
        values = {**context, "to": to, "unsubscribe": unsubscribe}
        subject, _newline, text = render_to_string(f"mail/{template}.txt", values).partition("\n")
        email = EmailMultiAlternatives(
            subject.strip(),
            text.lstrip("\n"),
            to=[to.email],
            reply_to=[by.email] if by and is_address(by.email) else [],
            headers={
                "Auto-Submitted": "auto-generated",
                # https://www.rfc-editor.org/rfc/rfc8058
                "List-Unsubscribe": f"<{unsubscribe}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        email.attach_alternative(render_to_string(f"mail/{template}.html", values), "text/html")
    _deliver(email)


def absolute(path: str) -> str:
    """Return the address of a path of ours for an email."""
    return settings.PUBLIC_URL.rstrip("/") + path


def _deliver(email: EmailMultiAlternatives) -> None:
    connection = email.connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        raise NotSent(error) from error
    try:
        email.send()
    except (SMTPResponseException, SMTPRecipientsRefused) as error:
        raise NotSent(error) from error
    except (SMTPException, OSError) as error:
        # The server may have accepted the email before the connection broke.
        raise MaybeSent(error) from error
    finally:
        connection.close()
