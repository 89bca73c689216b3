"""What a person is told about their own week."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from timesheet.domain.approval import Status

# For somebody whose own week is not as their page still showed it.
STANDS_NOW = {
    Status.DRAFT: gettext_lazy("Nothing was done: the week is yours already."),
    Status.SUBMITTED: gettext_lazy("Nothing was done: the week is submitted already."),
    Status.APPROVED: gettext_lazy("Nothing was done: your manager has approved the week by now."),
    Status.REJECTED: gettext_lazy("Nothing was done: your manager has returned the week by now."),
}
