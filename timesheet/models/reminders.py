"""Emails: which were sent, and who has unsubscribed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailKind(models.TextChoices):
    """The kinds of emails that people can unsubscribe from."""

    SHORT = "short", _("Reminders about missing hours")
    DIGEST = "digest", _("Weekly team digest")
    SENT_BACK = "sent_back", _("Weeks sent back")
    APPROVED = "approved", _("Weeks approved")
    SUBMITTED = "submitted", _("Weeks submitted")
    BUDGET = "budget", _("Budget alerts")
    REPORT = "report", _("Scheduled reports")


def mail_kinds() -> list[tuple[str, Any]]:
    """Return every kind with its label; as a function, so that a new one needs no migration."""
    return MailKind.choices


class SentReminder(models.Model):
    """The last email of a kind to a person about a week.

    The row is written before the email is sent, so that two senders cannot both send it, and
    deleted if the email could not be sent.
    """

    workspace_gid = models.CharField(max_length=32)
    week = models.CharField(max_length=8)
    person_gid = models.CharField(max_length=32)
    kind = models.CharField(max_length=16, choices=mail_kinds)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_gid", "week", "person_gid", "kind"], name="reminded_once_a_week"
            ),
        ]
        verbose_name = _("reminder")

    def __str__(self) -> str:
        return f"{self.kind} {self.week} to {self.person_gid}"


class ReminderRun(models.Model):
    """The emails for one manager, and for the manager's people, that were due at one time."""

    workspace_gid = models.CharField(max_length=32)
    manager_gid = models.CharField(max_length=32)
    due = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=1)
    # The time of the last try.
    tried_at = models.DateTimeField()
    # Number of tries in which an email could not be sent.
    failures = models.PositiveSmallIntegerField(default=0)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_gid", "manager_gid", "due"], name="one_run_per_due_time"
            ),
        ]
        verbose_name = _("reminder run")

    def __str__(self) -> str:
        return f"{self.due} for {self.manager_gid}"


class Unsubscribed(models.Model):
    """A person has unsubscribed from a kind of email."""

    person_gid = models.CharField(max_length=32)
    # Empty for all workspaces.
    workspace_gid = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=16, choices=mail_kinds)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_gid", "workspace_gid", "kind"], name="unsubscribed_once"
            ),
        ]
        verbose_name = _("unsubscription")

    def __str__(self) -> str:
        return f"{self.kind} not to {self.person_gid}"
