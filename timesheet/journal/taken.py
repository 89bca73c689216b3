"""Tells a browser which of the writes that it still stores have arrived: their answers got lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from timesheet.core.params import as_uuid, positive_int
from timesheet.domain.journal import State
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


def refused_ids(user: User, ids: Iterable[str]) -> Iterator[str]:
    """Yield those of a browser's ids that were refused in an answer that got lost.

    Other refusals are shown on every page until they are acknowledged. An id is that of an edit, or
    of a step with such an edit.
    """
    uuids = {uuid: text for text in ids if (uuid := as_uuid(text.partition(":")[0]))}
    refused = Edit.objects.filter(
        Q(edit_id__in=uuids) | Q(step__step_id__in=uuids),
        user=user,
        state=State.REFUSED,
        acknowledged_at__isnull=False,
    )
    for edit_id, step_id in refused.values_list("edit_id", "step__step_id"):
        yield from (uuids[uuid] for uuid in (edit_id, step_id) if uuid in uuids)
