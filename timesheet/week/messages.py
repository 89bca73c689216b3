"""Sentences about a person's own week."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from timesheet.domain.approval import Status

# Why nothing was done: the status of the week is not the one that the page still showed.
STANDS_NOW = {
    Status.DRAFT: gettext_lazy("Nothing was done: the week is yours already."),
    Status.SUBMITTED: gettext_lazy("Nothing was done: the week is submitted already."),
    Status.APPROVED: gettext_lazy("Nothing was done: your manager has approved the week by now."),
    Status.REJECTED: gettext_lazy("Nothing was done: your manager has returned the week by now."),
}

NOT_KNOWN_YET = gettext_lazy(
    "Asana didn't answer, so we don't know yet whether the week has changed. We're checking: "
    "reload this page in a minute."
)
