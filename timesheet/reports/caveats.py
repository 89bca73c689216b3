"""What readers of a report have to know about its figures, for files and emails.

The page says the same in its notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.asana.records import AsanaUser
from timesheet.domain.report_entry import Names
from timesheet.reports.costs import Costs
from timesheet.reports.loading import ReportData
from timesheet.sheets.messages import read_failures


def caveats(report_data: ReportData, costs: Costs | None = None) -> list[str]:
    """Return a sentence for each thing that the figures lack, or that they surprisingly include."""
    sentences = [*read_failures(report_data.failures), *_about_people(report_data)]
    if report_data.leaves_out:
        sentences.append(_("Asana left out the task, note or billable status of some entries."))
    if costs is not None:
        sentences += cost_notes(costs, report_data.names)
    if report_data.account_broken:
        sentences.append(_("The shared reporting account isn’t working, so hours may be missing."))
    if report_data.account:
        delegated = _("Read through the shared reporting account of %(name)s.")
        sentences.append(delegated % {"name": report_data.account})
    return sentences


def _about_people(report_data: ReportData) -> Iterator[str]:
    groups = (
        (report_data.hidden, _("Not included, because Asana doesn’t show their hours: %(names)s.")),
        (report_data.silent, _("Asana has no hours for: %(names)s.")),
        (report_data.left, _("Includes people who have left the workspace: %(names)s.")),
        (report_data.unknown_time_off, _("Asana doesn’t show the time off of: %(names)s.")),
    )
    for people, sentence in groups:
        if people:
            yield sentence % {"names": _names(people)}


def cost_notes(costs: Costs, names: Names) -> Iterator[str]:
    """Yield what is missing from costs, for pages, files and emails."""
    if not costs.any:
        yield from _why_no_costs(costs)
    if costs.hidden and costs.rates:
        hidden = _(
            "Asana doesn’t show you the rates of these projects, so their hours have no cost here:"
            " %(names)s."
        )
        yield hidden % {"names": ", ".join(costs.hidden_names(names))}
    if len(costs.currencies) > 1:
        mixed = _(
            "Rates are in different currencies (%(codes)s). Costs in different currencies aren’t"
            " added up."
        )
        yield mixed % {"codes": ", ".join(costs.currencies)}
    if costs.unread:
        unread = ngettext(
            "The cost of %(n)d project with few hours isn’t included. Choose a shorter period.",
            "The cost of %(n)d projects with few hours isn’t included. Choose a shorter period.",
            costs.unread,
        )
        yield unread % {"n": costs.unread}


def _why_no_costs(costs: Costs) -> Iterator[str]:
    if costs.lacks_plan:
        yield _("Your Asana plan doesn’t include rates, so there are no costs here.")
    elif costs.hidden and not costs.rates:
        yield _("Asana doesn’t show you the rates of these projects, so there are no costs here.")
    elif costs.has_hours:
        yield _("No rates are set in Asana for these hours, so there are no costs here.")


def _names(people: Iterable[AsanaUser]) -> str:
    return ", ".join(map(_name, people))


def _name(person: AsanaUser) -> str:
    """Return a name with the email address or the gid, unless it has it already."""
    detail = person.email or person.gid
    if not person.name:
        return person.gid
    return person.name if detail in person.name else f"{person.name} ({detail})"
