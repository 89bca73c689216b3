"""The admins' page of a workspace's rules."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from accounts.models import Action, Event
from tests.support.pages import page
from tests.support.people import WORKSPACE
from timesheet.admin.policy.forms import PolicyForm
from timesheet.models import WorkspacePolicy
from timesheet.sheets.policy import workspace_policy_of

PAGE = f"/{WORKSPACE}/policy/"
NONE = {
    "rounding_minutes": "0",
    "rounding": "nearest",
    **{f"target_{place}": "8:00" for place in range(5)},
    "target_5": "0:00",
    "target_6": "0:00",
}
WANTED = {
    **NONE,
    "lock_date": "2026-09-30",
    "no_future": "on",
    "back_days_members": "14",
    "back_days_managers": "60",
    "most_minutes": "10h",
    "note_required": "on",
    "rounding_minutes": "15",
    "rounding": "up",
    "target_4": "6",
    "country": "DE",
    "subdivision": "BE",
    "words_locked": "The books are closed.",
}


def test_it_begins_without_any_rule(omar):
    shown = page(omar.get(PAGE))
    assert shown.count('value="8:00"') == 5
    assert "checked" not in shown
    assert "None yet. Choose a country" in shown
    omar.post(PAGE, NONE)
    assert not WorkspacePolicy.objects.exclude(
        most_minutes=1440, lock_date=None, custom_messages={}
    ).exists()


def test_an_admin_sets_the_rules(omar):
    assert omar.post(PAGE, WANTED).url == PAGE
    workspace_policy = WorkspacePolicy.objects.get()
    assert (workspace_policy.lock_date, workspace_policy.no_future) == (date(2026, 9, 30), True)
    assert (workspace_policy.back_days_members, workspace_policy.back_days_managers) == (14, 60)
    assert (workspace_policy.most_minutes, workspace_policy.note_required) == (600, True)
    assert (workspace_policy.rounding_minutes, workspace_policy.rounding) == (15, "up")
    assert workspace_policy.targets == [480, 480, 480, 480, 360, 0, 0]
    assert (workspace_policy.country, workspace_policy.subdivision) == ("DE", "BE")
    assert workspace_policy.custom_messages == {"locked": "The books are closed."}


def test_they_are_shown_again(omar):
    omar.post(PAGE, WANTED)
    shown = page(omar.get(PAGE))
    assert 'value="2026-09-30"' in shown
    assert 'value="10:00"' in shown
    assert '<option value="BE" selected>Berlin' in shown
    assert "The books are closed.</textarea>" in shown


def test_each_rule_says_what_who_breaks_it_reads(omar):
    omar.post(PAGE, WANTED)
    said = re.findall(r'<q dir="auto">(.*?)</q>', page(omar.get(PAGE)))
    begins = [
        "Hours through Sept. 30, 2026 are locked.",
        "That day is in the future.",
        "You can change hours up to 14 days back, from",
        "That would make 10:45 on this day. The limit is 10:00.",
        "Every entry needs a note.",
        "Use multiples of 15 minutes. 1:07 would be 1:15.",
    ]
    assert all(map(str.startswith, said, begins)), said
    assert len(said) == len(begins)


def test_what_rounding_makes_of_a_time_is_shown(omar):
    assert "1:07 becomes 1:00 (nearest), 1:15 (up) or 1:00 (down)." in page(omar.get(PAGE))


def test_holidays_to_come_are_listed(omar):
    omar.post(PAGE, {**NONE, "country": "DE"})
    shown = page(omar.get(PAGE)).partition('id="holidays"')[2]
    assert "Christmas Day" in shown
    assert "German Unity Day" in shown


def test_a_part_of_another_country_is_forgotten(omar):
    omar.post(PAGE, WANTED)
    omar.post(PAGE, {**WANTED, "country": "FR"})
    workspace_policy = WorkspacePolicy.objects.get()
    assert (workspace_policy.country, workspace_policy.subdivision) == ("FR", "")


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"lock_date": "soon"}, "This isn’t a date."),
        ({"back_days_members": "-1"}, "Enter a number of days from 0 to 3660, or leave it empty."),
        ({"back_days_managers": "many"}, "Enter a number of days"),
        ({"back_days_members": "99999"}, "Enter a number of days"),
        ({"most_minutes": "25"}, "A day has 24 hours."),
        ({"target_2": "a lot"}, "We can’t read that as a time."),
        ({"rounding_minutes": "7"}, "7 is not one of the available choices."),
        ({"rounding": "sideways"}, "sideways is not one of the available choices."),
        ({"country": "Atlantis"}, "Atlantis is not one of the available choices."),
        ({"subdivision": "Moon"}, "Moon is not one of the available choices."),
        ({"words_note": "x" * 301}, "at most 300 characters"),
    ],
)
def test_bad_input_is_explained_and_stays(omar, bad, sentence):
    answer = omar.post(PAGE, {**WANTED, **bad})
    assert answer.status_code == 422
    shown = page(answer)
    assert sentence in shown
    assert "Not saved. Fix the fields marked below." in shown
    assert "The books are closed.</textarea>" in shown
    [typed] = bad.values()
    assert typed.partition("\n")[0] in shown
    assert not WorkspacePolicy.objects.exists()
    assert not Event.objects.filter(action=Action.POLICY_CHANGED).exists()


def add(browser, day: str, name: str, *, htmx: bool = True, **more):
    headers = {"HX-Request": "true"} if htmx else {}
    return browser.post(f"{PAGE}holidays/add/", {"day": day, "name": name, **more}, headers=headers)


def own_days() -> list[list[str]]:
    return WorkspacePolicy.objects.get().own_days


def test_holidays_are_added_changed_and_removed_one_by_one(omar):
    add(omar, "2099-12-31", "New Year’s Eve", is_half="on")
    shown = page(add(omar, "2099-12-24", "Eve"))
    assert "Holiday saved." in shown
    assert shown.index("Eve") < shown.index("New Year’s Eve") < shown.index("Half day</span>")
    assert own_days() == [["2099-12-24", "Eve"], ["2099-12-31", "New Year’s Eve", "half"]]
    add(omar, "2099-12-24", "Christmas Eve")
    assert own_days()[0] == ["2099-12-24", "Christmas Eve"]
    for sentence in ("Holiday removed.", "No changes to save."):
        answer = omar.post(f"{PAGE}holidays/remove/", {"day": "2099-12-31"}, follow=True)
        assert sentence in page(answer)
    assert own_days() == [["2099-12-24", "Christmas Eve"]]
    events = Event.objects.filter(action=Action.POLICY_CHANGED)
    assert [event.after["own_days"] for event in events][:2] == [
        ["2099-12-24 Christmas Eve"],
        ["2099-12-24 Christmas Eve", "2099-12-31 half New Year’s Eve"],
    ]


def test_saving_the_rules_keeps_the_holidays(omar):
    add(omar, "2099-12-24", "Eve")
    omar.post(PAGE, WANTED)
    assert own_days() == [["2099-12-24", "Eve"]]


@pytest.mark.parametrize("are_rules_stored", [True, False])
def test_what_others_save_while_rules_are_saved_stays(omar, are_rules_stored):
    if are_rules_stored:
        omar.post(PAGE, NONE)
    form = PolicyForm(WANTED, instance=workspace_policy_of(WORKSPACE))
    add(omar, "2099-12-24", "Eve")
    WorkspacePolicy.objects.update(reminders_on=True)
    assert form.is_valid()
    form.save()
    stored = WorkspacePolicy.objects.get()
    assert stored.own_days == [["2099-12-24", "Eve"]]
    assert stored.reminders_on
    assert stored.lock_date == date(2026, 9, 30)


def test_past_holidays_stay_until_they_are_removed(omar):
    add(omar, "2020-12-24", "Long ago")
    assert "Long ago" in page(omar.get(PAGE)).partition("Past holidays that you added")[2]


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize(
    ("day", "name", "sentence"),
    [
        ("2026-02-30", "Never", "Choose a date."),
        ("", "Never", "Choose a date."),
        ("2026-12-24", "  ", "Give it a name."),
        ("2026-12-24", "x" * 61, "Use up to 60 characters."),
    ],
)
def test_a_bad_holiday_is_explained_and_stays(omar, day, name, sentence, htmx):
    answer = add(omar, day, name, htmx=htmx)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert f'value="{name.strip()}"' in page(answer) or not name.strip()
    assert not WorkspacePolicy.objects.exclude(own_days=[]).exists()


def test_more_holidays_than_allowed_are_rejected(omar):
    days = [[f"{2000 + n}-01-01", "Day"] for n in range(200)]
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, own_days=days)
    assert "up to 200 holidays" in page(add(omar, "2026-05-05", "One more"))
    add(omar, "2026-01-01", "Another name")
    assert len(own_days()) == 200


def test_only_what_changed_is_in_the_audit_log(omar):
    omar.post(PAGE, WANTED)
    omar.post(PAGE, WANTED)
    omar.post(PAGE, {**WANTED, "lock_date": "2026-10-31", "words_locked": ""})
    last, first = Event.objects.filter(action=Action.POLICY_CHANGED)
    assert first.after["most_hours"] == "10:00"
    assert last.before == {"lock_date": "2026-09-30", "words_locked": "The books are closed."}
    assert last.after == {"lock_date": "2026-10-31", "words_locked": ""}
    assert (last.actor_gid, last.workspace_gid) == (omar.user.gid, WORKSPACE)
    shown = page(omar.get(f"/{WORKSPACE}/audit/"))
    assert "locked through: 2026-09-30 → 2026-10-31" in shown


def test_the_reminders_stay_as_they_are(omar):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, reminders_on=True, remind_weekday=4)
    omar.post(PAGE, WANTED)
    workspace_policy = WorkspacePolicy.objects.get()
    assert (
        workspace_policy.reminders_on,
        workspace_policy.remind_weekday,
        workspace_policy.no_future,
    ) == (True, 4, True)


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_page_is_for_admins(mia, ada, manages, method):
    manages(mia)
    for browser in (mia, ada):
        assert getattr(browser, method)(PAGE, WANTED).status_code == 403
    assert not WorkspacePolicy.objects.exists()


def test_a_stranger_signs_in_first(db):
    assert "/sign-in/" in Client().get(PAGE)["Location"]
