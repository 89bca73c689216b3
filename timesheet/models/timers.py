"""Timers of people."""

from __future__ import annotations

from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Timer(models.Model):
    """Time that a person measures. It becomes an entry only when they confirm it.

    A person has one that runs, and perhaps others that were stopped and not confirmed yet.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="timers")
    timer_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    workspace_gid = models.CharField(max_length=32)
    # Empty where the person chooses the task when they stop. The name and the projects are what
    # Asana showed them: `[[gid, name], …]`.
    task_gid = models.CharField(max_length=32, blank=True)
    task_name = models.TextField(blank=True)
    projects = models.JSONField(default=list)
    started_at = models.DateTimeField()
    # The person's own date when it was started, and when it was stopped.
    started_on = models.DateField()
    # Null while it runs.
    stopped_at = models.DateTimeField(null=True)
    stopped_on = models.DateField(null=True)
    # How often the entry was refused; each new try is a new edit.
    refusals = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(stopped_at=None),
                name="one_running_timer_a_person",
            ),
        ]
        verbose_name = _("timer")

    def __str__(self) -> str:
        return f"timer {self.timer_id}"

    @property
    def edit_id(self) -> UUID:
        """The id of the edit that adds its entry: the same for everybody who confirms it."""
        return edit_id_of(self.timer_id, self.refusals)


def edit_id_of(timer_id: UUID, refusals: int) -> UUID:
    """Return the id of the edit that adds a timer's entry, after so many were refused."""
    return uuid5(timer_id, f"entry {refusals}")
