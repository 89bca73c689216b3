"""Who may set this installation up, and how far the set-up is.

Until workspaces are chosen nobody is an admin of this installation, because anybody may be an admin
of some workspace in Asana. Until then setup is open to anyone who has the code, which a command on
the server prints. After that it is open to admins of the allowed workspaces.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, RateLimited, Refused, Unauthorized
from accounts.encrypted_field import EncryptedText
from accounts.models import Admin, AsanaApp, Connection, RefusedSignIn, User
from accounts.request_context import current_context
from accounts.setup.app_check import AppCheck, Finding
from accounts.sign_in import throttle
from accounts.sign_in.asana_app import Credentials
from accounts.workspaces import allowed, membership
from accounts.workspaces.membership import Membership

logger = logging.getLogger(__name__)

# Crockford's base 32: no two of its characters look alike.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans("OIL", "011", "- ")
# 80 bits.
CODE_LENGTH = 16


class WrongCode(Exception):
    """The code that was entered is wrong."""


class TooManyTries(Exception):
    """Too many wrong codes came from this network: no more are checked for now."""


class SetupState(StrEnum):
    """How far a step of the set-up is."""

    DONE = "done"
    TO_DO = "to_do"
    WRONG = "wrong"


@dataclass(frozen=True)
class Keys:
    """The keys of TOKEN_KEYS and the secrets that are encrypted with them."""

    # How many keys there are.
    number: int
    # How many secrets are encrypted with another key than the newest.
    older: int
    # How many secrets no key decrypts.
    lost: int


def code() -> str:
    """Return the set-up code, formatted as XXXX-XXXX-XXXX-XXXX. It depends on SECRET_KEY only."""
    digest = salted_hmac("accounts.setup.service", "code", algorithm="sha256").digest()
    letters = "".join(ALPHABET[byte % 32] for byte in digest[:CODE_LENGTH])
    return "-".join(letters[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def is_open() -> bool:
    """Tell whether the set-up is open to the code: while no workspace is chosen."""
    return not allowed.allowed_gids()


def check_code(typed: str) -> None:
    """Check an entered code. Raises `WrongCode`, or `TooManyTries` without checking."""
    now, address = timezone.now(), current_context().address or "an unknown address"
    if throttle.blocked_until(RefusedSignIn.Way.SETUP, now):
        raise TooManyTries
    if constant_time_compare(_normalize(typed), _normalize(code())):
        logger.info("the set-up was opened from %s", address)
        return
    throttle.record_refusal(RefusedSignIn.Way.SETUP, now)
    logger.warning("a wrong set-up code from %s", address)
    raise WrongCode


def _normalize(text: str) -> str:
    return text.upper().translate(LOOKALIKES)


def is_admin(asana: Client, user: User) -> bool:
    """Tell whether a user is an admin of a chosen workspace. Raises `RateLimited`."""
    return any(_is_admin_of(asana, user, gid) for gid in allowed.allowed_gids())


def may_change_app(asana: Client | None, user: User | None) -> bool:
    """Tell whether somebody who may open the set-up may also change the Asana app.

    Everybody signs in through it, so once workspaces are chosen it takes an admin of all of them.
    Raises `RateLimited`.
    """
    if is_open():
        return True
    if asana is None or user is None:
        return False
    return all(_is_admin_of(asana, user, gid) for gid in allowed.allowed_gids())


def workspaces_administered_by(asana: Client, user: User, workspaces: Iterable[str]) -> list[str]:
    """Return those of `workspaces` (gids) that the user is an admin of.

    If Asana does not respond, which the set-up may have to fix, the last check counts. Raises
    `RateLimited`.
    """
    return [gid for gid in workspaces if _is_admin_of(asana, user, gid)]


def _is_admin_of(asana: Client, user: User, workspace: str) -> bool:
    try:
        return Membership(asana, user, workspace).is_admin
    except (Refused, Unauthorized):
        return False
    except RateLimited:
        # Former admins could cause this themselves by sending many requests, to have the last
        # check count.
        raise
    except AsanaError:
        return membership.cached_is_admin(user, workspace)


def admin_names(workspaces: Collection[str]) -> list[str]:
    """Return the names of known admins of these workspaces; of any, if there are none.

    Known are people who were made admins here, and those who were admins in Asana when last read.
    """
    rows = Admin.objects.filter(Q(granted=True) | Q(in_asana=True)).order_by("pk")
    if workspaces:
        rows = rows.filter(Q(workspace_gid__in=workspaces) | Q(workspace_gid=""))
    return list(dict.fromkeys(row.name or row.email or row.gid for row in rows))


def keys() -> Keys:
    """Return how many stored secrets need older keys or are lost."""
    older = [value for value in _encrypted_values() if not value.uses_newest_key]
    lost = sum(not value.is_readable for value in older)
    return Keys(len(settings.TOKEN_KEYS), len(older) - lost, lost)


def _encrypted_values() -> Iterable[EncryptedText]:
    for row in (*Connection.objects.all(), *AsanaApp.objects.all()):
        yield from (value for value in vars(row).values() if isinstance(value, EncryptedText))


# How far the steps are


def state_of_keys(keys: Keys) -> SetupState:
    """Return how far the step about encryption keys is."""
    return SetupState.TO_DO if keys.older else SetupState.DONE


def state_of_address(check: AppCheck | None) -> SetupState:
    """Return how far the step about the redirect URL is, by the last check of the app."""
    if check is None:
        return SetupState.TO_DO
    if check.finding is Finding.WRONG_REDIRECT:
        return SetupState.WRONG
    # Asana checks the id first, then the address, and the secret last.
    address_is_right = (Finding.RIGHT, Finding.WRONG_SECRET)
    return SetupState.DONE if check.finding in address_is_right else SetupState.TO_DO


def state_of_app(app: Credentials | None, check: AppCheck | None) -> SetupState:
    """Return how far the step about the client id and the secret is."""
    if app is None:
        return SetupState.WRONG if AsanaApp.objects.exists() else SetupState.TO_DO
    wrong = (Finding.WRONG_ID, Finding.WRONG_SECRET, Finding.WRONG_PAIR)
    return SetupState.WRONG if check and check.finding in wrong else SetupState.DONE


def state_of_check(check: AppCheck | None) -> SetupState:
    """Return how far the step about checking the app is."""
    if check is None or check.finding is Finding.UNKNOWN:
        return SetupState.TO_DO
    return SetupState.DONE if check.finding is Finding.RIGHT else SetupState.WRONG
