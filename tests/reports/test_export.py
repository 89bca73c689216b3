"""Reports as files: what is in them, and what spreadsheets make of it."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from openpyxl import load_workbook

from accounts.models import ManagedPerson, User
from tests.install import NO_OFFICE, office_path
from tests.support.files import as_time
from tests.support.pages import minutes, page, report_rows, report_total
from tests.support.people import ADA, BEN, MIA, WORKSPACE, YUI, ReportBrowser, make_manager

LAST = {"range": "last-week"}
# A task of the made-up company.
EVIL = '=HYPERLINK("http://example.com")'


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


def sheet(content: bytes, *, values: bool = False):
    return load_workbook(BytesIO(content), data_only=values).active


@pytest.fixture
def evil(asana, this_week) -> str:
    """A task of a dangerous name, with an hour of Ada's last week on it."""
    found = asana.get(
        f"/workspaces/{WORKSPACE}/typeahead", resource_type="task", query=EVIL, opt_fields="name"
    )
    task = next(task["gid"] for task in found if task["name"] == EVIL)
    asana.post(
        f"/tasks/{task}/time_tracking_entries",
        duration_minutes=60,
        entered_on=f"{this_week.previous.start}",
        description="+1 for this",
    )
    return task


def test_the_figures_as_csv_are_those_of_the_page(mias):
    answer = mias.get("export.csv", **LAST, by="project")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.streaming
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    head, *lines = table(content)
    assert head == [
        *("Project", "Hours", "Hours (decimal)", "Minutes", "Billable", "Billable (decimal)"),
        *("Share", "Entries", "Project ID"),
    ]
    for line in lines:
        assert minutes(line[1]) == int(line[3]) == round(float(line[2]) * 60)
    assert {line[0]: minutes(line[1]) for line in lines} == report_rows(
        mias.page(**LAST, by="project")
    )


def test_the_managers_own_line_has_their_email_address_too(mias):
    User.objects.filter(gid=MIA).update(email="mia@nordlicht.example")
    head, *lines = table(mias.file("export.csv", range="this-quarter"))
    emails = {line[-1]: line[-2] for line in lines if line[-1]}
    assert head[-2:] == ["Email", "Person ID"]
    assert emails[MIA] == "mia@nordlicht.example"


def test_the_file_is_named_for_its_days(mias, this_week):
    days = f"{this_week.previous.start}-{this_week.previous.end}"
    names = {
        "hours-by-person": {},
        "hours-by-task-and-week": {"by": "task", "then": "week"},
        "hours-by-person-only-1-person": {"person": ADA},
        "entries": {"rows": "entries"},
    }
    for kind in ("csv", "xlsx"):
        for name, query in names.items():
            disposition = mias.get(f"export.{kind}", **LAST, **query)["Content-Disposition"]
            assert disposition == f'attachment; filename="{name}-{days}.{kind}"'


def test_entries_as_csv_are_all_entries(mias, this_week):
    head, *lines = table(mias.file("export.csv", **LAST, rows="entries"))
    assert head[:4] == ["Day", "Person", "Project", "Task"]
    assert sum(minutes(line[6]) for line in lines) == report_total(mias.page(**LAST))
    days = [date.fromisoformat(line[0]) for line in lines]
    assert days == sorted(days)
    assert all(day in this_week.previous for day in days)


def test_a_pivot_by_two_has_both_in_each_line(mias):
    head, *lines = table(mias.file("export.csv", **LAST, by="project", then="person"))
    assert head[:2] == ["Project", "Person"]
    assert sum(minutes(line[2]) for line in lines) == report_total(mias.page(**LAST))


def test_what_looks_like_a_formula_is_text_in_csv(mias, evil):
    by_task = table(mias.file("export.csv", **LAST, by="task"))
    entries = table(mias.file("export.csv", **LAST, rows="entries"))
    assert f"'{EVIL}" in [line[0] for line in by_task]
    cells = [cell for line in entries for cell in line]
    assert f"'{EVIL}" in cells
    assert "'+1 for this" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_what_looks_like_a_formula_is_text_in_xlsx(mias, evil):
    found = sheet(mias.file("export.xlsx", **LAST, rows="entries"))
    cells = [cell for line in found.iter_rows(max_row=found.max_row - 1) for cell in line]
    assert EVIL in [cell.value for cell in cells]
    # Openpyxl takes every text with "=" in front for a formula; in the file it is none.
    content = BytesIO(mias.file("export.xlsx", **LAST, rows="entries"))
    last = found.max_row - 1
    assert formulas_in(content) == [f"SUM({letter}2:{letter}{last})" for letter in "GHI"]


def formulas_in(content: BytesIO) -> list[str]:
    with ZipFile(content) as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<hyperlink" not in xml
    return re.findall(r"<f>(.*?)</f>", xml)


def test_an_xlsx_has_days_and_durations_to_reckon_with(mias, this_week):
    found = sheet(mias.file("export.xlsx", **LAST, rows="entries", person=ADA))
    first = [cell.value for cell in found[2]]
    assert first[0].date() == this_week.previous.start
    assert isinstance(as_time(first[6]), timedelta)
    assert found.freeze_panes == "A2"
    assert found.auto_filter.ref == f"A1:P{found.max_row - 1}"
    assert found["G2"].number_format == "[h]:mm"


def test_its_totals_are_formulas_that_know_what_they_come_to(mias):
    content = mias.file("export.xlsx", **LAST, by="project", then="person")
    formulas, values = sheet(content), sheet(content, values=True)
    last = formulas.max_row
    assert formulas.cell(last, 3).value == f"=SUM(C2:C{last - 1})"
    assert formulas.cell(last, 9).value == f"=SUM(I2:I{last - 1})"
    comes_to = as_time(values.cell(last, 3).value)
    assert comes_to == timedelta(minutes=report_total(mias.page(**LAST)))


def test_billable_times_that_asana_does_not_tell_are_left_empty(mias, asana):
    asana.settings(strict_list_fields=True)
    cache.clear()
    found = sheet(mias.file("export.xlsx", **LAST))
    assert (found["E2"].value, found["F2"].value) == (None, None)


def test_nothing_can_be_exported_too(mias):
    nothing = {"from": "2020-01-01", "to": "2020-01-31"}
    _head, note = table(mias.file("export.csv", **nothing))
    assert note[0].startswith("Asana has no hours for: Ada")
    assert sheet(mias.file("export.xlsx", **nothing)).max_row == 4


def uncalculated(content: bytes, path: Path) -> None:
    """The book without what its formulas come to: LibreOffice would believe that."""
    with ZipFile(BytesIO(content)) as book, ZipFile(path, "w") as bare:
        for name in book.namelist():
            bare.writestr(name, re.sub(rb"</f><v>.*?</v>", b"</f>", book.read(name)))


@pytest.mark.process
def test_libreoffice_opens_every_file_and_comes_to_the_same_totals(
    mias, evil, this_week, tmp_path: Path
):
    month = f"{this_week.previous.start:%Y-%m}"
    own = mias.browser.get(f"/{WORKSPACE}/me/export.xlsx", {"month": month})
    projects = mias.browser.get(f"/{WORKSPACE}/projects/projects.xlsx")
    rows = mias.browser.get(f"/{WORKSPACE}/projects/").context["rows"]
    entries = mias.browser.get(f"/{WORKSPACE}/me/", {"month": month}).context["hours"].report_data
    total = report_total(mias.page(**LAST))
    files = {
        "grouped": (mias.file("export.xlsx", **LAST, by="project", then="person"), total),
        "entries": (mias.file("export.xlsx", **LAST, rows="entries", money="1"), total),
        "own": (b"".join(own.streaming_content), sum(each.minutes for each in entries.entries)),
        "projects": (
            b"".join(projects.streaming_content),
            sum(row.figures.minutes for row in rows),
        ),
    }
    for name, (content, _minutes) in files.items():
        uncalculated(content, tmp_path / f"{name}.xlsx")
    as_csv(tmp_path, *(tmp_path / f"{name}.xlsx" for name in files))
    for name, (_content, expected) in files.items():
        head, *lines = table((tmp_path / f"{name}.csv").read_bytes())
        last = dict(zip(head, next(line for line in lines if line[0] == "Total"), strict=True))
        assert minutes(last["Hours"]) == expected > 0, name
        assert round(float(last["Hours (decimal)"]) * 60) == int(last["Minutes"]) == expected
        for line in lines[: lines.index(list(last.values()))]:
            row = dict(zip(head, line, strict=True))
            assert minutes(row["Hours"]) == int(row["Minutes"])
            assert abs(float(row["Hours (decimal)"]) * 60 - int(row["Minutes"])) <= 0.3
    lines = table((tmp_path / "entries.csv").read_bytes())
    assert EVIL in [cell for line in lines for cell in line]


def as_csv(folder: Path, *books: Path) -> None:
    """Has LibreOffice open the books and write what it sees beside them."""
    office = [office_path() or NO_OFFICE, "--headless", "--norestore"]
    office += [f"-env:UserInstallation=file://{folder}", "--convert-to"]
    office += ["csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", str(folder)]
    subprocess.run([*office, *map(str, books)], check=True, timeout=120)


def test_whose_hours_are_not_visible_is_said_in_the_files_too(mia):
    make_manager(MIA, {ADA: "Ada", "1201999999999999": "Gone"})
    reader = ReportBrowser(mia)
    assert "doesn’t show their hours: Gone" in table(reader.file("export.csv", **LAST))[-1][0]
    worksheet = sheet(reader.file("export.xlsx", **LAST))
    assert "doesn’t show their hours: Gone" in worksheet.cell(worksheet.max_row, 1).value


def test_a_total_of_unknown_parts_is_not_zero(mias, asana):
    asana.settings(strict_list_fields=True)
    worksheet = sheet(mias.file("export.xlsx", **LAST), values=True)
    assert worksheet.cell(worksheet.max_row - 2, 5).value == "Not shown by Asana"
    notes = [line[9] for line in table(mias.file("export.csv", **LAST, rows="entries"))[1:-1]]
    assert set(notes) == {"Not shown by Asana"}


@pytest.mark.parametrize("note", ["x;=1+2;y", "x\n=1+2", 'x;"=1+2"'])
def test_a_formula_within_a_text_is_harmless_where_other_separators_are_usual(
    mias, evil, asana, this_week, note
):
    asana.post(
        f"/tasks/{evil}/time_tracking_entries",
        duration_minutes=5,
        entered_on=f"{this_week.previous.start}",
        description=note,
    )
    text = mias.file("export.csv", **LAST, rows="entries").decode("utf-8-sig")
    cells = [cell for line in csv.reader(StringIO(text), delimiter=";") for cell in line]
    assert not [cell for cell in cells if cell.lstrip("\"'\n ").startswith("=") and cell[0] != "'"]


def test_a_matrix_has_a_line_for_each_cell(mias):
    query = {**LAST, "by": "person", "then": "project"}
    head, *lines = table(mias.file("export.csv", **query))
    context = mias.get(**query).context["matrix"]
    cells = {
        (row.label, column.label): cell.minutes
        for row in context.lines()
        for column, cell in zip(context.columns(), row.cells, strict=True)
        if cell.minutes
    }
    minutes_at = head.index("Minutes")
    assert {(line[0], line[1]): int(line[minutes_at]) for line in lines} == cells
    assert head[-3:] == ["Email", "Person ID", "Project ID"]


def test_costs_are_in_the_files_where_asana_shows_rates(mias, asana):
    query = {**LAST, "by": "project", "money": "1"}
    head, *lines, _note = table(mias.file("export.csv", **query))
    rates = {
        rate["resource"]["gid"]: rate["rate"]
        for rate in asana.get("/rates", "sandbox-mia", parent="1204000000000001")
    }
    entries = mias.get("entries/", **LAST, project="1204000000000001").context["report_data"]
    cost = sum(entry.minutes / 60 * rates[entry.person] for entry in entries.entries)
    bank = dict(zip(head, next(line for line in lines if "Fjord" in line[0]), strict=True))
    assert float(bank["Cost"]) == round(cost, 2) > 0
    assert (bank["Currency"], bank["Minutes without a rate"]) == ("EUR", "0")
    studio = dict(zip(head, next(line for line in lines if "Studio" in line[0]), strict=True))
    assert studio["Cost"] == ""


def test_a_matrix_has_costs_too(mias):
    query = {**LAST, "by": "project", "money": "1"}
    table_lines = mias.get(**query).context["page"].lines()
    costs = {line.label: line.amounts for line in table_lines}
    answer = mias.get(**query, then="person")
    matrix = answer.context["matrix"]
    assert {line.label: line.amounts for line in matrix.lines()} == costs
    assert "Billable amount</th>" in page(answer)
    assert f"EUR\xa0{matrix.amounts.cost:,.0f}" in page(answer)


def test_costs_in_different_currencies_are_not_added_up(mias, asana):
    """On the page, in CSV and in XLSX: one of the projects has rates in dollars."""
    rate = {"gid": "1", "resource": {"gid": ADA, "name": "Ada"}, "rate": 90, "currency_code": "USD"}
    dollars = json.dumps({"data": [rate], "next_page": None})
    rule = {"kind": "status", "status": 200, "path": "/rates$", "method": "GET", "body": dollars}
    explained = "Rates are in different currencies (EUR, USD)."
    query = {**LAST, "money": "1", "person": ADA}

    def file_of(by, name="export.csv"):
        asana.faults({**rule, "times": 1})
        return mias.file(name, **query, by=by)

    for project in ("1204000000000001", "1204000000000003"):
        if not asana.get("/rates", "sandbox-omar", parent=project, resource=ADA):
            asana.post("/rates", "sandbox-omar", parent=project, resource=ADA, rate=70)
    asana.faults({**rule, "times": 1})
    answer = mias.get(**query, by="person")
    assert explained in page(answer)
    total = re.search(r'<tfoot>.*?data-label="Cost">(.*?)</td>', page(answer))
    assert total
    assert total[1] == "–"
    for by, currencies in (("project", {"EUR", "USD"}), ("person", set())):
        head, *lines, note = table(file_of(by))
        rows = [dict(zip(head, line, strict=True)) for line in lines]
        assert {row["Currency"] for row in rows if row["Cost"]} == currencies
        assert explained in note[0]
    worksheet = sheet(file_of("project", "export.xlsx"))
    column = [cell.value for cell in worksheet[1]].index("Currency")
    assert {row[column].value for row in worksheet.iter_rows(min_row=2)} >= {"EUR", "USD"}


def delete_rates(asana):
    for project in asana.get("/projects", "sandbox-omar", workspace=WORKSPACE, limit=100):
        for rate in asana.get("/rates", "sandbox-omar", parent=project["gid"]):
            asana.delete(f"/rates/{rate['gid']}", "sandbox-omar")


@pytest.mark.parametrize(
    ("person", "explained"),
    [
        ("ben", "Asana doesn’t show you the rates of these projects, so there are no costs here."),
        ("plan", "Your Asana plan doesn’t include rates, so there are no costs here."),
        ("unset", "No rates are set in Asana for these hours, so there are no costs here."),
    ],
)
def test_costs_without_rates_are_absent_and_explained_once(mias, ben, asana, person, explained):
    """On the page, in CSV and in XLSX, of groups and of entries."""
    reader = mias
    if person == "ben":
        reader = ReportBrowser(ben)
        make_manager(BEN, {ADA: "Ada"})
    elif person == "plan":
        asana.settings(plan="time_tracking")
    else:
        delete_rates(asana)
    html = reader.page(**LAST, money="1")
    assert html.count(explained) == 1
    assert '<th class="number" scope="col">Cost' not in html
    for rows in ("groups", "entries"):
        query = {**LAST, "money": "1", "rows": rows}
        head, *_lines, note = table(reader.file("export.csv", **query))
        assert {"Cost", "Billable amount", "Currency"} & set(head) == set()
        assert note[0].count(explained) == 1
        worksheet = sheet(reader.file("export.xlsx", **query))
        assert "Cost" not in [cell.value for cell in worksheet[1]]
        assert explained in worksheet.cell(worksheet.max_row, 1).value


def test_decimals_add_up_to_the_minutes_in_csv_too(mias, evil, asana, this_week):
    for _number in range(30):
        asana.post(
            f"/tasks/{evil}/time_tracking_entries",
            duration_minutes=20,
            entered_on=f"{this_week.previous.start}",
        )
    head, *lines = table(mias.file("export.csv", **LAST, rows="entries"))
    decimal, whole = head.index("Hours (decimal)"), head.index("Minutes")
    total = sum(int(line[whole]) for line in lines if len(line) > 1)
    assert total == sum(minutes(line[6]) for line in lines if len(line) > 1)
    assert round(sum(float(line[decimal]) for line in lines if len(line) > 1) * 60) == total


def test_people_of_the_same_name_are_told_apart(mias):
    ManagedPerson.objects.filter(gid=BEN).update(name="Ada", email="ben@nordlicht.example")
    ManagedPerson.objects.filter(gid=ADA).update(email="ada@nordlicht.example")
    html = mias.page(**LAST)
    assert {"Ada (ada@nordlicht.example)", "Ada (ben@nordlicht.example)"} <= set(report_rows(html))
    head, *lines = table(mias.file("export.csv", **LAST))
    found = {line[0]: (line[head.index("Email")], line[head.index("Person ID")]) for line in lines}
    assert found["Ada (ben@nordlicht.example)"] == ("ben@nordlicht.example", BEN)
    names = [row[0].value for row in sheet(mias.file("export.xlsx", **LAST)).iter_rows(min_row=2)]
    assert {"Ada (ada@nordlicht.example)", "Ada (ben@nordlicht.example)"} <= set(names)


def test_people_of_the_same_name_are_told_apart_in_the_notes(mias, asana):
    """Of two people of the same name, Asana shows the hours of one."""
    ManagedPerson.objects.filter(gid=BEN).update(gid="1201999999999999", name="Ada")
    ManagedPerson.objects.filter(gid=ADA).update(email="ada@nordlicht.example")
    notes = mias.page(**LAST).split('role="note"')[1].partition("</div>")[0]
    assert "<bdi>Ada (1201999999999999)</bdi>" in notes
    note = table(mias.file("export.csv", **LAST))[-1][0]
    assert "doesn’t show their hours: Ada (1201999999999999)." in note


def test_people_who_left_count_where_they_worked(omar, asana):
    before = report_rows(omar.page(**LAST))
    asana.change_membership(YUI, WORKSPACE, is_active=False)
    cache.clear()
    html = omar.page(**LAST)
    assert report_rows(html) == before
    assert "1 person who has left the workspace is included:" in html
    assert "have left the workspace: Yui Tanaka" in table(omar.file("export.csv", **LAST))[-1][0]
    nothing = omar.file("export.csv", **{"from": "2020-01-01", "to": "2020-01-02"})
    assert "Yui" not in nothing.decode()
