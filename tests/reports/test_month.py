"""A person's month to print."""

from __future__ import annotations

import pytest

from tests.support.pages import minutes, page
from tests.support.people import ADA, MIA, OMAR, WORKSPACE
from timesheet.domain.date_range import DateRange


@pytest.fixture
def last_month(this_week):
    return DateRange.month_of(this_week.start).previous


def in_asana(asana, gid, span, name="mia"):
    entries = asana.get(
        "/time_tracking_entries",
        f"sandbox-{name}",
        user=gid,
        workspace=WORKSPACE,
        entered_on_start_date=f"{span.start}",
        entered_on_end_date=f"{span.end}",
    )
    return sum(entry["duration_minutes"] for entry in entries)


def test_a_manager_prints_the_month_of_one_of_their_people(mias, asana, last_month):
    html = mias.page(f"month/{ADA}/{last_month.start:%Y-%m}/")
    month = mias.get(f"month/{ADA}/{last_month.start:%Y-%m}/").context["month"]
    assert month.minutes == in_asana(asana, ADA, last_month) > 0
    assert sum(share.minutes for share in month.projects) == month.minutes
    assert minutes(html.split('id="total">')[1].split("<")[0]) == month.minutes
    assert len(month.days) == last_month.length


def test_everybody_prints_their_own(ada, asana, last_month):
    answer = ada.get(f"/{WORKSPACE}/reports/month/{last_month.start:%Y-%m}/")
    expected = in_asana(asana, "me", last_month, "ada")
    assert answer.context["month"].minutes == expected
    assert "Date, signature" in page(answer)


def test_a_month_has_its_weeks_with_their_status(mias, asana, last_month):
    month = mias.get(f"month/{ADA}/{last_month.start:%Y-%m}/").context["month"]
    weeks = [day.week for day in month.days if day.week]
    assert sum(week.minutes for week in weeks) == month.minutes
    assert [week.number for week in weeks] == [week.number for week in last_month.weeks]
    statuses = asana.get(
        "/timesheet_approval_statuses",
        "sandbox-mia",
        workspace=WORKSPACE,
        user=ADA,
        from_date=f"{next(iter(last_month.weeks)).start}",
        to_date=f"{last_month.end}",
        opt_fields="approval_status,start_date",
    )
    assert "APPROVED" in {each["approval_status"] for each in statuses}
    assert "Approved" in {str(week.status) for week in weeks}


def statuses_fail(asana, status):
    path = "/timesheet_approval_statuses"
    asana.faults({"kind": "status", "status": status, "path": path, "method": "GET"})


def test_a_month_whose_statuses_are_hidden_says_so(mias, asana, last_month):
    address = f"month/{ADA}/{last_month.start:%Y-%m}/"
    note = "Asana doesn’t show the approval status of this person’s weeks"
    assert note not in mias.page(address)
    statuses_fail(asana, 403)
    assert note in mias.page(address)
    # Without approvals in Asana's plan, nothing is missing: all are decided here.
    statuses_fail(asana, 402)
    assert note not in mias.page(address)


@pytest.mark.parametrize("status", [500, 401])
def test_a_month_is_not_printed_without_statuses_that_asana_has(mias, asana, last_month, status):
    statuses_fail(asana, status)
    answer = mias.get(f"month/{ADA}/{last_month.start:%Y-%m}/")
    assert answer.status_code != 200
    assert "Date, signature" not in page(answer)


def test_a_month_has_shares(mias, last_month):
    html = mias.page(f"month/{ADA}/{last_month.start:%Y-%m}/")
    month = mias.get(f"month/{ADA}/{last_month.start:%Y-%m}/").context["month"]
    billable = round(100 * month.billable / month.minutes)
    assert f"billable ({billable}%)" in html
    assert round(sum(share.percent for share in month.projects)) == 100


def test_my_hours_lead_to_the_month_to_print(ada, last_month):
    html = page(ada.get(f"/{WORKSPACE}/me/", {"month": f"{last_month.start:%Y-%m}"}))
    address = f"/{WORKSPACE}/reports/month/{last_month.start:%Y-%m}/"
    assert f'href="{address}">Print</a>' in html
    assert f'href="/{WORKSPACE}/me/?month={last_month.start:%Y-%m}"' in page(ada.get(address))


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "november", "2026-11-01"])
def test_a_month_that_is_none_is_not_found(mias, month):
    assert mias.get(f"month/{ADA}/{month}/").status_code == 404


def test_nobody_prints_the_month_of_somebody_else(mias, ada):
    assert mias.get(f"month/{OMAR}/2026-10/").status_code == 403
    assert ada.get(f"/{WORKSPACE}/reports/month/{MIA}/2026-10/").status_code == 403
