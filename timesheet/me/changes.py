"""What a person changed, from the journal, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from timesheet.core.keyset import KeysetPage, keyset_page
from timesheet.models import AddedRow, Edit, PinnedTask
from timesheet.sheets import reading

PAGE_SIZE = 50


@dataclass(frozen=True)
class OwnChange:
    """One edit with the name of its task; empty if that is not known here."""

    edit: Edit
    task: str


@dataclass(frozen=True)
class ChangesPage:
    """A page of a person's edits, the newest first."""

    changes: tuple[OwnChange, ...]
    # Cursor of the next page; empty on the last one.
    next: str
    is_first: bool


def changes_page(user: User, workspace: str, *, after: str = "") -> ChangesPage:
    """Return the person's newest edits in a workspace, or those after the cursor `after`."""
    edits = Edit.objects.filter(user=user, workspace_gid=workspace)
    page: KeysetPage[Edit] = keyset_page(edits, ("-pk",), after, PAGE_SIZE)
    names = _names(user, workspace, page.rows)
    changes = tuple(OwnChange(edit, names.get(edit.task_gid, "")) for edit in page.rows)
    return ChangesPage(changes, page.next, page.is_first)


def _names(user: User, workspace: str, edits: tuple[Edit, ...]) -> dict[str, str]:
    """Return the names that Asana showed this person for the tasks of these edits, by gid."""
    gids = {edit.task_gid for edit in edits}
    names: dict[str, str] = {}
    for model in (AddedRow, PinnedTask):
        kept = model.objects.filter(user=user, workspace_gid=workspace, task_gid__in=gids)
        names |= dict(kept.exclude(task_name="").values_list("task_gid", "task_name"))
    for edit in edits:
        before = edit.entry_before
        if before and before.task and before.task.name:
            names.setdefault(edit.task_gid, before.task.name)
    cached = reading.cached_names(user, workspace)
    return names | {gid: cached[gid] for gid in gids if gid in cached}
