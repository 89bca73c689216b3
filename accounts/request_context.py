"""Where what is being done comes from: the request, and the address of the browser. The log and the
audit log tell it, and limits for strangers count by it; nothing else may depend on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address, ip_network
from uuid import uuid4

# As many characters as are easy to read out.
ID_LENGTH = 12


@dataclass(frozen=True)
class RequestContext:
    """`address` is empty where no browser asks: for the worker, and on the command line."""

    request_id: str = ""
    address: str = ""


NO_REQUEST = RequestContext()

_origin: ContextVar[RequestContext] = ContextVar("origin", default=NO_REQUEST)


def current_context() -> RequestContext:
    return _origin.get()


@contextmanager
def override_context(address: str) -> Iterator[RequestContext]:
    """A new request, or a new turn of the worker."""
    token = _origin.set(RequestContext(uuid4().hex[:ID_LENGTH], address))
    try:
        yield _origin.get()
    finally:
        _origin.reset(token)


def address_of(peer: str, forwarded: str, proxies: int) -> str:
    """The browser's address, as the last of so many trusted proxies in front of us saw it.

    `forwarded` is X-Forwarded-For: each proxy adds at its end who asked it, and what stands before
    that anybody may have written. Empty where it says no address.
    """
    seen = [*(one.strip() for one in forwarded.split(",") if one.strip()), peer]
    told = seen[max(len(seen) - 1 - proxies, 0)]
    try:
        # Without the zone of a local one, which is of any length and may be any text.
        return str(ip_address(told.partition("%")[0]))
    except ValueError:
        return ""


def network_of(address: str) -> str:
    """Whom an address counts for where something is limited. Who has one address of IPv6 has the
    64 bits behind it, so these are one. Empty where it says no address."""
    try:
        told = ip_address(address)
    except ValueError:
        return ""
    if isinstance(told, IPv4Address):
        return str(told)
    if told.ipv4_mapped:
        return str(told.ipv4_mapped)
    return str(ip_network((int(told), 64), strict=False).network_address)
