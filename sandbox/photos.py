"""Photos of people: drawn, so that nobody's face is needed.

Four of five people have one. https://developers.asana.com/reference/users: null without a photo,
else its address in six sizes, PNG but for the largest, which is JPEG.
"""

from __future__ import annotations

import struct
import zlib
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sandbox.access import Viewer
from sandbox.models import Person

SIZES = (21, 27, 36, 60, 128)
LARGEST = 1024
PHOTO_SIZES = tuple(f"image_{size}x{size}" for size in (*SIZES, LARGEST))
COLOURS = ((0x4573D2, 0xD9E3F7), (0xB36B3A, 0xF5E3D6), (0x2F9E93, 0xD5EFEC), (0x8D5BC9, 0xE9DDF6))


def photo_of(person: Person, viewer: Viewer) -> dict[str, str] | None:
    """Return the addresses of a person's photo by size, as Asana names them; None without one."""
    if not _has_photo(person.gid):
        return None
    sizes = [*((size, "png") for size in SIZES), (LARGEST, "jpg")]
    return {
        f"image_{size}x{size}": f"{viewer.root}sandbox/photos/{person.gid}/{size}.{kind}"
        for size, kind in sizes
    }


@require_safe
def photo(_request: HttpRequest, gid: str, size: int, kind: str) -> HttpResponse:
    """Serve a photo, to everybody as Asana's image servers do."""
    if not (_has_photo(gid) and Person.objects.filter(gid=gid).exists()):
        raise Http404
    if kind == "png" and size in SIZES:
        return HttpResponse(_png(int(gid) % len(COLOURS), size), content_type="image/png")
    if kind == "jpg" and size == LARGEST:
        return HttpResponse(_grey_jpeg(), content_type="image/jpeg")
    raise Http404


def _has_photo(gid: str) -> bool:
    return int(gid) % 5 != 0


@cache
def _png(colour: int, size: int) -> bytes:
    """Draw a head and shoulders. https://www.w3.org/TR/png-3/"""
    shape, ground = (_rgb(value) for value in COLOURS[colour])
    rows = []
    for y in range(size):
        pixels = (shape if _is_person(x / size, y / size) else ground for x in range(size))
        rows.append(b"\0" + b"".join(pixels))
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _is_person(x: float, y: float) -> bool:
    in_head = (x - 0.5) ** 2 + (y - 0.38) ** 2 < 0.18**2
    in_shoulders = ((x - 0.5) / 0.36) ** 2 + ((y - 0.98) / 0.36) ** 2 < 1
    return in_head or in_shoulders


def _rgb(value: int) -> bytes:
    return value.to_bytes(3, "big")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@cache
def _grey_jpeg() -> bytes:
    """Return a grey picture: each code table has one code, of one bit, so that a block is 00.

    https://www.w3.org/Graphics/JPEG/itu-t81.pdf
    """
    one_code = bytes([1, *[0] * 15, 0])
    segments: list[tuple[int, Any]] = [
        (0xDB, b"\0" + b"\1" * 64),
        (0xC0, struct.pack(">BHHB", 8, LARGEST, LARGEST, 1) + b"\1\x11\0"),
        (0xC4, b"\0" + one_code),
        (0xC4, b"\x10" + one_code),
        (0xDA, b"\1\1\0\0\x3f\0"),
    ]
    head = b"".join(
        bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data for marker, data in segments
    )
    blocks = (LARGEST // 8) ** 2
    return b"\xff\xd8" + head + bytes(blocks * 2 // 8) + b"\xff\xd9"
