"""Asana's official Python SDK calls every served operation; each response is as described."""

from __future__ import annotations

import pytest
import requests

from tests.sdks import python_sdk, sign_in
from tests.sdks.__main__ import served_steps
from tests.sdks.target import webhook_target

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_the_python_sdk_calls_every_served_operation(sandbox):
    with webhook_target() as target:
        steps = served_steps(sandbox.url, target)
        called = python_sdk.call_all(sandbox.url, steps)
    assert [request["status"] for request in sandbox.requests()].count(412) == 2
    assert {request["status"] for request in sandbox.requests()} <= {200, 201, 412}
    # The handshake and the batch's action are no operations that the SDK has called.
    compared = requests.get(f"{sandbox.url}/sandbox/contract", timeout=60).json()["compared"]
    assert set(called) <= set(compared)


def test_authlib_signs_in(sandbox):
    sign_in.register(sandbox.url)
    assert sign_in.with_authlib(sandbox.url) == "Ada Lindqvist"
