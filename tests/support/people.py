"""The people of the sandbox's company, their browsers, and the gids that tests name.

The cast: Ada and Ben log time, Mia manages them, Omar is an admin, Zoe works elsewhere.
"""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.test import Client

from accounts.models import Connection, Manager, User
from tests.support.pages import marks, page
from timesheet.domain.week import Week

WORKSPACE = "1200000000000001"
HARBOUR = "1200000000000002"

ADA, BEN, MIA, OMAR, ZOE, SIOBHAN, NOUR, MAXIMILIANA, TOMASZ, YUI, PRIYA, KWAME = (
    f"1201{number:012}" for number in range(1, 13)
)
# Nobody's: as of a person who has left the company.
LEFT = "1201000000000099"
# The people Mia manages in the demo, with their email addresses.
STUDIO = {
    ADA: "ada@nordlicht.example",
    BEN: "ben@nordlicht.example",
    SIOBHAN: "siobhan@nordlicht.example",
    NOUR: "nour@nordlicht.example",
    MAXIMILIANA: "maximiliana@nordlicht.example",
    TOMASZ: "tomasz@freelance.example",
    YUI: "yui@nordlicht.example",
    PRIYA: "priya@nordlicht.example",
}
# The same people with their names.
STUDIO_NAMES = {
    ADA: "Ada Lindqvist",
    BEN: "Ben Okafor",
    SIOBHAN: "Siobhán O'Neill",
    NOUR: "نور الخطيب",
    MAXIMILIANA: "Maximiliana",
    TOMASZ: "Tomasz Wiśniewski",
    YUI: "Yui Tanaka",
    PRIYA: "Priya Raghunathan",
}

# "Sign-in with BankID" and "Daily stand-up": Ada has logged time on both this week.
BANK_ID = "1205000000000001"
STAND_UP = "1205000000000059"
MUSEUM_TASK = "1205000000000044"
# A task of the other workspace.
HARBOUR_TASK = "1205000000000097"
# A task that Ada cannot see.
UNSEEN = "1205000000000115"


def connect(number: int, name: str) -> User:
    """Creates the company's person with this number, connected with their personal token."""
    user = User.objects.create_user(f"1201{number:012}", name, f"{name.lower()}@example.com")
    token = f"sandbox-{name.lower()}"
    Connection.objects.create(user=user, method="token", access_token=token)
    return user


def make_manager(gid: str, people: dict[str, str], name: str = "") -> Manager:
    """Makes this person the manager of `people`, who are given as gid and name."""
    manager = Manager.objects.create(workspace_gid=WORKSPACE, gid=gid, name=name)
    for person, person_name in people.items():
        manager.people.create(gid=person, name=person_name)
    return manager


class Browser(Client):
    """A signed-in person's browser at one workspace and week, without script if not `htmx`."""

    def __init__(self, user: User, week: Week, **options):
        super().__init__(**options)
        self.user = user
        self.week = week
        self.force_login(user)

    def at(self, path: str = "", workspace: str = WORKSPACE) -> str:
        return f"/{workspace}/week/{self.week}/{path}"

    def see(self, path: str = "", *, htmx: bool = False, **query):
        return self.get(self.at(path), query, headers={"HX-Request": "true"} if htmx else {})

    def send(self, path: str, *, htmx: bool = True, **values):
        headers = {"HX-Request": "true"} if htmx else {}
        return self.post(self.at(path), values, headers=headers)

    def save(self, task: str, day: date | str, text: str, *, seen: str = "", **values):
        """Types `text` into a cell; `seen` is `gid=minutes,…`, as the page has it."""
        values = {"edit": str(uuid4()), **values}
        return self.send("cells/", task=task, day=str(day), text=text, seen=seen, **values)


class ManagerBrowser(Browser):
    """A manager's browser at the team page of one week."""

    def team(self, path: str = "", *, htmx: bool = False, **query):
        headers = {"HX-Request": "true"} if htmx else {}
        return self.get(f"/{WORKSPACE}/team/{self.week}/{path}", query, headers=headers)

    def decide(self, action: str, *people: str, htmx: bool = False, **values):
        """Decides, after reading the preview unless the values say which hours it showed."""
        is_marked = any(name == "week" or name.startswith("fingerprint:") for name in values)
        if action != "reopen" and not is_marked:
            values |= marks(page(self.team("decide/", action=action, person=people)))
        headers = {"HX-Request": "true"} if htmx else {}
        address = f"/{WORKSPACE}/team/{self.week}/{action}/"
        return self.post(address, {"person": people, **values}, headers=headers)


class ReportBrowser:
    """A browser at the reports of a workspace."""

    def __init__(self, browser: Client) -> None:
        self.browser = browser

    def get(self, path: str = "", *, htmx: bool = False, workspace: str = WORKSPACE, **query):
        headers = {"HX-Request": "true"} if htmx else {}
        return self.browser.get(f"/{workspace}/reports/{path}", query, headers=headers)

    def page(self, path: str = "", **query) -> str:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer
        return page(answer)

    def file(self, path: str, **query) -> bytes:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer
        return b"".join(answer.streaming_content)

    def post(self, path: str, **values):
        return self.browser.post(f"/{WORKSPACE}/reports/{path}", values)
