"""The doctor's checks of Asana, the clock, the proxies and mail."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.core.mail import get_connection

from accounts.asana.errors import AsanaError
from accounts.asana.transport import ping
from accounts.setup import app_check
from accounts.setup.app_check import Finding
from accounts.sign_in.asana_app import credentials, redirect_uri
from timesheet.admin.doctor.findings import DoctorFinding, failed, good, reason, warning
from timesheet.core.proxy_probe import (
    HEADER,
    INVENTED,
    ProxyFault,
    ProxyFinding,
    Seen,
    diagnose,
    sign,
)
from timesheet.domain.health import MAX_CLOCK_OFFSET

TIMEOUT_SECONDS = 5.0
PROXY_ERRORS = (OSError, http.client.HTTPException)

APP_FAULTS = {
    Finding.WRONG_ID: "Asana does not know ASANA_CLIENT_ID",
    Finding.WRONG_SECRET: "Asana does not accept ASANA_CLIENT_SECRET",
    Finding.WRONG_PAIR: "Asana does not accept ASANA_CLIENT_ID with ASANA_CLIENT_SECRET",
    Finding.WRONG_REDIRECT: "the redirect URL is not registered in Asana",
}


def asana(now: datetime) -> Iterator[DoctorFinding]:
    """Check that Asana answers, that it knows our app, and that the clocks agree."""
    try:
        date = ping(f"{settings.ASANA_URL}/api/1.0", (TIMEOUT_SECONDS, TIMEOUT_SECONDS))
    except AsanaError as error:
        fix = "Check ASANA_URL and that this server can reach it. Changes are queued until then."
        yield failed("Asana", f"{settings.ASANA_URL} does not answer: {error.message}", fix)
        return
    yield good("Asana", f"{settings.ASANA_URL} answers")
    yield from _clock(date, now)
    yield from _app()


def _clock(date: str, now: datetime) -> Iterator[DoctorFinding]:
    try:
        offset = (now - parsedate_to_datetime(date).astimezone(UTC)).total_seconds()
    except ValueError:
        yield warning("Clock", "Asana sent no time to compare", "Check with: timedatectl")
        return
    if abs(offset) > MAX_CLOCK_OFFSET:
        text = f"{abs(offset):.0f} seconds {'ahead of' if offset > 0 else 'behind'} Asana's"
        yield failed("Clock", text, "Turn on time synchronisation: timedatectl set-ntp true")
    else:
        yield good("Clock", "agrees with Asana's")


def _app() -> Iterator[DoctorFinding]:
    app = credentials()
    if app is None:
        fix = "Run manage.py set_up and open the page it prints."
        yield warning("Asana app", "not set up, so people need personal access tokens", fix)
        return
    found = app_check.check(app, redirect_uri())
    if found.finding in APP_FAULTS:
        fix = f"Compare with the developer console. Redirect URL: {redirect_uri()}"
        yield failed("Asana app", APP_FAULTS[found.finding], fix)
    elif found.finding is Finding.RIGHT:
        yield good("Asana app", "client ID, secret and redirect URL are correct")
    else:
        yield good("Asana app", "set up; the next sign-in shows whether its secret is correct")


def proxy() -> Iterator[DoctorFinding]:
    """Check what reaches the app when it is asked at the public address."""
    try:
        seen = _probe()
    except ssl.SSLCertVerificationError as error:
        fix = "Renew the proxy's certificate or fix its chain."
        yield failed("Proxy", f"its certificate is not accepted: {error.verify_message}", fix)
        return
    except PROXY_ERRORS as error:
        fix = "Check that the web service and the proxy are running, and check PUBLIC_URL."
        yield failed("Proxy", f"{settings.PUBLIC_URL} does not answer: {reason(error)}", fix)
        return
    if seen is None:
        fix = "Check PUBLIC_URL, and where the proxy sends /healthz. Both share one SECRET_KEY."
        yield failed("Proxy", f"at {settings.PUBLIC_URL} something else answers", fix)
    elif found := diagnose(seen, proxies=settings.PROXIES, https=settings.HTTPS):
        yield failed("Proxy", *_proxy_words(found))
    else:
        yield good("Proxy", f"{settings.PUBLIC_URL}, {settings.PROXIES} in front")


def _probe() -> Seen | None:
    """Ask /healthz at the public address; None if that was not our app."""
    parts = urlsplit(settings.PUBLIC_URL)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        headers = {HEADER: sign(), "X-Forwarded-For": INVENTED}
        connection.request("GET", "/healthz", headers=headers)
        response = connection.getresponse()
        body = response.read(10_000)
        return msgspec.json.decode(body, type=Seen) if response.status == 200 else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    finally:
        connection.close()


def _proxy_words(found: ProxyFinding) -> tuple[str, str]:
    """Return what is wrong with the proxies, and what to do."""
    right = f"Set PROXIES={found.proxies}."
    if found.fault is ProxyFault.NO_PROTO:
        return (
            "the proxy does not say that browsers use HTTPS",
            "Make it set X-Forwarded-Proto, as in deploy/nginx.conf. Otherwise pages "
            "redirect forever.",
        )
    if found.fault is ProxyFault.NO_FORWARDED:
        return (
            "the proxy does not say where requests come from",
            "Make it set X-Forwarded-For, as in deploy/nginx.conf. Otherwise everyone "
            "counts as one client.",
        )
    if found.fault is ProxyFault.BELIEVES_BROWSERS:
        return "clients can fake their IP address", right
    return f"a request passes {found.proxies} proxies, and PROXIES is {settings.PROXIES}", right


def mail() -> Iterator[DoctorFinding]:
    """Check that a mail server accepts us, without sending anything."""
    kind = settings.EMAIL_URL.partition(":")[0]
    if kind in ("console", "dummy"):
        fix = "Set EMAIL_URL=submission://user:password@host:587 for reminders."
        yield warning("Email", "not sent, because EMAIL_URL has no mail server", fix)
        return
    if kind == "file":
        yield good("Email", f"written to {settings.EMAIL_FILE_PATH}")
        return
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection(fail_silently=False, timeout=TIMEOUT_SECONDS):
            pass
    # The errors of smtplib are among them.
    except OSError as error:
        fix = "Check host, port, user and password in EMAIL_URL, and DEFAULT_FROM_EMAIL."
        yield failed("Email", f"{server}: {reason(error)}", fix)
    else:
        yield good("Email", f"{server} accepts us")
