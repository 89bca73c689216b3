"""The journal: edits, the steps they were made in, and the lock for delivering a person's edits."""

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
    """What a person did at once, and undoes at once: one edit, or many."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="steps")
    # The browser's id for it: the same one again is the same step.
    step_id = models.UUIDField()
    workspace_gid = models.CharField(max_length=32)
    # As in 2026-W48.
    week = models.CharField(max_length=8)
    # How often it was undone or redone: while this is odd, it is undone.
    undo_count = models.PositiveSmallIntegerField(default=0)
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
    """Edits, by what their person has to know of them."""

    def unsynced(self) -> EditQuerySet:
        """Return those that are open, and the closed ones that their person does not know are
        refused, discarded by an admin, or in Asana though it should not be."""
        refused = models.Q(state=State.REFUSED)
        discarded_by_admin = models.Q(state=State.DISCARDED) & ~models.Q(discarded_by="")
        return self.filter(
            models.Q(state__in=OPEN)
            | (models.Q(acknowledged_at=None) & (refused | discarded_by_admin))
            | ~models.Q(duplicate_gid="")
        )


class Edit(models.Model):
    """One edit of one cell, recorded before Asana is asked, and kept as history."""

    # Who made it, and in whose name it is sent.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="edits")
    # What it is undone with.
    step = models.ForeignKey(Step, models.CASCADE, null=True, related_name="edits")
    # The step's `undo_count` when this was recorded: 0 for what the person did themselves,
    # more for the edits of an undo or redo.
    undo_count = models.PositiveSmallIntegerField(default=0)
    # The edit that an undo or redo takes back with this one.
    reverses = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    # The edit that must be confirmed before this one is sent.
    follows = models.ForeignKey("self", models.RESTRICT, null=True, related_name="+")
    # The browser's id for it: the same one again is the same edit.
    edit_id = models.UUIDField()

    # The cell: a task on a day.
    workspace_gid = models.CharField(max_length=32)
    task_gid = models.CharField(max_length=32)
    entered_on = models.DateField()
    # What the person typed; empty where they cleared the cell, or where nobody typed it.
    text = models.CharField(max_length=60, blank=True)

    # The precondition: what must still be so in Asana when it is sent.
    # The entries that the person saw in the cell: `[[gid, minutes], …]`. Once it was sent, a create
    # has those that the cell held then: none of them can be the entry that it makes.
    seen = models.JSONField(default=list)
    # What is compared: all of the cell as in `seen`, one entry by its `fingerprint`, or nothing.
    scope = models.CharField(
        max_length=7,
        choices=[(scope.value, scope.value) for scope in PreconditionScope],
        default=PreconditionScope.CELL.value,
    )
    fingerprint = models.CharField(max_length=16, blank=True)

    # The write that it asks for.
    kind = models.CharField(max_length=6, choices=[(kind.value, kind.value) for kind in WriteKind])
    # The entry that is changed or deleted, or once it is confirmed the one that was created.
    entry_gid = models.CharField(max_length=32, blank=True)
    # 0 for a delete.
    duration_minutes = models.PositiveIntegerField()
    # The fields that are written beyond the minutes and the day, by Asana's names.
    fields = models.JSONField(default=dict)
    # The entry as Asana had it just before it was changed or deleted: what an undo brings back.
    before = models.JSONField(null=True)
    # The gid of the deleted entry that this create brings back.
    restored_gid = models.CharField(max_length=32, blank=True)

    # Changed by `journal.moves` alone.
    state = models.CharField(
        max_length=9,
        choices=[(state.value, state.value) for state in State],
        default=State.QUEUED.value,
    )
    # Why it is not in Asana, as a sentence for the person.
    reason = models.TextField(blank=True)
    # The workspace's rule that refused it, as in `domain.policy.Rule`.
    rule = models.CharField(max_length=8, blank=True)
    # The minutes that the rule for rounding would accept.
    rounded_minutes = models.PositiveSmallIntegerField(null=True)
    # The HTTP status of Asana's last answer that was an error; None where there was no answer.
    asana_status = models.PositiveSmallIntegerField(null=True)
    # In a conflict, what Asana has: `seen` as above, and the `fingerprint` of the entry to be
    # changed, empty if that is gone.
    theirs = models.JSONField(null=True)

    # When it was recorded, and the latest time at which it may have been sent to Asana.
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    # What Asana's clock showed just before it was first sent; None where Asana sent no date. What
    # Asana dates is compared with this: our own clock may differ.
    asana_sent_at = models.DateTimeField(null=True)
    # Until when it may have been sent last, as `sent_at`, by Asana's clock; None where that is not
    # known.
    asana_sent_until = models.DateTimeField(null=True)
    # Since when our clock says that it has settled, and Asana's does not.
    clocks_differ_since = models.DateTimeField(null=True)
    # After a create was sent a second time, or closed instead: until when it is looked whether the
    # first one took place.
    watch_until = models.DateTimeField(null=True)
    # The gid of the entry that it made late: besides its own, or though it was refused or
    # discarded. Empty once its person has decided.
    duplicate_gid = models.CharField(max_length=32, blank=True)
    # When it was confirmed, refused or discarded.
    closed_at = models.DateTimeField(null=True)
    # How often sending it, or looking for it, failed.
    attempts = models.PositiveSmallIntegerField(default=0)
    # When it is tried next; None where it waits for its person, or is closed.
    due_at = models.DateTimeField(null=True)
    # When the person came to know that it was refused, or discarded by an admin.
    acknowledged_at = models.DateTimeField(null=True)
    # The name of the admin who discarded it; empty where the person did.
    discarded_by = models.CharField(max_length=255, blank=True)

    # Set by `store.due_edits` and `store.record_edits`; anywhere else there may be some.
    has_followers = True

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
            models.Index(fields=["watch_until"]),
        ]
        verbose_name = _("edit")

    def __str__(self) -> str:
        return f"{self.kind} {self.task_gid} {self.entered_on} {self.duration_minutes}"

    @property
    def write(self) -> Write:
        """What is to be written in Asana."""
        fields = msgspec.convert(self.fields, EntryFields)
        return Write(WriteKind(self.kind), self.entry_gid, self.duration_minutes, fields)

    @property
    def seen_entries(self) -> tuple[SeenEntry, ...]:
        """The entries that the person saw in the cell."""
        return tuple(SeenEntry(gid, minutes) for gid, minutes in self.seen)

    @property
    def precondition(self) -> Precondition:
        """What must still be so in Asana when it is sent."""
        return Precondition(self.seen_entries, PreconditionScope(self.scope), self.fingerprint)

    @property
    def entry_before(self) -> Entry | None:
        """The entry just before it was changed or deleted; None for a create."""
        return None if self.before is None else msgspec.convert(self.before, Entry)

    @property
    def week(self) -> Week:
        """The week of the cell."""
        return Week.of(self.entered_on)

    @property
    def place(self) -> tuple[str, Week]:
        """The workspace's gid, and the week."""
        return self.workspace_gid, self.week

    @property
    def is_open(self) -> bool:
        """Whether it may still change."""
        return self.state in OPEN

    @property
    def can_be_resubmitted(self) -> bool:
        """Whether an admin discarded it, and it was typed: half of a move makes no sense alone."""
        return self.state == State.DISCARDED and self.discarded_by != "" and self.text != ""

    @property
    def unacknowledged(self) -> bool:
        """Whether it is closed in a way the person did not want, and they do not know yet."""
        discarded_by_admin = self.state == State.DISCARDED and self.discarded_by != ""
        return self.acknowledged_at is None and (self.state == State.REFUSED or discarded_by_admin)


class DeliveryLock(models.Model):
    """Has one process at a time deliver a person's edits."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="delivery_lock"
    )
    # The process that delivers, by an id of its own; None while none does.
    holder = models.UUIDField(null=True)
    # When the lock ends by itself.
    held_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery lock")

    def __str__(self) -> str:
        return f"delivery lock of user {self.user_id}"


class DeliveryMark(models.Model):
    """How far delivery has come, in one row: it tells a database that went back in time.

    The same is kept outside the database; `journal.delivery_mark` compares the two.
    """

    # Replaced by `manage.py after_restore`.
    token = models.UUIDField()
    # The tokens that this one replaced, newest last.
    replaced = models.JSONField(default=list)
    # How often something was sent since the token is in use.
    number = models.PositiveBigIntegerField(default=0)
    # What the database server calls this database and table, where it has such names: a restored
    # dump has others.
    identity = models.CharField(max_length=64, blank=True)

    # Set by `journal.delivery_mark`: what the server calls it now.
    identity_here = ""

    class Meta:
        verbose_name = _("delivery mark")

    def __str__(self) -> str:
        return f"{self.token} {self.number}"
