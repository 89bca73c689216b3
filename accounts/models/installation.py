"""This installation: its Asana app, its workspaces, its workers, and refused sign-ins."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.encrypted_field import EncryptedTextField


class AsanaApp(models.Model):
    """The Asana app that people sign in through, unless the environment names one. One row."""

    client_id = models.CharField(max_length=64)
    client_secret = EncryptedTextField()

    class Meta:
        verbose_name = _("Asana app")

    def __str__(self) -> str:
        return self.client_id


class AllowedWorkspace(models.Model):
    """A workspace that may use this installation. While there is no row, all may."""

    workspace_gid = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = _("allowed workspace")

    def __str__(self) -> str:
        return self.name or self.workspace_gid


class Heartbeat(models.Model):
    """When a worker was last alive."""

    # Host and process id.
    name = models.CharField(max_length=100, unique=True)
    started_at = models.DateTimeField()
    at = models.DateTimeField()
    version = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("worker")

    def __str__(self) -> str:
        return self.name


class RefusedSignIn(models.Model):
    """A refused sign-in, or a wrong set-up code."""

    class Way(models.TextChoices):
        """What was tried; each is blocked by itself."""

        TOKEN = "token", _("Personal access token")
        OAUTH = "oauth", _("Sign-in with Asana")
        SETUP = "setup", _("Set-up code")

    way = models.CharField(max_length=5, choices=Way, default=Way.TOKEN)
    # The browser's network, see `request_context.network_of`.
    address = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address", "at"])]
        verbose_name = _("refused sign-in")

    def __str__(self) -> str:
        return f"{self.address} at {self.at}"
