"""One API request: who sends it, how it is checked, and the forms of its response."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict

from sandbox import operations, rate_limit, scopes
from sandbox.access import Viewer
from sandbox.envelope import API_ROOT, error_response, json_response
from sandbox.errors import (
    NO_ROUTE,
    NOT_AUTHORIZED,
    NOT_SERVED,
    RATE_LIMITED,
    ApiError,
    missing_input,
)
from sandbox.fields import COMPACT, FieldTree, Resource, parse_opt_fields, render, tree_of_names
from sandbox.paging import paginate
from sandbox.request_body import RequestBody, read_body
from sandbox.runtime_settings import current_settings
from sandbox.tokens import bearer_token, viewer_of_access_token

Row = TypeVar("Row", bound=Model)


class ApiRequest:
    """A request to the API, with its viewer and parsed body."""

    def __init__(self, http: HttpRequest, viewer: Viewer, body: RequestBody) -> None:
        self.http = http
        self.viewer = viewer
        self.body = body

    @property
    def query(self) -> QueryDict:
        """Return the query parameters."""
        return self.http.GET

    def required(self, name: str) -> str:
        """Return a query parameter; raises `ApiError` if it is missing."""
        value = self.query.get(name)
        if not value:
            raise missing_input(name)
        return value

    # Responses

    def single(self, resource: Resource, row: Model) -> HttpResponse:
        """Respond with one full record."""
        return self._respond({"data": self._full(resource, row)})

    def created(
        self, resource: Resource, row: Model, path: str, extra: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        """Respond 201 with the new record and its address; `extra` is beside `data`."""
        location = self.http.build_absolute_uri(f"{API_ROOT}/{path}/{row.pk}")
        content = {"data": self._full(resource, row), **(extra or {})}
        return self._respond(content, 201, {"Location": location})

    def deleted(self) -> HttpResponse:
        """Respond with the empty object of a deletion."""
        return self._respond({"data": {}})

    def listing(self, resource: Resource, rows: QuerySet[Row] | Sequence[Row]) -> HttpResponse:
        """Respond with a page of compact records."""
        page = paginate(self.http, self.viewer.person, rows)
        tree = self._requested_fields or {COMPACT: {}}
        if resource.list_fields is not None and current_settings().strict_list_fields:
            tree = {
                name: tree[name] for name in tree if name == COMPACT or name in resource.list_fields
            }
        content: dict[str, Any] = {"data": self._render(page.rows, resource, tree)}
        if page.was_limited:
            content["next_page"] = page.next_page
        return self._respond(content)

    def sequence(
        self, resource: Resource, rows: Sequence[Any], extra: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        """Respond with all of these records; `extra` is beside `data`."""
        tree = self._requested_fields or {COMPACT: {}}
        return self._respond({"data": self._render(rows, resource, tree), **(extra or {})})

    def _full(self, resource: Resource, row: Model) -> dict[str, Any]:
        tree = self._requested_fields or tree_of_names(resource.full)
        return self._render([row], resource, tree)[0]

    def _render(
        self, rows: Sequence[Any], resource: Resource, tree: FieldTree
    ) -> list[dict[str, Any]]:
        is_explicit = bool(self._requested_fields)
        allowed = scopes.restrict(tree, resource, self.viewer, explicit=is_explicit)
        return render(rows, resource, allowed, self.viewer)

    @property
    def _requested_fields(self) -> FieldTree:
        return parse_opt_fields(self.query.get("opt_fields") or self.body.requested_fields)

    def _respond(
        self, content: Any, status: int = 200, headers: dict[str, str] | None = None
    ) -> HttpResponse:
        requested = self.query.get("opt_pretty", self.body.options.get("pretty", "false"))
        pretty = str(requested).lower() not in ("false", "0", "")
        return json_response(content, status, headers, pretty=pretty)


View = Callable[..., HttpResponse]


def endpoint(**views: View) -> View:
    """Return the view of one address; `views` are by method.

    The checks run in the order that Asana seems to have: route, token, rate limit, form of the
    body, then the view's own.
    """

    def dispatch(request: HttpRequest, **gids: str) -> HttpResponse:
        view = views.get(request.method or "")
        if view is None:
            return no_route(request)
        try:
            viewer = _authenticate(request)
            viewer.root = request.build_absolute_uri("/")
            scopes.require(viewer, request)
            return view(ApiRequest(request, viewer, read_body(request)), **gids)
        except ApiError as error:
            return error_response(error.status, error.message, error.headers)

    dispatch.methods = frozenset(views)  # type: ignore[attr-defined]
    return dispatch


def no_route(request: HttpRequest) -> HttpResponse:
    """Respond 501 to an operation of Asana that the sandbox lacks, 404 to any other address."""
    name = operations.name_of(request.method or "", request.path)
    if name is not None:
        return error_response(501, f"{NOT_SERVED}: {name}")
    return error_response(404, NO_ROUTE)


ABANDONED = "The client has gone while this write was waiting for others"
# Held while a write takes place and is logged.
write_lock = threading.Lock()


def writes(view: View) -> View:
    """Run a view as one transaction, after all earlier writes."""

    @wraps(view)
    def atomic(request: ApiRequest, *rows: Any, **gids: str) -> HttpResponse:
        with write_lock, transaction.atomic():
            # Under heavy load it would otherwise be written long after its client has given up,
            # later than a client that looks for it can be expected to wait.
            if request.http.META["sandbox.client_has_gone"]():
                raise ApiError(503, ABANDONED)
            return view(request, *rows, **gids)

    return atomic


def _authenticate(request: HttpRequest) -> Viewer:
    token = bearer_token(request.headers.get("Authorization", ""))
    if not token:
        raise ApiError(401, NOT_AUTHORIZED)
    is_observer: bool = request.META["sandbox.is_observer"]
    viewer = viewer_of_access_token(token, is_observer=is_observer)
    # For the request log of the server.
    request.META["sandbox.user"] = viewer.person.gid
    # A batch counts its actions itself: https://developers.asana.com/reference/createbatchrequest
    if not is_observer and not request.META.get("sandbox.is_counted") and not _is_batch(request):
        rate_limit.charge(token)
    if not request.META["sandbox.is_allowed"]:
        # Asana sends no Retry-After here: https://github.com/Asana/node-asana/issues/210
        raise ApiError(429, RATE_LIMITED)
    return viewer


def _is_batch(request: HttpRequest) -> bool:
    return request.path == f"{API_ROOT}/batch"
