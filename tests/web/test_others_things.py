"""What belongs to somebody else is not there, whatever its id: in an address, or in a form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from tests.support.pages import page
from tests.support.people import BANK_ID, HARBOUR, STAND_UP, WORKSPACE, Browser
from timesheet.models import Edit, SavedView, Step, Timer, WeekTemplate

# Who may ask about these is walked in tests/test_who_may.py; all other ids are walked here.
# Sessions are in tests/accounts/test_sessions.py: one that is gone is no error.
# A task and a project are Asana's, which refuses those that the person may not see.
PLACES = {"workspace", "week", "month", "person", "manager", "token", "session"}
PLACES |= {"task", "project_gid"}
THINGS = {"edit_id", "slug", "timer_id"}
# The key of a photo is signed for one person: tests/web/test_photos.py.
SIGNED = {"key"}


def addresses(resolver: URLResolver | None = None, ids: tuple[str, ...] = ()) -> Iterator:
    """The name of every address, and the ids in it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        found = (*ids, *pattern.pattern.converters)
        if isinstance(pattern, URLPattern):
            yield pattern.name, found
        else:
            yield from addresses(pattern, found)


WITH_THINGS = {name: ids for name, ids in addresses() if set(ids) & THINGS}


@pytest.fixture
def edit(ada, saturday) -> Edit:
    """One of Ada's, which was refused and waits for her."""
    ada.save(STAND_UP, saturday, "1:00")
    ada.save(STAND_UP, saturday, "2:00", seen="1=1")
    found = Edit.objects.latest("pk")
    assert found.is_open
    return found


@pytest.fixture
def kept(mia) -> SavedView:
    return SavedView.objects.create(user=mia.user, workspace_gid=WORKSPACE, name="Kept")


@pytest.fixture
def timer(ada) -> Timer:
    """One of Ada's, which waits to be added."""
    now, today = timezone.now(), timezone.localdate()
    return Timer.objects.create(
        user=ada.user,
        workspace_gid=WORKSPACE,
        task_gid=STAND_UP,
        started_at=now - timedelta(hours=1),
        started_on=today,
        stopped_at=now,
        stopped_on=today,
    )


@pytest.fixture
def week_template(ada) -> WeekTemplate:
    return WeekTemplate.objects.create(user=ada.user, workspace_gid=WORKSPACE, name="Usual week")


@pytest.fixture
def ben(ben, manages) -> Browser:
    """A manager, so that it is not his place that keeps him out."""
    return manages(ben, "1201000000000010")


def everything() -> tuple[list, ...]:
    return (
        list(Timer.objects.order_by("pk").values()),
        list(WeekTemplate.objects.order_by("pk").values()),
        list(Edit.objects.order_by("pk").values()),
        list(Step.objects.order_by("pk").values()),
        list(SavedView.objects.order_by("pk").values()),
    )


def test_every_kind_of_id_in_an_address_is_looked_after():
    found = {field for _name, ids in addresses() for field in ids}
    assert found == PLACES | THINGS | SIGNED
    assert len(WITH_THINGS) >= 6


@pytest.mark.parametrize("name", WITH_THINGS)
def test_an_address_with_somebody_elses_thing_is_not_there(
    ben, this_week, edit, kept, timer, week_template, name
):
    values = {
        "workspace": WORKSPACE,
        "week": this_week,
        "edit_id": edit.edit_id,
        "slug": week_template.slug if name == "delete_template" else kept.slug,
        "timer_id": timer.timer_id,
    }
    place = reverse(name, kwargs={field: values[field] for field in WITH_THINGS[name]})
    before = everything()
    answers = [ben.get(place), ben.post(place)]
    answered = [answer for answer in answers if answer.status_code != 405]
    assert answered
    assert all(answer.status_code in (403, 404) for answer in answered)
    assert everything() == before


@pytest.mark.parametrize("name", [name for name, ids in WITH_THINGS.items() if "edit_id" in ids])
def test_nor_is_ones_own_thing_in_another_workspace(ada, this_week, edit, name):
    place = {"workspace": HARBOUR, "week": this_week, "edit_id": edit.edit_id}
    if set(WITH_THINGS[name]) == set(place):
        before = everything()
        assert ada.post(reverse(name, kwargs=place)).status_code == 404
        assert everything() == before


# Ids in forms and queries: the answer is the one that a made-up id gets


def said(answer: HttpResponse) -> bytes:
    """Without the number of the request, which every one has for itself."""
    return answer.content.replace(answer["X-Request-ID"].encode(), b"")


def same(browser: Browser, path: str, field: str, theirs: Any, **values) -> None:
    """Sends somebody else's id and one that nobody has; told is the same, and nothing happens."""
    before = everything()
    theirs, made_up = (
        browser.send(path, **{field: str(edit_id), **values}) for edit_id in (theirs, uuid4())
    )
    assert theirs.status_code == made_up.status_code == 400
    assert said(theirs) == said(made_up)
    assert everything() == before


def test_somebody_elses_step_cannot_be_undone(ben, edit):
    same(ben, "undo/", "step", edit.step.step_id, undo_count=0)


def test_somebody_elses_edits_are_not_shown_where_cells_are_polled(ada, ben, edit):
    for browser, told in ((ada, True), (ben, False)):
        answer = browser.see("unsynced/", htmx=True, edit=str(edit.edit_id))
        assert answer.status_code == 200
        assert (f'id="cell-{STAND_UP}' in page(answer)) is told


def test_nor_where_the_page_asks_how_they_stand(ben, edit):
    told = [
        ben.get("/status/", {"waiting": f"{edit_id}:sending"}, headers={"HX-Request": "true"})
        for edit_id in (edit.edit_id, uuid4())
    ]
    assert told[0].status_code == 200
    assert str(edit.edit_id) not in page(told[0])
    assert told[0].content == told[1].content


def test_the_number_of_somebody_elses_edit_is_a_number_like_any_other(
    ben, this_week, edit, saturday
):
    """Browsers make them up: who knows another's learns nothing and changes nothing by it."""
    before = Edit.objects.filter(pk=edit.pk).values().get()
    ben.week = this_week
    ben.send("rows/add/", task=STAND_UP)
    ben.save(STAND_UP, saturday, "0:07", edit=str(edit.edit_id))
    assert Edit.objects.filter(pk=edit.pk).values().get() == before
    own = Edit.objects.get(user=ben.user)
    assert (own.edit_id, own.state, own.duration_minutes) == (edit.edit_id, "confirmed", 7)


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("entry/", {"text": "9:00"}),
        ("entry/", {"text": ""}),
        ("entry/move/", {"to": STAND_UP}),
        ("entry/split/", {"part": "0:01"}),
    ],
)
def test_somebody_elses_entry_stays_as_it_is(ada, ben, entries, path, values):
    ada.week = ben.week
    day = ada.week.days[1]
    theirs = next(entry for entry in entries(1) if entry[:2] == (BANK_ID, str(day)))
    listed = page(ada.see("entries/", task=BANK_ID, day=str(day)))
    form = listed.partition(f'name="entry" value="{theirs[3]}"')[2]
    match = re.search(r'name="fingerprint" value="(\w+)"', form)
    before = entries(1)
    answer = ben.send(
        path,
        task=BANK_ID,
        day=str(day),
        entry=theirs[3],
        seen=f"{theirs[3]}={theirs[2]}",
        fingerprint=match[1],
        edit=str(uuid4()),
        step=str(uuid4()),
        **values,
    )
    assert answer.status_code in (409, 422)
    assert "Saved in Asana" not in page(answer)
    assert entries(1) == before
