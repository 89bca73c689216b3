"""A report as a table of its groups or of its entries, for exports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timesheet.core.table import ColumnType, Row, Table, Value
from timesheet.domain.pivot import Figure, percent, pivot
from timesheet.domain.report_entry import Grouping
from timesheet.reports import labels, lines
from timesheet.reports.caveats import caveats
from timesheet.reports.costs import NO_AMOUNTS, Amounts, Costs
from timesheet.reports.lines import EntryLine
from timesheet.reports.loading import ReportData, ReportRequest

Column = tuple[str, ColumnType, int]

# Groupings whose keys are gids, which tell equal names apart.
_WITH_GID = {
    Grouping.PERSON: gettext_lazy("Person ID"),
    Grouping.PROJECT: gettext_lazy("Project ID"),
    Grouping.TASK: gettext_lazy("Task ID"),
}


def groups_table(
    report_request: ReportRequest, report_data: ReportData, costs: Costs | None = None
) -> Table:
    """Build a table with a row for each group, or for each cell of a matrix.

    The rows add up to the total of the report. Hours are there as h:mm, decimals and minutes.
    """
    by, then = report_request.report.by, report_request.report.then
    groupings = [grouping for grouping in (by, then) if grouping]
    columns: list[Column] = [(str(labels.BY[each]), ColumnType.TEXT, 40) for each in groupings]
    columns += [
        *_hour_columns(),
        (_("Billable"), ColumnType.MINUTES, 12),
        (_("Billable (decimal)"), ColumnType.DECIMAL, 12),
        (_("Share"), ColumnType.SHARE, 9),
        (_("Entries"), ColumnType.NUMBER, 9),
        *_cost_columns(costs),
        *_id_columns(groupings),
    ]
    whole = pivot(report_data.entries, by, then)
    amounts = costs.by_group(report_data.entries, *groupings) if costs else {}
    rows: list[Row] = []
    for group in whole.groups:
        for inner in group.within or (group,):
            keys = (group.key, inner.key) if then else (group.key,)
            rows.append(
                [
                    *(
                        labels.label(each, key, report_data.names)
                        for each, key in zip(groupings, keys, strict=True)
                    ),
                    *_figures(inner.figure, whole.total.minutes),
                    *_amounts(amounts.get(keys, NO_AMOUNTS), costs),
                    *_ids(groupings, keys, report_data),
                ]
            )
    return Table(_("Hours"), tuple(columns), rows, " ".join(caveats(report_data, costs)))


def entries_table(report_data: ReportData, asana_url: str, costs: Costs | None = None) -> Table:
    """Build a table with a row for each entry, by day and person."""
    columns: list[Column] = [
        (_("Day"), ColumnType.DAY, 12),
        (_("Person"), ColumnType.TEXT, 24),
        (_("Project"), ColumnType.TEXT, 32),
        (_("Task"), ColumnType.TEXT, 40),
        (_("Category"), ColumnType.TEXT, 18),
        (_("Billable"), ColumnType.TEXT, 14),
        *_hour_columns(),
        (_("Note"), ColumnType.TEXT, 50),
        (_("Task in Asana"), ColumnType.TEXT, 44),
        *_cost_columns(costs),
        (_("Email"), ColumnType.TEXT, 28),
        (_("Person ID"), ColumnType.TEXT, 18),
        (_("Project ID"), ColumnType.TEXT, 18),
        (_("Task ID"), ColumnType.TEXT, 18),
        (_("Entry"), ColumnType.TEXT, 20),
    ]
    entries = lines.sorted_entries(report_data)
    rows = (
        _row(line, report_data, costs)
        for line in lines.lines(entries, report_data.names, asana_url)
    )
    return Table(_("Entries"), tuple(columns), rows, " ".join(caveats(report_data, costs)))


def _hour_columns() -> tuple[Column, ...]:
    return (
        (_("Hours"), ColumnType.MINUTES, 10),
        (_("Hours (decimal)"), ColumnType.DECIMAL, 10),
        (_("Minutes"), ColumnType.NUMBER, 10),
    )


def _cost_columns(costs: Costs | None) -> tuple[Column, ...]:
    if costs is None or not costs.any:
        return ()
    return (
        (_("Cost"), ColumnType.AMOUNT, 12),
        (_("Billable amount"), ColumnType.AMOUNT, 12),
        (_("Currency"), ColumnType.TEXT, 9),
        (_("Minutes without a rate"), ColumnType.NUMBER, 12),
    )


def _id_columns(groupings: Iterable[Grouping]) -> list[Column]:
    columns: list[Column] = []
    for grouping in groupings:
        if grouping is Grouping.PERSON:
            columns.append((_("Email"), ColumnType.TEXT, 28))
        if grouping in _WITH_GID:
            columns.append((str(_WITH_GID[grouping]), ColumnType.TEXT, 18))
    return columns


def _figures(figure: Figure, total: int) -> list[Value]:
    billable = None if figure.unknown else figure.billable
    return [
        figure.minutes,
        figure.minutes / 60,
        figure.minutes,
        billable,
        None if billable is None else billable / 60,
        percent(figure.minutes, total) / 100,
        figure.entries,
    ]


def _amounts(amounts: Amounts, costs: Costs | None) -> list[Value]:
    """Return the values of `_cost_columns`; empty, not zero, without any rate and for rates in
    different currencies."""
    if costs is None or not costs.any:
        return []
    if not amounts.adds_up:
        return [None, None, None, amounts.unknown]
    cost, billable = round(amounts.cost, 2), round(amounts.billable, 2)
    return [cost, billable, amounts.currency, amounts.unknown]


def _ids(
    groupings: Sequence[Grouping], keys: Sequence[str], report_data: ReportData
) -> list[Value]:
    values: list[Value] = []
    for grouping, key in zip(groupings, keys, strict=True):
        if grouping is Grouping.PERSON:
            values.append(report_data.emails.get(key, ""))
        if grouping in _WITH_GID:
            values.append(key if key.isdecimal() else "")
    return values


def _row(line: EntryLine, report_data: ReportData, costs: Costs | None) -> Row:
    entry = line.entry
    return [
        entry.day,
        line.person,
        line.project,
        line.task,
        line.category,
        line.billable,
        entry.minutes,
        entry.minutes / 60,
        entry.minutes,
        _("Not shown by Asana") if entry.note is None else entry.note,
        line.address,
        *_amounts(costs.of(entry) if costs else NO_AMOUNTS, costs),
        *_ids((Grouping.PERSON,), (entry.person,), report_data),
        *_ids((Grouping.PROJECT,), (entry.project,), report_data),
        *_ids((Grouping.TASK,), (entry.task,), report_data),
        entry.gid,
    ]
