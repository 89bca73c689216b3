"""Requests stay within what Asana allows a token, whichever process makes them."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from accounts.asana.errors import Busy, RateLimited
from accounts.asana.rate_limit import FREE, PAID, READS_AT_ONCE, RESERVED_READS, WRITES_AT_ONCE
from accounts.asana.records import EntryFields
from accounts.connections import rate_limiter
from accounts.connections.rate_limiter import ConnectionRateLimiter
from accounts.connections.service import client_for, client_with_token
from accounts.models import Connection, InFlightRequest, RateBudget, User
from accounts.problems import problem_for

TOO_MANY = {"kind": "status", "status": 429, "retry_after": 30}


@pytest.fixture
def connect(db):
    def connect(number, name):
        user = User.objects.create_user(f"1201{number:012}", name)
        return Connection.objects.create(
            user=user, method="token", access_token=f"sandbox-{name.lower()}"
        )

    return connect


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(rate_limiter, "MAX_WAIT_SECONDS", 0)
    monkeypatch.setattr(rate_limiter, "MAX_BUSY_SECONDS", 0)


def read(connection):
    with client_for(connection) as asana:
        return asana.get_user().name


def test_a_refusal_holds_up_this_person_alone_until_it_is_over(connect, asana, time_machine):
    ada, ben = connect(1, "Ada"), connect(2, "Ben")
    asana.faults({**TOO_MANY, "times": 1})
    with pytest.raises(RateLimited):
        read(ada)
    asana.forget_requests()
    with pytest.raises(RateLimited) as refused:
        read(ada)
    assert 28 <= refused.value.retry_after <= 30
    assert asana.requests() == []
    assert read(ben) == "Ben Okafor"
    time_machine.move_to(timezone.now() + timedelta(seconds=31))
    assert read(ada) == "Ada Lindqvist"


def test_a_short_refusal_is_waited_for(connect, asana):
    ada = connect(1, "Ada")
    asana.faults({**TOO_MANY, "retry_after": 1, "times": 1})
    with pytest.raises(RateLimited):
        read(ada)
    assert read(ada) == "Ada Lindqvist"


def test_a_refusal_of_one_of_many_holds_up_the_next(connect, asana, impatient):
    ada = connect(1, "Ada")
    asana.faults({**TOO_MANY, "times": 1})
    with client_for(ada) as client:
        answers = client.gather_outcomes([lambda asana: asana.get_user()] * 3)
        assert sum(isinstance(answer, RateLimited) for answer in answers) == 1
        asana.forget_requests()
        again = client.gather_outcomes([lambda asana: asana.get_user()] * 3)
    assert all(isinstance(answer, RateLimited) for answer in again)
    assert asana.requests() == []
    assert RateBudget.objects.get().per_minute == FREE


def test_what_is_spent_is_not_asked_for(connect, asana, impatient):
    ada = connect(1, "Ada")
    read(ada)
    RateBudget.objects.update(left=-1000, at=timezone.now())
    asana.forget_requests()
    with pytest.raises(RateLimited):
        read(ada)
    assert asana.requests() == []


def test_every_request_costs_one_and_gives_its_room_back(connect, asana):
    ada = connect(1, "Ada")
    with client_for(ada) as client:
        client.gather([lambda asana: asana.get_user()] * 20)
    assert 1479 <= RateBudget.objects.get().left <= 1481
    assert InFlightRequest.objects.filter(until__gt=timezone.now()).count() == 0


def test_the_row_of_a_request_that_has_ended_is_used_again(connect, asana):
    with client_for(connect(1, "Ada")) as client:
        for _ in range(3):
            client.get_user()
    assert InFlightRequest.objects.count() == 1


def test_requests_that_follow_each_other_take_their_room_together(
    connect, django_assert_num_queries
):
    limiter = ConnectionRateLimiter(connect(1, "Ada").pk)
    with limiter.reserve(reads=1, writes=1):
        running = InFlightRequest.objects.get()
        assert (running.reads, running.writes) == (1, 1)
        with django_assert_num_queries(0):
            with limiter.slot(reads=1) as at_once:
                assert at_once == 1
            with limiter.slot(writes=1) as at_once:
                assert at_once == 1
        # What comes after these has room of its own.
        with limiter.slot(writes=1):
            assert InFlightRequest.objects.filter(until__gt=timezone.now()).count() == 2
    assert InFlightRequest.objects.filter(until__gt=timezone.now()).count() == 0
    assert 1496 <= RateBudget.objects.get().left <= 1497.5
    with limiter.slot(reads=1):
        assert InFlightRequest.objects.filter(until__gt=timezone.now()).count() == 1


def test_one_more_page_of_what_was_reserved_is_only_counted(connect, django_assert_num_queries):
    connection = connect(1, "Ada")
    limiter = ConnectionRateLimiter(connection.pk)
    with limiter.reserve(reads=1, writes=1):
        with limiter.slot(reads=1):
            pass
        with django_assert_num_queries(1), limiter.slot(reads=1) as at_once:
            assert at_once == 1
    assert RateBudget.objects.get().left == PAID - 3
    assert InFlightRequest.objects.count() == 1


def test_one_more_page_waits_where_nothing_is_left(connect, impatient):
    connection = connect(1, "Ada")
    limiter = ConnectionRateLimiter(connection.pk)
    with limiter.reserve(reads=1, writes=1):
        with limiter.slot(reads=1):
            pass
        RateBudget.objects.update(left=0, at=timezone.now())
        with pytest.raises(RateLimited), limiter.slot(reads=1):
            pass
        RateBudget.objects.update(left=9, not_before=timezone.now() + timedelta(seconds=30))
        with pytest.raises(RateLimited), limiter.slot(reads=1):
            pass


def test_more_than_was_reserved_takes_room_of_its_own(connect):
    limiter = ConnectionRateLimiter(connect(1, "Ada").pk)
    with limiter.reserve(reads=1, writes=1), limiter.slot(writes=2, cost=2) as at_once:
        assert at_once == 2
        running = InFlightRequest.objects.filter(until__gt=timezone.now())
        assert sum(row.writes for row in running) == 3


def test_room_is_not_reserved_while_asana_refuses_requests(connect, impatient):
    limiter = ConnectionRateLimiter(connect(1, "Ada").pk)
    limiter.slow_down(30)
    with pytest.raises(RateLimited), limiter.reserve(reads=1, writes=1):
        pass


def test_a_request_that_took_too_long_does_not_end_the_one_that_took_its_room(connect):
    limiter = ConnectionRateLimiter(connect(1, "Ada").pk)
    too_long = ExitStack()
    too_long.enter_context(limiter.slot(reads=1))
    InFlightRequest.objects.update(until=timezone.now())
    with limiter.slot(reads=2):
        too_long.close()
        running = InFlightRequest.objects.get()
        assert (running.reads, running.until > timezone.now()) == (2, True)


def test_the_room_of_a_process_that_died_comes_back(connect, impatient):
    gate = ConnectionRateLimiter(connect(1, "Ada").pk)
    with gate.slot(writes=WRITES_AT_ONCE):
        with pytest.raises(RateLimited), gate.slot(writes=1):
            pass
        with gate.slot(reads=1):
            pass
        InFlightRequest.objects.update(until=timezone.now())
        with gate.slot(writes=WRITES_AT_ONCE):
            pass


@pytest.mark.django_db(transaction=True)
def test_no_more_writes_are_under_way_at_once_than_asana_allows(connect, monkeypatch):
    # On a busy machine, too, each gets its turn.
    for name in ("MAX_WAIT_SECONDS", "MAX_BUSY_SECONDS"):
        monkeypatch.setattr(rate_limiter, name, 60)
    connection = connect(1, "Ada").pk
    under_way, most, lock = 0, 0, threading.Lock()

    def write(_: int) -> None:
        nonlocal under_way, most
        try:
            with ConnectionRateLimiter(connection).slot(writes=1):
                with lock:
                    under_way += 1
                    most = max(most, under_way)
                time.sleep(0.1)
                with lock:
                    under_way -= 1
        finally:
            connections.close_all()

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(write, range(40)))
    assert 2 <= most <= WRITES_AT_ONCE


class Crowd:
    """Pages of one person that all work with Asana at the same moment, for half a second each."""

    def __init__(self, asana, open_client) -> None:
        asana.faults({"kind": "latency", "ms": 500})
        asana.forget_requests()
        self.open_client = open_client
        self.task = "1205000000000001"

    def page(self, number: int) -> None:
        hour = EntryFields(duration_minutes=60, entered_on=date(2026, 1, 5))
        calls, writes = (
            ([lambda asana: asana.get_user()] * 12, False)
            if number % 3
            else ([lambda asana: asana.create_entry(self.task, hour)] * 4, True)
        )
        try:
            with self.open_client() as asana:
                asana.gather_outcomes(calls, writes=writes)
        finally:
            connections.close_all()

    def work(self) -> None:
        """Open 15 pages: together 120 reads and 20 writes."""
        with ThreadPoolExecutor(15) as pool:
            list(pool.map(self.page, range(15)))


def statuses(asana):
    return {request["status"] for request in asana.requests()}


@pytest.mark.django_db(transaction=True)
def test_many_pages_of_a_person_stay_within_what_asana_allows_at_once(connect, asana, monkeypatch):
    monkeypatch.setattr(rate_limiter, "MAX_WAIT_SECONDS", 30)
    ada = connect(1, "Ada")
    Crowd(asana, lambda: client_for(ada)).work()
    assert statuses(asana) == {200, 201}
    assert len(asana.requests()) == 140
    assert len(asana.writes()) == 20


def test_without_it_asana_refuses_some_of_them(asana):
    Crowd(asana, lambda: client_with_token("sandbox-ada")).work()
    assert 429 in statuses(asana)


def test_background_reads_leave_room_for_those_that_people_wait_for(connect, impatient):
    limiter = ConnectionRateLimiter(connect(1, "Ada").pk)
    most = READS_AT_ONCE - RESERVED_READS
    with limiter.slot(reads=READS_AT_ONCE, background=True) as behind:
        assert behind == most
        with pytest.raises(Busy), limiter.slot(reads=1, background=True):
            pass
        with limiter.slot(reads=READS_AT_ONCE) as room:
            assert room == RESERVED_READS
        with limiter.slot(reads=1) as room:
            assert room == 1


def test_background_reads_leave_requests_of_the_minute_too(connect, impatient):
    connection = connect(1, "Ada")
    limiter = ConnectionRateLimiter(connection.pk)
    with limiter.slot(reads=1):
        pass
    RateBudget.objects.update(left=PAID / 10, at=timezone.now())
    with pytest.raises(RateLimited), limiter.slot(reads=1, background=True):
        pass
    with limiter.slot(reads=1):
        pass


def test_our_own_requests_in_the_way_are_not_blamed_on_asana(connect, impatient):
    limiter = ConnectionRateLimiter(connect(1, "Ada").pk)
    with (
        limiter.slot(reads=READS_AT_ONCE),
        pytest.raises(Busy) as refused,
        limiter.slot(reads=1),
    ):
        pass
    problem = problem_for(refused.value, undone="")
    assert problem.status == 503
    assert "still reading" in problem.sentence
    assert "slow down" not in problem.sentence


def test_where_room_is_short_a_batch_is_sent_in_smaller_parts(connect, asana):
    """All fifty are answered, though only as many at once as there is room for."""
    connection = connect(1, "Ada")
    with (
        ConnectionRateLimiter(connection.pk).slot(reads=READS_AT_ONCE, background=True),
        client_for(connection) as client,
    ):
        answers = client.gather_outcomes([lambda asana: asana.get_user().name] * 50, at_once=50)
    assert answers == ["Ada Lindqvist"] * 50


def test_a_background_client_says_that_nobody_waits(connect, asana, impatient):
    connection = connect(1, "Ada")
    most = READS_AT_ONCE - RESERVED_READS
    with (
        ConnectionRateLimiter(connection.pk).slot(reads=most),
        client_for(connection) as client,
    ):
        assert client.get_user().name == "Ada Lindqvist"
        with pytest.raises(Busy):
            client.in_background().get_user()
