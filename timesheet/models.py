"""What we keep beside Asana: the journal of edits, and the rows a person put into a week."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from timesheet import words
from timesheet.domain.cell import Act, Seen, Write
from timesheet.domain.grid import Pending
from timesheet.domain.journal import OPEN, State
from timesheet.domain.week import Week


class Edit(models.Model):
    """One edit of one cell, written down before Asana is asked.

    `seen` is what the person saw in the cell, `[[gid, minutes], …]`; `text` what they typed.
    `reason` is the sentence they were told when it did not go through.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="edits")
    edit_id = models.UUIDField()
    workspace_gid = models.CharField(max_length=32)
    task_gid = models.CharField(max_length=32)
    entered_on = models.DateField()
    text = models.CharField(max_length=60, blank=True)
    seen = models.JSONField(default=list)
    act = models.CharField(max_length=6, choices=[(act.value, act.value) for act in Act])
    entry_gid = models.CharField(max_length=32, blank=True)
    duration_minutes = models.PositiveIntegerField()

    state = models.CharField(
        max_length=9,
        choices=[(state.value, state.value) for state in State],
        default=State.QUEUED.value,
    )
    reason = models.TextField(blank=True)
    asana_status = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "edit_id"], name="edit_id_once_a_person"),
        ]
        indexes = [models.Index(fields=["user", "workspace_gid", "entered_on"])]
        verbose_name = _("edit")

    def __str__(self) -> str:
        return f"{self.act} {self.task_gid} {self.entered_on} {self.duration_minutes}"

    @property
    def write(self) -> Write:
        return Write(Act(self.act), self.entry_gid, self.duration_minutes)

    @property
    def was(self) -> tuple[Seen, ...]:
        return tuple(Seen(gid, minutes) for gid, minutes in self.seen)

    @property
    def week(self) -> Week:
        return Week.of(self.entered_on)

    @property
    def pending(self) -> Pending:
        """The edit as its cell shows it."""
        return Pending(
            self.edit_id, State(self.state), self.text, self.reason or str(words.STILL_SAVING)
        )

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class Row(models.Model):
    """A task that a person put into a week, so that it is there before it has hours.

    The names are as Asana showed them to this person when the row was added.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="rows")
    workspace_gid = models.CharField(max_length=32)
    week = models.CharField(max_length=8)
    task_gid = models.CharField(max_length=32)
    task_name = models.TextField()
    project_names = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "workspace_gid", "week", "task_gid"], name="row_once_a_week"
            ),
        ]
        verbose_name = _("row")

    def __str__(self) -> str:
        return f"{self.week} {self.task_gid}"
