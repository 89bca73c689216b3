"""Previews of many changes: a paste from a spreadsheet, or last week's hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import asana_required
from accounts.http import AsanaRequest
from timesheet.core import clock, formats
from timesheet.domain import clipboard
from timesheet.domain.grid import Grid
from timesheet.domain.week import Week
from timesheet.sheets import reading, rows
from timesheet.sheets.sheet import Sheet
from timesheet.week.forms import CellForm, PasteForm
from timesheet.week.messages import BLOCK_TOO_LARGE, COPY_LAST_WEEK, PASTE, hours_copied
from timesheet.week.preview import preview
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
    step = str(uuid4())
    forms = []
    for place, target in enumerate(CellForm.of_request(request.POST, week)):
        line, column = divmod(place, columns)
        if line < len(lines) and column < len(lines[line]):
            text = clipboard.normalize_hours(lines[line][column])
            given = {**target.data, "text": text, "step": step, "edit": str(uuid4())}
            forms.append(CellForm(given, week=week))
    if sentence := first_page_error(forms):
        return bad_request(request, sentence)
    inside = sum(bool(form.typed) for form in forms)
    beyond = sum(bool(clipboard.normalize_hours(cell)) for line in lines for cell in line) - inside
    grid = reading.build_grid(sheet, reading.read_entries(request.asana, sheet))
    return _preview(request, sheet, forms, grid, beyond=beyond)


@require_GET
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
    beyond: int = 0,
    copying: bool = False,
    merging: bool = False,
) -> HttpResponse:
    today = clock.today()
    template = "week/_preview.html" if request.htmx else "week/preview.html"
    context = {
        "sheet": sheet,
        "preview": preview(forms, grid, sheet.rules, today, beyond=beyond),
        "grid": grid,
        "rules": sheet.rules,
        "copying": copying,
        "merging": merging,
        "today": today,
        "title": COPY_LAST_WEEK if copying else PASTE,
    }
    return render(request, template, context)
