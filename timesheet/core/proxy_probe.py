"""What the proxies in front of the app do with a request, as `manage.py doctor` finds out.

The doctor asks `/healthz` through the public address with a signed header, and with an invented
address in X-Forwarded-For, as a browser might send one. The app answers what reached it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import msgspec
from django.core.signing import BadSignature, TimestampSigner

HEADER = "X-Timesheet-Probe"
# From the addresses for documentation, https://www.rfc-editor.org/rfc/rfc5737: nobody has it.
INVENTED = "203.0.113.77"
MAX_AGE_SECONDS = 60
_SALT = "timesheet.core.proxy_probe"


class Seen(msgspec.Struct, frozen=True):
    """The probe as it reached the app."""

    # X-Forwarded-For, and who connected to us.
    forwarded: str
    peer: str
    # The address that we take for the browser's.
    address: str
    # Whether the proxy says that the browser uses HTTPS.
    secure: bool


class ProxyFault(StrEnum):
    """What can be wrong with the proxies."""

    NO_PROTO = "no_proto"
    NO_FORWARDED = "no_forwarded"
    BELIEVES_BROWSERS = "believes_browsers"
    WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True)
class ProxyFinding:
    """A fault, and how many proxies the request passed."""

    fault: ProxyFault
    proxies: int


def sign() -> str:
    """Return the header of a probe; it is good for a minute."""
    return TimestampSigner(salt=_SALT).sign("probe")


def is_probe(header: str) -> bool:
    """Tell whether the header was signed here within the last minute."""
    try:
        TimestampSigner(salt=_SALT).unsign(header, max_age=MAX_AGE_SECONDS)
    except BadSignature:
        return False
    return True


def diagnose(seen: Seen, *, proxies: int, https: bool) -> ProxyFinding | None:
    """Return what is wrong with the proxies; None if nothing is.

    `proxies` is the setting. Each proxy appends the address that it was asked from, or puts it in
    the place of what the browser sent.
    """
    hops = [hop.strip() for hop in seen.forwarded.split(",") if hop.strip()]
    passed = len(hops[hops.index(INVENTED) + 1 :] if INVENTED in hops else hops)
    if https and not seen.secure:
        return ProxyFinding(ProxyFault.NO_PROTO, passed)
    if proxies and not passed:
        return ProxyFinding(ProxyFault.NO_FORWARDED, passed)
    if seen.address == INVENTED:
        return ProxyFinding(ProxyFault.BELIEVES_BROWSERS, passed)
    return ProxyFinding(ProxyFault.WRONG_NUMBER, passed) if passed != proxies else None
