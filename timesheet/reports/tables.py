"""A report as a table of its groups or of its entries, for exports."""

from __future__ import annotations

from django.utils.translation import gettext as _

from timesheet.core.table import ColumnType, Row, Table
from timesheet.domain.pivot import Group, percent, pivot
from timesheet.reports import labels, lines
from timesheet.reports.lines import EntryLine
from timesheet.reports.loading import ReportData, ReportRequest


def groups_table(report_request: ReportRequest, report_data: ReportData) -> Table:
    """Build a table with a row for each group, or for each group within a group.

    The rows add up to the total of the report.
    """
    by, then = report_request.report.by, report_request.report.then
    columns = [
        (str(labels.BY[grouping]), ColumnType.TEXT, 40) for grouping in (by, then) if grouping
    ]
    columns += [
        (_("Hours"), ColumnType.MINUTES, 12),
        (_("Billable"), ColumnType.MINUTES, 12),
        (_("Share"), ColumnType.SHARE, 9),
        (_("Entries"), ColumnType.NUMBER, 9),
    ]
    whole = pivot(report_data.entries, by, then)
    minutes = whole.total.minutes

    def row(group: Group, *group_labels: str) -> Row:
        figure = group.figure
        billable = None if figure.unknown else figure.billable
        share = percent(figure.minutes, minutes) / 100
        return (*group_labels, figure.minutes, billable, share, figure.entries)

    rows: list[Row] = []
    for group in whole.groups:
        label = labels.label(by, group.key, report_data.names)
        if then is None:
            rows.append(row(group, label))
        else:
            rows += [
                row(inner, label, labels.label(then, inner.key, report_data.names))
                for inner in group.within
            ]
    return Table(_("Hours"), tuple(columns), rows, _footnote(report_data))


def entries_table(report_data: ReportData, asana_url: str) -> Table:
    """Build a table with a row for each entry, by day and person."""
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
    entries = lines.sorted_entries(report_data)
    rows = (_row(line) for line in lines.lines(entries, report_data.names, asana_url))
    return Table(_("Entries"), columns, rows, _footnote(report_data))


def _footnote(report_data: ReportData) -> str:
    """Whose hours are missing, and with whose account they were read; empty if neither applies."""
    sentences = []
    if report_data.hidden:
        names = ", ".join(person.name or person.gid for person in report_data.hidden)
        missing = _("Not in these figures, because Asana does not show their hours: %(names)s")
        sentences.append(missing % {"names": names})
    if report_data.account:
        delegated = _("Read through the reporting connection of %(name)s.")
        sentences.append(delegated % {"name": report_data.account})
    return ". ".join(sentences)


def _row(line: EntryLine) -> Row:
    entry = line.entry
    return (
        entry.day,
        line.person,
        line.project,
        line.task,
        line.category,
        line.billable,
        entry.minutes,
        _("Not told by Asana") if entry.note is None else entry.note,
        line.address,
        entry.gid,
    )
