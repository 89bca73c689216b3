"""Reads the approval statuses of a team's weeks, whichever way the workspace accepts.

Asana's specification says that one list can have everybody's. Its announcement says that `user` is
required when filtering by dates: https://forum.asana.com/t/1132120. So one list is tried first, and
if Asana refuses it, that is remembered and each person's list is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.cache import cache

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Forbidden, NotFound, Refused
from accounts.asana.listings import Listing
from accounts.asana.records import ApprovalStatusRecord, Records

# How long it is remembered that a workspace refuses one list for all.
REMEMBERED_SECONDS = 24 * 3600

Answer = Records[ApprovalStatusRecord] | AsanaError


def listings_of(
    workspace: str, monday: date, people: Sequence[str]
) -> list[Listing[ApprovalStatusRecord]]:
    """Return the lists that together have the statuses of the week from `monday`, by gids."""
    if is_one_list(workspace):
        return [listings.timesheets(workspace, start=monday, end=monday)]
    return [listings.timesheets(workspace, start=monday, end=monday, user=gid) for gid in people]


def merge(
    asana: Client,
    workspace: str,
    monday: date,
    people: Sequence[str],
    answers: Sequence[Answer],
    *,
    any_shown: bool = False,
) -> Answer:
    """Merge the answers to `listings_of`; read each person's list if Asana refused one for all.

    A person whose statuses Asana does not show has none. Returns the first other error, and with
    `any_shown` also the first refusal where Asana shows nobody's.
    """
    if is_one_list(workspace) and _is_too_wide(*answers):
        cache.set(_cache_key(workspace), True, REMEMBERED_SECONDS)
        answers = asana.gather_lists(listings_of(workspace, monday, people))
    by_person = not is_one_list(workspace)
    merged = Records[ApprovalStatusRecord]()
    if any_shown and answers and all(isinstance(answer, AsanaError) for answer in answers):
        return answers[0]
    for answer in answers:
        if not isinstance(answer, AsanaError):
            merged.add(answer)
        elif not (by_person and isinstance(answer, Forbidden | NotFound)):
            return answer
    return merged


def _is_too_wide(*answers: Answer) -> bool:
    """Whether Asana refused the one list for all as it would a request without a needed field."""
    (answer,) = answers
    return isinstance(answer, Refused) and answer.status == 400


def is_one_list(workspace: str) -> bool:
    """Tell whether one list has everybody's statuses, by what is known of the workspace."""
    return not cache.get(_cache_key(workspace))


def _cache_key(workspace: str) -> str:
    return f"timesheets-need-user:{workspace}"
