"""Sends the emails about budgets."""

from __future__ import annotations

from django.urls import reverse

from timesheet.projects.alerts import BudgetMail
from timesheet.reminders.outgoing import absolute, send_email


def send_budget_mail(mail: BudgetMail) -> None:
    """Send one email. Raises `NotSent`, `MaybeSent`."""
    address = absolute(reverse("project_page", args=[mail.workspace, mail.project.gid]))
    context = {"mail": mail, "address": address}
    send_email(mail.to, "budget", context, subscription=mail.subscription, by=mail.by)
