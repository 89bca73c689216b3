"""When a request has arrived as a whole, and what is too large."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timesheet.core.request_framing import (
    MAX_CSP_REPORT,
    MAX_FORM,
    MAX_HEAD,
    MAX_WEEK,
    RequestTooLarge,
    arrival,
    without_expectation,
)


def request(headers: str, body: bytes = b"", path: str = "/x/") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: a\r\n{headers}\r\n".encode() + body


WHOLE = [
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    request("Content-Length: 3\r\n", b"abc"),
    request("content-length:0\r\n"),
    request("Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n0\r\n\r\n"),
    request("Transfer-Encoding: gzip, chunked\r\n", b"3;x=1\r\nabc\r\n0\r\nTrailer: 1\r\n\r\n"),
    # Both: a reader goes by the chunks.
    request("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", b"1\r\na\r\n0\r\n\r\n"),
]


@pytest.mark.parametrize("data", WHOLE)
def test_a_request_is_whole_with_its_last_byte_and_not_before(data):
    assert [arrival(data[:end]).whole for end in range(len(data) + 1)] == [
        *[False] * len(data),
        True,
    ]
    assert arrival(data + b"GET /next").whole


@pytest.mark.parametrize(
    "data",
    [
        request("Content-Length: abc\r\n"),
        request("Transfer-Encoding: chunked\r\n", b"zz\r\n"),
    ],
)
def test_what_is_malformed_waits_for_nothing(data):
    assert arrival(data).whole


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/csp-report/", MAX_CSP_REPORT),
        ("/csp-report/?x=1", MAX_CSP_REPORT),
        ("/sign-in/token/", MAX_FORM),
        ("/1200/week/2026-W48/cells/", MAX_WEEK),
    ],
)
def test_a_body_that_is_larger_than_ours_is_refused_once_it_is_announced(path, most):
    assert not arrival(request(f"Content-Length: {most}\r\n", path=path)).whole
    for headers, body in (
        (f"Content-Length: {most + 1}\r\n", b""),
        ("Transfer-Encoding: chunked\r\n", f"{most + 1:x}\r\n".encode()),
    ):
        with pytest.raises(RequestTooLarge):
            arrival(request(headers, body, path))


def test_chunks_that_are_too_many_are_refused():
    many = b"400\r\n" + b"a" * 1024 + b"\r\n"
    with pytest.raises(RequestTooLarge):
        arrival(request("Transfer-Encoding: chunked\r\n", many * 200))


def test_a_head_without_end_is_refused():
    with pytest.raises(RequestTooLarge):
        arrival(b"GET / HTTP/1.1\r\nX: " + b"a" * MAX_HEAD)


def test_a_client_that_asks_first_is_told_to_go_on():
    headers = "Expect: 100-continue\r\nContent-Length: 3\r\n"
    assert arrival(request(headers)).waits
    assert not arrival(request(headers, b"a")).waits
    assert not arrival(request(headers, b"abc")).waits


def test_the_wish_is_taken_out():
    data = request("Expect: 100-continue\r\nContent-Length: 3\r\n", b"abc")
    assert without_expectation(data) == request("Content-Length: 3\r\n", b"abc")


@given(st.binary(max_size=300))
def test_no_bytes_confuse_it(data):
    arrival(b"POST / HTTP/1.1\r\n" + data)
