"""Setting this installation up: who may, and how far it is.

Until workspaces are chosen nobody is an admin of this installation, for anybody may be one of some
workspace in Asana. So it is whoever has the code, which only the machine's own command tells.
From then on it is the admins of the workspaces that were chosen.
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
from accounts.models import Admin, AsanaApp, Connection, User
from accounts.request_context import current_context
from accounts.setup.app_check import AppCheck, Finding
from accounts.sign_in import throttle
from accounts.sign_in.asana_app import Credentials
from accounts.workspaces import allowed, membership
from accounts.workspaces.membership import Membership

logger = logging.getLogger(__name__)

# Crockford's: nothing in it is mistaken for another, whoever types it from a screen.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans("OIL", "011", "- ")
# 80 bits.
CODE_LENGTH = 16


class WrongCode(Exception):
    """What was typed is not the code."""


class TooManyTries(Exception):
    """Too many wrong codes from this address: no more is looked at for now."""


class SetupState(StrEnum):
    DONE = "done"
    TO_DO = "to_do"
    WRONG = "wrong"


@dataclass(frozen=True)
class Keys:
    """How many keys there are, and how many stored secrets are `older` than the newest of them;
    `lost` are those that none opens."""

    number: int
    older: int
    lost: int


def code() -> str:
    """In groups of four."""
    digest = salted_hmac("accounts.setup.service", "code", algorithm="sha256").digest()
    letters = "".join(ALPHABET[byte % 32] for byte in digest[:CODE_LENGTH])
    return "-".join(letters[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def is_open() -> bool:
    """Whether the code counts."""
    return not allowed.allowed_gids()


def check_code(typed: str) -> None:
    """Raises `WrongCode`, and `TooManyTries` before it looks."""
    now, whence = timezone.now(), current_context().address or "an unknown address"
    if throttle.blocked_until(now):
        raise TooManyTries
    if constant_time_compare(_normalize(typed), _normalize(code())):
        logger.info("the set-up was opened from %s", whence)
        return
    throttle.record_refusal(now)
    logger.warning("a wrong set-up code from %s", whence)
    raise WrongCode


def _normalize(text: str) -> str:
    return text.upper().translate(LOOKALIKES)


def is_admin(asana: Client, user: User) -> bool:
    """Of one of the workspaces that were chosen. Raises `RateLimited`."""
    return any(_is_admin_of(asana, user, gid) for gid in allowed.allowed_gids())


def workspaces_administered_by(asana: Client, user: User, workspaces: Iterable[str]) -> list[str]:
    """Those of `workspaces` that the person is an admin of. Where Asana does not say, which may be
    what the set-up has to mend, it is what it said last. Raises `RateLimited`."""
    return [gid for gid in workspaces if _is_admin_of(asana, user, gid)]


def _is_admin_of(asana: Client, user: User, workspace: str) -> bool:
    try:
        return Membership(asana, user, workspace).is_admin
    except (Refused, Unauthorized):
        return False
    except RateLimited:
        # Who is an admin no more could see to that themself, by asking often.
        raise
    except AsanaError:
        return membership.cached_is_admin(user, workspace)


def admin_names(workspaces: Collection[str]) -> list[str]:
    """The names of those who were made admins here, or were seen to be some in Asana: of these
    workspaces, or of any where none is named."""
    rows = Admin.objects.filter(Q(granted=True) | Q(in_asana=True)).order_by("pk")
    if workspaces:
        rows = rows.filter(Q(workspace_gid__in=workspaces) | Q(workspace_gid=""))
    return list(dict.fromkeys(one.name or one.email or one.gid for one in rows))


def keys() -> Keys:
    sealed = [*_encrypted_values()]
    older = [one for one in sealed if not one.uses_newest_key]
    lost = sum(not one.is_readable for one in older)
    return Keys(len(settings.TOKEN_KEYS), len(older) - lost, lost)


def _encrypted_values() -> Iterable[EncryptedText]:
    for row in (*Connection.objects.all(), *AsanaApp.objects.all()):
        yield from (value for value in vars(row).values() if isinstance(value, EncryptedText))


# How far it is


def state_of_keys(keys: Keys) -> SetupState:
    return SetupState.TO_DO if keys.older else SetupState.DONE


def state_of_address(verdict: AppCheck | None) -> SetupState:
    if verdict is None:
        return SetupState.TO_DO
    if verdict.finding is Finding.WRONG_REDIRECT:
        return SetupState.WRONG
    # Asana looks at the id first, then at the address, and at the secret last.
    seen = (Finding.RIGHT, Finding.WRONG_SECRET)
    return SetupState.DONE if verdict.finding in seen else SetupState.TO_DO


def state_of_app(app: Credentials | None, verdict: AppCheck | None) -> SetupState:
    if app is None:
        return SetupState.WRONG if AsanaApp.objects.exists() else SetupState.TO_DO
    wrong = (Finding.WRONG_ID, Finding.WRONG_SECRET, Finding.WRONG_PAIR)
    return SetupState.WRONG if verdict and verdict.finding in wrong else SetupState.DONE


def state_of_check(verdict: AppCheck | None) -> SetupState:
    if verdict is None or verdict.finding is Finding.UNKNOWN:
        return SetupState.TO_DO
    return SetupState.DONE if verdict.finding is Finding.RIGHT else SetupState.WRONG
