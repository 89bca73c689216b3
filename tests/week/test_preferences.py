"""How a person wants the timesheet."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.pages import page
from tests.support.people import ADA, BANK_ID, WORKSPACE
from timesheet.core import clock
from timesheet.models import CapacityChange, Preferences, WorkspacePolicy

GOOD = {
    "duration_format": "decimal",
    "weekends": "folded",
    "order": "name",
    "theme": "dark",
    **{f"target_{place}": "7:30" for place in range(4)},
    "target_4": "4",
    "target_5": "",
    "target_6": "0",
}


def send(ada, **values):
    return ada.post("/preferences/", {**GOOD, **values})


def test_they_begin_as_usual(ada):
    shown = page(ada.get("/preferences/"))
    assert shown.count('value="8:00"') == 5
    assert "40:00 a week" in shown


def test_they_are_kept(ada):
    assert send(ada).url == "/preferences/"
    kept = Preferences.objects.get()
    assert kept.targets == [450, 450, 450, 450, 240, 0, 0]
    assert (kept.duration_format, kept.weekends, kept.order) == ("decimal", "folded", "name")
    assert "34 a week" in page(ada.get("/preferences/"))


def test_ones_own_targets_can_be_given_up_for_those_of_the_workspace(ada):
    send(ada, whose_targets="own")
    hours = dict(zip("0123456", ["7:30"] * 4 + ["4", "0", "0"], strict=True))
    same = {f"target_{place}": text for place, text in hours.items()}
    assert 'whose_targets_1" checked' in page(ada.get("/preferences/"))
    send(ada, whose_targets="theirs", **same)
    assert Preferences.objects.get().targets is None


def test_the_targets_of_the_workspace_are_shown_to_who_has_none(ada):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, targets=[360] * 5 + [0, 0])
    ada.see()
    shown = page(ada.get("/preferences/"))
    assert shown.count('value="6:00"') == 5
    assert "30:00 a week" in shown


def test_the_hours_that_an_admin_set_are_shown_as_the_workspaces(ada):
    CapacityChange.objects.create(
        workspace_gid=WORKSPACE,
        person_gid=ADA,
        starts_on=clock.today(),
        minutes=[480] * 4 + [360, 0, 0],
        at=clock.now(),
    )
    ada.see()
    shown = page(ada.get("/preferences/"))
    assert "38:00 a week" in shown
    assert "Your own hours only count on days when they’re higher" in shown
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, own_targets_may_lower=True)
    assert "Your own hours only count" not in page(ada.get("/preferences/"))


def test_who_types_other_hours_means_them(ada):
    send(ada, whose_targets="theirs", target_0="6")
    assert Preferences.objects.get().targets[0] == 360


def test_durations_are_shown_as_preferred(ada, this_week):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, own_targets_may_lower=True)
    send(ada)
    shown = page(ada.see())
    assert f'name="hours:{BANK_ID}:{this_week.start}" value="1.5"' in shown
    assert "/ 7.5" in shown


def test_an_empty_weekend_folds_away_until_it_is_asked_for(ada, this_week):
    ada.week = this_week.next
    ada.send("rows/add/", task=BANK_ID)
    assert "data-folded" in page(ada.see())
    assert "data-folded" not in page(ada.see(weekend="shown"))
    ada.save(BANK_ID, ada.week.days[5], "1")
    assert "data-folded" not in page(ada.see())


@pytest.mark.parametrize(("day", "is_folded"), [(4, True), (5, False), (6, False)])
def test_the_weekend_is_there_while_it_is_today(ada, this_week, monkeypatch, day, is_folded):
    ada.week = this_week.next
    monkeypatch.setattr(clock, "today", lambda: ada.week.days[day])
    assert ("data-folded" in page(ada.see())) is is_folded


def test_the_theme_is_on_every_page(ada):
    assert 'data-theme="dark"' not in page(ada.see())
    send(ada)
    assert 'data-theme="dark"' in page(ada.see())
    assert 'data-theme="dark"' in page(ada.get("/connection/"))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"target_0": "soon"}, "We can’t read that as a time."),
        ({"target_0": "25"}, "A day has 24 hours."),
        ({"target_0": "+1"}, "We can’t read that as a time."),
        ({"theme": "pink"}, "pink is not one of the available choices."),
    ],
)
def test_bad_input_is_explained_and_stays(ada, values, sentence):
    answer = send(ada, **values)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert 'value="7:30"' in page(answer)
    assert not Preferences.objects.exists()


@pytest.mark.parametrize("kept", [True, False])
def test_bad_input_does_not_change_how_the_page_looks(ada, kept):
    if kept:
        send(ada, theme="light")
    assert 'data-theme="dark"' not in page(send(ada, target_0="soon"))


def test_a_stranger_signs_in_first(db):
    assert "/sign-in/" in Client().get("/preferences/")["Location"]
