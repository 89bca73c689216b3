"""A mail server on loopback, with the moods that mail servers have."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any


class MailServer(ThreadingTCPServer):
    """Takes `most` mails by one connection, and answers each after `late` seconds. `got` are the
    addresses that were written to, `messages` the emails themselves."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *, most: int = 100, late: float = 0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.most, self.late = most, late
        self.got: list[str] = []
        self.messages: list[EmailMessage] = []
        # Addresses that it takes no email to.
        self.refused: set[str] = set()

    @property
    def port(self) -> int:
        return self.server_address[1]


class _Handler(StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say("220 here")
        taken, to = 0, ""
        for line in self.rfile:
            word = line.strip().upper()
            if word.startswith(b"MAIL") and taken >= self.server.most:
                self.say("421 too many by this connection")
                return
            if word.startswith(b"RCPT"):
                to = line.decode().partition("<")[2].partition(">")[0]
                if to in self.server.refused:
                    self.say("550 not here")
                    continue
            if word == b"DATA":
                self.say("354 go on")
                lines = list(iter(self.rfile.readline, b".\r\n"))
                content = b"".join(line.removeprefix(b".") for line in lines)
                message = message_from_bytes(content, EmailMessage, policy=policy.default)
                self.server.messages.append(message)
                self.server.got.append(to)
                taken += 1
                time.sleep(self.server.late)
            if word == b"QUIT":
                self.say("221 bye")
                return
            self.say("250 fine")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server(settings, **moods: Any) -> Iterator[MailServer]:
    """Runs one, as the app's."""
    with MailServer(**moods) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = ""
        try:
            yield server
        finally:
            server.shutdown()
