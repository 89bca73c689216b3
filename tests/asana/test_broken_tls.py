"""TLS that breaks: a write whose request was received is sent once, and may have taken place."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from accounts.asana.client import Client
from accounts.asana.errors import Unreachable
from accounts.asana.records import EntryFields
from accounts.asana.transport import FixedToken, Session
from accounts.sign_in import oauth
from bench.proxies import HOST, write_certificate
from tests.support.people import BANK_ID

HALF_AN_ANSWER = b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"
# A TLS record with data that nobody encrypted.
BROKEN_RECORD = b"\x17\x03\x03\x00\x20" + 32 * b"x"


class BrokenServer(ThreadingTCPServer):
    """Receives a request by TLS, and breaks that before or while it answers."""

    daemon_threads = True

    def __init__(self, certificate: Path, answer: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, certificate.with_name("key.pem"))
        self.answer = answer
        self.received: list[bytes] = []

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.server_address[1]}"


class _Handler(StreamRequestHandler):
    server: BrokenServer

    def handle(self) -> None:
        # The client ends the connection where it does not trust the certificate.
        with (
            suppress(OSError),
            self.server.context.wrap_socket(self.request, server_side=True) as secure,
        ):
            received = b""
            # Every request here has a body, which comes after its headers.
            while not received.partition(b"\r\n\r\n")[2]:
                if not (part := secure.recv(10_000)):
                    return
                received += part
            self.server.received.append(received)
            secure.sendall(self.server.answer)
            os.write(secure.fileno(), BROKEN_RECORD)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A file with a certificate for `HOST` that signed itself; its key lies beside it."""
    return write_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def broken(certificate, request) -> Iterator[BrokenServer]:
    """A server that breaks TLS after the test's parameter, by default before it answers."""
    with BrokenServer(certificate, getattr(request, "param", b"")) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def trusted(certificate, monkeypatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))


def create_entry(server: BrokenServer) -> Unreachable:
    """Asks for an entry, and returns the error that comes of it."""
    asana = Client(Session(f"{server.url}/api/1.0", FixedToken("sandbox-ada"), (1.0, 5.0)))
    with pytest.raises(Unreachable) as caught:
        asana.create_entry(BANK_ID, EntryFields(25, date(2026, 11, 28)))
    return caught.value


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("broken", [b"", HALF_AN_ANSWER], indirect=True, ids=["no", "half"])
def test_a_write_with_no_or_half_an_answer_is_sent_once_and_may_have_arrived(broken):
    assert create_entry(broken).sent
    assert len(broken.received) == 1


@pytest.mark.usefixtures("trusted")
def test_a_refresh_token_is_sent_once(broken, settings):
    settings.ASANA_URL = broken.url
    settings.ASANA_CLIENT_ID, settings.ASANA_CLIENT_SECRET = "client", "secret"
    with pytest.raises(Unreachable) as caught:
        oauth.refresh("old")
    assert caught.value.sent
    assert len(broken.received) == 1


def test_nothing_is_sent_to_a_server_with_a_wrong_certificate(broken):
    assert not create_entry(broken).sent
    assert broken.received == []
