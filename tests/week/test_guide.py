"""The help page."""

from __future__ import annotations

from django.test import Client

from tests.support.pages import page


def test_it_says_what_can_be_typed_and_what_the_keys_do(ada):
    shown = page(ada.get("/help/"))
    for words in ("1h 30m", "1:30 with a note", "Move between cells", "What the marks mean"):
        assert words in shown


def test_the_week_leads_to_it(ada):
    assert 'href="/help/"' in page(ada.see())


def test_a_person_who_is_signed_out_signs_in_first(db):
    assert Client().get("/help/").status_code == 302
