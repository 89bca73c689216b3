"""How requests arrive: in chunks, after an interim response, to any host name, or not in order."""

from __future__ import annotations

import json
import re
import socket
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse

import pytest
import requests

PATH = "/api/1.0/tasks/1205000000000001/time_tracking_entries"
BODY = json.dumps({"data": {"duration_minutes": 7, "entered_on": "2026-01-05"}}).encode()
HEAD = "Authorization: Bearer sandbox-ada\r\nContent-Type: application/json\r\n"
LARGEST_BODY = 10 * 1024 * 1024


@contextmanager
def connected(sandbox):
    host, _, port = sandbox.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        yield connection


def read_response(connection):
    response = HTTPResponse(connection)
    response.begin()
    return response, response.read()


@pytest.fixture
def send(sandbox):
    """Sends these bytes on a connection of their own, and returns the status and the content."""

    def sent(content):
        with connected(sandbox) as connection:
            connection.sendall(content)
            response, body = read_response(connection)
        assert response.headers["Content-Type"] == "application/json; charset=UTF-8"
        return response.status, json.loads(body)

    return sent


def post(extra, body, host="sandbox"):
    return f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\n{HEAD}{extra}\r\n".encode() + body


def in_chunks(*chunks, last=b"0\r\n\r\n"):
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + last


CHUNKED = "Transfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    "body",
    [
        in_chunks(BODY),
        in_chunks(BODY[:10], BODY[10:11], BODY[11:]),
        in_chunks(BODY, last=b"000\r\nX-Trailer: 1\r\nX-Other: 2\r\n\r\n"),
        b"%X ;name=value\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY),
    ],
)
def test_a_body_in_chunks_is_read(send, body):
    status, content = send(post(CHUNKED, body))
    assert (status, content["data"]["duration_minutes"]) == (201, 7)


def test_clients_send_chunks_of_all_kinds(sandbox):
    """requests sends so what it gets from a generator; a form may come so as well."""
    for kind, parts in (
        ("application/json", [BODY[:20], BODY[20:]]),
        ("application/x-www-form-urlencoded", [b"duration_", b"minutes=7"]),
    ):
        headers = {"Authorization": "Bearer sandbox-ada", "Content-Type": kind}
        url = f"{sandbox.url}{PATH}"
        response = requests.post(url, data=(part for part in parts), headers=headers, timeout=60)
        assert response.json()["data"]["duration_minutes"] == 7


def test_the_next_request_on_the_connection_is_read_after_chunks(sandbox):
    connection = HTTPConnection(sandbox.url.removeprefix("http://"), timeout=60)
    connection.connect()
    connection.auto_open = 0
    headers = {"Authorization": "Bearer sandbox-ada", "Content-Type": "application/json"}
    for _ in range(2):
        connection.request("POST", PATH, iter([BODY]), headers, encode_chunked=True)
        response = connection.getresponse()
        response.read()
        assert response.status == 201
    connection.close()


def test_chunks_reach_the_control_side_and_oauth_too(sandbox):
    url = f"{sandbox.url}/sandbox/settings"
    assert requests.put(url, data=iter([b'{"plan":"none"}']), timeout=60).json()["plan"] == "none"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"{sandbox.url}/-/token_info"
    response = requests.post(url, data=iter([b"token=sandbox-ada"]), headers=form, timeout=60)
    assert response.json()["active"] is True


@pytest.mark.parametrize(
    ("extra", "body", "status"),
    [
        (CHUNKED, b"nonsense\r\n", 400),
        (CHUNKED, b"-5\r\n12345\r\n0\r\n\r\n", 400),
        (CHUNKED, b"5\r\n1234567\r\n0\r\n\r\n", 400),
        (CHUNKED, b"ffffffffffffffff\r\n", 413),
        (CHUNKED, b"0\r\n" + b"X-Trailer: 1\r\n" * 200, 400),
        (CHUNKED, b"5" * 20_000, 400),
        ("Transfer-Encoding: gzip, chunked\r\n", b"", 501),
        ("Content-Length: -5\r\n", b"", 400),
        ("Content-Length: five\r\n", b"", 400),
        ("Content-Length: 5\r\nContent-Length: 6\r\n", b"123456", 400),
        (f"Content-Length: {LARGEST_BODY + 1}\r\n", b"", 413),
        (f"Content-Length: {'9' * 6000}\r\n", b"", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(send, sandbox, extra, body, status):
    answered, content = send(post(extra, body))
    assert answered == status
    assert content["errors"][0]["message"]
    assert sandbox.get("/users/me")["name"] == "Ada Lindqvist"


def test_the_same_length_twice_is_one_length(send):
    length = f"Content-Length: {len(BODY)}\r\n"
    assert send(post(length * 2, BODY))[0] == 201


def test_a_body_of_ten_megabytes_is_read(send):
    body = json.dumps({"data": {"duration_minutes": 7, "description": "x" * (LARGEST_BODY - 100)}})
    assert send(post(f"Content-Length: {len(body)}\r\n", body.encode()))[0] == 201


def test_a_client_that_expects_it_is_told_to_continue(sandbox):
    length = f"Expect: 100-continue\r\nContent-Length: {len(BODY)}\r\n"
    with connected(sandbox) as connection:
        connection.sendall(post(length, b""))
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(BODY)
        assert read_response(connection)[0].status == 201


HOSTS = [
    *("127.0.0.1:8001", "sandbox:8001", "SANDBOX", "local_asana:8001", "asana.example.com."),
    *("[::1]:8001", "a.b-c.example:80", "host.docker.internal:1", "xn--bcher-kva.example"),
]


def location_of(sandbox, head):
    with connected(sandbox) as connection:
        connection.sendall(head + BODY)
        response, _ = read_response(connection)
    assert response.status == 201
    return response.headers["Location"]


@pytest.mark.parametrize("host", HOSTS)
def test_addresses_have_the_host_name_that_the_client_used(sandbox, host):
    length = f"Content-Length: {len(BODY)}\r\n"
    location = location_of(sandbox, post(length, b"", host))
    assert location.startswith(f"http://{host}/api/1.0/time_tracking_entries/")
    headers = {"Host": host, "Authorization": "Bearer sandbox-ada"}
    page = requests.get(f"{sandbox.api}/users?limit=1", headers=headers, timeout=60).json()
    assert page["next_page"]["uri"].startswith(f"http://{host}/api/1.0/users?")


@pytest.mark.parametrize("host", HOSTS)
def test_every_page_and_endpoint_works_under_every_host_name(sandbox, host):
    def get(path):
        return requests.get(f"{sandbox.url}{path}", headers={"Host": host}, timeout=60)

    assert f"http://{host}/api/1.0" in get("/").text
    assert get("/sandbox/settings").status_code == 200
    metadata = get("/.well-known/oauth-authorization-server").json()
    assert metadata["token_endpoint"] == f"http://{host}/-/oauth_token"
    redirect = sandbox.settings()["redirect_uris"][0]
    query = f"client_id=sandbox-client&response_type=code&redirect_uri={redirect}"
    assert "Ada Lindqvist" in get(f"/-/oauth_authorize?{query}").text
    form = {"grant_type": "refresh_token", "refresh_token": "x"}
    url, headers = f"{sandbox.url}/-/oauth_token", {"Host": host}
    assert requests.post(url, data=form, headers=headers, timeout=60).json()["error"]


@pytest.mark.parametrize("line", ["", "Host: \r\n", "Host: a b\r\n", "Host: evil/path\r\n"])
def test_without_a_host_name_the_servers_own_address_is_used(sandbox, line):
    start = post(f"Content-Length: {len(BODY)}\r\n", b"").replace(b"Host: sandbox\r\n", b"%b")
    assert location_of(sandbox, start % line.encode()).startswith(f"{sandbox.url}/api/1.0/")


def test_a_request_as_to_a_proxy_is_answered(sandbox):
    head = post(f"Content-Length: {len(BODY)}\r\n", b"")
    head = head.replace(b"POST /", b"POST http://asana.example:81/")
    assert location_of(sandbox, head).startswith("http://asana.example:81/api/1.0/")


def test_a_request_of_http_1_0_is_answered(sandbox):
    head = post(f"Content-Length: {len(BODY)}\r\n", b"").replace(b"HTTP/1.1", b"HTTP/1.0")
    assert re.fullmatch(r"http://sandbox/api/1.0/\w+/\d+", location_of(sandbox, head))


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"GET /%b HTTP/1.1\r\n\r\n" % (b"x" * 70_000), 414),
        (b"GET / HTTP/1.1\r\nX: %b\r\n\r\n" % (b"x" * 70_000), 431),
        (b"GET / HTTP/1.1\r\n%b\r\n" % (b"X: 1\r\n" * 200), 431),
        (b"GET / HTTP/9.1\r\n\r\n", 505),
        (b"nonsense\r\n\r\n", 400),
        (b"GET http://[::1/api/1.0/users HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02 of TLS\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_gets_an_answer_in_json(send, content, status):
    answered, body = send(content)
    assert answered == status
    assert body["errors"][0]["message"]


@pytest.mark.parametrize("status", [204, 304])
def test_a_made_up_status_without_content_keeps_the_connection_in_order(sandbox, status):
    sandbox.faults({"kind": "status", "status": status, "times": 1})
    with connected(sandbox) as connection:
        for expected in (status, 200):
            connection.sendall(f"GET /api/1.0/users/me HTTP/1.1\r\nHost: x\r\n{HEAD}\r\n".encode())
            assert read_response(connection)[0].status == expected
