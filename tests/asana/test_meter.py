"""Everything that Asana answers is told to the meter, whatever became of it."""

from __future__ import annotations

import pytest

from accounts.asana import errors
from accounts.asana.client import Client
from accounts.asana.transport import Exchange, FixedToken, Session

READ = {"method": "GET", "path": "/users/me$"}


class Told:
    """A meter that keeps what it is told."""

    def __init__(self) -> None:
        self.answers: list[Exchange] = []

    def record(self, exchange: Exchange) -> None:
        self.answers.append(exchange)

    @property
    def statuses(self) -> list[int]:
        return [answer.status for answer in self.answers]


class Renewing(FixedToken):
    """Has another token once the first one was refused."""

    def renew(self, rejected: str) -> str:
        self._token = "sandbox-ada"
        return self._token


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def asana(sandbox, told):
    def asana(bearer=None, url=sandbox.url):
        bearer = bearer or FixedToken("sandbox-ada")
        return Client(Session(f"{url}/api/1.0", bearer, (1.0, 0.5), meter=told))

    return asana


def test_a_good_answer_is_told_with_asanas_clock(asana, told):
    asana().get_user()
    [answer] = told.answers
    assert (answer.method, answer.path, answer.status) == ("GET", "/users/me", 200)
    assert answer.date.endswith("GMT")
    assert answer.words == ""


@pytest.mark.parametrize("status", [400, 402, 403, 404, 429, 500, 503])
def test_a_bad_answer_is_told_with_asanas_words(asana, told, sandbox, status):
    sandbox.faults({**READ, "kind": "status", "status": status})
    with pytest.raises(errors.AsanaError) as raised:
        asana().get_user()
    assert told.statuses == [status]
    assert told.answers[0].words == raised.value.message


def test_no_answer_is_told_too(asana, told, sandbox):
    sandbox.faults({**READ, "kind": "hang_before"})
    with pytest.raises(errors.Unreachable):
        asana().get_user()
    with pytest.raises(errors.Unreachable):
        asana(url="http://127.0.0.1:9").get_user()
    assert told.statuses == [0, 0]


def test_a_token_that_was_renewed_is_two_answers(asana, told):
    asana(Renewing("gone")).get_user()
    assert told.statuses == [401, 200]


def test_threads_are_counted_with_the_rest(asana, told):
    asana().gather([Client.get_user] * 20)
    assert told.statuses == [200] * 20
