"""What the torture looks for is found wherever it lies: else finding none would prove nothing."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import pytest
from django.core.cache import cache

from accounts.models import Connection, User
from accounts.sessions.store import SessionStore
from bench.torture.leaks import TooShort, Words, find_leaks
from bench.torture.people import Person
from bench.torture.stack import Stack

TOKEN = "1/1201000000000001:4d54b1cd62f5"
SECRETS = {"access token": [TOKEN, "another-token"], "SECRET_KEY": ["k3!k3!abcdefghijklmnop"]}


@pytest.fixture
def found(db, tmp_path):
    # Redis takes nothing back at the end of a test.
    cache.clear()

    def found(*texts: str) -> list[str]:
        pages = Words()
        for text in texts:
            pages.add(text)
        return find_leaks(SECRETS, tmp_path, pages).cases

    return found


def test_nothing_is_found_where_nothing_is(found, tmp_path):
    user = User.objects.create_user("1201000000000001", "Ada Lindqvist", "ada@example.com")
    Connection.objects.create(user=user, method="token", access_token=TOKEN)
    (tmp_path / "web-0.log").write_text("INFO asana GET /users/me 200\n")
    assert found('<a href="/1201000000000001/">Ada</a>') == []


def test_it_is_found_in_a_row(found):
    User.objects.create_user("1201000000000001", f"Ada {TOKEN}")
    assert found() == ["access token in a row"]


def test_it_is_found_in_a_session(found):
    session = SessionStore()
    session["kept"] = {"token": TOKEN}
    session.save()
    assert found() == ["access token in a row"]


@pytest.mark.parametrize("value", [TOKEN, {"token": TOKEN}, zlib.compress(TOKEN.encode())])
def test_it_is_found_in_the_cache(found, value):
    cache.set("kept", value)
    assert found() == ["access token in a row"]


def test_it_is_found_in_a_file_of_the_database_even_when_its_row_is_gone(found, tmp_path):
    with closing(sqlite3.connect(tmp_path / "timesheet.sqlite3")) as database:
        # Some SQLites overwrite what is deleted unless they are told not to.
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("CREATE TABLE kept (text TEXT)")
        database.execute("INSERT INTO kept VALUES (?)", [f"token={TOKEN}"])
        database.commit()
        database.execute("DELETE FROM kept")
        database.commit()
    assert found() == ["access token in a file"]


@pytest.mark.parametrize("name", ["web-0.log", "worker-1.log"])
def test_it_is_found_in_a_log(found, tmp_path, name):
    (tmp_path / name).write_text(f"INFO asked with Bearer {TOKEN}, and again\n")
    assert found() == ["access token in a log"]


def test_asanas_own_log_is_not_ours(found, tmp_path):
    (tmp_path / "sandbox.log").write_text(TOKEN)
    assert found() == []


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{TOKEN}</p>",
        f'<input value="{TOKEN}">',
        "/?token=1%2F1201000000000001%3A4d54b1cd62f5&amp;more",
    ],
)
def test_it_is_found_on_a_page(found, page):
    assert found("<p>Hello</p>", page) == ["access token in a page"]


def test_a_part_of_it_that_may_stand_anywhere_is_none(found):
    assert found('<a href="/1201000000000001/">Ada</a>') == []


def test_what_a_person_is_answered_is_looked_at(found, tmp_path):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"<p>another-token {self.path}</p>".encode())

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    web = f"http://127.0.0.1:{server.server_port}"
    person = Person(Stack("", [web], [], {}, tmp_path), "1", "Ada", "", "2027-W02", Random(1))
    person.see()
    server.shutdown()
    server.server_close()
    assert find_leaks(SECRETS, tmp_path, person.pages).cases == ["access token in a page"]


def test_a_secret_too_short_to_be_told_from_other_words_is_refused(db, tmp_path):
    with pytest.raises(TooShort):
        find_leaks({"code": ["abc"]}, tmp_path, Words())


def test_asana_tells_all_that_it_ever_handed_out(sandbox):
    told = sandbox.session.get(f"{sandbox.url}/sandbox/secrets", timeout=60).json()
    assert "sandbox-ada" in told["personal token"]
    assert told["client secret"] == ["sandbox-secret"]
