"""Ports for services that are started, killed and started again."""

from __future__ import annotations

import contextlib
import random
import socket

HOST = "127.0.0.1"
# Systems give connections higher ones.
SERVICE_PORTS = (16_000, 32_000)


def free_port() -> int:
    """Return a free port that no connection takes while its service is killed."""
    while True:
        port = random.randrange(*SERVICE_PORTS)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind((HOST, port))
            return port
