"""Requests stay within what Asana allows a token, whichever process makes them."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from accounts.asana.errors import RateLimited
from accounts.asana.rate_limit import FREE, WRITES_AT_ONCE
from accounts.connections import rate_limiter
from accounts.connections.rate_limiter import ConnectionRateLimiter
from accounts.connections.service import client_for
from accounts.models import Connection, InFlightRequest, RateBudget, User

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
def test_no_more_writes_are_under_way_at_once_than_asana_allows(connect):
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
