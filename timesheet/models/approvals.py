"""What was decided about weeks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from timesheet.domain.approval import Status


class Decision(models.Model):
    """A week was submitted, recalled, approved, returned or reopened here; never changed after.

    People are meant by gid: they need not have signed in. `status` is what the week became, and
    `mark` what its hours were like then, where that was known. Where the workspace's Asana plan
    has no approvals the decision is `kept_here`: the last one is how the week stands, and `number`
    counts them, so that of two at once one finds that it came second. Elsewhere Asana knows how it
    stands, and these tell what it does not: who, when, and why a week was returned.
    """

    workspace_gid = models.CharField(max_length=32)
    person_gid = models.CharField(max_length=32)
    week = models.CharField(max_length=8)
    status = models.CharField(
        max_length=9, choices=[(status.value, status.value) for status in Status]
    )
    message = models.TextField(blank=True)
    mark = models.CharField(max_length=16, blank=True)
    by_gid = models.CharField(max_length=32)
    by_name = models.CharField(max_length=255)
    kept_here = models.BooleanField(default=False)
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
