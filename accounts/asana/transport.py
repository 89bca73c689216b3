"""Sends requests to Asana: tokens, timeouts, retries of reads, and our own errors.

Nothing else in `accounts` and `timesheet` imports requests. Asana has no idempotency key, so a
write whose answer got lost is never repeated here: the caller decides. After a 401, which wrote
nothing, it is sent once more with a renewed token.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import MaxRetryError, NewConnectionError, SSLError
from urllib3.util import Retry

from accounts.asana.asana_time import AsanaTime
from accounts.asana.errors import (
    AsanaError,
    Unauthorized,
    Unreachable,
    error_for,
    retry_after_seconds,
)
from accounts.asana.rate_limit import BACKGROUND_BATCH, RateLimiter, Unlimited

logger = logging.getLogger(__name__)

# https://developers.asana.com/docs/rate-limits: 50 reads and 15 writes in flight for a token. One
# page uses few of them, since several pages may be open; reading a whole team uses all for moments.
IN_FLIGHT = 12
MAX_IN_FLIGHT = 50
TIMEOUT = (3.05, 10.0)  # Seconds to connect, and seconds to wait for data.
# Before the second repetition of a read, and at most as much again at random.
RETRY_PAUSE_SECONDS = 0.2

Params = Mapping[str, str | int]


class TokenSource(Protocol):
    """Supplies access tokens."""

    def token(self) -> str:
        """Return a token that should be valid now; raise `Unauthorized` when there is none."""

    def renew(self, rejected: str) -> str:
        """Return another token than `rejected`; raise `Unauthorized` when there is none."""


class FixedToken:
    """A token that can't be renewed: a personal one, or the current one of another source."""

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self) -> str:
        """Return the token."""
        return self._token

    def renew(self, rejected: str) -> str:  # noqa: ARG002 (the protocol's)
        """Raise `Unauthorized`: there is no other token."""
        raise Unauthorized("Not Authorized", 401)


@dataclass(frozen=True)
class Exchange:
    """One request and how Asana answered it."""

    method: str
    path: str
    # The HTTP status; 0 where no response came.
    status: int
    # The Date header of the response.
    date: str = ""
    # Asana's own message about an error.
    words: str = ""


class UsageMeter(Protocol):
    """Counts what Asana answered. Several threads may call it at the same time."""

    def record(self, exchange: Exchange) -> None:
        """Count a request. One that was retried for a lost response counts once."""


class NoMeter:
    """Counts nothing: for a token that is not stored as a connection."""

    def record(self, exchange: Exchange) -> None:
        """Do nothing."""


class Session:
    """Sends requests in one person's name. Use it as a context; it closes its network connections.

    An `adapter` that is handed in is shared, so it is left open.
    """

    def __init__(
        self,
        base_url: str,
        tokens: TokenSource,
        timeout: tuple[float, float] = TIMEOUT,
        rate_limiter: RateLimiter | None = None,
        adapter: HTTPAdapter | None = None,
        meter: UsageMeter | None = None,
        asana_time: AsanaTime | None = None,
    ) -> None:
        self.base_url = base_url
        self.tokens = tokens
        self.timeout = timeout
        self.rate_limiter: RateLimiter = rate_limiter or Unlimited()
        self.meter: UsageMeter = meter or NoMeter()
        self.asana_time = asana_time or AsanaTime()
        # Whether nobody waits for the requests.
        self.is_background = False
        self._shares_adapter = adapter is not None
        self._adapter = adapter or HTTPAdapter(
            pool_maxsize=MAX_IN_FLIGHT, max_retries=_retry_reads()
        )
        self._http = requests.Session()
        self._http.mount(base_url, self._adapter)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._shares_adapter:
            self._http.close()

    @property
    def batch_size(self) -> int:
        """How many of a long series of reads are sent as one batch.

        In the background that is twice as many as may be in flight at once: each is sent when an
        earlier one is answered, so that slow answers hold up fewer others.
        """
        return 2 * self.reads_at_once if self.is_background else self.reads_at_once

    @property
    def reads_at_once(self) -> int:
        """How many of a long series of reads may be in flight at once."""
        return BACKGROUND_BATCH if self.is_background else MAX_IN_FLIGHT

    def for_threads(self) -> Session:
        """Return a session for threads: with the current token, which it never renews, and without
        a rate limiter. It shares this session's network connections, its meter and its view of
        Asana's clock."""
        tokens = FixedToken(self.tokens.token())
        return Session(
            self.base_url,
            tokens,
            self.timeout,
            adapter=self._adapter,
            meter=self.meter,
            asana_time=self.asana_time,
        )

    def in_background(self) -> Session:
        """Return a session for reads that nobody waits for: they leave room for those of pages."""
        session = Session(
            self.base_url,
            self.tokens,
            self.timeout,
            self.rate_limiter,
            adapter=self._adapter,
            meter=self.meter,
            asana_time=self.asana_time,
        )
        session.is_background = True
        return session

    def send(
        self, method: str, path: str, *, params: Params | None = None, json: Any = None
    ) -> bytes:
        """Send a request and return the body of a 2xx response.

        A 401 renews the token and sends once more. Raises `AsanaError` for everything else.
        """
        token = self.tokens.token()
        response = self._send_once(method, path, token, params, json)
        if isinstance(_error_of(response), Unauthorized):
            token = self.tokens.renew(token)
            response = self._send_once(method, path, token, params, json)
        if error := _error_of(response):
            raise error
        return response.content

    def _send_once(
        self, method: str, path: str, token: str, params: Params | None, json: Any
    ) -> requests.Response:
        response = self._request(method, path, token, params, json)
        status, headers = response.status_code, response.headers
        words = error_for(status, headers, response.content).message if status >= 400 else ""
        self.meter.record(Exchange(method, path, status, headers.get("Date", ""), words))
        logger.info("asana %s %s %s", method, path, status)
        if 200 <= status < 300:
            # An error may come from something in between, which has another clock.
            self.asana_time.note(headers.get("Date", ""))
        if status == 429:
            self.rate_limiter.slow_down(retry_after_seconds(headers.get("Retry-After")))
        if change := headers.get("Asana-Change"):
            # https://developers.asana.com/docs/deprecations
            logger.warning("asana announces a change on %s: %s", path, change)
        return response

    def _request(
        self, method: str, path: str, token: str, params: Params | None, json: Any
    ) -> requests.Response:
        room = {"reads": 1} if method == "GET" else {"writes": 1}
        try:
            slot = self.rate_limiter.slot(**room, background=self.is_background)
            with slot, requests_errors():
                return self._http.request(
                    method,
                    self.base_url + path,
                    params=params,
                    json=json,
                    # Without an `auth`, requests takes credentials out of a .netrc file.
                    auth=_BearerAuth(token),
                    timeout=self.timeout,
                    allow_redirects=False,
                )
        except Unreachable:
            self.meter.record(Exchange(method, path, 0))
            raise


@dataclass(frozen=True)
class RawResponse:
    """A response to an anonymous request, as it came."""

    status: int
    # Empty where the response has none.
    content_type: str
    body: bytes


def send_anonymous(
    method: str,
    url: str,
    *,
    params: Params | None = None,
    form: Mapping[str, str] | None = None,
    timeout: tuple[float, float] = TIMEOUT,
) -> RawResponse:
    """Send a request without a token and return the response.

    Raises `Unreachable`, `RateLimited` or `Unavailable`; other statuses are returned.
    """
    with requests_errors():
        response = requests.request(
            method,
            url,
            params=params,
            data=form,
            # Without an `auth`, requests takes credentials out of a .netrc file.
            auth=lambda request: request,
            timeout=timeout,
            allow_redirects=False,
        )
    logger.info("asana %s %s %s", method, urlsplit(url).path, response.status_code)
    if response.status_code == 429 or response.status_code >= 500:
        raise error_for(response.status_code, response.headers, response.content)
    kind = response.headers.get("Content-Type", "")
    return RawResponse(response.status_code, kind, response.content)


def download(url: str, *, limit: int, timeout: tuple[float, float] = TIMEOUT) -> bytes:
    """Return a file that an address without a token leads to; empty if it is not served.

    Redirects aren't followed. Raises `Unreachable`, also for a file of more than `limit` bytes.
    """
    with (
        requests_errors(),
        requests.get(
            url,
            # Without an `auth`, requests takes credentials out of a .netrc file.
            auth=lambda request: request,
            timeout=timeout,
            allow_redirects=False,
            stream=True,
        ) as response,
    ):
        if response.status_code != 200:
            return b""
        body = b""
        for chunk in response.iter_content(16 * 1024):
            body += chunk
            if len(body) > limit:
                raise Unreachable("the file is too large", sent=True)
        return body


def ping(base_url: str, timeout: tuple[float, float]) -> str:
    """Check that Asana responds, with a request that needs a token and has none.

    Any response below 500 will do; returns its `Date` header, empty without one. Raises
    `Unreachable` or `Unavailable`.
    """
    with requests_errors():
        response = requests.get(
            f"{base_url}/users/me",
            # Without an `auth`, requests takes credentials out of a .netrc file.
            auth=lambda request: request,
            timeout=timeout,
            allow_redirects=False,
        )
    if response.status_code >= 500:
        raise error_for(response.status_code, response.headers, response.content)
    return response.headers.get("Date", "")


@contextmanager
def requests_errors() -> Iterator[None]:
    """Turn every exception of requests into `Unreachable`."""
    try:
        yield
    except requests.RequestException as error:
        raise Unreachable(type(error).__name__, sent=not _was_not_sent(error)) from error


def _error_of(response: requests.Response) -> AsanaError | None:
    """Return the error for a response; None for a 2xx."""
    if 200 <= response.status_code < 300:
        return None
    return error_for(response.status_code, response.headers, response.content)


def _was_not_sent(error: requests.RequestException) -> bool:
    """Return whether the request certainly never left: there was no connection that we trust."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else None
    if isinstance(reason, SSLError):
        # All others may also come while the answer to a request is read.
        return isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, NewConnectionError)


class _RetryOfReads(Retry):
    """Repeats nothing but reads.

    By itself urllib3 asks for the method only after some errors. After TLS broke it would repeat a
    write that had been sent, and by connecting again and again send it long after it was due.
    """

    def increment(self, method: str | None = None, *args: Any, **kwargs: Any) -> Self:
        """Return what is left of the repetitions. Raises as urllib3's own where nothing is."""
        left = self if method == "GET" else self.new(total=0)
        return super(_RetryOfReads, left).increment(method, *args, **kwargs)


def _retry_reads() -> Retry:
    return _RetryOfReads(
        total=2,
        read=1,
        allowed_methods={"GET"},
        status_forcelist={500, 502, 503, 504},
        backoff_factor=RETRY_PAUSE_SECONDS,
        backoff_jitter=RETRY_PAUSE_SECONDS,
        respect_retry_after_header=False,
        raise_on_status=False,
    )


class _BearerAuth(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
