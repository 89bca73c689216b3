"""Setting an installation up: who may, step by step, and when it ends."""

from __future__ import annotations

import logging
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection as database
from django.test import Client
from django.utils import timezone

from accounts.encrypted_field import EncryptedText
from accounts.models import (
    Admin,
    AllowedWorkspace,
    AsanaApp,
    Connection,
    Event,
    RefusedSignIn,
    User,
)
from accounts.setup import service
from accounts.sign_in import throttle
from accounts.sign_in.asana_app import Credentials, credentials
from tests.support.pages import page

STUDIO, HARBOUR = "1200000000000001", "1200000000000002"
SECRET = "sandbox-secret"
GIDS = {"ada": 1, "omar": 4, "kwame": 12}
PAGE = "/set-up/"
POSTS = ["/set-up/app/", "/set-up/check/", "/set-up/workspaces/"]


@pytest.fixture(autouse=True)
def bare(db, settings, asana):
    """An installation that has just been started, without an Asana app."""
    settings.ASANA_CLIENT_ID = settings.ASANA_CLIENT_SECRET = ""
    cache.clear()


@pytest.fixture
def as_person():
    """A browser in which somebody is signed in with their personal token."""

    def as_person(slug: str, browser: Client | None = None) -> Client:
        gid = f"1201{GIDS[slug]:012}"
        user, _new = User.objects.get_or_create(gid=gid, defaults={"name": slug.title()})
        Connection.objects.get_or_create(
            user=user, defaults={"method": "token", "access_token": f"sandbox-{slug}"}
        )
        browser = browser or Client()
        browser.force_login(user)
        return browser

    return as_person


@pytest.fixture
def with_code(client):
    """The browser of the person who runs the installation."""
    client.post("/set-up/code/", {"code": service.code()})
    return client


def save(browser: Client, client_id: str = "sandbox-client", secret: str = SECRET):
    sent = {"client_id": client_id, "client_secret": secret}
    return browser.post("/set-up/app/", sent, follow=True)


def choose(browser: Client, *gids: str):
    return browser.post("/set-up/workspaces/", {"workspace": gids}, follow=True)


def states(response) -> list[str]:
    return [part.partition('"')[0] for part in page(response).split('step" data-state="')[1:]]


# Who may


def test_the_command_prints_the_address_and_the_code(settings):
    said = StringIO()
    call_command("set_up", stdout=said)
    assert "http://testserver/set-up/" in said.getvalue()
    assert service.code() in said.getvalue()


def test_the_code_depends_on_the_secret_key_and_gives_nothing_of_it_away(settings):
    first = service.code()
    settings.SECRET_KEY = "another" * 10
    assert service.code() != first
    assert len(first) == 19


def test_a_stranger_is_asked_for_the_code(client):
    response = client.get(PAGE, follow=True)
    assert response.redirect_chain == [("/set-up/code/", 302)]
    assert "manage.py set_up" in page(response)
    assert service.code() not in page(response)


@pytest.mark.parametrize("address", POSTS)
@pytest.mark.parametrize("slug", ["", "ada", "omar"])
def test_without_the_code_nothing_can_be_changed(as_person, address, slug):
    """An admin of some workspace neither: anybody can make one for themself in Asana."""
    browser = as_person(slug) if slug else Client()
    sent = {"client_id": "mine", "client_secret": "mine", "workspace": STUDIO}
    response = browser.post(address, sent)
    assert response.status_code == 403
    assert "Open the setup page and enter the code" in page(response)
    assert not AsanaApp.objects.exists()
    assert not AllowedWorkspace.objects.exists()


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", ""), "  {}  ".format])
def test_the_code_may_be_typed_as_one_likes(client, change):
    response = client.post("/set-up/code/", {"code": change(service.code())}, follow=True)
    assert response.redirect_chain == [("/set-up/", 302)]


def test_letters_that_are_mistaken_for_figures_are_those_figures():
    assert service._normalize("oO-iI lL") == "001111"


@pytest.mark.parametrize("typed", ["", "AAAA-AAAA-AAAA-AAAA", "é", "x" * 61])
def test_a_wrong_code_opens_nothing(client, typed):
    response = client.post("/set-up/code/", {"code": typed})
    assert response.status_code == 422
    assert client.get(PAGE).status_code == 302


def test_after_too_many_wrong_codes_even_the_right_one_waits(client, time_machine):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    for _ in range(throttle.MAX_REFUSALS):
        client.post("/set-up/code/", {"code": "wrong"})
    response = client.post("/set-up/code/", {"code": service.code()})
    assert response.status_code == 429
    assert "Try again in 15 minutes." in page(response)
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    assert elsewhere.post("/set-up/code/", {"code": service.code()}).status_code == 302
    time_machine.move_to(start + throttle.WINDOW, tick=False)
    assert client.post("/set-up/code/", {"code": service.code()}).status_code == 302


def test_old_attempts_are_forgotten(client, time_machine):
    client.post("/set-up/code/", {"code": "wrong"})
    time_machine.move_to(timezone.now() + throttle.WINDOW * 2, tick=False)
    client.post("/set-up/code/", {"code": "wrong"})
    assert RefusedSignIn.objects.count() == 1


def test_the_session_is_another_once_the_code_was_typed(client):
    client.get("/sign-in/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    client.post("/set-up/code/", {"code": service.code()})
    assert client.session.session_key != session.session_key


def test_once_workspaces_are_chosen_the_code_opens_nothing(with_code):
    assert with_code.get(PAGE).status_code == 200
    AllowedWorkspace.objects.create(workspace_gid=STUDIO, name="Studio")
    assert with_code.get(PAGE).status_code == 302
    assert with_code.get("/set-up/code/")["Location"] == PAGE
    for address in POSTS:
        assert with_code.post(address).status_code == 401
    stranger = Client()
    stranger.post("/set-up/code/", {"code": service.code()})
    assert "/sign-in/" in stranger.get(PAGE)["Location"]
    said = StringIO()
    call_command("set_up", stdout=said)
    assert service.code() not in said.getvalue()


def test_admins_of_a_chosen_workspace_come_in_and_nobody_else(as_person):
    AllowedWorkspace.objects.create(workspace_gid=STUDIO, name="Studio")
    assert as_person("omar").get(PAGE).status_code == 200
    for slug in ("ada", "kwame"):
        response = as_person(slug).get(PAGE)
        assert response.status_code == 403
        assert "admins of this timesheet’s workspaces" in page(response)
        for address in POSTS:
            assert as_person(slug).post(address).status_code == 403


def test_an_admin_comes_in_while_asana_does_not_answer(as_person, settings):
    AllowedWorkspace.objects.create(workspace_gid=STUDIO, name="Studio")
    omar = as_person("omar")
    omar.get(PAGE)
    cache.delete(f"admin:{User.objects.get().pk}:{STUDIO}")
    settings.ASANA_URL = "http://127.0.0.1:9"
    response = omar.get(PAGE)
    assert response.status_code == 200
    assert "Asana isn’t responding." in page(response)
    assert as_person("ada").get(PAGE).status_code == 403


def test_an_admin_whose_connection_has_ended_is_told(as_person):
    AllowedWorkspace.objects.create(workspace_gid=STUDIO, name="Studio")
    omar = as_person("omar")
    Connection.objects.update(state="needs_reconnecting")
    assert omar.get(PAGE).status_code == 401


@pytest.mark.parametrize("address", POSTS)
def test_nothing_is_changed_by_looking(with_code, address):
    assert with_code.get(address).status_code == 405


# Step by step


def test_at_first_all_but_the_key_is_to_be_done(with_code):
    response = with_code.get(PAGE)
    assert states(response) == ["done", *["to_do"] * 5]
    assert 'value="http://testserver/sign-in/callback/"' in page(response)
    assert "contains 1 key." in page(response)
    assert "no-store" in response["Cache-Control"]


def test_it_says_when_the_page_is_at_another_address(with_code, settings):
    assert "You opened this page at a different address" not in page(with_code.get(PAGE))
    settings.PUBLIC_URL = "https://timesheet.example"
    html = page(with_code.get(PAGE))
    assert (
        "You opened this page at a different address than <code>https://timesheet.example</code>"
        in html
    )


def test_older_keys_and_lost_ones_are_told(with_code, settings, as_person):
    old, new, lost = (Fernet.generate_key().decode() for _ in range(3))
    for slug, key in (("ada", lost), ("omar", old), ("kwame", new)):
        settings.TOKEN_KEYS = [key]
        as_person(slug)
    settings.TOKEN_KEYS = [new, old]
    assert service.keys() == service.Keys(number=2, older=2, lost=2)
    html = page(with_code.get(PAGE))
    assert "2 secrets are still encrypted with an older key." in html
    assert "2 secrets can’t be decrypted" in html


def test_client_id_and_secret_are_checked_sealed_and_recorded(with_code):
    response = save(with_code)
    assert states(response) == ["done", "done", "done", "done", "to_do", "to_do"]
    assert "Connected to your Asana app. See step 4." in page(response)
    assert credentials() == Credentials("sandbox-client", SECRET)
    with database.cursor() as cursor:
        cursor.execute("SELECT client_secret FROM accounts_asanaapp")
        assert SECRET not in cursor.fetchone()[0]
    event = Event.objects.get(action="app_changed")
    assert event.actor_name == "set-up code"
    assert event.before == {"client_id": ""}
    assert event.after == {"client_id": "sandbox-client", "client_secret": "changed"}


@pytest.mark.parametrize(
    ("client_id", "secret", "said", "expected"),
    [
        ("another", SECRET, "Wrong client ID", ["to_do", "wrong", "wrong"]),
        ("sandbox-client", "other", "Wrong client secret", ["done", "wrong", "wrong"]),
    ],
)
def test_a_wrong_one_is_told_at_once(with_code, client_id, secret, said, expected):
    response = save(with_code, client_id, secret)
    assert said in page(response)
    assert states(response)[1:4] == expected


def test_an_unregistered_address_is_told(with_code, asana):
    asana.settings(redirect_uris=["http://testserver/elsewhere/"])
    response = save(with_code)
    assert "Redirect URL not registered" in page(response)
    assert states(response)[1:4] == ["wrong", "done", "wrong"]
    asana.settings(redirect_uris=["http://testserver/sign-in/callback/"])
    response = with_code.post("/set-up/check/", follow=True)
    assert states(response)[1:4] == ["done"] * 3


def test_an_unreachable_asana_is_told(with_code, settings):
    settings.ASANA_URL = "http://127.0.0.1:9"
    response = save(with_code)
    assert "http://127.0.0.1:9 didn’t respond" in page(response)
    assert states(response)[1:4] == ["to_do", "done", "wrong"]


def test_what_asana_does_not_tell_is_left_to_a_sign_in(with_code, asana, walk):
    asana.faults({"path": "oauth_revoke", "kind": "status", "status": 200, "body": "{}"})
    response = save(with_code)
    assert "Not verified. See step 4." in page(response)
    assert states(response)[1:4] == ["to_do", "done", "to_do"]
    response = with_code.get(walk("omar", next=PAGE), follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert states(response)[1:4] == ["done"] * 3
    assert "Someone has already signed in with this client ID and secret." in page(response)


def test_checking_without_an_app_asks_for_it(with_code):
    response = with_code.post("/set-up/check/", follow=True)
    assert "Enter the client ID and secret first." in page(response)


@pytest.mark.parametrize(
    ("client_id", "secret", "said"),
    [
        ("", "x", "Enter the client ID."),
        ("sandbox-client", "", "Enter the secret for this client ID."),
        ("with space", "x", "This isn’t a client ID. Copy it again."),
        ("sandbox-client", "with space", "This isn’t a client secret. Copy it again."),
    ],
)
def test_what_cannot_be_is_said_under_its_field(with_code, client_id, secret, said):
    response = save(with_code, client_id, secret)
    assert response.status_code == 422
    assert said in page(response)
    assert not AsanaApp.objects.exists()


def test_the_secret_may_stay_but_not_for_another_id(with_code):
    save(with_code)
    save(with_code, secret="")
    assert credentials() == Credentials("sandbox-client", SECRET)
    assert Event.objects.first().after["client_secret"] == "kept"
    assert save(with_code, "another", "").status_code == 422
    assert credentials() == Credentials("sandbox-client", SECRET)
    assert AsanaApp.objects.count() == 1


def test_a_secret_whose_key_is_gone_is_asked_for_anew(with_code, settings):
    save(with_code)
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    response = with_code.get(PAGE)
    assert states(response)[2] == "wrong"
    assert "Enter the client ID and secret again." in page(response)
    assert save(with_code, secret="").status_code == 422
    assert states(save(with_code))[2] == "done"


def test_what_the_environment_says_cannot_be_changed_here(with_code, settings):
    settings.ASANA_CLIENT_ID, settings.ASANA_CLIENT_SECRET = "sandbox-client", SECRET
    html = page(with_code.get(PAGE))
    assert "Set by environment variables" in html
    assert 'name="client_secret"' not in html
    assert "you can’t change them here." in page(save(with_code, "another", "another"))
    assert not AsanaApp.objects.exists()
    assert states(with_code.post("/set-up/check/", follow=True))[3] == "done"


def test_the_environment_goes_before_what_is_saved(with_code, settings):
    save(with_code, "another", "another")
    settings.ASANA_CLIENT_ID, settings.ASANA_CLIENT_SECRET = "sandbox-client", SECRET
    assert credentials() == Credentials("sandbox-client", SECRET, from_environment=True)


def test_choosing_takes_somebody_who_is_signed_in(with_code):
    save(with_code)
    response = choose(with_code, STUDIO)
    assert "Sign in first, then choose workspaces." in page(response)
    assert 'href="/sign-in/asana/?next=/set-up/"' in page(response)
    assert not AllowedWorkspace.objects.exists()


def test_an_admin_chooses_and_is_finished(with_code, walk):
    save(with_code)
    response = with_code.get(walk("omar", next=PAGE), follow=True)
    assert "you’re an admin" in page(response)
    assert "<h2>Finished</h2>" not in page(response)
    response = choose(with_code, STUDIO)
    assert states(response) == ["done"] * 6
    assert "<h2>Finished</h2>" in page(response)
    assert f'href="/{STUDIO}/people/"' in page(response)
    event = Event.objects.get(action="workspaces_chosen")
    assert (event.actor_name, event.before) == ("Omar Haddad", {"workspaces": []})
    assert event.after == {"workspaces": [AllowedWorkspace.objects.get().name]}


def test_who_is_no_admin_may_choose_with_the_code_and_is_then_out(with_code, walk):
    save(with_code)
    with_code.get(walk("ada", next=PAGE))
    response = choose(with_code, STUDIO)
    assert response.redirect_chain == [("/", 302)]
    assert with_code.get(PAGE).status_code == 403


@pytest.mark.parametrize("gids", [(), ("999",), ("",)])
def test_at_least_one_is_chosen_of_those_that_asana_shows(with_code, as_person, gids):
    as_person("omar", with_code)
    with_code.post("/set-up/code/", {"code": service.code()})
    response = choose(with_code, *gids)
    assert "Choose at least one workspace." in page(response)
    assert not AllowedWorkspace.objects.exists()
    assert not Event.objects.filter(action="workspaces_chosen").exists()


def test_an_admin_leaves_alone_what_asana_does_not_show_to_them(as_person):
    for gid, name in ((STUDIO, "Studio"), ("777", "Elsewhere")):
        AllowedWorkspace.objects.create(workspace_gid=gid, name=name)
    omar = as_person("omar")
    assert "<bdi>Elsewhere</bdi>" in page(omar.get(PAGE))
    choose(omar, STUDIO)
    assert set(AllowedWorkspace.objects.values_list("workspace_gid", flat=True)) == {STUDIO, "777"}


def test_saving_the_same_workspaces_records_nothing(as_person):
    omar = as_person("omar")
    name = AllowedWorkspace.objects.create(workspace_gid=STUDIO, name="Old name")
    choose(omar, STUDIO)
    name.refresh_from_db()
    assert name.name != "Old name"
    Event.objects.filter(action="workspaces_chosen").get()
    choose(omar, STUDIO)
    Event.objects.filter(action="workspaces_chosen").get()


def test_admins_that_are_known_are_named(with_code):
    assert "Nobody yet." in page(with_code.get(PAGE))
    Admin.objects.create(email="pat@nordlicht.example", granted=True)
    Admin.objects.create(workspace_gid=STUDIO, gid="1", name="Quinn", in_asana=True)
    Admin.objects.create(workspace_gid=STUDIO, gid="2", name="Was one")
    response = with_code.get(PAGE)
    assert "<bdi>pat@nordlicht.example</bdi>, <bdi>Quinn</bdi>." in page(response)
    assert "Was one" not in page(response)
    assert states(response)[5] == "done"


def test_admins_of_workspaces_that_were_not_chosen_are_not_named(as_person):
    AllowedWorkspace.objects.create(workspace_gid=STUDIO, name="Studio")
    Admin.objects.create(workspace_gid=HARBOUR, gid="1", name="Kwame", in_asana=True)
    html = page(as_person("omar").get(PAGE))
    assert "Admins so far: <bdi>Omar Haddad</bdi>." in html


# What others see of it


def test_without_an_app_nobody_signs_in_with_asana_and_is_told_why(client):
    html = page(client.get("/sign-in/"))
    assert "isn’t set up yet" in html
    assert 'href="/set-up/"' in html
    response = client.get("/sign-in/asana/")
    assert response.status_code == 503
    assert "Sign-in with Asana isn’t set up yet" in page(response)
    assert client.get("/sign-in/callback/?code=1&state=2").status_code == 503


def test_a_personal_token_works_without_an_app(client):
    assert client.post("/sign-in/token/", {"token": "sandbox-ada"}).status_code == 302


def test_once_there_is_an_app_the_sign_in_page_says_nothing_of_it(with_code, client):
    save(with_code)
    assert "Not set up yet" not in page(Client().get("/sign-in/"))


def test_a_connection_outlives_a_wrong_secret(with_code, walk, asana):
    save(with_code)
    with_code.get(walk("omar", next=PAGE))
    save(with_code, secret="wrong")
    asana.expire_tokens()
    Connection.objects.update(expires_at=timezone.now())
    html = page(with_code.get(PAGE))
    assert "Asana rejected this timesheet’s app" in html
    assert Connection.objects.get().healthy
    response = save(with_code)
    assert "you’re an admin" in page(response)


@pytest.mark.parametrize("secret", [SECRET, "a-wrong-secret"])
def test_the_secret_is_on_no_page_and_in_no_log(with_code, secret, caplog):
    caplog.set_level(logging.DEBUG)
    pages = [save(with_code, secret=secret), save(with_code, "bad id", secret)]
    pages += [with_code.get(PAGE), with_code.post("/set-up/check/", follow=True)]
    assert all(secret not in page(html) for html in pages)
    assert secret not in caplog.text
    assert secret not in repr([*AsanaApp.objects.all(), *Event.objects.values()])
    assert isinstance(vars(AsanaApp.objects.get())["client_secret"], EncryptedText)


@pytest.mark.parametrize("address", ["/set-up/code/", *POSTS])
def test_a_form_from_elsewhere_is_refused(address):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(address, {"code": service.code()}).status_code == 403


def test_who_was_an_admin_does_not_come_in_by_asking_too_often(as_person, asana):
    AllowedWorkspace.objects.create(workspace_gid=STUDIO, name="Studio")
    browser = as_person("ada")
    cache.set(f"own-role:{User.objects.get().pk}:{STUDIO}", True)
    asana.faults({"kind": "status", "status": 429, "retry_after": 30})
    assert browser.get(PAGE).status_code == 429
    assert save(browser, secret="another-secret").status_code == 429
    assert not AsanaApp.objects.exists()
