"""Calls every step with Asana's official Python SDK, unchanged."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import asana
import requests

from tests.sdks.steps import STUDIO, TOKEN


def call_all(root: str, steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """Call each step; return the names of the operations that were called.

    Raises `asana.rest.ApiException` for an error, and `AssertionError` for an odd result.
    """
    configuration = asana.Configuration()
    configuration.host = f"{root}/api/1.0"
    configuration.access_token = TOKEN
    client = asana.ApiClient(configuration)
    saved: dict[str, str] = {}
    for step in steps:
        if step["operation"] == "getEvents":
            saved["sync"] = sync_token(root, f"/events?resource={saved['task']}")
            saved["workspace_sync"] = sync_token(root, f"/workspaces/{STUDIO}/events")
        result = _call(client, step, saved)
        if step["saves"]:
            first = next(iter(result)) if not isinstance(result, dict) else result
            saved[step["saves"]] = first["gid"]
    client.rest_client.pool_manager.clear()
    return [step["operation"] for step in steps]


def sync_token(root: str, path: str) -> str:
    """Return the token of a first call, which the SDKs report as an error (412)."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    response = requests.get(f"{root}/api/1.0{path}", headers=headers, timeout=10)
    assert response.status_code == 412, response.text
    token: str = response.json()["sync"]
    return token


def _call(client: Any, step: Mapping[str, Any], saved: Mapping[str, str]) -> Any:
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", step["operation"]).lower()
    method = _method(client, name)
    values, opts = filled(step["values"], saved), filled(step["opts"], saved)
    arguments = {
        parameter: opts if parameter == "opts" else values[parameter]
        for parameter in inspect.signature(method).parameters
        if parameter != "kwargs"
    }
    result = method(**arguments)
    # Lists are read page by page.
    return result if isinstance(result, dict | list) else list(result)


def _method(client: Any, name: str) -> Any:
    apis: Iterable[Any] = (api for key, api in vars(asana).items() if key.endswith("Api"))
    return next(getattr(api(client), name) for api in apis if hasattr(api, name))


def filled(value: Any, saved: Mapping[str, str]) -> Any:
    """Replace each `$name` by what was saved under it."""
    if isinstance(value, dict):
        return {name: filled(part, saved) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, saved) for part in value]
    if isinstance(value, str) and value.startswith("$"):
        return saved[value[1:]]
    return value
