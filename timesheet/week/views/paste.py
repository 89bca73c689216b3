"""Previews of many changes, and that of a paste from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.access import asana_required
from accounts.http import AsanaRequest
from timesheet.core import clock
from timesheet.domain import clipboard
from timesheet.domain.grid import Grid
from timesheet.domain.week import Week
from timesheet.sheets import reading
from timesheet.sheets.sheet import Sheet
from timesheet.week.forms import CellForm, CellRefForm, PasteForm, TooManyCells
from timesheet.week.messages import BAD_SEEN, BLOCK_TOO_LARGE, PASTE
from timesheet.week.preview import NOTHING_LEFT_OUT, heading_words, preview, row_name
from timesheet.week.views.cells import first_page_error
from timesheet.week.views.responses import bad_request


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
    try:
        targets = CellForm.of_request(request.POST, week)
    except TooManyCells:
        return bad_request(request, str(BLOCK_TOO_LARGE), status=413)
    if len(targets) % columns:
        return bad_request(request, str(BAD_SEEN))
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
    return preview_response(request, sheet, forms, grid, title=str(PASTE), placement=placement)


def preview_response(
    request: AsanaRequest,
    sheet: Sheet,
    forms: Sequence[CellForm],
    grid: Grid,
    *,
    title: str,
    placement: clipboard.Placement = NOTHING_LEFT_OUT,
    copy: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Show what these forms would do; `copy` is what the preview of a copy needs besides."""
    today = clock.today()
    template = "week/_preview.html" if request.htmx else "week/preview.html"
    context = {
        "sheet": sheet,
        "preview": preview(forms, grid, sheet.rules, today, placement=placement),
        "grid": grid,
        "rules": sheet.rules,
        "copy": copy,
        "today": today,
        "title": title,
    }
    return render(request, template, context)
