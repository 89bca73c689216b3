"""A report as a sheet of rows, of its groups or of its entries, for files of any kind."""

from __future__ import annotations

from django.utils.translation import gettext as _

from timesheet.core.table import ColumnType, Row, Table
from timesheet.domain.pivot import Group, percent, pivot
from timesheet.reports import labels as reports_labels
from timesheet.reports import lines
from timesheet.reports.lines import EntryLine
from timesheet.reports.loading import ReportData, ReportRequest


def groups_table(report_request: ReportRequest, told: ReportData) -> Table:
    """One row for each group, or for each within a group, so that their sum is the total."""
    by, then = report_request.report.by, report_request.report.then
    columns = [(str(reports_labels.BY[one]), ColumnType.TEXT, 40) for one in (by, then) if one]
    columns += [
        (_("Hours"), ColumnType.MINUTES, 12),
        (_("Billable"), ColumnType.MINUTES, 12),
        (_("Share"), ColumnType.SHARE, 9),
        (_("Entries"), ColumnType.NUMBER, 9),
    ]
    whole = pivot(told.works, by, then)
    minutes = whole.total.minutes

    def row(group: Group, *labels: str) -> Row:
        figure = group.figure
        billable = None if figure.unknown else figure.billable
        share = percent(figure.minutes, minutes) / 100
        return (*labels, figure.minutes, billable, share, figure.entries)

    rows: list[Row] = []
    for group in whole.groups:
        label = reports_labels.label(by, group.key, told.names)
        if then is None:
            rows.append(row(group, label))
        else:
            rows += [
                row(one, label, reports_labels.label(then, one.key, told.names))
                for one in group.within
            ]
    return Table(_("Hours"), tuple(columns), rows, _remark(told))


def entries_table(told: ReportData, asana_url: str) -> Table:
    columns = (
        (_("Day"), ColumnType.DAY, 12),
        (_("Person"), ColumnType.TEXT, 24),
        (_("Project"), ColumnType.TEXT, 32),
        (_("Task"), ColumnType.TEXT, 40),
        (_("Category"), ColumnType.TEXT, 18),
        (_("Billable"), ColumnType.TEXT, 14),
        (_("Hours"), ColumnType.MINUTES, 10),
        (_("Note"), ColumnType.TEXT, 50),
        (_("Task in Asana"), ColumnType.TEXT, 44),
        (_("Entry"), ColumnType.TEXT, 20),
    )
    ordered = lines.ordered(told)
    rows = (_row(line) for line in lines.lines(ordered, told.names, asana_url))
    return Table(_("Entries"), columns, rows, _remark(told))


def _remark(told: ReportData) -> str:
    names = ", ".join(person.name or person.gid for person in told.hidden)
    missing = _("Not in these figures, because Asana does not show their hours: %(names)s")
    lent = _("Read through the reporting connection of %(name)s.")
    said = [missing % {"names": names}] if names else []
    return ". ".join([*said, *([lent % {"name": told.account}] if told.account else [])])


def _row(line: EntryLine) -> Row:
    work = line.work
    return (
        work.day,
        line.person,
        line.project,
        line.task,
        line.category,
        line.billable,
        work.minutes,
        _("Not told by Asana") if work.note is None else work.note,
        line.address,
        work.gid,
    )
