"""Lists of Asana's with a record that is not as documented, and lists whose offset expires."""

from __future__ import annotations

import json
from datetime import date

import pytest

from accounts.asana import errors, listings
from accounts.asana.client import Client
from accounts.asana.decoding import decode_page, decode_record
from accounts.asana.records import AsanaUser, Entry, UnreadableRecord
from accounts.asana.transport import FixedToken, Session
from tests.asana.test_client import WORKSPACE

DAY = "2026-11-23"
GOOD = {
    "gid": "1",
    "duration_minutes": 60,
    "entered_on": DAY,
    "task": {"gid": "7", "name": "Design", "projects": [{"gid": "8", "name": "Bank"}]},
    "categories": [{"gid": "9", "name": "Work"}],
    "created_at": "2026-11-23T10:00:00.000Z",
}
TASK = GOOD["task"]


def page(*records, **more) -> bytes:
    return json.dumps({"data": records, **more}).encode()


@pytest.mark.parametrize(
    "odd",
    [
        {"task": {**TASK, "completed": None}},
        {"task": {**TASK, "projects": [*TASK["projects"], None]}},
        {"duration_minutes": 60.0},
        {"gid": 1},
        {"entered_on": f"{DAY}T00:00:00.000Z"},
    ],
)
def test_what_can_mean_only_one_thing_is_read(odd):
    records, _offset = decode_page(Entry, page({**GOOD, **odd}))
    expected, _offset = decode_page(Entry, page(GOOD))
    assert list(records) == list(expected)
    assert not records.unreadable


@pytest.mark.parametrize(
    ("odd", "left_out"),
    [
        ({"task": {**TASK, "name": None}}, ""),
        ({"task": {**TASK, "projects": None}}, ""),
        ({"categories": None}, ""),
        ({"task": {**TASK, "name": 5}}, "task"),
        ({"categories": "Work"}, "categories"),
        ({"created_at": "2026-11-23"}, "created_at"),
    ],
)
def test_a_field_that_may_be_left_out_costs_that_field(odd, left_out):
    (entry,), _offset = decode_page(Entry, page({**GOOD, **odd}))
    assert (entry.gid, entry.duration_minutes, entry.entered_on) == ("1", 60, date(2026, 11, 23))
    assert entry.is_partial == bool(left_out)
    assert not left_out or not getattr(entry, left_out)


@pytest.mark.parametrize(
    ("odd", "known"),
    [
        ({"entered_on": None}, UnreadableRecord("2", 60)),
        ({"entered_on": "soon"}, UnreadableRecord("2", 60)),
        ({"duration_minutes": None}, UnreadableRecord("2")),
        ({"duration_minutes": "long"}, UnreadableRecord("2")),
        ({"gid": None}, UnreadableRecord("", 60)),
    ],
)
def test_a_record_without_what_it_needs_costs_no_others(odd, known):
    records, offset = decode_page(
        Entry, page(GOOD, {**GOOD, "gid": "2", **odd}, next_page={"offset": "x"})
    )
    assert [entry.gid for entry in records] == ["1"]
    assert records.unreadable == [known]
    assert offset == "x"


def test_a_record_that_is_no_object_costs_no_others():
    records, _offset = decode_page(AsanaUser, page({"gid": "1"}, "somebody", None))
    assert [person.gid for person in records] == ["1"]
    assert len(records.unreadable) == 2


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"data": 5}', b"\xff"])
def test_what_is_no_list_is_malformed(body):
    with pytest.raises(errors.Malformed):
        decode_page(Entry, body)


def test_a_single_record_is_read_as_leniently():
    entry = decode_record(Entry, json.dumps({"data": {**GOOD, "categories": None}}).encode())
    assert (entry.task.gid, entry.categories) == ("7", [])
    with pytest.raises(errors.Malformed):
        decode_record(Entry, json.dumps({"data": {**GOOD, "duration_minutes": None}}).encode())


# Offsets


class Pages(Session):
    """Answers with these bodies or errors, in turn, and keeps the offsets that were asked for."""

    def __init__(self, *answers):
        super().__init__("http://127.0.0.1:9", FixedToken("sandbox-ada"))
        self.answers, self.offsets = list(answers), []

    def send(self, *_request, params, **_options):
        self.offsets.append(params.get("offset", ""))
        answer = self.answers.pop(0)
        if isinstance(answer, errors.AsanaError):
            raise answer
        return answer

    def for_threads(self):
        return self


def expired():
    return errors.Refused("offset: Your pagination token has expired.", 400)


def people(*gids, offset=None):
    return page(*({"gid": gid} for gid in gids), next_page=offset and {"offset": offset})


def read_all(session):
    return Client(session).list_all(listings.people_of(WORKSPACE))


def read_together(session):
    (result,) = Client(session).gather_lists([listings.people_of(WORKSPACE)])
    if isinstance(result, errors.AsanaError):
        raise result
    return result


@pytest.mark.parametrize("read", [read_all, read_together])
def test_a_list_whose_offset_expired_is_read_again_from_the_start(read):
    first = people("1", "2", offset="a")
    session = Pages(first, expired(), first, people("3"))
    assert [person.gid for person in read(session)] == ["1", "2", "3"]
    assert session.offsets == ["", "a", "", "a"]


@pytest.mark.parametrize("read", [read_all, read_together])
def test_a_list_whose_offset_expires_twice_is_given_up(read):
    first = people("1", offset="a")
    session = Pages(first, expired(), first, expired())
    with pytest.raises(errors.Refused):
        read(session)


@pytest.mark.parametrize("read", [read_all, read_together])
def test_a_first_page_that_is_refused_is_not_asked_for_again(read):
    with pytest.raises(errors.Refused):
        read(Pages(expired()))
