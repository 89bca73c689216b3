"""What is stored about a person: exported, erased, and what stays."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from accounts import audit
from accounts.models import (
    Action,
    Admin,
    AllowedWorkspace,
    Connection,
    Event,
    ManagedPerson,
    Manager,
    User,
    UserWorkspace,
)
from tests.support.pages import page, text_of
from tests.support.people import ADA, BANK_ID, BEN, HARBOUR, LEFT, MIA, OMAR, WORKSPACE
from timesheet.admin.roles.person_tables import TABLES
from timesheet.domain.approval import Status
from timesheet.domain.week import Week
from timesheet.models import BudgetAlert, CapacityChange, Decision, DecisionMail, Edit, PinnedTask
from timesheet.sheets.approvals import record_decision

# Columns of other things than people.
NOT_PEOPLE = {"workspace_gid", "task_gid", "project_gid", "entry_gid", "restored_gid"}
NOT_PEOPLE |= {"duplicate_gid"}
# Rows that go with the user, or the connection, and say nothing about a person.
TECHNICAL = {"DeliveryLock", "RateBudget", "InFlightRequest"}


def at(person: str, action: str = "") -> str:
    return f"/{WORKSPACE}/roles/{person}/data/{action}"


@pytest.fixture
def ben_of_mia(ben, mia, saturday) -> User:
    """Ben has typed hours, pinned a task, and has a manager, capacity, and a decided week."""
    manager = Manager.objects.create(workspace_gid=WORKSPACE, gid=MIA, name="Mia")
    manager.people.create(gid=BEN, name="Ben", email="ben@example.com")
    ben.send("rows/add/", task=BANK_ID)
    ben.save(BANK_ID, saturday, "1:30 secret note")
    week, now = Week.of(saturday).previous, timezone.now()
    given: dict[str, Any] = {
        "was": Status.SUBMITTED,
        "person": BEN,
        "message": "Please split Tuesday.",
    }
    record_decision(mia.user, WORKSPACE, week, Status.REJECTED, now, **given)
    here = {"workspace_gid": WORKSPACE, "person_gid": BEN}
    CapacityChange.objects.create(**here, starts_on=saturday, minutes=[240] * 7, at=now)
    PinnedTask.objects.create(user=ben.user, workspace_gid=WORKSPACE, task_gid=BANK_ID)
    BudgetAlert.objects.create(
        user=mia.user, workspace_gid=WORKSPACE, project_gid="1", recipients=[MIA, BEN]
    )
    return ben.user


def test_every_table_with_people_is_known():
    known = {table.model.__name__ for table in TABLES} | TECHNICAL
    unknown = []
    for model in apps.get_models():
        columns = {field.name for field in model._meta.concrete_fields}
        people = {name for name in columns if name == "gid" or name.endswith("_gid")} - NOT_PEOPLE
        if (people or columns & {"user", "connection"}) and model.__name__ not in known:
            unknown.append(model.__name__)
    assert unknown == []


def test_the_page_says_what_is_erased_and_what_stays(omar, ben_of_mia, settings):
    settings.AUDIT_KEEP_DAYS = 365
    text = text_of(page(omar.get(at(BEN))))
    erased, _kept, stays = text.partition("Kept")
    assert "History of the changes they made to hours" in erased
    assert "Capacity and half days off 1" in erased
    assert "Decisions about weeks" in stays
    assert "They’re deleted after 365 days." in stays
    assert "Hours in Asana" in stays
    assert at(BEN) in page(omar.get(f"/{WORKSPACE}/roles/{BEN}/"))


def test_the_export_has_everything_but_secrets(omar, ben_of_mia, saturday):
    answer = omar.get(at(BEN, "export/"))
    assert "attachment" in answer["Content-Disposition"]
    content = json.loads(answer.content)
    tables = content["tables"]
    assert tables["accounts_user"][0]["name"] == "Ben"
    assert tables["timesheet_edit"][0]["text"] == "1:30"
    assert tables["timesheet_decision"][0]["message"] == "Please split Tuesday."
    assert tables["accounts_connection"][0]["method"] == "token"
    text = answer.content.decode()
    assert "sandbox-ben" not in text
    assert ben_of_mia.session_salt not in text
    assert Event.objects.get(action=Action.PERSON_EXPORTED).subject_gid == BEN


def erase(browser, person: str = BEN, **values):
    answer = browser.post(at(person, "erase/"), {"confirmed": "on", **values}, follow=True)
    return page(answer)


def test_a_person_is_erased_and_decisions_stay_without_comments(omar, ben, ben_of_mia):
    assert "Ben Okafor’s data is erased." in erase(omar)
    assert not User.objects.filter(gid=BEN).exists()
    for table in TABLES:
        if not table.group.is_kept:
            assert not table.rows([BEN]).exists(), table.model
    assert Decision.objects.get().message == ""
    assert BudgetAlert.objects.get().recipients == [MIA]
    event = Event.objects.get(action=Action.PERSON_ERASED)
    assert (event.subject_gid, event.subject_name) == (BEN, "")
    assert ben.get("/preferences/").status_code == 302
    removed = Event.objects.get(action=Action.CONNECTION_REMOVED)
    assert (removed.subject_gid, removed.subject_name) == (BEN, "")
    assert removed.after == {"left": "token"}
    # Mia, her account and her role are as they were.
    assert User.objects.filter(gid=MIA).exists()
    assert Manager.objects.get().people.count() == 0


def test_nothing_is_erased_without_the_tick(omar, ben_of_mia):
    answer = omar.post(at(BEN, "erase/"), follow=True)
    assert "Confirm that you want to erase" in page(answer)
    assert User.objects.filter(gid=BEN).exists()


def test_a_person_with_unsynced_changes_stays(omar, ben_of_mia):
    Edit.objects.update(state="queued")
    assert "1 change isn’t saved to Asana yet." in erase(omar)
    assert "Retry or discard it first." in page(omar.get(at(BEN)))
    assert Connection.objects.filter(user=ben_of_mia).exists()


def test_who_cannot_be_erased_stays_connected(omar, ben_of_mia):
    AllowedWorkspace.objects.create(workspace_gid=WORKSPACE)
    Admin.objects.create(workspace_gid=HARBOUR, gid=BEN, in_asana=True)
    assert "is the last admin of another workspace" in erase(omar)
    assert Connection.objects.filter(user=ben_of_mia).exists()
    assert not Event.objects.filter(action=Action.CONNECTION_REMOVED).exists()


def test_nobody_erases_themself(omar, mia):
    assert "You can’t erase yourself." in erase(omar, OMAR)
    assert User.objects.filter(gid=OMAR).exists()


def test_an_admin_cannot_erase_a_person_of_another_workspace_too(omar, mia):
    for gid in (WORKSPACE, HARBOUR):
        AllowedWorkspace.objects.create(workspace_gid=gid)
    UserWorkspace.objects.create(user=mia.user, workspace_gid=HARBOUR)
    hers = {"person_gid": MIA, "starts_on": timezone.localdate(), "minutes": [60] * 7}
    for gid in (WORKSPACE, HARBOUR):
        CapacityChange.objects.create(workspace_gid=gid, at=timezone.now(), **hers)
    assert "also uses another workspace here" in erase(omar, MIA)
    assert User.objects.filter(gid=MIA).exists()
    tables = json.loads(omar.get(at(MIA, "export/")).content)["tables"]
    assert [row["workspace_gid"] for row in tables["timesheet_capacitychange"]] == [WORKSPACE]
    assert "accounts_user" not in tables


def test_somebody_who_never_signed_in_is_erased_too(omar, mia):
    manager = Manager.objects.create(workspace_gid=WORKSPACE, gid=MIA)
    manager.people.create(gid=ADA, name="Ada")
    assert "data is erased." in erase(omar, ADA)
    assert not ManagedPerson.objects.exists()
    assert "Nothing is stored" in page(omar.get(at(BEN)))


def _is_managed(gid: str) -> None:
    manager = Manager.objects.create(workspace_gid=WORKSPACE, gid=MIA, name="Mia")
    manager.people.create(gid=gid, name="Gone Since")


def _has_capacity(gid: str) -> None:
    here = {"workspace_gid": WORKSPACE, "person_gid": gid, "at": timezone.now()}
    CapacityChange.objects.create(**here, starts_on=timezone.localdate(), minutes=[60] * 7)


def _signed_in(gid: str) -> None:
    user = User.objects.create_user(gid, "Gone Since", "gone@example.com")
    UserWorkspace.objects.create(user=user, workspace_gid=WORKSPACE)


def _signed_in_and_is_in_no_workspace(gid: str) -> None:
    AllowedWorkspace.objects.create(workspace_gid=WORKSPACE)
    user = User.objects.create_user(gid, "Gone Since", "gone@example.com")
    Connection.objects.create(user=user, method="token", access_token="secret")


@pytest.mark.parametrize(
    "known_by", [_is_managed, _has_capacity, _signed_in, _signed_in_and_is_in_no_workspace]
)
def test_a_person_who_left_and_never_logged_hours_is_found_exported_and_erased(omar, known_by):
    known_by(LEFT)
    html = page(omar.get(f"/{WORKSPACE}/roles/", {"state": "left"}))
    assert f"/{WORKSPACE}/roles/{LEFT}/" in html
    assert "Has left the workspace" in html
    assert json.loads(omar.get(at(LEFT, "export/")).content)["tables"]
    assert "data is erased." in erase(omar, LEFT)
    assert LEFT not in page(omar.get(f"/{WORKSPACE}/roles/", {"state": "left"}))
    for table in TABLES:
        assert table.group.is_kept or not table.rows([LEFT]).exists(), table.model


def test_what_is_kept_of_somebody_who_left_can_be_exported(omar, mia, saturday):
    week, now = Week.of(saturday).previous, timezone.now()
    given: dict[str, Any] = {"was": Status.SUBMITTED, "person": LEFT}
    record_decision(mia.user, WORKSPACE, week, Status.APPROVED, now, **given)
    # The email about it is sent, so only the decision is left.
    DecisionMail.objects.all().delete()
    assert LEFT not in page(omar.get(f"/{WORKSPACE}/roles/", {"state": "left"}))
    assert "timesheet_decision" in json.loads(omar.get(at(LEFT, "export/")).content)["tables"]


def test_admins_of_one_of_two_workspaces_do_not_see_who_is_in_none(omar):
    _signed_in_and_is_in_no_workspace(LEFT)
    AllowedWorkspace.objects.create(workspace_gid=HARBOUR)
    assert LEFT not in page(omar.get(f"/{WORKSPACE}/roles/", {"state": "left"}))
    assert omar.get(at(LEFT)).status_code != 200


def test_only_admins_see_it(mia, ada, ben, manages):
    manages(mia)
    for browser in (mia, ada):
        assert browser.get(at(BEN)).status_code == 403
        assert browser.post(at(BEN, "erase/"), {"confirmed": "on"}).status_code == 403
    audit.record(Action.SIGNED_IN, ben.user)
    assert User.objects.filter(gid=BEN, created_at__gt=timezone.now() - timedelta(days=1)).exists()
