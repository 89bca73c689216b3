"""The rows that are suggested: from task search where the plan has it, else from the own tasks."""

from __future__ import annotations

import pytest

from tests.support.asana import count_requests
from tests.support.pages import page, text_of
from tests.support.people import WORKSPACE

ADA = "1201000000000001"


@pytest.fixture
def touched(asana):
    """Tasks that Ada completed and commented on just now."""
    done = {"gid": "71", "name": "Reviewed the drawings", "assignee": ADA, "completed": True}
    talk = {"gid": "72", "name": "Talked it over", "commented_on_by": [ADA], "followers": [ADA]}
    asana.add_data(tasks=[{**one, "workspace": WORKSPACE} for one in (done, talk)])


def test_what_was_done_in_the_week_is_suggested_with_the_reason(ada, touched):
    shown = text_of(ada.see("suggestions/", htmx=True))
    assert "Reviewed the drawings You completed this today" in shown
    assert "Talked it over You commented on this; last changed on" in shown


def test_what_is_a_row_is_not_suggested(ada, touched):
    ada.send("rows/add/", task="71")
    assert "Reviewed the drawings" not in text_of(ada.see("suggestions/", htmx=True))


def test_without_task_search_the_own_tasks_are_suggested_and_it_is_not_asked_again(
    ada, asana, touched
):
    asana.faults({"kind": "status", "status": 402, "path": "/tasks/search$"})
    shown = page(ada.see("suggestions/", htmx=True))
    assert "Assigned to you" in shown
    assert "Reviewed the drawings" not in shown
    asked = count_requests(asana, path="/tasks/search")
    ada.see("suggestions/", htmx=True)
    assert count_requests(asana, path="/tasks/search") == asked


def test_a_search_that_fails_costs_only_its_suggestions(ada, asana, touched):
    asana.faults({"kind": "status", "status": 500, "path": "/tasks/search$"})
    assert "Assigned to you" in page(ada.see("suggestions/", htmx=True))
    asana.faults()
    assert "Reviewed the drawings" in page(ada.see("suggestions/", htmx=True))
