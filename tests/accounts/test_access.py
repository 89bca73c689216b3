"""Who gets to a page that needs Asana, and what everybody else is told."""

from __future__ import annotations

import pytest

from accounts.models import Connection
from tests.support.pages import page

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/1200/week/2026-W48/?day=2"}


def test_a_stranger_is_sent_to_sign_in_and_back_again(client, db):
    response = client.get("/hello/?from=here")
    assert response.status_code == 302
    assert response["Location"] == "/sign-in/?next=%2Fhello%2F%3Ffrom%3Dhere"


def test_a_stranger_on_an_open_page_is_told_that_nothing_is_lost(client, db):
    response = client.post("/hello/", headers=HTMX)
    assert response.status_code == 401
    html = page(response)
    assert "What you typed is still on this page, not saved yet." in html
    assert 'href="/sign-in/?next=%2F1200%2Fweek%2F2026-W48%2F%3Fday%3D2"' in html
    assert 'target="_blank"' in html


def test_the_answer_to_htmx_is_the_piece_alone(client, db):
    html = page(client.post("/hello/", headers=HTMX)).strip()
    assert html.startswith('<section class="problem" id="problem">')
    assert html.endswith("</section>")


def test_a_form_sent_by_a_stranger_is_not_turned_into_a_page_to_get(client, db):
    response = client.post("/hello/")
    assert response.status_code == 401
    assert "go back to this page" in page(response)


def test_a_deactivated_person_is_a_stranger(client, ada, connect_ada):
    connect_ada()
    client.force_login(ada)
    ada.is_active = False
    ada.save()
    assert client.get("/hello/").status_code == 302


def test_a_new_session_salt_signs_out_everywhere(client, ada):
    client.force_login(ada)
    ada.session_salt = "another"
    ada.save()
    assert client.get("/connection/").status_code == 302


@pytest.mark.parametrize(("former", "status"), [(True, 200), (False, 302)])
def test_a_new_secret_key_signs_nobody_out_while_the_former_is_kept(
    client, ada, settings, former, status
):
    client.force_login(ada)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if former else []
    settings.SECRET_KEY = "another " * 8
    assert client.get("/connection/").status_code == status


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_without_a_connection_the_way_to_one_is_shown(client, ada, headers):
    client.force_login(ada)
    response = client.get("/hello/", headers=headers)
    assert response.status_code == 401
    assert "You’re not connected to Asana." in page(response)
    assert "/sign-in/?next=" in page(response)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_ended_connection_says_why_and_what_to_do(client, ada, connect_ada, headers):
    connect_ada(state="needs_reconnecting", problem="The `refresh_token` provided was invalid.")
    client.force_login(ada)
    response = client.get("/hello/", headers=headers)
    html = page(response)
    assert response.status_code == 401
    assert "“The `refresh_token` provided was invalid”." in html
    assert "Nothing was saved. Reconnect." in html


def test_asanas_words_are_text_and_not_markup(client, ada, connect_ada):
    connect_ada(state="needs_reconnecting", problem="<script>alert(1)</script>")
    client.force_login(ada)
    assert "<script>alert" not in client.get("/hello/").content.decode()
    assert "<script>alert" not in client.get("/connection/").content.decode()


def test_a_refused_refresh_is_a_page_and_ends_the_connection(client, ada, connect_ada, odd_asana):
    odd_asana.answers({"error": "invalid_grant", "error_description": "revoked since"}, 400)
    connect_ada()
    client.force_login(ada)
    response = client.get("/hello/")
    assert response.status_code == 401
    assert "revoked since" in page(response)
    assert Connection.objects.get().problem == "revoked since"


@pytest.mark.parametrize(("headers", "root"), [({}, "<!doctype html>"), (HTMX, "<section")])
def test_an_asana_that_is_down_is_a_page_and_ends_nothing(
    client, ada, connect_ada, settings, headers, root
):
    settings.ASANA_URL = "http://127.0.0.1:9"
    connect_ada()
    client.force_login(ada)
    response = client.get("/hello/", headers=headers)
    assert response.status_code == 503
    assert page(response).strip().startswith(root)
    assert "Asana isn’t responding. Try again." in page(response)
    assert Connection.objects.get().healthy


def test_a_rate_limit_says_how_long_to_wait(client, ada, connect_ada, odd_asana):
    odd_asana.answers({"errors": [{"message": "slow"}]}, 429, {"Retry-After": "7"})
    connect_ada()
    client.force_login(ada)
    response = client.get("/hello/")
    assert (response.status_code, response["Retry-After"]) == (429, "7")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["no script", "htmx"])
def test_a_page_of_somebody_else_is_refused(client, ada, connect_ada, asana, headers):
    connect_ada(method="token", access_token="sandbox-ada", refresh_token="", expires_at=None)
    client.force_login(ada)
    answer = client.get("/hello/", headers={**headers, "X-Person": "1201000000000002"})
    assert answer.status_code == 409
    assert "belongs to someone else" in page(answer)
    assert client.get("/hello/", headers={**headers, "X-Person": ada.gid}).status_code == 200
