"""What the app did with the edits of a cell: it explains a finding, and decides none."""

from __future__ import annotations

from bench.torture.ledger import Place


def journal_of(user: str, place: Place) -> list[tuple[float, str]]:
    """Return the journal's edits of a person's cell, each with when it was written down."""
    from timesheet.models import Edit

    edits = Edit.objects.filter(user__gid=user, task_gid=place[0], entered_on=place[1])
    return [
        (
            edit.created_at.timestamp(),
            f"journal: {edit.edit_id} {edit.kind} {edit.duration_minutes} of "
            f"{edit.entry_gid or 'no entry'} over {edit.seen}, {edit.state} {edit.reason!r} "
            f"{edit.asana_status or ''}, sent {edit.sent_at}, closed {edit.closed_at}, "
            f"seen by its person {edit.acknowledged_at}, attempts {edit.attempts}",
        )
        for edit in edits.order_by("created_at")
    ]
