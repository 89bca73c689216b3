"""One bad record of Asana's costs that record: not the week, the person, the team or the report."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from accounts.models import Manager
from tests.support.pages import raw_page, total_of
from tests.support.people import BANK_ID, STAND_UP, WORKSPACE
from timesheet.core import clock
from timesheet.journal import dispatch, settling
from timesheet.models import Edit

ADA = "1201000000000001"
NO_DAY = {"entered_on": None, "duration_minutes": 77}
LIST = {"method": "GET", "path": "/time_tracking_entries$"}


def refuse(asana, gid: str, status: int) -> None:
    body = json.dumps({"errors": [{"message": "Not this one"}]})
    asana.faults(
        {
            "kind": "status",
            "status": status,
            "method": "GET",
            "path": f"/time_tracking_entries/{gid}$",
            "body": body,
        }
    )


def list_as(asana, this_week, changes, minutes=15) -> None:
    """Answers every list of entries with those of Ada's week, that of so many minutes changed."""
    records = asana.get(
        "/time_tracking_entries",
        workspace=WORKSPACE,
        user="me",
        entered_on_start_date=this_week.start,
        entered_on_end_date=this_week.end,
        opt_fields="duration_minutes,entered_on,task.name,task.projects.name,categories.name",
    )
    (record,) = [one for one in records if one["duration_minutes"] == minutes]
    record.update(changes)
    answer = {"kind": "status", "status": 200, "body": json.dumps({"data": records})}
    asana.faults({**LIST, **answer})


@pytest.mark.parametrize("status", [402, 403, 404, 500])
def test_an_entry_that_asana_lists_and_does_not_show_costs_no_others(ada, asana, entries, status):
    (_task, _day, minutes, gid), _other = entries()
    asana.settings(strict_list_fields=True)
    refuse(asana, gid, status)
    answer = ada.see()
    assert answer.status_code == 200
    shown = raw_page(answer)
    assert "1 entry couldn’t be read in full" in shown
    assert f"Its {minutes // 60}:{minutes % 60:02} count" in shown
    assert total_of(shown, "week") == "1:45"


def test_hours_are_saved_beside_an_entry_that_cannot_be_read(ada, asana, entries, saturday):
    gid = next(gid for task, _day, _minutes, gid in entries() if task == STAND_UP)
    asana.settings(strict_list_fields=True)
    refuse(asana, gid, 403)
    ada.save(BANK_ID, saturday, "1:11")
    assert Edit.objects.get().state == "confirmed"
    asana.settings(strict_list_fields=False)
    assert (BANK_ID, str(saturday), 71) in [one[:3] for one in entries()]


def test_entries_that_all_fail_because_asana_does_are_no_bad_records(ada, asana):
    asana.settings(strict_list_fields=True)
    refuse(asana, r"\d+", 500)
    assert ada.see().status_code == 502


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"task": {"gid": "1", "name": None}}, ""),
        ({"categories": None}, ""),
        ({"duration_minutes": 60.0}, ""),
        ({"gid": 1206}, ""),
        (NO_DAY, "Its 1:17 are missing here"),
        ({"duration_minutes": None}, "Its hours are missing here"),
    ],
)
def test_an_odd_record_costs_no_others(ada, asana, this_week, changes, sentence):
    list_as(asana, this_week, changes)
    answer = ada.see()
    assert answer.status_code == 200
    assert ("couldn’t be read" in raw_page(answer)) == bool(sentence)
    assert sentence in raw_page(answer)


def test_an_edit_in_doubt_waits_while_the_entry_that_it_may_have_written_cannot_be_read(
    ada, asana, this_week, saturday, move_clocks
):
    asana.faults({"kind": "status_after", "status": 500, "method": "POST", "path": "/tasks/"})
    ada.save(BANK_ID, saturday, "1:17")
    assert Edit.objects.get().state == "in_doubt"
    (written,) = asana.writes()
    list_as(asana, this_week, {"entered_on": None}, minutes=77)
    move_clocks(settling.settles_at(Edit.objects.get()) + timedelta(minutes=5))
    dispatch.deliver_due(ada.user.pk, clock.now)
    assert Edit.objects.get().state == "in_doubt"
    assert asana.writes() == [written]


@pytest.fixture
def manager(mia):
    of = Manager.objects.create(workspace_gid=WORKSPACE, gid=mia.user.gid)
    of.people.create(gid=ADA, name="Ada Lindqvist")
    return mia


def test_an_odd_record_is_flagged_at_the_team_and_at_the_person(manager, asana, this_week):
    list_as(asana, this_week, NO_DAY)
    sentence = "1 entry couldn’t be read. Its 1:17 are missing here"
    for path in ("", f"{ADA}/"):
        answer = manager.get(f"/{WORKSPACE}/team/{this_week}/{path}")
        assert answer.status_code == 200
        assert sentence in raw_page(answer)


def test_an_entry_that_cannot_be_read_costs_the_person_no_others(manager, asana, entries):
    gid = entries()[0][3]
    asana.settings(strict_list_fields=True)
    refuse(asana, gid, 403)
    shown = raw_page(manager.get(f"/{WORKSPACE}/team/{manager.week}/{ADA}/"))
    assert "1 entry couldn’t be read in full" in shown
    assert "Asana did not tell which tasks" not in shown


def test_a_report_says_what_it_lacks(manager, asana, this_week):
    list_as(asana, this_week, NO_DAY)
    days = {"from": str(this_week.start), "to": str(this_week.end), "person": ADA}
    for _look in ("read", "cached"):
        answer = manager.get(f"/{WORKSPACE}/reports/", days)
        assert answer.status_code == 200
        assert "1 entry couldn’t be read. Its 1:17 are missing here" in raw_page(answer)
