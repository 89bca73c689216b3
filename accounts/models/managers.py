"""Managers and their people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Manager(models.Model):
    """A person who approves other people's weeks in a workspace. Asana has no such role.

    People are stored by gid, because they need not have signed in here. Names and addresses are
    those that Asana last showed.
    """

    class Chooses(models.TextChoices):
        """Whom managers may add to their people themselves."""

        NOBODY = "", _("Only admins choose their people")
        TEAMS = "teams", _("They may choose people of their own Asana teams")
        ANYONE = "anyone", _("They may choose anyone in the workspace")

    workspace_gid = models.CharField(max_length=32)
    gid = models.CharField(max_length=32)
    name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=254, blank=True)
    chooses = models.CharField(max_length=6, choices=Chooses, default=Chooses.NOBODY, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_gid", "gid"], name="manager_once_per_workspace"
            ),
        ]
        verbose_name = _("manager")

    def __str__(self) -> str:
        return f"{self.gid} in {self.workspace_gid}"


class ManagedPerson(models.Model):
    """A person whose weeks a manager approves. A person may have several managers."""

    manager = models.ForeignKey(Manager, models.CASCADE, related_name="people")
    gid = models.CharField(max_length=32)
    name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ["name", "gid"]
        constraints = [
            models.UniqueConstraint(fields=["manager", "gid"], name="person_once_per_manager"),
        ]
        verbose_name = _("managed person")

    def __str__(self) -> str:
        return f"{self.gid} by manager {self.manager_id}"


class Delegate(models.Model):
    """A person who stands in for a manager on some days: they see and approve the same weeks."""

    manager = models.ForeignKey(Manager, models.CASCADE, related_name="delegates")
    gid = models.CharField(max_length=32)
    name = models.CharField(max_length=255, blank=True)
    # Both included.
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["starts_on", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="delegate_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["gid", "ends_on"])]
        verbose_name = _("delegate")

    def __str__(self) -> str:
        return f"{self.gid} for manager {self.manager_id}"
