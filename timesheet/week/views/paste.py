"""Previews of many changes: a paste from a spreadsheet, or last week's hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import asana_required
from accounts.http import AsanaRequest
from timesheet.core import clock, formats
from timesheet.domain import clipboard
from timesheet.domain.grid import Grid
from timesheet.domain.week import Week
from timesheet.sheets import reading, rows
from timesheet.sheets.sheet import Sheet
from timesheet.week.forms import CellForm, CellRefForm, PasteForm
from timesheet.week.messages import BLOCK_TOO_LARGE, COPY_LAST_WEEK, PASTE, hours_copied
from timesheet.week.preview import NOTHING_LEFT_OUT, heading_words, preview, row_name
from timesheet.week.views.cells import first_page_error, save_forms
from timesheet.week.views.responses import bad_request, whole_page


@require_POST
@asana_required
def preview_paste(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Show what a block from a spreadsheet would do, pasted over the cells that the page names."""
    sheet = Sheet(request.user, workspace, week)
    form = PasteForm(request.POST)
    if not form.is_valid():
        return bad_request(request, str(next(iter(form.errors.values()))[0]))
    columns = form.cleaned_data["columns"]
    try:
        lines = clipboard.parse_block(form.cleaned_data["block"])
    except clipboard.TooLarge:
        return bad_request(request, str(BLOCK_TOO_LARGE))
    lines = clipboard.fill_selection(lines, form.cleaned_data["lines"], form.cleaned_data["wide"])
    targets = CellForm.of_request(request.POST, week)
    refs = [CellRefForm(target.data, week=week) for target in targets]
    if sentence := first_page_error(refs):
        return bad_request(request, sentence)
    grid = reading.build_grid(sheet, reading.read_entries(request.asana, sheet))
    placement = clipboard.place(
        lines,
        [row_name(grid.row(ref.cleaned_data["task"])) for ref in refs[::columns]],
        [ref.cleaned_data["day"] for ref in refs[:columns]],
        heading_words(),
    )
    step = str(uuid4())
    forms = []
    for (row, day), text in sorted(placement.hours.items()):
        target = targets[row * columns + day]
        given = {**target.data, "text": text, "step": step, "edit": str(uuid4())}
        forms.append(CellForm(given, week=week))
    if sentence := first_page_error(forms):
        return bad_request(request, sentence)
    return _preview(request, sheet, forms, grid, placement=placement)


@require_safe
@asana_required
def preview_copy(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Show what copying the hours of the week before would do."""
    sheet = Sheet(request.user, workspace, week)
    grid, cells = rows.last_weeks_hours(request.asana, sheet)
    step = str(uuid4())
    forms = [
        CellForm(
            {
                "task": cell.task,
                "day": str(cell.day + timedelta(days=7)),
                "edit": str(uuid4()),
                "step": step,
                "text": formats.show(cell.minutes),
            },
            week=week,
        )
        for cell in cells
    ]
    tasks = {cell.task: cell.entries[0].task for cell in cells}
    grid = grid.with_tasks(task for task in tasks.values() if task)
    merging = any(cell.several for cell in cells)
    return _preview(request, sheet, forms, grid, copying=True, merging=merging)


@require_POST
@asana_required
def copy_hours(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Copy the tasks of the week before, and those of its hours that the preview showed."""
    sheet = Sheet(request.user, workspace, week)
    forms = CellForm.of_request(request.POST, week)
    if sentence := first_page_error(forms):
        return bad_request(request, sentence)
    rows.copy_rows(request.asana, sheet)
    result = save_forms(request, sheet, forms)
    saved = sum(cell.saved for cell in result.results)
    messages.success(request, hours_copied(saved))
    if result.failed:
        return whole_page(request, sheet, result)
    return redirect("week", workspace=workspace, week=week)


def _preview(
    request: AsanaRequest,
    sheet: Sheet,
    forms: Sequence[CellForm],
    grid: Grid,
    *,
    placement: clipboard.Placement = NOTHING_LEFT_OUT,
    copying: bool = False,
    merging: bool = False,
) -> HttpResponse:
    today = clock.today()
    template = "week/_preview.html" if request.htmx else "week/preview.html"
    context = {
        "sheet": sheet,
        "preview": preview(forms, grid, sheet.rules, today, placement=placement),
        "grid": grid,
        "rules": sheet.rules,
        "copying": copying,
        "merging": merging,
        "today": today,
        "title": COPY_LAST_WEEK if copying else PASTE,
    }
    return render(request, template, context)
