"""Submitting one's week, and recalling it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import asana_required
from accounts.asana.errors import Refused
from accounts.http import AsanaRequest
from accounts.problems import problem_for
from timesheet.core import clock
from timesheet.domain.week import Week
from timesheet.sheets.sheet import Sheet
from timesheet.week import submit
from timesheet.week.messages import NOT_KNOWN_YET, STANDS_NOW


@require_POST
@asana_required
def submit_week(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Submit the week for approval."""
    try:
        submit.submit(request.asana, Sheet(request.user, workspace, week), clock=clock.now)
    except submit.UnsavedChanges as problem:
        text = ngettext(
            "The week was not submitted: %(number)d change is not in Asana yet. Retry or discard "
            "it first.",
            "The week was not submitted: %(number)d changes are not in Asana yet. Retry or discard "
            "them first.",
            problem.count,
        )
        messages.error(request, text % {"number": problem.count})
    except submit.StatusChanged as problem:
        messages.error(request, str(STANDS_NOW[problem.status]))
    except submit.AnswerLost:
        messages.warning(request, str(NOT_KNOWN_YET))
    except Refused as error:
        undone = _("The week was not submitted.")
        messages.error(request, problem_for(error, undone=undone).sentence)
    else:
        messages.success(request, _("The week is submitted."))
    return redirect("week", workspace=workspace, week=week)


@require_POST
@asana_required
def recall_week(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Take the submitted week back."""
    try:
        submit.recall(request.asana, Sheet(request.user, workspace, week), clock=clock.now)
    except submit.StatusChanged as problem:
        messages.error(request, str(STANDS_NOW[problem.status]))
    except submit.AnswerLost:
        messages.warning(request, str(NOT_KNOWN_YET))
    except Refused as error:
        undone = _("The week was not recalled.")
        messages.error(request, problem_for(error, undone=undone).sentence)
    else:
        messages.success(request, _("The week is yours again. Submit it when it is right."))
    return redirect("week", workspace=workspace, week=week)
