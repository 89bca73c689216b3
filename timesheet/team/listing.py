"""Which people of a team a page shows, in which order: filter, search, sorting, groups, pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from accounts.models import ManagedPerson
from timesheet.core.params import positive_int
from timesheet.domain.team_week import PersonWeek, WeekFilter
from timesheet.team.messages import STATUSES

# People on one page.
PAGE_SIZE = 50
GROUPS = ("manager", "status")

# The value of each sortable column, where the highest comes first.
_COLUMNS: Mapping[str, Callable[[PersonWeek], int]] = {
    "total": lambda week: week.total.minutes,
    "billable": lambda week: -1 if week.billable_share is None else week.billable_share,
    "flags": lambda week: week.missing or len(week.flags),
    **{f"day{index}": lambda week, day=index: week.days[day].total.minutes for index in range(7)},  # type: ignore[misc]
}


@dataclass(frozen=True)
class TeamQuery:
    """What the address of a team's page asks for."""

    show: WeekFilter | None = None
    # A part of a name or an address.
    text: str = ""
    # A column, with "-" before it for the opposite order; empty for those who need attention first.
    sort: str = ""
    group: str = ""
    page: int = 1

    @classmethod
    def of(cls, values: Mapping[str, str]) -> TeamQuery:
        """Read the query string, ignoring what is invalid."""
        show, sort, group = (values.get(name, "") for name in ("show", "sort", "group"))
        return cls(
            WeekFilter(show) if show in list(WeekFilter) else None,
            values.get("q", "").strip()[:100],
            sort if sort.removeprefix("-") in {"name", *_COLUMNS} else "",
            group if group in GROUPS else "",
            positive_int(values.get("page", ""), most_digits=5) or 1,
        )

    @property
    def query(self) -> str:
        """The same as a query string; empty for the defaults."""
        return self.with_(page=str(self.page) if self.page > 1 else "")

    @property
    def first_page_query(self) -> str:
        """The query string without the page: for another week."""
        return self.with_()

    def with_(self, **changes: str) -> str:
        """Return the query string with some values changed, at the first page by default."""
        values = {
            "show": self.show or "",
            "q": self.text,
            "sort": self.sort,
            "group": self.group,
            **changes,
        }
        return urlencode({name: value for name, value in values.items() if value})

    def allows(self, week: PersonWeek) -> bool:
        """Tell whether this person is shown."""
        words = f"{week.person.name} {week.person.email}".casefold()
        return self.text.casefold() in words and week.matches(self.show)

    def listed(self, weeks: Sequence[PersonWeek], workspace: str) -> list[PersonWeek]:
        """Return the people that are shown, on all pages, in order."""
        rows = self._sorted([week for week in weeks if self.allows(week)])
        if self.group:
            names = group_names(self.group, rows, workspace)
            rows.sort(key=lambda week: names[week.person.gid].casefold())
        return rows

    def page_of(self, rows: Sequence[PersonWeek]) -> Page[PersonWeek]:
        """Return the page of these rows that is shown; the last one if there are fewer."""
        return Paginator(rows, PAGE_SIZE).get_page(self.page)

    def _sorted(self, weeks: list[PersonWeek]) -> list[PersonWeek]:
        """Sort by the column; people of whom it is not known come last either way."""
        column, is_opposite = self.sort.removeprefix("-"), self.sort.startswith("-")
        if column == "name":
            return sorted(weeks, key=_name, reverse=is_opposite)
        if not column:
            return weeks
        value, sign = _COLUMNS[column], 1 if is_opposite else -1
        return sorted(weeks, key=lambda week: (not week.is_known, sign * value(week), _name(week)))


def group_names(group: str, weeks: Sequence[PersonWeek], workspace: str) -> dict[str, str]:
    """Return the name of each person's group, by gid: that of their first manager, or a status."""
    if group == "status":
        return {week.person.gid: str(STATUSES[week.status]) for week in weeks}
    managed = ManagedPerson.objects.filter(manager__workspace_gid=workspace)
    rows = managed.order_by("-manager__name", "-manager__gid").select_related("manager")
    names = {row.gid: row.manager.name or row.manager.gid for row in rows}
    return {week.person.gid: names.get(week.person.gid, _("No manager")) for week in weeks}


def _name(week: PersonWeek) -> tuple[str, str]:
    return week.person.name.casefold(), week.person.gid
