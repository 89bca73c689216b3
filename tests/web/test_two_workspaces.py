"""Two workspaces use one installation: an admin of one changes nothing in the other, whatever the
address and whatever the form says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.audit import PersonRef
from accounts.connections.reader import reporting_user_gid
from accounts.models import (
    Action,
    Admin,
    AllowedWorkspace,
    AsanaApp,
    Connection,
    Delegate,
    ManagedPerson,
    Manager,
    User,
    UserWorkspace,
)
from tests.support.pages import page
from tests.support.people import ADA, BEN, HARBOUR, KWAME, MIA, OMAR, STAND_UP, WORKSPACE
from tests.support.people import connect as connect_person
from tests.test_who_may import OWN, SLUG, WHO_MAY, address, address_has_workspace, known
from timesheet.domain.week import Week
from timesheet.models import (
    AddedRow,
    BudgetAlert,
    CapacityChange,
    Decision,
    Edit,
    HalfDayOff,
    PinnedTask,
    ProjectSelection,
    ReportSchedule,
    SavedView,
    Step,
    Timer,
    Unsubscribed,
    WeekTemplate,
    WorkspacePolicy,
)

POSTS = [name for name in WHO_MAY if "POST" in known(name)]
GETS = [name for name in WHO_MAY if "GET" in known(name)]
# What belongs to nobody: the log of what is done, and how the processes are.
NOBODYS = {"Event", "Heartbeat", "ApiUsage", "RateBudget", "InFlightRequest", "Session"}
NOBODYS |= {"RefusedSignIn", "BrowserSession", "ContentType"}


@pytest.fixture
def studio(settings, asana) -> dict[str, Any]:
    """Both are allowed. In the studio everything is there that can belong to a workspace; these
    are the fields with which a form names it."""
    settings.ASANA_CLIENT_ID = settings.ASANA_CLIENT_SECRET = ""
    AsanaApp.objects.create(client_id="1", client_secret="secret")
    for gid, name in ((WORKSPACE, "Studio"), (HARBOUR, "Harbour")):
        AllowedWorkspace.objects.create(workspace_gid=gid, name=name)
    ada, mia, omar = (connect_person(*who) for who in ((1, "Ada"), (3, "Mia"), (4, "Omar")))
    for user in (ada, mia, omar):
        UserWorkspace.objects.create(user=user, workspace_gid=WORKSPACE)
    # Mia is in both: the harbour's admin has a page about her.
    UserWorkspace.objects.create(user=mia, workspace_gid=HARBOUR)
    Admin.objects.create(workspace_gid=WORKSPACE, gid=OMAR, in_asana=True)
    Admin.objects.create(workspace_gid=WORKSPACE, gid=MIA, granted=True)
    return _fill(ada, mia)


def _fill(ada: User, mia: User) -> dict[str, Any]:
    now, today = timezone.now(), timezone.localdate()
    here: dict[str, Any] = {"workspace_gid": WORKSPACE}
    hers = {**here, "person_gid": MIA}
    manager = Manager.objects.create(**here, gid=MIA, name="Mia", email="mia@example.com")
    manager.people.create(gid=ADA, name="Ada")
    delegate = manager.delegates.create(gid=BEN, name="Ben", starts_on=today, ends_on=today)
    account = User.objects.create(gid=reporting_user_gid(WORKSPACE), name="Omar", is_active=False)
    Connection.objects.create(user=account, method="token", access_token="sandbox-omar")
    WorkspacePolicy.objects.create(**here, note_required=True, reminders_on=True)
    CapacityChange.objects.create(**hers, starts_on=today, minutes=[480] * 7, at=now)
    HalfDayOff.objects.create(**hers, day=today)
    Unsubscribed.objects.create(**hers, kind="short")
    row = {**here, "week": str(Week.of(today)), "task_gid": STAND_UP}
    AddedRow.objects.create(user=mia, **row)
    PinnedTask.objects.create(user=mia, **here, task_gid=STAND_UP)
    view = SavedView.objects.create(user=mia, **here, name="Kept", slug=SLUG)
    ReportSchedule.objects.create(view=view, recipients=[MIA], changed_at=now)
    # With the slug that `address` names.
    ProjectSelection.objects.create(user=mia, **here, name="Kept", slug=view.slug)
    BudgetAlert.objects.create(user=mia, **here, project_gid="1204000000000001")
    WeekTemplate.objects.create(user=mia, **here, name="Usual week")
    timer = {"task_gid": STAND_UP, "started_at": now - timedelta(hours=1), "started_on": today}
    Timer.objects.create(user=mia, **here, **timer)
    edits = [_refused_edit(user, today) for user in (ada, mia)]
    return {
        "workspace": [HARBOUR],
        "person": [ADA, MIA],
        "was": [ADA],
        "edit": [edit.pk for edit in edits],
        "delegate": delegate.pk,
        "day": str(today),
        "starts_on": str(today),
        "ends_on": str(today),
        "team": "1202000000000001",
        "chooses": "anyone",
        "week": [f"{ADA}:", f"{MIA}:"],
        "slug": str(view.slug),
        "reason": "Because.",
        "action": "discard",
        "client_id": "12345",
        "client_secret": "another",
        "account": "own",
        "text": f"email,manager\nada@example.com,{MIA}\n",
        "name": "Kept",
        "query": "",
        **{f"hours_{weekday}": "1:00" for weekday in range(7)},
        **{f"target_{weekday}": "1:00" for weekday in range(7)},
    }


def _refused_edit(user: User, day: Any) -> Edit:
    here = {"user": user, "workspace_gid": WORKSPACE}
    now = timezone.now()
    step = Step.objects.create(**here, week=str(Week.of(day)), step_id=uuid4(), created_at=now)
    return Edit.objects.create(
        **here,
        step=step,
        edit_id=uuid4(),
        task_gid=STAND_UP,
        entered_on=day,
        duration_minutes=60,
        state="refused",
        kind="create",
        created_at=now,
    )


@pytest.fixture
def kwame(connect) -> User:
    """An admin of the harbour in Asana, and of nothing else."""
    return connect(12, "Kwame")


def _workspace_of(row: Model) -> str:
    """The gid of the workspace that a row belongs to; empty for what all share."""
    for path in (("workspace_gid",), ("manager", "workspace_gid"), ("view", "workspace_gid")):
        found: Any = row
        for name in path:
            found = getattr(found, name, None)
        if found:
            return str(found)
    return ""


def _person_of(row: Model) -> str:
    """The gid of the person whose own row it is, if it is somebody's."""
    user = row if isinstance(row, User) else getattr(row, "user", None)
    return user.gid if isinstance(user, User) else ""


def everything_else() -> dict[str, list[dict[str, Any]]]:
    """All rows that are neither the harbour's nor Kwame's own."""
    return {
        model.__name__: [
            {key: value for key, value in vars(row).items() if key[0] != "_"}
            for row in model._default_manager.order_by("pk")
            if _workspace_of(row) != HARBOUR and _person_of(row) != KWAME
        ]
        for model in apps.get_models()
        if model.__name__ not in NOBODYS
    }


def _without_looks(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Without what looking at a connection notes about it: when Asana last answered for it."""
    noted = {"succeeded_at", "failed_at", "updated_at", "renewing_until"}
    return {
        model: [{key: str(row[key]) for key in row.keys() - noted} for row in found]
        for model, found in rows.items()
    }


@pytest.mark.parametrize("name", POSTS)
def test_an_admin_of_one_workspace_changes_nothing_in_the_other(studio, kwame, name):
    places = [address(name, person, MIA) for person in (ADA, MIA)]
    if address_has_workspace(name):
        places += [place.replace(WORKSPACE, HARBOUR, 1) for place in places]
    before = _without_looks(everything_else())
    for place in dict.fromkeys(places):
        browser = Client()
        browser.force_login(kwame)
        browser.post(place, studio)
    assert _without_looks(everything_else()) == before


# What only the studio knows has this in its name.
OURS = "of the studio"


def name_everything(studio: dict[str, Any]) -> None:
    """Give all that the studio has a name by which it is found in an answer."""
    User.objects.filter(gid__in=(ADA, OMAR)).update(name=f"Somebody {OURS}")
    Manager.objects.filter(workspace_gid=WORKSPACE).update(name=f"A manager {OURS}")
    named: list[Any] = [ManagedPerson, Delegate, WeekTemplate, SavedView, ProjectSelection]
    for model in named:
        model.objects.update(name=f"Something {OURS}")
    CapacityChange.objects.update(by_name=f"An admin {OURS}")
    WorkspacePolicy.objects.update(custom_messages={"locked": f"A rule {OURS}"})
    Edit.objects.update(reason=f"A reason {OURS}", text=f"A note {OURS}")
    week = str(Week.of(timezone.localdate()).previous)
    Decision.objects.create(
        workspace_gid=WORKSPACE,
        person_gid=MIA,
        week=week,
        status="rejected",
        message=f"A reason {OURS}",
        by_gid=OMAR,
        by_name=f"An admin {OURS}",
        at=timezone.now(),
    )
    by = PersonRef(OMAR, f"An admin {OURS}")
    audit.record(Action.CAPACITY_CHANGED, by, workspace=WORKSPACE, to=PersonRef(MIA, "Mia"))


@pytest.mark.parametrize("name", GETS)
def test_an_admin_of_one_workspace_reads_nothing_of_the_other(studio, kwame, name):
    name_everything(studio)
    places = [address(name, person, MIA) for person in (ADA, MIA)]
    if address_has_workspace(name):
        places += [place.replace(WORKSPACE, HARBOUR, 1) for place in places]
    for place in dict.fromkeys(places):
        browser = Client()
        browser.force_login(kwame)
        answer: Any = browser.get(place)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert OURS not in content.decode(errors="replace"), place
        if place.startswith(f"/{WORKSPACE}/") and WHO_MAY[name] != OWN:
            assert answer.status_code in (302, 403, 404), place


def test_its_own_admin_reads_it(studio):
    """So that the test above has something to find."""
    name_everything(studio)
    browser = Client()
    browser.force_login(User.objects.get(gid=OMAR))
    for name in ("audit_log", "roles", "people_of", "capacity_of", "person_data", "policy"):
        assert OURS in page(browser.get(address(name, MIA, MIA))), name


def test_everything_that_belongs_to_a_workspace_is_there(studio):
    """So that the test above has something to lose."""
    with_workspace = {
        model.__name__
        for model in apps.get_models()
        if hasattr(model, "workspace_gid") and model.__name__ not in NOBODYS
    }
    there = {name for name, rows in everything_else().items() if rows}
    missing = with_workspace - there
    assert missing == {
        *("ConnectionProblem", "Decision", "DecisionMail", "ReminderRun", "SentBackWeek"),
        *("SentDecision", "SentReminder", "StoredWeek"),
    }


@pytest.fixture
def mia_of_harbour(studio) -> Client:
    """Mia is in both, an admin of the harbour, and no admin of the studio."""
    Admin.objects.filter(gid=MIA).delete()
    Admin.objects.create(workspace_gid=HARBOUR, gid=MIA, granted=True)
    browser = Client()
    browser.force_login(User.objects.get(gid=MIA))
    return browser


def test_the_asana_app_is_changed_by_an_admin_of_all_workspaces_only(mia_of_harbour):
    form = {"client_id": "12345", "client_secret": "another"}
    assert "admin of all of them" in page(mia_of_harbour.get(reverse("set_up")))
    answer = mia_of_harbour.post(reverse("save_app"), form)
    assert answer.status_code == 403
    assert "Other workspaces sign in through the same Asana app." in page(answer)
    assert AsanaApp.objects.get().client_id == "1"
    Admin.objects.create(workspace_gid=WORKSPACE, gid=MIA, granted=True)
    mia_of_harbour.post(reverse("save_app"), form)
    assert AsanaApp.objects.get().client_id == "12345"


def test_an_admin_of_one_workspace_does_not_shut_the_other_out(mia_of_harbour):
    html = page(mia_of_harbour.get(reverse("set_up")))
    assert "only its admins can change this" in html
    for chosen in ([HARBOUR], [HARBOUR, WORKSPACE], []):
        mia_of_harbour.post(reverse("choose_workspaces"), {"workspace": chosen})
        assert AllowedWorkspace.objects.filter(workspace_gid=WORKSPACE).exists()
    # Her own she may, and is out then.
    assert not AllowedWorkspace.objects.filter(workspace_gid=HARBOUR).exists()
    assert Connection.objects.filter(user__gid=MIA).exists()
