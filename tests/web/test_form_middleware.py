"""Forms that a script sends get the address of the next page in a header, and problems alone."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.pages import page

PREFERENCES = "/preferences/"
BY_SCRIPT = {"X-Page": PREFERENCES}
CHOSEN = {"theme": "dark", "duration_format": "decimal", "weekends": "folded", "order": "name"}


def test_a_redirect_is_left_to_the_script_with_its_message_unread(ada):
    answer = ada.post(PREFERENCES, CHOSEN, headers=BY_SCRIPT)
    assert (answer.status_code, answer["X-Location"]) == (204, PREFERENCES)
    assert "Location" not in answer.headers
    assert "Preferences saved." in page(ada.get(PREFERENCES))


def test_a_browser_without_script_is_redirected(ada):
    assert ada.post(PREFERENCES, CHOSEN)["Location"] == PREFERENCES


@pytest.mark.django_db
def test_who_is_signed_out_is_told_so_on_their_page():
    answer = Client().post(PREFERENCES, CHOSEN, headers=BY_SCRIPT)
    assert answer.status_code == 401
    shown = page(answer)
    assert shown.lstrip().startswith('<section class="problem" id="problem">')
    assert "What you typed is still on this page" in shown
    assert "%2Fpreferences%2F" in shown
