"""Every address, asked by everybody: who gets in, and with what sentence the others do not."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Connection, Reviewer, User
from timesheet.domain.week import Week
from timesheet.models import SavedView

WORKSPACE = "1200000000000001"
ADA, BEN, MIA, OMAR, YUI = (f"1201{number:012}" for number in (1, 2, 3, 4, 10))
KWAME = "1201000000000012"
TOKENS = {
    ADA: "sandbox-ada",
    BEN: "sandbox-ben",
    MIA: "sandbox-mia",
    OMAR: "sandbox-omar",
    KWAME: "sandbox-kwame",
}

# Who may ask for what: everybody; whoever is signed in; who looks after somebody; who looks after
# the person that the address names; the manager who made what it names, or whose
# people it is about; the admins.
OPEN, OWN, MANAGER, ADMIN = "open", "own", "manager", "admin"
THEIR_MANAGER, MINE = "their manager", "the manager whose it is"
REVIEWER = "the manager whose people they are"

WHO_MAY = {
    **dict.fromkeys(
        [
            *("healthz", "sign_in", "start_sign_in", "finish_sign_in", "sign_in_with_token"),
            *("sign_out", "unsubscribe", "subscribe_again"),
        ],
        OPEN,
    ),
    **dict.fromkeys(
        [
            *("home", "this_week", "week", "save_week", "save_cells", "preview_paste"),
            *("preview_copy", "copy_hours", "turn_step", "entries", "save_entry", "move_entry"),
            *("split_entry", "retry_edit", "discard_edit", "write_mine", "write_both"),
            *("changed_cells", "quick", "quick_add", "suggestions", "search_tasks", "add_row"),
            *("copy_rows", "order_rows", "remove_row", "pin_row", "unpin_row", "submit_week"),
            *("recall_week", "waiting", "status", "preferences", "connection", "disconnect"),
            "sign_out_everywhere",
        ],
        OWN,
    ),
    **dict.fromkeys(
        [
            *("latest_team", "team", "preview_decision", "approve_weeks", "return_weeks"),
            *("reopen_weeks", "reports", "report_entries", "prepare_report", "export_csv"),
            *("export_xlsx", "save_view", "remind"),
        ],
        MANAGER,
    ),
    **dict.fromkeys(
        [
            *("people", "add_reviewer", "allow_choosing", "remove_reviewer", "reminders"),
            *("audit_log", "export_audit_log"),
            "policy",
        ],
        ADMIN,
    ),
    **dict.fromkeys(["people_of", "choose_people", "add_team"], REVIEWER),
    "person_week": THEIR_MANAGER,
    "saved_view": MINE,
    "delete_view": MINE,
}

FORBIDDEN = {
    MANAGER: "This page is for those who look after other people’s weeks in this workspace.",
    THEIR_MANAGER: "You do not look after this person’s weeks.",
    REVIEWER: "These are the people of another manager.",
    ADMIN: "This page is for admins of this Asana workspace.",
}


def names(resolver: URLResolver | None = None) -> Iterator[str]:
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            assert one.name, one
            yield one.name
        else:
            yield from names(one)


def address(name: str, person: str = ADA, reviewer: str = MIA) -> str:
    """Where it is, for last week in the studio."""
    values = {
        "workspace": WORKSPACE,
        "week": Week.of(timezone.localdate()).previous,
        "person": person,
        "reviewer": reviewer,
        "token": "none",
        "edit_id": uuid4(),
        "slug": SavedView.objects.get_or_create(
            user=User.objects.get_or_create(gid=MIA)[0], workspace_gid=WORKSPACE, name="Kept"
        )[0].slug,
    }
    wanted = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
    return reverse(name, kwargs={one: values[one] for one in wanted})


@pytest.fixture
def as_person(settings, db, sandbox):
    """A browser with somebody signed in. Mia looks after Ada and Ben, and Ben after Yui."""
    settings.ASANA_URL = sandbox.url
    cache.clear()
    for reviewer, people in ((MIA, (ADA, BEN)), (BEN, (YUI,))):
        chosen = Reviewer.objects.create(workspace_gid=WORKSPACE, gid=reviewer)
        for gid in people:
            chosen.people.create(gid=gid)

    def as_person(gid: str) -> Client:
        user, _new = User.objects.get_or_create(gid=gid, defaults={"name": TOKENS[gid]})
        Connection.objects.get_or_create(
            user=user, defaults={"method": "token", "access_token": TOKENS[gid]}
        )
        browser = Client()
        browser.force_login(user)
        return browser

    return as_person


def ask_both(browser: Client, place: str):
    """By both methods; one of them the address may not know."""
    answers = [browser.get(place), browser.post(place)]
    return [answer for answer in answers if answer.status_code != 405]


def test_every_address_says_who_may_ask_for_it():
    assert set(names()) == set(WHO_MAY)


def kept_for(*who: str) -> list[str]:
    return [name for name, may in WHO_MAY.items() if may in who]


@pytest.mark.parametrize("name", kept_for(OWN, MANAGER, THEIR_MANAGER, MINE, REVIEWER, ADMIN))
def test_strangers_are_sent_to_sign_in(as_person, name):
    for answer in ask_both(Client(), address(name)):
        assert answer.status_code in (302, 401)
        if answer.status_code == 302:
            assert answer["Location"].startswith(reverse("sign_in"))


@pytest.mark.parametrize("name", kept_for(MANAGER, THEIR_MANAGER, MINE, REVIEWER, ADMIN))
def test_members_are_told_that_it_is_not_for_them(as_person, name):
    may = WHO_MAY[name]
    sentence = FORBIDDEN[ADMIN if may == ADMIN else MANAGER]
    answers = ask_both(as_person(ADA), address(name))
    assert answers
    for answer in answers:
        assert answer.status_code == 403
        assert sentence in unescape(answer.content.decode())


@pytest.mark.parametrize("name", kept_for(THEIR_MANAGER, REVIEWER, ADMIN))
def test_managers_are_kept_from_other_peoples_people_and_from_admins_pages(as_person, name):
    for answer in ask_both(as_person(MIA), address(name, person=YUI, reviewer=BEN)):
        assert answer.status_code == 403
        assert FORBIDDEN[WHO_MAY[name]] in unescape(answer.content.decode())


@pytest.mark.parametrize("name", kept_for(MANAGER, THEIR_MANAGER, MINE, REVIEWER))
def test_managers_get_to_their_own(as_person, name):
    Reviewer.objects.update(chooses=Reviewer.Chooses.ANYONE)
    for answer in ask_both(as_person(MIA), address(name)):
        assert answer.status_code in (200, 302, 422)


@pytest.mark.parametrize("name", kept_for(MANAGER, THEIR_MANAGER, REVIEWER, ADMIN))
def test_admins_get_everywhere_in_their_workspace(as_person, name):
    for answer in ask_both(as_person(OMAR), address(name)):
        assert answer.status_code in (200, 302, 422)


@pytest.mark.parametrize("name", kept_for(MINE))
def test_what_one_manager_made_is_not_there_for_another(as_person, name):
    for answer in ask_both(as_person(OMAR), address(name)):
        assert answer.status_code == 404


@pytest.mark.parametrize("name", kept_for(MANAGER, THEIR_MANAGER, MINE, REVIEWER, ADMIN))
def test_admins_of_another_workspace_do_not_learn_that_it_is_there(as_person, name):
    for answer in ask_both(as_person(KWAME), address(name)):
        assert answer.status_code in (403, 404)
