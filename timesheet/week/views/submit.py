"""Submitting one's week, and recalling it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import asana_required
from accounts.asana.errors import Refused
from accounts.http import AsanaRequest
from accounts.problems import problem_for
from timesheet.core import clock
from timesheet.domain.week import Week
from timesheet.sheets.sheet import Sheet
from timesheet.week import submit
from timesheet.week.messages import (
    NOT_KNOWN_YET,
    NOT_RECALLED,
    NOT_SUBMITTED,
    RECALLED,
    STATUS_CHANGED,
    SUBMITTED,
    unsynced_changes,
)
from timesheet.week.views.responses import week_address

LONGEST_COMMENT = 2000


@require_POST
@asana_required
def submit_week(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Submit the week for approval, with the person's comment."""
    # Browsers send line ends as two characters; the field's limit counts one.
    comment = request.POST.get("comment", "").replace("\r\n", "\n").strip()[:LONGEST_COMMENT]
    sheet = Sheet(request.user, workspace, week)
    try:
        submit.submit(request.asana, sheet, clock=clock.now, comment=comment)
    except submit.UnsyncedChanges as problem:
        messages.error(request, unsynced_changes(problem.count))
    except submit.StatusChanged as problem:
        messages.error(request, str(STATUS_CHANGED[problem.status]))
    except submit.AnswerLost:
        messages.warning(request, str(NOT_KNOWN_YET))
    except Refused as error:
        messages.error(request, problem_for(error, undone=str(NOT_SUBMITTED)).sentence)
    else:
        messages.success(request, str(SUBMITTED))
    return redirect(week_address(request, workspace, week))


@require_POST
@asana_required
def recall_week(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Take the submitted week back."""
    try:
        submit.recall(request.asana, Sheet(request.user, workspace, week), clock=clock.now)
    except submit.StatusChanged as problem:
        messages.error(request, str(STATUS_CHANGED[problem.status]))
    except submit.AnswerLost:
        messages.warning(request, str(NOT_KNOWN_YET))
    except Refused as error:
        messages.error(request, problem_for(error, undone=str(NOT_RECALLED)).sentence)
    else:
        messages.success(request, str(RECALLED))
    return redirect(week_address(request, workspace, week))
