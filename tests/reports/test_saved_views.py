"""Views of reports that a manager keeps."""

from __future__ import annotations

import pytest

from accounts.models import User
from tests.support.pages import page
from tests.support.people import BEN, WORKSPACE, ReportBrowser, make_manager
from timesheet.models import SavedView

QUERY = "range=last-month&by=project&then=person"


@pytest.fixture
def saved(mias) -> SavedView:
    assert mias.post("saved/", name="Invoices", query=QUERY).status_code == 302
    return SavedView.objects.get()


def test_a_view_is_kept_and_has_an_address(mias, saved):
    answer = mias.get(f"saved/{saved.slug}/")
    assert answer.url == f"/{WORKSPACE}/reports/?{QUERY}"
    html = mias.page(range="last-month", by="project", then="person")
    assert 'aria-current="page" dir="auto">Invoices</a>' in html


def test_a_nul_in_the_name_is_left_out(mias):
    assert mias.post("saved/", name="In\0voices", query=f"{QUERY}&task=\0").status_code == 302
    assert SavedView.objects.get().name == "Invoices"
    assert mias.get("", q="a\0b").status_code < 400


def test_the_same_name_takes_another_query_at_the_same_address(mias, saved):
    mias.post("saved/", name="Invoices", query="range=this-week&by=task")
    assert mias.get(f"saved/{saved.slug}/").url.endswith("?range=this-week&by=task")


def test_the_same_query_takes_another_name(mias, saved):
    mias.post("saved/", name="For Anna", query=QUERY)
    assert [view.name for view in SavedView.objects.all()] == ["For Anna"]


def test_a_view_is_deleted(mias, saved):
    answer = mias.post(f"saved/{saved.slug}/delete/")
    assert answer.url.endswith(QUERY)
    assert not SavedView.objects.exists()
    assert mias.get(f"saved/{saved.slug}/").status_code == 404


def test_only_what_asks_for_a_report_is_kept(mias):
    mias.post("saved/", name="Odd", query="range=last-month&next=//evil.example&person=")
    assert SavedView.objects.get().query == "range=last-month&by=person"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": " ", "query": QUERY}, "Give the view a name of up to 80 characters."),
        ({"name": "x" * 81, "query": QUERY}, "Give the view a name of up to 80 characters."),
        (
            {"name": "Odd", "query": "range=ever"},
            "This period isn’t available.",
        ),
    ],
)
def test_what_cannot_be_saved_is_rejected(mias, values, sentence):
    answer = mias.post("saved/", **values)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert not SavedView.objects.exists()


def test_a_view_is_its_persons_alone(saved, ben):
    make_manager(BEN, {})
    other = ReportBrowser(ben)
    assert other.get(f"saved/{saved.slug}/").status_code == 404
    assert other.post(f"saved/{saved.slug}/delete/").status_code == 404
    assert "Invoices" not in other.page()
    other.post("saved/", name="Invoices", query=QUERY)
    assert SavedView.objects.count() == 2


def test_a_member_keeps_none(ada):
    assert ReportBrowser(ada).post("saved/", name="Mine", query=QUERY).status_code == 403
    assert not SavedView.objects.exists()


def test_views_go_with_their_person(saved, mia):
    User.objects.get(pk=mia.user.pk).delete()
    assert not SavedView.objects.exists()


def test_nothing_is_saved_or_deleted_by_looking(mias, saved):
    assert mias.get("saved/").status_code == 405
    assert mias.get(f"saved/{saved.slug}/delete/").status_code == 405
