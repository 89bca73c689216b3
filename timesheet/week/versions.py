"""The versions of cells: which edit of a cell is the newest one that is known here.

A browser that stored a change sends it long after it was typed. The entries that the person saw do
not tell whether they changed the cell since, in another browser, and changed it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Max

from accounts.lookups import Lookup
from timesheet.domain.grid import Cell, CellKey
from timesheet.journal import store
from timesheet.models import Edit
from timesheet.sheets.sheet import Sheet

# The version of a cell that nobody has edited here.
UNEDITED = "none"


def versions_of(sheet: Sheet) -> dict[CellKey, str]:
    """Return the id of the newest edit of each cell of the week, whatever became of it."""
    of_week = edits_of_week(sheet)
    if of_week.is_empty:
        return {}
    cells = of_week.rows.order_by().values("task_gid", "entered_on")
    newest = cells.annotate(last=Max("pk")).values("last")
    edits = store.edits_of(sheet).filter(pk__in=newest)
    return {
        (task, day): str(edit_id)
        for task, day, edit_id in edits.values_list("task_gid", "entered_on", "edit_id")
    }


def versions_after(
    sheet: Sheet, written: Iterable[Edit], cells: Iterable[Cell]
) -> Mapping[CellKey, str]:
    """Return the versions of these cells after edits were written down just now, oldest first.

    Each of those is the newest one of its cell.
    """
    newest = {(edit.task_gid, edit.entered_on): str(edit.edit_id) for edit in written}
    if all((cell.task, cell.day) in newest for cell in cells):
        return newest
    return versions_of(sheet)


def edits_of_week(sheet: Sheet) -> Lookup[Edit]:
    """Return the person's edits of the week."""
    days = (sheet.week.start, sheet.week.end)
    return Lookup(
        ("edits", sheet.user.pk, sheet.workspace, sheet.week),
        lambda: store.edits_of(sheet).filter(entered_on__range=days),
    )


def version_of(versions: Mapping[CellKey, str], cell: Cell) -> str:
    """Return the version of one cell."""
    return versions.get((cell.task, cell.day), UNEDITED)


def has_later_edit(sheet: Sheet, task: str, day: date, version: str) -> bool:
    """Tell whether the newest edit of a cell is another one than `version`."""
    edits = store.edits_of(sheet).filter(task_gid=task, entered_on=day)
    newest = edits.order_by("-pk").values_list("edit_id", flat=True).first()
    return (str(newest) if newest else UNEDITED) != version
