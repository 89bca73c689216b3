"""Every address, asked by everybody in every way: who gets in, and with what sentence the others do
not."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import AllowedWorkspace, Connection, Manager, User
from timesheet.domain.week import Week
from timesheet.models import ProjectSelection, SavedView

WORKSPACE = "1200000000000001"
ADA, BEN, MIA, OMAR, YUI = (f"1201{number:012}" for number in (1, 2, 3, 4, 10))
KWAME = "1201000000000012"
PROJECT, TASK = "1204000000000001", "1205000000000001"
SLUG = UUID("00000000-0000-4000-8000-000000000001")
TOKENS = {
    ADA: "sandbox-ada",
    BEN: "sandbox-ben",
    MIA: "sandbox-mia",
    OMAR: "sandbox-omar",
    KWAME: "sandbox-kwame",
}

# Who may ask for what: everybody; signed-in people; managers; the manager of the person that the
# address names; the manager who made what it names, or whose people it is about; admins.
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
            *("refresh_week", "prefetch_week"),
            *("preview_copy", "copy_hours", "undo_step", "entries", "save_entry", "move_entry"),
            *("split_entry", "retry_edit", "discard_edit", "keep_mine", "keep_both"),
            *(
                "remove_duplicate",
                "changed_cells",
                "quick",
                "quick_add",
                "suggestions",
                "search_tasks",
                "add_row",
            ),
            *("copy_rows", "order_rows", "remove_row", "pin_row", "unpin_row", "submit_week"),
            *(
                "recall_week",
                "waiting",
                "status",
                "taken",
                "preferences",
                "connection",
                "disconnect",
            ),
            *("guide", "photo"),
            *("sign_out_everywhere", "end_session"),
            "resubmit_edit",
            *("check_connection", "refresh_connection"),
            *("my_hours", "my_weeks", "search_my_hours", "my_changes"),
            "week_calendar",
            *("export_my_csv", "export_my_xlsx"),
            "task_entries",
            *("timer", "timer_bar", "timer_tasks", "start_timer", "stop_timer", "resume_timer"),
            *("discard_timer", "add_timer", "save_template", "delete_template"),
            *("own_month",),
        ],
        OWN,
    ),
    **dict.fromkeys(
        [
            *("latest_team", "team", "preview_decision", "approve_weeks", "return_weeks"),
            *("reopen_weeks", "reports", "report_entries", "prepare_report", "export_csv"),
            *("export_xlsx", "save_view", "remind", "people"),
            *("projects", "project_page", "planned_work", "export_projects", "export_projects_csv"),
            *("save_selection", "save_alert"),
        ],
        MANAGER,
    ),
    **dict.fromkeys(
        [
            *("add_manager", "allow_choosing", "remove_manager", "reminders"),
            *("audit_log", "export_audit_log"),
            *("roles", "role_of", "make_admin", "take_admin"),
            *("switch_off", "switch_on", "person_data", "export_person", "erase_person"),
            *("unsynced_changes", "decide_edits", "retry_edits", "discard_edits"),
            *("connections", "connection_of", "check_connection_of", "refresh_connection_of"),
            *("ask_to_reconnect", "revoke_connection", "remove_connection"),
            "health",
            *("reporting_connection", "check_reporting", "confirm_reporting"),
            *("turn_on_reporting", "turn_off_reporting", "test_reporting"),
            *("policy", "add_holiday", "remove_holiday"),
            "admin_home",
            *("assign_manager", "set_roles", "set_capacity"),
            *("capacity_of", "remove_capacity", "export_capacity"),
            *("import_capacity", "apply_import", "add_half_day", "remove_half_day"),
        ],
        ADMIN,
    ),
    **dict.fromkeys(
        ["people_of", "choose_people", "add_team", "name_delegate", "remove_delegate"],
        MANAGER_OF_PAGE,
    ),
    **dict.fromkeys(["set_up", "save_app", "check_app", "choose_workspaces"], SET_UP),
    **dict.fromkeys(["person_week", "person_trend"], THEIR_MANAGER),
    "person_month": THEIR_MANAGER,
    "saved_view": MINE,
    "delete_view": MINE,
    "delete_selection": MINE,
    "report_schedule": MINE,
    "delete_schedule": MINE,
}

# The methods that an address knows, where they are not GET and HEAD; all others are a 405, for
# everybody and before anything else is looked at.
KNOWS = {
    **dict.fromkeys(
        [
            *("sign_in_with_token", "sign_out", "sign_out_everywhere", "disconnect", "csp_report"),
            "end_session",
            *("save_week", "save_cells", "preview_paste", "copy_hours", "undo_step", "save_entry"),
            *("move_entry", "split_entry", "retry_edit", "discard_edit", "keep_mine"),
            *(
                "keep_both",
                "remove_duplicate",
                "quick_add",
                "add_row",
                "copy_rows",
                "order_rows",
                "remove_row",
            ),
            *("pin_row", "unpin_row", "submit_week", "recall_week"),
            *(
                "approve_weeks",
                "return_weeks",
                "reopen_weeks",
                "save_view",
                "delete_view",
                "save_selection",
                "delete_selection",
                "delete_schedule",
                "save_alert",
            ),
            *("add_manager", "allow_choosing", "remove_manager", "choose_people", "add_team"),
            "subscribe_again",
            *("resubmit_edit", "check_connection", "refresh_connection", "retry_edits"),
            *("discard_edits", "make_admin", "take_admin"),
            *("switch_off", "switch_on", "check_connection_of", "refresh_connection_of"),
            *("ask_to_reconnect", "revoke_connection", "remove_connection", "check_reporting"),
            *("turn_on_reporting", "turn_off_reporting", "test_reporting", "save_app"),
            *("check_app", "choose_workspaces"),
            *("set_capacity", "remove_capacity", "apply_import", "add_half_day"),
            *("add_holiday", "remove_holiday", "erase_person"),
            *("assign_manager", "set_roles"),
            *("name_delegate", "remove_delegate"),
            "remove_half_day",
            *("start_timer", "stop_timer", "resume_timer", "discard_timer", "add_timer"),
            *("save_template", "delete_template"),
        ],
        ("POST",),
    ),
    **dict.fromkeys(
        [
            "policy",
            "preferences",
            "reminders",
            "remind",
            "unsubscribe",
            "import_capacity",
            "report_schedule",
        ],
        ("GET", "HEAD", "POST"),
    ),
    "enter_code": ("GET", "HEAD", "POST"),
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
    "prefetch_week": 204,
    **dict.fromkeys(
        [
            *("retry_edit", "discard_edit", "keep_mine", "keep_both", "remove_duplicate"),
            *("unsubscribe", "subscribe_again", "resubmit_edit", "metrics", "delete_template"),
            *("resume_timer", "discard_timer", "add_timer", "photo"),
        ],
        404,
    ),
}

# Of what is everybody's own: where Asana is asked about a workspace, and so says no to strangers.
ASKS_ASANA = {
    *("week", "prefetch_week", "preview_copy", "copy_hours", "suggestions", "search_tasks"),
    *("my_hours", "my_weeks", "export_my_csv", "export_my_xlsx"),
    "week_calendar",
    "task_entries",
    "timer_tasks",
    "copy_rows",
    "save_template",
    "own_month",
}

FORBIDDEN = {
    MANAGER: "Only managers in this workspace can open this page.",
    THEIR_MANAGER: "You don’t manage this person.",
    MANAGER_OF_PAGE: "You can only see and change your own list of people.",
    ADMIN: "Only admins of this workspace can open this page.",
}

NOT_SERVED = "This timesheet isn’t set up for this workspace."
OUT_OF_DATE = "This page is out of date"

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
# they are asked for the set-up's code. Any other word is the sentence.
IN, SIGN_IN, GONE, HIDDEN, CODE = "in", "sign in", "gone", "hidden", "code"
CLOSED = ""
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
        "project_gid": PROJECT,
        "month": "2026-10",
        "task": TASK,
        "week": Week.of(timezone.localdate()).previous,
        "person": person,
        "manager": manager,
        "token": "none",
        "key": "none",
        "edit_id": uuid4(),
        "session": "none",
        "slug": SLUG,
        "timer_id": uuid4(),
    }
    wanted = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
    return reverse(name, kwargs={one: values[one] for one in wanted})


@pytest.fixture
def people(settings, db, sandbox) -> dict[str, User]:
    """The people who ask, by gid, each connected. Mia manages Ada and Ben, Ben manages Yui, and
    Mia has saved a view of the reports and one of the projects."""
    settings.ASANA_URL = sandbox.url
    cache.clear()
    for manager, managed in ((MIA, (ADA, BEN)), (BEN, (YUI,))):
        row = Manager.objects.create(workspace_gid=WORKSPACE, gid=manager)
        for gid in managed:
            row.people.create(gid=gid)
    people = {gid: User.objects.create_user(gid, token) for gid, token in TOKENS.items()}
    for gid, user in people.items():
        Connection.objects.create(user=user, method="token", access_token=TOKENS[gid])
    for model in (SavedView, ProjectSelection):
        model.objects.create(user=people[MIA], workspace_gid=WORKSPACE, name="Kept", slug=SLUG)
    return people


def browser_of(user: User | None, **options: Any) -> Client:
    browser = Client(**options)
    if user:
        browser.force_login(user)
    return browser


@contextmanager
def forgotten() -> Iterator[None]:
    """What is done in it is undone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def asked(
    names: Iterable[str],
    user: User | None,
    fits: Callable[[Any, str], bool],
    methods: Callable[[str], Iterable[str]] | None = None,
) -> list[str]:
    """Asks each address for all that it knows, or by these methods; says which answers do not
    fit."""
    wrong, signed_in = [], browser_of(user)
    # Asana is asked once about their membership and role, not once for each address.
    signed_in.get(address("week"))
    for name in names:
        with forgotten():
            browser, place = Client(), address(name)
            # Signed in, also where the address before signs out.
            browser.cookies = copy.deepcopy(signed_in.cookies)
            for method in (methods or known)(name):
                answer = browser.generic(method, place)
                if not fits(answer, name):
                    wrong.append(f"{method} {name}: {answer.status_code}")
    return wrong


def known(name: str) -> tuple[str, ...]:
    return KNOWS.get(name, ("GET", "HEAD"))


def outcome(name: str, role: str) -> str:
    if WHO_MAY[name] == OWN and role == ADMIN_ELSEWHERE and name in ASKS_ASANA:
        return HIDDEN
    return OUTCOMES[WHO_MAY[name]][role]


def fits(answer: Any, name: str, expected: str) -> bool:
    status, method = answer.status_code, answer.request["REQUEST_METHOD"]
    place = answer.get("Location", "")
    to_sign_in = place.startswith(f"{reverse('sign_in')}?next=")
    if expected == SIGN_IN:
        return (status, to_sign_in) == (401, False) if method == "POST" else to_sign_in
    if expected == IN:
        allowed = (EMPTY[name],) if name in EMPTY else (200, 302, 422)
        return status in allowed and not to_sign_in
    if expected == CODE:
        return status == 403 if method == "POST" else place == reverse("enter_code")
    if expected == GONE:
        return status == 404
    if expected == HIDDEN:
        return status in (403, 404)
    return status == 403 and (method == "HEAD" or expected in unescape(answer.content.decode()))


def is_not_stored(answer: Any) -> bool:
    """Pages, fragments, files and problems: after signing out nobody may see them by Back."""
    return {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


def test_every_address_says_who_may_ask_for_it_and_how():
    assert set(names()) == set(WHO_MAY)
    assert WHO_MAY.keys() >= {*KNOWS, *EMPTY, *ASKS_ASANA, *WITHOUT_TOKEN}


@pytest.mark.usefixtures("people")
def test_what_an_address_does_not_know_is_refused_before_anything_is_looked_at():
    browser, answered = Client(), set()
    for name in WHO_MAY:
        for method in set(METHODS) - set(known(name)):
            status = browser.generic(method, address(name)).status_code
            answered.add((name, method, status))
    assert [answer for answer in sorted(answered) if answer[-1] != 405] == []


@pytest.mark.parametrize("role", ROLES)
def test_who_may_and_no_browser_stores_the_answer(people, role):
    Manager.objects.update(chooses=Manager.Chooses.ANYONE)
    user = people.get(ROLES[role])
    expected = {name: outcome(name, role) for name in WHO_MAY}

    def is_right(answer: Any, name: str) -> bool:
        return fits(answer, name, expected[name]) and is_not_stored(answer)

    def methods(name: str) -> list[str]:
        """HEAD is GET without its body: those who get in make the same page by it, so one asks."""
        both = role == ADMIN_HERE or expected[name] != IN
        return [method for method in known(name) if both or method != "HEAD"]

    assert asked(WHO_MAY, user, is_right, methods) == []


def test_nothing_is_written_without_the_token_of_a_page(people):
    strict, wrong = browser_of(people[OMAR], enforce_csrf_checks=True), []
    for name in [name for name in WHO_MAY if "POST" in known(name)]:
        with forgotten():
            answer = strict.post(address(name))
        if name in WITHOUT_TOKEN:
            good = answer.status_code in (404, 400)
        else:
            good = answer.status_code == 403 and OUT_OF_DATE in answer.content.decode()
        if not good:
            wrong.append(f"{name}: {answer.status_code}")
    assert wrong == []


def test_a_script_is_told_the_same(people):
    strict = browser_of(people[OMAR], enforce_csrf_checks=True)
    answer = strict.post(address("save_cells"), headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert OUT_OF_DATE in answer.content.decode()


def test_with_the_token_of_a_page_it_is(people):
    strict = browser_of(people[OMAR], enforce_csrf_checks=True)
    strict.get(reverse("connection"))
    token = strict.cookies["csrftoken"].value
    assert strict.post(reverse("sign_out"), headers={"X-CSRFToken": token}).status_code == 302
    assert strict.get(reverse("connection")).status_code == 302


@pytest.mark.parametrize(
    ("gid", "expected"),
    [("", SIGN_IN), (ADA, CLOSED), (MIA, CLOSED), (OMAR, IN), (KWAME, CLOSED)],
)
def test_later_admins_of_chosen_workspaces_open_it(people, gid, expected):
    AllowedWorkspace.objects.create(workspace_gid=WORKSPACE)
    these = [name for name, may in WHO_MAY.items() if may == SET_UP]
    user = people.get(gid)
    assert asked(these, user, lambda answer, name: fits(answer, name, expected)) == []


@pytest.mark.parametrize("gid", [ADA, OMAR])
def test_a_workspace_that_is_not_served_is_closed_to_everybody(people, gid):
    AllowedWorkspace.objects.create(workspace_gid="1200000000000002")
    these = [name for name in WHO_MAY if address_has_workspace(name)]
    assert asked(these, people[gid], lambda answer, name: fits(answer, name, NOT_SERVED)) == []


def test_no_browser_stores_that_there_is_no_page(people):
    assert is_not_stored(browser_of(people[OMAR]).get("/nothing/"))


@pytest.mark.parametrize("name", ["sign_out", "sign_out_everywhere"])
def test_signing_out_deletes_stored_pages_and_keeps_unsent_changes(people, name):
    answer = browser_of(people[ADA]).post(address(name))
    assert answer["Clear-Site-Data"] == '"cache"'
