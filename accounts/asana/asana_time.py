"""What Asana's clock shows, by the dates of its responses."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime


class AsanaTime:
    """Keeps what Asana's clock showed, by the `Date` header of its last successful response.

    Several threads may note a response at the same time. Our own clock may differ by minutes, so
    Asana's times, such as `created_at`, are only compared with this one.
    """

    def __init__(self) -> None:
        # The date, and the seconds of this machine's monotonic clock. None before the first
        # response that has a date.
        self._noted: tuple[datetime, float] | None = None

    @property
    def latest(self) -> datetime | None:
        """The date of the latest response, in whole seconds; None before there is one."""
        return self._noted[0] if self._noted else None

    def estimate(self) -> datetime | None:
        """Return the latest time that Asana's clock may show now, without asking Asana.

        A date leaves out fractions, hence a second more. Changes of our own clock don't matter.
        None as long as `latest` is.
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
