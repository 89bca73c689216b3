"""The only place that knows what time it is."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    return timezone.now()


def today() -> date:
    """The day it is for the person who asks: `TimeZoneMiddleware` sets their zone."""
    return timezone.localdate()
