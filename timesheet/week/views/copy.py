"""Copying hours from another week or from a template, through a preview, and saving templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import asana_required
from accounts.http import AsanaRequest
from timesheet.core import formats
from timesheet.domain.week import Week
from timesheet.sheets.sheet import Sheet
from timesheet.week import copying
from timesheet.week.copying import CopyCell, CopySource, UnknownSource
from timesheet.week.forms import CellForm, TemplateForm, TooManyCells
from timesheet.week.messages import (
    COPY_HOURS,
    NO_SUCH_SOURCE,
    TOO_MANY_CELLS,
    hours_copied,
    not_copied,
    template_deleted,
    template_saved,
)
from timesheet.week.results import SaveResult
from timesheet.week.views.cells import first_page_error, save_forms
from timesheet.week.views.paste import preview_response
from timesheet.week.views.responses import bad_request, week_address, whole_page


@require_safe
@asana_required
def preview_copy(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Show what copying would do: the hours of the week before, of another one, or a template.

    `from` names the week or the template; `date` is any day of the week instead.
    """
    sheet = Sheet(request.user, workspace, week)
    try:
        key = _week_of_day(request.GET.get("date", "")) or request.GET.get("from", "")
        source = copying.find_source(sheet, key)
    except UnknownSource:
        return bad_request(request, str(NO_SUCH_SOURCE))
    return _preview(request, sheet, source)


@require_POST
@asana_required
def copy_hours(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Copy the tasks and hours that the preview showed, but for rows and days that are left out."""
    sheet = Sheet(request.user, workspace, week)
    try:
        forms = CellForm.of_request(request.POST, week)
    except TooManyCells:
        return bad_request(request, str(TOO_MANY_CELLS), status=413)
    if sentence := first_page_error(forms):
        return bad_request(request, sentence)
    try:
        source = copying.find_source(sheet, request.POST.get("from", ""))
    except UnknownSource:
        return bad_request(request, str(NO_SUCH_SOURCE))
    rows, days = _selected(request, forms)
    added = copying.add_rows(
        request.asana,
        sheet,
        source,
        leave_out={form.data["task"] for form in forms} - rows,
    )
    kept = [form for form in forms if form.data["task"] in rows and form.data["day"] in days]
    result = save_forms(request, sheet, kept)
    _show_messages(request, result, added)
    if not request.htmx:
        return whole_page(request, sheet, result)
    return HttpResponseClientRedirect(week_address(request, workspace, week))


def _show_messages(request: AsanaRequest, result: SaveResult, rows: int) -> None:
    """Show what a copy came to; `rows` is the number of tasks that it added."""
    saved, waiting = result.saved_count, result.waiting_count
    level = messages.SUCCESS if saved and not waiting else messages.INFO
    messages.add_message(request, level, hours_copied(saved, waiting=waiting, rows=rows))
    refused = [cell.cell.pending.reason for cell in result.failed if cell.cell.pending]
    later = sum(cell.later for cell in result.results)
    conflicts = sum(cell.is_conflict for cell in result.results)
    # Without htmx the page that answers has the reasons in its cells.
    for sentence in not_copied(refused if request.htmx else [], later=later, conflicts=conflicts):
        messages.error(request, sentence)


@require_POST
@asana_required
def save_template(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Save the rows and hours of a week under a name, and show what they would do here."""
    sheet = Sheet(request.user, workspace, week)
    form = TemplateForm(request.POST)
    try:
        source = copying.find_source(sheet, request.POST.get("of", str(week)))
    except UnknownSource:
        return bad_request(request, str(NO_SUCH_SOURCE))
    if source.week is None:
        return bad_request(request, str(NO_SUCH_SOURCE))
    if not form.is_valid():
        return _preview(request, sheet, source, said=str(form.errors["name"][0]), status=422)
    saved = Sheet(request.user, workspace, source.week)
    template = copying.save_template(request.asana, saved, form.cleaned_data["name"])
    source = CopySource(template=template)
    return _preview(request, sheet, source, said=template_saved(template.name))


@require_POST
@asana_required
def delete_template(request: AsanaRequest, workspace: str, week: Week, slug: UUID) -> HttpResponse:
    """Delete a template, and show the week before instead."""
    name = copying.delete_template(request.user, workspace, slug)
    if not name:
        raise Http404
    sheet = Sheet(request.user, workspace, week)
    source = CopySource(week.previous)
    return _preview(request, sheet, source, said=template_deleted(name))


def _selected(request: AsanaRequest, forms: Sequence[CellForm]) -> tuple[set[str], set[str]]:
    """Return the tasks and the days that are selected; all where there was nothing to select."""
    if "selecting" in request.POST:
        return set(request.POST.getlist("keep_row")), set(request.POST.getlist("keep_day"))
    return {form.data["task"] for form in forms}, {form.data["day"] for form in forms}


def _preview(
    request: AsanaRequest, sheet: Sheet, source: CopySource, *, said: str = "", status: int = 200
) -> HttpResponse:
    content = copying.read(request.asana, sheet, source)
    copy = {
        "source": source,
        "weeks": copying.offered_weeks(sheet),
        "templates": copying.templates_of(sheet.user, sheet.workspace),
        "merging": any(cell.several for cell in content.cells),
        "closed": content.closed,
        "said": said,
        "is_refused": status != 200,
    }
    response = preview_response(
        request,
        sheet,
        _forms(sheet, content.cells),
        content.grid,
        title=str(COPY_HOURS),
        copy=copy,
    )
    response.status_code = status
    return response


def _forms(sheet: Sheet, cells: Iterable[CopyCell]) -> list[CellForm]:
    step = str(uuid4())
    return [
        CellForm(
            {
                "task": cell.task.gid,
                "day": str(sheet.week.days[cell.weekday]),
                "edit": str(uuid4()),
                "step": step,
                "text": formats.show(cell.minutes),
            },
            week=sheet.week,
        )
        for cell in cells
    ]


def _week_of_day(text: str) -> str:
    """Return the week of an ISO date, as 2026-W48; empty without one. Raises `UnknownSource`."""
    if not text:
        return ""
    try:
        return str(Week.of(date.fromisoformat(text)))
    except ValueError as error:
        raise UnknownSource from error
