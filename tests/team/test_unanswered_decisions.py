"""Decisions about weeks whose answer from Asana is late or lost: recorded, and reported as they
are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Action, Event
from tests.support.asana import own_week_status, week_statuses
from tests.support.pages import marks, page
from tests.support.people import ADA, BANK_ID, WORKSPACE
from tests.support.waiting import until
from timesheet.domain.approval import Status
from timesheet.models import Decision, SentDecision
from timesheet.sheets import unanswered
from timesheet.team import decisions

UPDATE = {"method": "PUT", "path": "timesheet_approval_statuses/", "times": 1}
LOST = {
    "drop_after": {"kind": "drop_after"},
    "hang_after": {"kind": "hang_after", "ms": 4000},
    "502 after": {"kind": "status_after", "status": 502},
    "408 after": {"kind": "status_after", "status": 408, "body": "<h1>Timeout</h1>"},
    "garbage": {"kind": "status_after", "status": 200, "body": "<h1>Hello</h1>"},
}
LATE = {**UPDATE, "kind": "execute_late", "ms": 500, "status": 504}
NEVER = {**UPDATE, "kind": "status", "status": 502}


@pytest.fixture(autouse=True)
def _short_timeout(settings):
    settings.ASANA_TIMEOUT = 1


@pytest.fixture
def once(monkeypatch):
    """Has a request look only once for a lost answer."""
    monkeypatch.setattr(unanswered, "LOOK_DELAYS", (0.0,))


def recorded() -> list[str]:
    return [decision.status for decision in Decision.objects.order_by("pk")]


def audited(action: Action) -> int:
    return Event.objects.filter(action=action).count()


def look_up_later() -> None:
    """What the worker does in a minute."""
    unanswered.look_up_due(timezone.now() + timedelta(minutes=1))


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_a_submission_without_an_answer_is_found_and_recorded(ada, asana, this_week, fault):
    asana.faults({**UPDATE, **fault})
    ada.send("submit/", htmx=False)
    assert own_week_status(asana, this_week) == "SUBMITTED"
    assert "Week submitted for approval." in page(ada.see())
    assert recorded() == ["submitted"]
    assert Decision.objects.get().fingerprint
    assert audited(Action.WEEK_SUBMITTED) == 1
    assert not SentDecision.objects.exists()


def test_a_submission_is_recorded_where_the_new_records_answer_was_lost(ada, asana, this_week):
    asana.faults({"method": "POST", "path": "timesheet_approval", "kind": "drop_after", "skip": 1})
    ada.send("submit/", htmx=False)
    assert own_week_status(asana, this_week) == "SUBMITTED"
    assert recorded() == ["submitted"]


def test_hours_changed_after_a_submission_without_an_answer_are_flagged(
    boss, ada, asana, this_week
):
    boss.week = this_week
    asana.faults({**UPDATE, "kind": "drop_after"})
    ada.send("submit/", htmx=False)
    asana.settings(lock_approved=False)
    day = str(this_week.start)
    asana.post(f"/tasks/{BANK_ID}/time_tracking_entries", duration_minutes=60, entered_on=day)
    assert "Changed after submitting" in page(boss.team())


def test_a_recall_without_an_answer_is_found_and_recorded(ada, asana, this_week):
    ada.send("submit/", htmx=False)
    asana.faults({**UPDATE, "kind": "drop_after"})
    ada.send("recall/", htmx=False)
    assert own_week_status(asana, this_week) == "DRAFT"
    assert recorded() == ["submitted", "draft"]
    assert audited(Action.WEEK_RECALLED) == 1


def test_a_submission_that_is_not_known_yet_is_said_and_recorded_later(ada, asana, this_week, once):
    asana.faults(LATE)
    ada.send("submit/", htmx=False)
    assert recorded() == []
    shown = page(ada.see())
    assert "we don’t know yet" in shown
    until(lambda: own_week_status(asana, this_week) == "SUBMITTED")
    look_up_later()
    assert recorded() == ["submitted"]
    assert Decision.objects.get().fingerprint
    assert not SentDecision.objects.exists()


def test_a_submission_that_is_pressed_again_is_recorded_once(ada, asana, this_week, once):
    asana.faults(LATE)
    ada.send("submit/", htmx=False)
    until(lambda: own_week_status(asana, this_week) == "SUBMITTED")
    ada.send("submit/", htmx=False)
    assert recorded() == ["submitted"]


def test_a_submission_that_never_arrived_is_forgotten_in_the_end(ada, asana, this_week, once):
    asana.faults(NEVER)
    ada.send("submit/", htmx=False)
    look_up_later()
    assert SentDecision.objects.exists()
    unanswered.look_up_due(timezone.now() + unanswered.SETTLED_AFTER + timedelta(minutes=1))
    assert not SentDecision.objects.exists()
    assert recorded() == []
    assert own_week_status(asana, this_week) == "DRAFT"


def test_an_approval_whose_answer_is_late_is_found_and_recorded(submitted, asana):
    asana.faults(LATE)
    shown = page(submitted.decide("approve", ADA))
    assert "Approved." in shown
    assert "as it was" not in shown
    assert recorded() == ["approved"]
    assert audited(Action.WEEK_APPROVED) == 1


def test_an_approval_that_is_not_known_yet_is_said_and_recorded_later(submitted, asana, once):
    asana.faults(LATE)
    assert "we don’t know yet" in page(submitted.decide("approve", ADA))
    until(lambda: week_statuses(asana, submitted.week)[ADA] == "APPROVED")
    look_up_later()
    assert recorded() == ["approved"]
    assert audited(Action.WEEK_APPROVED) == 1


@pytest.mark.parametrize(
    ("action", "values", "after"),
    [
        ("approve", {}, "APPROVED"),
        ("return", {"message": "Friday?"}, "REJECTED"),
    ],
)
@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_a_decision_without_an_answer_is_found_and_recorded(
    submitted, asana, fault, action, values, after
):
    asana.faults({**UPDATE, **fault})
    submitted.decide(action, ADA, **values)
    assert week_statuses(asana, submitted.week)[ADA] == after
    assert recorded() == [after.lower()]
    assert Decision.objects.get().message == values.get("message", "")


def test_a_reopening_without_an_answer_is_found_and_recorded(submitted, asana):
    submitted.decide("approve", ADA)
    asana.faults({**UPDATE, "kind": "drop_after"})
    assert "Submitted again" in page(submitted.decide("reopen", ADA))
    assert recorded() == ["approved", "submitted"]


@pytest.fixture
def approved_now(boss, ada, asana, this_week):
    """Ada's week: she has just submitted it, and it was approved in Asana itself."""
    boss.week = this_week
    ada.send("submit/", htmx=False)
    set_status(asana, this_week, "approved")
    return boss


def set_status(asana, week, status: str) -> None:
    [record] = asana.get(
        "/timesheet_approval_statuses",
        token="sandbox-mia",
        workspace=WORKSPACE,
        user=ADA,
        from_date=week.start,
        to_date=week.start,
    )
    address = f"/timesheet_approval_statuses/{record['gid']}"
    asana.put(address, "sandbox-mia", approval_status=status)


def test_who_submitted_a_week_is_not_who_reopened_it(approved_now, asana):
    asana.faults({**UPDATE, "kind": "drop_after"})
    assert "Submitted again" in page(approved_now.decide("reopen", ADA))
    assert [decision.by_name for decision in Decision.objects.all()] == ["Ada", "Mia"]


def test_a_reopening_of_a_week_that_waits_names_nobody(approved_now, asana, this_week):
    set_status(asana, this_week, "submitted")
    shown = page(approved_now.decide("reopen", ADA))
    assert "The week is already waiting for approval." in shown
    assert recorded() == ["submitted"]


def test_who_approved_a_week_before_it_was_reopened_is_not_who_approved_it_again(
    approved_now, manage, asana, this_week
):
    set_status(asana, this_week, "submitted")
    omar = manage(4, "Omar", ADA)
    omar.week = this_week
    omar.decide("approve", ADA, **marks(page(omar.team())))
    omar.decide("reopen", ADA)
    asana.faults({**UPDATE, "kind": "drop_after"})
    assert "Approved." in page(approved_now.decide("approve", ADA))
    assert recorded() == ["submitted", "approved", "submitted", "approved"]


@pytest.fixture
def approved_meanwhile(monkeypatch, asana, submitted):
    """Has somebody else approve Ada's week between Mia's reading and her writing."""

    def approved_meanwhile(by: str = "Omar"):
        read = decisions._DecisionRun.read

        def read_then_lose(run, *given):
            read(run, *given)
            gid = run.statuses[ADA].record
            asana.put(
                f"/timesheet_approval_statuses/{gid}", "sandbox-omar", approval_status="approved"
            )
            if by:
                Decision.objects.create(
                    workspace_gid=run.workspace,
                    person_gid=ADA,
                    week=str(run.week),
                    status="approved",
                    by_gid="1201000000000004",
                    by_name=by,
                    at=timezone.now(),
                )

        monkeypatch.setattr(decisions._DecisionRun, "read", read_then_lose)

    return approved_meanwhile


def test_who_loses_a_race_sees_who_decided_what(submitted, asana, approved_meanwhile):
    approved_meanwhile()
    shown = page(submitted.decide("approve", ADA))
    assert "Omar already approved this week" in shown
    assert "as it was" not in shown
    assert recorded() == ["approved"]
    assert not SentDecision.objects.exists()


def test_who_loses_a_race_without_an_answer_sees_it_too(submitted, asana, approved_meanwhile):
    approved_meanwhile()
    asana.faults({**UPDATE, "kind": "status_after", "status": 502, "user": "mia"})
    assert "Omar already approved this week" in page(submitted.decide("approve", ADA))
    assert [decision.by_name for decision in Decision.objects.all()] == ["Omar"]


def test_who_loses_to_a_decision_in_asana_itself_is_told_the_status(
    submitted, asana, approved_meanwhile
):
    approved_meanwhile(by="")
    shown = page(submitted.decide("approve", ADA))
    assert "The week is already approved" in shown
    assert recorded() == []


def test_a_recall_that_loses_to_an_approval_says_so(ada, asana, this_week, boss, monkeypatch):
    ada.send("submit/", htmx=False)
    begin = unanswered.begin

    def approve_first(*given, **more):
        sent = begin(*given, **more)
        gid = asana.get(
            "/timesheet_approval_statuses",
            workspace=sent.workspace_gid,
            user="me",
            from_date=this_week.start,
            to_date=this_week.start,
        )[0]["gid"]
        asana.put(f"/timesheet_approval_statuses/{gid}", "sandbox-mia", approval_status="approved")
        return sent

    monkeypatch.setattr(unanswered, "begin", approve_first)
    ada.send("recall/", htmx=False)
    assert "Your manager has approved this week in the meantime" in page(ada.see())


def test_a_decision_waits_for_an_earlier_one_of_somebody_else_without_reading_them_all(
    connect, this_week, django_assert_num_queries
):
    now = timezone.now()
    for number, name in ((3, "Mia"), (4, "Omar")):
        sent = unanswered.begin(
            connect(number, name),
            WORKSPACE,
            this_week,
            Status.APPROVED,
            now - timedelta(minutes=5),
            was=Status.SUBMITTED,
            person=ADA,
        )
    # Who has decided already, and whether anybody else may have.
    with django_assert_num_queries(2):
        assert not unanswered.record_unanswered(sent, now)
    assert recorded() == []


def test_what_was_refused_says_only_that_the_decision_was_not_saved(submitted, asana):
    asana.faults({**UPDATE, "kind": "status", "status": 403})
    shown = page(submitted.decide("approve", ADA, **marks(page(submitted.team()))))
    assert "Your decision wasn’t saved." in shown
    assert recorded() == []
    assert not SentDecision.objects.exists()
