"""Tells whether a whole HTTP/1.1 request has arrived, and whether it is too large.

Only its length is read: https://www.rfc-editor.org/rfc/rfc9112#section-6.3. What is malformed
counts as whole, because the HTTP server refuses it without waiting for more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Bytes. A week with the notes of all its entries is larger than any other form, and its address
# begins with the gid of a workspace.
MAX_HEAD, MAX_WEEK, MAX_FORM, MAX_CSP_REPORT = 64 * 1024, 2 * 1024 * 1024, 64 * 1024, 8 * 1024

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked[ \t]*\r\n", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"([0-9a-f]{1,15})[^\r\n]{0,200}\r\n", re.IGNORECASE)


class RequestTooLarge(Exception):
    """The head or the body of a request is larger than any of ours."""


@dataclass(frozen=True)
class Arrival:
    """How much of a request has arrived."""

    whole: bool
    # Whether the client waits for a "100 Continue" before it sends the body.
    waits: bool = False


def arrival(data: bytes | bytearray) -> Arrival:
    """Return how much of the request at the beginning of `data` has arrived.

    Raises `RequestTooLarge`, by the announced length where there is one.
    """
    end = data.find(_END)
    if end < 0:
        if len(data) > MAX_HEAD:
            raise RequestTooLarge
        return Arrival(whole=False)
    head, body = bytes(data[: end + 2]), len(data) - end - len(_END)
    limit = max_body(head)
    if _CHUNKED.search(head):
        whole = _has_last_chunk(data, end + len(_END), limit)
    else:
        announced = _LENGTH.search(head)
        length = int(announced[1]) if announced else 0
        if length > limit:
            raise RequestTooLarge
        whole = body >= length
    return Arrival(whole, waits=not whole and not body and bool(_EXPECTS.search(head)))


def max_body(head: bytes) -> int:
    """Return how many bytes the body may have, by the address in the request's first line."""
    address = head.partition(b" ")[2].partition(b" ")[0].partition(b"?")[0]
    if address == b"/csp-report/":
        return MAX_CSP_REPORT
    return MAX_WEEK if address[1:2].isdigit() else MAX_FORM


def without_expectation(data: bytes) -> bytes:
    """Return the request without its wish for a "100 Continue", which it got already."""
    head, end, body = data.partition(_END)
    return _EXPECTS.sub(b"\r\n", head + b"\r\n", count=1) + end[2:] + body


def _has_last_chunk(data: bytes | bytearray, start: int, limit: int) -> bool:
    """Tell whether a body in chunks has arrived with its last chunk and the trailers."""
    place = start
    while True:
        size = _CHUNK_SIZE.match(data, place)
        if size is None:
            # A size that is not there yet, or none.
            return b"\r\n" in data[place : place + 300]
        length = int(size[1], 16)
        if length == 0:
            # Trailers end with an empty line, which is all there is without any.
            return data.find(b"\r\n\r\n", size.end() - 2) >= 0
        place = size.end() + length + 2
        if place - start > limit * 2 or length > limit:
            raise RequestTooLarge
        if place > len(data):
            return False
