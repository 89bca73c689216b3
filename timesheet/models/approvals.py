"""Decisions about weeks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from timesheet.domain.approval import Status
from timesheet.domain.week import Week


class Decision(models.Model):
    """A week was submitted, recalled, approved, sent back or reopened here. Rows never change.

    Where the workspace's Asana plan has approvals, Asana has the week's status, and a decision
    adds what Asana does not say: who decided, when, and why a week was sent back. Without approvals
    in Asana the decision is local, and the last one has the week's status.
    """

    workspace_gid = models.CharField(max_length=32)
    # The person may never have signed in here, so there is no foreign key.
    person_gid = models.CharField(max_length=32)
    # Written 2026-W48.
    week = models.CharField(max_length=8)
    # What the week became.
    status = models.CharField(
        max_length=9, choices=[(status.value, status.value) for status in Status]
    )
    # Why the week was sent back.
    message = models.TextField(blank=True)
    # Of the hours that were decided on (`team_week.fingerprint_of`); empty if not known.
    fingerprint = models.CharField(max_length=16, blank=True)
    # Who decided.
    by_gid = models.CharField(max_length=32)
    by_name = models.CharField(max_length=255)
    is_local = models.BooleanField(default=False)
    # Counts the local decisions about a week. Of two at the same time the second violates the
    # constraint. Null unless local.
    number = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_gid", "person_gid", "week", "number"],
                name="decision_after_decision",
            ),
        ]
        indexes = [models.Index(fields=["workspace_gid", "week", "person_gid"])]
        verbose_name = _("decision")

    def __str__(self) -> str:
        return f"{self.week} of {self.person_gid}: {self.status}"

    @property
    def is_own(self) -> bool:
        """Whether the person decided about their own week: they submitted or recalled it."""
        return self.by_gid == self.person_gid


class SentDecision(models.Model):
    """A decision that is being sent to Asana, kept until it is known whether it took effect.

    Written down before it is sent. Then it becomes a `Decision` and this row is deleted, or only
    this row is deleted.
    """

    # Who decided.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="sent_decisions"
    )
    workspace_gid = models.CharField(max_length=32)
    # Whose week it is about.
    person_gid = models.CharField(max_length=32)
    # Written 2026-W48.
    week = models.CharField(max_length=8)
    # What the week is to become, and what it was when it was sent.
    status = models.CharField(
        max_length=9, choices=[(status.value, status.value) for status in Status]
    )
    was = models.CharField(
        max_length=9, choices=[(status.value, status.value) for status in Status]
    )
    message = models.TextField(blank=True)
    # Of the hours that were decided on; empty if not known.
    fingerprint = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["workspace_gid", "week", "person_gid"])]
        verbose_name = _("decision on its way")

    def __str__(self) -> str:
        return f"{self.week} of {self.person_gid}: {self.was} to {self.status}"


class SentBackWeek(models.Model):
    """A week that its manager sent back, until it is submitted again."""

    workspace_gid = models.CharField(max_length=32)
    person_gid = models.CharField(max_length=32)
    # Written 2026-W48.
    week = models.CharField(max_length=8)
    # Who sent it back and why; empty where that was done in Asana itself.
    by_gid = models.CharField(max_length=32, blank=True)
    by_name = models.CharField(max_length=255, blank=True)
    message = models.TextField(blank=True)
    found_at = models.DateTimeField()
    # When the person is to be told by email; null once that is done, or given up.
    mail_due_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_gid", "person_gid", "week"], name="sent_back_once"
            ),
        ]
        indexes = [models.Index(fields=["mail_due_at"])]
        verbose_name = _("week that was sent back")

    def __str__(self) -> str:
        return f"{self.week} of {self.person_gid}"

    @property
    def parsed_week(self) -> Week:
        """The week as a value."""
        return Week.parse(self.week)


class DecisionMail(models.Model):
    """An email that is due about the last decision on a week: it was approved, or submitted.

    There is at most one for a week. A decision that is taken back, or followed by another one,
    replaces it, so that nobody reads of what is no longer so.
    """

    workspace_gid = models.CharField(max_length=32)
    # Whose week it is about.
    person_gid = models.CharField(max_length=32)
    # Written 2026-W48.
    week = models.CharField(max_length=8)
    # What the week became.
    status = models.CharField(
        max_length=9, choices=[(status.value, status.value) for status in Status]
    )
    # Who decided, and what they wrote with it.
    by_gid = models.CharField(max_length=32)
    by_name = models.CharField(max_length=255)
    message = models.TextField(blank=True)
    # When it is due, and when the next try is.
    due_at = models.DateTimeField()
    next_try_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_gid", "person_gid", "week"], name="one_mail_due_about_a_week"
            ),
        ]
        indexes = [models.Index(fields=["next_try_at"])]
        verbose_name = _("email about a decision")

    def __str__(self) -> str:
        return f"{self.week} of {self.person_gid}: {self.status}"

    @property
    def parsed_week(self) -> Week:
        """The week as a value."""
        return Week.parse(self.week)
