"""An answer of Asana that is not a good one: bytes in, error out."""

from __future__ import annotations

import pytest

from accounts.asana import errors
from accounts.asana.errors import error_for


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, errors.Malformed),
        (400, errors.Refused),
        (401, errors.Unauthorized),
        (402, errors.PaymentRequired),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (408, errors.Malformed),
        (409, errors.Malformed),
        (429, errors.RateLimited),
        (451, errors.Refused),
        (500, errors.Unavailable),
        (503, errors.Unavailable),
    ],
)
def test_a_status_has_its_error(status, kind):
    error = error_for(status, {}, b'{"errors":[{"message":"No.","help":"x"}]}')
    assert type(error) is kind
    assert (error.status, error.message) == (status, "No.")


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 407, 408, 409, 425, 451, 499])
@pytest.mark.parametrize(
    "body", [b"<!DOCTYPE html><h1>Blocked</h1>", b"", b"[]", b'{"errors":[]}', b'{"error":"no"}']
)
def test_only_asana_can_refuse_a_request(status, body):
    assert type(error_for(status, {}, body)) is errors.Malformed


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"errors":[{"message":"Broken.","phrase":"6 sad squid"}]}', "Broken. (6 sad squid)"),
        (b'{"errors":[{"message":"One."},{"message":"Two."}]}', "One. Two."),
        (b'{"errors":[]}', "HTTP 500"),
        (b"<h1>Bad gateway</h1>", "HTTP 500"),
        (b"", "HTTP 500"),
        (b"\xff\xfe", "HTTP 500"),
        (b'{"errors":"many"}', "HTTP 500"),
    ],
)
def test_the_words_are_asanas_own_where_there_are_any(body, message):
    assert error_for(500, {}, body).message == message


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30),
        ({}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "²"}, None),
    ],
)
def test_how_long_to_wait_is_told_where_asana_says_it(headers, seconds):
    error = error_for(429, headers, b"")
    assert isinstance(error, errors.RateLimited)
    assert error.retry_after == seconds
