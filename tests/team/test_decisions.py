"""Approving weeks, returning them, and taking that back: in Asana, and here where it has none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time

import pytest
from django.core.cache import cache
from django.utils import timezone
from time_machine import travel

from accounts.models import Manager
from tests.support.asana import week_statuses
from tests.support.pages import marks, page, person_rows
from tests.support.people import ADA, BANK_ID, BEN, MIA, WORKSPACE, YUI, ManagerBrowser
from timesheet.domain.approval import Status
from timesheet.models import Decision
from timesheet.sheets import approvals
from timesheet.team import decision_views


def approve_all(boss, *, htmx=False):
    """Presses the button that approves all weeks without flags; returns whose they are."""
    weeks = clean_weeks(page(boss.team()))
    people = [week.partition(":")[0] for week in weeks]
    return people, boss.decide("approve", htmx=htmx, week=weeks)


def clean_weeks(html: str) -> list[str]:
    """What the button sends that approves all weeks without flags."""
    form = re.search(r'id="team-actions"(.*?)id="approve-clean"', html, re.DOTALL)[1]
    return re.findall(r'name="week" value="(\d+:\w+)"', form)


def test_all_with_nothing_odd_are_approved_and_no_others(submitted, asana):
    before = week_statuses(asana, submitted.week)
    clean = {
        gid
        for gid, row in person_rows(page(submitted.team(show="submitted"))).items()
        if "data-odd" not in row
    }
    people, response = approve_all(submitted)
    assert set(people) == clean
    assert len(clean) > 1
    assert page(response).count("Approved.") == len(people)
    after = week_statuses(asana, submitted.week)
    assert {gid for gid, status in after.items() if status != before[gid]} == clean
    assert {after[gid] for gid in clean} == {"APPROVED"}


def test_no_other_week_changes(submitted, asana):
    weeks = [submitted.week.previous, submitted.week.next]
    before = [week_statuses(asana, week) for week in weeks]
    approve_all(submitted)
    assert [week_statuses(asana, week) for week in weeks] == before


def test_what_was_approved_is_taken_back_in_one_step(submitted, asana):
    before = week_statuses(asana, submitted.week)
    _people, response = approve_all(submitted)
    form = re.search(r'action="[^"]*/reopen/">(.*?)</form>', page(response), re.DOTALL)[1]
    submitted.decide("reopen", *re.findall(r'name="person" value="(\d+)"', form))
    assert week_statuses(asana, submitted.week) == before


def test_with_script_weeks_are_approved_in_place_and_that_is_undone(submitted):
    people, response = approve_all(submitted, htmx=True)
    shown = page(response)
    assert "<html" not in shown
    assert f"{len(people)} weeks approved." in shown
    assert set(person_rows(shown)) == set(people)
    assert all("Approved" in row for row in person_rows(shown).values())
    undone = page(submitted.decide("reopen", htmx=True, week=[f"{gid}:" for gid in people]))
    assert f"{len(people)} weeks are waiting for approval again." in undone
    assert all("Submitted" in row for row in person_rows(undone).values())


def test_many_weeks_are_decided_in_parts_and_told_together(submitted, monkeypatch):
    monkeypatch.setattr(decision_views, "AT_ONCE", 1)
    weeks = [*clean_weeks(page(submitted.team())), f"{BEN}:"]
    shown = page(submitted.decide("approve", htmx=True, week=weeks))
    parts = 1
    while 'hx-trigger="load, submit"' in shown:
        assert f"{parts} of {len(weeks)}" in shown
        form = re.search(r'<div class="toast-body".*?</form>', shown, re.DOTALL)[0]
        values: dict[str, list[str]] = {}
        for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form):
            values.setdefault(name, []).append(value)
        shown = page(submitted.decide("approve", htmx=True, **values))
        parts += 1
    assert parts == len(weeks)
    assert f"{len(weeks) - 1} weeks approved. 1 week wasn’t changed:" in shown
    assert "Ben Okafor" in shown


def test_an_empty_selection_selects_nobody(submitted, asana):
    before = week_statuses(asana, submitted.week)
    assert "Go back and select people who submitted their week." in page(submitted.team("decide/"))
    assert "Select people first." in page(submitted.decide("approve", htmx=True, week=[]))
    assert "Nobody was selected." in page(submitted.decide("approve", week=[]))
    assert week_statuses(asana, submitted.week) == before


def test_a_returned_week_says_why_and_is_corrected_and_submitted_again(submitted, ada, asana):
    ada.week = submitted.week
    submitted.decide("return", ADA, message="Friday is on the wrong project.")
    assert week_statuses(asana, ada.week)[ADA] == "REJECTED"
    shown = page(ada.see())
    assert "Mia sent this week back." in shown
    assert "Friday is on the wrong project." in shown
    sent = ada.save(BANK_ID, ada.week.days[5], "1")
    assert sent.status_code == 200
    ada.send("submit/", htmx=False)
    assert week_statuses(asana, ada.week)[ADA] == "SUBMITTED"
    row = person_rows(page(submitted.team(fresh="1")))[ADA]
    assert "Submitted" in row
    assert "Friday is on the wrong project." not in row


def test_a_return_needs_a_reason_and_keeps_who_was_chosen(submitted, asana):
    response = submitted.decide("return", ADA, message=" ")
    assert response.status_code == 422
    assert "Enter what should change." in page(response)
    assert f'name="person" value="{ADA}"' in page(response)
    assert week_statuses(asana, submitted.week)[ADA] == "SUBMITTED"


def test_hours_that_changed_since_they_were_seen_are_not_approved(submitted, asana):
    preview = page(submitted.team("decide/", action="approve", person=[ADA, YUI]))
    asana.settings(lock_approved=False)
    asana.post(
        f"/tasks/{BANK_ID}/time_tracking_entries",
        duration_minutes=60,
        entered_on=str(submitted.week.days[0]),
    )
    response = submitted.decide("approve", ADA, YUI, **marks(preview))
    assert "The hours changed since you opened this page" in page(response)
    after = week_statuses(asana, submitted.week)
    assert (after[ADA], after[YUI]) == ("SUBMITTED", "APPROVED")


def test_hours_that_changed_after_they_were_handed_in_are_odd(boss, ada, asana, this_week):
    ada.send("submit/", htmx=False)
    boss.week = this_week
    assert "Changed after submitting" not in person_rows(page(boss.team()))[ADA]
    asana.settings(lock_approved=False)
    asana.post(
        f"/tasks/{BANK_ID}/time_tracking_entries",
        duration_minutes=60,
        entered_on=str(this_week.days[0]),
    )
    assert "Changed after submitting" in person_rows(page(boss.team(fresh="1")))[ADA]


def test_nobody_approves_their_own_week(manage, asana, this_week):
    omar = manage(4, "Omar")
    omar.week = this_week.previous.previous
    omar_gid = omar.user.gid
    before = week_statuses(asana, omar.week)
    assert before[omar_gid] == "SUBMITTED"
    assert "You can’t approve or send back your own week" in page(omar.decide("approve", omar_gid))
    assert week_statuses(asana, omar.week) == before


def test_other_peoples_weeks_are_left_alone(manage, asana, this_week):
    mia = manage(3, "Mia", BEN)
    mia.week = this_week.previous.previous
    before = week_statuses(asana, mia.week)
    for action in ("approve", "return", "reopen"):
        assert "This person isn’t on your team." in page(mia.decide(action, ADA, message="no"))
    assert week_statuses(asana, mia.week) == before
    assert not Decision.objects.exists()


def test_a_week_that_is_not_submitted_is_left_alone_in_words(boss):
    assert "The week isn’t submitted" in page(boss.decide("approve", ADA))
    boss.week = boss.week.previous.previous
    assert "The week is already approved" in page(boss.decide("approve", ADA))


def test_hours_that_are_not_visible_are_not_decided_about(manage, ada, asana, this_week):
    asana.settings(plan="time_tracking")
    ben = manage(2, "Ben", ADA)
    ben.week = this_week
    ada.see()
    ada.send("submit/", htmx=False)
    preview = page(ben.team("decide/", action="approve", person=ADA))
    assert "hours not visible to you" in preview
    assert "0:00" not in preview
    assert "doesn’t show you these hours" in page(ben.decide("approve", ADA))
    assert not Decision.objects.filter(status="approved").exists()


def test_without_saying_which_hours_were_seen_nothing_is_approved(submitted, asana):
    submitted.post(f"/{WORKSPACE}/team/{submitted.week}/approve/", {"person": ADA})
    assert week_statuses(asana, submitted.week)[ADA] == "SUBMITTED"


def test_what_was_decided_is_reported_whatever_fails_after(manage, asana, this_week):
    omar = manage(4, "Omar")
    omar.week = this_week.previous.previous
    seen = marks(page(omar.team("decide/", action="approve", person=ADA)))
    cache.delete(f"directory:{omar.user.pk}:{WORKSPACE}")
    asana.faults({"path": "workspace_memberships", "kind": "status", "status": 503})
    omar.decide("approve", ADA, **seen)
    assert week_statuses(asana, omar.week)[ADA] == "SUBMITTED"
    asana.faults()
    assert "Approved." in page(omar.decide("approve", ADA, **seen))


def test_pressing_twice_is_no_failure(submitted):
    seen = marks(page(submitted.team("decide/", action="approve", person=ADA)))
    for _ in range(2):
        assert "Approved." in page(submitted.decide("approve", ADA, **seen))
    assert Decision.objects.count() == 1


def test_a_week_that_is_handed_in_is_measured_whole(boss, ada, this_week):
    """What is not filled in by then is missing, though its days are not over."""
    boss.week = this_week
    with travel(datetime.combine(this_week.days[0], time(17), UTC), tick=False):
        boss.force_login(boss.user)
        ada.force_login(ada.user)
        assert "missing" not in person_rows(page(boss.team()))[ADA]
        ada.send("submit/", htmx=False)
        shown = page(boss.team(fresh="1"))
    assert "38:15 missing" in person_rows(shown)[ADA]
    assert "without flags" not in shown


def test_of_a_week_handed_in_again_in_asana_no_change_is_claimed(boss, ada, asana, this_week):
    ada.send("submit/", htmx=False)
    ada.send("recall/", htmx=False)
    ada.save(BANK_ID, this_week.days[5], "1")
    query = {"workspace": WORKSPACE, "user": ADA, "from_date": this_week.start}
    (record,) = asana.get("/timesheet_approval_statuses", **query, to_date=this_week.start)
    asana.put(f"/timesheet_approval_statuses/{record['gid']}", approval_status="submitted")
    boss.week = this_week
    assert "Changed after submitting" not in person_rows(page(boss.team()))[ADA]


def test_a_week_that_was_decided_meanwhile_is_not_recalled_in_silence(boss, ada, asana, this_week):
    boss.week = this_week
    ada.send("submit/", htmx=False)
    boss.decide("approve", ADA)
    ada.send("recall/", htmx=False)
    assert "Your manager has approved this week in the meantime" in page(ada.see())


def test_what_asana_refuses_is_reported_for_that_person_alone(submitted, asana):
    asana.faults(
        {"method": "PUT", "path": "timesheet", "kind": "status", "status": 403, "times": 1}
    )
    response = page(submitted.decide("approve", ADA, YUI))
    assert response.count("Asana doesn’t let you do this") == 1
    assert response.count("Approved.") == 1
    after = week_statuses(asana, submitted.week)
    assert sorted((after[ADA], after[YUI])) == ["APPROVED", "SUBMITTED"]


def test_an_approval_whose_answer_was_lost_is_looked_up(submitted, asana):
    asana.faults({"method": "PUT", "path": "timesheet", "kind": "drop_after", "times": 1})
    assert "Approved." in page(submitted.decide("approve", ADA))
    assert week_statuses(asana, submitted.week)[ADA] == "APPROVED"


def test_who_approved_is_said_on_the_week(submitted, ada):
    ada.week = submitted.week
    submitted.decide("approve", ADA)
    assert "Approved by Mia." in page(ada.see())


def test_from_a_persons_page_one_goes_on_to_the_next(submitted):
    response = submitted.decide("approve", ADA, after=YUI)
    assert response["Location"] == f"/{WORKSPACE}/team/{submitted.week}/{YUI}/"
    assert "Ada Lindqvist: Approved." in page(submitted.team(f"{YUI}/"))


class TestWithoutApprovalsInThePlan:
    """The same flow, kept here."""

    @pytest.fixture(autouse=True)
    def _plan(self, asana):
        asana.settings(plan="time_tracking")

    @pytest.fixture
    def here(self, boss, this_week):
        boss.week = this_week
        return boss

    def test_the_page_says_so(self, here, ada):
        assert "Weeks are approved here" in page(here.team())
        assert "Approval happens here" in page(ada.see())

    def test_a_week_is_submitted_approved_locked_and_reopened(self, here, ada, asana):
        before = week_statuses(asana, here.week)
        ada.see()
        ada.send("submit/", htmx=False)
        assert "Submitted for approval" in page(ada.see())
        assert "Submitted" in person_rows(page(here.team()))[ADA]
        here.decide("approve", ADA)
        assert "Approved by Mia." in page(ada.see())
        assert ada.save(BANK_ID, ada.week.days[5], "1").status_code == 422
        here.decide("reopen", ADA)
        ada.send("recall/", htmx=False)
        assert ada.save(BANK_ID, ada.week.days[5], "1").status_code == 200
        assert week_statuses(asana, here.week) == before

    def test_a_week_is_returned_with_a_reason_and_submitted_again(self, here, ada):
        ada.see()
        ada.send("submit/", htmx=False)
        here.team()
        here.decide("return", ADA, message="Where is Friday?")
        shown = page(ada.see())
        assert "Where is Friday?" in shown
        assert ada.save(BANK_ID, ada.week.days[5], "1").status_code == 200
        ada.send("submit/", htmx=False)
        assert "Submitted" in person_rows(page(here.team()))[ADA]

    def test_nothing_depends_on_what_was_remembered_of_the_plan(self, here, ada):
        ada.see()
        cache.clear()
        ada.send("submit/", htmx=False)
        assert "Submitted for approval" in page(ada.see())
        cache.clear()
        assert "Approved." in page(here.decide("approve", ADA))
        cache.clear()
        assert ada.save(BANK_ID, ada.week.days[5], "1").status_code == 422

    def test_a_persons_page_knows_it_too_when_that_was_forgotten(self, here, ada):
        ada.see()
        ada.send("submit/", htmx=False)
        here.team()
        cache.delete(f"approvals:{here.user.pk}:{WORKSPACE}")
        assert "Submitted" in page(here.team(f"{ADA}/"))

    def test_of_two_decisions_at_once_one_comes_second(self, here, ada, this_week):
        ada.see()
        ada.send("submit/", htmx=False)
        before = approvals.local_status(WORKSPACE, this_week, ADA)
        ada.send("recall/", htmx=False)
        with pytest.raises(approvals.ConcurrentDecision):
            approvals.record_decision(
                here.user,
                WORKSPACE,
                this_week,
                Status.APPROVED,
                timezone.now(),
                was=Status.SUBMITTED,
                person=ADA,
                after=before,
            )
        assert approvals.local_status(WORKSPACE, this_week, ADA).status is Status.DRAFT

    def test_a_manager_who_left_the_workspace_decides_nothing(self, connect, ada, here):
        zoe = ManagerBrowser(connect(5, "Zoe"), here.week)
        chosen = Manager.objects.create(workspace_gid=WORKSPACE, gid=zoe.user.gid)
        chosen.people.create(gid=ADA)
        ada.see()
        ada.send("submit/", htmx=False)
        assert zoe.decide("return", ADA, message="no").status_code in (403, 404)
        assert zoe.decide("reopen", ADA).status_code in (403, 404)
        assert Decision.objects.count() == 1

    @pytest.mark.usefixtures("here")
    def test_a_submitted_week_can_be_recalled_when_nobody_looks_after_it_any_more(self, ada):
        ada.see()
        ada.send("submit/", htmx=False)
        Manager.objects.all().delete()
        ada.send("recall/", htmx=False)
        assert ada.save(BANK_ID, ada.week.days[5], "1").status_code == 200

    def test_a_plan_that_lost_its_approvals_is_noticed(self, here, ada):
        approvals.cache_plan_has_approvals(here.user, WORKSPACE, offered=True)
        ada.see()
        ada.send("submit/", htmx=False)
        shown = page(here.team())
        assert "Weeks are approved here" in shown
        assert "Submitted" in person_rows(shown)[ADA]

    def test_what_changed_after_it_was_handed_in_is_odd_and_not_approved(self, here, ada, asana):
        ada.see()
        ada.send("submit/", htmx=False)
        preview = page(here.team("decide/", action="approve", person=ADA))
        asana.post(
            f"/tasks/{BANK_ID}/time_tracking_entries",
            duration_minutes=60,
            entered_on=str(here.week.days[0]),
        )
        assert "The hours changed" in page(here.decide("approve", ADA, **marks(preview)))
        assert "Changed after submitting" in person_rows(page(here.team(fresh="1")))[ADA]

    def test_who_has_nobody_to_approve_is_not_asked_to_submit(self, ada):
        assert "Submit for approval" not in page(ada.see())
        manager = Manager.objects.create(workspace_gid=WORKSPACE, gid=MIA)
        manager.people.create(gid=ADA)
        assert "Submit for approval" in page(ada.see())
