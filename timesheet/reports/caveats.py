"""What a reader of a report has to know about its figures, for files and emails.

The page says the same in its notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from accounts.asana.records import AsanaUser
from timesheet.domain.report_entry import Names
from timesheet.reports.costs import Costs
from timesheet.reports.loading import ReportData
from timesheet.sheets.messages import read_failures


def caveats(report_data: ReportData, costs: Costs | None = None) -> list[str]:
    """Return a sentence for everything that is missing from the figures, or that is in them."""
    sentences = [*read_failures(report_data.failures), *_about_people(report_data)]
    if report_data.leaves_out:
        sentences.append(
            _("Asana’s lists leave out the task, the note or the billable status of some entries.")
        )
    if costs is not None:
        sentences += _about_costs(costs, report_data.names)
    if report_data.account:
        delegated = _("Read through the shared reporting account of %(name)s.")
        sentences.append(delegated % {"name": report_data.account})
    return sentences


def _about_people(report_data: ReportData) -> Iterator[str]:
    groups = (
        (report_data.hidden, _("Not included, because Asana doesn’t show their hours: %(names)s.")),
        (report_data.silent, _("Asana has no hours for: %(names)s.")),
        (report_data.left, _("Included although they have left the workspace: %(names)s.")),
        (report_data.unknown_time_off, _("Asana doesn’t show the time off of: %(names)s.")),
    )
    for people, sentence in groups:
        if people:
            yield sentence % {"names": _names(people)}


def _about_costs(costs: Costs, names: Names) -> Iterator[str]:
    if not costs.any:
        yield _("Asana doesn’t show you the rates of these projects.")
    elif costs.hidden:
        hidden = ", ".join(costs.hidden_names(names))
        yield _("Without the cost of projects whose rates Asana doesn’t show: %(names)s.") % {
            "names": hidden
        }


def _names(people: Iterable[AsanaUser]) -> str:
    return ", ".join(
        f"{person.name} ({person.email or person.gid})" if person.name else person.gid
        for person in people
    )
