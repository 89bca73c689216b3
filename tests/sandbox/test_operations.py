"""What the sandbox serves of Asana's API, and how it names the rest."""

from __future__ import annotations

import re

import pytest
import requests

SERVED = 75


@pytest.fixture
def operations(sandbox):
    return requests.get(f"{sandbox.url}/sandbox/operations", timeout=60).json()


def path_of(operation):
    return re.sub(r"{\w+}", "1", operation["path"])


def test_all_operations_are_listed_with_what_is_served(sandbox, operations):
    assert len(operations) == 251
    assert len({(operation["method"], operation["path"]) for operation in operations}) == 251
    assert sum(operation["served"] for operation in operations) == SERVED
    page = requests.get(sandbox.url, timeout=60).text
    assert f"{SERVED} of them are served" in page


def test_what_is_not_served_is_501_with_its_name(sandbox, operations):
    for operation in operations:
        response = sandbox.call(operation["method"], path_of(operation), token="")
        if operation["served"]:
            assert response.status_code == 401, operation
        else:
            message = response.json()["errors"][0]["message"]
            assert response.status_code == 501, operation
            assert message == f"The sandbox does not serve this operation: {operation['name']}"


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/goals", "getGoals"),
        ("POST", "/tasks/1205000000000001/addFollowers", "addFollowersForTask"),
        ("DELETE", "/sections/1", "deleteSection"),
        ("GET", "/workspaces/1200000000000001/tags", "getTagsForWorkspace"),
        ("PUT", "/portfolios/1", "updatePortfolio"),
    ],
)
def test_operations_are_found_by_method_and_path(sandbox, method, path, name):
    response = sandbox.call(method, path)
    assert (response.status_code, response.json()["errors"][0]["message"].split()[-1]) == (
        501,
        name,
    )


@pytest.mark.parametrize("path", ["/taks", "/tasks/1/", "/tasks/1/2/3", "/batch/1", "//tasks"])
def test_an_address_that_asana_does_not_have_is_404(sandbox, path):
    response = sandbox.call("GET", path)
    assert response.status_code == 404
    assert response.json()["errors"][0]["message"] == "No matching route for request"
