"""Makes two people of a workspace the managers of all who are tortured in it, and one an admin."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from bench.torture.approvals import Company
from bench.torture.ledger import Ledger
from bench.torture.people import Person
from bench.torture.session import Session
from bench.torture.stack import Stack

MANAGERS = 2
REVIEWER = {"is_time_reviewer": True, "is_guest": False, "is_view_only": False}
# The days of a week that a rule may lock.
DAYS = ("2027-01-11", "2027-01-12")


def found(stack: Stack, people: Sequence[Person], workspace: str, seed: int) -> None:
    """Give all people in a workspace the same managers, who sign in.

    What an admin does once is written to the app's tables.
    """
    from django.db import connection

    from accounts.models import Admin, Manager

    ours = [person for person in people if person.workspace == workspace]
    managers = [_session(stack, user, ours[0], seed) for user in _others(stack, people, workspace)]
    for manager in managers:
        stack.ask(
            "PUT",
            "memberships",
            json={"user": manager.gid, "workspace": workspace, **REVIEWER},
        )
        row = Manager.objects.create(workspace_gid=workspace, gid=manager.gid, name=manager.name)
        for person in ours:
            row.people.create(gid=person.gid, name=person.name)
        manager.sign_in()
    Admin.objects.create(
        workspace_gid=workspace, gid=managers[0].gid, name=managers[0].name, granted=True
    )
    # The database may be restarted before it is read again.
    connection.close()
    company = Company(workspace, ours[0].week, DAYS, managers)
    for person in ours:
        person.company = company
    # Whether Asana locks such weeks itself is not documented.
    is_locked_there = Random(f"{seed} locks").random() < 0.5
    stack.ask("PUT", "settings", json={"lock_approved": is_locked_there})


def _others(stack: Stack, people: Sequence[Person], workspace: str) -> list[dict[str, Any]]:
    query = {"workspace": workspace, "limit": "100", "opt_fields": "name,email"}
    users = stack.api("GET", "/users", people[0].token, params=query).json()["data"]
    ours = {person.gid for person in people}
    return [user for user in users if user["gid"] not in ours][:MANAGERS]


def _session(stack: Stack, user: dict[str, Any], person: Person, seed: int) -> Session:
    return Session(
        stack,
        user["gid"],
        user["name"],
        f"sandbox-{user['email'].partition('@')[0]}",
        person.week,
        Random(f"{seed} manager {user['gid']}"),
        person.workspace,
        Ledger(user["gid"]),
        pages=person.pages,
    )
