"""The audit log: who did what to whom, from which address. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(Exception):
    """Somebody tried to change or delete a row of the audit log."""


class Action(models.TextChoices):
    """What the audit log records."""

    SIGNED_IN = "signed_in", _("Signed in")
    SIGN_IN_REFUSED = "sign_in_refused", _("Sign-in refused")
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere", _("Signed out everywhere")
    SIGNED_OUT_ELSEWHERE = "signed_out_elsewhere", _("Signed out in another browser")
    CONNECTED = "connected", _("Connected to Asana")
    DISCONNECTED = "disconnected", _("Disconnected from Asana")
    CONNECTION_FAILED = "connection_failed", _("Connection needs reconnecting")
    CONNECTION_TESTED = "connection_tested", _("Connection tested")
    CONNECTION_REFRESHED = "connection_refreshed", _("Tokens refreshed")
    RECONNECT_ASKED = "reconnect_asked", _("Reconnect email sent")
    CONNECTION_REVOKED = "connection_revoked", _("Connection revoked")
    CONNECTION_REMOVED = "connection_removed", _("Connection removed")
    ADMIN_GRANTED = "admin_granted", _("Made an admin")
    ADMIN_TAKEN = "admin_taken", _("No longer an admin")
    MANAGER_ADDED = "manager_added", _("Made a manager")
    MANAGER_REMOVED = "manager_removed", _("No longer a manager")
    PEOPLE_CHOSEN = "people_chosen", _("Manager’s people changed")
    CHOOSING_ALLOWED = "choosing_allowed", _("Manager’s permissions changed")
    DEACTIVATED = "deactivated", _("Deactivated")
    ACTIVATED = "activated", _("Reactivated")
    POLICY_CHANGED = "policy_changed", _("Rules changed")
    REMINDERS_CHANGED = "reminders_changed", _("Reminders changed")
    REMINDED = "reminded", _("Reminded of missing hours")
    CAPACITY_CHANGED = "capacity_changed", _("Capacity changed")
    DELEGATE_NAMED = "delegate_named", _("Delegate named")
    DELEGATE_REMOVED = "delegate_removed", _("Delegate removed")
    PERSON_EXPORTED = "person_exported", _("Person’s data exported")
    PERSON_ERASED = "person_erased", _("Person’s data erased")
    WEEK_SUBMITTED = "week_submitted", _("Week submitted")
    WEEK_RECALLED = "week_recalled", _("Week recalled")
    WEEK_APPROVED = "week_approved", _("Week approved")
    WEEK_RETURNED = "week_returned", _("Week sent back")
    WEEK_REOPENED = "week_reopened", _("Week reopened")
    EDIT_RETRIED = "edit_retried", _("Unsynced change retried")
    EDIT_DISCARDED = "edit_discarded", _("Unsynced change discarded")
    EXPORTED = "exported", _("Data exported")
    REPORTING_ON = "reporting_on", _("Shared reporting account turned on")
    REPORTING_OFF = "reporting_off", _("Shared reporting account turned off")
    WORKSPACES_CHOSEN = "workspaces_chosen", _("Workspaces chosen")
    APP_CHANGED = "app_changed", _("Asana app changed")
    KEYS_ROTATED = "keys_rotated", _("Keys rotated")
    RESTORED = "restored", _("Backup restored")
    PURGED = "purged", _("Old data deleted")


class EventQuerySet(models.QuerySet["Event"]):
    """Events, which can't be changed or deleted in bulk either."""

    def update(self, **_values: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def delete_before(self, moment: datetime, *, most: int) -> int:
        """Delete the oldest events from before a moment, at most so many; return how many.

        The only way to delete events, for the retention period. Those stay that say whose shared
        reporting account a workspace uses: it may still be in use.
        """
        old = self.filter(at__lt=moment).exclude(action=Action.REPORTING_ON).order_by("pk")
        keys = list(old.values_list("pk", flat=True)[:most])
        deleted, _by_model = models.QuerySet(self.model).filter(pk__in=keys).delete()
        return deleted

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnly


def action_choices() -> list[tuple[str, Any]]:
    """Return every action with its label; as a function, so that a new one needs no migration."""
    return Action.choices


class Event(models.Model):
    """Something that a person or the timesheet itself did."""

    at = models.DateTimeField()
    # Empty for what is about no single workspace, such as a sign-in.
    workspace_gid = models.CharField(max_length=32, blank=True)
    # Who did it. Without a gid, a part of the timesheet, such as "worker".
    actor_gid = models.CharField(max_length=32, blank=True)
    actor_name = models.CharField(max_length=255, blank=True)
    action = models.CharField(max_length=24, choices=action_choices)
    # The person it was done to; empty where it was not done to a person.
    subject_gid = models.CharField(max_length=32, blank=True)
    subject_name = models.CharField(max_length=255, blank=True)
    # The values that changed, by name.
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    # The browser's IP address, and the id that the request has in the log.
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=32, blank=True)

    objects: ClassVar[Any] = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["workspace_gid", "at"]),
            models.Index(fields=["actor_gid"]),
            models.Index(fields=["subject_gid"]),
        ]
        verbose_name = _("event")

    def __str__(self) -> str:
        return f"{self.action} by {self.actor_gid or self.actor_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnly
