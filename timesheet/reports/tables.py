"""A report as a sheet of rows, of its groups or of its entries, for files of any kind."""

from __future__ import annotations

from django.utils.translation import gettext as _

from timesheet.core.table import Kind, Row, Sheet
from timesheet.domain.pivot import Group, percent, pivot
from timesheet.reports import labels as reports_labels
from timesheet.reports import lines
from timesheet.reports.lines import Line
from timesheet.reports.loading import Scene, Told


def sheet_of_groups(scene: Scene, told: Told) -> Sheet:
    """One row for each group, or for each within a group, so that their sum is the total."""
    by, then = scene.report.by, scene.report.then
    columns = [(str(reports_labels.BY[one]), Kind.TEXT, 40) for one in (by, then) if one]
    columns += [
        (_("Hours"), Kind.MINUTES, 12),
        (_("Billable"), Kind.MINUTES, 12),
        (_("Share"), Kind.SHARE, 9),
        (_("Entries"), Kind.NUMBER, 9),
    ]
    whole = pivot(told.works, by, then)
    minutes = whole.total.minutes

    def row(group: Group, *labels: str) -> Row:
        figure = group.figure
        billable = None if figure.untold else figure.billable
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
    return Sheet(_("Hours"), tuple(columns), rows, _remark(told))


def sheet_of_entries(told: Told, asana_url: str) -> Sheet:
    columns = (
        (_("Day"), Kind.DAY, 12),
        (_("Person"), Kind.TEXT, 24),
        (_("Project"), Kind.TEXT, 32),
        (_("Task"), Kind.TEXT, 40),
        (_("Category"), Kind.TEXT, 18),
        (_("Billable"), Kind.TEXT, 14),
        (_("Hours"), Kind.MINUTES, 10),
        (_("Note"), Kind.TEXT, 50),
        (_("Task in Asana"), Kind.TEXT, 44),
        (_("Entry"), Kind.TEXT, 20),
    )
    ordered = lines.ordered(told)
    rows = (_row(line) for line in lines.lines(ordered, told.names, asana_url))
    return Sheet(_("Entries"), columns, rows, _remark(told))


def _remark(told: Told) -> str:
    names = ", ".join(person.name or person.gid for person in told.hidden)
    missing = _("Not in these figures, because Asana does not show their hours: %(names)s")
    lent = _("Read through the reporting connection of %(name)s.")
    said = [missing % {"names": names}] if names else []
    return ". ".join([*said, *([lent % {"name": told.account}] if told.account else [])])


def _row(line: Line) -> Row:
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
