"""The batch API: up to ten requests in one.

https://developers.asana.com/reference/createbatchrequest. Asana executes the actions in parallel;
here they run one after the other, in the order of the request.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import HttpResponse
from django.urls import Resolver404, resolve

from sandbox import in_flight, rate_limit
from sandbox.api_request import ApiRequest, no_route
from sandbox.application import Request
from sandbox.envelope import API_ROOT, JSON, error_content, json_response
from sandbox.errors import RATE_LIMITED, ApiError, bad_request, missing_input
from sandbox.tokens import bearer_token

MOST_ACTIONS = 10
BATCH = "/batch"
METHODS = ("get", "post", "put", "delete", "patch", "head")
ACTION_FIELDS = ("relative_path", "method", "data", "options")
OPTIONS = ("limit", "offset", "fields")


def execute(request: ApiRequest) -> HttpResponse:
    """Execute all actions; responds 200 with a result for each, whatever its status."""
    request.body.refuse_other_fields(("actions",))
    actions = request.body.required("actions")
    if not isinstance(actions, list):
        raise bad_request("actions: Not an array")
    if not 0 < len(actions) <= MOST_ACTIONS:
        raise bad_request(f"actions: Must be 1 to {MOST_ACTIONS} actions, not: {len(actions)}")
    checked = [_check(action) for action in actions]
    header = request.http.headers.get("Authorization", "")
    if request.http.META["sandbox.is_observer"]:
        return json_response({"data": [_execute(request, one) for one in checked]})
    rate_limit.charge(bearer_token(header), len(checked))
    methods = [action["method"].upper() for action in checked]
    with in_flight.all_counted(header, methods) as is_allowed:
        if not is_allowed:
            raise ApiError(429, RATE_LIMITED)
        return json_response({"data": [_execute(request, one) for one in checked]})


def _check(action: Any) -> dict[str, Any]:
    """Return an action in its full form; raises `ApiError` 400 if the whole batch is malformed."""
    if not isinstance(action, dict):
        raise bad_request("actions: Must be objects")
    for name in ("relative_path", "method"):
        if not isinstance(action.get(name), str):
            raise missing_input(name)
    if action["method"].lower() not in METHODS:
        raise bad_request(f"method: Not a valid value: {action['method']}")
    for name in action:
        if name not in ACTION_FIELDS:
            raise bad_request(f"{name}: Cannot write this property")
    data, options = action.get("data") or {}, action.get("options") or {}
    if not isinstance(data, dict) or not isinstance(options, dict):
        raise bad_request("data: Must be an object")
    return {**action, "data": data, "options": options}


def _execute(request: ApiRequest, action: dict[str, Any]) -> dict[str, Any]:
    try:
        http = _request(request, action)
    except ApiError as error:
        content = error_content(error.status, error.message)
        return {"status_code": error.status, "headers": {}, "body": content}
    try:
        match = resolve(http.path)
    except Resolver404:
        return _result(no_route(http))
    http.resolver_match = match
    return _result(match.func(http, *match.args, **match.kwargs))


def _request(request: ApiRequest, action: dict[str, Any]) -> Request:
    path = action["relative_path"]
    if not path.startswith("/") or "?" in path:
        raise bad_request(f"relative_path: Not a relative path without a query: {path}")
    if path.rstrip("/") == BATCH:
        raise bad_request("relative_path: A batch cannot be in a batch")
    for name in action["options"]:
        if name not in OPTIONS:
            raise bad_request(f"options: Not a valid option: {name}")
    method, options = action["method"].upper(), action["options"]
    query = {name: options[name] for name in ("limit", "offset") if name in options}
    fields = options.get("fields") or []
    if isinstance(fields, list) and fields:
        query["opt_fields"] = ",".join(str(name) for name in fields)
    body = b""
    if method in ("POST", "PUT"):
        body = msgspec.json.encode({"data": action["data"]})
    else:
        query = {**action["data"], **query}
    return Request(
        {
            **request.http.META,
            "REQUEST_METHOD": method,
            "PATH_INFO": API_ROOT + path,
            "QUERY_STRING": urlencode(query),
            "CONTENT_TYPE": JSON,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            "sandbox.is_counted": True,
        }
    )


def _result(response: HttpResponse) -> dict[str, Any]:
    headers = {"location": response["Location"]} if "Location" in response else {}
    return {
        "status_code": response.status_code,
        "headers": headers,
        "body": msgspec.Raw(response.content),
    }
