"""Parameters of the query in every spelling that clients send, and those that are refused."""

from __future__ import annotations

import pytest

NOT_NUMBERS = ["0", "-1", "ten", "", "1.5", "0x10", "９", "9" * 5000, "0" * 8 + "1" + "9" * 20]


@pytest.fixture
def names(sandbox, studio):
    """Lists names, archived ones only or not, as the flag says."""

    def listed(path, flag, text):
        query = {"workspace": studio, flag: text} if path.startswith("/") else {flag: text}
        path = path if path.startswith("/") else f"/workspaces/{studio}/{path}"
        return {row["name"] for row in sandbox.get(path, **query)}

    return listed


@pytest.mark.parametrize(
    ("path", "flag"),
    [
        ("/projects", "archived"),
        ("projects", "archived"),
        ("/time_tracking_categories", "is_archived"),
    ],
)
def test_a_flag_may_be_spelled_as_python_or_a_number(names, path, flag):
    no, yes = names(path, flag, "false"), names(path, flag, "true")
    assert no
    assert yes
    assert not no & yes
    for text in ("False", "FALSE", "0"):
        assert names(path, flag, text) == no
    for text in ("True", "TRUE", "1"):
        assert names(path, flag, text) == yes


@pytest.mark.parametrize("text", ["yes", "2", "None", "null", "truetrue", " "])
def test_other_words_are_no_flag(sandbox, studio, text):
    response = sandbox.call("GET", "/projects", params={"workspace": studio, "archived": text})
    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == f"archived: Not a boolean: {text}"


@pytest.mark.parametrize(("text", "is_pretty"), [("True", True), ("1", True), ("False", False)])
def test_opt_pretty_may_be_spelled_so_too(sandbox, text, is_pretty):
    assert ("\n" in sandbox.call("GET", f"/users/me?opt_pretty={text}").text) is is_pretty


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_a_number_is_between_its_limits(sandbox, studio, text):
    search = {"resource_type": "task", "count": text}
    for path, query in (("/users", {"limit": text}), (f"/workspaces/{studio}/typeahead", search)):
        assert sandbox.call("GET", path, params=query).status_code == 400


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05",
        "2026-01-05T08:00:00.000Z",
        "2026-01-05T08:00",
        "2026-01-05T08:00:00+01:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_times_are_read(sandbox, studio, text):
    query = {"assignee": "me", "workspace": studio, "completed_since": text, "modified_since": text}
    assert sandbox.call("GET", "/tasks", params=query).status_code == 200


@pytest.mark.parametrize("name", ["completed_since", "modified_since"])
@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2026-W48",
        "2026-W48-1",
        "20260105",
        "2026-02-30",
        "2026-01-05T25:00",
        "2026-01-05T08:00:00+99:00",
        "tomorrow",
    ],
)
def test_other_times_are_refused(sandbox, studio, name, text):
    query = {"assignee": "me", "workspace": studio, name: text}
    response = sandbox.call("GET", "/tasks", params=query)
    assert response.status_code == 400
    words = f"{name}: Date-time must be in ISO-8601 format, not: {text}"
    assert response.json()["errors"][0]["message"] == words


@pytest.mark.parametrize("day", ["0000-01-01", "10000-01-01", "2026-W48-1", "2026-02-30"])
@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("/time_tracking_entries", {"user": "me"}, "entered_on_start_date"),
        ("/time_tracking_entries", {"user": "me"}, "entered_on_end_date"),
        ("/timesheet_approval_statuses", {}, "from_date"),
        ("/timesheet_approval_statuses", {}, "to_date"),
        ("/ooo_entries", {"user": "me"}, "start_date"),
        ("/ooo_entries", {"user": "me"}, "end_date"),
    ],
)
def test_days_are_refused_that_are_not_in_the_calendar(sandbox, studio, path, query, name, day):
    query = {**query, "workspace": studio, "entered_on_start_date": "2026-01-01", name: day}
    response = sandbox.call("GET", path, params=query)
    assert response.status_code == 400
    assert response.json()["errors"][0]["message"].startswith(f"{name}: Date must be in ISO-8601")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_days_too(sandbox, studio, task, day):
    query = {"workspace": studio, "entered_on_start_date": day, "entered_on_end_date": day}
    assert sandbox.get("/time_tracking_entries", **query) == []
    path = f"/tasks/{task}/time_tracking_entries"
    made = sandbox.post(path, duration_minutes=5, entered_on=day)
    assert (made["entered_on"], made["approval_status"]) == (day, "DRAFT")
    assert len(sandbox.get("/time_tracking_entries", **query)) == 1


@pytest.mark.parametrize("token", ["a" * 5000, "\xfe", "sandbox-ada x", "' OR 1=1"])
def test_a_strange_token_is_not_authorized(sandbox, token):
    assert sandbox.call("GET", "/users/me", token=token).status_code == 401


@pytest.mark.parametrize("charset", ["rot13", "utf-16", "zlib", "nonsense"])
def test_the_charset_of_a_content_type_changes_nothing(sandbox, charset):
    kind = {"Content-Type": f"application/json; charset={charset}"}
    response = sandbox.call("GET", "/users?opt_fields=name&limit=1", headers=kind)
    assert "name" in response.json()["data"][0]
