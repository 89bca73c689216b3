"""What the doctor tells of the proxies from what reached the app."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.signing import TimestampSigner
from django.test import Client

from timesheet.core import proxy_probe
from timesheet.core.proxy_probe import INVENTED, ProxyFault, Seen, diagnose

BROWSER, PROXY = "198.51.100.7", "10.0.0.2"


def seen(forwarded: str, address: str = BROWSER, *, secure: bool = True) -> Seen:
    return Seen(forwarded, PROXY, address, secure)


@pytest.mark.parametrize(
    ("reached", "proxies", "fault"),
    [
        (seen(BROWSER), 1, None),
        (seen(f"{INVENTED}, {BROWSER}"), 1, None),
        (seen(f"{INVENTED}, {BROWSER}, {PROXY}"), 2, None),
        (seen(BROWSER, secure=False), 1, (ProxyFault.NO_PROTO, 1)),
        (seen("", PROXY), 1, (ProxyFault.NO_FORWARDED, 0)),
        (seen(INVENTED, INVENTED), 1, (ProxyFault.NO_FORWARDED, 0)),
        (seen(f"{INVENTED}, {BROWSER}", INVENTED), 2, (ProxyFault.BELIEVES_BROWSERS, 1)),
        (seen(f"{INVENTED}, {BROWSER}, {PROXY}", PROXY), 1, (ProxyFault.WRONG_NUMBER, 2)),
    ],
)
def test_what_is_wrong_with_the_proxies(reached, proxies, fault):
    found = diagnose(reached, proxies=proxies, https=True)
    assert (found and (found.fault, found.proxies)) == fault


def test_without_https_no_proxy_is_needed():
    assert diagnose(seen("", secure=False), proxies=0, https=False) is None


def test_only_the_doctor_is_told_what_reached_the_app():
    header = proxy_probe.HEADER
    told = Client().get(
        "/healthz", headers={header: proxy_probe.sign(), "X-Forwarded-For": "1.2.3.4"}
    )
    assert told.json() == {
        "forwarded": "1.2.3.4",
        "peer": "127.0.0.1",
        "address": "127.0.0.1",
        "secure": False,
    }
    other = TimestampSigner(key=settings.SECRET_KEY, salt="another").sign("probe")
    for invented in ("", "probe", other):
        assert Client().get("/healthz", headers={header: invented}).content == b"ok"
