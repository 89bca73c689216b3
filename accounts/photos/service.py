"""Photos of people from Asana, read with the token of the person who looks at them."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.signing import BadSignature, Signer

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, RateLimited, Refused, Unreachable
from accounts.asana.transport import download
from accounts.connections.service import client_for
from accounts.models import Connection, User

logger = logging.getLogger(__name__)

CACHED_SECONDS = 24 * 3600
# How long we go without a photo when it could not be read.
FAILED_SECONDS = 600
# A photo of 60 × 60 pixels has a few kilobytes.
MAX_BYTES = 100_000
# Seconds to connect, and to wait for data: nobody waits for a photo.
TIMEOUT = (2.0, 3.0)
# How files of these types begin: https://mimesniff.spec.whatwg.org/#image-type-pattern-matching-algorithm
TYPES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


class NotShown(Exception):
    """This viewer was not shown the person whose photo is asked for."""


class NotNow(Exception):
    """Other reads go first: the photo may be asked for again in a moment."""


def key_of(viewer: User, gid: str) -> str:
    """Return what the address of a person's photo ends with, for the pages of one viewer.

    It is signed, so that photos are only read of people whom a page has named to the viewer.
    """
    return _signer(viewer).sign(gid)


def read(viewer: User, key: str) -> bytes:
    """Return a photo; empty where the person has none, or where it can't be read now.

    Cached for the viewer. Raises `NotShown` for a key that was not made for them, and `NotNow`.
    """
    try:
        gid = _signer(viewer).unsign(key)
    except BadSignature as error:
        raise NotShown from error
    name = f"photo:{viewer.pk}:{gid}"
    cached: bytes | None = cache.get(name)
    if cached is not None:
        return cached
    connection: Connection | None = getattr(viewer, "connection", None)
    if connection is None or not connection.healthy:
        return b""
    try:
        with client_for(connection) as asana:
            photo = _read(asana, gid)
    except Refused:
        photo = b""
    except RateLimited as error:
        raise NotNow from error
    except AsanaError as error:
        logger.warning("the photo of user %s could not be read: %s", gid, error)
        cache.set(name, b"", FAILED_SECONDS)
        return b""
    cache.set(name, photo, CACHED_SECONDS)
    return photo


def content_type(photo: bytes) -> str:
    """Return the type of a photo by how it begins; empty where it is none that we serve."""
    return next((kind for start, kind in TYPES.items() if photo.startswith(start)), "")


def _signer(viewer: User) -> Signer:
    return Signer(salt=f"photos shown to {viewer.gid}")


def _read(asana: Client, gid: str) -> bytes:
    address = asana.in_background().get_photo_address(gid)
    if not (address and is_public(address)):
        return b""
    photo = download(address, limit=MAX_BYTES, timeout=TIMEOUT)
    if photo and not content_type(photo):
        raise Unreachable("the file is no photo", sent=True)
    return photo


def is_public(address: str) -> bool:
    """Tell whether an address is of a server on the internet, or of Asana itself.

    A photo must not be a way to ask servers within our network.
    """
    parts = urlsplit(address)
    if address.startswith(f"{settings.ASANA_URL}/"):
        return True
    host = parts.hostname or ""
    # Neither a number nor a name without a domain.
    return parts.scheme == "https" and "." in host and host.rsplit(".", 1)[1].isalpha()
