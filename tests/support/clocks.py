"""Time that passes everywhere: by our clock, and by Asana's."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone
from time_machine import TimeMachineFixture

from tests.sandbox_process import Sandbox
from timesheet.journal import settling
from timesheet.models import Edit

HOUR = timedelta(hours=1)
# Asana's dates have whole seconds: as much of one is lost before a write as at a look for it.
SETTLED = timedelta(seconds=3)


def move(
    asana: Sandbox, time_machine: TimeMachineFixture, to: datetime, *, tick: bool = True
) -> None:
    """Set our clock, and Asana's forward or back by as much."""
    seconds = math.ceil((to - timezone.now()).total_seconds())
    time_machine.move_to(to, tick=tick)
    offset = asana.settings()["clock_offset_seconds"]
    asana.settings(clock_offset_seconds=offset + seconds)


def settle(asana: Sandbox, time_machine: TimeMachineFixture, edit: Edit | None = None) -> None:
    """Let so much time pass that an edit, by default the last one, can't turn up any more."""
    edit = edit or Edit.objects.latest("pk")
    move(asana, time_machine, settling.settles_at(edit) + SETTLED)


def sent_an_hour_ago() -> None:
    """Have all edits been sent an hour ago, by our clock and by Asana's."""
    Edit.objects.update(
        sent_at=timezone.now() - HOUR, asana_sent_until=F("asana_sent_until") - HOUR
    )
