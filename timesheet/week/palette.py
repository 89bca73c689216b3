"""Where a line of the quick entry can lead instead of becoming an entry: to a week or to a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.asana.records import AsanaUser
from timesheet.core.calendar_names import calendar_names
from timesheet.core.formats import day_with_weekday, short_day
from timesheet.domain.date_text import Destination, read_destination
from timesheet.domain.quick_entry import QuickEntry
from timesheet.domain.week import Week

MOST_PAGES = 6
MOST_PEOPLE = 5


@dataclass(frozen=True)
class Place:
    """A page to go to."""

    label: str
    address: str
    # What is said beside the label, such as the days of a week.
    detail: str = ""


@dataclass(frozen=True)
class PageAccess:
    """The pages of a workspace that a person may see besides their own."""

    manages: bool = False
    is_admin: bool = False
    # Whether there is a page of their people.
    has_people: bool = False


def find_week(
    line: str, entry: QuickEntry, workspace: str, shown: Week, today: date
) -> list[Place]:
    """Return the week that the whole line names; empty where it names none, or is a duration.

    Weekdays are those of the week that is `shown`.
    """
    if entry.fault or (entry.duration and not entry.words):
        return []
    found = read_destination(line, calendar_names(shown), today)
    return [_week_place(workspace, found)] if found else []


def find_people(line: str, people: Iterable[AsanaUser], workspace: str, shown: Week) -> list[Place]:
    """Return the weeks of the people whose names have all the words of a line."""
    found = [person for person in people if _has_words(person.name, line)][:MOST_PEOPLE]
    week = _("Week %(number)d") % {"number": shown.number}
    return [
        Place(person.name, reverse("person_week", args=[workspace, shown, person.gid]), week)
        for person in found
    ]


def _has_words(name: str, line: str) -> bool:
    """Tell whether a name has all the words of a line, of which there has to be one."""
    words = line.casefold().split()
    return bool(words) and all(word in name.casefold() for word in words)


def find_pages(line: str, workspace: str, access: PageAccess) -> list[Place]:
    """Return the pages whose names have all the words of a line; none for an empty one."""
    pages = _pages(workspace, access)
    return [page for page in pages if _has_words(page.label, line)][:MOST_PAGES]


def _week_place(workspace: str, found: Destination) -> Place:
    address = reverse("week", kwargs={"workspace": workspace, "week": found.week})
    start, end = (short_day(day, "year") for day in (found.week.start, found.week.end))
    label = _("Go to week %(number)d") % {"number": found.week.number}
    if found.day:
        address += f"?day={found.day.isoformat()}"
        label = _("Go to %(day)s") % {"day": day_with_weekday(found.day)}
    return Place(label, address, f"{start} – {end}")


def _pages(workspace: str, access: PageAccess) -> Iterator[Place]:
    """Yield the pages that this person may open, with the names that they have in menus."""
    names = {"my_hours": _("My hours"), "my_weeks": _("Weeks of the year")}
    names |= {"my_changes": _("My changes"), "week_calendar": _("Calendar")}
    if access.manages:
        names |= {"latest_team": _("Team"), "projects": _("Projects"), "reports": _("Reports")}
        names |= {"planned_work": _("Planned work")}
    if access.is_admin:
        names |= {"admin_home": _("Admin"), "roles": _("People"), "policy": _("Rules")}
        names |= {"reminders": _("Reminders"), "connections": _("Connections")}
        names |= {"reporting_connection": _("Shared reporting account"), "health": _("Health")}
        names |= {"audit_log": _("Audit log"), "unsynced_changes": _("Unsynced changes")}
    for view, label in names.items():
        yield Place(label, reverse(view, kwargs={"workspace": workspace}))
    if access.has_people and not access.is_admin:
        yield Place(_("People"), reverse("people", kwargs={"workspace": workspace}))
    own = {"this_week": _("My week"), "timer": _("Timer"), "preferences": _("Preferences")}
    own |= {"connection": _("Asana connection"), "waiting": _("My unsynced changes")}
    own |= {"guide": _("Help")}
    for view, label in own.items():
        yield Place(label, reverse(view))
