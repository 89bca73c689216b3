"""This installation: its Asana app, the workspaces that it serves, its workers, and who knocks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.encrypted_field import EncryptedTextField


class AsanaApp(models.Model):
    """The Asana app that people sign in through, where the environment names none. One row."""

    client_id = models.CharField(max_length=64)
    client_secret = EncryptedTextField()

    class Meta:
        verbose_name = _("Asana app")

    def __str__(self) -> str:
        return self.client_id


class AllowedWorkspace(models.Model):
    """A workspace that this installation is for. While there is none, it is for all."""

    workspace_gid = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = _("served workspace")

    def __str__(self) -> str:
        return self.name or self.workspace_gid


class Heartbeat(models.Model):
    """A worker that was alive at that moment. `name` is its host and process."""

    name = models.CharField(max_length=100, unique=True)
    started_at = models.DateTimeField()
    at = models.DateTimeField()
    version = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("worker")

    def __str__(self) -> str:
        return self.name


class RefusedSignIn(models.Model):
    """A sign-in that was refused, by the browser's address."""

    address = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address", "at"])]
        verbose_name = _("refused sign-in")

    def __str__(self) -> str:
        return f"{self.address} at {self.at}"
