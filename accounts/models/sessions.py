"""The browsers that people are signed in with."""

from __future__ import annotations

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class BrowserSession(AbstractBaseSession):
    """A session, under the hash of its key: nobody who reads the database can use it."""

    # None while nobody is signed in, such as during the set-up.
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="browser_sessions"
    )
    started_at = models.DateTimeField(default=timezone.now)
    # To the hour or so: see `accounts.sessions.store`.
    seen_at = models.DateTimeField(default=timezone.now)
    # The browser and its system, such as "Firefox on Linux", and its IP address.
    browser = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        verbose_name = _("session")
