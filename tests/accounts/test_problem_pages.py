"""Requests that reach no view, or that no view can answer, still get a page with a sentence."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.pages import page

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(("headers", "root"), [({}, "<!doctype html>"), (HTMX, "<section")])
def test_a_lost_csrf_token_says_that_nothing_was_saved(ada, headers, root):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/sign-in/token/", {"token": "x"}, headers=headers)
    html = page(response).strip()
    assert response.status_code == 403
    assert html.startswith(root)
    assert "Your change wasn’t saved." in html
    assert 'id="problem"' in html


@pytest.mark.parametrize(("headers", "root"), [({}, "<!doctype html>"), (HTMX, "<section")])
def test_an_unknown_address_is_a_page(client, ada, headers, root):
    client.force_login(ada)
    response = client.get("/nothing-here/", headers=headers)
    assert response.status_code == 404
    assert page(response).strip().startswith(root)


@pytest.mark.parametrize(("headers", "root"), [({}, "<!doctype html>"), (HTMX, "<section")])
def test_an_address_that_only_forms_send_to_is_a_page(client, ada, headers, root):
    client.force_login(ada)
    response = client.get("/sign-out/", headers=headers)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert page(response).strip().startswith(root)
    assert "You can’t open this address directly." in page(response)


def test_a_host_that_is_not_ours_is_a_page(client, db):
    response = client.get("/sign-in/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert 'id="problem"' in page(response)


def test_a_mistake_of_ours_is_a_page_that_needs_no_database(client):
    client.raise_request_exception = False
    response = client.get("/broken/")
    html = page(response)
    assert response.status_code == 500
    assert 'id="problem"' in html
    assert "the 500 of the tests" not in html
