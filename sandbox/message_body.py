"""Reads the body of an HTTP message, by its length or in chunks.

https://www.rfc-editor.org/rfc/rfc9112#name-message-body-length
"""

from __future__ import annotations

import re
from email.message import Message
from typing import BinaryIO

# Our choice: Asana's limit for JSON is not documented.
LARGEST_BODY = 10 * 1024 * 1024
LARGEST_LINE = 8192
MOST_TRAILERS = 100
TOO_LARGE = "The body is too large"

_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*(?:;.*)?\r?\n")


class UnreadableRequest(Exception):
    """The request cannot be read, nor anything behind it on this connection."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def read_message_body(stream: BinaryIO, headers: Message) -> bytes:
    """Return the whole body, empty if there is none; raises `UnreadableRequest`."""
    coding = ",".join(headers.get_all("Transfer-Encoding", [])).strip().lower()
    if coding == "chunked":
        return _read_chunks(stream)
    if coding:
        raise UnreadableRequest(501, f"Transfer-Encoding: Not supported: {coding}")
    lengths = {
        text.strip() for line in headers.get_all("Content-Length", []) for text in line.split(",")
    }
    if not lengths:
        return b""
    length = lengths.pop()
    if lengths or not (length.isascii() and length.isdigit()):
        raise UnreadableRequest(400, "Content-Length: Not a length")
    # Longer numbers are too large in any case, and slow to convert.
    return _read(stream, int(length[:20]))


def _read(stream: BinaryIO, length: int) -> bytes:
    if length > LARGEST_BODY:
        raise UnreadableRequest(413, TOO_LARGE)
    content = stream.read(length)
    if len(content) < length:
        raise UnreadableRequest(400, "The body is shorter than its length")
    return content


def _read_chunks(stream: BinaryIO) -> bytes:
    chunks: list[bytes] = []
    size = _chunk_size(stream)
    while size:
        if sum(map(len, chunks)) + size > LARGEST_BODY:
            raise UnreadableRequest(413, TOO_LARGE)
        chunks.append(_read(stream, size))
        if _line(stream).strip():
            raise UnreadableRequest(400, "Transfer-Encoding: A chunk is longer than its size")
        size = _chunk_size(stream)
    for _ in range(MOST_TRAILERS):
        if not _line(stream).strip():
            return b"".join(chunks)
    raise UnreadableRequest(400, "Transfer-Encoding: Too many trailers")


def _chunk_size(stream: BinaryIO) -> int:
    size = _CHUNK_SIZE.fullmatch(_line(stream))
    if size is None:
        raise UnreadableRequest(400, "Transfer-Encoding: A chunk has no size")
    return int(size[1], 16)


def _line(stream: BinaryIO) -> bytes:
    line = stream.readline(LARGEST_LINE)
    if not line.endswith(b"\n"):
        raise UnreadableRequest(400, "Transfer-Encoding: A line is cut off or too long")
    return line
