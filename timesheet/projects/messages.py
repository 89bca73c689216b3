"""What people read on the projects' pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SORT_LABELS = {
    "name": _("Name"),
    "logged": _("Logged"),
    "estimate": _("Estimate"),
    "budget": _("Budget used"),
    "runs-out": _("Runs out first"),
    "billable": _("Billable"),
    "people": _("People"),
}
PLAN_SORT_LABELS = {
    "name": _("Name"),
    "over": _("Overbooked first"),
    "free": _("Most free time first"),
}
