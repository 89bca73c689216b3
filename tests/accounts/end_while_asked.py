"""A process of its own over a database: one thread makes a connection and removes it again and
again, while others ask with it. Prints what of it failed that must not. See
`test_at_once.py`.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import DatabaseError, close_old_connections  # noqa: E402

from accounts.asana.errors import RateLimited, Unauthorized  # noqa: E402
from accounts.asana.transport import Exchange  # noqa: E402
from accounts.connections.meter import open_meter  # noqa: E402
from accounts.connections.rate_limiter import ConnectionRateLimiter  # noqa: E402
from accounts.connections.service import remove  # noqa: E402
from accounts.connections.tokens import ConnectionToken  # noqa: E402
from accounts.models import Connection, RateBudget, User  # noqa: E402

ASKERS = 6
HEARD = [Exchange("GET", "/time_tracking_entries", status) for status in (200, 402, 500)]


def ask(ada: User) -> None:
    found = Connection.objects.filter(user=ada).first()
    if found is None:
        return
    gate = ConnectionRateLimiter(found.pk)
    with open_meter(ConnectionToken(found), "1200000000000001") as meter:
        for answer in HEARD:
            with gate.slot(reads=1):
                meter.record(answer)


def end(ada: User) -> None:
    found = Connection.objects.create(user=ada, method="token", access_token="personal")
    time.sleep(0.02)
    remove(found, ada)


def over_and_over(act, ada: User, until: float) -> list[str]:
    failed = []
    while time.monotonic() < until:
        try:
            act(ada)
        except (RateLimited, Unauthorized):
            pass
        except (DatabaseError, RateBudget.DoesNotExist) as error:
            failed.append(f"{act.__name__}: {type(error).__name__} {error}".splitlines()[0])
    close_old_connections()
    return failed


def main(seconds: str) -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    ada = User.objects.create_user("1201000000000001", "Ada Lindqvist")
    acts = [end, *[ask] * ASKERS]
    with ThreadPoolExecutor(len(acts)) as pool:
        until = time.monotonic() + float(seconds)
        running = [pool.submit(over_and_over, act, ada, until) for act in acts]
    failed = {said for task in running for said in task.result()}
    sys.stdout.write("\n".join(sorted(failed)))


main(sys.argv[1])
