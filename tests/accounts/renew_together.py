"""A process of its own over a database that it shares: prepares it, or renews a token in it.

`prepare` makes the tables and Ada's connection; a number starts that many threads at the first
line of input, which all need a token at once, and prints the tokens. See `test_single_flight.py`.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection as database  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.connections.tokens import ConnectionToken  # noqa: E402
from accounts.models import Connection, User  # noqa: E402


def prepare():
    call_command("migrate", verbosity=0)
    Connection.objects.create(
        user=User.objects.create_user("1001", "Ada Lindqvist"),
        method="oauth",
        access_token="old-access",
        refresh_token="old-refresh",
        expires_at=timezone.now(),
    )


def renew(ready):
    try:
        bearer = ConnectionToken(Connection.objects.get())
        ready.wait()
        return bearer.token()
    finally:
        database.close()


def renew_in_threads(count):
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    ready = Barrier(count)
    with ThreadPoolExecutor(count) as pool:
        tokens = [pool.submit(renew, ready) for _ in range(count)]
    sys.stdout.write(" ".join(got.result() for got in tokens))


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare()
    else:
        renew_in_threads(int(sys.argv[1]))
