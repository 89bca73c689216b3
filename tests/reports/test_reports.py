"""The page of a report: who may see it, what it shows, where its figures lead."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.pages import page, report_links, report_rows, report_total
from tests.support.people import (
    ADA,
    BANK_ID,
    BEN,
    HARBOUR,
    MIA,
    OMAR,
    PRIYA,
    WORKSPACE,
    ReportBrowser,
    make_manager,
)
from timesheet.models import Preferences, WorkspacePolicy

LAST = {"range": "last-week"}


@pytest.fixture
def in_asana(asana, this_week):
    """The minutes of somebody's last week, as Asana has them for Mia."""

    def in_asana(gid: str, **filters) -> int:
        found = asana.get(
            "/time_tracking_entries",
            token="sandbox-mia",
            workspace=WORKSPACE,
            user=gid,
            entered_on_start_date=this_week.previous.start,
            entered_on_end_date=this_week.previous.end,
            limit=100,
            **filters,
        )
        return sum(entry["duration_minutes"] for entry in found)

    return in_asana


@pytest.fixture
def eight_weeks(this_week) -> dict[str, str]:
    return {"from": f"{this_week.start - timedelta(weeks=8)}", "to": f"{this_week.end}"}


def follow(reader: ReportBrowser, address: str) -> str:
    path, _, query = address.partition("?")
    answer = reader.browser.get(f"{path}?{query}")
    assert answer.status_code == 200
    return page(answer)


def test_a_manager_sees_their_people_and_themself(mias, in_asana):
    html = mias.page(**LAST)
    assert report_rows(html) == {
        name: minutes
        for name, gid in (("Ada", ADA), ("Ben", BEN), ("Mia", MIA))
        if (minutes := in_asana(gid))
    }
    assert report_total(html) == in_asana(ADA) + in_asana(BEN) + in_asana(MIA)


def test_an_admin_sees_everybody(omar):
    found = report_rows(omar.page(**LAST))
    assert {"Ada Lindqvist", "Mia Hartmann", "Omar Haddad", "Siobhán O'Neill"} <= set(found)


def test_a_member_reads_that_this_is_for_managers(ada):
    for path in ("", "entries/", "prepare/", "export.csv", "export.xlsx"):
        answer = ReportBrowser(ada).get(path)
        assert answer.status_code == 403
        assert "This page is for managers" in page(answer)


def test_nobody_reports_on_somebody_who_is_not_theirs(mias):
    html = mias.page(**LAST, person=OMAR)
    assert "No hours match." in html
    assert "Omar" not in html


def test_managers_of_one_workspace_are_none_of_another(mias):
    assert mias.get(workspace=HARBOUR).status_code == 403


def test_a_stranger_signs_in_first(client, db):
    assert "/sign-in/" in ReportBrowser(client).get().url


@pytest.mark.parametrize("by", ["person", "project", "task", "category", "billable", "week"])
@pytest.mark.parametrize("then", ["", "month"])
def test_every_grouping_has_the_same_total(mias, by, then):
    html = mias.page(**LAST, by=by, **({"then": then} if then else {}))
    assert report_total(html) == report_total(mias.page(**LAST))
    assert html.count("<tr") > 2


def test_every_figure_leads_to_its_entries(mias):
    html = mias.page(**LAST, by="project")
    found = report_rows(html)
    for label, address in report_links(html).items():
        assert report_total(follow(mias, address)) == found[label], label


def test_every_cell_of_a_matrix_leads_to_its_entries(mias):
    matrix = mias.get(**LAST, by="project", then="person").context["matrix"]
    lines, columns = list(matrix.lines()), matrix.columns()
    assert sum(line.total for line in lines) == matrix.total
    assert sum(column.total for column in columns) == matrix.total
    for line in lines:
        assert sum(cell.minutes for cell in line.cells) == line.total
        for cell in line.cells:
            assert not cell.link or report_total(follow(mias, cell.link)) == cell.minutes
    for place, column in enumerate(columns):
        assert sum(line.cells[place].minutes for line in lines) == column.total


def test_a_matrix_is_sorted_by_any_column(mias):
    query = {**LAST, "by": "task", "then": "day"}
    matrix = mias.get(**query).context["matrix"]
    column = matrix.columns()[1]
    reader = mias.browser.get(column.sort)
    cells = [line.cells[1].minutes for line in reader.context["matrix"].lines()]
    assert cells == sorted(cells, reverse=True)
    assert 'aria-sort="descending"' in page(reader)
    by_name = [line.label for line in mias.get(**query, sort="label").context["matrix"].lines()]
    assert by_name == sorted(by_name, key=str.casefold)


def test_percentages_take_the_place_of_hours(mias):
    html = mias.page(**LAST, by="person", then="day", percent="1")
    assert re.search(r'class="number shade-\d" data-label="[^"]+"><a href="[^"]*">\d+%</a>', html)


def test_a_report_is_compared_with_the_period_before(mias, this_week):
    page_of = mias.get(**LAST, compare="1").context["page"]
    days = this_week.previous.previous
    before = report_rows(mias.page(**{"from": f"{days.start}", "to": f"{days.end}"}))
    for line in page_of.lines():
        assert line.previous == before.get(line.label, 0)
        assert line.change == line.figure.minutes - line.previous


def test_the_target_is_without_time_off(omar, eight_weeks, this_week):
    """Priya was off for the whole of the week four weeks ago."""
    trend = omar.get(**eight_weeks, person=PRIYA).context["trend"]
    targets = {bar.span.start: bar.target for bar in trend.bars}
    assert targets.pop(this_week.start - timedelta(weeks=4)) == 0
    assert set(targets.values()) == {2400}
    assert this_week.start not in targets


def test_a_chart_of_many_groups_shows_eight_and_the_others(mias, eight_weeks):
    context = mias.get(**eight_weeks, by="task").context
    legend = context["legend"]
    assert len(legend) == 9
    label, _minutes, link = legend[-1]
    assert "others" in label
    split = mias.browser.get(link).context
    assert [each[0] for each in split["legend"][:8]] != [each[0] for each in legend[:8]]
    assert sum(each[1] for each in split["legend"]) == sum(each[1] for each in legend)


def test_filters_stay_when_nothing_is_found(mias):
    html = mias.page(**{"from": "2020-01-01", "to": "2020-01-31"})
    for label in ("Person", "Project", "Task", "Category", "Billable"):
        assert f"<summary>{label}" in html


def test_figures_of_charts_lead_to_their_entries_too(mias):
    html = mias.page(**LAST, by="project")
    tables = re.findall(r'<td class="number"[^>]*><a href="([^"]+entries[^"]+)">([\d:]+)<', html)
    assert len(tables) > 15
    for address, shown in tables:
        assert f'id="total">{shown}<' in follow(mias, address)


def test_an_entry_leads_to_the_time_of_its_task(mias):
    html = mias.page("entries/", **LAST, person=ADA)
    assert f'href="/{WORKSPACE}/projects/tasks/{BANK_ID}/"' in html
    assert "Sign-in with BankID: flow and prototype" in html
    for query in ({"by": "task"}, {"by": "task", "then": "day"}):
        html = mias.page(**LAST, **query)
        assert f'<a href="/{WORKSPACE}/projects/tasks/{BANK_ID}/"><bdi>Sign-in with BankID' in html


def test_entries_come_in_pages(mias, eight_weeks):
    query = {**eight_weeks, "person": ADA}
    html = mias.page("entries/", **query)
    assert "Page 1 of" in html
    assert html.count("<tr") == 102
    second = mias.page("entries/", **query, page="2")
    assert "Page 2 of" in second
    assert report_total(html) == report_total(second)
    assert "Page 1 of" in mias.page("entries/", **query, page="soon")


def test_a_report_is_narrowed(mias, in_asana):
    whole = report_rows(mias.page(**LAST, by="project"))
    bank = report_links(mias.page(**LAST, by="project"))["Fjord Bank mobile app"]
    project = re.search(r"project=(\d+)", bank)[1]
    html = mias.page(**LAST, project=project)
    assert report_total(html) == whole["Fjord Bank mobile app"]
    assert 'aria-label="Saved views"' not in html
    assert "Weekly hours and target" not in html


def test_the_charts_are_drawn_with_their_figures_beneath(mias, eight_weeks):
    html = mias.page(**eight_weeks, by="project")
    assert html.count('<svg class="plot" role="img"') == 2
    assert html.count("<desc") == 2
    assert html.count("Show as table") == 2
    assert "style=" not in html[html.index("<main") :]


def test_the_target_is_that_of_the_people(mias, ada, eight_weeks):
    Preferences.objects.create(user=ada.user, targets=[60] * 7)
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, own_targets_may_lower=True)
    html = mias.page(**eight_weeks, person=ADA)
    assert '<td class="number">7:00</td>' in html
    assert "Weekly hours and target" in html


def test_names_are_text_and_not_markup(mias, asana):
    asana.post(
        f"/tasks/{BANK_ID}/time_tracking_entries",
        duration_minutes=5,
        entered_on="2026-01-05",
        description="<script>alert(2)</script>",
    )
    answer = mias.get("entries/", **{"from": "2026-01-05", "to": "2026-01-05"})
    assert "<script>alert(2)" not in answer.content.decode()
    assert "&lt;script&gt;alert(2)" in answer.content.decode()


def test_the_days_that_a_person_means_are_named_when_they_are_none(mias):
    answer = mias.get(**{"from": "2026-11-31", "to": "2026-12-01", "by": "task"})
    html = page(answer)
    assert answer.status_code == 422
    assert "The first day isn’t a date." in html
    assert 'name="from" value="2026-11-31" aria-invalid="true"' in html
    assert 'name="to" value="2026-12-01"' in html
    assert '<option value="task" selected>' in html


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"from": "2015-01-01", "to": "2026-11-01"}, "A report can have up to 3660 days."),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "The last day is before the first."),
        ({"range": "ever"}, "This period isn’t available. Choose one from the list."),
        ({"by": "weather"}, "Hours can’t be grouped like that."),
    ],
)
@pytest.mark.parametrize("path", ["", "entries/", "export.csv", "prepare/"])
def test_other_questions_that_have_no_answer_are_rejected_too(mias, query, sentence, path):
    answer = mias.get(path, **query)
    assert answer.status_code == 422
    assert sentence in page(answer)


def test_what_a_form_sends_too_much_of_is_dropped_from_the_address(mias):
    answer = mias.get(**{"range": "last-week", "from": "", "to": "", "by": "task", "then": ""})
    assert answer.url.endswith("/reports/?range=last-week&by=task")
    assert mias.get(by="task").status_code == 200


def test_no_hours_are_said_to_be_none(mias):
    html = mias.page(**{"from": "2020-01-01", "to": "2020-01-31"})
    assert "No hours match." in html
    assert "Asana has no hours for 2 people." in html


def test_people_whom_asana_hides_are_named_and_never_counted_as_zero(mias, asana):
    asana.faults({"kind": "status", "status": 403, "path": "time_tracking_entries"})
    html = mias.page(**LAST)
    assert "Asana doesn’t show you the hours of 3 people" in html


def test_somebody_whom_asana_does_not_know_is_named(mia):
    make_manager(MIA, {ADA: "Ada", "1201999999999999": "Gone"})
    html = ReportBrowser(mia).page(**LAST)
    assert "Asana doesn’t show you the hours of 1 person:" in html
    assert "<bdi>Gone</bdi>" in html
    assert "Gone" not in report_rows(html)


def test_people_of_whom_nothing_comes_are_named_too(ben):
    """Ben may not see others' hours in Asana: it shows him none, and does not say so."""
    make_manager(BEN, {ADA: "Ada"})
    html = ReportBrowser(ben).page(**LAST)
    assert "Asana has no hours for 1 person." in html
    assert "or Asana doesn’t show them to you" in html


def test_what_lists_leave_out_is_a_group_of_its_own(mias, asana):
    before = report_total(mias.page(**LAST))
    cache.clear()
    asana.settings(strict_list_fields=True)
    asana.forget_requests()
    html = mias.page(**LAST, by="task")
    assert report_rows(html) == {"Not shown by Asana": before}
    assert "Asana left out the task" in html
    assert html.count('title="Not shown by Asana"') == 2
    assert "Not shown by Asana" in mias.page("entries/", **LAST)
    assert not [
        request for request in asana.requests() if re.search(r"entries/\d", request["path"])
    ]


def test_a_second_look_asks_asana_for_no_hours(mias, asana):
    mias.page(**LAST)
    asana.forget_requests()
    html = mias.page(**LAST, by="task")
    mias.page("entries/", **LAST, person=ADA)
    assert "Updated " in html
    assert not [request for request in asana.requests() if "time_tracking" in request["path"]]


def test_a_report_that_is_looked_at_again_asks_the_cache_once(omar, eight_weeks):
    # The people are read in three parts, and the first look at all of them keeps these.
    for _look in range(3):
        html = omar.page(**eight_weeks)
    with CaptureQueriesContext(connection) as queries:
        assert report_total(omar.page(**eight_weeks)) == report_total(html)
    asked = [sql for query in queries if ":hours:" in (sql := query["sql"])]
    assert len([sql for sql in asked if ":kept" not in sql]) <= 1


def test_refreshing_reads_what_changed_since(mias, asana, this_week):
    before = report_total(mias.page(**LAST))
    day = this_week.previous.start
    asana.post(f"/tasks/{BANK_ID}/time_tracking_entries", duration_minutes=7, entered_on=f"{day}")
    assert report_total(mias.page(**LAST)) == before
    answer = mias.get(**LAST, fresh="1")
    assert answer.url.endswith("/reports/?range=last-week&by=person")
    assert report_total(mias.page(**LAST)) == before + 7


def test_what_one_was_shown_is_not_shown_to_another(mias, ben):
    assert report_total(mias.page(**LAST, person=ADA)) > 0
    make_manager(BEN, {ADA: "Ada"})
    assert "No hours match." in ReportBrowser(ben).page(**LAST, person=ADA)


def test_asanas_problems_are_reported(mias, settings):
    mias.page(**LAST)
    settings.ASANA_URL = "http://127.0.0.1:9"
    assert report_total(mias.page(**LAST)) > 0
    answer = mias.get(range="this-quarter")
    assert answer.status_code == 503
    assert "Asana isn’t responding." in page(answer)
