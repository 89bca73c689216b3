"""The current request's id and the browser's address, for the log, the audit log and the limits on
people who are not signed in; and a memo for what does not change within a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any
from uuid import uuid4

# Short enough to read out to somebody.
ID_LENGTH = 12


@dataclass(frozen=True)
class RequestContext:
    """Where the current work comes from."""

    # Of a web request, or of a task of the worker.
    request_id: str = ""
    # The browser's IP address; empty in the worker and on the command line.
    address: str = ""
    # The User-Agent that the browser sends, for its name in the list of sessions.
    agent: str = ""
    # What is read once for the request, by name.
    memo: dict[str, Any] = field(default_factory=dict)


NO_REQUEST = RequestContext()

_context: ContextVar[RequestContext] = ContextVar("request_context", default=NO_REQUEST)


def request_memo() -> dict[str, Any]:
    """Return the memo of the current request; outside of any one that is forgotten at once."""
    context = _context.get()
    return context.memo if context.request_id else {}


def current_context() -> RequestContext:
    """Return the context of the current request; an empty one outside of any."""
    return _context.get()


@contextmanager
def override_context(address: str, agent: str = "") -> Iterator[RequestContext]:
    """Begin a web request or a task of the worker, with a new id, and end it with the context."""
    token = _context.set(RequestContext(uuid4().hex[:ID_LENGTH], address, agent))
    try:
        yield _context.get()
    finally:
        _context.reset(token)


def address_of(peer: str, forwarded: str, proxies: int) -> str:
    """Return the browser's IP address, as the first of our trusted proxies saw it.

    `peer` is who connected to us, `proxies` the number of trusted proxies in front of us.
    `forwarded` is X-Forwarded-For: each proxy appends the address that it was asked from, and a
    browser may have written anything before that. Empty where there is no valid address.
    """
    hops = [*(hop.strip() for hop in forwarded.split(",") if hop.strip()), peer]
    address = hops[max(len(hops) - 1 - proxies, 0)]
    try:
        # Without the zone of a link-local address, which may be any text.
        return str(ip_address(address.partition("%")[0]))
    except ValueError:
        return ""


def network_of(address: str) -> str:
    """Return the network that limits count by: an IPv4 address, or the /64 of an IPv6 address.

    One customer usually has a whole /64. Empty where there is no valid address.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ip_network((int(parsed), 64), strict=False).network_address)
