"""Capacity: admins set what people are expected to work, one by one, in bulk and by a file."""

from __future__ import annotations

import csv
import re
import time
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Admin, Event, ManagedPerson, Manager
from tests.support.pages import page, person_rows, text_of
from tests.support.people import (
    ADA,
    BEN,
    MIA,
    NOUR,
    OMAR,
    STUDIO_NAMES,
    WORKSPACE,
    Browser,
    ManagerBrowser,
    make_manager,
)
from timesheet.domain.date_range import DateRange
from timesheet.models import CapacityChange, Preferences, WorkspacePolicy

HALF_TIME = {f"hours_{day}": "4" if day < 5 else "" for day in range(7)}
HEADER = "person,manager,from,mon,tue,wed,thu,fri,sat,sun"


@pytest.fixture
def omar(connect, this_week) -> Browser:
    return Browser(connect(4, "Omar"), this_week.previous)


@pytest.fixture
def boss(connect, this_week) -> ManagerBrowser:
    mia = connect(3, "Mia")
    make_manager(mia.gid, STUDIO_NAMES)
    return ManagerBrowser(mia, this_week.previous)


def at(name: str, *args: str) -> str:
    return reverse(name, args=[WORKSPACE, *args])


def set_half_time(omar, *people: str, starts_on: date, **hours):
    values = {"person": people, "starts_on": str(starts_on), **(hours or HALF_TIME)}
    return omar.post(at("set_capacity"), values, follow=True)


def flags(boss, gid: str) -> str:
    return re.sub("<[^>]+>", " ", person_rows(page(boss.team()))[gid])


def test_a_part_timer_is_not_called_missing(omar, boss):
    boss.week = boss.week.previous
    assert "20:00 missing" in flags(boss, NOUR)
    answer = set_half_time(omar, NOUR, starts_on=boss.week.start)
    assert "Capacity set for 1 person." in page(answer)
    assert "missing" not in flags(boss, NOUR)
    assert "/ 20:00" in flags(boss, NOUR)
    boss.week = boss.week.previous
    assert "/ 40:00" in flags(boss, NOUR)


def test_a_capacity_that_changes_within_a_week_is_right_on_each_day(omar, boss):
    set_half_time(omar, ADA, starts_on=boss.week.days[2])
    assert "/ 28:00" in flags(boss, ADA)


def test_a_month_in_which_it_changes_has_both(omar, this_week):
    """The weeks of the report's chart, which are over, before and after the change."""
    start = this_week.previous.previous.previous.previous.start
    set_half_time(omar, ADA, starts_on=start + timedelta(weeks=2))
    query = {"from": str(start), "to": str(start + timedelta(days=27)), "person": ADA}
    report = omar.get(f"/{WORKSPACE}/reports/", query)
    assert [bar.target for bar in report.context["trend"].bars] == [2400, 2400, 1200, 1200]


def test_a_month_within_which_it_changes_is_right_on_each_day(omar, ada, asana, this_week):
    """The printed month and the person's own month, day by day, and their sums."""
    month = DateRange.month_of(this_week.start).previous
    change = month.start + timedelta(days=14)
    set_half_time(omar, ADA, starts_on=change)
    off = asana.get("/ooo_entries", "sandbox-ada", user="me", workspace=WORKSPACE)
    expected = {
        day: 0
        if day.weekday() > 4 or any(one["start_date"] <= f"{day}" <= one["end_date"] for one in off)
        else (240 if day >= change else 480)
        for day in month.days
    }
    printed = omar.get(f"/{WORKSPACE}/reports/month/{ADA}/{month.start:%Y-%m}/").context["month"]
    assert {day.day: day.target.minutes for day in printed.days} == expected
    assert printed.target == sum(expected.values())
    own = ada.get(f"/{WORKSPACE}/me/", {"month": f"{month.start:%Y-%m}"}).context["total"]
    assert own.target.minutes == sum(expected.values())


def test_the_person_sees_it_and_sets_no_lower_one_unless_allowed(omar, ada, this_week):
    set_half_time(omar, ADA, starts_on=this_week.start)
    assert "/ 4:00" in re.sub(r"<[^>]+>", " ", page(ada.see())) or "4:00" in page(ada.see())
    Preferences.objects.create(user=ada.user, targets=[0] * 7)
    team = ManagerBrowser(omar.user, this_week)
    assert "/ 20:00" in flags(team, ADA)
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, own_targets_may_lower=True)
    assert "/ 0:00" in flags(team, ADA)


def test_history_stays_and_a_change_is_removed(omar, this_week):
    set_half_time(omar, ADA, starts_on=this_week.start)
    set_half_time(omar, ADA, starts_on=this_week.next.start, hours_0="8")
    shown = page(omar.get(at("capacity_of", ADA)))
    assert shown.count("by Omar</small>") == 2
    assert "changes on" in page(omar.get(at("roles")))
    omar.post(at("remove_capacity", ADA), {"day": str(this_week.next.start)})
    assert CapacityChange.objects.get().starts_on == this_week.start
    actions = Event.objects.filter(action="capacity_changed", subject_gid=ADA)
    assert actions.count() == 3
    assert actions.last().after["capacity"] == "4:00 4:00 4:00 4:00 4:00 0:00 0:00"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"person": [], "starts_on": "2026-11-23"}, "Select people first."),
        ({"person": [ADA], "starts_on": ""}, "Choose a date."),
        ({"person": [ADA], "starts_on": "2026-11-23", "hours_0": "x"}, "read that as a time"),
        ({"person": ["1"], "starts_on": "2026-11-23"}, "Select people first."),
    ],
)
def test_what_cannot_be_set_is_said(omar, values, sentence):
    answer = omar.post(at("set_capacity"), values)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert not CapacityChange.objects.exists()


def test_half_days_off_of_a_person_and_of_everybody(omar, boss):
    monday, tuesday = boss.week.days[:2]
    omar.post(at("add_half_day", ADA), {"day": str(monday)})
    assert "/ 36:00" in flags(boss, ADA)
    assert "/ 40:00" in flags(boss, BEN)
    half = [[str(tuesday), "Town fair", "half"]]
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, own_days=half)
    assert "/ 32:00" in flags(boss, ADA)
    assert "/ 36:00" in flags(boss, BEN)
    omar.post(at("remove_half_day", ADA), {"day": str(monday)})
    assert "/ 36:00" in flags(boss, ADA)


def test_twenty_managers_and_everybodys_capacity_come_from_one_file(omar):
    exported = b"".join(omar.get(at("export_capacity")).streaming_content).decode("utf-8-sig")
    people = [row["person"] for row in csv.DictReader(StringIO(exported))]
    lines = [HEADER]
    for number, person in enumerate(people):
        manager = people[(number + 1) % len(people)]
        lines.append(f"{person},{manager},2026-11-02,4,4,4,4,4,,")
    text = "\n".join(lines)
    preview = page(omar.post(at("import_capacity"), {"text": text}))
    assert f"Sets the capacity of {len(people)} people" in preview
    assert f"({len(people)} different managers)" in text_of(preview)
    assert not CapacityChange.objects.exists()
    began = time.monotonic()
    omar.post(at("apply_import"), {"text": text})
    assert time.monotonic() - began < 10
    assert CapacityChange.objects.count() == len(people)
    assert Manager.objects.count() == ManagedPerson.objects.count() == len(people)
    again = page(omar.post(at("apply_import"), {"text": text}, follow=True))
    assert "No changes to save." in again


def test_an_upload_moves_people_to_their_new_manager_and_leaves_others(omar):
    make_manager(MIA, {ADA: "Ada", BEN: "Ben"})
    upload = SimpleUploadedFile("people.csv", f"person;manager\n{ADA};{BEN}\n".encode())
    text = omar.post(at("import_capacity"), {"file": upload}).context["text"]
    omar.post(at("apply_import"), {"text": text})
    managed = set(ManagedPerson.objects.values_list("manager__gid", "gid"))
    assert managed == {(MIA, BEN), (BEN, ADA)}
    assert not CapacityChange.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        f"person;manager;Raum\r\n{ADA};{BEN};Süd\r\n".encode("cp1252"),
        f"person\tmanager\tRaum\r\n{ADA}\t{BEN}\tSüd\r\n".encode("utf-16"),
        f"person,manager,Raum\r{ADA},{BEN},Süd\r".encode("utf-8-sig"),
        f'sep=;\r\n"person";"manager";"Raum"\r\n"{ADA}";"{BEN}";"Süd ""2"""\r\n'.encode(),
        f"\n\nPerson,Manager,Raum\n{ADA},{BEN},\n,,\n".encode(),
    ],
)
def test_a_file_is_read_as_spreadsheets_write_it(omar, content):
    answer = omar.post(at("import_capacity"), {"file": SimpleUploadedFile("people.csv", content)})
    preview = text_of(answer)
    assert "Ada Lindqvist Manager: Ben Okafor" in preview
    assert "This column isn’t imported: Raum" in preview


@pytest.mark.parametrize("content", [b"PK\x03\x04\x14\0\x06\0", b"\xff\xfea", b"name\x81"])
def test_a_file_that_is_no_text_is_refused(omar, content):
    upload = SimpleUploadedFile("people.xlsx", content)
    answer = omar.post(at("import_capacity"), {"file": upload})
    assert answer.status_code == 422
    assert "This isn’t a CSV file." in page(answer)


def test_roles_come_from_a_file_and_go(omar):
    make_manager(BEN, {ADA: "Ada"})
    text = f"person,role,manager\n{MIA},admin;manager,\n{BEN},member,\n{ADA},,none\n"
    preview = text_of(omar.post(at("import_capacity"), {"text": text}))
    assert "Mia Hartmann Admin, Manager Ben Okafor Member Ada Lindqvist No manager" in preview
    answer = omar.post(at("apply_import"), {"text": text}, follow=True)
    assert "3 people updated." in page(answer)
    assert Admin.objects.get(gid=MIA).granted
    assert set(Manager.objects.values_list("gid", flat=True)) == {MIA}
    text = f"person,role,manager\n{MIA},member,\n{ADA},,{MIA}\n"
    omar.post(at("apply_import"), {"text": text})
    assert not Admin.objects.get(gid=MIA).granted
    assert set(ManagedPerson.objects.values_list("manager__gid", "gid")) == {(MIA, ADA)}


def test_the_exported_file_changes_nothing(omar):
    make_manager(MIA, {ADA: "Ada", BEN: "Ben"})
    omar.post(at("set_roles"), {"person": [BEN], "become": "admin"})
    exported = b"".join(omar.get(at("export_capacity")).streaming_content).decode("utf-8-sig")
    rows = {row["name"]: row["role"] for row in csv.DictReader(StringIO(exported))}
    assert (rows["Mia Hartmann"], rows["Ben Okafor"]) == ("manager", "admin")
    assert rows["Ada Lindqvist"] == "member"
    events = Event.objects.count()
    lines = [line.rsplit(",", 8)[0] for line in exported.splitlines()]
    answer = omar.post(at("apply_import"), {"text": "\n".join(lines)}, follow=True)
    assert "No changes to save." in page(answer)
    assert Event.objects.count() == events


def test_a_file_that_takes_the_last_admin_away_keeps_its_text_and_names_them(omar, mia):
    omar.post(at("set_roles"), {"person": [MIA], "become": "admin"})
    text = f"person,role\n{ADA},manager\n{MIA},member"
    assert omar.post(at("import_capacity"), {"text": text}).status_code == 200
    # Since then Omar is no admin in Asana any more.
    Admin.objects.filter(gid=OMAR).update(in_asana=False)
    answer = omar.post(at("apply_import"), {"text": text})
    assert answer.status_code == 422
    assert "Line 3, role: Mia Hartmann is the last admin of this workspace" in page(answer)
    assert f"{text}</textarea>" in answer.content.decode()
    assert Admin.objects.get(gid=MIA).granted
    assert not Manager.objects.exists()
    answer = omar.post(at("set_roles"), {"person": [MIA], "become": "no_admin"})
    assert answer.status_code == 422
    assert "Mia Hartmann is the last admin of this workspace" in page(answer)
    assert answer.context["selected"] == [MIA]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Choose a file or paste its text."),
        ("name\nAda", "Line 1: The first line must contain the column names"),
        (
            f"{HEADER}\nnobody@example.com,,,8,,,,,,",
            "Line 2, person: “nobody@example.com” isn’t in",
        ),
        (f"{HEADER}\n{ADA},,soon,8,,,,,,", "Line 2, from: We can’t read “soon” as a date."),
        (f"{HEADER}\n{ADA},,,eight,,,,,,", "Line 2, mon: We can’t read “eight” as hours."),
        (
            f"{HEADER}\n{ADA},,,8,,,,,,\n{ADA},,,4,,,,,,",
            "Line 3, person: This person is listed more than once.",
        ),
        (f"{HEADER}\n{ADA},{ADA},,,,,,,,", "Line 2, manager: People can’t manage their own weeks."),
        (f"person,role\n{ADA},boss", "Line 2, role: We can’t read “boss” as a role."),
        (f"{HEADER}\n\n{BEN},,,8\n\n{ADA},,,,,,,,eight,", "Line 5, sat: We can’t read “eight”"),
        (f"{HEADER}\n{BEN},,,8\n{ADA},,,7,5,8,8,8,8,8,", "Line 3: This line has more cells"),
        (f'{HEADER}\n{BEN},,,8\n{ADA},"{MIA}\n{MIA},,', "Line 3: We can’t read this line."),
        (f"{HEADER}\n{'x' * 140_000},,,8", "Line 2: We can’t read this line."),
        (f"person,mon,Mon\n{ADA},8,4", "Line 1: There are two columns named “mon”."),
        ("\n".join([HEADER, *["x,,,8"] * 23]), "And 3 more problems."),
        (
            f"person,role\n{ADA},manager\n{OMAR},member",
            "Line 3, role: You can’t remove your own admin",
        ),
    ],
)
def test_a_file_with_a_mistake_changes_nothing(omar, text, sentence):
    for name in ("import_capacity", "apply_import"):
        answer = omar.post(at(name), {"text": text})
        assert answer.status_code == 422
        assert sentence in page(answer)
    assert not CapacityChange.objects.exists()
    assert not Manager.objects.exists()
