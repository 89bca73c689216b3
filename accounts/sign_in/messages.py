"""Why a sign-in failed, in sentences for people."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.problems import Problem, quoted

SignInKind = Literal["cancelled", "state_lost", "app_not_allowed", "code_refused", "unexpected"]

_SIGN_IN = {
    "cancelled": (
        403,
        gettext_lazy("Access not allowed"),
        gettext_lazy(
            "You didn’t allow this timesheet to use your Asana account. If that was a mistake, "
            "sign in again."
        ),
    ),
    "state_lost": (
        400,
        gettext_lazy("This sign-in was interrupted"),
        gettext_lazy(
            "You started signing in from another browser, or too long ago. Allow cookies and sign "
            "in again."
        ),
    ),
    "app_not_allowed": (
        403,
        gettext_lazy("Asana has blocked this app"),
        gettext_lazy(
            "Asana has blocked this app: “%(words)s”. Show this to your Asana admin or to the "
            "person who runs this timesheet."
        ),
    ),
    "code_refused": (
        403,
        gettext_lazy("Asana rejected the sign-in"),
        gettext_lazy("Asana rejected the sign-in: “%(words)s”. Sign in again."),
    ),
    "unexpected": (
        502,
        gettext_lazy("Asana sent an unexpected response"),
        gettext_lazy(
            "Asana sent an unexpected response: “%(words)s”. Sign in again. If that doesn’t "
            "help, tell the person who runs this timesheet."
        ),
    ),
}


def sign_in_failed(kind: SignInKind, words: str) -> Problem:
    """Return the problem of a failed sign-in through Asana; `words` are Asana's message."""
    status, heading, sentence = _SIGN_IN[kind]
    return Problem(status, str(heading), str(sentence) % {"words": quoted(words)}, "sign_in")


def deactivated() -> Problem:
    """Return the problem of a deactivated person who tries to sign in."""
    sentence = _("An admin has deactivated your account. Ask them to reactivate it.")
    return Problem(403, _("Your account is deactivated"), sentence, "sign_in")


def not_a_member(workspaces: Collection[str]) -> Problem:
    """Return the problem of a person who is in none of the allowed workspaces, by their names."""
    sentence = _(
        "This timesheet is for %(names)s. Your Asana account isn’t a member there, so you weren’t "
        "signed in. Sign in with another Asana account, or ask an admin there to invite you."
    ) % {"names": ", ".join(workspaces)}
    return Problem(403, _("Not a member of this workspace"), sentence, "sign_in")


def tokens_turned_off() -> Problem:
    """Return the problem of a personal access token where these are turned off."""
    sentence = _("Personal access tokens are turned off here. Sign in with Asana instead.")
    return Problem(403, _("Sign in with Asana"), sentence, "sign_in")


def too_many_attempts(seconds: int) -> Problem:
    """Return the problem of a blocked network, which may try again in `seconds`."""
    minutes = -(-seconds // 60)
    sentence = ngettext(
        "Too many sign-ins from your network were rejected. Try again in %(minutes)d minute.",
        "Too many sign-ins from your network were rejected. Try again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}
    return Problem(429, _("Too many attempts"), sentence, "sign_in", retry_after=seconds)
