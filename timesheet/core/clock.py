"""The only module that reads the clock."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """Return the current time, in UTC."""
    return timezone.now()


def today() -> date:
    """Return today's date in the person's time zone, which `TimeZoneMiddleware` activates."""
    return timezone.localdate()
