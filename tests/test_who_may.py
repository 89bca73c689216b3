"""Every address, asked by everybody in every way: who gets in, and with what sentence the others do
not."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import AllowedWorkspace, Connection, Manager, User
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
MANAGER_OF_PAGE = "the manager whose people they are"
# Who has the set-up code; once workspaces are chosen, the admins of these.
SET_UP = "who sets it up"

WHO_MAY = {
    **dict.fromkeys(
        [
            *("healthz", "sign_in", "start_sign_in", "finish_sign_in", "sign_in_with_token"),
            *("sign_out", "unsubscribe", "subscribe_again"),
            "enter_code",
            *("readyz", "metrics"),
            "csp_report",
        ],
        OPEN,
    ),
    **dict.fromkeys(
        [
            *("home", "this_week", "week", "save_week", "save_cells", "preview_paste"),
            *("preview_copy", "copy_hours", "undo_step", "entries", "save_entry", "move_entry"),
            *("split_entry", "retry_edit", "discard_edit", "keep_mine", "keep_both"),
            *("changed_cells", "quick", "quick_add", "suggestions", "search_tasks", "add_row"),
            *("copy_rows", "order_rows", "remove_row", "pin_row", "unpin_row", "submit_week"),
            *("recall_week", "waiting", "status", "preferences", "connection", "disconnect"),
            "sign_out_everywhere",
            "resubmit_edit",
            *("check_connection", "refresh_connection"),
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
            *("people", "add_manager", "allow_choosing", "remove_manager", "reminders"),
            *("audit_log", "export_audit_log"),
            *("roles", "role_of", "make_admin", "take_admin"),
            *("switch_off", "switch_on"),
            *("unsynced_changes", "decide_edits", "retry_edits", "discard_edits"),
            *("connections", "connection_of", "check_connection_of", "refresh_connection_of"),
            *("ask_to_reconnect", "revoke_connection", "remove_connection"),
            "health",
            *("reporting_connection", "check_reporting", "confirm_reporting"),
            *("turn_on_reporting", "turn_off_reporting", "test_reporting"),
            "policy",
        ],
        ADMIN,
    ),
    **dict.fromkeys(["people_of", "choose_people", "add_team"], MANAGER_OF_PAGE),
    **dict.fromkeys(["set_up", "save_app", "check_app", "choose_workspaces"], SET_UP),
    "person_week": THEIR_MANAGER,
    "saved_view": MINE,
    "delete_view": MINE,
}

# The methods that an address knows, where they are not GET alone; all others are a 405, for
# everybody and before anything else is looked at.
KNOWS = {
    **dict.fromkeys(
        [
            *("sign_in_with_token", "sign_out", "sign_out_everywhere", "disconnect", "csp_report"),
            *("save_week", "save_cells", "preview_paste", "copy_hours", "undo_step", "save_entry"),
            *("move_entry", "split_entry", "retry_edit", "discard_edit", "keep_mine"),
            *("keep_both", "quick_add", "add_row", "copy_rows", "order_rows", "remove_row"),
            *("pin_row", "unpin_row", "submit_week", "recall_week"),
            *(
                "approve_weeks",
                "return_weeks",
                "reopen_weeks",
                "save_view",
                "delete_view",
                "remind",
            ),
            *("add_manager", "allow_choosing", "remove_manager", "choose_people", "add_team"),
            "subscribe_again",
            *("resubmit_edit", "check_connection", "refresh_connection", "retry_edits"),
            *("discard_edits", "make_admin", "take_admin"),
            *("switch_off", "switch_on", "check_connection_of", "refresh_connection_of"),
            *("ask_to_reconnect", "revoke_connection", "remove_connection", "check_reporting"),
            *("turn_on_reporting", "turn_off_reporting", "test_reporting", "save_app"),
            *("check_app", "choose_workspaces"),
        ],
        ("POST",),
    ),
    **dict.fromkeys(["policy", "preferences", "reminders", "unsubscribe"], ("GET", "HEAD", "POST")),
    **dict.fromkeys(["healthz", "readyz", "metrics"], ("GET", "HEAD")),
    "enter_code": ("GET", "POST"),
}

# What is told to those who get in and then ask for nothing, or for what is not there; else it is a
# page, the way to one, or a form that was not filled in.
EMPTY = {
    **dict.fromkeys(
        [
            *("preview_paste", "undo_step", "entries", "save_entry", "move_entry", "split_entry"),
            *("add_row", "remove_row", "pin_row", "unpin_row", "finish_sign_in", "csp_report"),
        ],
        400,
    ),
    **dict.fromkeys(
        [
            *("retry_edit", "discard_edit", "keep_mine", "keep_both"),
            *("unsubscribe", "subscribe_again", "resubmit_edit", "metrics"),
        ],
        404,
    ),
}

# Of what is everybody's own: where Asana is asked about a workspace, and so says no to strangers.
ASKS_ASANA = {"week", "preview_copy", "copy_hours", "suggestions", "search_tasks", "copy_rows"}

FORBIDDEN = {
    MANAGER: "This page is for those who look after other people’s weeks in this workspace.",
    THEIR_MANAGER: "You do not look after this person’s weeks.",
    MANAGER_OF_PAGE: "These are the people of another manager.",
    ADMIN: "This page is for admins of this Asana workspace.",
}

NOT_SERVED = "This timesheet is not for this workspace. Nothing was changed."

STRANGER, MEMBER, THEIRS = "a stranger", "a member", "the manager of this team"
ANOTHERS, ADMIN_HERE, ADMIN_ELSEWHERE = "another manager", "an admin", "an admin elsewhere"
ROLES = {
    STRANGER: "",
    MEMBER: ADA,
    THEIRS: MIA,
    ANOTHERS: BEN,
    ADMIN_HERE: OMAR,
    ADMIN_ELSEWHERE: KWAME,
}

# What comes of it: they get in, are sent to sign in, read a sentence, it is not there for them, or
# they are asked for the set-up's code.
IN, SIGN_IN, GONE, HIDDEN, CODE = "in", "sign in", "gone", "hidden", "code"
OUTCOMES = {
    OPEN: dict.fromkeys(ROLES, IN),
    # While no workspace is chosen; after that, see below.
    SET_UP: dict.fromkeys(ROLES, CODE),
    OWN: {**dict.fromkeys(ROLES, IN), STRANGER: SIGN_IN},
    MANAGER: {
        STRANGER: SIGN_IN,
        MEMBER: FORBIDDEN[MANAGER],
        THEIRS: IN,
        ANOTHERS: IN,
        ADMIN_HERE: IN,
        ADMIN_ELSEWHERE: HIDDEN,
    },
    THEIR_MANAGER: {
        STRANGER: SIGN_IN,
        MEMBER: FORBIDDEN[MANAGER],
        THEIRS: IN,
        ANOTHERS: FORBIDDEN[THEIR_MANAGER],
        ADMIN_HERE: IN,
        ADMIN_ELSEWHERE: HIDDEN,
    },
    MANAGER_OF_PAGE: {
        STRANGER: SIGN_IN,
        MEMBER: FORBIDDEN[MANAGER],
        THEIRS: IN,
        ANOTHERS: FORBIDDEN[MANAGER_OF_PAGE],
        ADMIN_HERE: IN,
        ADMIN_ELSEWHERE: HIDDEN,
    },
    MINE: {
        STRANGER: SIGN_IN,
        MEMBER: FORBIDDEN[MANAGER],
        THEIRS: IN,
        ANOTHERS: GONE,
        ADMIN_HERE: GONE,
        ADMIN_ELSEWHERE: HIDDEN,
    },
    ADMIN: {
        STRANGER: SIGN_IN,
        MEMBER: FORBIDDEN[ADMIN],
        THEIRS: FORBIDDEN[ADMIN],
        ANOTHERS: FORBIDDEN[ADMIN],
        ADMIN_HERE: IN,
        ADMIN_ELSEWHERE: HIDDEN,
    },
}

METHODS = ("HEAD", "GET", "PUT", "PATCH", "DELETE", "OPTIONS", "POST")
# A program of mail and the browser itself send these, from no page of ours.
WITHOUT_TOKEN = {"unsubscribe", "csp_report"}


def names(resolver: URLResolver | None = None) -> Iterator[str]:
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            assert one.name, one
            yield one.name
        else:
            yield from names(one)


def address_has_workspace(name: str) -> bool:
    return "workspace" in get_resolver().reverse_dict.getlist(name)[0][0][0][1]


def address(name: str, person: str = ADA, manager: str = MIA) -> str:
    """Where it is, for last week in the studio."""
    values = {
        "workspace": WORKSPACE,
        "week": Week.of(timezone.localdate()).previous,
        "person": person,
        "manager": manager,
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
    for manager, people in ((MIA, (ADA, BEN)), (BEN, (YUI,))):
        chosen = Manager.objects.create(workspace_gid=WORKSPACE, gid=manager)
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


def known(name: str) -> tuple[str, ...]:
    return KNOWS.get(name, ("GET",))


def outcome(name: str, role: str) -> str:
    if WHO_MAY[name] == OWN and role == ADMIN_ELSEWHERE and name in ASKS_ASANA:
        return HIDDEN
    return OUTCOMES[WHO_MAY[name]][role]


def check(answer: HttpResponse, name: str, expected: str) -> None:
    status, method = answer.status_code, answer.request["REQUEST_METHOD"]
    way = answer.get("Location", "")
    if expected == SIGN_IN:
        assert status == (302 if method in ("GET", "HEAD") else 401)
        assert method == "POST" or way.startswith(f"{reverse('sign_in')}?next=")
    elif expected == IN:
        assert status in ((EMPTY[name],) if name in EMPTY else (200, 302, 422))
        assert not way.startswith(f"{reverse('sign_in')}?next=")
    elif expected == CODE:
        assert status == (302 if method in ("GET", "HEAD") else 403)
        assert method == "POST" or way == reverse("enter_code")
    elif expected == GONE:
        assert status == 404
    elif expected == HIDDEN:
        assert status in (403, 404)
    else:
        assert status == 403
        assert method == "HEAD" or expected in unescape(answer.content.decode())


def test_every_address_says_who_may_ask_for_it_and_how():
    assert set(names()) == set(WHO_MAY)
    assert WHO_MAY.keys() >= {*KNOWS, *EMPTY, *ASKS_ASANA, *WITHOUT_TOKEN}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", WHO_MAY)
def test_who_may(as_person, name, role):
    Manager.objects.update(chooses=Manager.Chooses.ANYONE)
    browser = as_person(ROLES[role]) if ROLES[role] else Client()
    place = address(name)
    for method in METHODS:
        answer = browser.generic(method, place)
        if method in known(name):
            check(answer, name, outcome(name, role))
        else:
            assert answer.status_code == 405


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["form", "htmx"])
@pytest.mark.parametrize("name", WHO_MAY)
def test_nothing_is_written_without_the_token_of_a_page(as_person, name, headers):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = as_person(OMAR).cookies
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = strict.generic(method, address(name), headers=headers)
        if name in WITHOUT_TOKEN:
            assert answer.status_code in (404, 400, 405)
        else:
            assert answer.status_code == 403
            assert "This page is out of date" in answer.content.decode()


def test_with_the_token_of_a_page_it_is(as_person):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = as_person(OMAR).cookies
    strict.get(reverse("connection"))
    token = strict.cookies["csrftoken"].value
    assert strict.post(reverse("sign_out"), headers={"X-CSRFToken": token}).status_code == 302
    assert strict.get(reverse("connection")).status_code == 302


@pytest.mark.parametrize("name", [name for name, may in WHO_MAY.items() if may == SET_UP])
@pytest.mark.parametrize(
    ("gid", "expected"),
    [("", (302, 401)), (ADA, (403,)), (MIA, (403,)), (OMAR, (200, 302)), (KWAME, (403,))],
)
def test_later_admins_of_chosen_workspaces_open_it(as_person, name, gid, expected):
    AllowedWorkspace.objects.create(workspace_gid=WORKSPACE)
    browser = as_person(gid) if gid else Client()
    for method in known(name):
        answer = browser.generic(method, address(name))
        assert answer.status_code in expected
        if answer.status_code == 302 and not gid:
            assert answer["Location"].startswith(reverse("sign_in"))


@pytest.mark.parametrize("name", [name for name in WHO_MAY if address_has_workspace(name)])
@pytest.mark.parametrize("gid", [ADA, OMAR])
def test_a_workspace_that_is_not_served_is_closed_to_everybody(as_person, name, gid):
    AllowedWorkspace.objects.create(workspace_gid="1200000000000002")
    browser = as_person(gid)
    for method in known(name):
        answer = browser.generic(method, address(name))
        assert answer.status_code == 403
        if method == "HEAD":
            continue
        assert NOT_SERVED in unescape(answer.content.decode())
