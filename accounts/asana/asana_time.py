"""What Asana's clock shows, by the dates of its responses."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime


class AsanaTime:
    """Keeps what Asana's clock showed, by the `Date` header of its last successful response.

    Several threads may note a response at the same time. Our own clock may differ by minutes, so
    what Asana dates, such as `created_at`, is compared with this one only.
    """

    def __init__(self) -> None:
        # The date, and the seconds of a clock of this machine that never jumps. None before the
        # first response that has a date.
        self._noted: tuple[datetime, float] | None = None

    @property
    def latest(self) -> datetime | None:
        """The date of the latest response, in whole seconds; None before there is one."""
        return self._noted[0] if self._noted else None

    def estimate(self) -> datetime | None:
        """Return what Asana's clock shows now, at most: a date leaves out parts of a second.

        It is not asked for that, and our own clock may have been set since. None where `latest` is.
        """
        if self._noted is None:
            return None
        date, noted_at = self._noted
        return date + timedelta(seconds=1 + time.monotonic() - noted_at)

    def note(self, header: str) -> None:
        """Keep the date of a response; a missing or unreadable one changes nothing."""
        try:
            date = parsedate_to_datetime(header)
        except ValueError:
            return
        if date.tzinfo is not None:
            self._noted = (date, time.monotonic())
