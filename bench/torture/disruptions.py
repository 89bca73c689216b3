"""What happens to processes, tokens, clocks and stores while people work."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from bench.torture.session import Session
from bench.torture.stack import LEASE_SECONDS, Stack


@dataclass
class Disruptor:
    """Disrupts a run, evenly spread over the work."""

    stack: Stack
    people: Sequence[Session]
    random: Random
    done: Counter[str] = field(default_factory=Counter)
    _threads: list[threading.Thread] = field(default_factory=list)

    def run(
        self, plan: Sequence[str], progress: Callable[[], float], over: threading.Event
    ) -> None:
        """Do what is planned, in order; `progress` goes from 0 to 1 while people work."""
        for number, name in enumerate(plan, start=1):
            while progress() < number / (len(plan) + 1) and not over.wait(0.05):
                pass
            self.done[name] += 1
            getattr(self, f"_{name}")()
        for thread in self._threads:
            thread.join()

    def _kill(self) -> None:
        number = self.random.randrange(len(self.stack.killable))
        self.stack.kill(number, self.random.uniform(0.1, 1.5))

    def _power_failure(self) -> None:
        """Kill all processes of the app at the moment in which Asana has written something."""
        self.stack.kill_all_at_a_write(self.random.uniform(0.1, 1.5))

    def _kill_asana(self) -> None:
        self.stack.restart_sandbox(self.random.uniform(0.2, 2))

    def _freeze(self) -> None:
        """Stop a process for longer than a lease lasts, while all others go on."""
        service = self.random.choice(self.stack.killable)
        thread = threading.Thread(target=service.freeze, args=(LEASE_SECONDS + 2,))
        thread.start()
        self._threads.append(thread)

    def _expire(self) -> None:
        self.stack.ask("POST", "expire_tokens")

    def _revoke(self) -> None:
        user = self.random.choice(self.people).gid
        self.stack.ask("POST", "revoke_tokens", json={"user": user, "kind": "oauth"})

    def _restart_database(self) -> None:
        assert self.stack.restart_database is not None
        self.stack.restart_database()

    def _queue_down(self) -> None:
        """Let nobody write to the file of the queue for some seconds."""
        file = self.stack.folder / "timesheet.sqlite3.queue"
        with sqlite3.connect(file, timeout=20, isolation_level=None) as queue:
            queue.execute("BEGIN EXCLUSIVE")
            time.sleep(self.random.uniform(1, 3))
            queue.execute("ROLLBACK")
        queue.close()

    def _cache_down(self) -> None:
        """Take away the table of the cache for some seconds."""
        from django.db import connection

        for old, new in (("cache", "cache_away"), ("cache_away", "cache")):
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")
            time.sleep(self.random.uniform(1, 3) if new == "cache_away" else 0)
        connection.close()

    def _redis_down(self) -> None:
        """Kill the store of both the queue and the cache, which forgets everything."""
        assert self.stack.redis is not None
        self.stack.restart(self.stack.redis, self.random.uniform(1, 3))
