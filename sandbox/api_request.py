"""One API request: who asks, what for, and how the answer is to look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict

from sandbox import rate_limit
from sandbox.access import Viewer
from sandbox.envelope import answer, failure
from sandbox.errors import EXPIRED, NO_ROUTE, NOT_AUTHORIZED, Refused, missing
from sandbox.fields import ITSELF, Shape, Tree, parse, render, tree_of
from sandbox.models import OAuthToken, Person, PersonalToken
from sandbox.paging import API_ROOT, turn_to
from sandbox.request_body import Body, read_body
from sandbox.runtime_settings import switches

Row = TypeVar("Row", bound=Model)


class Call:
    def __init__(self, request: HttpRequest, viewer: Viewer, body: Body) -> None:
        self.request = request
        self.viewer = viewer
        self.body = body

    @property
    def query(self) -> QueryDict:
        return self.request.GET

    def required(self, name: str) -> str:
        """A parameter of the query that has to be there."""
        value = self.query.get(name)
        if not value:
            raise missing(name)
        return value

    # The answers

    def single(self, shape: Shape, row: Model) -> HttpResponse:
        return self._answer({"data": self._full(shape, row)})

    def created(self, shape: Shape, row: Model, place: str) -> HttpResponse:
        location = self.request.build_absolute_uri(f"{API_ROOT}/{place}/{row.pk}")
        return self._answer({"data": self._full(shape, row)}, 201, {"Location": location})

    def deleted(self) -> HttpResponse:
        return self._answer({"data": {}})

    def listing(self, shape: Shape, rows: QuerySet[Row] | Sequence[Row]) -> HttpResponse:
        page = turn_to(self.request, rows)
        tree = self._asked or {ITSELF: {}}
        if shape.listed is not None and switches().strict_list_fields:
            tree = {name: tree[name] for name in tree if name == ITSELF or name in shape.listed}
        content: dict[str, Any] = {"data": render(page.rows, shape, tree, self.viewer)}
        if page.was_limited:
            content["next_page"] = page.next_page
        return self._answer(content)

    def _full(self, shape: Shape, row: Model) -> dict[str, Any]:
        tree = self._asked or tree_of(shape.full)
        return render([row], shape, tree, self.viewer)[0]

    @property
    def _asked(self) -> Tree:
        asked = self.query.get("opt_fields") or self.body.options.get("fields") or ""
        return parse(",".join(asked) if isinstance(asked, list) else str(asked))

    def _answer(
        self, content: Any, status: int = 200, headers: dict[str, str] | None = None
    ) -> HttpResponse:
        asked = self.query.get("opt_pretty", self.body.options.get("pretty", "false"))
        pretty = str(asked).lower() not in ("false", "0", "")
        return answer(content, status, headers, pretty=pretty)


View = Callable[..., HttpResponse]


def endpoint(**views: View) -> View:
    """The views of one address, by method. The order of the checks is the one Asana seems to have:
    route, token, rate limit, form of the body, and then the view's own."""

    def dispatch(request: HttpRequest, **gids: str) -> HttpResponse:
        view = views.get(request.method or "")
        if view is None:
            return failure(404, NO_ROUTE)
        try:
            person = _authenticate(request)
            return view(Call(request, Viewer(person), read_body(request)), **gids)
        except Refused as refused:
            return failure(refused.status, refused.message, refused.headers)

    return dispatch


# Under a great load a write would take place long after its client has given up, later than any app
# can be asked to wait for it. Who waits longer than these seconds is refused instead.
WAITS_AT_MOST = 4.0
OVERLOADED = "The sandbox has too many writes to do at this moment"
_one_at_a_time = threading.Lock()


def writes(view: View) -> View:
    """All of it or nothing, also when two write the same."""

    @wraps(view)
    def atomic(call: Call, **gids: str) -> HttpResponse:
        if not _one_at_a_time.acquire(timeout=WAITS_AT_MOST):
            raise Refused(503, OVERLOADED)
        try:
            with transaction.atomic():
                return view(call, **gids)
        finally:
            _one_at_a_time.release()

    return atomic


def _authenticate(request: HttpRequest) -> Person:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(401, NOT_AUTHORIZED)
    person = _person_of(token)
    # For the log of requests, which the server keeps.
    request.META["sandbox.user"] = person.gid
    rate_limit.spend(token)
    return person


def _person_of(token: str) -> Person:
    personal = PersonalToken.objects.select_related("person").filter(token=token).first()
    if personal is not None and not personal.revoked:
        return personal.person
    granted = OAuthToken.objects.select_related("person").filter(access_token=token).first()
    if granted is None or granted.revoked:
        raise Refused(401, NOT_AUTHORIZED)
    if granted.has_expired:
        raise Refused(401, EXPIRED)
    return granted.person
