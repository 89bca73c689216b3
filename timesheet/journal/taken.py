"""Which of the writes that a browser stored have been taken: their answers got lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from accounts.models import User
from timesheet.core.params import as_uuid, positive_int
from timesheet.models import Edit, Step


def taken_ids(user: User, ids: Iterable[str]) -> Iterator[str]:
    """Yield those of a browser's ids that the person's journal has.

    An id is that of an edit or of a step. That of an undo or redo is the step's, a colon, and how
    often the step had been undone before.
    """
    parts = {text: text.partition(":") for text in ids}
    uuids = {uuid for name, _colon, _count in parts.values() if (uuid := as_uuid(name))}
    edits: set[UUID] = set(
        Edit.objects.filter(user=user, edit_id__in=uuids).values_list("edit_id", flat=True)
    )
    counts: dict[UUID, int] = dict(
        Step.objects.filter(user=user, step_id__in=uuids).values_list("step_id", "undo_count")
    )
    for text, (name, colon, number) in parts.items():
        uuid = as_uuid(name)
        if not uuid:
            continue
        if colon:
            before = positive_int(number)
            is_taken = before is not None and counts.get(uuid, 0) > before
        else:
            is_taken = uuid in edits or uuid in counts
        if is_taken:
            yield text
