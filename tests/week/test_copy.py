"""Copying hours from any week or from a template, with rows and days left out."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.support.asana import CREATE
from tests.support.pages import messages_of, page
from tests.support.people import BANK_ID, STAND_UP
from timesheet.models import AddedRow, Edit, WeekTemplate


def written(html: str) -> dict[str, list[str]]:
    """The fields of the preview's form, with everything selected."""
    fields: dict[str, list[str]] = {}
    form = html[html.index('id="copy-form"') :]
    names = "task|day|seen|edit|step|text|from|selecting"
    for name, value in re.findall(rf'name="({names})" value="([^"]*)"', form):
        fields.setdefault(name, []).append(value)
    for name, value in re.findall(r'name="(keep_row|keep_day)" value="([^"]*)"', html):
        fields.setdefault(name, []).append(value)
    return fields


def cells(entries, weeks_back: int = 0) -> list[tuple[str, int, int]]:
    """Task, weekday and minutes of the entries of a week."""
    return sorted(
        (task, date.fromisoformat(day).weekday(), minutes)
        for task, day, minutes, _gid in entries(weeks_back)
    )


def test_the_same_as_last_week_takes_two_clicks(ada, entries):
    ada.week = ada.week.next
    preview = page(ada.see("hours/", htmx=True))
    copied = ada.send("hours/copy/", **written(preview))
    assert copied["HX-Redirect"] == ada.at()
    assert cells(entries, -1) == cells(entries)


def test_hours_come_from_any_week(ada, entries, this_week):
    ada.week = this_week.next
    source = this_week.previous.previous
    preview = page(ada.see("hours/", htmx=True, **{"from": str(source)}))
    assert f'value="{source}" selected' in preview
    ada.send("hours/copy/", **written(preview))
    totals: dict[tuple[str, int], int] = {}
    for task, weekday, minutes in cells(entries, 2):
        totals[task, weekday] = totals.get((task, weekday), 0) + minutes
    assert {(task, day): minutes for task, day, minutes in cells(entries, -1)} == totals


def test_a_week_is_named_by_any_of_its_days(ada, this_week):
    source = this_week.previous.previous
    preview = page(ada.see("hours/", date=str(source.days[3])))
    assert f'value="{source}" selected' in preview


def test_rows_and_days_are_left_out(ada, entries, this_week):
    ada.week = this_week.next
    preview = page(ada.see("hours/", htmx=True, **{"from": str(this_week.previous)}))
    fields = written(preview)
    monday = str(ada.week.days[0])
    assert fields["keep_row"].count(BANK_ID) == 1
    fields["keep_row"].remove(BANK_ID)
    fields["keep_day"].remove(monday)
    ada.send("hours/copy/", **fields)
    here = cells(entries, -1)
    assert here
    assert BANK_ID not in {task for task, _day, _minutes in here}
    assert 0 not in {weekday for _task, weekday, _minutes in here}
    assert not AddedRow.objects.filter(task_gid=BANK_ID, week=str(ada.week)).exists()
    assert STAND_UP in {task for task, _day, _minutes in here}


def test_nothing_is_copied_where_nothing_is_selected(ada, entries, this_week):
    ada.week = this_week.next
    fields = written(page(ada.see("hours/", htmx=True)))
    del fields["keep_row"]
    answer = ada.send("hours/copy/", htmx=False, **fields)
    assert answer.status_code == 302
    assert cells(entries, -1) == []
    assert messages_of(ada.get(answer.url)) == "Nothing was copied."


def test_tasks_that_are_copied_without_hours_are_counted(ada, entries, this_week):
    ada.week = this_week.next
    fields = written(page(ada.see("hours/", htmx=True)))
    del fields["keep_day"]
    answer = ada.send("hours/copy/", **fields)
    assert cells(entries, -1) == []
    assert messages_of(ada.get(answer.url)) == "Added 2 tasks without hours."


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize("is_template", [True, False])
def test_what_waits_for_asana_is_not_called_copied(ada, asana, this_week, htmx, is_template):
    source = str(this_week)
    if is_template:
        ada.send("templates/save/", name="Usual week", of=source)
        source = f"template:{WeekTemplate.objects.get().slug}"
    ada.week = this_week.next
    fields = written(page(ada.see("hours/", htmx=True, **{"from": source})))
    asana.faults({**CREATE, "kind": "status", "status": 429, "retry_after": 0})
    answer = ada.send("hours/copy/", htmx=htmx, **fields)
    [message] = ada.get(answer.url).context["messages"]
    count = len(fields["task"])
    assert str(message) == f"{count} cells are still being saved to Asana."
    assert message.level_tag == "info"


@pytest.mark.parametrize("htmx", [True, False])
def test_what_was_copied_and_what_waits_are_both_counted(ada, asana, this_week, htmx):
    ada.week = this_week.next
    fields = written(page(ada.see("hours/", htmx=True)))
    busy = {"kind": "status", "status": 429, "retry_after": 0, "times": 1}
    asana.faults({**CREATE, **busy})
    answer = ada.send("hours/copy/", htmx=htmx, **fields)
    waiting = Edit.objects.filter(state="queued").count()
    saved = len(fields["task"]) - waiting
    assert waiting > 0
    assert saved > 0
    said = messages_of(ada.get(answer.url))
    assert f"Copied {saved} cell" in said
    assert f"{waiting} cell" in said
    assert "still being saved to Asana." in said


def test_what_has_other_hours_in_asana_by_now_is_counted(ada, asana, this_week):
    ada.week = this_week.next
    fields = written(page(ada.see("hours/", htmx=True)))
    task, day = fields["task"][0], fields["day"][0]
    asana.post(f"/tasks/{task}/time_tracking_entries", duration_minutes=30, entered_on=day)
    answer = ada.send("hours/copy/", **fields)
    said = messages_of(ada.get(answer.url))
    assert "1 cell was changed in Asana in the meantime. Choose which hours to keep." in said


@pytest.mark.parametrize("htmx", [True, False])
def test_a_copy_that_is_sent_again_leaves_alone_what_was_changed_since(
    ada, entries, this_week, htmx
):
    ada.week = this_week.next
    fields = written(page(ada.see("hours/", htmx=True)))
    task, day = fields["task"][0], fields["day"][0]
    ada.send("rows/add/", task=task)
    ada.save(task, day, "2:22")
    ada.send("hours/copy/", htmx=htmx, **fields, version=["none"] * len(fields["task"]))
    assert "1 cell was changed in the meantime, so it wasn’t copied." in page(ada.see())
    assert (task, date.fromisoformat(day).weekday(), 142) in cells(entries, -1)
    assert len(cells(entries, -1)) == len(fields["task"])


def test_a_template_saves_a_week_and_fills_another_one(ada, entries, this_week):
    ada.week = this_week.previous
    saved = page(ada.send("templates/save/", name="Usual week", of=str(ada.week)))
    assert "Saved “Usual week”." in saved
    template = WeekTemplate.objects.get()
    assert len(template.rows) == 7
    ada.week = this_week.next
    preview = page(ada.see("hours/", htmx=True, **{"from": f"template:{template.slug}"}))
    assert ">Usual week</option>" in preview
    answer = ada.send("hours/copy/", **written(preview))
    assert "Copied 18 cells." in messages_of(ada.get(answer.url))
    assert sum(minutes for _, _, minutes in cells(entries, -1)) == sum(
        minutes for _, _, minutes in cells(entries, 1)
    )


def test_a_template_keeps_rows_without_hours(ada, this_week):
    ada.send("rows/add/", task="1205000000000009")
    ada.send("templates/save/", name="Usual week", of=str(this_week))
    template = WeekTemplate.objects.get()
    ada.week = this_week.next
    preview = page(ada.see("hours/", htmx=True, **{"from": f"template:{template.slug}"}))
    ada.send("hours/copy/", **written(preview))
    assert 'id="row-1205000000000009"' in page(ada.see())


@pytest.mark.parametrize("is_deleted", [True, False])
def test_a_template_leaves_out_tasks_that_are_completed_or_gone(ada, asana, this_week, is_deleted):
    ada.send("templates/save/", name="Usual week", of=str(this_week))
    if is_deleted:
        asana.delete(f"/tasks/{BANK_ID}")
    else:
        asana.put(f"/tasks/{BANK_ID}", completed=True)
    ada.week = this_week.next
    source = f"template:{WeekTemplate.objects.get().slug}"
    preview = page(ada.see("hours/", htmx=True, **{"from": source}))
    left_out = "Sign-in with BankID: flow and prototype"
    assert f"Completed or deleted in Asana, so not copied: <bdi>{left_out}</bdi>" in preview
    fields = written(preview)
    assert set(fields["task"]) == {STAND_UP}
    ada.send("hours/copy/", **fields)
    assert set(AddedRow.objects.values_list("task_gid", flat=True)) == {STAND_UP}


def test_a_template_of_the_same_name_is_replaced_and_one_is_deleted(ada, this_week):
    for week in (this_week.previous, this_week):
        ada.send("templates/save/", name="Usual week", of=str(week))
    template = WeekTemplate.objects.get()
    assert len(template.rows) == 2
    assert "Deleted “Usual week”." in page(ada.send(f"templates/{template.slug}/delete/"))
    assert not WeekTemplate.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_template_needs_a_name(ada, name):
    answer = ada.send("templates/save/", name=name)
    assert answer.status_code == 422
    assert "Give the template a name" in page(answer)
    assert not WeekTemplate.objects.exists()


@pytest.mark.parametrize(
    "source", ["2026-W60", "x", "template:", "template:00000000-0000-4000-8000-000000000000"]
)
def test_what_is_no_source_is_refused(ada, source):
    assert ada.see("hours/", **{"from": source}).status_code == 400
    assert ada.send("hours/copy/", **{"from": source}).status_code == 400
    assert ada.send("templates/save/", name="A", of=source).status_code == 400


def test_nobody_sees_the_templates_of_somebody_else(ada, ben, this_week):
    ada.send("templates/save/", name="Usual week", of=str(this_week))
    template = WeekTemplate.objects.get()
    assert "Usual week</option>" not in page(ben.see("hours/"))
    assert ben.see("hours/", **{"from": f"template:{template.slug}"}).status_code == 400
    assert ben.send(f"templates/{template.slug}/delete/").status_code == 404
    assert WeekTemplate.objects.exists()
