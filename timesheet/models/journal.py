"""The journal: edits, the steps they were made in, and the one way out for a person's edits."""

from __future__ import annotations

import msgspec
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.asana.records import Entry, EntryFields
from timesheet.domain.cell import PreconditionScope, SeenEntry, Write, WriteKind
from timesheet.domain.journal import OPEN, Precondition, State
from timesheet.domain.week import Week


class Step(models.Model):
    """What a person did in one go, so that it is undone in one go: one edit, or many.

    `turn` counts up with each undo and redo; the step is undone while it is odd.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="steps")
    step_id = models.UUIDField()
    workspace_gid = models.CharField(max_length=32)
    week = models.CharField(max_length=8)
    turn = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "step_id"], name="step_id_once_a_person"),
        ]
        indexes = [models.Index(fields=["user", "workspace_gid", "week"])]
        verbose_name = _("step")

    def __str__(self) -> str:
        return f"{self.week} {self.step_id}"


class EditQuerySet(models.QuerySet["Edit"]):
    def unsynced(self) -> EditQuerySet:
        """What a person has to know of: all that is open, and what was refused, or discarded by
        another, untold."""
        refused = models.Q(state=State.REFUSED)
        taken = models.Q(state=State.DISCARDED) & ~models.Q(discarded_by="")
        return self.filter(
            models.Q(state__in=OPEN) | (models.Q(acknowledged_at=None) & (refused | taken))
        )


class Edit(models.Model):
    """One edit of one cell, written down before Asana is asked.

    `seen` is what the person saw in the cell, `[[gid, minutes], …]`; `text` what they typed.
    `compare` and `mark` say what must still be so when it is sent, and `follows` which edit must
    be confirmed before. `fields` is written beyond the minutes and the day. `before` is the entry
    as it was just before it was changed or deleted; `restores` the gid of the deleted entry that
    a create brings back. `turn` is the step's, when this was written. `reason` is the sentence
    for the person when it did not go through, `rule` the workspace's that refused it, and
    `rounded` the minutes that would not have been; `told_at` is when they were told that it was
    refused, or `discarded_by` an admin of that name. `theirs` is what Asana had instead when it
    came to a conflict: what was `seen` in the cell, and the `mark` of the entry that is meant,
    empty if it was gone. It is tried again at `due_at`, after so many `attempts`; without one it
    waits for its person.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="edits")
    # Those from before there were steps have none.
    step = models.ForeignKey(Step, models.CASCADE, null=True, related_name="edits")
    turn = models.PositiveSmallIntegerField(default=0)
    follows = models.ForeignKey("self", models.RESTRICT, null=True, related_name="+")
    edit_id = models.UUIDField()
    workspace_gid = models.CharField(max_length=32)
    task_gid = models.CharField(max_length=32)
    entered_on = models.DateField()
    text = models.CharField(max_length=60, blank=True)
    seen = models.JSONField(default=list)
    scope = models.CharField(
        max_length=7,
        choices=[(compare.value, compare.value) for compare in PreconditionScope],
        default=PreconditionScope.CELL.value,
    )
    fingerprint = models.CharField(max_length=16, blank=True)
    kind = models.CharField(max_length=6, choices=[(act.value, act.value) for act in WriteKind])
    entry_gid = models.CharField(max_length=32, blank=True)
    duration_minutes = models.PositiveIntegerField()
    fields = models.JSONField(default=dict)
    before = models.JSONField(null=True)
    restores = models.CharField(max_length=32, blank=True)

    state = models.CharField(
        max_length=9,
        choices=[(state.value, state.value) for state in State],
        default=State.QUEUED.value,
    )
    reason = models.TextField(blank=True)
    rule = models.CharField(max_length=8, blank=True)
    rounded = models.PositiveSmallIntegerField(null=True)
    asana_status = models.PositiveSmallIntegerField(null=True)
    theirs = models.JSONField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    discarded_by = models.CharField(max_length=255, blank=True)

    objects = EditQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "edit_id"], name="edit_id_once_a_person"),
            models.UniqueConstraint(
                fields=["user", "entry_gid"],
                condition=models.Q(kind=WriteKind.CREATE.value, state=State.CONFIRMED.value),
                name="entry_made_by_one_edit",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "workspace_gid", "entered_on"]),
            models.Index(fields=["state", "due_at"]),
        ]
        verbose_name = _("edit")

    def __str__(self) -> str:
        return f"{self.kind} {self.task_gid} {self.entered_on} {self.duration_minutes}"

    @property
    def write(self) -> Write:
        more = msgspec.convert(self.fields, EntryFields)
        return Write(WriteKind(self.kind), self.entry_gid, self.duration_minutes, more)

    @property
    def seen_entries(self) -> tuple[SeenEntry, ...]:
        return tuple(SeenEntry(gid, minutes) for gid, minutes in self.seen)

    @property
    def precondition(self) -> Precondition:
        return Precondition(self.seen_entries, PreconditionScope(self.scope), self.fingerprint)

    @property
    def entry_before(self) -> Entry | None:
        return None if self.before is None else msgspec.convert(self.before, Entry)

    @property
    def week(self) -> Week:
        return Week.of(self.entered_on)

    @property
    def place(self) -> tuple[str, Week]:
        return self.workspace_gid, self.week

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def can_be_resubmitted(self) -> bool:
        """Whether it was typed, and another discarded it: half of a move alone must not be."""
        return self.state == State.DISCARDED and self.discarded_by != "" and self.text != ""

    @property
    def unacknowledged(self) -> bool:
        """Whether it is closed, not as its person wanted, and they do not know yet."""
        taken = self.state == State.DISCARDED and self.discarded_by != ""
        return self.acknowledged_at is None and (self.state == State.REFUSED or taken)


class DeliveryLock(models.Model):
    """The one way out for a person's edits: only who holds it delivers them, until then."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="outbox"
    )
    holder = models.UUIDField(null=True)
    held_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("outbox")

    def __str__(self) -> str:
        return f"outbox of user {self.user_id}"
