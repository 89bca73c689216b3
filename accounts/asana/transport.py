"""The one place that sends to Asana: tokens, deadlines, retries of reads, and errors of ours.

Nothing else in the project imports requests. Writes are sent once: Asana has no idempotency key,
so whether to send again is for the journal to decide.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import MaxRetryError, NewConnectionError
from urllib3.util import Retry

from accounts.asana.errors import Unauthorized, Unreachable, error_for, seconds

logger = logging.getLogger(__name__)

# https://developers.asana.com/docs/rate-limits: 50 reads and 15 writes in flight for a token, and
# more pages than one may be open. A team is read with all that there is, for moments only.
IN_FLIGHT = 12
MOST_IN_FLIGHT = 50
TIMEOUT = (3.05, 10.0)

Params = Mapping[str, str | int]


class TokenSource(Protocol):
    """Where a token comes from, and how to get the next one."""

    def token(self) -> str:
        """A token that should be good now; raises `Unauthorized` when there is none."""

    def renew(self, rejected: str) -> str:
        """Another token in place of `rejected`; raises `Unauthorized` when there is none."""


class FixedToken:
    """A token that cannot be renewed: a personal one, or one borrowed for a moment."""

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self) -> str:
        return self._token

    def renew(self, rejected: str) -> str:  # noqa: ARG002 (the protocol's)
        raise Unauthorized("Not Authorized", 401)


class RateLimiter(Protocol):
    """Where requests wait for their turn, so that Asana's limits are kept."""

    def slot(
        self, *, reads: int = 0, writes: int = 0, cost: int = 1
    ) -> AbstractContextManager[None]:
        """Room for so many at once, while it lasts, which cost so many requests; raises
        `RateLimited` when there is none before long."""

    def slow_down(self, retry_after: int | None) -> None:
        """Asana refused, and said for how many seconds."""


class Unlimited:
    """Lets everything pass: for one who waited at another gate, or makes a single request."""

    def slot(
        self,
        *,
        reads: int = 0,  # noqa: ARG002 (the protocol's)
        writes: int = 0,  # noqa: ARG002
        cost: int = 1,  # noqa: ARG002
    ) -> AbstractContextManager[None]:
        return nullcontext()

    def slow_down(self, retry_after: int | None) -> None:
        """Nobody is told."""


@dataclass(frozen=True)
class Exchange:
    """What came of one request: `status` 0 is no answer. `date` is Asana's own clock as its header
    says it, and `words` are Asana's about an error."""

    method: str
    path: str
    status: int
    date: str = ""
    words: str = ""


class UsageMeter(Protocol):
    """Where it is counted what Asana answered; threads tell it at the same time."""

    def record(self, answer: Exchange) -> None:
        """Once for each request; what is repeated for a lost answer counts as one."""


class NoMeter:
    """Counts nothing: for a token that is no connection yet."""

    def record(self, answer: Exchange) -> None:
        """Nobody is told."""


class Session:
    """Requests to one Asana in one person's name. Use as a context, one for each use."""

    def __init__(
        self,
        base_url: str,
        bearer: TokenSource,
        timeout: tuple[float, float] = TIMEOUT,
        gate: RateLimiter | None = None,
        lines: HTTPAdapter | None = None,
        meter: UsageMeter | None = None,
    ) -> None:
        self.base_url = base_url
        self.bearer = bearer
        self.timeout = timeout
        self.gate: RateLimiter = gate or Unlimited()
        self.meter: UsageMeter = meter or NoMeter()
        self._borrowed = lines is not None
        self._lines = lines or HTTPAdapter(pool_maxsize=MOST_IN_FLIGHT, max_retries=_reads_only())
        self._http = requests.Session()
        self._http.mount(base_url, self._lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._borrowed:
            self._http.close()

    def for_threads(self) -> Session:
        """The same session with the token of this moment, for threads: it never renews, and its
        gate is open. The connections are this one's, so that they are made once, and so is the
        meter."""
        bearer = FixedToken(self.bearer.token())
        return Session(self.base_url, bearer, self.timeout, lines=self._lines, meter=self.meter)

    def send(
        self, method: str, path: str, *, params: Params | None = None, json: Any = None
    ) -> bytes:
        """The body of a good answer; every other outcome is an `AsanaError`."""
        token = self.bearer.token()
        response = self._once(method, path, token, params, json)
        if response.status_code == 401:
            token = self.bearer.renew(token)
            response = self._once(method, path, token, params, json)
        if not 200 <= response.status_code < 300:
            raise error_for(response.status_code, response.headers, response.content)
        return response.content

    def _once(
        self, method: str, path: str, token: str, params: Params | None, json: Any
    ) -> requests.Response:
        response = self._answer(method, path, token, params, json)
        status, headers = response.status_code, response.headers
        words = error_for(status, headers, response.content).message if status >= 400 else ""
        self.meter.record(Exchange(method, path, status, headers.get("Date", ""), words))
        logger.info("asana %s %s %s", method, path, status)
        if status == 429:
            self.gate.slow_down(seconds(headers.get("Retry-After")))
        if change := headers.get("Asana-Change"):
            # https://developers.asana.com/docs/deprecations
            logger.warning("asana announces a change on %s: %s", path, change)
        return response

    def _answer(
        self, method: str, path: str, token: str, params: Params | None, json: Any
    ) -> requests.Response:
        room = {"reads": 1} if method == "GET" else {"writes": 1}
        try:
            with self.gate.slot(**room), requests_errors():
                return self._http.request(
                    method,
                    self.base_url + path,
                    params=params,
                    json=json,
                    # An `auth` keeps requests from taking one out of a .netrc file instead.
                    auth=_BearerAuth(token),
                    timeout=self.timeout,
                    allow_redirects=False,
                )
        except Unreachable:
            self.meter.record(Exchange(method, path, 0))
            raise


@dataclass(frozen=True)
class RawResponse:
    """What was answered to nobody in particular, as it came. `content_type` is empty where it names
    none."""

    status: int
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
    """Asks in nobody's name. Raises `Unreachable`, `RateLimited` and `Unavailable`."""
    with requests_errors():
        response = requests.request(
            method,
            url,
            params=params,
            data=form,
            # Keeps requests from taking one out of a .netrc file.
            auth=lambda request: request,
            timeout=timeout,
            allow_redirects=False,
        )
    logger.info("asana %s %s %s", method, urlsplit(url).path, response.status_code)
    if response.status_code == 429 or response.status_code >= 500:
        raise error_for(response.status_code, response.headers, response.content)
    kind = response.headers.get("Content-Type", "")
    return RawResponse(response.status_code, kind, response.content)


def ping(base_url: str, timeout: tuple[float, float]) -> None:
    """Asks for something that is for nobody without a token: any answer but that of trouble says
    that Asana is there. Raises `Unreachable` or `Unavailable`."""
    with requests_errors():
        response = requests.get(
            f"{base_url}/users/me",
            # Nor one out of a .netrc file.
            auth=lambda request: request,
            timeout=timeout,
            allow_redirects=False,
        )
    if response.status_code >= 500:
        raise error_for(response.status_code, response.headers, response.content)


@contextmanager
def requests_errors() -> Iterator[None]:
    """Turns whatever requests raises into `Unreachable`."""
    try:
        yield
    except requests.RequestException as error:
        raise Unreachable(type(error).__name__, sent=not _never_left(error)) from error


def _never_left(error: requests.RequestException) -> bool:
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.SSLError)):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _reads_only() -> Retry:
    return Retry(
        total=2,
        read=1,
        allowed_methods={"GET"},
        status_forcelist={500, 502, 503, 504},
        backoff_factor=0.2,
        backoff_jitter=0.2,
        respect_retry_after_header=False,
        raise_on_status=False,
    )


class _BearerAuth(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
