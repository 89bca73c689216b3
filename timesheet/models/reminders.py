"""Mails: what was mailed, and who wants none."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailKind(models.TextChoices):
    SHORT = "short", _("Reminders of missing hours")
    DIGEST = "digest", _("The manager’s digest")


class SentReminder(models.Model):
    """Somebody was mailed about a week, last at this moment. Written before the mail is sent, so
    that of two who want to only one does; taken away if it could not be sent."""

    workspace_gid = models.CharField(max_length=32)
    week = models.CharField(max_length=8)
    person_gid = models.CharField(max_length=32)
    kind = models.CharField(max_length=6, choices=MailKind)
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
    """One manager's share of the mails of a workspace that were due at a moment: tried so often,
    last at `tried_at`, and so often with mails that could not be sent."""

    workspace_gid = models.CharField(max_length=32)
    manager_gid = models.CharField(max_length=32)
    due = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=1)
    tried_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_gid", "manager_gid", "due"], name="round_once_when_due"
            ),
        ]
        verbose_name = _("round of reminders")

    def __str__(self) -> str:
        return f"{self.due} for {self.manager_gid}"


class Unsubscribed(models.Model):
    """Somebody wants no mails of a kind, from one workspace or, with an empty gid, from any."""

    person_gid = models.CharField(max_length=32)
    workspace_gid = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=6, choices=MailKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_gid", "workspace_gid", "kind"], name="unsubscribed_once"
            ),
        ]
        verbose_name = _("unsubscription")

    def __str__(self) -> str:
        return f"{self.kind} not to {self.person_gid}"
