"""The Redis of the tests: each run has one of its own."""

from __future__ import annotations

import pytest
import redis

from tests import redis_server as subject


@pytest.mark.process
def test_two_runs_that_are_given_the_same_port_have_a_server_each(monkeypatch):
    with subject.redis_server() as first:
        ports = iter([int(first.rpartition(":")[2]), subject.free_port()])
        monkeypatch.setattr(subject, "free_port", lambda: next(ports))
        with subject.redis_server() as second:
            clients = [redis.Redis.from_url(address) for address in (first, second)]
            processes = {client.info("server")["process_id"] for client in clients}
    assert len(processes) == 2
