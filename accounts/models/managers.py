"""Who looks after whose weeks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Manager(models.Model):
    """Who looks after other people's weeks in a workspace; Asana does not tell.

    By gids, because neither they nor their people need ever have signed in here. The names are
    as Asana showed them to whoever chose the people.
    """

    class Chooses(models.TextChoices):
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
                fields=["workspace_gid", "gid"], name="manager_once_a_workspace"
            ),
        ]
        verbose_name = _("manager")

    def __str__(self) -> str:
        return f"{self.gid} in {self.workspace_gid}"


class ManagedPerson(models.Model):
    """A person whose weeks a manager looks after. Several may look after one."""

    manager = models.ForeignKey(Manager, models.CASCADE, related_name="people")
    gid = models.CharField(max_length=32)
    name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ["name", "gid"]
        constraints = [
            models.UniqueConstraint(fields=["manager", "gid"], name="reviewed_once_by_each"),
        ]
        verbose_name = _("reviewed person")

    def __str__(self) -> str:
        return f"{self.gid} by manager {self.manager_id}"
